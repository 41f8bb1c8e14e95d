"""The native program with sanitizers, loading and running programs: `wasm/native/programs.c`."""

from __future__ import annotations

import struct
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple, Self

from webparity.wasm.bindings import PROGRAM_CODES, PROGRAM_PARTS, PROGRAM_STATE


class Outcome(NamedTuple):
    """What became of a program: a code, what it is about, and the bytes of its outputs where it ran."""

    code: str
    part: str
    position: int
    outputs: tuple[bytes, ...] = ()


class NativePrograms:
    """The process; a fault of a sanitizer ends it.

    Args:
        file: the built program.
    """

    def __init__(self, file: Path) -> None:
        command = [str(file.resolve()), "programs"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()

    def run(
        self,
        program: bytes,
        make_inputs: Callable[[Sequence[int]], Sequence[bytes]],
        image: bytes = b"",
        most_work: int = 2**32,
    ) -> Outcome:
        """Load a program and run it.

        Args:
            program: the file's bytes.
            make_inputs: gives the bytes of each input, from their numbers of bytes.
            image: what `take_pixels` reads.
            most_work: a program of more work, in 2^20 multiply-adds, is loaded but not run.
        """
        self._write(struct.pack("<I", len(program)) + program)
        code, part, position, inputs, outputs, _, work = PROGRAM_STATE.unpack(self._read(PROGRAM_STATE.size))
        if PROGRAM_CODES[code] != "ok":
            return Outcome(PROGRAM_CODES[code], PROGRAM_PARTS[part], position)
        sizes = struct.unpack(f"<{inputs}I", self._read(4 * inputs))
        if work > most_work:
            self._write(struct.pack("<I", 0))
            return Outcome("ok", "file", 0)
        self._write(struct.pack("<II", 1, len(image)) + image + b"".join(make_inputs(sizes)))
        code, part, position, *_ = PROGRAM_STATE.unpack(self._read(PROGRAM_STATE.size))
        if PROGRAM_CODES[code] != "ok":
            return Outcome(PROGRAM_CODES[code], PROGRAM_PARTS[part], position)
        answers = []
        for _ in range(outputs):
            (size,) = struct.unpack("<I", self._read(4))
            answers.append(self._read(size))
        return Outcome("ok", "file", 0, tuple(answers))

    def _write(self, data: bytes) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(data)
        self._process.stdin.flush()

    def _read(self, size: int) -> bytes:
        assert self._process.stdout is not None
        data = self._process.stdout.read(size)
        assert len(data) == size, "the native program ended: a sanitizer's report is above"
        return data
