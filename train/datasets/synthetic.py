"""Drawn chest radiographs, in the layout and with the file names of the real ones.

They stand in for data in tests and demonstrations; nothing that was learnt from them says anything about a person.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from webparity.storage.cache import get_cache_folder, translate_cache_errors
from webparity.storage.code_digest import digest_code

_CACHED_IMAGES_PER_CLASS = 200
_CACHED_SIDE = 112
_TEST_SHARE = 0.2
_MAX_IMAGES_A_PATIENT = 3
_JPEG_QUALITY = 90

Plane = NDArray[np.float64]


def prepare_synthetic_radiographs() -> Path:
    """Draw a folder of 400 synthetic radiographs, once, into the cache.

    Raises:
        UsageError: the cache folder cannot be written.
    """
    folder = get_cache_folder() / f"synthetic-radiographs-{digest_code(__name__)[:16]}"
    with translate_cache_errors(folder):
        if not folder.is_dir():
            drawn = Path(mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
            draw_synthetic_radiographs(drawn, images_per_class=_CACHED_IMAGES_PER_CLASS, seed=0, side=_CACHED_SIDE)
            try:
                drawn.rename(folder)
            except OSError:
                # Another process was quicker; it drew the same.
                shutil.rmtree(drawn)
                folder.stat()
    return folder


def draw_synthetic_radiographs(folder: Path, *, images_per_class: int, seed: int, side: int) -> None:
    """Draw `train|test/NORMAL|PNEUMONIA/*.jpeg`, a fifth of each class into `test`, one to three images per patient.

    Lungs are dark, with ribs, spine and heart. Half of the pneumonias are bacterial, a dense patch in one lung; half
    are viral, a fine haze over both. Patients differ in build, images of one patient in pose, exposure and noise.

    Args:
        folder: is made; files in it are overwritten.
        images_per_class: images of NORMAL and of PNEUMONIA each.
        seed: the same seed draws the same images.
        side: of an image in pixels.
    """
    generator = np.random.default_rng(seed)
    kinds = {"normal": images_per_class, "bacteria": images_per_class // 2}
    kinds["virus"] = images_per_class - kinds["bacteria"]
    for disease, count in kinds.items():
        first_of_training = round(count * _TEST_SHARE)
        drawn, person = 0, 0
        while drawn < count:
            person += 1
            patient = _Patient.draw(generator)
            # A patient stands on one side of the split.
            end = first_of_training if drawn < first_of_training else count
            part = "test" if drawn < first_of_training else "train"
            for shot in range(1, min(int(generator.integers(1, _MAX_IMAGES_A_PATIENT + 1)), end - drawn) + 1):
                drawn += 1
                finding = "NORMAL" if disease == "normal" else "PNEUMONIA"
                name = f"IM-{person:04d}-{shot:04d}" if disease == "normal" else f"person{person}_{disease}_{drawn}"
                file = folder / part / finding / f"{name}.jpeg"
                file.parent.mkdir(parents=True, exist_ok=True)
                _draw_radiograph(generator, patient, disease, side).save(file, "JPEG", quality=_JPEG_QUALITY)


@dataclass(frozen=True)
class _Patient:
    """Body proportions, in units of half the image's width."""

    lung_width: float
    lung_height: float
    heart: float
    ribs: float
    tissue: float

    @classmethod
    def draw(cls, generator: np.random.Generator) -> _Patient:
        low, high = (0.26, 0.50, 0.20, 7.0, 0.50), (0.34, 0.66, 0.32, 10.0, 0.66)
        return cls(*generator.uniform(low, high).tolist())


def _draw_radiograph(generator: np.random.Generator, patient: _Patient, disease: str, side: int) -> Image.Image:
    shift_x, shift_y, zoom = generator.uniform((-0.06, -0.06, 0.92), (0.06, 0.06, 1.08))
    axis = np.linspace(-1, 1, side) * zoom
    x, y = axis[np.newaxis, :] + shift_x, axis[:, np.newaxis] + shift_y
    left, right = (
        _draw_ellipse(x, y, (centre, -0.05), (patient.lung_width, patient.lung_height)) for centre in (-0.42, 0.42)
    )
    lungs = np.maximum(left, right)
    body = _draw_ellipse(x, y, (0.0, 0.1), (0.98, 1.3))
    ribs = np.clip(np.cos(2 * np.pi * patient.ribs * (y + 0.5 * (np.abs(x) - 0.4) ** 2) / 2), 0.2, 1) - 0.2
    spine = np.exp(-((x / 0.09) ** 2)) * np.ones_like(y)
    heart = _draw_ellipse(x, y, (0.16, 0.32), (patient.heart, patient.heart * 1.2))
    light = body * (patient.tissue - 0.36 * lungs + 0.10 * ribs * lungs + 0.14 * spine + 0.20 * heart)
    light += lungs * _draw_opacity(generator, disease, x, y, side)
    light += 0.05 * _draw_smooth_noise(generator, 6, side) + generator.normal(0, 0.015, (side, side))
    exposure, contrast = generator.uniform((-0.08, 0.85), (0.08, 1.15))
    pixels = 255 * np.clip((light - 0.4) * contrast + 0.42 + exposure, 0, 1)
    return Image.fromarray(pixels.round().astype(np.uint8))


def _draw_opacity(generator: np.random.Generator, disease: str, x: Plane, y: Plane, side: int) -> Plane:
    """Compute the opacities that a disease adds, before the mask of the lungs is applied."""
    if disease == "bacteria":
        centre_x = generator.choice((-0.42, 0.42)) + generator.uniform(-0.08, 0.08)
        centre_y = generator.uniform(-0.3, 0.35)
        width, height, density = generator.uniform((0.12, 0.12, 0.18), (0.26, 0.28, 0.40))
        patch: Plane = np.exp(-(((x - centre_x) / width) ** 2) - ((y - centre_y) / height) ** 2)
        dense: Plane = density * patch * (1 + 0.2 * _draw_smooth_noise(generator, 10, side))
        return dense
    if disease == "virus":
        haze: Plane = generator.uniform(0.06, 0.16) * (0.8 + 0.5 * _draw_smooth_noise(generator, side // 5, side))
        return haze
    return np.zeros((side, side))


def _draw_ellipse(x: Plane, y: Plane, centre: tuple[float, float], radii: tuple[float, float]) -> Plane:
    """Draw an ellipse: 1 inside, 0 outside, soft at the border; `centre` and `radii` are (x, y)."""
    distance = ((x - centre[0]) / radii[0]) ** 2 + ((y - centre[1]) / radii[1]) ** 2
    soft: Plane = 1 / (1 + np.exp(np.minimum(9 * (distance - 1), 50)))
    return soft


def _draw_smooth_noise(generator: np.random.Generator, cells: int, side: int) -> Plane:
    """Draw smooth noise with about `cells` bumps across the image, standard normal at the bumps."""
    coarse = Image.fromarray(generator.normal(size=(cells, cells)).astype(np.float32))
    cloud: Plane = np.asarray(coarse.resize((side, side), Image.Resampling.BICUBIC), dtype=np.float64)
    return cloud
