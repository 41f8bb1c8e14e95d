"""Changed files in the module and in the native program with sanitizers: no fault, one verdict, within the bounds.

A file that fails goes into `kept/`.
"""

import zlib
from collections import Counter
from pathlib import Path
from typing import Final

import pytest
from changed_files import SEEDS, make_changed_files
from wasm_host import Module, Native, Verdict

pytestmark = pytest.mark.slow

KEPT: Final = sorted((Path(__file__).parent / "kept").glob("*.*"))
MEMORY: Final = 1 << 30


def compare_verdicts(data: bytes, module: Module, native: Native) -> str:
    """Demand one verdict of both builds, within the bounds of work and memory; gives its code."""
    rgb = module.decode(data)
    gray = module.decode(data, luma=True)
    assert (gray.code, gray.received) == (rgb.code, rgb.received)
    for verdict, luma in ((rgb, False), (gray, True)):
        _compare_with_native(verdict, native.decode(data, luma=luma))
    assert module.get_memory_size() < MEMORY, "more memory than allowed"
    return rgb.code


def _compare_with_native(verdict: Verdict, other: tuple[str, tuple[int, int], int, str]) -> None:
    code, size, digest, received = other
    assert (verdict.code, verdict.received) == (code, received)
    if verdict.pixels is not None:
        assert verdict.pixels.shape[:2] == size
        assert zlib.crc32(verdict.pixels) == digest, "other pixels"


@pytest.mark.parametrize("count", [100, pytest.param(2000, marks=pytest.mark.full)])
@pytest.mark.parametrize("format_name", SEEDS)
def test_changed_files_get_one_verdict(fueled: Module, native: Native, format_name: str, count: int) -> None:
    codes = Counter(compare_verdicts(data, fueled, native) for data in make_changed_files(format_name, count, seed=1))
    assert count // 50 < codes["ok"] < count - count // 50


@pytest.mark.parametrize("file", KEPT, ids=lambda file: file.name)
def test_kept_files_get_one_verdict(fueled: Module, native: Native, file: Path) -> None:
    compare_verdicts(file.read_bytes(), fueled, native)
