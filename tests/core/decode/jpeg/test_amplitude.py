from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from webparity.decode.jpeg.amplitude import LIMIT, ZIGZAG, require_block_amplitudes
from webparity.decode.refusal import DecodeRefusal

# The orthonormal DCT matrix, [frequency, position].
DCT = np.array([[np.cos((2 * x + 1) * u * np.pi / 16) / 2 for x in range(8)] for u in range(8)])
DCT[0] /= np.sqrt(2)


def compute_coefficients(samples: np.ndarray) -> np.ndarray:
    return np.rint((DCT @ samples @ DCT.T).reshape(1, 64)[:, ZIGZAG]).astype(np.int64)


def test_the_zigzag_visits_each_place_once() -> None:
    assert sorted(ZIGZAG) == list(range(64))


@given(st.lists(st.integers(-128, 127), min_size=64, max_size=64))
def test_every_block_of_an_8_bit_image_passes(samples: list[int]) -> None:
    require_block_amplitudes(compute_coefficients(np.array(samples).reshape(8, 8)))


@pytest.mark.parametrize(
    ("level", "refused"), [(LIMIT - 3, False), (LIMIT + 3, True), (-LIMIT - 3, True), (5000, True)]
)
def test_a_flat_block_beyond_the_limit_is_refused(level: int, refused: bool) -> None:
    block = compute_coefficients(np.full((8, 8), level))
    if refused:
        with pytest.raises(DecodeRefusal):
            require_block_amplitudes(block)
    else:
        require_block_amplitudes(block)


@pytest.mark.parametrize(("peak", "refused"), [(LIMIT - 5, False), (LIMIT + 5, True)])
@pytest.mark.parametrize("place", [(0, 0), (3, 6), (7, 7)])
def test_one_sample_beyond_the_limit_is_enough(peak: int, place: tuple[int, int], refused: bool) -> None:
    samples = np.zeros((8, 8))
    samples[place] = peak
    if refused:
        with pytest.raises(DecodeRefusal):
            require_block_amplitudes(compute_coefficients(samples))
    else:
        require_block_amplitudes(compute_coefficients(samples))
