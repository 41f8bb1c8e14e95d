"""Comparison of the baked model with the trained model's own `predict`, `predict_proba` or `decision_function`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np
from numpy.typing import NDArray

from webparity.bundle.manifest import OwnLabels
from webparity.errors import ExportError
from webparity.export.checks.reference_answers import Answers, ReferenceAnswers, fit_batch
from webparity.models.baked import Baked
from webparity.models.model_kind import ModelKind
from webparity.outputs.registry import get_output_kind
from webparity.preprocessing.graph import normalize
from webparity.preprocessing.sklearn_transformer import extract_features
from webparity.preprocessing.spec import ROUNDED_LIKE
from webparity.text.library_error import summarize_library_error
from webparity.verification.score_span import compute_score_span
from webparity.verification.tolerance import TOLERANCES

if TYPE_CHECKING:
    from webparity.models.estimators.baked import EstimatorBaked
    from webparity.models.keras.baked import KerasBaked
    from webparity.models.onnx.baked import OnnxBaked

# Limits of golden images, and of random ones of each size, since the libraries' own functions are slow.
MAX_GOLDEN: Final = 32
MAX_RANDOM_PER_SIZE: Final = 8
# The rounding of types that a network may compute in, relative to float32's.
_ROUNDING_FACTORS: Final = {"float16": 2.0**13, "bfloat16": 2.0**16}
_KERAS_REMEDY: Final = (
    "Export computes what the network's layers compute: if predict or predict_step is your own, put what it adds into "
    "the network as layers; otherwise build a new network of the same layers and export that: "
    "keras.Model(model.inputs, model.outputs)."
)
_ONNX_REMEDY: Final = "Export the file again from its library, in float32 and without optimization for one runtime."
_CLASSIFIER_REMEDY: Final = (
    "Use the versions of the libraries that the model was trained with, or train it again with those installed here."
)


def select_answers(reference: ReferenceAnswers, golden: int) -> list[Answers]:
    """Select answers: evenly spaced golden images, and some random images of each size.

    Args:
        reference: the images; the golden ones come first, each in a batch of its own.
        golden: the number of golden images.
    """
    chosen = list(reference.answers[: golden : -(-golden // MAX_GOLDEN) or 1])
    sizes = set()
    for batch, answers in zip(reference.batches[golden:], reference.answers[golden:], strict=True):
        if batch.shape not in sizes:
            sizes.add(batch.shape)
            chosen.append({tap: values[:MAX_RANDOM_PER_SIZE] for tap, values in answers.items()})
    return chosen


def compare_with_library(baked: Baked, answers: Sequence[Answers]) -> None:
    """Compare the baked model's answers with those that the trained model's library gives for the same pixels.

    Args:
        baked: the trained model with its preprocessing.
        answers: its answers to some images; `pixels` and the answer are read.

    Raises:
        ExportError: they differ by more than rounding; names both values and what to do.
    """
    own = _PREDICT.get(baked.kind, _predict_classifier)
    parts = [(own(baked, pixels), rows) for pixels, rows in map(partial(_predict_baked, baked), _split(answers))]
    expected, received = (np.concatenate(rows) for rows in zip(*parts, strict=True))
    noun, limit = _find_limit(baked, received)
    function = {"scores": "decision scores", "values": "predict"}.get(baked.output.kind, "predict_proba")
    remedy = _CLASSIFIER_REMEDY
    if baked.kind == "keras":
        limit, function, remedy = limit * _find_rounding_factor(cast("KerasBaked", baked)), "predict", _KERAS_REMEDY
    if baked.kind == "onnx":
        half = "float16" in cast("OnnxBaked", baked).network.types
        limit *= _ROUNDING_FACTORS["float16"] if half else 1.0
        function, remedy = "onnxruntime for the file", _ONNX_REMEDY
    if expected.shape != received.shape:
        raise ExportError(
            f"Expected the shape of the model's own {function}, {list(expected.shape)}; received "
            f"{list(received.shape)} from the baked model. {remedy}"
        )
    differences = np.abs(expected - received)
    if np.max(differences, initial=0.0) <= limit:
        return
    # argmax also finds NaN, the largest fault.
    image, label = np.unravel_index(int(np.argmax(differences)), differences.shape)
    pixels = [pixels for each in answers for pixels in each["pixels"]][image]
    alone = own(baked, pixels[np.newaxis])[0, label]
    if not abs(alone - expected[image, label]) <= limit:
        raise ExportError(
            "Expected one answer for an image; received two from the model's own "
            f"{function}: {expected[image, label]:.6g} among other images and {alone:.6g} alone, for class {label}. "
            "Use no softmax over the batch, and hand training on to BatchNormalization: "
            "def call(self, inputs, training=None), norm(…, training=training)."
        )
    raise ExportError(
        f"Expected the {noun} that the model's own {function} gives, {expected[image, label]:.6g} for class "
        f"{label}; received {received[image, label]:.6g} from the baked model for the same pixels, more than "
        f"{limit:.1e} off. {remedy}"
    )


def _find_limit(baked: Baked, received: NDArray[np.float64]) -> tuple[str, float]:
    """Find what an answer is called, and its limit: of probabilities, or of scores and values by their span."""
    table, answer = TOLERANCES["cpu"], get_output_kind(baked.output).answer
    if answer == "probabilities":
        return "probability", table.probabilities
    return answer.removesuffix("s"), table.scores * compute_score_span(received)


def count_differing_labels(baked: Baked, answers: Sequence[Answers]) -> OwnLabels | None:
    """Count images whose label by the classifier's own `predict` differs from the class of largest probability.

    Args:
        baked: the trained model with its preprocessing.
        answers: its answers to the golden images; `pixels` and the answer are read.

    Returns:
        None for networks, whose libraries give no labels, for values, and for thresholds of the user's own.
    """
    if baked.kind in {"keras", "onnx"} or baked.output.kind == "values":
        return None
    from webparity.models.estimators.answers.several_labels import LIBRARY_THRESHOLD

    classifier = cast("EstimatorBaked", baked).estimator
    pixels, rows = _predict_baked(baked, answers)
    if baked.output.kind == "multilabel":
        if set(baked.output.thresholds) != {LIBRARY_THRESHOLD}:
            return None
        given = np.asarray(_call_classifier(classifier.predict, pixels, baked)).reshape(rows.shape) == 1
        differing = np.any(given != (rows > 0.5), axis=1)
        return OwnLabels(images=len(rows), differing=int(np.sum(differing)))
    own = np.asarray(_call_classifier(classifier.predict, pixels, baked)).ravel()
    labels = get_output_kind(baked.output).decide(rows, baked.output)
    given = np.asarray(classifier.classes_)[[label for (label,) in labels]]
    # CatBoost returns labels as text or as numbers.
    differing = sum(one != other and str(one) != str(other) for one, other in zip(own, given, strict=True))
    return OwnLabels(images=len(given), differing=int(differing))


def _split(answers: Sequence[Answers]) -> Iterator[list[Answers]]:
    """Split answers into groups whose images fit the memory at once: all, where they are small."""
    most = fit_batch(answers[0]["pixels"][0].size, sum(len(each["pixels"]) for each in answers))
    group: list[Answers] = []
    for each in answers:
        if group and sum(len(one["pixels"]) for one in (*group, each)) > most:
            yield group
            group = []
        group.append(each)
    yield group


def _predict_baked(baked: Baked, answers: Sequence[Answers]) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """Return pixels float32 [N, h, w, c], and the baked model's answers [N, C] for exactly these."""
    pixels, answer = np.concatenate([each["pixels"] for each in answers]), get_output_kind(baked.output).answer
    if baked.kind == "keras" and not baked.is_discontinuous:
        return pixels, np.concatenate([each[answer] for each in answers]).astype(np.float64)
    # The model saw unrounded pixels, and a discontinuous model may jump at the last digit.
    return pixels, baked.predict_from_pixels(pixels)[answer].astype(np.float64)


def _predict_classifier(baked: Baked, pixels: NDArray[np.float32]) -> NDArray[np.float64]:
    from webparity.models.estimators.answers.several_labels import compute_label_probabilities
    from webparity.models.estimators.baked import unwrap_weighted

    own = cast("EstimatorBaked", baked)
    if own.output.kind == "scores":
        classifier = own.estimator
        # Votes have no function of their own, and scores of pairs are turned into scores of classes.
        plain = hasattr(classifier, "decision_function") and own.scorer is unwrap_weighted(classifier)
        scores = _call_classifier(classifier.decision_function if plain else own.decide, pixels, baked)
        return np.asarray(scores, np.float64).reshape(len(pixels), -1)
    if own.output.kind == "values":
        return np.asarray(_call_classifier(own.estimator.predict, pixels, baked), np.float64).reshape(len(pixels), -1)
    if own.output.kind == "multilabel":
        each = _call_classifier(lambda values: compute_label_probabilities(own.estimator, values), pixels, baked)
        return np.asarray(each, np.float64)
    return np.asarray(_call_classifier(own.estimator.predict_proba, pixels, baked), np.float64)


def _call_classifier(function: Callable[[Any], Any], pixels: NDArray[np.float32], baked: Baked) -> Any:
    """Call a classifier with features as it was fitted: a data frame with its column names, or an array."""
    values: Any = extract_features(pixels, baked.preprocessing).astype(np.float64)
    names = getattr(cast("EstimatorBaked", baked).estimator, "feature_names_in_", None)
    if names is not None and find_spec("pandas") is not None:
        import pandas as pd

        values = pd.DataFrame(values, columns=list(names))
    return function(values)


def _predict_network(baked: Baked, pixels: NDArray[np.float32]) -> NDArray[np.float64]:
    import tensorflow as tf

    from webparity.tensor_ops.tracers.to_tensorflow import TensorFlowOps

    values = np.asarray(normalize(TensorFlowOps(), tf.constant(pixels), baked.preprocessing))
    with _run_eagerly(cast("KerasBaked", baked).given) as given:
        values = _arrange_values(given, values, baked.preprocessing.like)
        try:
            rows = np.asarray(_unpack_output(given.predict(_pack_inputs(given, values), verbose=0)), np.float64)
        except Exception as error:  # predict may be overridden by the user
            raise ExportError(
                "Expected answers of the model's own predict; received an error: "
                f"{summarize_library_error(error)}. {_KERAS_REMEDY}"
            ) from error
    rows = _activate(rows, cast("KerasBaked", baked).activation)
    single = baked.output.kind == "probabilities" and rows.ndim == 2 and rows.shape[1] == 1
    return np.concatenate([1.0 - rows, rows], axis=1) if single else rows


def _activate(rows: NDArray[np.float64], activation: str | None) -> NDArray[np.float64]:
    """Apply what was put on the network, in float64."""
    match activation:
        case "softmax":
            powers = np.exp(rows - rows.max(axis=-1, keepdims=True))
            shares: NDArray[np.float64] = powers / powers.sum(axis=-1, keepdims=True)
            return shares
        case "sigmoid":
            return 0.5 * (1.0 + np.tanh(rows / 2))
        case _:
            return rows


def _arrange_values(network: Any, values: NDArray[np.float32], like: str | None) -> NDArray[Any]:
    """Arrange values as users do for a network of rows, of [N, height, width], or of whole numbers."""
    inputs = getattr(network, "inputs", None)
    if not inputs or len(inputs) != 1:
        return values
    shape, dtype = tuple(inputs[0].shape[1:]), str(inputs[0].dtype)
    if None not in shape and values[0].size == np.prod(shape):
        values = values.reshape(-1, *shape)
    return values if "int" not in dtype else (values if like in ROUNDED_LIKE else np.rint(values)).astype(dtype)


def _pack_inputs(network: Any, values: NDArray[np.float32]) -> Any:
    """Pack values as the network takes them: an array, or a dict or list of one array."""
    import keras

    structure = getattr(network, "input", None) if getattr(network, "inputs", None) is not None else None
    nested = isinstance(structure, dict | list | tuple) and len(keras.tree.flatten(structure)) == 1
    return keras.tree.pack_sequence_as(structure, [values]) if nested else values


def _unpack_output(answers: Any) -> Any:
    """Return the only array of an output that may be a dict or list of one."""
    import keras

    flat = keras.tree.flatten(answers)
    return flat[0] if len(flat) == 1 else answers


def _predict_file(baked: Baked, pixels: NDArray[np.float32]) -> NDArray[np.float64]:
    return cast("OnnxBaked", baked).predict_by_file(pixels)


_PREDICT: Final[dict[ModelKind, Callable[[Baked, NDArray[np.float32]], NDArray[np.float64]]]] = {
    "keras": _predict_network,
    "onnx": _predict_file,
}


@contextmanager
def _run_eagerly(network: Any) -> Iterator[Any]:
    """Let a network's `predict` run eagerly; tracing a graph for a few images would take seconds."""
    kept = network.run_eagerly, getattr(network, "predict_function", None)
    network.run_eagerly, network.predict_function = True, None
    try:
        yield network
    finally:
        network.run_eagerly, network.predict_function = kept


def _find_rounding_factor(baked: KerasBaked) -> float:
    from webparity.models.keras.internals import iterate_nested_layers

    types = {getattr(layer, "compute_dtype", "") for layer in iterate_nested_layers(baked.network)}
    return max((_ROUNDING_FACTORS.get(each, 1.0) for each in types), default=1.0)
