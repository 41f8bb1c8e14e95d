"""Names of runtimes, `runtime[:backend][@engine]`, and of runs, `NAME [ARTIFACT]`, and patterns that match them."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field

from webparity.errors import UsageError

_ARTIFACT = re.compile(r" \[([^\[\]]+)\]\Z")
_PATTERN = re.compile(r"(?P<runtime>[a-z][a-z0-9-]*)?(?::(?P<backend>[a-z0-9]+))?(?:@(?P<engine>[a-z0-9][a-z0-9-]*))?")


@dataclass(frozen=True, kw_only=True)
class RuntimeName:
    """One runtime in full.

    Attributes:
        runtime: the library, such as `tfjs`.
        backend: what it computes on, such as `wasm`.
        engine: what runs it: `python`, `node` or a browser engine such as `chromium`.
        alone: whether the library has this one backend and engine only, so that `runtime` is the whole name.
        exact: whether its answers have the same bits in every engine; the backend is then no part of the name.
    """

    runtime: str
    backend: str
    engine: str
    alone: bool = field(default=False, compare=False)
    exact: bool = field(default=False, compare=False)

    def __str__(self) -> str:
        """Return the shortest unique form: `runtime`, `runtime@engine` or `runtime:backend@engine`."""
        if self.alone:
            return self.runtime
        return f"{self.runtime}@{self.engine}" if self.exact else f"{self.runtime}:{self.backend}@{self.engine}"


@dataclass(frozen=True, kw_only=True)
class RuntimePattern:
    """A name or parts of one; a part left out matches anything.

    Attributes:
        word: a single part that does not say which it is.
    """

    runtime: str | None
    backend: str | None
    engine: str | None
    word: str | None = None

    def matches(self, name: RuntimeName) -> bool:
        """Whether every part given is the name's own."""
        if self.word is not None:
            return self.word in (name.runtime, name.backend, name.engine)
        return (
            self.runtime in (None, name.runtime)
            and self.backend in (None, name.backend)
            and self.engine in (None, name.engine)
        )


def parse_pattern(text: str) -> RuntimePattern:
    """Read a pattern such as `tfjs`, `firefox`, `tfjs:wasm`, `@chromium` or `tfjs:wasm@node`.

    Raises:
        UsageError: it has another form.
    """
    match = _PATTERN.fullmatch(text)
    if not text or match is None:
        raise UsageError(
            f"Expected a runtime as runtime[:backend][@engine] or parts of it; received {text!r}. "
            "Write for example tfjs:wasm@chromium, tfjs or @node."
        )
    if match["runtime"] == text:
        return RuntimePattern(runtime=None, backend=None, engine=None, word=text)
    return RuntimePattern(runtime=match["runtime"], backend=match["backend"], engine=match["engine"])


def split_artifact(text: str) -> tuple[str, str | None]:
    """Split the title of a run as reports write it, `tfjs:wasm@node [tfjs-graph-float32]`, into name and artifact.

    Args:
        text: a name or parts of one, with an artifact's id in brackets or without.

    Returns:
        The name or parts of it; the artifact's id, or None where there are no brackets.
    """
    match = _ARTIFACT.search(text)
    return (text, None) if match is None else (text[: match.start()], match[1])


def select_runtimes(
    known: Iterable[RuntimeName], patterns: Sequence[str], unsupported: Container[RuntimeName] = ()
) -> list[RuntimeName]:
    """Return the known names that any pattern matches, in the order of the known names.

    Args:
        known: every name there is.
        patterns: names or parts of names.
        unsupported: names left out where a pattern matches others too.

    Raises:
        UsageError: a pattern is malformed or matches none.
    """
    known = list(known)
    chosen: set[RuntimeName] = set()
    for text in patterns:
        matching = {name for name in known if parse_pattern(text).matches(name)}
        if not matching:
            raise UsageError(
                f"Expected a runtime among {', '.join(map(str, known))}, or part of such a name; received {text!r}. "
                "Choose one of these."
            )
        chosen |= {name for name in matching if name not in unsupported} or matching
    return [name for name in known if name in chosen]
