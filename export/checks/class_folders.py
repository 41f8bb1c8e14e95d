"""Images in folders by class, held to the answers: labels in a wrong order show as exchanged classes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from webparity.decode.contract import decode
from webparity.decode.image_folder import is_hidden, list_images
from webparity.errors import DecodeError
from webparity.export.inputs.label_order import normal
from webparity.models.baked import Baked, compute_top1

# Enough to tell an exchange from a weak model's mistakes, few enough for some seconds.
_MOST_IMAGES: Final = 300
_MOST_CLASSES: Final = 100
_OF_A_CLASS: Final = (3, 20)
# In standard deviations of what chance gives.
_CLEARLY: Final = 3.5


def contradiction(baked: Baked, labels: Sequence[str], folder: Path) -> str:
    """Say if a model's answers contradict the names of class folders as exchanged labels would.

    Args:
        baked: the model.
        labels: by index.
        folder: its direct sub-folders count where their names are labels, but for case and white space.

    Returns:
        One sentence with the confusion found; empty where there is none, or too few images to tell.
    """
    classes = _class_folders(labels, folder)
    if len(classes) < 2:  # noqa: PLR2004 - nothing can be exchanged
        return ""
    counts = np.stack([_answers(baked, path, len(classes), len(labels)) for path in classes.values()])
    rows, answered = np.array(list(classes)), linear_sum_assignment(-counts)[1]
    said, right, all_of = (counts[range(len(rows)), answered], counts[range(len(rows)), rows], counts.sum(axis=1))
    exchanged = (answered != rows) & (2 * said > all_of) & (all_of >= _OF_A_CLASS[0])
    # How often each label is answered at all: a model that prefers one says it of every folder.
    share = counts.sum(axis=0)[answered] / max(1, counts.sum())
    gain, whole = (said - right)[exchanged].sum(), (said + right)[exchanged].sum()
    excess, variance = (said - all_of * share)[exchanged].sum(), (all_of * share * (1 - share))[exchanged].sum()
    clear = gain > _CLEARLY * np.sqrt(whole) and excess > _CLEARLY * np.sqrt(variance)
    if exchanged.sum() < 2 or not clear:  # noqa: PLR2004 - as above
        return ""
    found = ", ".join(
        f"{labels[row]} is answered as {labels[answer]} ({count} of {total})"
        for row, answer, count, total in zip(
            rows[exchanged], answered[exchanged], said[exchanged], all_of[exchanged], strict=True
        )
    )
    return (
        f"The answers contradict the class folders in {folder}: {found}. The labels may stand in another order than "
        "the model's outputs; check them."
    )


def _class_folders(labels: Sequence[str], folder: Path) -> dict[int, Path]:
    """Class folders by the index of their label, at most 100 of them."""
    index_of = {normal(label): index for index, label in enumerate(labels)}
    children = sorted(child for child in folder.iterdir() if child.is_dir() and not is_hidden(child.name))
    found = {index_of[normal(child.name)]: child for child in children if normal(child.name) in index_of}
    every = -(-len(found) // _MOST_CLASSES) or 1
    return dict(list(found.items())[::every])


def _answers(baked: Baked, folder: Path, classes: int, outputs: int) -> NDArray[np.int64]:
    """How often each label was answered to images of one class folder, int64 [C]."""
    least, most = _OF_A_CLASS
    files = list_images(folder).images
    count = min(most, max(least, _MOST_IMAGES // classes))
    counts = np.zeros(outputs, np.int64)
    for file in files[:: max(1, len(files) // count)][:count]:
        try:
            image = decode(file.read_bytes(), file.name)
        except (DecodeError, OSError):
            # Whoever needs the image says why it cannot be used.
            continue
        counts[int(compute_top1(baked(image[np.newaxis])["probabilities"])[0])] += 1
    return counts
