"""JPEG in the module against Pillow, to the bit, and against its scalar and its native twin."""

import random

import numpy as np
import pytest
from agreement import assert_alike
from jpeg_files import ANY_FACTORS, FACTORS, make_random_jpeg
from pillow_witness import decode_jpeg_with_pillow
from scenes import encode_scene
from wasm_host import Module, Native

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    "seeds", [range(11), pytest.param(range(11, 500), marks=pytest.mark.full)], ids=["some", "all"]
)
@pytest.mark.parametrize("progressive", [False, True], ids=["sequential", "progressive"])
@pytest.mark.parametrize("sampling", [*FACTORS, ANY_FACTORS])
def test_pixels_equal_pillows(
    module: Module, scalar: Module, native: Native, sampling: str, progressive: bool, seeds: range
) -> None:
    accepted = 0
    for seed in seeds:
        rng = random.Random(f"{sampling} {progressive} {seed}")
        data = make_random_jpeg(rng, sampling, progressive=progressive)
        verdict = module.decode(data)
        assert_alike(verdict, scalar, native, data)
        if verdict.received != "image data beyond any 8-bit image":
            accepted += 1
            assert verdict.pixels is not None, verdict
            assert np.array_equal(verdict.pixels, decode_jpeg_with_pillow(data)), seed
    assert accepted > len(seeds) // 2


@pytest.mark.parametrize("mode", ["CMYK", "L"])
@pytest.mark.parametrize("progressive", [False, True])
def test_other_colour_spaces(module: Module, mode: str, progressive: bool) -> None:
    data = encode_scene(mode, progressive=progressive)
    verdict = module.decode(data)
    assert verdict.pixels is not None, verdict
    assert np.array_equal(verdict.pixels, decode_jpeg_with_pillow(data))
