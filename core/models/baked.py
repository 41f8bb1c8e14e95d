"""The interface of a baked model: uint8 images to probabilities and taps, for every library."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from webparity.bundle.read import Bundle, read_source
from webparity.errors import MissingPackageError
from webparity.models import refusals
from webparity.models.model_kind import ModelKind, find_missing_library, format_install_command, get_model_kind
from webparity.models.saved_model_folder import is_saved_model
from webparity.models.tensorflow_log import import_tensorflow_quietly
from webparity.outputs.model_output import ModelOutput
from webparity.outputs.registry import get_output_kind
from webparity.outputs.request import OutputRequest
from webparity.preprocessing.spec import Preprocessing
from webparity.taps import Tap

if TYPE_CHECKING:
    from webparity.models.estimators.baked import EstimatorBaked

_ANY: Final = OutputRequest()


class Baked(Protocol):
    """A model with its preprocessing inside.

    Attributes:
        preprocessing: from decoded pixels to what the model sees.
        output: what the model's numbers are; the taps follow from its kind.
    """

    preprocessing: Preprocessing
    output: ModelOutput

    @property
    def kind(self) -> ModelKind:
        """The library of the model."""
        ...

    @property
    def classes(self) -> int:
        """Number of labels, or of values."""
        ...

    @property
    def is_discontinuous(self) -> bool:
        """Whether outputs jump, as those of trees and neighbours do, so that rounding alone may change the answer."""
        ...

    def predict_from_pixels(self, pixels: NDArray[np.float32]) -> dict[Tap, NDArray[np.float32]]:
        """Predict every tap but `pixels` of resized pixels float32 [N, h, w, c] in grey levels."""
        ...

    def __call__(
        self, images: NDArray[np.uint8], taps: Sequence[Tap] = ("probabilities",)
    ) -> dict[Tap, NDArray[np.float32]]:
        """Run the model.

        Args:
            images: uint8 [N, H, W, 3], decoded pixels of any size.
            taps: what to return.

        Returns:
            float32 arrays, of those that the kind of output has: `probabilities`, `scores` and `values` [N, C];
            `pixels` [N, h, w, c] in grey levels.
        """
        ...


def compute_top1(probabilities: NDArray[Any]) -> NDArray[np.int64]:
    """Compute the label of each row of [N, C]: the argmax, the lowest index on ties."""
    labels: NDArray[np.int64] = np.argmax(probabilities, axis=-1)
    return labels


def list_tap_shapes(baked: Baked) -> dict[Tap, tuple[int, ...]]:
    """List the taps of a model in the order in which graphs list them, with the shape of each for one image."""
    spec, kind = baked.preprocessing, get_output_kind(baked.output)
    count = kind.count_numbers(baked.output, baked.classes)
    return {tap: (spec.height, spec.width, spec.depth) if tap == "pixels" else (count,) for tap in kind.taps}


def bake(model: Any, preprocessing: Preprocessing, output: ModelOutput | OutputRequest = _ANY) -> Baked:
    """Put preprocessing in front of a trained model.

    Args:
        model: a Keras model, float32 [N, *values_shape] to probabilities [N, C] (softmax) or [N, 1] (sigmoid); or a
            fitted scikit-learn, XGBoost, CatBoost or LightGBM classifier of float32 [N, D] with `predict_proba`, or
            with decision scores; or an ONNX model (`onnx.ModelProto`) of one input [N, C, H, W], [N, H, W, C],
            [N, H, W] or [N, D]. A network may give other numbers, as `output` says.
        preprocessing: from decoded RGB8 pixels to the model's input.
        output: what the model's numbers are; or what is known of them. By default, it is found from the loss that a
            network was compiled with, and from the functions that a classifier has.

    Returns:
        A callable: uint8 [N, H, W, 3] of any H and W to float32 probabilities [N, C] and taps, by the kind of output.

    Raises:
        UnsupportedModelError: the model's input does not fit the preprocessing, or its numbers are something else.
    """
    if get_model_kind(model) == "keras":
        from webparity.models.keras.baked import KerasBaked

        return KerasBaked(model, preprocessing, output)
    if get_model_kind(model) == "onnx":
        from webparity.models.onnx.baked import OnnxBaked
        from webparity.models.onnx.file import wrap_onnx
        from webparity.models.onnx.network import OnnxNetwork

        network = model if isinstance(model, OnnxNetwork) else wrap_onnx(model)
        return OnnxBaked(network, preprocessing, output)
    return _bake_estimator(model, preprocessing, output)


def _bake_estimator(model: Any, preprocessing: Preprocessing, output: ModelOutput | OutputRequest) -> EstimatorBaked:
    from sklearn.exceptions import NotFittedError

    from webparity.models.estimators.baked import EstimatorBaked

    if isinstance(model, type):
        raise refusals.NOT_FITTED(f"the class {model.__name__}, not made: model = {model.__name__}()")
    try:
        return EstimatorBaked(model, preprocessing, output)
    except (AttributeError, TypeError, NotFittedError) as error:
        if _is_fitted(model):
            raise
        raise refusals.NOT_FITTED(f"{type(model).__name__}(), not fitted") from error


def _is_fitted(estimator: Any) -> bool:
    from sklearn.exceptions import NotFittedError
    from sklearn.utils.validation import check_is_fitted

    try:
        check_is_fitted(estimator)
    except (NotFittedError, TypeError):
        return False
    return True


def load_model(file: Path, kind: ModelKind) -> Any:
    """Read a model file without running code from it.

    Args:
        file: `.keras`, `.skops`, XGBoost's `.json`, CatBoost's `.cbm`, LightGBM's `.txt` or `.onnx`.
        kind: which of these.

    Raises:
        UnsupportedModelError: the file is damaged, or is refused in safe mode.
        MissingPackageError: the library it is of is not installed.
    """
    missing = find_missing_library(kind)
    if missing is not None:
        raise MissingPackageError(
            f"Expected {missing} for a model of kind {kind}; received an environment without it. "
            f"Install it with: {format_install_command(kind)}."
        )
    if kind == "keras":
        import_tensorflow_quietly()
        from webparity.models.keras.baked import load_network

        return load_network(file)
    if kind == "onnx":
        from webparity.models.onnx.file import load_onnx

        return load_onnx(file)
    from webparity.models.estimators.file import load_estimator

    return load_estimator(file, kind)


def open_reference(bundle: Bundle) -> Baked:
    """Load the trained model kept in `source/`, the reference for any image; a SavedModel only of a trusted bundle.

    Raises:
        BundleError: the bundle has no `source/`.
        MissingPackageError: the library that trained the model is not installed.
    """
    source = read_source(bundle)
    assert bundle.source is not None
    manifest = bundle.manifest
    file = bundle.source / source.model
    if is_saved_model(file.parent) and bundle.trusted:
        from webparity.models.keras.forms.saved_model import load_saved_model
        from webparity.models.keras.output.choose import add_activation

        network = load_saved_model(file.parent)
        ended = network if source.activation is None else add_activation(network, source.activation)
        return bake(ended, manifest.preprocessing, manifest.output)
    model = load_model(file, source.kind)
    if source.kind == "onnx":
        model = replace(model, layout=source.layout, activation=source.activation)
    return bake(model, manifest.preprocessing, manifest.output)
