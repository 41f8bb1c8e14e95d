"""The inverse DCT of JPEG on raw blocks: libjpeg's accurate integer one, by its formula and by Pillow, or a refusal."""

import math
import random
from typing import Final

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jpeg_files import BLOCK, Component, Picture, write_jpeg
from numpy.typing import NDArray
from pillow_witness import decode_jpeg_with_pillow
from wasm_host import Module

ZIGZAG: Final = np.argsort(
    [(r + c) * 8 + (c if (r + c) % 2 == 0 else r) for r in range(8) for c in range(8)], kind="stable"
)


def compute_exact_samples(coefficients: list[int]) -> NDArray[np.int64]:
    """The inverse DCT of jidctint in NumPy, around zero, without limits."""
    constants = np.array(
        [
            [8192, 11363, 10703, 9633, 8192, 6437, 4433, 2260],
            [8192, 9633, 4433, -2259, -8192, -11362, -10704, -6436],
            [8192, 6437, -4433, -11362, -8192, 2261, 10704, 9633],
            [8192, 2260, -10703, -6436, 8192, 9633, -4433, -11363],
        ],
        np.int64,
    )
    signs = np.where(np.arange(8) % 2, -1, 1)
    basis = np.vstack([constants, (constants * signs)[::-1]])
    square = np.zeros(BLOCK, np.int64)
    square[np.argsort(np.argsort(ZIGZAG))] = 0
    for k, place in enumerate(ZIGZAG):
        square[place] = coefficients[k]
    columns = (basis @ square.reshape(8, 8) + (1 << 10)) >> 11
    return (columns @ basis.T + (1 << 17)) >> 18


def draw_block(rng: random.Random) -> list[int]:
    """A block whose samples are about as large as the range allows, or that is sparse, or flat."""
    kind = rng.randrange(4)
    if kind == 0:
        most = rng.choice([4, 40, 400, 1500, 9000])
        share = rng.choice([0.05, 0.3, 1])
        return [rng.randrange(-most, most + 1) if rng.random() < share else 0 for _ in range(BLOCK)]
    if kind == 1:
        return [rng.choice([*range(4088, 4097), *range(-4104, -4090)]), *[0] * (BLOCK - 1)]
    if kind == 2:
        return [rng.randrange(-200, 201) if k < 10 else 0 for k in range(BLOCK)]
    angles = (2 * np.arange(8) + 1) * np.arange(8)[:, None] * np.pi / 16
    basis = np.cos(angles) / 2
    basis[0] /= np.sqrt(2)
    samples = np.array([rng.choice([-512, 511, 510, 0]) for _ in range(BLOCK)]).reshape(8, 8)
    return np.rint(basis @ samples @ basis.T).astype(int).reshape(-1)[ZIGZAG].tolist()


def check_block(decoder: Module, block: list[int], divisors: list[int]) -> bool:
    """Hold one block's samples to the formula and to Pillow; gives whether the file was accepted."""
    picture = Picture(8, 8, [Component(1, 1, 1, 1, 1, divisors, [block])])
    data = write_jpeg(random.Random(0), picture)
    samples = compute_exact_samples([a * b for a, b in zip(block, divisors, strict=True)])
    verdict = decoder.decode(data)
    fits = samples.min() >= -512 and samples.max() <= 511
    assert (verdict.code == "ok") == fits, block
    if verdict.pixels is not None:
        assert np.array_equal(verdict.pixels[..., 0], np.clip(samples + 128, 0, 255)), block
        assert np.array_equal(verdict.pixels, decode_jpeg_with_pillow(data)), block
    return verdict.pixels is not None


@given(
    st.lists(st.integers(-1023, 1023) | st.just(0), min_size=BLOCK, max_size=BLOCK),
    st.lists(st.integers(1, 255), min_size=BLOCK, max_size=BLOCK),
    st.sampled_from([1, 10, 100, 1000]),
)
def test_any_block_is_exact_or_refused(module: Module, block: list[int], divisors: list[int], most: int) -> None:
    check_block(module, [int(math.remainder(value, most)) for value in block], divisors)
    check_block(module, [int(math.remainder(value, most)) for value in block], [1] * BLOCK)


@pytest.mark.slow
@pytest.mark.parametrize("count", [1500, pytest.param(15_000, marks=pytest.mark.full)])
def test_blocks_are_exact_or_refused(module: Module, scalar: Module, count: int) -> None:
    rng = random.Random(1)
    blocks = [draw_block(rng) for _ in range(count)]
    accepted = sum(check_block(module, block, [1] * BLOCK) for block in blocks)
    assert accepted == sum(check_block(scalar, block, [1] * BLOCK) for block in blocks)
    assert count // 4 < accepted < count
