"""Random image files of every format, by the writers of the module's tests."""

from __future__ import annotations

import random

import numpy as np
from bmp_files import make_random_bmp
from gif_files import make_random_gif
from jpeg_files import ANY_FACTORS, make_random_jpeg
from png_files import make_random_png
from webp_files import make_random_webp


def make_random_files(count: int) -> dict[str, bytes]:
    """Make `count` random files of each format that the contract accepts."""
    files = {}
    for i in range(count):
        rng = random.Random(i)
        files[f"random-{i}.jpg"] = make_random_jpeg(rng, ANY_FACTORS, progressive=i % 2 == 0)
        files[f"random-{i}.png"] = make_random_png(np.random.default_rng(i))[0]
        files[f"random-{i}.webp"] = make_random_webp(np.random.default_rng(i))
        files[f"random-{i}.gif"] = make_random_gif(np.random.default_rng(i))
        files[f"random-{i}.bmp"] = make_random_bmp(np.random.default_rng(i))
    return files
