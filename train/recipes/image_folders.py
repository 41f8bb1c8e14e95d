"""Shared parts of the recipes for any class folders: data, options, preprocessing and augmentation."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, cast

from webparity.errors import UsageError
from webparity.preprocessing.methods import Library
from webparity.preprocessing.spec import Channels, Hog, Preprocessing
from webparity.train.datasets.dataset import Dataset
from webparity.train.datasets.folder import load_folder
from webparity.train.datasets.listing import ListedImage
from webparity.train.progress import CountCallback
from webparity.train.recipes.free_options import PatternOption, SizeOption, parse_size
from webparity.train.recipes.recipe import Choices, Option

FIT: Final = Option(
    name="fit",
    values=("stretch", "cover", "contain"),
    default="stretch",
    summary="stretch as Keras and scikit-image do, cover cuts what is beyond, contain adds black bars",
)
BALANCE: Final = Option(
    name="balance", values=("on", "off"), default="on", summary="classes weigh the same, however many images they have"
)
GROUP_PATTERN: Final = PatternOption(
    name="group-pattern",
    summary="searched in each path below its class folder; images of one match are never on both sides of a split",
)


def make_size_option(default: int) -> Option:
    """Make the option `size` with a recipe's own default, in pixels."""
    return SizeOption(name="size", default=default, summary="that images are resized to")


def make_colour_option(default: Channels) -> Option:
    """Make the option `colour` with a recipe's own default."""
    return Option(name="colour", values=("gray", "rgb"), default=default, summary="gray levels, or three channels")


def make_preprocessing(choices: Choices, *, scale: float = 1.0 / 255.0, hog: Hog | None = None) -> Preprocessing:
    """Make the preprocessing of the options `size`, `colour` and `fit`."""
    height, width = parse_size(choices["size"])
    channels = cast("Channels", choices["colour"])
    # Histograms jump where a gradient turns: from Pillow's whole grey levels they are the same everywhere.
    like: Library | None = "pillow" if hog is not None else None
    return Preprocessing(
        height=height, width=width, channels=channels, fit=str(choices["fit"]), like=like, scale=scale, hog=hog
    )


def load(data: str, choices: Choices, progress: CountCallback | None = None) -> Dataset:
    """Read class folders, with the option `group-pattern`.

    Raises:
        UsageError: the pattern matches no file.
        DatasetError: as by `load_folder`.
    """
    folder, text = Path(data).expanduser(), str(choices["group-pattern"])
    if not text:
        return load_folder(folder, keep_validation=True, progress=progress)
    keys: dict[str, str | None] = {}
    pattern = re.compile(text)

    def find_key(image: ListedImage) -> str | None:
        return keys.setdefault(image.name, find_group(pattern, image.inner))

    dataset = load_folder(folder, group_of=find_key, keep_validation=True, progress=progress)
    matched = [key for key in keys.values() if key is not None]
    if not matched:
        raise UsageError(
            f"Expected group-pattern to match names of images; received {text!r}, which matches none of {len(keys)}, "
            f"such as {next(iter(keys))}. Correct it: it is searched in the path below the class folder."
        )
    note = f"Found {len(set(matched))} groups in the names of {len(matched)} of {len(keys)} images."
    return replace(dataset, notes=(*dataset.notes, note))


def find_group(pattern: re.Pattern[str], inner: str) -> str | None:
    """Find the group of an image in its path below its class folder.

    Returns:
        What the brackets of the pattern match, or the whole match where it has none; None where nothing matches.
    """
    match = pattern.search(inner)
    if match is None:
        return None
    parts = match.groups(default="") if pattern.groups else (match[0],)
    return "/".join(parts) if any(parts) else None


def build_augmentation(seed: int, *, mirrored: bool) -> Any:
    """Build turns to 10 degrees, zooms to 10 % and shifts to 8 % of the side; pixels from outside repeat the edge."""
    import keras
    from keras import layers

    fill: dict[str, Any] = {"fill_mode": "nearest", "seed": seed}
    varied = [
        layers.RandomRotation(10 / 360, **fill),
        layers.RandomZoom(0.1, 0.1, **fill),
        layers.RandomTranslation(0.08, 0.08, **fill),
    ]
    return keras.Sequential([layers.RandomFlip("horizontal", seed=seed)] * mirrored + varied, name="augment")
