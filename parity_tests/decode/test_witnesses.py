"""Accepted files in decoders that others wrote: the same pixels, but for known differences with their reasons."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from known_differences import KNOWN_DIFFERENCES
from numpy.typing import NDArray
from witnesses import decode_in_chromium, decode_in_opencv, decode_in_pillow

from webparity.decode.contract import decode_file

if TYPE_CHECKING:
    from playwright.sync_api import Browser

Decode = Callable[[Path], NDArray[np.uint8] | None]


def assert_differences(decoder: str, decode: Decode, paths: list[Path], opened_at_least: int) -> None:
    """Hold a decoder's pixels to ours wherever it opens a file."""
    known, found, opened = KNOWN_DIFFERENCES[decoder], set(), 0
    for path in paths:
        pixels = decode(path)
        opened += pixels is not None
        if pixels is not None and not np.array_equal(pixels, decode_file(path)):
            found.add(path.name)
    assert {"new": found - set(known), "gone": set(known) - found} == {"new": set(), "gone": set()}
    assert opened >= opened_at_least


def test_pillow_gives_the_same_pixels(accepted: list[Path]) -> None:
    assert_differences("pillow", decode_in_pillow, accepted, len(accepted) - 5)


def test_opencv_gives_the_same_pixels(accepted: list[Path]) -> None:
    assert_differences("opencv", decode_in_opencv, accepted, len(accepted) - 20)


@pytest.mark.slow
def test_chromiums_own_decoder_gives_the_same_pixels(accepted: list[Path], browser: Browser) -> None:
    page = browser.new_page()
    assert_differences("chromium", partial(decode_in_chromium, page), accepted, len(accepted) - 15)
