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
from webparity.train.datasets.splits import SPLIT_SEED, hold_out_groups
from webparity.train.progress import CountCallback

_TEST_SHARE = 0.2
_VALIDATION_SHARE = 0.15
# Above both, a folder is not a good one with a few bad files: something went wrong on the way here.
_MAX_REFUSED = 3
_MAX_REFUSED_SHARE = 0.05
_NAMED_IN_A_NOTE = 5


def load_folder(
    folder: Path,
    *,
    label_names: tuple[str, ...] = (),
    label_of: Callable[[ListedImage], str] = lambda image: image.label,
    group_of: Callable[[str], str | None] = lambda _: None,
    progress: CountCallback | None = None,
) -> Dataset:
    """Load `CLASS/…`, or Kaggle's `train/CLASS` and `test/CLASS`, with or without `val/CLASS`.

    The test set is the folder's own, kept as it comes but for files that cannot be decoded, or else a fifth of the
    images; validation is about 15 % of the rest. No patient and no file stands in two splits: see `remove_leakage`
    for what gives way. Files that the decode contract refuses are skipped, up to 3 or 5 % of them.

    Args:
        folder: where the class folders are.
        label_names: the labels in their order; sorted by default.
        label_of: an image's label; its class folder's name by default.
        group_of: the patient's key from a file's name without suffix, or None for a file on its own.
        progress: called with files decoded and files to decode; nothing is decoded twice, see `verdicts`.

    Raises:
        DatasetError: the folder is missing, holds no images, an empty class, one class only, too many damaged files,
            the same bytes under two labels of the test set, or too few images or patients to split.
        UsageError: the cache folder cannot be written.
    """
    listing = list_images(folder)
    images, files, skipped = _select_decodable(listing.images, progress)
    image_labels = [label_of(image) for image in images]
    label_names = label_names or tuple(sorted({label_of(image) for image in listing.images}))
    test = np.array([image.test for image in images])
    _refuse_missing_labels(label_names, image_labels, test, folder)
    labels = np.array([label_names.index(label) for label in image_labels], dtype=np.int64)
    digests = [file.sha256 for file in files]
    groups = number_groups([group_of(image.path.stem) or image.name for image in images], digests)
    stays, dropped = remove_leakage(labels, groups, digests, test)
    whole = Split(FileImages(files), labels, groups, tuple(image.name for image in images))
    rest = np.flatnonzero(stays & ~test)
    out = np.flatnonzero(test)
    if not len(out):
        rest, out = _split_off(whole, rest, _TEST_SHARE)
    training, validation = _split_off(whole, rest, _VALIDATION_SHARE)
    return Dataset(
        str(folder),
        label_names,
        whole.take(training),
        whole.take(validation),
        whole.take(out),
        (*listing.notes, *skipped, *dropped),
    )


def _split_off(whole: Split, rest: NDArray[np.int64], share: float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    part = whole.take(rest)
    assert part.groups is not None
    kept, out = hold_out_groups(part.labels, part.groups, share, SPLIT_SEED)
    return rest[kept], rest[out]


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
    if len(label_names) == 1:
        raise DatasetError(
            f"Expected two classes or more; received one, {label_names[0]}, in {folder}. Add a folder of another class."
        )
    for part in sorted({bool(value) for value in test}):
        counts = Counter(label for label, of_test in zip(image_labels, test, strict=True) if of_test == part)
        if missing := [label for label in label_names if not counts[label]]:
            where = "test" if part else "training"
            raise DatasetError(
                f"Expected {where} images of every class; received none of {', '.join(missing)} that can be decoded in "
                f"{folder}. Add images."
            )
