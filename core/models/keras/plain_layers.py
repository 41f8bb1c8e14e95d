"""Replacements for layers that TF.js or ONNX lacks or computes differently, built of operations that both have."""

from __future__ import annotations

from typing import Any, Final

import keras
import numpy as np
from keras import layers, ops
from numpy.typing import NDArray

# Resized the same way by every runtime, as far as nothing is smoothed before.
_PORTABLE_INTERPOLATIONS: Final = frozenset({"bilinear", "nearest"})
_MAX_VALUES: Final = 2**26  # values; 256 MB


def call_plain_form(layer: Any, args: tuple[Any, ...], name: str, copies: dict[Any, Any]) -> Any | None:
    """Call the plain form of a layer or a `keras.ops` operation.

    - Transposed convolutions whose stride exceeds their kernel: the kernel padded with zeros, the output cropped.
    - Images resized by anything but plain bilinear or nearest: a product with constant weights on each side.
    - Bins: comparisons with their boundaries.

    Args:
        layer: the layer.
        args: what it is called with, first a tensor [N, ...].
        name: of the copy, where it is a layer.
        copies: layers that were made for a layer that is called again.

    Returns:
        The output, or None for any other layer and for sizes that are not known.
    """
    layer_class = type(layer)
    if not args or not isinstance(args[0], keras.KerasTensor):
        return None
    values = args[0]
    if layer_class is layers.Conv2DTranspose and any(
        s > k for s, k in zip(layer.strides, layer.kernel_size, strict=True)
    ):
        return _call_transposed_convolution(layer, values, name, copies)
    if layer_class is layers.Discretization and layer.bin_boundaries is not None and not layer.sparse:
        return _discretize(layer, values)
    if layer_class in {layers.UpSampling2D, layers.Resizing} or _is_operation(layer, "Resize"):
        return _resize_by_products(layer, values)
    if _is_operation(layer, "Digitize") and len(args) > 1:
        return ops.cast(_find_bins(values, args[1]), "int32")
    return None


def _call_transposed_convolution(layer: Any, values: Any, name: str, copies: dict[Any, Any]) -> Any | None:
    """Compute `same` padding and output padding as a crop of `valid` with a kernel at least as long as the stride."""
    sides = values.shape[1:3]
    if None in sides or layer.data_format != "channels_last" or tuple(layer.dilation_rate) != (1, 1):
        return None
    outputs = layer.compute_output_shape(values.shape)[1:3]
    befores, kernels, afters = [], [], []
    for side, output, kernel, stride in zip(sides, outputs, layer.kernel_size, layer.strides, strict=True):
        reached = (side - 1) * stride
        before = max(reached + kernel - output, 0) // 2 if layer.padding == "same" else 0
        wide = max(kernel, stride, before + output - reached)
        befores.append(before)
        kernels.append(wide)
        afters.append(reached + wide - before - output)
    if id(layer) not in copies:
        config = layer.get_config() | {
            "name": name,
            "kernel_size": tuple(kernels),
            "padding": "valid",
            "output_padding": None,
        }
        crop = tuple(zip(befores, afters, strict=True))
        copies[id(layer)] = (
            layers.Conv2DTranspose.from_config(config),
            layers.Cropping2D(crop, name=f"{name}_part") if np.any(crop) else None,
        )
    copy, part = copies[id(layer)]
    output = copy(values)
    kernel, *bias = layer.get_weights()
    longer = [(0, wide - length) for wide, length in zip(kernels, kernel.shape[:2], strict=True)]
    copy.set_weights([np.pad(kernel, [*longer, (0, 0), (0, 0)]), *bias])
    return part(output) if part is not None else output


def _is_operation(layer: Any, name: str) -> bool:
    """Whether a layer is the `keras.ops` operation of that name; these classes are not public."""
    layer_class = type(layer)
    return layer_class.__name__ == name and layer_class.__module__.startswith("keras.src.ops.")


def _resize_by_products(layer: Any, values: Any) -> Any | None:
    """Resize by a matrix product along each side, which fits every separable interpolation."""
    sides = values.shape[1:3]
    # Smoothing has no meaning for the nearest pixel.
    antialias = getattr(layer, "antialias", False) and layer.interpolation != "nearest"
    if len(values.shape) != 4 or None in sides or layer.data_format != "channels_last":
        return None
    if layer.interpolation in _PORTABLE_INTERPOLATIONS and not antialias:
        return None
    cut = {name: getattr(layer, name, False) for name in ("crop_to_aspect_ratio", "pad_to_aspect_ratio")}
    if any(cut.values()) and (layer.fill_value or max(sides) * sides[0] * sides[1] > _MAX_VALUES):
        return None
    sizes = layer.compute_output_spec(values).shape[1:3]
    how = {"interpolation": layer.interpolation, "antialias": antialias, "data_format": "channels_last", **cut}
    down = _compute_resize_weights(sides, sizes, how)
    across = _compute_resize_weights(sides[::-1], sizes[::-1], how)
    if cut["pad_to_aspect_ratio"]:
        # In the middle, where little or none of the padding is seen, each was weighed by the other.
        down = down / np.sum(down[sizes[0] // 2])
    output = ops.einsum("yh,nhwc->nywc", down, values)
    return ops.einsum("xw,nywc->nyxc", across, output)


def _compute_resize_weights(sides: tuple[int, int], sizes: tuple[int, int], how: dict[str, Any]) -> NDArray[np.float32]:
    """Compute the weight of each input row in each output row, from TensorFlow's own resize.

    Args:
        sides: rows and columns of the image.
        sizes: of the resized one.
        how: the settings of `keras.ops.image.resize`.

    Returns:
        float32 [sizes[0], sides[0]].
    """
    # Where an image is cut or padded, its columns say by how much its rows are; one column is enough elsewhere.
    columns, width = (sides[1], sizes[1]) if how["crop_to_aspect_ratio"] or how["pad_to_aspect_ratio"] else (1, 1)
    # One image for each row, in which that row is 1.
    images = np.repeat(np.eye(sides[0], dtype=np.float32)[:, :, np.newaxis, np.newaxis], columns, axis=2)
    resized = np.asarray(ops.image.resize(images, (sizes[0], width), **how), np.float32)
    return np.ascontiguousarray(resized[:, :, width // 2, 0].T)


def _discretize(layer: Any, values: Any) -> Any:
    bins = _find_bins(values, layer.bin_boundaries)
    if layer.output_mode == "int":
        return bins
    if layer.output_mode == "one_hot" and bins.shape[-1] == 1:
        bins = ops.squeeze(bins, -1)
    numbers = np.arange(len(layer.bin_boundaries) + 1, dtype=np.float32)
    hot = ops.cast(ops.equal(ops.expand_dims(bins, -1), numbers), "float32")
    match layer.output_mode:
        case "multi_hot":
            return ops.max(hot, axis=1)
        case "count":
            return ops.sum(hot, axis=1)
        case _:
            return hot


def _find_bins(values: Any, boundaries: Any) -> Any:
    """Find the bin of each value: the number of boundaries at or below it."""
    reached = ops.greater_equal(ops.expand_dims(values, -1), np.asarray(boundaries, np.float32))
    return ops.sum(ops.cast(reached, "float32"), axis=-1)
