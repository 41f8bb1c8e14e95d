"""The table of web runtimes, `web/assets/runtimes.json`, which the build writes from `web/src/runtime/backends/`."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Literal

import msgspec

Platform = Literal["browser", "node"]


class WebRuntime(msgspec.Struct, frozen=True, kw_only=True):
    """One runtime library of the shipped TypeScript.

    Attributes:
        name: its name in reports and on the command line, such as `tfjs`.
        targets: the export targets it runs, each with its title on the page.
        backends: the names of its backends on each platform.
        exact: whether its answers have the same bits on every platform.
    """

    name: str
    targets: dict[str, str]
    backends: dict[Platform, list[str]]
    exact: bool = False

    @property
    def backend_names(self) -> list[str]:
        """Each runtime and backend as manifests name them, such as `tfjs:wasm`, sorted; `webparity` has one only."""
        if self.is_node_only or self.exact:
            return [self.name]
        backends = {backend for platform in self.backends.values() for backend in platform}
        return [f"{self.name}:{backend}" for backend in sorted(backends)]

    @property
    def is_node_only(self) -> bool:
        """Whether it runs on one backend of Node and nowhere else, so that its name alone says which."""
        return not self.backends["browser"] and len(self.backends["node"]) == 1


class _Table(msgspec.Struct, frozen=True, kw_only=True):
    runtimes: list[WebRuntime]


@cache
def read_web_runtimes() -> dict[str, WebRuntime]:
    """Read every web runtime, sorted by name."""
    data = (files("webparity.assets") / "runtimes.json").read_bytes()
    return {runtime.name: runtime for runtime in msgspec.json.decode(data, type=_Table).runtimes}


def list_backends(platform: Platform) -> list[tuple[WebRuntime, str]]:
    """List every web runtime with each of its backends on a platform, sorted by both names."""
    return [
        (runtime, backend) for runtime in read_web_runtimes().values() for backend in sorted(runtime.backends[platform])
    ]
