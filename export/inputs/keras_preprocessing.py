"""What a Keras network says of its own preprocessing: its input's size, or the `Resizing` layer that it begins with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from webparity.errors import UsageError
from webparity.preprocessing.spec import Library, Preprocessing


def own_preprocessing(model: Any, file: Path) -> Preprocessing:
    """The size that a network takes, gray or RGB by its channels, without scaling.

    A network of any size that begins with `Resizing` gets images as that layer makes them, and so at a size that the
    layer leaves alone.

    Raises:
        UsageError: neither says a size.
    """
    inputs = getattr(model, "inputs", None) or []
    # By the tensor: a dict of one input has a dict of shapes.
    shape = tuple(inputs[0].shape) if len(inputs) == 1 else ()
    if len(shape) == 4 and shape[3] in {1, 3}:
        channels: Literal["gray", "rgb"] = "gray" if shape[3] == 1 else "rgb"
        if None not in shape[1:3]:
            return Preprocessing(height=shape[1], width=shape[2], channels=channels, scale=1.0)
        layer = _resizing(model)
        if layer is not None:
            like: Library | None = None if layer.antialias else "tensorflow"
            # At its own size the layer changes nothing, and its antialiased operator exists in TensorFlow alone.
            layer.antialias = False
            return Preprocessing(height=layer.height, width=layer.width, channels=channels, scale=1.0, like=like)
    raise UsageError(
        "Expected a network with one input [N, height, width, 1 or 3] of fixed size or a bilinear, stretching Resizing "
        "layer at its beginning, or a pipeline that begins with ImagePreprocessing; received "
        f"{shape or type(model).__name__} in {file}. Say the size in a file for --preprocessing."
    )


def _resizing(model: Any) -> Any | None:
    """The `Resizing` layer before everything but scaling, if its way is one of ours."""
    for layer in _leaves(model):
        kind = type(layer).__name__
        if kind == "Resizing":
            stretches = not (layer.crop_to_aspect_ratio or layer.pad_to_aspect_ratio)
            return layer if stretches and layer.interpolation == "bilinear" else None
        if kind not in {"InputLayer", "Rescaling"}:
            break
    return None


def _leaves(model: Any) -> Iterator[Any]:
    for layer in model.layers:
        if hasattr(layer, "layers"):
            yield from _leaves(layer)
        else:
            yield layer
