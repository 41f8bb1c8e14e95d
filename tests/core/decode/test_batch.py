"""Decoding of many files: in order, side by side, with few in memory."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from webparity.decode.batch import count_cores, decode_images, map_in_threads
from webparity.decode.contract import decode
from webparity.errors import DecodeError, UsageError

KINDS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")


def encode_noise(seed: int) -> bytes:
    rng = np.random.default_rng(seed)
    stream = BytesIO()
    pixels = rng.integers(0, 256, (*rng.integers(1, 120, 2), 3), np.uint8)
    Image.fromarray(pixels).save(stream, KINDS[seed % len(KINDS)])
    return stream.getvalue()


@pytest.mark.parametrize("threads", [None, 1, 5])
def test_images_come_in_order_with_the_pixels_of_one_at_a_time(threads: int | None) -> None:
    files = [encode_noise(seed) for seed in range(40)]
    received = [*decode_images(files, threads)]
    assert len(received) == len(files)
    for pixels, file in zip(received, files, strict=True):
        np.testing.assert_array_equal(pixels, decode(file))


def test_paths_and_bytes_may_be_mixed(tmp_path: Path) -> None:
    file = encode_noise(1)
    (tmp_path / "a.png").write_bytes(file)
    for pixels in decode_images([file, tmp_path / "a.png", str(tmp_path / "a.png")]):
        np.testing.assert_array_equal(pixels, decode(file))


def test_errors_come_in_their_turn_and_name_the_file(tmp_path: Path) -> None:
    good = encode_noise(0)
    (tmp_path / "bad.jpg").write_bytes(b"no image")
    images = decode_images([good, good, tmp_path / "bad.jpg", good], threads=4)
    assert [next(images).shape, next(images).shape] == [decode(good).shape] * 2
    with pytest.raises(DecodeError, match=r"\(.*bad\.jpg\)"):
        next(images)
    with pytest.raises(UsageError, match=r"received nowhere\.png: No such file"):
        [*decode_images(["nowhere.png"])]


def test_few_are_ahead_and_none_goes_on_when_nobody_asks() -> None:
    taken = itertools.count()
    file = encode_noise(0)

    def supply() -> Iterator[bytes]:
        while True:
            next(taken)
            yield file

    images = decode_images(supply(), threads=3)
    for _ in range(10):
        next(images)
    assert next(taken) == 10 + 3 * 2 - 1
    before = threading.active_count()
    images.close()
    assert threading.active_count() <= before - 3
    assert next(taken) == 10 + 3 * 2


def test_tasks_run_side_by_side() -> None:
    barrier = threading.Barrier(3)
    assert [*map_in_threads(lambda _: barrier.wait(30) >= 0, range(9), threads=3)] == [True] * 9


def test_there_is_a_core() -> None:
    assert count_cores() >= 1


def test_nothing_gives_nothing() -> None:
    assert [*decode_images([])] == []
