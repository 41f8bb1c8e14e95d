"""Layout of a folder of images: class folders alone, or a training, a validation and a test part of these."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from webparity.decode.image_folder import is_hidden
from webparity.errors import DatasetError, MissingDatasetError

PartName = Literal["train", "validation", "test"]

LAYOUT_REMEDY: Final = "Put the images into one folder for each class, or into train/CLASS and test/CLASS."
# As datasets that people download name them, in any case.
_NAMES: Final[dict[str, PartName]] = {
    "train": "train",
    "training": "train",
    "val": "validation",
    "valid": "validation",
    "validation": "validation",
    "test": "test",
    "testing": "test",
}
# `seg_train` beside `seg_test`: parts under names that say so, and no classes.
_SPOKEN: Final = re.compile(r"(?:^|[\W_])(train|test|val)(?:ing|id|idation)?(?:[\W_]|$)", re.IGNORECASE)


@dataclass(frozen=True)
class Part:
    """A folder that holds the class folders of a split; of all images where the layout has no splits."""

    folder: Path
    name: PartName


def find_parts(folder: Path) -> tuple[list[Part], list[str]]:
    """Find the folders that hold class folders.

    A folder `train` that holds no folders is a class of that name, such as the vehicle.

    Args:
        folder: as the user named it.

    Returns:
        The parts, one of the name `train` at least, and notes on what stands beside them, one sentence each.

    Raises:
        DatasetError: the folder is missing or cannot be listed; two parts have one name; or what stands for classes
            are parts of a name that is not known, or one folder with folders of its own.
    """
    if not folder.is_dir():
        error_class = DatasetError if folder.exists() else MissingDatasetError
        raise error_class(f"Expected a folder of images; received {folder}, which is none. {LAYOUT_REMEDY}")
    children = [child for child in list_children(folder) if not is_hidden(child.name)]
    parts = [Part(child, _NAMES[child.name.lower()]) for child in children if _is_named_as_part(child)]
    training = [part.folder for part in parts if part.name == "train" and _list_folders(part.folder)]
    if not training:
        _refuse_other_layouts(folder, children)
        return [Part(folder, "train")], []
    for name in ("train", "validation", "test"):
        same = [part.folder.name for part in parts if part.name == name]
        if len(same) > 1:
            raise DatasetError(
                f"Expected one folder of the {name} images; received {', '.join(same)} in {folder}. "
                "Merge them or rename one."
            )
    stray = [child.name for child in children if not _is_named_as_part(child)]
    return parts, [f"Left out what stands beside {training[0].name}/: {', '.join(stray)}."] if stray else []


def list_children(folder: Path) -> list[Path]:
    """List what a folder holds, by name.

    Raises:
        DatasetError: it cannot be listed.
    """
    try:
        return sorted(folder.iterdir())
    except OSError as error:
        raise DatasetError(
            f"Expected a folder that can be listed; received {folder}: {error.strerror}. Check its permissions."
        ) from error


def _is_named_as_part(child: Path) -> bool:
    return child.name.lower() in _NAMES and child.is_dir()


def _list_folders(folder: Path) -> list[Path]:
    return [child for child in list_children(folder) if child.is_dir() and not is_hidden(child.name)]


def _refuse_other_layouts(folder: Path, children: list[Path]) -> None:
    """Refuse folders that are no classes: parts of other names, and one folder around the whole."""
    folders = [child for child in children if child.is_dir()]
    if len(folders) == 1 and len(_list_folders(folders[0])) > 1:
        raise DatasetError(
            f"Expected one folder for each class; received one folder, {folders[0].name}, that holds folders itself, "
            f"in {folder}. Give {folders[0]}."
        )
    spoken = {match[1].lower() for child in folders if (match := _SPOKEN.search(child.name)) and _list_folders(child)}
    if "train" in spoken and len(spoken) > 1:
        raise DatasetError(
            f"Expected class folders, or parts named train, val and test; received "
            f"{', '.join(child.name for child in folders)} in {folder}. Rename the parts, each with its class folders "
            "directly inside."
        )
