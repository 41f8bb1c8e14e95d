"""The committed module, and what is built from the same sources: the module again, without SIMD, and natively."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest
from kept import keep
from wasm_host import COMMITTED, FUEL, ROOT, Module, Native


@pytest.fixture(scope="session")
def build_script() -> ModuleType:
    """`wasm/build.py`."""
    spec = importlib.util.spec_from_file_location("wasm_build", ROOT / "wasm" / "build.py")
    assert spec
    assert spec.loader
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    return script


@pytest.fixture(scope="session")
def build_once(build_script: ModuleType) -> Callable[..., Path]:
    """`build_once("scalar", scalar=True)` builds what was not built before from the same sources."""
    sources = [*(ROOT / "wasm").rglob("*.[ch]"), ROOT / "wasm" / "build.py"]

    def build(name: str, **options: bool) -> Path:
        return keep(f"wasm-{name}", lambda out: build_script.build(out, **options), files=sources)

    return build


@pytest.fixture(scope="session")
def module() -> Module:
    """The committed module in wasmtime."""
    return Module(COMMITTED)


@pytest.fixture(scope="session")
def fueled() -> Module:
    """The committed module; more work than a file under 1 MiB may cost is a trap."""
    return Module(COMMITTED, FUEL)


@pytest.fixture(scope="session")
def scalar(build_once: Callable[..., Path]) -> Module:
    """The module without its SIMD paths."""
    return Module(build_once("scalar", scalar=True))


@pytest.fixture(scope="session")
def native(build_once: Callable[..., Path]) -> Iterator[Native]:
    """The native program with sanitizers."""
    with Native(build_once("native", native=True)) as program:
        yield program
