"""Small untrained Keras networks, one for each kind of layer or structure that a user's own may hold."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any, Final

import keras
import numpy as np
import skimage.data
import tensorflow as tf
from keras import layers
from numpy.typing import NDArray

from webparity.models.keras.baked import KerasBaked
from webparity.preprocessing.spec import Preprocessing

CLASSES: Final = 5
SIDE: Final = 32
_PHOTOGRAPHS: Final = ("astronaut", "coffee", "chelsea", "rocket", "retina", "hubble_deep_field")
_SEED: Final = 7
SMALLEST_MARGIN: Final = 1e-3
# Enough for answers that differ, without saturating.
_RANGE: Final = 4.0


def load_photographs() -> list[NDArray[np.uint8]]:
    """Load real photographs, uint8 [H, W, 3], of several sizes and shapes."""
    loaded = [getattr(skimage.data, name)() for name in _PHOTOGRAPHS]
    # Strides other than 1 leave the size of a small phone picture, and every one another.
    return [np.ascontiguousarray(image[:: 3 + n % 3, :: 3 + n % 2]) for n, image in enumerate(loaded)]


def _apply_conv(x: Any, filters: int, *, stride: int = 1, activation: str | None = "relu", kernel: int = 3) -> Any:
    x = layers.Conv2D(filters, kernel, strides=stride, padding="same", use_bias=False)(x)
    x = layers.BatchNormalization()(x)
    return layers.Activation(activation)(x) if activation else x


def _apply_head(x: Any) -> Any:
    return layers.Dense(CLASSES, activation="softmax")(x)


def _build_functional(body: Callable[[Any], Any]) -> Any:
    inputs = keras.Input((SIDE, SIDE, 3))
    return keras.Model(inputs, _apply_head(body(inputs)))


def _build_sequential() -> Any:
    return keras.Sequential(
        [
            keras.Input((SIDE, SIDE, 3)),
            layers.Conv2D(8, 3),
            layers.BatchNormalization(),
            layers.ReLU(),
            layers.MaxPooling2D(),
            layers.Conv2D(12, 3, strides=2, padding="same", activation="elu"),
            layers.Flatten(),
            layers.Dropout(0.4),
            layers.Dense(CLASSES),
            layers.Softmax(),
        ]
    )


def _build_residual() -> Any:
    def build_body(x: Any) -> Any:
        x = _apply_conv(x, 8, stride=2)
        x = layers.ReLU()(x + _apply_conv(_apply_conv(x, 8), 8, activation=None))
        down = _apply_conv(_apply_conv(x, 16, stride=2), 16, activation=None)
        x = layers.ReLU()(layers.Add()([_apply_conv(x, 16, stride=2, kernel=1, activation=None), down]))
        return layers.GlobalAveragePooling2D()(x)

    return _build_functional(build_body)


class _SubclassedNetwork(keras.Model):
    """A network whose structure is code."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = layers.Conv2D(8, 3, strides=2, padding="same", use_bias=False)
        self.norm = layers.BatchNormalization()
        self.blocks = [layers.Conv2D(8, 3, padding="same", activation="relu") for _ in range(2)]
        self.drop = layers.Dropout(0.5)
        self.top = layers.Dense(CLASSES, activation="softmax")

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        x = keras.ops.relu(self.norm(self.stem(inputs), training=training))
        for block in self.blocks:
            x = x + block(x)
        return self.top(self.drop(keras.ops.mean(x, axis=(1, 2)), training=training))


@keras.saving.register_keras_serializable()
class _TensorFlowNetwork(keras.Model):
    """A network that calls TensorFlow itself."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.conv = layers.Conv2D(8, 3, strides=2)
        self.top = layers.Dense(CLASSES)

    def call(self, inputs: Any) -> Any:
        return tf.nn.softmax(self.top(tf.reduce_mean(tf.nn.relu(self.conv(inputs)), axis=[1, 2])))


def _build_depthwise() -> Any:
    def build_body(x: Any) -> Any:
        x = layers.DepthwiseConv2D(5, strides=2, padding="same", depth_multiplier=2, use_bias=False)(x)
        x = layers.ReLU(6.0)(layers.BatchNormalization()(x))
        x = layers.ZeroPadding2D(((0, 1), (0, 1)))(x)
        x = layers.DepthwiseConv2D(3, strides=2, padding="valid", activation="leaky_relu")(x)
        return layers.GlobalMaxPooling2D()(layers.LeakyReLU(0.1)(layers.Conv2D(12, 1)(x)))

    return _build_functional(build_body)


def _build_dilated() -> Any:
    def build_body(x: Any) -> Any:
        x = layers.Conv2D(6, 3, dilation_rate=2, activation="relu")(x)
        x = layers.DepthwiseConv2D(3, dilation_rate=2, padding="same", activation="relu")(x)
        return layers.GlobalAveragePooling2D()(x)

    return _build_functional(build_body)


def _build_separable() -> Any:
    def build_body(x: Any) -> Any:
        x = layers.SeparableConv2D(8, 3, padding="same", depth_multiplier=2)(x)
        x = layers.PReLU(shared_axes=(1, 2))(layers.BatchNormalization()(x))
        x = layers.SeparableConv2D(12, 3, strides=2, padding="same", activation="selu")(x)
        return layers.GlobalAveragePooling2D()(x)

    return _build_functional(build_body)


def _build_branches() -> Any:
    def build_body(x: Any) -> Any:
        wide = layers.Conv2D(6, 5, strides=2, padding="same", activation="softplus")(x)
        narrow = layers.Conv2D(6, 1, activation="tanh")(layers.AveragePooling2D(2, padding="same")(x))
        dilated = layers.MaxPooling2D(3, strides=2, padding="same")(
            layers.Conv2D(6, 3, dilation_rate=2, padding="same", activation="softsign")(x)
        )
        x = layers.Concatenate()([wide, narrow, dilated])
        x = layers.Maximum()([x, layers.Multiply()([x, x])])
        x = layers.Minimum()([x, layers.Average()([x, layers.Subtract()([x, layers.ELU()(x)])])])
        return layers.Flatten()(layers.AveragePooling2D(4)(layers.BatchNormalization()(x)))

    return _build_functional(build_body)


def _build_squeeze() -> Any:
    def build_body(x: Any) -> Any:
        x = _apply_conv(x, 12, stride=2, activation="swish")
        gate = layers.GlobalAveragePooling2D(keepdims=True)(x)
        gate = layers.Conv2D(12, 1, activation="sigmoid")(layers.Conv2D(4, 1, activation="relu")(gate))
        x = layers.Multiply()([x, gate])
        gate = layers.Dense(12, activation="hard_sigmoid")(layers.GlobalAveragePooling2D()(x))
        x = layers.Multiply()([x, layers.Reshape((1, 1, 12))(gate)])
        return layers.GlobalAveragePooling2D()(layers.Activation("hard_swish")(_apply_conv(x, 12, activation=None)))

    return _build_functional(build_body)


def _build_attention() -> Any:
    def build_body(x: Any) -> Any:
        x = layers.Reshape((-1, 16))(layers.Conv2D(16, 8, strides=8)(x))
        for _ in range(2):
            y = layers.LayerNormalization(epsilon=1e-6)(x)
            x = x + layers.MultiHeadAttention(num_heads=2, key_dim=8)(y, y)
            y = layers.Dense(32, activation="gelu")(layers.LayerNormalization(epsilon=1e-6)(x))
            x = x + layers.Dense(16)(y)
        return layers.GlobalAveragePooling1D()(layers.LayerNormalization()(x))

    return _build_functional(build_body)


def _build_mixer() -> Any:
    def build_body(x: Any) -> Any:
        x = layers.Reshape((-1, 12))(layers.Conv2D(12, 8, strides=8)(x))
        y = layers.Permute((2, 1))(layers.LayerNormalization()(x))
        x = x + layers.Permute((2, 1))(layers.Dense(16)(layers.Dense(24, activation="gelu")(y)))
        y = layers.Dense(24, activation="mish")(layers.LayerNormalization(epsilon=1e-6)(x))
        x = layers.LayerNormalization()(x + layers.Dense(12)(y))
        return layers.Concatenate()([layers.GlobalAveragePooling1D()(x), layers.GlobalMaxPooling1D()(x)])

    return _build_functional(build_body)


def _build_operations() -> Any:
    def build_body(x: Any) -> Any:
        ops = keras.ops
        x = _apply_conv(x * 2.0 - 1.0, 12, stride=2, activation=None)
        x = ops.relu(x) + ops.relu6(x / 2.0) + ops.sigmoid(1.0 - x) - ops.silu(x)
        x = ops.gelu(x, approximate=False) + ops.hard_sigmoid(x) + ops.hard_silu(x) + ops.tanh(x)
        return ops.mean(x, axis=(1, 2))

    return _build_functional(build_body)


def _build_up_and_down() -> Any:
    def build_body(x: Any) -> Any:
        x = layers.Conv2D(8, 3, strides=2, padding="same", activation="silu")(layers.Cropping2D(2)(x))
        x = layers.Conv2DTranspose(6, 3, strides=2, padding="same", activation="relu")(x)
        x = layers.UpSampling2D(2, interpolation="nearest")(layers.MaxPooling2D(4)(x))
        x = layers.Permute((2, 1, 3))(x)
        return layers.GlobalAveragePooling2D()(layers.SpatialDropout2D(0.3)(layers.Conv2D(8, 3)(x)))

    return _build_functional(build_body)


def _build_own_scaling() -> Any:
    inputs = keras.Input((None, None, 3))
    x = layers.Resizing(SIDE, SIDE)(inputs)
    x = layers.Rescaling(1 / 255)(x)
    x = layers.Normalization(mean=[0.5, 0.4, 0.45], variance=[0.06, 0.05, 0.07])(x)
    x = _apply_conv(x, 8, stride=2)
    return keras.Model(inputs, _apply_head(layers.GlobalAveragePooling2D()(x)))


def _build_augmenting() -> Any:
    return keras.Sequential(
        [
            keras.Input((SIDE, SIDE, 3)),
            layers.RandomFlip(seed=1),
            layers.RandomRotation(0.2, seed=2),
            layers.RandomZoom(0.2, seed=3),
            layers.GaussianNoise(0.1, seed=4),
            layers.Rescaling(2.0, offset=-1.0),
            layers.CenterCrop(28, 28),
            layers.Conv2D(8, 3, strides=2, use_bias=False),
            layers.BatchNormalization(),
            layers.Activation("relu"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(1, activation="sigmoid"),
        ]
    )


def _build_nested() -> Any:
    body = keras.Sequential(
        [keras.Input((SIDE, SIDE, 3)), layers.Conv2D(8, 3, strides=2), layers.BatchNormalization(), layers.ReLU()]
    )
    inputs = keras.Input((SIDE, SIDE, 3))
    x = keras.Sequential([layers.LayerNormalization(), layers.GlobalAveragePooling2D()])(body(inputs))
    return keras.Model(inputs, _apply_head(x))


def _build_groups() -> Any:
    def build_body(x: Any) -> Any:
        x = layers.Conv2D(8, 3, groups=2, padding="same")(layers.Conv2D(8, 3, strides=2)(x))
        # An image of one colour has no variance: with less to add to it, rounding alone would decide.
        x = layers.GroupNormalization(groups=2, epsilon=0.05)(x)
        return layers.GlobalAveragePooling2D()(layers.Activation("relu")(x))

    return _build_functional(build_body)


def _build_application(name: str, **options: Any) -> Callable[[], Any]:
    def build() -> Any:
        kind = getattr(keras.applications, name)
        return kind(weights=None, input_shape=(64, 64, 3), classes=CLASSES, **options)

    return build


NETWORKS: Final[dict[str, Callable[[], Any]]] = {
    "sequential": _build_sequential,
    "residual": _build_residual,
    "subclassed": _SubclassedNetwork,
    "subclassed-tensorflow": _TensorFlowNetwork,
    "depthwise": _build_depthwise,
    "dilated": _build_dilated,
    "separable": _build_separable,
    "branches": _build_branches,
    "squeeze-excite": _build_squeeze,
    "attention": _build_attention,
    "mixer": _build_mixer,
    "operations": _build_operations,
    "up-and-down": _build_up_and_down,
    "own-scaling": _build_own_scaling,
    "augmenting": _build_augmenting,
    "nested": _build_nested,
    "groups": _build_groups,
    "MobileNetV2": _build_application("MobileNetV2"),
    "MobileNetV3": _build_application("MobileNetV3Small"),
    "EfficientNetB0": _build_application("EfficientNetB0"),
    "ResNet50": _build_application("ResNet50"),
}
# Those that scale for themselves see grey levels, the others what Preprocessing makes of them.
_OWN_SCALE: Final = frozenset({"own-scaling", "MobileNetV3", "EfficientNetB0"})


def bake_network(name: str) -> KerasBaked:
    """Build a network of `NETWORKS` with BatchNorm statistics of photographs and scores of a usual range.

    The first seed by which no photograph stands between two labels.
    """
    for seed in count(_SEED):
        baked = _bake_with_seed(name, seed)
        values = np.concatenate([baked.preprocess_values(image[np.newaxis]) for image in load_photographs()])
        _calibrate_network(baked, values)
        first, second = np.sort(baked.predict_features(values)["probabilities"], axis=-1).T[:-3:-1]
        if np.min(first - second) > SMALLEST_MARGIN:
            break
    return baked


def _bake_with_seed(name: str, seed: int) -> KerasBaked:
    keras.utils.set_random_seed(seed)
    # Its collection of garbage takes half a second a time, in a process with all of TensorFlow.
    keras.utils.clear_session(free_memory=False)
    side = 64 if name[0].isupper() else SIDE
    scale = 1.0 if name in _OWN_SCALE else 1 / 255
    return KerasBaked(NETWORKS[name](), Preprocessing(height=side, width=side, channels="rgb", scale=scale))


def _calibrate_network(baked: KerasBaked, values: NDArray[np.float32]) -> None:
    norms = [layer for layer in flatten_layers(baked.network) if isinstance(layer, layers.BatchNormalization)]
    kept = [layer.momentum for layer in norms]
    for layer in norms:
        # One pass in training mode then leaves the statistics of these very images.
        layer.momentum = 0.0
        # At random, deep networks with BatchNorm grow any difference a hundredfold (Yang et al., 2019): most units
        # must be in the linear half of their activation, as in trained ones, for sums to be comparable at all.
        layer.beta.assign(np.ones(layer.beta.shape))
    baked.network(values, training=True)
    for layer, momentum in zip(norms, kept, strict=True):
        layer.momentum = momentum
    last = [layer for layer in flatten_layers(baked.network) if isinstance(layer, layers.Dense | layers.Conv2D)][-1]
    scores = baked.predict_features(values)["scores"].numpy()
    last.set_weights([weights * (_RANGE / float(np.ptp(scores))) for weights in last.get_weights()])


def flatten_layers(network: Any) -> list[Any]:
    """List the layers of a network and of the networks inside it."""
    return [leaf for leaf in network._flatten_layers(include_self=False) if not isinstance(leaf, keras.Model)]
