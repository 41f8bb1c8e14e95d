"""The module: what it exports, what it is made of, how it names files that it does not decode."""

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import brotli
import pytest
import wasmtime
from wasm_host import CODES, COMMITTED, ROOT, Module
from wasm_opcodes import SIMD, iterate_opcodes

EXPORTS = {
    "decode_image",
    "decode_luma",
    "find_input",
    "find_output",
    "judge_start",
    "load_program",
    "memory",
    "reserve_input",
    "reserve_program",
    "run_program",
    "take_pixels",
}
# Relaxed SIMD begins there; what it gives depends on the processor.
FIRST_RELAXED = 0x100
BROTLI_BOUND = 70_000


def test_module_imports_nothing_and_exports_its_header() -> None:
    module = wasmtime.Module.from_file(wasmtime.Engine(), str(COMMITTED))
    assert not module.imports
    assert {export.name for export in module.exports} == EXPORTS
    header = (ROOT / "wasm" / "webparity.h").read_text("utf-8")
    assert set(re.findall(r"^EXPORT\((\w+)\)", header, re.MULTILINE)) == EXPORTS - {"memory"}


def test_codes_are_those_of_the_header() -> None:
    header = (ROOT / "wasm" / "decode" / "image.h").read_text("utf-8")
    names = re.findall(r"^    DECODE_(\w+)(?: = 0)?,$", header, re.MULTILINE)
    assert tuple(name.lower().replace("_", "-") for name in names) == CODES


def test_instructions_give_the_same_on_every_processor() -> None:
    found = Counter(iterate_opcodes(COMMITTED.read_bytes()))
    assert [opcode for opcode in found if opcode.prefix == SIMD and opcode.number >= FIRST_RELAXED] == []
    # What it would find: the module has vectors by the hundred.
    assert sum(count for opcode, count in found.items() if opcode.prefix == SIMD) > 500


def test_decoding_computes_with_integers() -> None:
    sources = {file: file.read_text("utf-8") for file in (ROOT / "wasm" / "decode").rglob("*.[ch]")}
    assert len(sources) > 50
    reals = re.compile(r"\b(?:float|double)\b|_f(?:32x4|64x2)_")
    found = [
        file.name for file, text in sources.items() if reals.search(re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL))
    ]
    assert found == []


def test_module_stays_within_its_size() -> None:
    assert len(brotli.compress(COMMITTED.read_bytes(), quality=11)) <= BROTLI_BOUND


@pytest.mark.slow
def test_the_sources_give_the_committed_bytes(build_once: Callable[..., Path]) -> None:
    assert build_once("module").read_bytes() == COMMITTED.read_bytes(), "run `make wasm` and commit the file"


@pytest.mark.parametrize(
    ("start", "code", "received"),
    [
        (b"", "empty", "no bytes"),
        (b"\x00\x00\x00\x1cftypavif\x00\x00", "format", "an AVIF image"),
        (b"\x00\x00\x00\x18ftypheic", "format", "a HEIC photograph"),
        (b"\x00\x00\x00\x18ftypmif1", "format", "a HEIF image"),
        (b"\x00\x00\x00\x18ftypisom", "format", "a video"),
        (b"II*\x00\x08\x00", "format", "a TIFF"),
        (b"MM\x00*\x00\x08", "format", "a TIFF"),
        (b"\xff\x0a\x00", "format", "a JPEG XL image"),
        (b"\x00\x00\x00\x0cjP  \r\n", "format", "a JPEG 2000 image"),
        (b"\xff\x4f\xff\x51", "format", "a JPEG 2000 image"),
        (b"%PDF-1.7", "format", "a PDF document"),
        (b'<svg xmlns="http://www.w3.org/2000/svg">', "format", "an SVG drawing"),
        (b'\xef\xbb\xbf <?xml version="1.0"?><svg/>', "format", "an XML document"),
        (b"<!DOCTYPE html><html>", "format", "an HTML page"),
        (bytes(128) + b"DICM", "format", "a DICOM file"),
        (b"version https://git-lfs.github.com/spec/v1", "format", "a Git LFS pointer"),
        (b"hello", "format", "no image format that is known here"),
        (b"\x89PNG\r\n\x1a", "format", "no image format that is known here"),
    ],
)
def test_other_formats_are_named(module: Module, start: bytes, code: str, received: str) -> None:
    verdict = module.decode(start)
    assert (verdict.code, verdict.pixels) == (code, None)
    assert verdict.received.startswith(received)
    module.write_input(start)
    assert module.read_result("judge_start", len(start)).code == code


def test_start_of_a_known_format_is_judged_good(module: Module) -> None:
    module.write_input(b"GIF89a")
    assert module.read_result("judge_start", 6).code == "ok"


def test_more_bytes_than_reserved_are_refused(module: Module) -> None:
    module.write_input(b"GIF89a")
    verdict = module.read_result("decode_image", 7)
    assert (verdict.code, verdict.received) == ("out-of-memory", "a file without reserved room")


def test_memory_is_used_again_for_the_next_file(module: Module) -> None:
    data = b"\x89PNG\r\n\x1a\n" + bytes(3 << 20)
    module.decode(data)
    size = module.get_memory_size()
    for _ in range(20):
        module.decode(data)
    assert module.get_memory_size() == size
