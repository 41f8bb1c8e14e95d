"""Builds of the module's sources, once for each state of them."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

from kept import keep
from wasm_host import ROOT


def load_build_script() -> ModuleType:
    """Load `wasm/build.py`."""
    spec = importlib.util.spec_from_file_location("wasm_build", ROOT / "wasm" / "build.py")
    assert spec
    assert spec.loader
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    return script


def build_once(name: str, **options: bool) -> Path:
    """Build what was not built before from the same sources: `build_once("scalar", scalar=True)`."""
    sources = [*(ROOT / "wasm").rglob("*.[ch]"), ROOT / "wasm" / "build.py"]
    return keep(f"wasm-{name}", lambda out: load_build_script().build(out, **options), files=sources)
