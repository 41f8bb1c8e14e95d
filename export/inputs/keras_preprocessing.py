"""Preprocessing that a Keras network implies: its input's size, or the `Resizing` layer at its beginning."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from webparity.errors import UsageError
from webparity.models.model_kind import get_model_kind
from webparity.preprocessing.methods import Library
from webparity.preprocessing.spec import Preprocessing


def infer_preprocessing(model: Any, where: str) -> Preprocessing:
    """Infer the size that a network takes, gray or RGB by its channels, without scaling.

    A network of any input size that begins with `Resizing` gets images resized as that layer does it, at the layer's
    own size; the layer then changes nothing.

    Args:
        model: the network; its `Resizing` layer is set to not antialias, which has no effect at its own size.
        where: what to call the model in error messages.

    Raises:
        UsageError: the network has no fixed size and no such layer.
    """
    if get_model_kind(model) == "onnx":
        raise UsageError(
            f"Expected --preprocessing with an ONNX file, which does not say how images reached it; received {where} "
            "alone. Write one with `webparity export --init-preprocessing`."
        )
    inputs = getattr(model, "inputs", None) or []
    # By the tensor: a dict of one input has a dict of shapes.
    shape = tuple(inputs[0].shape) if len(inputs) == 1 else ()
    if len(shape) == 3 and None not in shape[1:]:
        return Preprocessing(height=shape[1], width=shape[2], channels="gray", scale=1.0)
    if len(shape) == 4 and shape[3] in {1, 3}:
        channels: Literal["gray", "rgb"] = "gray" if shape[3] == 1 else "rgb"
        if None not in shape[1:3]:
            return Preprocessing(height=shape[1], width=shape[2], channels=channels, scale=1.0)
        layer = find_resizing_layer(model)
        if layer is not None:
            like: Library | None = None if layer.antialias else "tensorflow"
            # At its own size the layer changes nothing, and its antialiased operator exists in TensorFlow alone.
            layer.antialias = False
            return Preprocessing(height=layer.height, width=layer.width, channels=channels, scale=1.0, like=like)
    raise UsageError(
        "Expected a network with one input [N, height, width, 1 or 3] or [N, height, width] of fixed size or a "
        "bilinear, stretching Resizing layer at its beginning, or a pipeline that begins with ImagePreprocessing; "
        f"received {shape or type(model).__name__} in {where}. Say the size in a file for --preprocessing."
    )


def find_resizing_layer(model: Any) -> Any | None:
    """Find the `Resizing` layer before every layer but scaling; None where there is none, or it does not stretch."""
    for layer in _iterate_layers(model):
        name = type(layer).__name__
        if name == "Resizing":
            stretches = not (layer.crop_to_aspect_ratio or layer.pad_to_aspect_ratio)
            return layer if stretches and layer.interpolation == "bilinear" else None
        if name not in {"InputLayer", "Rescaling"}:
            break
    return None


def _iterate_layers(model: Any) -> Iterator[Any]:
    for layer in model.layers:
        if hasattr(layer, "layers"):
            yield from _iterate_layers(layer)
        else:
            yield layer
