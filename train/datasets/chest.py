"""Chest X-rays in the layout of Kermany et al. 2018, with patients and kinds of pneumonia read from file names."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path
from typing import Final

from webparity.errors import DatasetError, MissingDatasetError
from webparity.train.datasets.dataset import Dataset
from webparity.train.datasets.folder import load_folder
from webparity.train.datasets.listing import ListedImage
from webparity.train.datasets.synthetic import prepare_synthetic_radiographs
from webparity.train.progress import CountCallback

NAMES: Final = ("chest", "synthetic")
# Normal first, so that in two classes the second, the positive one, is the disease.
LABELS: Final = {2: ("NORMAL", "PNEUMONIA"), 3: ("NORMAL", "BACTERIAL", "VIRAL")}

_PATIENT = re.compile(r"(person\d+_(?:bacteria|virus))_|((?:NORMAL2-)?IM-\d+)-")
_CAUSES = {"_bacteria_": "BACTERIAL", "_virus_": "VIRAL"}


def load_chest(data: str = "chest", classes: int = 2, *, progress: CountCallback | None = None) -> Dataset:
    """Load chest X-rays.

    Args:
        data: `chest` for the folder `chest_xray` under `WEBPARITY_DATA`; `synthetic` for drawn radiographs that only
            tests should learn from; or the path of a folder.
        classes: 2 for NORMAL and PNEUMONIA; 3 for NORMAL, BACTERIAL and VIRAL, read from the file names.
        progress: see `load_folder`.

    Raises:
        DatasetError: the folder is missing or laid out otherwise, a file name does not tell the cause, or any error
            of `load_folder`; or `classes` is neither 2 nor 3.
    """
    if classes not in LABELS:
        raise DatasetError(f"Expected 2 or 3 classes of chest X-rays; received {classes}. Give --classes 2 or 3.")
    dataset = load_folder(
        _find_folder(data),
        label_names=LABELS[classes],
        label_of=_label_by_finding if classes == len(LABELS[2]) else _label_by_cause,
        group_of=lambda image: find_patient_key(image.path.stem),
        progress=progress,
    )
    return replace(dataset, name=data) if data in NAMES else dataset


def find_patient_key(stem: str) -> str | None:
    """Return a file's patient key: `personN_bacteria`, `personN_virus` (numbered apart), `IM-N` or `NORMAL2-IM-N`.

    Args:
        stem: the file's name without folder and suffix.

    Returns:
        The key, or None where the name is of another kind.
    """
    match = _PATIENT.match(stem)
    return match and (match[1] or match[2])


def _find_folder(data: str) -> Path:
    if data == "synthetic":
        return prepare_synthetic_radiographs()
    if data != "chest":
        return Path(data).expanduser()
    root = os.environ.get("WEBPARITY_DATA")
    folder = Path(root or ".") / "chest_xray"
    if root is None or not folder.is_dir():
        raise MissingDatasetError(
            f"Expected chest_xray/train/NORMAL, …/PNEUMONIA and chest_xray/test/… in the folder that WEBPARITY_DATA "
            f"names; received {folder if root else 'no WEBPARITY_DATA'}. Download the chest X-rays of Kermany et al. "
            "(Mendeley Data, doi:10.17632/rscbjbr9sj, or Kaggle's chest-xray-pneumonia), or use --data synthetic."
        )
    return folder


def _label_by_finding(image: ListedImage) -> str:
    finding = image.label.upper()
    if finding not in LABELS[2]:
        raise DatasetError(
            f"Expected class folders NORMAL and PNEUMONIA; received {image.label} ({image.name}). "
            "Rename or remove it; for classes of your own, train image-cnn, image-linear or image-boosting."
        )
    return finding


def _label_by_cause(image: ListedImage) -> str:
    if _label_by_finding(image) == "NORMAL":
        return "NORMAL"
    for mark, cause in _CAUSES.items():
        if mark in image.path.name:
            return cause
    raise DatasetError(
        f"Expected _bacteria_ or _virus_ in the name of every PNEUMONIA file; received {image.name}. "
        "Rename it, or use --classes 2."
    )
