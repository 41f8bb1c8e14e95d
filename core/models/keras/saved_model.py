"""SavedModel folders as Keras networks of one layer: their own serving function."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import tensorflow as tf
from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

from webparity.model_safety.refusal import make_refusal
from webparity.models import refusals
from webparity.text.library_error import summarize_library_error

_SIGNATURE = "serving_default"


class ServingFunction(keras.layers.Layer):
    """A SavedModel's serving function as a layer without weights of its own.

    Args:
        loaded: what TensorFlow read; kept, since its variables end with it.
        function: the signature, of one input and one output.
        name: of the layer.
    """

    def __init__(self, loaded: Any, function: Any, name: str) -> None:
        super().__init__(name=name, trainable=False, dtype="float32", autocast=False)
        # In a function, so that Keras does not take the variables for the layer's own.
        self._get_loaded = lambda: loaded
        self._function = function
        (self.source,) = function.structured_input_signature[1].values()
        ((self._output, self._target),) = function.structured_outputs.items()
        # Traced into another graph, reads of variables would keep control edges that Grappler cuts.
        self._frozen = convert_variables_to_constants_v2(function)

    @property
    def file_variables(self) -> list[Any]:
        """The SavedModel's variables."""
        return list(self._function.graph.variables)

    def call(self, inputs: Any) -> Any:
        """Compute the output of [N, …] values, float32 [N, C]."""
        values = tf.cast(inputs, self.source.dtype)
        if not tf.executing_eagerly():
            (answers,) = self._frozen(values)
            return tf.cast(answers, tf.float32)
        (name,) = self._function.structured_input_signature[1]
        return tf.cast(self._function(**{name: values})[self._output], tf.float32)

    def compute_output_spec(self, inputs: Any) -> Any:
        """Say the output's shape."""
        shape = self._target.shape.as_list() if self._target.shape.rank is not None else [None]
        return keras.KerasTensor((inputs.shape[0], *shape[1:]), dtype="float32")


def load_saved_model(folder: Path) -> Any:
    """Read a SavedModel as a network of one layer.

    Args:
        folder: what `model.export`, `tf.saved_model.save` or Keras 2 wrote.

    Returns:
        A Functional Keras network from the signature's input to its output.

    Raises:
        UnsupportedModelError: it cannot be read, or has no serving function of one input and one output.
    """
    try:
        loaded = tf.saved_model.load(str(folder))
    except Exception as error:  # a damaged folder may raise any error
        raise make_refusal(
            "a SavedModel that TensorFlow reads", f"{folder.name}: {summarize_library_error(error)}"
        ) from error
    signatures = dict(loaded.signatures)
    function = signatures.get(_SIGNATURE) or next(iter(signatures.values()), None)
    if function is None:
        raise refusals.SERVING(f"{folder.name}, which has none")
    inputs, outputs = function.structured_input_signature[1], function.structured_outputs
    if len(inputs) != 1 or len(outputs) != 1:
        raise refusals.SERVING(f"{folder.name} with inputs {', '.join(inputs)} and outputs {', '.join(outputs)}")
    layer = ServingFunction(loaded, function, "serving")
    shape = layer.source.shape.as_list() if layer.source.shape.rank is not None else [None]
    start = keras.Input(tuple(shape[1:]), dtype=layer.source.dtype.name)
    return keras.Model(start, layer(start), name="saved_model")
