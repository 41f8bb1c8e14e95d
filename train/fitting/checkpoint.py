"""Training checkpoints: the state that later epochs depend on, written atomically after each epoch.

Keras' own `BackupAndRestore` keeps neither the best weights so far nor the patience that is left, with which an
interrupted training would end otherwise than an uninterrupted one.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from webparity.storage.cache import write_whole

Arrays = list[NDArray[Any]]
_LISTS: Final = ("weights", "optimizer", "average", "best")


@dataclass(kw_only=True)
class TrainingState:
    """State of a training between two epochs.

    Attributes:
        weights: of the network, as it stands.
        optimizer: the optimizer's variables.
        average: the moving average of the weights; empty where none is kept.
        best: the weights, or their average, that would be kept now.
        best_epoch: their epoch, from 0; -1 before the first.
        history: loss and metrics by epoch, over the epochs done.
    """

    weights: Arrays
    optimizer: Arrays
    average: Arrays = field(default_factory=list)
    best: Arrays
    best_epoch: int = -1
    history: dict[str, list[float]] = field(default_factory=dict)

    @property
    def epochs(self) -> int:
        """Epochs done."""
        return len(self.history.get("loss", ()))


class Checkpoint:
    """File with the `TrainingState` of the training with one key.

    Args:
        file: where; its folder is made.
        key: tells everything that the training follows from.
    """

    def __init__(self, file: Path, key: str) -> None:
        self._file = file
        self._key = key

    def load(self) -> TrainingState | None:
        """Read the saved state; None without a file, with another key, or when the file is damaged."""
        try:
            with self._file.open("rb") as stream, np.load(stream, allow_pickle=False) as arrays:
                facts = msgspec.json.decode(bytes(arrays["facts"]))
                if facts["key"] != self._key:
                    return None
                lists = {name: [arrays[f"{name}/{i}"] for i in range(facts["counts"][name])] for name in _LISTS}
        except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile, msgspec.DecodeError):
            return None
        return TrainingState(**lists, best_epoch=facts["best_epoch"], history=facts["history"])

    def save(self, state: TrainingState) -> None:
        """Replace the saved state atomically."""
        lists: dict[str, Arrays] = {name: getattr(state, name) for name in _LISTS}
        facts = {
            "key": self._key,
            "counts": {name: len(arrays) for name, arrays in lists.items()},
            "best_epoch": state.best_epoch,
            "history": state.history,
        }
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with write_whole(self._file) as stream:
            named: dict[str, Any] = {
                f"{name}/{i}": array for name, arrays in lists.items() for i, array in enumerate(arrays)
            }
            np.savez(stream, facts=np.frombuffer(msgspec.json.encode(facts), np.uint8), **named)
