"""The committed module, and what is built from the same sources: the module again, without SIMD, and natively."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest
import wasm_builds
from wasm_host import COMMITTED, FUEL, Module, Native


@pytest.fixture(scope="session")
def build_script() -> ModuleType:
    """`wasm/build.py`."""
    return wasm_builds.load_build_script()


@pytest.fixture(scope="session")
def build_once() -> Callable[..., Path]:
    """`build_once("scalar", scalar=True)` builds what was not built before from the same sources."""
    return wasm_builds.build_once


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
