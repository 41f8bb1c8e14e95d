from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from webparity.decode.pixels import apply_orientation, composite_over_white

PIXELS = np.arange(2 * 3 * 3, dtype=np.uint8).reshape(2, 3, 3)
# What EXIF's orientations undo, in Pillow's words.
TURNS = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@pytest.mark.parametrize(("orientation", "turn"), TURNS.items())
def test_apply_orientation_follows_exif(orientation: int, turn: Image.Transpose | None) -> None:
    image = Image.fromarray(PIXELS)
    expected = np.asarray(image if turn is None else image.transpose(turn))
    np.testing.assert_array_equal(apply_orientation(PIXELS, orientation), expected)


@given(st.integers(0, 255), st.integers(0, 255))
def test_over_white_rounds_to_the_nearest(colour: int, alpha: int) -> None:
    got = composite_over_white(np.full((1, 3), colour, np.uint8), np.array([alpha], np.uint8))
    assert abs(int(got[0, 0]) - (colour * alpha / 255 + 255 - alpha)) <= 0.5


def test_over_white_keeps_opaque_and_hides_transparent() -> None:
    colours = np.arange(256, dtype=np.uint8)[:, np.newaxis].repeat(3, 1)
    np.testing.assert_array_equal(composite_over_white(colours, np.full(256, 255, np.uint8)), colours)
    assert (composite_over_white(colours, np.zeros(256, np.uint8)) == 255).all()
