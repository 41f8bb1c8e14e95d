"""A picture that Pillow encodes as JPEG."""

import io
from typing import Any

import numpy as np
from PIL import Image


def encode_scene(mode: str = "RGB", **options: Any) -> bytes:
    """Waves in 61 x 47 pixels, as a JPEG of Pillow's."""
    y, x = np.mgrid[0:47, 0:61]
    waves = np.stack([127 + 120 * np.sin(x / 9), 127 + 110 * np.cos((x + y) / 13), x * 4], -1)
    out = io.BytesIO()
    Image.fromarray(waves.astype(np.uint8)).convert(mode).save(out, "JPEG", **options)
    return out.getvalue()
