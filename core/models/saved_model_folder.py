"""Folders of TensorFlow's format SavedModel: recognized by their content, and their files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from webparity.errors import UsageError
from webparity.storage.regular_file import read_regular

GRAPH_NAME: Final = "saved_model.pb"
DANGER: Final = "a SavedModel, whose graph may read and write files when it runs"
UNREADABLE: Final = (
    "The model is a SavedModel, whose graph may read and write files when it runs: it is read again if you trust it "
    "(webparity verify --trust; from Python, trust=True)."
)
# What TensorFlow and Keras write into it, beside the graph.
_PARTS: Final = ("variables/*", "assets/*", "fingerprint.pb", "keras_metadata.pb")


@dataclass(frozen=True, kw_only=True)
class SavedModelFiles:
    """The files of a SavedModel.

    Attributes:
        graph: bytes of `saved_model.pb`.
        others: bytes of the others, by their paths in the folder.
    """

    graph: bytes
    others: dict[str, bytes]


def is_saved_model(path: Path) -> bool:
    """Whether a path is the folder of a SavedModel."""
    return path.is_dir() and (path / GRAPH_NAME).is_file()


def read_saved_model_files(folder: Path) -> SavedModelFiles:
    """Read the files of a SavedModel.

    Raises:
        UsageError: one cannot be read.
    """
    found = sorted(file for part in _PARTS for file in folder.glob(part) if file.is_file())
    try:
        others = {file.relative_to(folder).as_posix(): read_regular(file) for file in found}
        return SavedModelFiles(graph=read_regular(folder / GRAPH_NAME), others=others)
    except OSError as error:
        raise UsageError(
            f"Expected a SavedModel whose files can be read; received {folder}: {error}. Copy it again."
        ) from error


def measure_model(path: Path) -> int:
    """Measure a model's bytes, of a folder those of all files in it; 0 where there is nothing."""
    if path.is_dir():
        return sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
    return path.stat().st_size if path.is_file() else 0
