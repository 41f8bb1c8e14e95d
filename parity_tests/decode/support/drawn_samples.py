"""Pictures and samples that the corpus' files are written from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def draw_scene(width: int, height: int) -> NDArray[np.uint8]:
    """Draw waves, a ramp, a hard-edged box and noise, uint8 [H, W, 3]."""
    y, x = np.mgrid[0:height, 0:width]
    waves = [127 + 120 * np.sin(x / 9), 127 + 110 * np.cos((x + y) / 13), x * 255 / max(width - 1, 1)]
    pixels = np.stack(waves, -1) + np.random.default_rng(7).normal(0, 8, (height, width, 3))
    pixels[height // 3 : height // 2, width // 4 : width // 2] = (250, 20, 30)
    return np.clip(pixels, 0, 255).astype(np.uint8)


def make_samples(depth: int, channels: int, width: int = 29, height: int = 21) -> NDArray[Any]:
    """Draw a noisy ramp, uint16 [H, W, C], of samples of `depth` bits."""
    rng = np.random.default_rng(depth * 10 + channels)
    ramp = np.linspace(0, (1 << depth) - 1, width * height * channels).reshape(height, width, channels)
    return np.clip(ramp + rng.normal(0, (1 << depth) / 8, ramp.shape), 0, (1 << depth) - 1).astype(np.uint16)
