"""The operands of each instruction by name; a test holds them to the table of instructions and to the kernels."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from webparity.program.opcodes import Activation, Binary, Distance, Opcode, Pool, Reduce, ResizeMethod, Unary


@dataclass(frozen=True)
class Operands:
    """What stands behind an instruction's first word.

    Attributes:
        writes: values that it writes.
        reads: values that it reads; of the last ones some may be missing.
        numbers: further words; `dims[rank]` are as many as the number `rank` says.
    """

    writes: tuple[str, ...]
    reads: tuple[str, ...]
    numbers: tuple[str, ...] = ()


# Numbers that are float32.
FLOATS: Final = frozenset({"low", "high", "alpha", "epsilon"})
# Numbers that count the members of an enumeration, by instruction and name.
ENUMERATIONS: Final[dict[tuple[Opcode, str], type[IntEnum]]] = {
    (Opcode.UNARY, "kind"): Unary,
    (Opcode.BINARY, "kind"): Binary,
    (Opcode.REDUCE, "kind"): Reduce,
    (Opcode.POOL, "kind"): Pool,
    (Opcode.DISTANCES, "kind"): Distance,
    (Opcode.RESIZE_IMAGE, "method"): ResizeMethod,
    **{(opcode, "activation"): Activation for opcode in Opcode},
}

_OUT: Final = ("out",)
_X: Final = ("x",)
_AXIS: Final = ("outer", "length", "inner")
_ACTIVATION: Final = ("activation", "low", "high")
_LAYER: Final = ("x", "weights", "bias", "residual")
_WINDOW: Final = ("kernel height", "kernel width", "stride y", "stride x", "dilation y", "dilation x", "top", "left")
_CONVOLUTION: Final = Operands(_OUT, _LAYER, (*_WINDOW, "groups", *_ACTIVATION, "pool"))
_TABLES: Final = ("thresholds", "features", "after", "roots", "starts", "targets", "values", "base")
_COPY: Final = ("rank", "dims[rank]", "x strides[rank]", "out strides[rank]", "x offset", "out offset")
_PRODUCT: Final = (
    *("batch a", "batch b", "rows", "terms", "columns"),
    *("out batch a", "out batch b", "out row"),
    *("x batch a", "x batch b", "x row", "x term"),
    *("y batch a", "y batch b", "y term", "y column"),
    "alpha",
)
OPERANDS: Final[dict[Opcode, Operands]] = {
    Opcode.RESIZE_IMAGE: Operands(_OUT, (), ("method", "more", "placing[more]")),
    Opcode.UNARY: Operands(_OUT, _X, ("kind",)),
    Opcode.BINARY: Operands(_OUT, ("x", "y"), ("kind",)),
    Opcode.WHERE: Operands(_OUT, ("condition", "x", "y")),
    Opcode.CAST: Operands(_OUT, _X),
    Opcode.COPY: Operands(_OUT, _X, _COPY),
    Opcode.FILL: Operands(_OUT, (), ("low bits", "high bits")),
    Opcode.GATHER: Operands(_OUT, ("x", "indices"), _AXIS),
    Opcode.REDUCE: Operands(_OUT, _X, ("kind", *_AXIS)),
    Opcode.MATMUL: Operands(_OUT, ("x", "y"), _PRODUCT),
    Opcode.DENSE: Operands(_OUT, _LAYER, ("rows", "terms", "columns", *_ACTIVATION)),
    Opcode.CONV: _CONVOLUTION,
    Opcode.DEPTHWISE: _CONVOLUTION,
    Opcode.WINOGRAD: _CONVOLUTION,
    Opcode.POOL: Operands(_OUT, _X, ("kind", *_WINDOW, "bottom", "right", "power")),
    Opcode.SOFTMAX: Operands(_OUT, _X, ("length", "log")),
    Opcode.TREES: Operands(_OUT, ("x", *_TABLES)),
    Opcode.SMALLEST: Operands(_OUT, _X, ("count", "length")),
    Opcode.TOP_K: Operands(("values", "indices"), _X, ("k", "largest", *_AXIS)),
    Opcode.RESIZE: Operands(_OUT, ("x", "rows", "row weights", "columns", "column weights")),
    Opcode.GATHER_ELEMENTS: Operands(_OUT, ("x", "indices"), ("axis",)),
    Opcode.GATHER_ND: Operands(_OUT, ("x", "indices"), ("batch",)),
    Opcode.SCATTER_ELEMENTS: Operands(_OUT, ("x", "indices", "updates"), ("axis", "mode")),
    Opcode.SCATTER_ND: Operands(_OUT, ("x", "indices", "updates"), ("mode",)),
    Opcode.CUMULATIVE_SUM: Operands(_OUT, _X, ("exclusive", "reverse", *_AXIS)),
    Opcode.ONE_HOT: Operands(_OUT, ("indices", "values"), ("outer", "depth", "inner")),
    Opcode.ARG: Operands(_OUT, _X, ("minimum", "last", *_AXIS)),
    Opcode.CONV_TRANSPOSE: _CONVOLUTION,
    Opcode.NORMALIZE: Operands(_OUT, ("x", "scale", "bias"), ("a", "b", "c", "d", "epsilon", "kind")),
    Opcode.DISTANCES: Operands(_OUT, ("x", "points"), ("kind",)),
    Opcode.COUPLE_PAIRS: Operands(_OUT, ("pairs",)),
    Opcode.ACTIVATION: Operands(_OUT, _X, _ACTIVATION),
}
