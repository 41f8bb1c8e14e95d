"""Listing of a folder's image files and their classes."""

from __future__ import annotations

import unicodedata
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from webparity.decode.image_folder import HIDDEN, describe_other_file, is_hidden, iterate_files, read_image_format
from webparity.decode.image_format import DECODED_FORMATS, DECODED_FORMATS_TEXT
from webparity.errors import DatasetError
from webparity.train.datasets.layout import LAYOUT_REMEDY, Part, PartName, find_parts, list_children

_IMAGES = {suffix for suffixes in DECODED_FORMATS.values() for suffix in suffixes}


@dataclass(frozen=True)
class ListedImage:
    """An image file.

    Attributes:
        path: where it is.
        name: its path within the dataset's folder, with slashes.
        inner: its path within its class folder, with slashes.
        label: its class folder's name, in Unicode's composed form (NFC), whatever the file system stores.
        part: the part of the dataset that it came in; `train` where the folder has no parts.
    """

    path: Path
    name: str
    inner: str
    label: str
    part: PartName


@dataclass(frozen=True)
class Listing:
    """The image files of a folder, sorted by name, and what was skipped or merged, one sentence each."""

    images: tuple[ListedImage, ...]
    notes: tuple[str, ...]


def list_images(folder: Path) -> Listing:
    """List `CLASS/…`, or `train/CLASS`, `val/CLASS` and `test/CLASS`; folders within class folders belong to the class.

    Files of the formats that are decoded are listed, whatever their names; so is what promises one by name, which
    decoding then refuses.
    Hidden and system files, images of other formats and all others are counted and left out.

    Raises:
        DatasetError: the folder is missing, a class folder holds no image or has a name that is no text, or classes
            differ between the parts.
    """
    parts, notes = find_parts(folder)
    images: list[ListedImage] = []
    others: Counter[str] = Counter()
    for part in parts:
        loose: list[str] = []
        images += _list_part(part, folder, others, loose)
        if loose:
            where = f"{part.folder.name}/" if part.folder != folder else "the folder"
            notes.append(f"Left out {len(loose)} images of {where} that are in no class folder, such as {loose[0]}.")
    _refuse_other_classes(images, folder)
    if others:
        kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(others.items()))
        notes.append(f"Skipped {others.total()} files that are not {DECODED_FORMATS_TEXT}: {kinds}.")
    return Listing(tuple(sorted(images, key=lambda image: image.name)), tuple(notes))


def _list_part(part: Part, folder: Path, others: Counter[str], loose: list[str]) -> list[ListedImage]:
    """List the images of each class folder; count other files, and name images beside the class folders."""
    found: list[ListedImage] = []
    for child in list_children(part.folder):
        if child.is_dir() and is_hidden(child.name):
            others[HIDDEN] += sum(1 for _ in iterate_files(child))
        elif child.is_dir():
            found += _list_class(child, part, folder, others)
        elif (kind := _describe_other_file(child, part.folder)) is not None:
            others[kind] += 1
        else:
            loose.append(child.name)
    return found


def _list_class(child: Path, part: Part, folder: Path, others: Counter[str]) -> list[ListedImage]:
    kinds = {path: _describe_other_file(path, part.folder) for path in iterate_files(child)}
    images = [path for path, kind in kinds.items() if kind is None]
    left_out = Counter(kind for kind in kinds.values() if kind is not None)
    if not images:
        held = f", but {', '.join(f'{count} {kind}' for kind, count in sorted(left_out.items()))}" if left_out else ""
        raise DatasetError(
            f"Expected {DECODED_FORMATS_TEXT} images in every class folder; received none in {child}{held}. "
            f"{'Convert them, or remove the folder' if left_out else 'Fill the folder or remove it'}."
        )
    others.update(left_out)
    label = unicodedata.normalize("NFC", child.name)
    return [
        ListedImage(path, path.relative_to(folder).as_posix(), path.relative_to(child).as_posix(), label, part.name)
        for path in images
    ]


def _describe_other_file(path: Path, part: Path) -> str | None:
    """Name the format of a file that is not decoded; None for those that are, and for files named so."""
    other_format = describe_other_file(path, part)
    if other_format is not None or path.suffix.lower() in _IMAGES:
        return other_format
    found = read_image_format(path) or path.suffix.lower()
    return None if found in DECODED_FORMATS else found


def _refuse_other_classes(images: list[ListedImage], folder: Path) -> None:
    if not images:
        raise DatasetError(f"Expected {DECODED_FORMATS_TEXT} images; received none in {folder}. {LAYOUT_REMEDY}")
    labels = {image.label for image in images}
    for label in sorted(labels):
        if any("\ud800" <= character <= "\udfff" for character in label):
            raise DatasetError(
                f"Expected names of class folders in UTF-8; received {label} in {folder}. Rename the folder."
            )
    training = {image.label for image in images if image.part != "test"}
    test = {image.label for image in images if image.part == "test"}
    if test and test != training:
        raise DatasetError(
            f"Expected the same class folders in train/ and test/; received {_list_some(training ^ test)} in "
            f"one of them only ({folder}). Add or remove these."
        )


def _list_some(labels: set[str], most: int = 10) -> str:
    return ", ".join(sorted(labels)[:most]) + (", …" if len(labels) > most else "")
