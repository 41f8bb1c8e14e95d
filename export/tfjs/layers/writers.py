"""Writers of Keras layers as TF.js layers: one entry for each supported layer, with its settings.

TF.js' layers library follows Keras 2 and leaves things out without a word: it reads no dilation of depthwise
convolutions, its hard sigmoid has another slope, its bilinear upsampling other centres. So only what is listed here is
written, in the form that it reads; everything else is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import keras
import numpy as np
from numpy.typing import NDArray

from webparity.errors import UnsupportedModelError
from webparity.export.tfjs.layers.topology import SymbolicTensor, Topology
from webparity.models import refusals
from webparity.models.keras.activations import get_activation_name
from webparity.models.keras.functional import walk_graph


def add_network(topology: Topology, network: Any, values: SymbolicTensor) -> SymbolicTensor:
    """Add the layers of a network behind a tensor, and return its output.

    Raises:
        UnsupportedModelError: names what TF.js does not have.
    """

    def call(layer: Any, *args: Any, **_: Any) -> SymbolicTensor:
        leaves = keras.tree.flatten(args)
        if type(layer).__name__ not in WRITERS:
            raise _LayerCall(topology, layer, leaves, ()).make_refusal()
        known = [
            keras.KerasTensor((None, *leaf.shape)) if isinstance(leaf, SymbolicTensor) else leaf for leaf in leaves
        ]
        spec = layer.compute_output_spec(*keras.tree.pack_sequence_as(args, known))
        return WRITERS[type(layer).__name__](_LayerCall(topology, layer, leaves, tuple(spec.shape[1:])))

    end: SymbolicTensor = walk_graph(network, values, call)
    return end


@dataclass(frozen=True)
class _LayerCall:
    """A call of a layer or of an operation of `keras.ops`: its arguments, and the shape of its output."""

    topology: Topology
    layer: Any
    args: list[Any]
    shape: tuple[int, ...]

    @property
    def inputs(self) -> list[SymbolicTensor]:
        return [each for each in self.args if isinstance(each, SymbolicTensor)]

    def add_one(
        self, class_name: str, inputs: Sequence[SymbolicTensor], shape: Sequence[int], **config: Any
    ) -> SymbolicTensor:
        """Add one of several layers that the call becomes."""
        return self.topology.add(class_name, inputs, shape, name=f"{self.layer.name}-{class_name}", config=config)

    def add_layer(
        self, class_name: str, weights: dict[str, NDArray[np.float32]] | None = None, **config: Any
    ) -> SymbolicTensor:
        """Add the one layer that the call becomes."""
        return self.topology.add(
            class_name, self.inputs, self.shape, name=self.layer.name, config=config, weights=weights
        )

    def make_refusal(self, setting: str = "") -> UnsupportedModelError:
        what = f"{type(self.layer).__name__}{f' with {setting}' if setting else ''}"
        return refusals.LAYER(f"{what} ({self.layer.name})")


Writer = Callable[[_LayerCall], SymbolicTensor]


def _make_layer_writer(
    *keys: str, weights: Sequence[str] = (), only: Mapping[str, Sequence[Any]] | None = None
) -> Writer:
    """Make a writer that keeps some settings and the weights, and refuses other values than `only` allows."""

    def write(call: _LayerCall) -> SymbolicTensor:
        layer = call.layer
        for setting, allowed in (only or {}).items():
            if getattr(layer, setting) not in allowed:
                raise call.make_refusal(f"{setting}={getattr(layer, setting)}")
        config = layer.get_config()
        # A bias comes last, if at all.
        values = dict(zip(weights, layer.get_weights() if weights else [], strict=False))
        made = call.add_layer(type(layer).__name__, values, **{key: config[key] for key in keys})
        return _add_activation(call, made, get_activation_name(getattr(layer, "activation", keras.activations.linear)))

    return write


def _add_activation(call: _LayerCall, values: SymbolicTensor, activation: str) -> SymbolicTensor:
    shape = values.shape
    match activation:
        case "linear":
            return values
        case "hard_sigmoid":
            return _add_hard_sigmoid(call, values)
        case "hard_silu":
            return call.add_one("Multiply", [values, _add_hard_sigmoid(call, values)], shape)
        case "leaky_relu":
            return call.add_one("LeakyReLU", [values], shape, alpha=0.2)
        case _ if activation in _ACTIVATIONS:
            return call.add_one("Activation", [values], shape, activation=_ACTIVATIONS[activation])
        case _:
            raise call.make_refusal(f"activation={activation}")


_ACTIVATIONS: Final = {
    **{name: name for name in ("relu", "relu6", "sigmoid", "softmax", "tanh", "elu", "selu", "softplus", "softsign")},
    "gelu": "gelu",
    "mish": "mish",
    "silu": "swish",
}


def _add_hard_sigmoid(call: _LayerCall, values: SymbolicTensor) -> SymbolicTensor:
    """Add Keras 3's min(max(x / 6 + 1/2, 0), 1); TF.js has the slope of Keras 2."""
    line = call.add_one("Rescaling", [values], values.shape, scale=1 / 6, offset=0.5)
    return call.add_one("ReLU", [line], values.shape, max_value=1.0)


def _write_activation(call: _LayerCall) -> SymbolicTensor:
    return _add_activation(call, call.inputs[0], get_activation_name(call.layer.activation))


def _make_activation_writer(activation: str) -> Writer:
    return lambda call: _add_activation(call, call.inputs[0], activation)


def _write_gelu(call: _LayerCall) -> SymbolicTensor:
    if call.layer.approximate:
        raise call.make_refusal("approximate=True")
    return _add_activation(call, call.inputs[0], "gelu")


def _write_softmax(call: _LayerCall) -> SymbolicTensor:
    if call.layer.axis not in {-1, len(call.shape)}:
        raise call.make_refusal(f"axis={call.layer.axis}")
    return _add_activation(call, call.inputs[0], "softmax")


def _write_relu(call: _LayerCall) -> SymbolicTensor:
    layer = call.layer
    if layer.negative_slope or layer.threshold:
        raise call.make_refusal(f"negative_slope={layer.negative_slope}, threshold={layer.threshold}")
    return call.add_layer("ReLU", max_value=None if layer.max_value is None else float(layer.max_value))


def _write_pixel_mean(call: _LayerCall) -> SymbolicTensor:
    """Write the mean over pixels one axis at a time, which rounds less in TF.js than its global pooling."""
    (values,) = call.inputs
    height, width, channels = values.shape
    rows = call.add_one("AveragePooling2D", [values], (height, 1, channels), pool_size=[1, width], strides=[1, width])
    whole = call.add_one("AveragePooling2D", [rows], (1, 1, channels), pool_size=[height, 1], strides=[height, 1])
    return call.add_one("Reshape", [whole], call.shape, target_shape=list(call.shape))


def _write_pixel_maximum(call: _LayerCall) -> SymbolicTensor:
    largest = call.add_one("GlobalMaxPooling2D", call.inputs, call.shape[-1:])
    return call.add_one("Reshape", [largest], call.shape, target_shape=list(call.shape))


def _write_mean(call: _LayerCall) -> SymbolicTensor:
    if len(call.inputs[0].shape) != 3 or tuple(call.layer.axis or ()) != (1, 2):
        raise call.make_refusal(f"axis={call.layer.axis}")
    return _write_pixel_mean(call)


def _merge_writer(class_name: str, constant: Callable[[float], dict[str, float]] | None = None) -> Writer:
    """Make a writer of a layer of several tensors; an operation of a tensor and a number becomes a rescaling."""

    def write(call: _LayerCall) -> SymbolicTensor:
        if len(call.inputs) > 1:
            return call.topology.add(class_name, _copy_repeated_inputs(call), call.shape, name=call.layer.name)
        numbers = [each for each in call.args if not isinstance(each, SymbolicTensor)]
        if constant is None or not numbers or np.size(numbers[0]) != 1:
            raise call.make_refusal("a constant that is no number")
        rescaling = constant(float(np.reshape(numbers[0], ())))
        return call.add_layer("Rescaling", scale=rescaling["scale"], offset=rescaling["offset"])

    return write


def _copy_repeated_inputs(call: _LayerCall) -> list[SymbolicTensor]:
    """Copy repeated inputs: TF.js frees a tensor after the first of two uses by one layer."""
    inputs: list[SymbolicTensor] = []
    for each in call.inputs:
        again = any(each.layer == other.layer and each.index == other.index for other in inputs)
        inputs.append(call.add_one("Activation", [each], each.shape, activation="linear") if again else each)
    return inputs


def _write_difference(call: _LayerCall) -> SymbolicTensor:
    if len(call.inputs) > 1:
        first, second = call.inputs
        negative = call.add_one("Rescaling", [second], second.shape, scale=-1.0, offset=0.0)
        return call.add_one("Add", [first, negative], call.shape)
    first, second = call.args
    if np.size(first if isinstance(second, SymbolicTensor) else second) != 1:
        raise call.make_refusal("a constant that is no number")
    if isinstance(second, SymbolicTensor):
        return call.add_layer("Rescaling", scale=-1.0, offset=float(np.reshape(first, ())))
    return call.add_layer("Rescaling", scale=1.0, offset=-float(np.reshape(second, ())))


def _write_rescaling(call: _LayerCall) -> SymbolicTensor:
    scale, offset = call.layer.scale, call.layer.offset
    if np.size(scale) == np.size(offset) == 1:
        return call.add_layer("Rescaling", scale=float(np.reshape(scale, ())), offset=float(np.reshape(offset, ())))
    return _write_affine(call, scale=scale, offset=offset)


def _write_normalization(call: _LayerCall) -> SymbolicTensor:
    layer = call.layer
    if layer.invert or layer.axis not in {(-1,), (len(call.shape),), ()}:
        raise call.make_refusal(f"axis={layer.axis}, invert={layer.invert}")
    mean, variance = (np.asarray(values, np.float64) for values in (layer.mean, layer.variance))
    spread = np.maximum(np.sqrt(variance), keras.config.epsilon())
    return _write_affine(call, scale=1 / spread, offset=-mean / spread)


def _write_affine(call: _LayerCall, *, scale: Any, offset: Any) -> SymbolicTensor:
    """Write a scale and an offset for each channel as a BatchNorm of mean 0 and variance 1."""
    channels = call.shape[-1]

    def broadcast(values: Any) -> NDArray[np.float32]:
        return np.broadcast_to(np.reshape(values, -1), channels).astype(np.float32)

    weights = {
        "gamma": broadcast(scale),
        "beta": broadcast(offset),
        "moving_mean": broadcast(0.0),
        "moving_variance": broadcast(1.0),
    }
    return call.add_layer("BatchNormalization", weights, epsilon=0.0)


def _write_batch_normalization(call: _LayerCall) -> SymbolicTensor:
    layer = call.layer
    if layer.axis not in {-1, len(call.shape)}:
        raise call.make_refusal(f"axis={layer.axis}")
    names = [*["gamma"] * layer.scale, *["beta"] * layer.center, "moving_mean", "moving_variance"]
    weights = dict(zip(names, layer.get_weights(), strict=True))
    return call.add_layer("BatchNormalization", weights, epsilon=layer.epsilon, scale=layer.scale, center=layer.center)


def _write_layer_normalization(call: _LayerCall) -> SymbolicTensor:
    layer = call.layer
    if layer.axis not in (-1, [-1], len(call.shape), [len(call.shape)]) or layer.rms_scaling:
        raise call.make_refusal(f"axis={layer.axis}, rms_scaling={layer.rms_scaling}")
    names = [*["gamma"] * layer.scale, *["beta"] * layer.center]
    weights = dict(zip(names, layer.get_weights(), strict=True))
    return call.add_layer(
        "LayerNormalization", weights, axis=[-1], epsilon=layer.epsilon, scale=layer.scale, center=layer.center
    )


def _write_center_crop(call: _LayerCall) -> SymbolicTensor:
    (height, width, _), (new_height, new_width, _) = call.inputs[0].shape, call.shape
    if height < new_height or width < new_width:
        raise call.make_refusal(f"an image of {height} x {width} to be enlarged")
    top, left = (height - new_height) // 2, (width - new_width) // 2
    cropping = [[top, height - new_height - top], [left, width - new_width - left]]
    return call.add_layer("Cropping2D", cropping=cropping)


def _write_resizing(call: _LayerCall) -> SymbolicTensor:
    """Omit a resize to the size that images already have; TF.js' own uses other pixel centers."""
    if call.inputs[0].shape != call.shape:
        raise call.make_refusal(f"an image of {call.inputs[0].shape[:2]} to be resized")
    return call.inputs[0]


_STRIDED: Final = ("kernel_size", "strides", "padding", "use_bias")
_CHANNELS: Final = {"data_format": ["channels_last"]}
_UNDILATED: Final = _CHANNELS | {"dilation_rate": [1, (1, 1)]}

WRITERS: Final[dict[str, Writer]] = {
    "Activation": _write_activation,
    "Add": _merge_writer("Add", lambda number: {"scale": 1.0, "offset": number}),
    "Average": _merge_writer("Average"),
    "AveragePooling2D": _make_layer_writer("pool_size", "strides", "padding", only=_CHANNELS),
    "BatchNormalization": _write_batch_normalization,
    "CenterCrop": _write_center_crop,
    "Concatenate": lambda call: call.add_layer("Concatenate", axis=call.layer.axis),
    "Conv2D": _make_layer_writer(
        "filters", "dilation_rate", *_STRIDED, weights=("kernel", "bias"), only=_CHANNELS | {"groups": [1]}
    ),
    "Conv2DTranspose": _make_layer_writer(
        "filters", *_STRIDED, weights=("kernel", "bias"), only=_UNDILATED | {"output_padding": [None]}
    ),
    "Cropping2D": _make_layer_writer("cropping", only=_CHANNELS),
    "Dense": _make_layer_writer("units", "use_bias", weights=("kernel", "bias")),
    "DepthwiseConv2D": _make_layer_writer(
        "depth_multiplier", *_STRIDED, weights=("depthwise_kernel", "bias"), only=_UNDILATED
    ),
    "ELU": _make_layer_writer("alpha"),
    "Flatten": _make_layer_writer(only=_CHANNELS),
    "Gelu": _write_gelu,
    "GlobalAveragePooling1D": _make_layer_writer(only=_CHANNELS | {"keepdims": [False]}),
    "GlobalAveragePooling2D": _write_pixel_mean,
    "GlobalMaxPooling1D": _make_layer_writer(only=_CHANNELS | {"keepdims": [False]}),
    "GlobalMaxPooling2D": _write_pixel_maximum,
    "HardSigmoid": _make_activation_writer("hard_sigmoid"),
    "HardSilu": _make_activation_writer("hard_silu"),
    "LayerNormalization": _write_layer_normalization,
    "LeakyReLU": lambda call: call.add_layer("LeakyReLU", alpha=float(call.layer.negative_slope)),
    "MaxPooling2D": _make_layer_writer("pool_size", "strides", "padding", only=_CHANNELS),
    "Maximum": _merge_writer("Maximum"),
    "Mean": _write_mean,
    "Minimum": _merge_writer("Minimum"),
    "Multiply": _merge_writer("Multiply", lambda number: {"scale": number, "offset": 0.0}),
    "Normalization": _write_normalization,
    "PReLU": _make_layer_writer("shared_axes", weights=("alpha",)),
    "Permute": _make_layer_writer("dims"),
    "ReLU": _write_relu,
    "Relu": _make_activation_writer("relu"),
    "Relu6": _make_activation_writer("relu6"),
    "Rescaling": _write_rescaling,
    "Reshape": lambda call: call.add_layer("Reshape", target_shape=list(call.shape)),
    "Resizing": _write_resizing,
    "SeparableConv2D": _make_layer_writer(
        "filters",
        "depth_multiplier",
        *_STRIDED,
        weights=("depthwise_kernel", "pointwise_kernel", "bias"),
        only=_UNDILATED,
    ),
    "Sigmoid": _make_activation_writer("sigmoid"),
    "Silu": _make_activation_writer("silu"),
    "Softmax": _write_softmax,
    "Subtract": _write_difference,
    "Tanh": _make_activation_writer("tanh"),
    "TrueDivide": _merge_writer("", lambda number: {"scale": 1.0 / number, "offset": 0.0}),
    "UpSampling2D": _make_layer_writer("size", only=_CHANNELS | {"interpolation": ["nearest"]}),
    "ZeroPadding2D": _make_layer_writer("padding", only=_CHANNELS),
}
