"""WebP in the module against Pillow's libwebp, to the bit: lossy, lossless, alpha, the first frame of an animation."""

from collections.abc import Callable

import numpy as np
import pytest
from agreement import assert_pixels
from pillow_witness import decode_with_pillow
from wasm_host import Module, Native
from webp_files import encode_with_pillow, make_random_vp8, write_chunk, write_webp
from webp_lossless_files import make_random_vp8l


def make_random_lossy(random: np.random.Generator) -> bytes:
    return write_webp(write_chunk(b"VP8 ", make_random_vp8(random)))


def make_random_lossless(random: np.random.Generator) -> bytes:
    return write_webp(write_chunk(b"VP8L", make_random_vp8l(random)))


@pytest.mark.slow
@pytest.mark.parametrize(
    "seeds", [range(100), pytest.param(range(100, 2500), marks=pytest.mark.full)], ids=["some", "all"]
)
@pytest.mark.parametrize("make", [encode_with_pillow, make_random_lossy, make_random_lossless])
def test_random_files_give_pillows_pixels(
    module: Module, scalar: Module, native: Native, make: Callable[[np.random.Generator], bytes], seeds: range
) -> None:
    for seed in seeds:
        data = make(np.random.default_rng(seed))
        assert_pixels(decode_with_pillow(data), data, module, scalar, native)


def test_random_frames_are_no_flat_pictures(module: Module) -> None:
    spreads = [np.ptp(module.decode(make_random_lossy(np.random.default_rng(seed))).pixels) for seed in range(20)]
    assert min(spreads) > 0
    assert max(spreads) == 255
