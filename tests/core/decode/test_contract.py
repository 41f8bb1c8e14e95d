from __future__ import annotations

import hashlib
import os
import re
import struct
import subprocess
import sys
import tracemalloc
import zlib
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from webparity.decode.contract import CONTRACT, MAX_PIXELS, MAX_SIDE, decode, decode_file, digest_rgb8, read_image_bytes
from webparity.errors import DecodeError, UsageError
from webparity.wasm.bindings import RefusalCode
from webparity.wasm.instance import ModuleFault, ModuleInstance


def draw_scene(width: int = 45, height: int = 31) -> np.ndarray:
    y, x = np.mgrid[0:height, 0:width]
    return np.stack([x * 5 % 256, (x + y) * 3 % 256, 255 - y * 7 % 256], -1).astype(np.uint8)


def read_first_bytes_only(path: Path) -> None:
    tracemalloc.start()
    try:
        decode_file(path)
    finally:
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert most < 2**20


def write_png_header(width: int, height: int) -> bytes:
    header = struct.pack(">4s2I5B", b"IHDR", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0d" + header + struct.pack(">I", zlib.crc32(header))


def encode_image(pixels: np.ndarray, kind: str, mode: str | None = None, **options: Any) -> bytes:
    out = BytesIO()
    image = Image.fromarray(pixels)
    (image.convert(mode) if mode else image).save(out, kind, **options)
    return out.getvalue()


JPEG = encode_image(draw_scene(), "JPEG", quality=80)
PROGRESSIVE = encode_image(draw_scene(), "JPEG", quality=80, progressive=True)
PNG = encode_image(draw_scene(), "PNG")
FORMATS: list[tuple[str, dict[str, Any]]] = [
    ("JPEG", {"quality": 80, "subsampling": 2}),
    ("JPEG", {"quality": 80, "progressive": True}),
    ("PNG", {}),
    ("WEBP", {"quality": 80}),
    ("WEBP", {"lossless": True}),
    ("GIF", {}),
    ("BMP", {}),
]


def test_the_contract_s_limits() -> None:
    assert (CONTRACT, MAX_PIXELS, MAX_SIDE) == ("rgb8/2", 2**28, 16384)


@pytest.mark.parametrize(
    "options",
    [
        {"quality": 95, "subsampling": 0},
        {"subsampling": 1},
        {"progressive": True},
        {"restart_marker_blocks": 3},
        {"mode": "L"},
    ],
    ids=str,
)
def test_jpeg_pixels_are_those_of_pillow(options: dict[str, Any]) -> None:
    data = encode_image(draw_scene(), "JPEG", **options)
    np.testing.assert_array_equal(decode(data), np.asarray(Image.open(BytesIO(data)).convert("RGB")))


@pytest.mark.parametrize("width", [1, 2, 7, 8, 9, 15, 16, 17, 33])
@pytest.mark.parametrize("height", [1, 8, 13])
@pytest.mark.parametrize(("kind", "options"), FORMATS, ids=str)
def test_odd_sizes_have_pillow_s_pixels(width: int, height: int, kind: str, options: dict[str, Any]) -> None:
    data = encode_image(draw_scene(width, height), kind, **options)
    np.testing.assert_array_equal(decode(data), np.asarray(Image.open(BytesIO(data)).convert("RGB")))


def test_cmyk_is_converted_as_by_pillow() -> None:
    data = encode_image(draw_scene(), "JPEG", "CMYK", quality=90)
    np.testing.assert_array_equal(decode(data), np.asarray(Image.open(BytesIO(data)).convert("RGB")))


@pytest.mark.parametrize("mode", ["RGB", "L", "1", "P"])
def test_png_pixels_are_exact(mode: str) -> None:
    image = Image.fromarray(draw_scene()).convert(mode)
    out = BytesIO()
    image.save(out, "PNG")
    np.testing.assert_array_equal(decode(out.getvalue()), np.asarray(image.convert("RGB")))


def test_sixteen_bits_keep_their_high_byte() -> None:
    deep = np.arange(0, 65536, 97, dtype=np.uint16).reshape(26, 26)
    pixels = decode(encode_image(deep, "PNG"))
    np.testing.assert_array_equal(pixels[..., 0], deep >> 8)


def test_alpha_is_composited_over_white() -> None:
    rgba = np.dstack([draw_scene(), np.arange(45 * 31).reshape(31, 45) % 256]).astype(np.uint8)
    alpha = rgba[..., 3:].astype(int)
    expected = (rgba[..., :3] * alpha + 255 * (255 - alpha) + 127) // 255
    np.testing.assert_array_equal(decode(encode_image(rgba, "PNG")), expected)


def test_pixels_are_writable_nowhere_shared_and_row_by_row() -> None:
    for data in (JPEG, PNG):
        pixels = decode(data)
        assert pixels.dtype == np.uint8
        assert pixels.shape == (31, 45, 3)
        assert digest_rgb8(pixels) == hashlib.sha256(pixels.tobytes()).hexdigest()


# A file of each refusal but `out-of-memory`, with what was found and the fix.
REFUSED = {
    "empty": (b"", "no bytes", "Save or download it again."),
    "format": (b"\x00\x00\x00\x1cftypavif", "an AVIF image", "Convert it to JPEG or PNG."),
    "truncated": (JPEG[:-2], ".*", "Save or download it again."),
    "corrupt": (PNG[:60] + b"\x00" + PNG[61:], ".*", "Save or download it again."),
    "too-large": (write_png_header(16385, 1), "more than 16384 pixels a side", "Scale it down."),
    "unsupported": (JPEG.replace(b"\xff\xc0", b"\xff\xc9", 1), ".*", "Save it again as PNG."),
    "too-much-work": (write_png_header(2**14, 2**13), ".*", "Save it again as PNG."),
}


def test_there_is_a_file_of_every_refusal() -> None:
    assert {*REFUSED, "out-of-memory"} == {*get_args(RefusalCode)}


@pytest.mark.parametrize("code", REFUSED)
def test_refusals_name_code_rule_file_and_fix(code: str) -> None:
    data, received, fix = REFUSED[code]
    with pytest.raises(
        DecodeError, match=rf"^Expected .*; received {received} \(photo\.jpg\)\. {re.escape(fix)}$"
    ) as caught:
        decode(data, "photo.jpg")
    assert caught.value.code == code


def test_a_file_without_room_in_the_decoder_s_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ModuleInstance, "call", lambda *_: 0)
    with pytest.raises(DecodeError, match=r"received a file of \d+ bytes \(image\)\. Scale it down\.$") as caught:
        decode(PNG)
    assert caught.value.code == "out-of-memory"


@pytest.mark.parametrize("function", ["decode_image", "reserve_input"])
def test_a_fault_of_the_decoder_names_the_file_and_leaves_a_sound_one(
    function: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = ModuleInstance.call

    def stop(instance: ModuleInstance, name: str, size: int) -> int:
        # No such room was reserved: what the module is asked to read lies beyond its memory.
        return 2**32 - 16 if name == function else call(instance, name, size)

    with monkeypatch.context() as patched:
        patched.setattr(ModuleInstance, "call", stop)
        with pytest.raises(ModuleFault, match=r"beyond its memory \(photo\.png\)$"):
            decode(PNG, "photo.png")
    assert digest_rgb8(decode(PNG)) == digest_rgb8(draw_scene())


# All that is behind the last checksum of a PNG's pixels is an empty chunk.
@pytest.mark.parametrize("data", [JPEG, PROGRESSIVE, PNG[:-12]], ids=["jpeg", "progressive", "png"])
def test_every_truncation_is_refused(data: bytes) -> None:
    for length in range(8, len(data), 7):
        with pytest.raises(DecodeError) as caught:
            decode(data[:length])
        assert caught.value.code == "truncated"


@settings(max_examples=150)
@given(st.sampled_from([JPEG, PROGRESSIVE, PNG]), st.data())
def test_damaged_files_are_decoded_or_refused_and_nothing_else(data: bytes, draw: st.DataObject) -> None:
    damaged = bytearray(data)
    for _ in range(draw.draw(st.integers(1, 3))):
        damaged[draw.draw(st.integers(2, len(data) - 1))] = draw.draw(st.integers(0, 255))
    try:
        assert decode(bytes(damaged)).shape[2] == 3
    except DecodeError as error:
        assert error.code != "empty"  # noqa: PT017 - a refusal is one of two right answers


@given(st.sampled_from([b"\xff\xd8\xff", b"\xff\xd8\xff\xc0", b"\x89PNG\r\n\x1a\n", PNG[:33], JPEG[:200]]), st.binary())
def test_any_bytes_behind_a_signature_are_refused(head: bytes, rest: bytes) -> None:
    with pytest.raises(DecodeError):
        decode(head + rest)


def test_pillow_s_global_settings_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = decode(JPEG)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 10)
    monkeypatch.setattr("PIL.ImageFile.LOAD_TRUNCATED_IMAGES", True)
    np.testing.assert_array_equal(decode(JPEG), expected)
    assert decode(PNG).shape == expected.shape
    with pytest.raises(DecodeError):
        decode(PNG[:-30])


def test_threads_may_share_it() -> None:
    files = [JPEG, PROGRESSIVE, PNG] * 8
    with ThreadPoolExecutor(8) as pool:
        found = [digest_rgb8(p) for p in pool.map(decode, files)]
    assert found == [digest_rgb8(decode(data)) for data in files]


def test_a_file_is_read_from_disk(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(PNG)
    np.testing.assert_array_equal(decode_file(tmp_path / "a.png"), draw_scene())
    np.testing.assert_array_equal(decode_file(str(tmp_path / "a.png")), draw_scene())


def test_a_missing_file_and_a_folder_are_wrong_use(tmp_path: Path) -> None:
    for path in (tmp_path / "none.png", tmp_path):
        with pytest.raises(UsageError, match=r"^Expected an image file; received .*\. Check the path\.$"):
            decode_file(path)


def test_files_are_judged_before_they_are_read(tmp_path: Path) -> None:
    sparse = tmp_path / "video.jpg"
    with sparse.open("wb") as stream:
        stream.write(b"\x00\x00\x00\x18ftypisom")
        stream.truncate(900 * 2**20)
    with pytest.raises(DecodeError, match="received a video"):
        read_first_bytes_only(sparse)


def test_files_larger_than_any_image_pipes_and_devices_are_refused_at_once(tmp_path: Path) -> None:
    with (tmp_path / "sparse.jpg").open("wb") as stream:
        stream.truncate(20 * 10**9)
    (tmp_path / "link.png").symlink_to("/dev/zero")
    os.mkfifo(tmp_path / "pipe.gif")
    for name, found in {"sparse.jpg": "more than", "link.png": "a device", "pipe.gif": "a pipe"}.items():
        with pytest.raises(UsageError, match=f"^Expected an image file; received .*{found}.*Check the path"):
            decode_file(tmp_path / name)
        with pytest.raises(UsageError, match=f"^Expected an image file that can be read; received {name}: .*{found}"):
            read_image_bytes(tmp_path / name, name)


def test_decoding_imports_no_other_library_than_numpy() -> None:
    heavy = "{'tensorflow', 'onnxruntime', 'sklearn', 'scipy', 'wasmtime', 'PIL'}"
    code = f"import sys, webparity.decode.contract as c; c.decode({PNG!r}); print({heavy} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
