"""The baked model held to the trained model's own `predict` or `predict_proba`, which share no code with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np
from numpy.typing import NDArray

from webparity.baked import Baked, top1
from webparity.bundle.manifest import OwnLabels
from webparity.errors import ExportError
from webparity.export.asked import Batch
from webparity.image_preprocessing import ImagePreprocessing
from webparity.tolerance import TOLERANCES

if TYPE_CHECKING:
    from webparity.baked_estimator import EstimatorBaked
    from webparity.baked_keras import KerasBaked

# Of each size of random images; the libraries' own functions are not made for speed.
RANDOM_OF_EACH: Final = 8
# How much wider than float32's are the steps of a type that a network may compute in.
_COARSER: Final = {"float16": 2.0**13, "bfloat16": 2.0**16}
_PROBABILITIES: Final = TOLERANCES["cpu"].probabilities
_KERAS_WAY_OUT: Final = (
    "Export computes what the network's layers compute: if predict or predict_step is your own, put what it adds into "
    "the network as layers; otherwise build a new network of the same layers and export that: "
    "keras.Model(model.inputs, model.outputs)."
)
_CLASSIFIER_WAY_OUT: Final = (
    "Use the versions of the libraries that the model was trained with, or train it again with those installed here."
)


def hold_to_own_answers(baked: Baked, batches: Sequence[Batch], probabilities: Sequence[NDArray[np.float32]]) -> None:
    """Compare the baked model's probabilities with those that the trained model's library gives for the same pixels.

    Args:
        baked: the trained model with its preprocessing.
        batches: uint8 [N, H, W, 3] each.
        probabilities: of the baked model, float32 [N, C] for each batch.

    Raises:
        ExportError: they differ by more than rounding; names both values and what to do.
    """
    own = _of_network if baked.kind == "keras" else _of_classifier
    received = np.concatenate(list(probabilities)).astype(np.float64)
    expected = own(baked, batches)
    limit, function, way_out = _PROBABILITIES, "predict_proba", _CLASSIFIER_WAY_OUT
    if baked.kind == "keras":
        limit, function, way_out = limit * _coarseness(cast("KerasBaked", baked)), "predict", _KERAS_WAY_OUT
    if expected.shape != received.shape:
        raise ExportError(
            f"Expected the shape of the model's own {function}, {list(expected.shape)}; received "
            f"{list(received.shape)} from the baked model. {way_out}"
        )
    differences = np.abs(expected - received)
    if np.max(differences, initial=0.0) <= limit:
        return
    # NaN is the worst of all, and argmax finds it.
    image, label = np.unravel_index(int(np.argmax(differences)), differences.shape)
    alone = own(baked, [_image(batches, int(image))])[0, label]
    if not abs(alone - expected[image, label]) <= limit:
        raise ExportError(
            "Expected one answer for an image; received two from the model's own "
            f"{function}: {expected[image, label]:.6g} among other images and {alone:.6g} alone, for class {label}. "
            "Use no softmax over the batch, and hand training on to BatchNormalization: "
            "def call(self, inputs, training=None), norm(…, training=training)."
        )
    raise ExportError(
        f"Expected the probability that the model's own {function} gives, {expected[image, label]:.6g} for class "
        f"{label}; received {received[image, label]:.6g} from the baked model for the same pixels, more than "
        f"{limit:.1e} off. {way_out}"
    )


def count_own_labels(
    baked: Baked, batches: Sequence[Batch], probabilities: Sequence[NDArray[np.float32]]
) -> OwnLabels | None:
    """How often a classifier's own `predict` gives another label than its largest probability, which the bundle gives.

    Args:
        baked: the trained model with its preprocessing.
        batches: the golden images, uint8 [N, H, W, 3] each.
        probabilities: of the baked model, float32 [N, C] for each batch.

    Returns:
        None for networks, which give no labels of their own.
    """
    if baked.kind == "keras":
        return None
    classifier = cast("EstimatorBaked", baked).estimator
    own = np.asarray(_asked(classifier.predict, _features(baked, batches), classifier)).ravel()
    given = np.asarray(classifier.classes_)[top1(np.concatenate(list(probabilities)))]
    # CatBoost's labels come back as texts or as numbers.
    differing = sum(one != other and str(one) != str(other) for one, other in zip(own, given, strict=True))
    return OwnLabels(images=len(given), differing=int(differing))


def _image(batches: Sequence[Batch], number: int) -> Batch:
    for batch in batches:
        if number < len(batch):
            return batch[number : number + 1]
        number -= len(batch)
    raise IndexError(number)


def _of_classifier(baked: Baked, batches: Sequence[Batch]) -> NDArray[np.float64]:
    classifier = cast("EstimatorBaked", baked).estimator
    return np.asarray(_asked(classifier.predict_proba, _features(baked, batches), classifier), np.float64)


def _features(baked: Baked, batches: Sequence[Batch]) -> NDArray[np.float64]:
    transform = ImagePreprocessing(baked.preprocessing).transform
    return np.concatenate([transform(batch) for batch in batches]).astype(np.float64)


def _asked(function: Callable[[Any], Any], values: Any, classifier: Any) -> Any:
    """Ask a classifier in the form that it was fitted on: a table with the names of its columns, or an array."""
    names = getattr(classifier, "feature_names_in_", None)
    if names is not None and find_spec("pandas") is not None:
        import pandas as pd  # type: ignore[import-untyped]  # noqa: PLC0415 - only for those fitted on a table

        values = pd.DataFrame(values, columns=list(names))
    return function(values)


def _of_network(baked: Baked, batches: Sequence[Batch]) -> NDArray[np.float64]:
    network = cast("KerasBaked", baked)
    values = np.concatenate([network.values(batch) for batch in batches])
    with _eager(network.given) as given:
        try:
            rows = np.asarray(given.predict(values, verbose=0), np.float64)
        except Exception as error:  # predict may be anyone's own
            raise ExportError(
                f"Expected answers of the model's own predict; received {type(error).__name__}: "
                f"{str(error).strip().splitlines()[0] if str(error).strip() else 'no message'}. {_KERAS_WAY_OUT}"
            ) from error
    return np.concatenate([1.0 - rows, rows], axis=1) if rows.ndim == 2 and rows.shape[1] == 1 else rows  # noqa: PLR2004


@contextmanager
def _eager(network: Any) -> Iterator[Any]:
    """A network whose `predict` runs layer by layer for once: tracing a graph for few images costs seconds."""
    kept = network.run_eagerly, getattr(network, "predict_function", None)
    network.run_eagerly, network.predict_function = True, None
    try:
        yield network
    finally:
        network.run_eagerly, network.predict_function = kept


def _coarseness(baked: KerasBaked) -> float:
    types = {getattr(layer, "compute_dtype", "") for layer in baked.network._flatten_layers()}  # noqa: SLF001 - see there
    return max((_COARSER.get(each, 1.0) for each in types), default=1.0)
