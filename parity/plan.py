"""The plan of a verification: which runtimes run on which artifacts."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass

from webparity.bundle.manifest import Artifact
from webparity.bundle.read import Bundle
from webparity.errors import UsageError
from webparity.parity.drivers.engines.engine import list_engines
from webparity.parity.drivers.heartbeat import SILENCE_S
from webparity.parity.names import RuntimeName, select_runtimes, split_artifact
from webparity.parity.runtimes.base import Runtime
from webparity.registry import discover

_ORDER = {"python": 0, "node": 1, "node-arm64": 2}


@dataclass(frozen=True, kw_only=True)
class PlannedRun:
    """One runtime on one artifact; `artifact` is None where the bundle has none of its targets.

    Attributes:
        silence: seconds without a sign of life after which a process or page is ended.
    """

    name: RuntimeName
    runtime_class: type[Runtime]
    artifact: Artifact | None
    silence: float = SILENCE_S

    @property
    def title(self) -> str:
        """The runtime's name with the artifact."""
        return f"{self.name} [{self.artifact.id}]" if self.artifact is not None else str(self.name)


def list_runtimes() -> dict[RuntimeName, type[Runtime]]:
    """List every runtime by name, available here or not."""
    classes: dict[str, type[Runtime]] = discover("webparity.parity.runtimes", "RUNTIME")
    offers = [(name, runtime_class) for runtime_class in classes.values() for name in runtime_class.names]
    # From the trained model's own process outwards, as a reader of the report would look for the fault.
    return dict(sorted(offers, key=lambda serve_files: _ORDER.get(serve_files[0].engine, len(_ORDER))))


def list_unsupported() -> frozenset[RuntimeName]:
    """List the names that no installation makes available, such as a backend that a browser engine does not have."""
    return frozenset(name for name, runtime in list_runtimes().items() if runtime.explain_unsupported(name) is not None)


def plan_runs(
    bundle: Bundle, *, runtimes: Sequence[str] = (), browsers: Sequence[str] = (), require: Sequence[str] = ()
) -> list[PlannedRun]:
    """Plan the runs: every chosen runtime on every artifact of its targets.

    Args:
        bundle: an opened bundle.
        runtimes: names or parts of names to run; by default all that can be made available. With an artifact's id
            behind it, `tfjs:wasm@node [tfjs-graph-float32]`, a runtime runs on this artifact only.
        browsers: browser families to run, all by default; runtimes outside of browsers are not touched by it.
        require: names as in `runtimes` of those that must run; they are taken along even if not among `runtimes`.

    Raises:
        UsageError: a name matches no runtime, or the bundle has no such artifact.
    """
    known, unsupported = list_runtimes(), list_unsupported()
    runtimes = runtimes or [str(name) for name in known if name not in unsupported]
    selected = _select_artifacts(bundle, runtimes, known, unsupported)
    if browsers:
        offered = list_engines()
        unknown = [browser for browser in browsers if browser not in offered]
        if unknown:
            raise UsageError(
                f"Expected a browser among {', '.join(offered)}; received {unknown[0]!r}. Choose one of these."
            )
        selected = {n: ids for n, ids in selected.items() if n.engine not in offered or n.engine in browsers}
    for name, ids in _select_artifacts(bundle, require, known, unsupported).items():
        selected[name] = selected.get(name, set()) | ids
    runs: list[PlannedRun] = []
    for name in (name for name in known if name in selected):
        runtime_class = known[name]
        targets = runtime_class.list_targets(name)
        fitting: list[Artifact | None] = [a for a in bundle.manifest.artifacts if a.target in targets]
        if targets:
            runs += [
                PlannedRun(name=name, runtime_class=runtime_class, artifact=artifact)
                for artifact in fitting or [None]
                if artifact is None or artifact.id in selected[name]
            ]
    return runs


def _select_artifacts(
    bundle: Bundle,
    texts: Sequence[str],
    known: Mapping[RuntimeName, type[Runtime]],
    unsupported: Container[RuntimeName],
) -> dict[RuntimeName, set[str]]:
    """Select the artifacts that any of these names of runtimes or runs asks for, by runtime.

    Raises:
        UsageError: a name matches no runtime, or no run of the bundle.
    """
    targets = {artifact.id: artifact.target for artifact in bundle.manifest.artifacts}
    selected: dict[RuntimeName, set[str]] = {}
    for text in texts:
        pattern, artifact = split_artifact(text)
        names = select_runtimes(known, [pattern], unsupported)
        if artifact is not None:
            names = [name for name in names if targets.get(artifact) in known[name].list_targets(name)]
            if not names:
                raise UsageError(
                    f"Expected an artifact that {pattern} can run among {', '.join(sorted(targets))}; "
                    f"received {artifact!r}. Choose one of these, or leave it out to run all."
                )
        for name in names:
            selected.setdefault(name, set()).update(targets if artifact is None else {artifact})
    return selected
