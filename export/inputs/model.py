"""Trained models in memory as input of an export, with preprocessing, labels and golden images."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np

from webparity.errors import UsageError, make_file_error
from webparity.export.exportable import Exportable
from webparity.export.inputs.golden import GoldenFile, GoldenImages, make_golden_set, read_golden
from webparity.export.inputs.keras_preprocessing import find_resizing_layer, infer_preprocessing
from webparity.export.inputs.label_order import is_reordered, read_class_names
from webparity.export.inputs.preprocessing_formats.given import find_input_size, read_given_preprocessing
from webparity.model_safety.text_file import read_short_text
from webparity.models.baked import Baked, bake
from webparity.models.model_file import serialize_model
from webparity.models.model_kind import get_model_kind
from webparity.models.model_wrappers import extract_labels
from webparity.models.saved_model_folder import GRAPH_NAME, UNREADABLE, SavedModelFiles
from webparity.outputs.request import OutputRequest, complete_output
from webparity.preprocessing.preset import Preset
from webparity.preprocessing.spec import Preprocessing

Layout = Literal["nchw", "nhwc"]
GivenPreprocessing = Preprocessing | Preset | Mapping[str, Any] | Path | None
GivenLabels = Iterable[str | int] | Mapping[Any, Any] | Path | None
_ANY: Final = OutputRequest()
_PATTERN_SEED: Final = 0
_PATTERNS: Final = 8
_MAX_LABELS: Final = 2**20  # bytes


def make_exportable(
    model: Any,
    *,
    name: str,
    where: str,
    preprocessing: GivenPreprocessing = None,
    labels: GivenLabels = None,
    golden: GoldenImages | None = None,
    missing: float | None = None,
    layout: Layout | None = None,
    source: bytes | SavedModelFiles | None = None,
    request: OutputRequest = _ANY,
    found_labels: Sequence[str] | None = None,
) -> Exportable:
    """Put a model, its preprocessing, labels and golden images together.

    Args:
        model: of Keras, scikit-learn, XGBoost, CatBoost, LightGBM or ONNX.
        name: of the model, shown on the page.
        where: what to call the model in error messages, such as its file.
        preprocessing: as `read_given_preprocessing` takes it; by default the pipeline's own `ImagePreprocessing`, or a
            network's own size, gray or RGB by its channels, and no scaling.
        labels: by index, a dictionary of names and numbers, or a text file with one per line; by default a classifier's
            own, or the outputs' numbers. Of measured values, their names.
        golden: a folder of images, or images uint8 [H, W, 3]; by default generated patterns.
        missing: the value that XGBoost's trees take for a missing one, or NaN for none; by default as the model says.
        layout: the order of axes of an ONNX file's input, if its shape does not tell.
        source: the model's file, or those of a SavedModel; by default, the model is saved.
        request: what is known of the model's numbers.
        found_labels: names that lay beside the model; used where no others are given, if they fit.

    Raises:
        UsageError: a file is missing or malformed, or the arguments do not go together.
        UnsupportedModelError: the model is not taken, or does not fit its preprocessing.
    """
    own = None
    if missing is not None:
        _set_missing(model, missing, where)
    files: Mapping[str, bytes] = {}
    if get_model_kind(model) == "onnx":
        model = _open_onnx(model, layout)
        source, files = model.data, model.files
    elif layout is not None:
        raise UsageError(f"Expected --layout only with an ONNX file; received it with {where}. Leave it out.")
    elif get_model_kind(model) != "keras":
        from webparity.models.estimators.baked import split_image_preprocessing

        model, own = split_image_preprocessing(model)
    if own is not None and preprocessing is not None:
        raise UsageError(
            f"Expected preprocessing only for a model without its own; received it with {where}, which begins with "
            "ImagePreprocessing. Leave it out."
        )
    given = read_given_preprocessing(preprocessing, find_input_size(model))
    spec = own or given or infer_preprocessing(model, where)
    baked = bake(model, spec, request)
    named = tuple(_choose_names(baked, found_labels)) if labels is None else _read_labels(labels)
    if len(named) == baked.classes:  # another number is refused when the bundle is written
        baked.output = complete_output(baked.output, request, named)
    images = _make_patterns(spec) if golden is None else read_golden(golden)
    class_folders = (golden,) if isinstance(golden, Path) else ()
    if isinstance(source, SavedModelFiles):
        return Exportable(
            name=name,
            baked=baked,
            source=source.graph,
            source_files=source.others,
            source_name=GRAPH_NAME,
            unreadable=UNREADABLE,
            labels=named,
            golden=images,
            class_folders=class_folders,
        )
    put_on = getattr(baked, "activation", None) is not None
    return Exportable(
        name=name,
        baked=baked,
        # A subclassed network is saved as its graph of layers, since only that can be read without its code.
        # So is one with a softmax or sigmoid put on: it is the reference.
        source=serialize_model(getattr(baked, "network", model)) if source is None or put_on else source,
        labels=named,
        golden=images,
        class_folders=class_folders,
        source_files=files,
    )


def _open_onnx(model: Any, layout: Layout | None) -> Any:
    from webparity.models.onnx.file import wrap_onnx
    from webparity.models.onnx.network import OnnxNetwork

    return replace(model, layout=layout) if isinstance(model, OnnxNetwork) else wrap_onnx(model, layout)


@contextmanager
def keep_resizing_layer(model: Any) -> Iterator[None]:
    """Restore the setting of a network's own `Resizing` layer that an export changes."""
    layer = find_resizing_layer(model) if get_model_kind(model) == "keras" and hasattr(model, "layers") else None
    kept = layer.antialias if layer is not None else None
    try:
        yield
    finally:
        if layer is not None:
            layer.antialias = kept


def _set_missing(model: Any, missing: float, where: str) -> None:
    from webparity.models.estimators.missing_values import set_missing
    from webparity.models.estimators.parts import iterate_parts

    boosted = [part for part in iterate_parts(model) if get_model_kind(part) == "xgboost"]
    if not boosted:
        raise UsageError(
            f"Expected --missing only with trees of XGBoost, whose files do not say it; received it with {where}. "
            "Leave it out."
        )
    for classifier in boosted:
        set_missing(classifier, missing)


def _choose_names(baked: Baked, found: Sequence[str] | None) -> Sequence[str]:
    """Names that lay beside the model, one for each output, or the model's own; its own order counts."""
    own = tuple(_name_outputs(baked))
    if found is None or len(found) != baked.classes or len(set(found)) != len(found) or is_reordered(found, own):
        return own
    return tuple(found)


def _name_outputs(baked: Baked) -> Sequence[str]:
    """Name the outputs of a model without labels: by a classifier's classes, or by numbers."""
    if baked.output.kind == "values":
        return ["value"] if baked.classes == 1 else [f"value {number}" for number in range(1, baked.classes + 1)]
    return read_class_names(baked) or [*map(str, range(baked.classes))]


def _read_labels(labels: Any) -> tuple[str, ...]:
    """Read labels that a user gave: a file, or names by index."""
    if isinstance(labels, Path):
        return _read_label_file(labels)
    listed = labels
    if isinstance(labels, Iterable) and not isinstance(labels, (str, bytes, dict, np.ndarray)):
        listed = list(labels)
    named = extract_labels({"labels": listed})
    if named is None:
        raise UsageError(
            "Expected labels as a list of names, a dictionary of names and numbers from 0 on, or a text file; received "
            f"{labels!r:.200}. Give one name for each output, in their order."
        )
    return named


def _read_label_file(file: Path) -> tuple[str, ...]:
    try:
        return tuple(line.strip() for line in read_short_text(file, _MAX_LABELS).splitlines() if line.strip())
    except (OSError, UnicodeDecodeError) as error:
        raise make_file_error(
            f"Expected a text file, one label per line; received {file}: {error}. Save it as UTF-8.", error
        ) from error


def _make_patterns(spec: Preprocessing) -> list[GoldenFile]:
    """Generate smooth colored patterns, for a model that comes without images."""
    random = np.random.default_rng(_PATTERN_SEED)
    samples = []
    for number in range(_PATTERNS):
        coarse = random.integers(0, 256, (5, 5, 3), dtype=np.uint8)
        image = np.kron(coarse, np.ones((-(-spec.height // 5), -(-spec.width // 5), 1), np.uint8))
        samples.append((image[: spec.height, : spec.width], f"pattern {number + 1}"))
    return make_golden_set(samples)
