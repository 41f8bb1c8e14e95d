"""What an ONNX file's numbers are: as its user says, or as its last operator shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from webparity.models import refusals
from webparity.models.onnx.head import OnnxHead
from webparity.models.onnx.network import Activation
from webparity.models.probabilities import SUM_TOLERANCE
from webparity.outputs.model_output import ModelOutput
from webparity.outputs.request import DEFAULT_THRESHOLD, OutputRequest

# More numbers than this are features for another model, not measured values that a page can show.
MOST_VALUES: Final = 32


def choose_file_output(
    head: OnnxHead, request: OutputRequest, probe: Callable[[], NDArray[np.float32]]
) -> tuple[ModelOutput, Activation | None]:
    """Choose what a file's numbers are, and the activation that is to be put on.

    Args:
        head: the file's output.
        request: what the user says.
        probe: gives the file's rows [N, C] for some images.

    Raises:
        UnsupportedModelError: the file ends in something else than what is asked for.
    """
    match request.asked:
        case "logits" | "sigmoid":
            return _choose_logits(request.asked, head)
        case "multilabel":
            output = ModelOutput(kind="multilabel", thresholds=(DEFAULT_THRESHOLD,) * head.columns)
            if head.end == "softmax":
                raise refusals.INDEPENDENT("one that ends in softmax")
            return output, None if head.end == "sigmoid" or _is_bounded(probe()) else "sigmoid"
        case "scores":
            return ModelOutput(kind="scores", rule="sign" if head.columns == 1 else "argmax"), None
        case "values":
            if head.columns > MOST_VALUES:
                raise refusals.EMBEDDING(f"{head.columns} for each image")
            return ModelOutput(kind="values", units=("",) * head.columns), None
        case _:
            return ModelOutput(), None


def activate(rows: NDArray[Any], activation: Activation | None) -> NDArray[Any]:
    """Compute what is put on rows [N, C], in float64; the rows themselves where nothing is."""
    if activation is None:
        return rows
    wide = rows.astype(np.float64)
    if activation == "sigmoid":
        return 0.5 * (1.0 + np.tanh(wide / 2))
    powers = np.exp(wide - wide.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def _choose_logits(asked: str, head: OnnxHead) -> tuple[ModelOutput, Activation | None]:
    if asked == "sigmoid" and head.columns > 1:
        raise refusals.ONE_SIGMOID(f"one of {head.columns}")
    if head.end is None:
        return ModelOutput(), "softmax" if head.columns > 1 else "sigmoid"
    if asked == head.end:
        return ModelOutput(), None
    raise refusals.LOGITS(f"one that ends in {head.end}")


def _is_bounded(rows: NDArray[np.float32]) -> bool:
    return bool(rows.min() >= -SUM_TOLERANCE and rows.max() <= 1 + SUM_TOLERANCE)
