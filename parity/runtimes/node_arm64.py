"""The module in an emulated ARM processor: Node's build for aarch64 under qemu-user.

A check for development, on other processors than ARM: `scripts/ensure-node-arm64` prepares it.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import ClassVar, Final

from webparity.bundle.web_runtimes import list_backends
from webparity.parity.drivers.node import NodeDriver, find_harness_script
from webparity.parity.names import RuntimeName
from webparity.parity.runtimes.node import NodeRuntime

VARIABLE: Final = "WEBPARITY_NODE_ARM64"
_QEMU: Final = "qemu-aarch64"


class NodeArm64Runtime(NodeRuntime):
    """One emulated Node process per run, for runtimes whose answers have the same bits everywhere."""

    name: ClassVar[str] = "node-arm64"
    names: ClassVar[tuple[RuntimeName, ...]] = tuple(
        RuntimeName(runtime=runtime.name, backend=backend, engine="node-arm64", exact=True)
        for runtime, backend in list_backends("node")
        if runtime.exact
    )

    @classmethod
    def explain_unsupported(cls, name: RuntimeName) -> str | None:
        """Explain why it is run only where its name is given in full, or return None: few have use for it."""
        return cls.explain_unavailable(name) if not os.environ.get(VARIABLE) else None

    @classmethod
    def explain_unavailable(cls, name: RuntimeName) -> str | None:
        """Explain which of qemu, Node for aarch64 and the built harness is missing, or return None."""
        folder = os.environ.get(VARIABLE, "")
        if not folder or not _find_node(Path(folder)).is_file():
            received = f"{VARIABLE}={folder}, which has none" if folder else "none"
            return (
                f"{name} needs Node for aarch64 in the folder of {VARIABLE}; received {received}. "
                "In a checkout run scripts/ensure-node-arm64, which prints it."
            )
        if shutil.which(_QEMU) is None:
            return f"{name} needs {_QEMU}. On Debian, install it with: apt-get install qemu-user."
        if not find_harness_script().is_file():
            return f"{name} needs the built Node harness. Run `npm run build` in web/."
        return None

    def _start(self) -> str:
        folder = Path(os.environ[VARIABLE])
        command = [_QEMU, "-L", str(folder), str(_find_node(folder)), str(find_harness_script())]
        self._driver = NodeDriver(command)
        self._driver.__enter__()
        return str(self.bundle.site.resolve())


def _find_node(folder: Path) -> Path:
    return folder / "bin" / "node"


RUNTIME = NodeArm64Runtime
