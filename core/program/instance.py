"""A loaded program: images and arrays enter, arrays leave, with the same bits on every machine."""

from __future__ import annotations

import struct
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from webparity.errors import UsageError
from webparity.program.element_types import ELEMENT_TYPES
from webparity.program.refusal import make_refusal
from webparity.wasm.bindings import CODES, PROGRAM_CODES, PROGRAM_PARTS, PROGRAM_STATE, RESULT, VALUE_PLACE
from webparity.wasm.compiled_module import CompiledModule, load_module
from webparity.wasm.instance import ModuleFault, ModuleInstance
from webparity.wasm.threads import MAX_KEPT_BYTES

_ADDRESSES: Final = 2**32
_PIXELS: Final = 3


@dataclass(frozen=True)
class Place:
    """An input or an output of a loaded program.

    Attributes:
        shape: its static shape.
        dtype: of its elements.
        offset: where they lie in the module's memory.
    """

    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    offset: int


class ProgramInstance:
    """A program in an instance of the module of its own. Threads take turns.

    Args:
        program: the file's bytes.
        name: what to call it in an error.
        compiled: the module; the installed one where None.

    Attributes:
        inputs: what `run` takes, in order.
        outputs: what it returns, in order.
        uses_image: whether it reads an image.
        work: of one run, in units of 2^20 multiply-adds, rounded up.

    Raises:
        ProgramRefusal: the module refuses the program.
        RuntimeUnavailable: wasmtime is missing or cannot run here.
    """

    def __init__(self, program: bytes, name: str = "the program", compiled: CompiledModule | None = None) -> None:
        self._name = name
        self._size = len(program)
        self._compiled = compiled or load_module()
        self._lock = threading.Lock()
        self._fault: ModuleFault | None = None
        input_count, output_count, uses_image, self.work = self._load(program)
        self.uses_image = bool(uses_image)
        self._loaded_bytes = self._module.get_memory_bytes()
        self.inputs = [self._find("find_input", index) for index in range(input_count)]
        self.outputs = [self._find("find_output", index) for index in range(output_count)]

    def run(self, inputs: Sequence[NDArray[Any]] = (), image: NDArray[np.uint8] | None = None) -> list[NDArray[Any]]:
        """Run the program. The GIL is not held.

        Args:
            inputs: an array for each of `inputs`, of its shape and dtype.
            image: RGB pixels, uint8 [H, W, 3], for a program that reads an image.

        Returns:
            An array of its own for each of `outputs`. NaNs have one form: 0x7fc00000, or 0x7ff8000000000000.

        Raises:
            UsageError: an array of another shape or dtype.
            ProgramRefusal: the image is missing, or an index in the data lies outside its axis.
            ModuleFault: a fault of the module itself.
        """
        self._check_inputs(inputs)
        with self._lock:
            if self._fault is not None:
                raise ModuleFault(f"{self._fault}; open {self._name} again")
            try:
                return self._run(inputs, image)
            except ModuleFault as fault:
                self._fault = fault
                raise
            finally:
                if self._module.get_memory_bytes() > self._loaded_bytes + MAX_KEPT_BYTES:
                    self._shrink()

    def get_memory_bytes(self) -> int:
        """Return the size of the module's memory."""
        return self._module.get_memory_bytes()

    def _load(self, program: bytes) -> tuple[int, int, int, int]:
        self._module = ModuleInstance(self._compiled)
        self._room = self._module.call("reserve_program", self._size) if self._size < _ADDRESSES else 0
        if not self._room:
            raise make_refusal("out-of-memory", "file", 0, self._name)
        self._module.write(self._room, program)
        return self._check(self._module.call("load_program", self._size))

    def _run(self, inputs: Sequence[NDArray[Any]], image: NDArray[np.uint8] | None) -> list[NDArray[Any]]:
        if self.uses_image and image is not None:
            self._write_image(image)
        for place, array in zip(self.inputs, inputs, strict=True):
            self._module.write_array(place.offset, array)
        self._check(self._module.call("run_program", 0))
        return [self._module.read_array(place.offset, place.shape, place.dtype) for place in self.outputs]

    def _shrink(self) -> None:
        """Load the program again, from its own memory, after an image that took far more: memory never shrinks."""
        if self._fault is None:
            self._load(self._module.read(self._room, self._size))

    def _check(self, state: int) -> tuple[int, int, int, int]:
        """Refuse by a `program_state`; else return what follows the position in it."""
        code, part, position, *numbers = PROGRAM_STATE.unpack(self._module.read(state, PROGRAM_STATE.size))
        verdict = PROGRAM_CODES[code]
        if verdict != "ok":
            raise make_refusal(verdict, PROGRAM_PARTS[part], position, self._name)
        input_count, output_count, uses_image, work = numbers
        return input_count, output_count, uses_image, work

    def _find(self, function: str, index: int) -> Place:
        record = self._module.call(function, index)
        if not record:
            raise ModuleFault(f"webparity.wasm has no place for {index} in {function}")
        offset, kind, rank, _, *dims = VALUE_PLACE.unpack(self._module.read(record, VALUE_PLACE.size))
        return Place(tuple(dims[:rank]), ELEMENT_TYPES[kind], offset)

    def _check_inputs(self, inputs: Sequence[NDArray[Any]]) -> None:
        expected = [(place.shape, place.dtype) for place in self.inputs]
        received = [(array.shape, array.dtype) for array in inputs]
        if received != expected:
            raise UsageError(
                f"Expected for {self._name} arrays of {_describe(expected)}; received {_describe(received)}. "
                "Give one array for each input, in order."
            )

    def _write_image(self, image: NDArray[np.uint8]) -> None:
        if image.dtype != np.uint8 or image.ndim != _PIXELS or image.shape[2] != _PIXELS:
            raise UsageError(
                f"Expected an image uint8 [H, W, 3]; received {_describe([(image.shape, image.dtype)])}. "
                "Give decoded RGB pixels."
            )
        height, width, _ = image.shape
        head = struct.pack("<2I", width, height)
        size = len(head) + image.nbytes
        room = self._module.call("reserve_input", size) if size < _ADDRESSES else 0
        if not room:
            raise UsageError(f"Expected an image that fits in memory; received {size} bytes. Scale it down.")
        self._module.write(room, head)
        self._module.write_array(room + len(head), image)
        code, _, _, _, received = RESULT.unpack(self._module.read(self._module.call("take_pixels", size), RESULT.size))
        if CODES[code] != "ok":
            found = self._module.read_text(received)
            raise UsageError(f"Expected an image of 1 to 16384 pixels a side; received {found}. Scale it.")


def _describe(arrays: list[tuple[tuple[int, ...], np.dtype[Any]]]) -> str:
    return ", ".join(f"{dtype} {list(shape)}" for shape, dtype in arrays) or "no arrays"
