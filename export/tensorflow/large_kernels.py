"""Large kernels of dense layers, passed as inputs of a graph while it is converted.

Converters copy every constant many times; the kernel of one dense layer can be most of a network.
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

from webparity.export.tensorflow.constant_node import make_constant

# Numbers; a MiB of float32.
_MIN_SIZE: Final = 1 << 18


@dataclass(frozen=True, kw_only=True)
class TracedFunction:
    """A TensorFlow concrete function, and the values of its kernel inputs by name."""

    function: Any
    kernels: dict[str, NDArray[np.float32]]


def trace_with_kernel_inputs(function: Callable[[Any], Any], signature: Any, network: Any = None) -> TracedFunction:
    """Trace a function of one tensor; large kernels of its network become further inputs.

    Args:
        function: of one tensor.
        signature: that tensor's `tf.TensorSpec`.
        network: the Keras network that it runs, if any.
    """
    variables = {f"kernel_{number}": kernel for number, kernel in enumerate(_list_large_kernels(network))}
    specs = [tf.TensorSpec(kernel.shape, tf.float32, name=name) for name, kernel in variables.items()]

    def call_with_kernels(values: Any, *kernels: Any) -> Any:
        with keras.StatelessScope(state_mapping=list(zip(variables.values(), kernels, strict=True))):
            return function(values)

    whole = tf.function(
        call_with_kernels if variables else function, input_signature=[signature, *specs], autograph=False
    )
    return TracedFunction(
        function=whole.get_concrete_function(),
        kernels={name: np.asarray(kernel) for name, kernel in variables.items()},
    )


def _list_large_kernels(network: Any) -> list[Any]:
    """List the large kernels of dense layers on rows, which no converter changes."""
    dense = [layer for layer in getattr(network, "layers", ()) if type(layer) is keras.layers.Dense]
    return [
        layer.kernel
        for layer in dense
        if isinstance(layer.kernel, keras.Variable)  # and not a sum, as with LoRA
        and math.prod(layer.kernel.shape) >= _MIN_SIZE
        and layer.compute_dtype == "float32"
        and not layer.dtype_policy.quantization_mode
        and layer.input.ndim == 2
    ]


def restore_kernels(graph: Any, kernels: Mapping[str, NDArray[np.float32]]) -> None:
    """Replace the kernel inputs of a TensorFlow GraphDef by constants."""
    for node in graph.node:
        if node.name in kernels:
            node.CopyFrom(make_constant(node.name, kernels[node.name]))
