"""Listing of a folder's image files and their classes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from webparity.decode.image_folder import HIDDEN, describe_other_file, is_hidden, iterate_files, read_image_format
from webparity.decode.image_format import DECODED_FORMATS, DECODED_FORMATS_TEXT
from webparity.errors import DatasetError, MissingDatasetError

_IMAGES = {suffix for suffixes in DECODED_FORMATS.values() for suffix in suffixes}
_LAYOUT = "Put the images into one folder per class, or into train/CLASS and test/CLASS."


@dataclass(frozen=True)
class ListedImage:
    """An image file: its path, its name within the folder, its class folder's name, and if it came in `test/`."""

    path: Path
    name: str
    label: str
    test: bool


@dataclass(frozen=True)
class Listing:
    """The image files of a folder, sorted by name, and what was skipped or merged, one sentence each."""

    images: tuple[ListedImage, ...]
    notes: tuple[str, ...]


def list_images(folder: Path) -> Listing:
    """List `CLASS/…`, or Kaggle's `train/CLASS`, `test/CLASS` and `val/CLASS`; `val` goes to the training images.

    Files of the formats that are decoded are listed, whatever their names; so is what promises one by name, which
    decoding then refuses.
    Hidden and system files, images of other formats and all others are counted and left out.

    Raises:
        DatasetError: the folder is missing, a class folder holds no image, or classes differ between the parts.
    """
    if not folder.is_dir():
        error_class = DatasetError if folder.exists() else MissingDatasetError
        raise error_class(f"Expected a folder of images; received {folder}, which is none. {_LAYOUT}")
    children = _list_visible(folder.iterdir())
    parts = [child for child in children if child.is_dir() and child.name in {"train", "test", "val"}]
    if folder / "train" not in parts:
        parts = [folder]
    notes = []
    if stray := [child for child in children if parts != [folder] and child not in parts]:
        notes.append(f"Left out what stands beside train/: {', '.join(child.name for child in stray)}.")
    images: list[ListedImage] = []
    others: Counter[str] = Counter()
    for part in parts:
        found = _list_part(part, folder, others)
        if part.name == "val" and part != folder:
            notes.append(f"Merged {len(found)} images of val/ into the training images; validation is split off anew.")
        images += found
    _refuse_other_classes(images, folder)
    if others:
        kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(others.items()))
        notes.append(f"Skipped {others.total()} files that are not {DECODED_FORMATS_TEXT}: {kinds}.")
    return Listing(tuple(sorted(images, key=lambda image: image.name)), tuple(notes))


def _list_visible(paths: Iterable[Path]) -> list[Path]:
    return sorted(path for path in paths if not is_hidden(path.name))


def _list_part(part: Path, folder: Path, others: Counter[str]) -> list[ListedImage]:
    """List the images of each class folder, and count other files."""
    found: list[ListedImage] = []
    for child in part.iterdir():
        if not child.is_dir():
            others[_describe_other_file(child, part) or child.suffix.lower()] += 1
        elif is_hidden(child.name):
            others[HIDDEN] += sum(1 for _ in iterate_files(child))
        else:
            kinds = {path: _describe_other_file(path, part) for path in iterate_files(child)}
            images = [path for path, kind in kinds.items() if kind is None]
            if not images:
                raise DatasetError(
                    f"Expected {DECODED_FORMATS_TEXT} images in every class folder; received none in {child}. "
                    "Fill the folder or remove it."
                )
            others.update(kind for kind in kinds.values() if kind is not None)
            test = part.name == "test" and part != folder
            found += [ListedImage(path, path.relative_to(folder).as_posix(), child.name, test) for path in images]
    return found


def _describe_other_file(path: Path, part: Path) -> str | None:
    """Name the format of a file that is not decoded; None for those that are, and for files named so."""
    other_format = describe_other_file(path, part)
    if other_format is not None or path.suffix.lower() in _IMAGES:
        return other_format
    found = read_image_format(path) or path.suffix.lower()
    return None if found in DECODED_FORMATS else found


def _refuse_other_classes(images: list[ListedImage], folder: Path) -> None:
    if not images:
        raise DatasetError(f"Expected {DECODED_FORMATS_TEXT} images; received none in {folder}. {_LAYOUT}")
    training = {image.label for image in images if not image.test}
    test = {image.label for image in images if image.test}
    if test and test != training:
        raise DatasetError(
            f"Expected the same class folders in train/ and test/; received {', '.join(sorted(training ^ test))} in "
            f"one of them only ({folder}). Add or remove these."
        )
