"""Detection of labels in a wrong order, by images in folders that are named by class."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from webparity.decode.contract import decode_file
from webparity.decode.image_folder import is_hidden, list_images
from webparity.errors import DecodeError, UsageError
from webparity.export.inputs.label_order import normalize_label
from webparity.models.baked import Baked
from webparity.outputs.registry import get_output_kind

# Enough images to distinguish exchanged labels from a weak model's mistakes, within seconds.
_MAX_IMAGES: Final = 300
_MAX_CLASSES: Final = 100
_IMAGES_PER_CLASS: Final = (3, 20)
# In standard deviations of the counts that chance gives.
_MIN_DEVIATIONS: Final = 3.5


def find_label_mismatch(baked: Baked, labels: Sequence[str], folder: Path) -> str:
    """Find classes that a model's answers exchange, compared with the names of class folders.

    Args:
        baked: the model.
        labels: by index.
        folder: its direct sub-folders are used if their names are labels, up to case and white space.

    Returns:
        One sentence with the confusion found; empty where there is none, or too few images to tell.
    """
    classes = _list_class_folders(labels, folder)
    # Folders are named by one label an image.
    if len(classes) < 2 or get_output_kind(baked.output).label_stage != "top1":
        return ""
    counts = np.stack([_count_answers(baked, path, len(classes), len(labels)) for path in classes.values()])
    rows, answered = np.array(list(classes)), linear_sum_assignment(-counts)[1]
    found, right = counts[range(len(rows)), answered], counts[range(len(rows)), rows]
    total = counts.sum(axis=1)
    exchanged = (answered != rows) & (2 * found > total) & (total >= _IMAGES_PER_CLASS[0])
    # The share of each label among all answers: a biased model answers one label for every folder.
    share = counts.sum(axis=0)[answered] / max(1, counts.sum())
    gain, whole = (found - right)[exchanged].sum(), (found + right)[exchanged].sum()
    excess = (found - total * share)[exchanged].sum()
    variance = (total * share * (1 - share))[exchanged].sum()
    clear = gain > _MIN_DEVIATIONS * np.sqrt(whole) and excess > _MIN_DEVIATIONS * np.sqrt(variance)
    if exchanged.sum() < 2 or not clear:
        return ""
    confusion = ", ".join(
        f"{labels[row]} is answered as {labels[answer]} ({count} of {images})"
        for row, answer, count, images in zip(
            rows[exchanged], answered[exchanged], found[exchanged], total[exchanged], strict=True
        )
    )
    return (
        f"The answers contradict the class folders in {folder}: {confusion}. The labels may stand in another order "
        "than the model's outputs; check them."
    )


def _list_class_folders(labels: Sequence[str], folder: Path) -> dict[int, Path]:
    """List class folders by the index of their label, at most 100 of them."""
    index_of = {normalize_label(label): index for index, label in enumerate(labels)}
    children = sorted(child for child in folder.iterdir() if child.is_dir() and not is_hidden(child.name))
    found = {
        index_of[normalize_label(child.name)]: child for child in children if normalize_label(child.name) in index_of
    }
    every = -(-len(found) // _MAX_CLASSES) or 1
    return dict(list(found.items())[::every])


def _count_answers(baked: Baked, folder: Path, classes: int, outputs: int) -> NDArray[np.int64]:
    """Count how often each label is answered for images of one class folder, int64 [C]."""
    least, most = _IMAGES_PER_CLASS
    kind = get_output_kind(baked.output)
    files = list_images(folder).images
    count = min(most, max(least, _MAX_IMAGES // classes))
    counts = np.zeros(outputs, np.int64)
    for file in files[:: max(1, len(files) // count)][:count]:
        try:
            image = decode_file(file, baked.preprocessing.contract)
        except (DecodeError, UsageError):
            # The golden set and the calibration report unreadable images themselves.
            continue
        ((label,),) = kind.decide(baked(image[np.newaxis], (kind.answer,))[kind.answer], baked.output)
        counts[label] += 1
    return counts
