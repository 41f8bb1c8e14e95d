"""The inference form of a Keras network: BatchNorm folded, groups split, training-only layers and nesting removed.

Every export target converts this form. The exported artifact is compared with the original network.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import keras
import numpy as np
from keras import layers
from numpy.typing import NDArray

from webparity.models.keras.activations import has_misnamed_activation
from webparity.models.keras.calls import is_graph
from webparity.models.keras.functional import get_scope_name, walk_graph
from webparity.models.keras.head import ACTIVATION_LAYERS, Head, find_head
from webparity.models.keras.plain_layers import call_plain_form

# With training=False each gives what it got; RandomCrop is none of these, it then crops the middle.
TRAINING_ONLY_LAYERS: Final = (
    layers.ActivityRegularization,
    layers.AlphaDropout,
    layers.Dropout,
    layers.GaussianDropout,
    layers.GaussianNoise,
    layers.SpatialDropout1D,
    layers.SpatialDropout2D,
    layers.RandomBrightness,
    layers.RandomColorDegeneration,
    layers.RandomColorJitter,
    layers.RandomContrast,
    layers.RandomErasing,
    layers.RandomFlip,
    layers.RandomGaussianBlur,
    layers.RandomGrayscale,
    layers.RandomHue,
    layers.RandomInvert,
    layers.RandomPerspective,
    layers.RandomPosterization,
    layers.RandomRotation,
    layers.RandomSaturation,
    layers.RandomSharpness,
    layers.RandomShear,
    layers.RandomTranslation,
    layers.RandomZoom,
)
_LINEAR: Final = (
    layers.Conv1D,
    layers.Conv2D,
    layers.Conv2DTranspose,
    layers.Dense,
    layers.DepthwiseConv2D,
    layers.SeparableConv2D,
)


_COPY_ERRORS: Final = (TypeError, ValueError, NotImplementedError)


def build_inference_model(network: Any, find: Callable[[Any], Head | None] = find_head) -> Any:
    """Build the same function of fewer, simpler layers; a network that cannot be copied is returned as it is.

    Where its head is known, it ends in the row of scores and an `Activation` of softmax or sigmoid.

    Args:
        network: a Keras network with `inputs` and `outputs`, one each.
        find: finds its head; None where its output is no probabilities.
    """
    try:
        return _Builder(find(network)).build(network)
    except _COPY_ERRORS:
        return network


class _Builder:
    """Copies a network layer by layer; a layer with several calls is copied once."""

    def __init__(self, head: Head | None) -> None:
        self._head = head
        # What the head's layer gives to its softmax or sigmoid, for each of its calls, and its name now.
        self._scores: list[tuple[Any, str]] = []
        self._activations = 0
        self._copies: dict[int, Any] = {}
        self._plain: dict[Any, Any] = {}
        # By a tensor: itself, so that its id stays its own, the layer that made it, and of what.
        self._made: dict[int, tuple[Any, Any, Any]] = {}

    def build(self, network: Any) -> Any:
        first = network.inputs[0]
        inputs = keras.Input(batch_shape=first.shape, dtype=first.dtype, name=first.name)
        outputs = self._copy_graph(network, inputs, "")
        if self._head is not None and len(self._scores) == self._head.calls:
            outputs = self._add_head(self._head, network.outputs[0].shape[-1])
        return keras.Model(inputs, outputs, name=get_scope_name(network))

    def _add_head(self, head: Head, classes: int) -> Any:
        """Add the head; later calls, which do not change its values, are left out."""
        scores, name = self._scores[head.number]
        if len(scores.shape) > 2:
            scores = layers.Reshape((classes,), name=f"{name}_scores")(scores)
        policy = getattr(head.layer, "dtype_policy", None)
        return layers.Activation(head.activation, name=f"{name}_{head.activation}", dtype=policy)(scores)

    def _copy_graph(self, network: Any, inputs: Any, prefix: str) -> Any:
        return walk_graph(network, inputs, lambda layer, *args, **kwargs: self._call(prefix, layer, *args, **kwargs))

    def _call(self, prefix: str, layer: Any, *args: Any, **kwargs: Any) -> Any:
        if is_graph(layer) and len(layer.inputs) == len(layer.outputs) == 1:
            return self._copy_graph(layer, args[0], f"{prefix}{layer.name}_")
        if isinstance(layer, TRAINING_ONLY_LAYERS):
            return args[0]
        plainer = self._rewrite(prefix, layer, args)
        if plainer is not None:
            return plainer
        copy = self._copy(prefix, layer)
        head = self._head if self._head is not None and layer is self._head.layer else None
        if head is not None and not head.applies_activation:
            (scores,) = [each for each in keras.tree.flatten((args, kwargs)) if isinstance(each, keras.KerasTensor)]
            self._scores.append((scores, copy.name))
        output = copy(*args, **kwargs)
        if head is not None and head.applies_activation:
            output = self._add_activation(layer, copy.name, output)
        if isinstance(layer, layers.Layer):
            copy.set_weights(layer.get_weights())
            if isinstance(output, keras.KerasTensor):
                self._made[id(output)] = (output, layer, args[0])
        return output

    def _rewrite(self, prefix: str, layer: Any, args: tuple[Any, ...]) -> Any | None:
        """Call the layer in a simpler form, if there is one; otherwise return None."""
        if isinstance(layer, layers.BatchNormalization):
            _, source, values = self._made.get(id(args[0]), (None, None, None))
            if source is not None and _can_fold(source, layer):
                return _fold_batch_norm(source, layer, prefix, values)
        if isinstance(layer, layers.Conv2D) and layer.groups > 1 and not isinstance(layer, layers.DepthwiseConv2D):
            return self._add_activation(layer, prefix + layer.name, _split_groups(layer, prefix, args[0]))
        return call_plain_form(layer, args, prefix + layer.name, self._plain)

    def _add_activation(self, layer: Any, name: str, values: Any) -> Any:
        """Apply a layer's activation as a layer of its own; for the head's layer, record its input as the scores."""
        if self._head is not None and layer is self._head.layer:
            self._scores.append((values, name))
        if layer.activation is keras.activations.linear:
            return values
        self._activations += 1
        activation = layers.Activation(
            layer.activation, name=f"{name}_activation{self._activations}", dtype=layer.dtype_policy
        )
        return activation(values)

    def _copy(self, prefix: str, layer: Any) -> Any:
        if id(layer) in self._copies:
            return self._copies[id(layer)]
        copy = self._recreate(layer, prefix + layer.name)
        for part in (copy, getattr(copy, "forward_layer", None), getattr(copy, "backward_layer", None)):
            if isinstance(part, layers.RNN):
                # Step after step in the graph: neither ONNX nor TF.js gets a loop to run.
                part.unroll = True
        self._copies[id(layer)] = copy
        return copy

    def _recreate(self, layer: Any, name: str) -> Any:
        """Create a layer of the same config; the head's layer without its activation, which follows separately."""
        config = {**layer.get_config(), "name": name}
        if self._head is not None and layer is self._head.layer and self._head.applies_activation:
            return type(layer).from_config({**config, "activation": "linear"})
        copy = type(layer).from_config(config)
        if has_misnamed_activation(layer):
            if type(layer) not in ACTIVATION_LAYERS:
                raise ValueError(layer.name)
            copy.activation = layer.activation
        return copy


def _split_groups(layer: Any, prefix: str, values: Any) -> Any:
    """Split a grouped convolution into one convolution for each group, before its activation.

    TensorFlow runs it by a compiler whose result cannot be exported.
    """
    config = {**layer.get_config(), "groups": 1, "filters": layer.filters // layer.groups, "activation": "linear"}
    width = values.shape[-1] // layer.groups
    parts = []
    for group in range(layer.groups):
        part = type(layer).from_config({**config, "name": f"{prefix}{layer.name}_group{group}"})
        parts.append(part(values[..., group * width : (group + 1) * width]))
        part.set_weights([np.split(weights, layer.groups, axis=-1)[group] for weights in layer.get_weights()])
    return layers.Concatenate(name=f"{prefix}{layer.name}_groups")(parts)


def _can_fold(layer: Any, norm: Any) -> bool:
    """Whether a BatchNorm of the last axis directly follows a linear layer."""
    return (
        type(layer) in _LINEAR
        and layer.activation is keras.activations.linear
        and getattr(layer, "data_format", "channels_last") == "channels_last"
        and norm.axis in {-1, layer.output.ndim - 1}
        and layer.compute_dtype == norm.compute_dtype == "float32"
        and not layer.dtype_policy.quantization_mode
    )


def _fold_batch_norm(layer: Any, norm: Any, prefix: str, values: Any) -> Any:
    """Fold a BatchNorm into the layer before it."""
    scale, shift = _compute_affine(norm)
    *others, kernel = layer.get_weights()[: -1 if layer.use_bias else None]
    bias = layer.get_weights()[-1] if layer.use_bias else 0.0
    copy = type(layer).from_config({**layer.get_config(), "name": prefix + layer.name, "use_bias": True})
    output = copy(values)
    match layer:
        case layers.DepthwiseConv2D():
            kernel = kernel * scale.reshape(kernel.shape[2:])
        case layers.Conv2DTranspose():
            kernel = kernel * scale[:, np.newaxis]
        case _:
            kernel = kernel * scale
    copy.set_weights([*others, kernel, bias * scale + shift])
    return output


def _compute_affine(norm: Any) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Compute a BatchNorm's scale and shift of each channel, in float64."""

    def get_values(variable: Any, otherwise: float) -> NDArray[np.float64]:
        return np.full(norm.moving_mean.shape, otherwise) if variable is None else np.asarray(variable, np.float64)

    scale = get_values(norm.gamma, 1.0) / np.sqrt(get_values(norm.moving_variance, 1.0) + norm.epsilon)
    return scale, get_values(norm.beta, 0.0) - get_values(norm.moving_mean, 0.0) * scale
