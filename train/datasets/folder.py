"""Any folder of images by class, as a dataset."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from webparity.errors import DatasetError
from webparity.storage.regular_file import MAX_IMAGE_BYTES, read_regular
from webparity.train.datasets.dataset import Dataset, Split
from webparity.train.datasets.decode_checks import check_files
from webparity.train.datasets.files import FileImages, KnownFile
from webparity.train.datasets.leakage import number_groups, remove_leakage
from webparity.train.datasets.listing import ListedImage, list_images
from webparity.train.datasets.splits import SPLIT_SEED, hold_out_groups, hold_out_of_each_class
from webparity.train.progress import CountCallback

_TEST_SHARE = 0.2
_VALIDATION_SHARE = 0.15
# Above both, a folder is not a good one with a few bad files: something went wrong on the way here.
_MAX_REFUSED = 3
_MAX_REFUSED_SHARE = 0.05
_NAMED_IN_A_NOTE = 5
_MAX_CLASSES = 1000


def load_folder(
    folder: Path,
    *,
    label_names: tuple[str, ...] = (),
    label_of: Callable[[ListedImage], str] = lambda image: image.label,
    group_of: Callable[[ListedImage], str | None] | None = None,
    keep_validation: bool = False,
    progress: CountCallback | None = None,
) -> Dataset:
    """Load `CLASS/…`, or `train/CLASS` with or without `val/CLASS` and `test/CLASS`.

    The test set is the folder's own, kept as it comes but for files that cannot be decoded, or else a fifth of the
    training images; validation is about 15 % of the rest. No group and no file stands in two splits: see
    `remove_leakage` for what gives way. Files that the decode contract refuses are skipped, up to 3 or 5 % of them.

    Args:
        folder: where the class folders are.
        label_names: the labels in their order; sorted by code points by default, as in Keras and torchvision.
        label_of: an image's label; its class folder's name by default.
        group_of: the key of an image's group, such as its patient, or None for an image on its own.
        keep_validation: the folder's own `val/` is the validation set, less what stands in the test set too; else its
            images join the training images.
        progress: called with files decoded and files to decode; nothing is decoded twice, see `verdicts`.

    Raises:
        DatasetError: the folder is missing, holds no images, an empty class, one class only, too many damaged files,
            the same bytes under two labels of the test set, or too few images or groups to split.
        UsageError: the cache folder cannot be written.
    """
    listing = list_images(folder)
    images, files, skipped = _select_decodable(listing.images, progress)
    image_labels = [label_of(image) for image in images]
    label_names = label_names or tuple(sorted({label_of(image) for image in listing.images}))
    parts = np.array([image.part for image in images])
    test = parts == "test"
    _refuse_missing_labels(label_names, image_labels, test, folder)
    numbers = {name: number for number, name in enumerate(label_names)}
    labels = np.array([numbers[label] for label in image_labels], dtype=np.int64)
    digests = [file.sha256 for file in files]
    groups = number_groups([(group_of and group_of(image)) or image.name for image in images], digests)
    stays, notes = remove_leakage(labels, groups, digests, test)
    notes = [*listing.notes, *skipped, *notes]
    whole = Split(FileImages(files), labels, groups, tuple(image.name for image in images))
    own = stays & (parts == "validation")
    if own.any() and not keep_validation:
        count = int((parts == "validation").sum())
        notes.append(f"Merged {count} images of val/ into the training images; validation is split off anew.")
        own[:] = False
    rest = stays & ~test & ~own
    if (shared := rest & np.isin(groups, groups[own])).any():
        rest &= ~shared
        notes.append(f"Dropped {shared.sum()} training images of groups that stand in the validation set too.")
    needed = 3 - bool(own.any()) - bool(test.any())
    _refuse_small_classes(label_names, labels[rest], groups[rest], needed, folder)
    training = np.flatnonzero(rest)
    measured, validation = np.flatnonzero(test), np.flatnonzero(own)
    if not len(measured):
        training, measured = _split_off(whole, training, _TEST_SHARE, grouped=group_of is not None)
    if not len(validation):
        training, validation = _split_off(whole, training, _VALIDATION_SHARE, grouped=group_of is not None)
    return Dataset(
        str(folder), label_names, whole.take(training), whole.take(validation), whole.take(measured), tuple(notes)
    )


def _split_off(
    whole: Split, rest: NDArray[np.int64], share: float, *, grouped: bool
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    part = whole.take(rest)
    assert part.groups is not None
    if grouped:
        kept, out = hold_out_groups(part.labels, part.groups, share, SPLIT_SEED)
    else:
        kept, out = hold_out_of_each_class(part.labels, share, SPLIT_SEED)
    return rest[kept], rest[out]


def _refuse_small_classes(
    label_names: tuple[str, ...], labels: NDArray[np.int64], groups: NDArray[np.int64], needed: int, folder: Path
) -> None:
    """Refuse classes with fewer groups than there are splits to fill with them."""
    pairs = np.unique(np.stack([labels, groups]), axis=1)[0]
    counts = np.bincount(pairs, minlength=len(label_names))
    small = [f"{counts[i]} of {label_names[i]}" for i in np.flatnonzero(counts < needed)]
    if small:
        some = ", ".join(small[:_NAMED_IN_A_NOTE]) + (", …" if len(small) > _NAMED_IN_A_NOTE else "")
        raise DatasetError(
            f"Expected {needed} different images of every class or more, of as many groups (patients, scenes) where "
            f"there are such, so that each split has one; received {some} in {folder}. Add images or remove the class."
        )


def _select_decodable(
    listed: tuple[ListedImage, ...], progress: CountCallback | None
) -> tuple[list[ListedImage], tuple[KnownFile, ...], list[str]]:
    """Select the images that can be decoded; return their files with digests, and a note on the others."""
    refused: dict[str, str] = {}
    images: list[ListedImage] = []
    files: list[KnownFile] = []
    for image in listed:
        try:
            files.append(KnownFile(image.path, hashlib.sha256(read_regular(image.path, MAX_IMAGE_BYTES)).hexdigest()))
            images.append(image)
        except OSError as error:
            refused[image.name] = error.strerror or "unreadable"
    reasons = check_files(files, progress)
    refused |= {image.name: reason for image, reason in zip(images, reasons, strict=True) if reason}
    if not refused:
        return images, tuple(files), []
    some = ", ".join(f"{name} ({reason})" for name, reason in sorted(refused.items())[:_NAMED_IN_A_NOTE])
    more = ", …" if len(refused) > _NAMED_IN_A_NOTE else ""
    if len(refused) > max(_MAX_REFUSED, _MAX_REFUSED_SHARE * len(listed)):
        raise DatasetError(
            f"Expected at most {_MAX_REFUSED} or {_MAX_REFUSED_SHARE:.0%} of the images to be damaged; received "
            f"{len(refused)} of {len(listed)}: {some}{more}. Download the data again, or remove these files."
        )
    good = [i for i, reason in enumerate(reasons) if not reason]
    note = f"Skipped {len(refused)} images that cannot be decoded: {some}{more}."
    return [images[i] for i in good], tuple(files[i] for i in good), [note]


def _refuse_missing_labels(
    label_names: tuple[str, ...], image_labels: list[str], test: NDArray[np.bool_], folder: Path
) -> None:
    if len(label_names) > _MAX_CLASSES:
        raise DatasetError(
            f"Expected at most {_MAX_CLASSES} classes; received {len(label_names)} folders in {folder}. Give the "
            "folder that holds the class folders, or merge classes."
        )
    if len(label_names) == 1:
        raise DatasetError(
            f"Expected two classes or more; received one, {label_names[0]}, in {folder}. Add a folder of another class."
        )
    for part in sorted({bool(value) for value in test}):
        counts = Counter(label for label, of_test in zip(image_labels, test, strict=True) if of_test == part)
        if missing := [label for label in label_names if not counts[label]]:
            where = "test" if part else "training"
            some = ", ".join(missing[:_NAMED_IN_A_NOTE])
            raise DatasetError(
                f"Expected {where} images of every class; received none of {some} that can be decoded in "
                f"{folder}. Add images."
            )
