"""Detection of a Keras network's head, the call that turns scores into probabilities, by its computed values."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final, Literal

import keras
import numpy as np
from keras import layers
from numpy.typing import NDArray

from webparity.models.keras.calls import Call, CallValue, TooManyCallsError, is_graph, list_calls

HeadActivation = Literal["softmax", "sigmoid"]
# Layers that apply their activation last, to their whole output.
ACTIVATION_LAYERS: Final = (
    layers.Activation,
    layers.Conv1D,
    layers.Conv2D,
    layers.Conv2DTranspose,
    layers.Conv3D,
    layers.Dense,
    layers.DepthwiseConv2D,
    layers.EinsumDense,
    layers.SeparableConv2D,
)
# float32 rounds a probability to 6e-8, and exp a little more.
_TOLERANCE: Final = 1e-6
_ROWS: Final = 12
_SEED: Final = 0
_HOOK_LOCK: Final = threading.Lock()


@dataclass(frozen=True, eq=False)
class Head:
    """The call that computes a network's probabilities; later calls do not change their values.

    Attributes:
        activation: `softmax` of a row of two or more, `sigmoid` of one value or of each value by itself, or
            `one softmax`, of one value, always 1.
        layer: what is called: a layer or an operation.
        applies_activation: whether the layer applies an activation to what it computes.
        number: which of this layer's calls it is, from 0.
        calls: how often the network calls this layer.
    """

    activation: HeadActivation | Literal["one softmax"]
    layer: Any
    applies_activation: bool
    number: int
    calls: int


def find_head(network: Any, *, independent: bool = False) -> Head | None:
    """Find the softmax or sigmoid that a network's output comes from.

    It may be in a nested network or in one of several calls of a shared layer. Layers that do not change the values may
    follow: dropout, a reshape, a multiplication by 1.

    Args:
        network: a Keras network with `inputs` and `outputs`, one each, of which the output is [N, C].
        independent: find the sigmoid of each of several values, in place of a softmax.

    Returns:
        None where the output comes from something else, such as an average of several softmaxes.
    """
    if not is_graph(network):
        return None
    try:
        listed = list_calls(network)
    except TooManyCallsError:
        return None
    makers = {output: call for call in listed.calls for output in call.outputs}
    value = listed.output
    classes = value.size
    if classes is None:
        return None
    while value in makers and value.size == classes:
        call = makers[value]
        activation, applies_activation = _classify_call(call, classes, independent=independent)
        if activation is not None:
            same = [each for each in listed.calls if each.layer is call.layer]
            return Head(activation, call.layer, applies_activation, same.index(call), len(same))
        if not _passes_rows_through(call, classes, independent=independent):
            return None
        (value,) = call.values
    return None


@contextmanager
def record_scores(head: Head) -> Iterator[list[Any]]:
    """Record the inputs of the head's softmax or sigmoid while a network runs, one for each call of the layer."""
    seen: list[Any] = []
    name = "activation" if head.applies_activation else "call"
    function = getattr(head.layer, name)

    def record(values: Any, *args: Any, **kwargs: Any) -> Any:
        seen.append(values)
        return function(values, *args, **kwargs)

    # Keras has no hook between a layer's product and its activation.
    with _HOOK_LOCK:
        own = name in vars(head.layer)
        setattr(head.layer, name, record)
        try:
            yield seen
        finally:
            if own:
                setattr(head.layer, name, function)
            else:
                delattr(head.layer, name)


def _classify_call(
    call: Call, classes: int, *, independent: bool
) -> tuple[HeadActivation | Literal["one softmax"] | None, bool]:
    """Find which function of a row of classes a call computes, and whether its activation does."""
    if type(call.layer) in ACTIVATION_LAYERS:
        shape = call.outputs[0].shape
        return _classify_function(
            lambda rows: call.layer.activation(keras.ops.convert_to_tensor(rows)),
            shape,
            classes,
            independent=independent,
        ), True
    values = call.values
    if len(call.outputs) != 1 or len(values) != 1 or values[0].size != classes:
        return None, False
    return _classify_function(
        lambda rows: _call_on_rows(call, rows), values[0].shape, classes, independent=independent
    ), False


def _classify_function(
    function: Callable[[Any], Any], shape: tuple[int | None, ...], classes: int, *, independent: bool
) -> HeadActivation | Literal["one softmax"] | None:
    random = np.random.default_rng(_SEED)
    # Small, usual and large scores: a softmax with a temperature or with limits is another function.
    scores = random.normal(size=(_ROWS, classes)) * np.repeat([0.1, 3.0, 40.0], _ROWS // 3)[:, np.newaxis]
    given = _evaluate_rows(function, scores, shape)
    if given is None:
        return None
    if classes == 1 or independent:
        if np.all(given == 1.0):
            return "one softmax" if classes == 1 else None
        return "sigmoid" if _is_close(given, 0.5 * (1 + np.tanh(scores / 2))) else None
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return "softmax" if _is_close(given, powers / powers.sum(axis=1, keepdims=True)) else None


def _passes_rows_through(call: Call, classes: int, *, independent: bool) -> bool:
    """Whether a call returns its rows of probabilities unchanged, possibly in another shape."""
    values: list[CallValue] = call.values
    if len(call.outputs) != 1 or len(values) != 1 or values[0].size != classes or call.outputs[0].size != classes:
        return False
    random = np.random.default_rng(_SEED)
    rows = random.uniform(size=(_ROWS, classes))
    if classes > 1 and not independent:
        rows = rows ** np.repeat([1, 8, 100], _ROWS // 3)[:, np.newaxis]
        rows /= rows.sum(axis=1, keepdims=True)
    else:
        rows[:2] = np.array([[0.0], [1.0]])
    given = _evaluate_rows(lambda each: _call_on_rows(call, each), rows, values[0].shape)
    return given is not None and _is_close(given, rows)


def _evaluate_rows(
    function: Callable[[Any], Any], rows: NDArray[np.float64], shape: tuple[int | None, ...]
) -> NDArray[np.float64] | None:
    """Evaluate a function on rows [N, C] in the given shape, as rows again; None where it does not return these."""
    # Layers and functions of a user's own may raise any error.
    with suppress(Exception):
        with warnings.catch_warnings():
            # Keras warns about a softmax of one value; callers report that in their own words.
            warnings.simplefilter("ignore")
            given = function(rows.astype(np.float32).reshape(-1, *(side or 1 for side in shape)))
        return np.asarray(keras.ops.convert_to_numpy(given), np.float64).reshape(rows.shape)
    return None


def _call_on_rows(call: Call, rows: Any) -> Any:
    """Call a layer or operation on values in place of its only tensor, in inference mode."""
    args, kwargs = keras.tree.map_structure(
        lambda each: keras.ops.convert_to_tensor(rows) if isinstance(each, CallValue) else each,
        (call.args, call.kwargs),
    )
    if getattr(call.layer, "_call_has_training_arg", False):
        kwargs = {**kwargs, "training": False}
    return call.layer(*args, **kwargs)


def _is_close(given: NDArray[np.float64], wanted: NDArray[np.float64]) -> bool:
    return bool(np.max(np.abs(given - wanted), initial=0.0) <= _TOLERANCE)
