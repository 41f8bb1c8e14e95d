"""Rows of tensors for the operations that estimators are lowered with."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from webparity.export.classifiers.features import Features, start_features
from webparity.export.wasm.lowering.builder import Builder
from webparity.export.wasm.lowering.node import Node, NotCompiledError
from webparity.export.wasm.lowering.tensor import OrderedTensor
from webparity.tensor_ops.tracers.program_tensor import ProgramTensor
from webparity.tensor_ops.tracers.to_program import ProgramOps

TWO_CLASSES: Final = 2
# Attributes that name the labels; an operator has one of them.
_LABELS: Final = ("classlabels_strings", "classlabels_int64s", "classlabels_ints")


def count_labels(node: Node) -> int:
    """Count the labels of a classifier."""
    return max(len(node.get(name) or ()) for name in _LABELS)


def take_rows(builder: Builder, x: OrderedTensor) -> tuple[ProgramOps, ProgramTensor]:
    """Give a tensor as rows [N, D] of numbers, float64 as it is and all others as float32.

    Args:
        builder: of the program.
        x: [N, D]; or [D], one row.
    """
    if x.rank > 2 or x.rank < 1:
        raise NotCompiledError(f"of {x.rank} axes")
    wide = x if x.dtype == np.float64 else builder.cast(x, np.float32)
    value = builder.reshape(builder.arrange(wide), (math.prod(x.shape[:-1]), x.shape[-1]))
    ops = ProgramOps(builder.graph)
    return ops, ops.wrap(value)


def take_features(builder: Builder, x: OrderedTensor) -> Features[ProgramTensor]:
    """Give one row [1, D] as features, in float32 and in float64."""
    ops, rows = take_rows(builder, x)
    if rows.shape[0] != 1:
        raise NotCompiledError(f"of {rows.shape[0]} rows")
    return start_features(ops, rows, rows.shape[1])


def give_rows(builder: Builder, rows: ProgramTensor) -> OrderedTensor:
    """Give rows as a float32 tensor, which these operators result in."""
    return builder.cast(builder.wrap(rows.value), np.float32)


def give_scores(builder: Builder, scores: ProgramTensor) -> list[OrderedTensor]:
    """Give the outputs of a classifier; of its labels only the place, since no program computes them."""
    result = give_rows(builder, scores)
    return [result, result]
