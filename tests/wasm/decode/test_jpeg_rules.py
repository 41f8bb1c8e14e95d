"""JPEGs that break a rule: what leaves the pixels in no doubt is forgiven, missing or wrong data are refused."""

from typing import Final

import numpy as np
import pytest
from agreement import assert_alike
from jpeg_files import make_segment
from pillow_witness import decode_jpeg_with_pillow
from scenes import encode_scene
from wasm_host import Module, Native

pytestmark = pytest.mark.slow


def insert_before(data: bytes, mark: bytes, more: bytes) -> bytes:
    """Put bytes before the last place of a marker."""
    at = data.rindex(mark)
    return data[:at] + more + data[at:]


EOI, SOS, DHT = b"\xff\xd9", b"\xff\xda\x00\x0c", b"\xff\xc4"
PLAIN: Final = encode_scene(quality=85)
RESTARTS: Final = encode_scene(quality=85, restart_marker_rows=1)
FORGIVEN: Final = {
    "zeros before the end": insert_before(PLAIN, EOI, bytes(9)),
    "stuffed byte before the end": insert_before(PLAIN, EOI, b"\xff\x00"),
    "bytes before the end": insert_before(PLAIN, EOI, bytes(range(1, 90))),
    "restart behind the last unit": insert_before(PLAIN, EOI, b"\xff\xd0"),
    "stray bytes between segments": insert_before(PLAIN, SOS, b"\x00\x17"),
    "fill bytes": insert_before(PLAIN, SOS, b"\xff\xff\xff"),
    "fill before a restart": insert_before(RESTARTS, b"\xff\xd1", b"\xff\xff"),
    "padding before a restart": insert_before(RESTARTS, b"\xff\xd1", bytes(3)),
    "comment of length 0": insert_before(PLAIN, SOS, b"\xff\xfe\x00\x00"),
    "lines counted": insert_before(PLAIN, EOI, b"\xff\xdc\x00\x04\x00\x2f"),
    "appended file": PLAIN + encode_scene(quality=20),
    "Adobe after the scan": insert_before(PLAIN, EOI, make_segment(0xEE, b"Adobe\x00\x64" + bytes(5))),
}
REFUSED: Final = {
    "no end": ("truncated", PLAIN[:-2]),
    "half": ("truncated", PLAIN[: len(PLAIN) // 2]),
    "ends early": ("truncated", PLAIN[: len(PLAIN) // 2] + EOI),
    "progressive ends early": ("truncated", encode_scene(progressive=True)[:-300] + EOI),
    "second start": ("corrupt", PLAIN[:2] + PLAIN),
    "restart missing": ("corrupt", RESTARTS.replace(b"\xff\xd1", b"")),
    "restarts out of order": ("corrupt", RESTARTS.replace(b"\xff\xd1", b"\xff\xd3")),
    "data before a restart": ("corrupt", insert_before(RESTARTS, b"\xff\xd1", b"\x12\x34")),
    "other number of lines": ("corrupt", insert_before(PLAIN, EOI, b"\xff\xdc\x00\x04\x00\x30")),
    "arithmetic": ("unsupported", PLAIN.replace(b"\xff\xc0\x00\x11", b"\xff\xc9\x00\x11")),
    "lossless": ("unsupported", PLAIN.replace(b"\xff\xc0\x00\x11", b"\xff\xc3\x00\x11")),
    "12 bits": ("unsupported", PLAIN.replace(b"\xff\xc0\x00\x11\x08", b"\xff\xc1\x00\x11\x0c")),
    "bytes before the start": ("format", b"\x00" + PLAIN),
}


@pytest.mark.parametrize("name", FORGIVEN)
def test_what_leaves_pixels_in_no_doubt_is_forgiven(module: Module, scalar: Module, native: Native, name: str) -> None:
    verdict = module.decode(FORGIVEN[name])
    assert_alike(verdict, scalar, native, FORGIVEN[name])
    assert verdict.pixels is not None, verdict
    assert np.array_equal(verdict.pixels, decode_jpeg_with_pillow(FORGIVEN[name]))


@pytest.mark.parametrize("name", REFUSED)
def test_missing_or_wrong_data_are_refused(module: Module, scalar: Module, native: Native, name: str) -> None:
    code, data = REFUSED[name]
    verdict = module.decode(data)
    assert verdict.code == code, verdict
    assert_alike(verdict, scalar, native, data)


def test_tables_of_motion_jpeg_are_known(module: Module) -> None:
    segments = encode_scene(quality=70).split(DHT)
    without = segments[0] + SOS + segments[-1].split(SOS)[1]
    verdict = module.decode(without)
    assert verdict.pixels is not None, verdict
    assert np.array_equal(verdict.pixels, decode_jpeg_with_pillow(encode_scene(quality=70)))
