"""What the commands put together from the wings: a run or a model file becomes something to export."""

from __future__ import annotations

from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from webparity.export.pipeline import Exportable
    from webparity.train.trained import Trained


def exportable_run(trained: Trained, golden: Path | None = None) -> Exportable:
    """Prepare a training's result for export; its own test images make the golden set unless a folder does."""
    from webparity.bundle.names import readable_name
    from webparity.export.inputs.golden import golden_from_folder, golden_from_samples
    from webparity.export.pipeline import Exportable
    from webparity.models.model_file import serialize_model

    samples = [(sample.image, trained.labels[sample.label]) for sample in trained.samples]
    return Exportable(
        name=trained.recipe,
        baked=trained.baked,
        source=trained.file or serialize_model(trained.model),
        labels=trained.labels,
        golden=golden_from_folder(golden) if golden else golden_from_samples(samples),
        draw=trained.draw,
        # A metric of a class that no image has is no number.
        metrics={name: value for name, value in trained.metrics.items() if isfinite(value)},
        seed=trained.seed,
        data=f"{readable_name(trained.data)} sha256:{trained.data_digest}",
        class_folders=(golden,) if golden else (),
    )
