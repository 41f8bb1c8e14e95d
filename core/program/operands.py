"""The operands of each instruction by name; a test holds them to the table of instructions and to the kernels."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from webparity.program.opcodes import Activation, Binary, Opcode, Pool, Reduce, ResizeMethod, Unary


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
FLOATS: Final = frozenset({"low", "high", "alpha", "epsilon", "scale"})
# Numbers that count the members of an enumeration, by instruction and name.
ENUMERATIONS: Final[dict[tuple[Opcode, str], type[IntEnum]]] = {
    (Opcode.UNARY, "kind"): Unary,
    (Opcode.BINARY, "kind"): Binary,
    (Opcode.REDUCE, "kind"): Reduce,
    (Opcode.POOL, "kind"): Pool,
    (Opcode.RESIZE_IMAGE, "method"): ResizeMethod,
    **{(opcode, "activation"): Activation for opcode in Opcode},
}
OPERANDS: Final[dict[Opcode, Operands]] = {
    Opcode.COPY: Operands(
        ("out",), ("x",), ("rank", "dims[rank]", "x strides[rank]", "out strides[rank]", "x offset", "out offset")
    ),
    Opcode.FILL: Operands(("out",), (), ("low bits", "high bits")),
}
