"""One call from a trained model, a model file or a training run to a bundle on disk."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from webparity.bundle.read import Bundle, open_bundle
from webparity.export.inputs.arguments import check_arguments
from webparity.export.inputs.calibration import read_calibration
from webparity.export.inputs.export_input import read_input
from webparity.export.inputs.model import keep_resizing_layer
from webparity.export.pipeline import write_bundle
from webparity.export.quantization.calibration import CalibrationImages
from webparity.export.quantization.plan import Precision
from webparity.export.quantization.trials import Bounds
from webparity.export.step_counter import open_export_progress
from webparity.export.target_selection import find_refusals
from webparity.outputs.request import OutputRequest, PerLabel
from webparity.preprocessing.spec import Preprocessing
from webparity.progress import ProgressCallback
from webparity.storage.given_path import require_path

_LOGGER: Final = logging.getLogger("webparity.export")


def export_model(
    model: Any,
    out: str | Path,
    *,
    preprocessing: Preprocessing | Mapping[str, Any] | str | Path | None = None,
    labels: Iterable[str | int] | Mapping[Any, Any] | str | Path | None = None,
    golden: str | Path | Sequence[Any] | NDArray[np.uint8] | None = None,
    targets: Sequence[str] = (),
    precision: Precision = "float32",
    calibration: str | Path | CalibrationImages | None = None,
    max_flips: int = 0,
    max_difference: float = 0.05,
    name: str | None = None,
    missing: float | None = None,
    layout: Literal["nchw", "nhwc"] | None = None,
    outputs: str | None = None,
    thresholds: PerLabel | None = None,
    units: PerLabel | None = None,
    trust: bool = False,
    page: bool = True,
    force: bool = False,
    progress: ProgressCallback | None = None,
) -> Bundle:
    """Export a trained model into a bundle: `site/` to upload, and `source/` with the model beside it.

    The same model gives the same bytes as with `webparity export`. A model file is inspected before its library opens
    it, but read in this process; the command also limits time and memory, which matters for files from elsewhere.

    Example:
        >>> import webparity
        >>> bundle = webparity.export_model(
        ...     network, "bundle", preprocessing="keras-mobilenet_v2", labels=["cat", "dog"], golden="photos"
        ... )
        >>> [artifact.id for artifact in bundle.manifest.artifacts]
        ['onnx-float32', 'tfjs-graph-float32', 'wasm-float32']

    Args:
        model: a fitted model of Keras, scikit-learn, XGBoost, CatBoost or LightGBM, or an `onnx.ModelProto`; the path
            of a model file or of a run folder; or a run (`webparity.train.fit`, `webparity.train.load_run`).
        out: the bundle's folder.
        preprocessing: what was done to an image before the model saw it: a `Preprocessing`; a preset's name, which
            follows the size of a network's input; a TOML file, a `preprocessor_config.json` of Hugging Face or a
            `config.json` of timm; or the content of one as a dictionary. By default the pipeline's own
            `ImagePreprocessing`, or a network's own size, gray or RGB by its channels, and no scaling.
        labels: class names in the order of the outputs, a dictionary of names and numbers, or a text file with one per
            line; by default a classifier's own, or the outputs' numbers.
        golden: what the bundle is verified with: a folder of images, or a list of image files or of decoded images
            uint8 [H, W, 3]; by default a run's test images, or generated patterns.
        targets: names of export targets; by default all default targets that can take the model.
        precision: how weights are stored; `auto` is the smallest within `max_flips` and `max_difference`.
        calibration: images that the quantization is chosen on, none of them a test image: a folder, or decoded images
            uint8 [H, W, 3]; by default a run's validation images, or the golden set.
        max_flips: how many calibration images may get another label by quantized weights.
        max_difference: by how much a probability of them may change, 0 to 1.
        name: of the model, shown on the page; by default the network's, the file's or the class's name.
        missing: the value that XGBoost's trees take for a missing one, or NaN for none; by default as the model says.
        layout: the order of axes of an ONNX file's input, if its shape does not tell: `nchw` after PyTorch.
        outputs: what the model's numbers are: `probabilities`, `logits` (a softmax is put on), `sigmoid` (one number; a
            sigmoid is put on), `scores`, `multilabel` or `values`; by default as the network's loss or the classifier's
            functions tell.
        thresholds: for `multilabel`, the probability from which on a label is given: one for all, one a label, or some
            by label; by default 0.5.
        units: for `values`, likewise; by default none. The values' names are the labels.
        trust: read pickles and HDF5 files, which may run code.
        page: also write the static page.
        force: replace an earlier bundle.
        progress: called before each step with a few words, the number of finished steps and the number of all steps;
            by default, a terminal or a notebook shows a bar.

    Returns:
        The bundle, opened.

    Raises:
        UsageError: an argument or a file does not fit the model, or the folder is occupied.
        UnsupportedModelError: the model, or a target for it, is not supported.
        ExportError: an artifact differs from the model, or quantized weights exceed their bounds.
        RuntimeUnavailable: the model's library is not installed.
    """
    check_arguments(
        preprocessing=preprocessing,
        labels=labels,
        golden=golden,
        calibration=calibration,
        targets=targets,
        precision=precision,
        max_flips=max_flips,
        max_difference=max_difference,
        layout=layout,
        name=name,
    )
    folder = require_path(out, "out")
    with open_export_progress(progress) as report, keep_resizing_layer(model):
        report("reading the model", 0, 1)
        exportable, run = read_input(
            _to_path(model),
            preprocessing=_to_path(preprocessing),
            labels=_to_path(labels),
            golden=_to_path(golden),
            trust=trust,
            missing=missing,
            layout=layout,
            request=OutputRequest(asked=outputs, thresholds=thresholds, units=units),
        )
        if name is not None:
            exportable = replace(exportable, name=name)
        images = read_calibration(_to_path(calibration), run, precision, lambda words: report(words, 0, 1))
        write_bundle(
            exportable,
            folder,
            target_names=targets,
            precision=precision,
            calibration=images,
            bounds=Bounds(flips=max_flips, difference=max_difference),
            page=page,
            force=force,
            progress=report,
        )
    for target, reason in ({} if targets else find_refusals(exportable.baked)).items():
        _LOGGER.warning("without %s: %s", target, reason)
    return open_bundle(folder)


def _to_path(value: Any) -> Any:
    return Path(value) if isinstance(value, str) else value
