"""Large kernels that nothing but a product reads, kept out of a graph while it is converted.

Converters copy every constant many times over; that of one dense layer can be most of a network.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from webparity.export.tensorflow.constant_node import constant

# Numbers; a MiB of float32.
_LARGE: Final = 1 << 18


@dataclass(frozen=True, kw_only=True)
class Traced:
    """A TensorFlow concrete function, and the values of those of its inputs that are kernels, by name."""

    function: Any
    kernels: dict[str, NDArray[np.float32]]


def traced(function: Callable[[Any], Any], signature: Any, network: Any = None) -> Traced:
    """Trace a function whose network's large kernels become inputs of it, behind the one that it has.

    Args:
        function: of one tensor.
        signature: that tensor's `tf.TensorSpec`.
        network: the Keras network that it runs, if any.
    """
    variables = {f"kernel_{number}": kernel for number, kernel in enumerate(_large(network))}
    specs = [tf.TensorSpec(kernel.shape, tf.float32, name=name) for name, kernel in variables.items()]

    def given(values: Any, *kernels: Any) -> Any:
        with keras.StatelessScope(state_mapping=list(zip(variables.values(), kernels, strict=True))):
            return function(values)

    whole = tf.function(given if variables else function, input_signature=[signature, *specs], autograph=False)
    return Traced(
        function=whole.get_concrete_function(),
        kernels={name: np.asarray(kernel) for name, kernel in variables.items()},
    )


def _large(network: Any) -> list[Any]:
    """Kernels of dense layers of rows: they stay as they are, whoever converts the product."""
    dense = [layer for layer in getattr(network, "layers", ()) if type(layer) is keras.layers.Dense]
    return [
        layer.kernel
        for layer in dense
        if isinstance(layer.kernel, keras.Variable)  # and not a sum, as with LoRA
        and math.prod(layer.kernel.shape) >= _LARGE
        and layer.compute_dtype == "float32"
        and not layer.dtype_policy.quantization_mode
        and layer.input.ndim == 2
    ]


def put_back(graph: Any, kernels: Mapping[str, NDArray[np.float32]]) -> None:
    """Make the kernels constants of a TensorFlow GraphDef again, each in the place of its input."""
    for node in graph.node:
        if node.name in kernels:
            node.CopyFrom(constant(node.name, kernels[node.name]))
