"""The module in wasmtime and its native twin in a process, for tests."""

import ctypes
import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import numpy as np
import wasmtime
from numpy.typing import NDArray

ROOT: Final = Path(__file__).resolve().parents[3]
COMMITTED: Final = ROOT / "web" / "assets" / "webparity.wasm"
# Instructions that a file under 1 MiB may cost, each byte of a bulk copy being one: the slowest files known take up to
# 19,500 million of them and under 1 s. A clock would blame the load of the machine on the file.
FUEL: Final = 20_000_000_000
OK: Final = 0
CODES: Final = (
    "ok", "empty", "format", "truncated", "corrupt", "too-large", "unsupported", "too-much-work", "out-of-memory",
)  # fmt: skip


@dataclass(frozen=True)
class Verdict:
    """What became of a file: its pixels, uint8 [H, W, 3], or a code and what was found."""

    code: str
    received: str
    pixels: NDArray[np.uint8] | None


class Module:
    """A built module, instantiated in wasmtime; `fuel` bounds the instructions of a file where it is given."""

    def __init__(self, file: Path, fuel: int | None = None) -> None:
        config = wasmtime.Config()
        config.consume_fuel = fuel is not None
        self._engine = wasmtime.Engine(config)
        self._compiled = wasmtime.Module.from_file(self._engine, str(file))
        self._fuel = fuel
        self.restart()

    def restart(self) -> None:
        """Begin again with new memory."""
        self._store = wasmtime.Store(self._engine)
        if self._fuel is not None:
            self._store.set_fuel(self._fuel)
        self._exports = wasmtime.Instance(self._store, self._compiled, []).exports(self._store)

    def call(self, name: str, *arguments: int) -> int:
        """Call an exported function."""
        function = self._exports[name]
        assert isinstance(function, wasmtime.Func)
        return int(function(self._store, *arguments) or 0)

    def get_memory_size(self) -> int:
        """Bytes of the instance's memory, which never shrinks."""
        memory = self._exports["memory"]
        assert isinstance(memory, wasmtime.Memory)
        return memory.data_len(self._store)

    def _view_memory(self) -> NDArray[np.uint8]:
        memory = self._exports["memory"]
        assert isinstance(memory, wasmtime.Memory)
        address = ctypes.addressof(memory.data_ptr(self._store).contents)
        return np.ctypeslib.as_array((ctypes.c_uint8 * memory.data_len(self._store)).from_address(address))

    def write_input(self, data: bytes) -> None:
        """Reserve room for a file and copy it there."""
        at = self.call("reserve_input", len(data)) % 2**32
        assert at, "no memory for the file"
        self._view_memory()[at : at + len(data)] = np.frombuffer(data, np.uint8)

    def _read_text(self, at: int) -> str:
        return bytes(self._view_memory()[at : at + 300]).split(b"\x00")[0].decode("ascii")

    def read_result(self, name: str, size: int) -> Verdict:
        """Call a function that decodes or judges the reserved file, and read the record that it answers."""
        at = self.call(name, size) % 2**32
        code, width, height, pixels, received = struct.unpack("<5I", self._view_memory()[at : at + 20].tobytes())
        if code != OK or name == "judge_start":
            return Verdict(CODES[code], self._read_text(received), None)
        image = self._view_memory()[pixels : pixels + height * width * 3].reshape(height, width, 3)
        return Verdict("ok", self._read_text(received), image.copy())

    def decode(self, data: bytes, *, luma: bool = False) -> Verdict:
        """Decode a file; with `luma` to gray, three times."""
        if self._fuel is not None:
            self._store.set_fuel(self._fuel)
        self.write_input(data)
        return self.read_result("decode_luma" if luma else "decode_image", len(data))


class Native:
    """The native program with sanitizers; a fault of theirs ends it."""

    def __init__(self, file: Path) -> None:
        self._process = subprocess.Popen([str(file.resolve())], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()

    def decode(self, data: bytes, *, luma: bool = False) -> tuple[str, tuple[int, int], int, str]:
        """Decode a file, with `luma` to gray: code, (height, width), CRC-32 of the pixels, what was found."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(struct.pack("<I", len(data) | luma << 31) + data)
        self._process.stdin.flush()
        record = self._process.stdout.read(20)
        assert len(record) == 20, "the native program ended: a sanitizer's report is above"
        code, width, height, digest, length = struct.unpack("<5I", record)
        text = self._process.stdout.read(length).decode("ascii")
        return CODES[code], (height, width), digest, text
