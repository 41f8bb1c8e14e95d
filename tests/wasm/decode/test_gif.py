"""GIF: the first frame against Pillow, and the rules for odd files."""

import numpy as np
import pytest
from agreement import assert_pixels
from gif_files import make_random_gif
from pillow_witness import decode_with_pillow
from wasm_host import Module, Native

SEEDS = [range(150), pytest.param(range(150, 3000), marks=pytest.mark.full)]


@pytest.mark.slow
@pytest.mark.parametrize("seeds", SEEDS, ids=["some", "all"])
def test_random_files_give_pillows_pixels(module: Module, scalar: Module, native: Native, seeds: range) -> None:
    for seed in seeds:
        data = make_random_gif(np.random.default_rng(seed))
        assert_pixels(decode_with_pillow(data), data, module, scalar, native)


def test_a_table_that_fills_up(module: Module) -> None:
    data = make_random_gif(np.random.default_rng(11), largest=700)
    np.testing.assert_array_equal(module.decode(data).pixels, decode_with_pillow(data))


def test_cuts_are_refused_where_pillow_refuses_them(module: Module) -> None:
    data = make_random_gif(np.random.default_rng(4), largest=12)
    for size in range(6, len(data)):
        expected, verdict = decode_with_pillow(data[:size]), module.decode(data[:size])
        assert (verdict.pixels is None) == (expected is None)
        assert verdict.code in ("ok", "truncated")


def test_headers_that_promise_too_much(module: Module) -> None:
    image = b",\x00\x00\x00\x00%s\x00\x02\x02\x4c\x01\x00;"
    assert module.decode(b"GIF89a\x04\x00\x04\x00\x00\x00\x00" + image % b"\xff\xff\xff\xff").code == "too-large"
    assert module.decode(b"GIF89a\x04\x00\x04\x00\x00\x00\x00" + image % b"\x00\x40\x00\x40").code == "too-much-work"
    assert module.decode(b"GIF89a\x04\x00\x04\x00\x00\x00\x00" + image % b"\x00\x10\x00\x10").code == "truncated"
    assert module.decode(b"GIF89a\x04\x00\x04\x00\x00\x00\x00" + image % b"\x00\x00\x04\x00").code == "corrupt"
    assert module.decode(b"GIF89a\x04\x00\x04\x00\x00\x00\x00;").code == "corrupt"


def test_a_code_that_is_not_made_yet_is_refused(module: Module) -> None:
    start = b"GIF89a\x04\x00\x04\x00\x00\x00\x00,\x00\x00\x00\x00\x04\x00\x04\x00\x00\x02"
    assert module.decode(start + b"\x02\x3c\x00\x00;").code == "corrupt"
