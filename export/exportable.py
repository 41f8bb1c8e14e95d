"""A trained model with all that an export needs beside it: labels, golden images and metadata."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from webparity.export.inputs.golden import GoldenFile
from webparity.export.inputs.metadata import validate_metrics, validate_names, validate_note, validate_seed
from webparity.models.baked import Baked


@dataclass(frozen=True, kw_only=True)
class Exportable:
    """A trained model with its labels, golden images and metadata.

    Attributes:
        name: shown on the page and kept in the manifest.
        baked: the model with its preprocessing.
        source: the model as a file of its own library, kept in `source/`.
        labels: class names, by index.
        golden: image files for the golden set.
        draw: the kind of drawing the page offers, if any.
        metrics: on the test split, if known.
        seed: of the training, if known.
        data: name and digest of the training data, if known.
        class_folders: folders of images; sub-folders that are named by labels are compared with the answers.
        source_files: other files that the model's own refers to, kept beside it, by their paths relative to it.
        source_name: of the model's own file among these, where they refer to it; by default its hash is in the name.
        unreadable: why `verify` must not read the model again; empty if it may.

    Raises:
        UsageError: a value could not be read again from a bundle.
    """

    name: str
    baked: Baked
    source: bytes
    labels: tuple[str, ...]
    golden: Sequence[GoldenFile]
    draw: Literal["digit"] | None = None
    metrics: dict[str, float] = field(default_factory=dict)
    seed: int | None = None
    data: str = ""
    class_folders: tuple[Path, ...] = ()
    source_files: Mapping[str, bytes] = field(default_factory=dict)
    source_name: str = ""
    unreadable: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "labels", tuple(self.labels))
        validate_names(self.name, self.labels, [file.title for file in self.golden])
        object.__setattr__(self, "metrics", validate_metrics(self.metrics))
        object.__setattr__(self, "seed", validate_seed(self.seed))
        validate_note(self.data)
