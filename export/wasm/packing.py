"""Weights in the order in which kernels read them: blocks of eight output channels."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T", bound=np.generic)

BLOCK = 8


def pack_kernel(kernel: NDArray[T], groups: int) -> NDArray[T]:
    """Pack a kernel [kh, kw, C / groups, O] to [groups * blocks, kh, kw, C / groups, 8], zeros behind each group."""
    height, width, inputs, channels = kernel.shape
    each = channels // groups
    blocks = -(-each // BLOCK)
    padded = np.zeros((height, width, inputs, groups, blocks * BLOCK), kernel.dtype)
    padded[..., :each] = kernel.reshape(height, width, inputs, groups, each)
    packed = padded.reshape(height, width, inputs, groups * blocks, BLOCK).transpose(3, 0, 1, 2, 4)
    return np.ascontiguousarray(packed)


def pack_depthwise(kernel: NDArray[T]) -> NDArray[T]:
    """Pack a kernel [kh, kw, 1, C] of as many groups as channels to [kh, kw, C]."""
    return np.ascontiguousarray(kernel[:, :, 0])


def pack_dense(kernel: NDArray[T]) -> NDArray[T]:
    """Pack a kernel [D, O] to [blocks, D, 8], zeros behind the last channel."""
    depth, channels = kernel.shape
    blocks = -(-channels // BLOCK)
    padded = kernel
    if channels % BLOCK:
        padded = np.zeros((depth, blocks * BLOCK), kernel.dtype)
        padded[:, :channels] = kernel
    return np.ascontiguousarray(padded.reshape(depth, blocks, BLOCK).transpose(1, 0, 2))
