"""Steps before a classifier: scaling, selection and replacement of columns, rows divided by their norm."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np

from webparity.export.classifiers.numerics.distances import divide_rows
from webparity.export.wasm.lowering.builder import Builder
from webparity.export.wasm.lowering.node import Lowering, Node, NotCompiledError
from webparity.export.wasm.lowering.operators.indexing import take_along
from webparity.export.wasm.lowering.operators.machine_learning.rows import take_rows
from webparity.export.wasm.lowering.tensor import OrderedTensor
from webparity.program.opcodes import Binary, Unary


def _lower_scaler(builder: Builder, node: Node) -> list[OrderedTensor]:
    x = builder.cast(node[0], np.float32)
    offset, scale = (np.array(node.get(name), np.float32) for name in ("offset", "scale"))
    moved = builder.binary(Binary.SUBTRACT, x, builder.make_constant(offset))
    return [builder.binary(Binary.MULTIPLY, moved, builder.make_constant(scale))]


def _lower_normalizer(builder: Builder, node: Node) -> list[OrderedTensor]:
    """Divide rows by their norm; rows of zeros stay."""
    ops, rows = take_rows(builder, node[0])
    wide = ops.to_double_float(rows)
    match node.get_text("norm", "MAX"):
        case "MAX":
            norm = ops.max(wide, 1)
        case "L1":
            norm = ops.sum(ops.abs(wide), 1)
        case "L2":
            norm = ops.sqrt(ops.sum(wide * wide, 1))
        case kind:
            raise NotCompiledError(f"with norm {kind}")
    divided = builder.wrap(ops.to_float32(divide_rows(ops, wide, norm)).value)
    return [builder.wrap(builder.reshape(builder.arrange(divided), node[0].shape))]


def _lower_extractor(builder: Builder, node: Node) -> list[OrderedTensor]:
    """Take elements along the last axis; of one axis the result has two."""
    x, indices = node[0], node[1]
    flat = builder.wrap(builder.reshape(builder.arrange(indices), (math.prod(indices.shape),)))
    taken = take_along(builder, x, x.rank - 1, flat)
    return [taken if x.rank > 1 else builder.wrap(builder.reshape(builder.arrange(taken), (1, *taken.shape)))]


def _lower_binarizer(builder: Builder, node: Node) -> list[OrderedTensor]:
    x = node[0]
    above = builder.scale(Binary.GREATER, x, float(node.get("threshold", 0.0)))
    return [builder.cast(above, x.dtype)]


def _lower_imputer(builder: Builder, node: Node) -> list[OrderedTensor]:
    """Replace the numbers that stand for missing ones, by one number or one for each column."""
    x = node[0]
    names = ("imputed_value_floats", "replaced_value_float")
    if x.dtype.kind == "i":
        names = ("imputed_value_int64s", "replaced_value_int64")
    replaced, imputed = node.get(names[1], 0), np.array(node.get(names[0]), x.dtype)
    is_missing = (
        builder.unary(Unary.IS_NAN, x, np.bool_)
        if math.isnan(replaced)
        else builder.binary(Binary.EQUAL, x, builder.make_constant(replaced, x.dtype))
    )
    return [builder.where(is_missing, builder.make_constant(imputed), x)]


def _lower_vectorizer(builder: Builder, node: Node) -> list[OrderedTensor]:
    """Put columns side by side, as float32."""
    parts: list[Any] = []
    for place in range(len(node.inputs)):
        ops, rows = take_rows(builder, node[place])
        parts.append(ops.to_float32(rows))
    return [builder.wrap(ops.concat(parts, 1).value)]


ML_OPERATORS: Final[dict[str, Lowering]] = {
    "ArrayFeatureExtractor": _lower_extractor,
    "Binarizer": _lower_binarizer,
    "FeatureVectorizer": _lower_vectorizer,
    "Imputer": _lower_imputer,
    "Normalizer": _lower_normalizer,
    "Scaler": _lower_scaler,
}
