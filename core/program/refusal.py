"""Words of a program's refusal, the same in Python and TypeScript."""

from __future__ import annotations

from typing import Final

from webparity.errors import BundleError
from webparity.wasm.bindings import ProgramCode

_DAMAGED: Final = "The file is damaged: copy or export it again."
_OTHER_TARGET: Final = "Use another target for this model: onnx or tfjs-graph."
# The rule, what was received, the fix.
_WORDS: Final[dict[ProgramCode, tuple[str, str, str]]] = {
    "header": ("a program that webparity exported", "another file", _DAMAGED),
    "other-version": (
        "a program of format 1",
        "another format",
        "Export the model with the version of webparity that runs it.",
    ),
    "truncated": ("a program of the size that it states", "another size", _DAMAGED),
    "opcode": (
        "instructions that this webparity.wasm has",
        "another one",
        "Export the model with the version of webparity that runs it.",
    ),
    "operand": ("operands that an instruction takes", "others", _DAMAGED),
    "type": ("element types that fit", "others", _DAMAGED),
    "shape": ("shapes and numbers that fit", "others", _DAMAGED),
    "bounds": ("data inside the program's memory", "data outside", _DAMAGED),
    "order": ("values that are written before they are read", "one that is not", _DAMAGED),
    "overlap": ("values written beside those that are read", "one that lies over another", _DAMAGED),
    "work": ("at most 2^38 multiply-adds an image", "more", _OTHER_TARGET),
    "out-of-memory": ("a program that runs in 1 GiB of memory", "one that finds no room", _OTHER_TARGET),
    "index": ("indices inside their axis", "one outside", _OTHER_TARGET),
    "image": ("a decoded image for the program to read", "none", "Give an image with the inputs."),
}


class ProgramRefusal(BundleError):
    """A program that the module refuses to load, or cannot run on what it was given.

    Attributes:
        code: the module's code, the same in Python and TypeScript.
    """

    def __init__(self, code: ProgramCode, message: str) -> None:
        super().__init__(message)
        self.code = code


def make_refusal(code: ProgramCode, part: str, position: int, name: str) -> ProgramRefusal:
    """Make the error for a program that is refused.

    Args:
        code: the module's code.
        part: what it is about: `file`, `value`, `input`, `output` or `instruction`.
        position: which of these, from 0.
        name: the program's name.
    """
    rule, received, fix = _WORDS[code]
    place = name if part == "file" else f"{part} {position} of {name}"
    return ProgramRefusal(code, f"Expected {rule}; received {received} ({place}). {fix}")
