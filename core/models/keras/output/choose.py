"""What a network's numbers are: as its user says, as its loss tells, or as its last layer shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import keras
import numpy as np

from webparity.models import refusals
from webparity.models.keras.functional import get_scope_name
from webparity.models.keras.head import Head, HeadActivation, find_head
from webparity.models.keras.output.loss import find_loss
from webparity.models.keras.output.probe import probe_rows
from webparity.models.probabilities import SUM_TOLERANCE
from webparity.outputs.model_output import LabelRule, ModelOutput
from webparity.outputs.request import DEFAULT_THRESHOLD, Loss, OutputRequest
from webparity.preprocessing.spec import Preprocessing

# More numbers than this are features for another model, not measured values that a page can show.
MOST_VALUES: Final = 32
_EXCLUSIVE: Final = frozenset(
    {"categoricalcrossentropy", "sparsecategoricalcrossentropy", "categoricalfocalcrossentropy"}
)
_INDEPENDENT: Final = frozenset({"binarycrossentropy", "binaryfocalcrossentropy", "bce"})
_HINGE: Final = frozenset({"hinge", "squaredhinge", "categoricalhinge"})
_REGRESSION: Final = frozenset(
    {
        "huber",
        "logcosh",
        "mae",
        "mape",
        "meanabsoluteerror",
        "meanabsolutepercentageerror",
        "meansquarederror",
        "meansquaredlogarithmicerror",
        "mse",
        "msle",
        "poisson",
    }
)


@dataclass(frozen=True, kw_only=True)
class NetworkOutput:
    """What a network's numbers are, and the activation that is to be put on first, if any."""

    output: ModelOutput
    activation: HeadActivation | None = None


def choose_output(network: Any, given: Any, preprocessing: Preprocessing, request: OutputRequest) -> NetworkOutput:
    """Choose what a network's numbers are.

    Args:
        network: as a graph with one input and one output [N, C].
        given: the network as the user has it, which may be compiled.
        preprocessing: applied before it.
        request: what the user says.

    Raises:
        UnsupportedModelError: the network ends in something else than what is asked for.
    """
    units = int(network.outputs[0].shape[-1])
    head, sigmoids = find_head(network), find_head(network, independent=True)
    loss = request.loss or find_loss(given)
    asked = request.asked or _infer_request(loss, units, head, sigmoids)
    match asked:
        case "logits" | "sigmoid":
            return _choose_logits(asked, units, head or sigmoids)
        case "multilabel":
            activation = _choose_sigmoids(network, preprocessing, head, sigmoids, loss)
            thresholds = (DEFAULT_THRESHOLD,) * units
            return NetworkOutput(output=ModelOutput(kind="multilabel", thresholds=thresholds), activation=activation)
        case "scores":
            rule: LabelRule = "sign" if units == 1 else "argmax"
            return NetworkOutput(output=ModelOutput(kind="scores", rule=rule))
        case "values":
            if units > MOST_VALUES:
                raise refusals.EMBEDDING(f"{units} for each image")
            return NetworkOutput(output=ModelOutput(kind="values", units=("",) * units))
        case _:
            return NetworkOutput(output=ModelOutput())


def add_activation(network: Any, activation: HeadActivation) -> Any:
    """Put a softmax or a sigmoid behind a network, whose layers and weights are shared."""
    taken = {layer.name for layer in network.layers}
    name = next(n for n in (activation, *(f"{activation}_{i}" for i in range(1, len(taken) + 2))) if n not in taken)
    # A Sequential is taken apart: behind it as a whole, its layers could not be told from outside.
    end = keras.layers.Activation(activation, name=name)(network.outputs[0])
    return keras.Model(network.inputs[0], end, name=get_scope_name(network))


def _infer_request(loss: Loss | None, units: int, head: Head | None, sigmoids: Head | None) -> str | None:
    """Infer the word of `--outputs` from the loss; None for probabilities, and where it does not tell."""
    if loss is None or head is not None:
        # What ends in a softmax, or in one sigmoid, gives probabilities, whatever it was trained with.
        return None
    if loss.name in _EXCLUSIVE:
        return "logits" if loss.from_logits and sigmoids is None else None
    if loss.name in _INDEPENDENT:
        if units == 1:
            return "sigmoid" if loss.from_logits else None
        return "multilabel" if loss.from_logits or sigmoids is not None else None
    if sigmoids is not None:
        return None
    return "scores" if loss.name in _HINGE else "values" if loss.name in _REGRESSION else None


def _choose_logits(asked: str, units: int, end: Head | None) -> NetworkOutput:
    if asked == "sigmoid" and units > 1:
        raise refusals.ONE_SIGMOID(f"one of {units}")
    if end is not None:
        if asked == "sigmoid" and end.activation == "sigmoid":
            return NetworkOutput(output=ModelOutput())
        raise refusals.LOGITS(f"one that ends in {end.activation}")
    return NetworkOutput(output=ModelOutput(), activation="softmax" if units > 1 else "sigmoid")


def _choose_sigmoids(
    network: Any, preprocessing: Preprocessing, head: Head | None, sigmoids: Head | None, loss: Loss | None
) -> HeadActivation | None:
    """Choose whether sigmoids are put on: not where the network ends in them, or cannot leave 0 to 1."""
    if head is not None and head.activation != "sigmoid":
        raise refusals.INDEPENDENT(f"one that ends in {head.activation}")
    if sigmoids is not None or head is not None:
        return None
    if loss is not None and loss.name in _INDEPENDENT and loss.from_logits:
        return "sigmoid"
    rows = probe_rows(network, preprocessing)
    bounded = rows.size == 0 or (rows.min() >= -SUM_TOLERANCE and rows.max() <= 1 + SUM_TOLERANCE)
    return None if bool(np.all(bounded)) else "sigmoid"
