"""Bindings of the module: what `wasm/webparity.h` and the headers beside it declare; a test compares them."""

from __future__ import annotations

from struct import Struct
from typing import Final, Literal, get_args

RefusalCode = Literal[
    "empty", "format", "truncated", "corrupt", "too-large", "unsupported", "too-much-work", "out-of-memory"
]

# In the order of `decode_code`.
CODES: Final[tuple[Literal["ok"] | RefusalCode, ...]] = ("ok", *get_args(RefusalCode))

# `decode_result`: code, width, height, offset of the pixels, offset of the text.
RESULT: Final = Struct("<5I")

ProgramCode = Literal[
    "header",
    "other-version",
    "truncated",
    "opcode",
    "operand",
    "type",
    "shape",
    "bounds",
    "order",
    "overlap",
    "work",
    "out-of-memory",
    "index",
    "image",
]
# In the order of `program_code`.
PROGRAM_CODES: Final[tuple[Literal["ok"] | ProgramCode, ...]] = ("ok", *get_args(ProgramCode))
# In the order of `program_part`.
PROGRAM_PARTS: Final = ("file", "value", "input", "output", "instruction")

# `program_state`: code, part, position, counts of inputs and outputs, whether an image is read, work.
PROGRAM_STATE: Final = Struct("<7I")
MAX_RANK: Final = 8
# `value_place`: offset of the elements, type, rank, number of elements, dims.
VALUE_PLACE: Final = Struct(f"<{4 + MAX_RANK}I")

# Functions of one argument, a size in bytes or a number, and one result, an offset into the memory.
FUNCTIONS: Final = (
    "reserve_input",
    "judge_start",
    "decode_image",
    "decode_luma",
    "take_pixels",
    "reserve_program",
    "load_program",
    "find_input",
    "find_output",
    "run_program",
)
# Those that may take long.
LONG_FUNCTIONS: Final = frozenset({"decode_image", "decode_luma", "load_program", "run_program"})
MEMORY: Final = "memory"

START_BYTES: Final = 512
MAX_SIDE: Final = 16384
MAX_PIXELS: Final = 2**28
SMALL_FILE: Final = 2**20
MAX_PIXELS_OF_SMALL_FILE: Final = 2**26
