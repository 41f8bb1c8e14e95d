"""The instructions of a WebAssembly module, read from its code section (WebAssembly core specification 2.0, 5.4)."""

from collections.abc import Iterator
from typing import Final, NamedTuple

CODE_SECTION: Final = 10
BULK, SIMD = 0xFC, 0xFD
END: Final = 0x0B
# Numbers of variable length behind an opcode; -1: a vector of them, and one more.
_NUMBERS: Final = {
    **dict.fromkeys([0x02, 0x03, 0x04, 0x0C, 0x0D, 0x10, 0x3F, 0x40, 0x41, 0x42, 0xD0, 0xD2], 1),
    **dict.fromkeys(range(0x20, 0x27), 1),
    **dict.fromkeys(range(0x28, 0x3F), 2),  # alignment and offset
    0x11: 2,
    0x0E: -1,
}
_BYTES: Final = {0x43: 4, 0x44: 8}  # float constants
_NUMBERS_OF_BULK: Final = {8: 2, 9: 1, 10: 2, 11: 1, 12: 2, 13: 1, 14: 2, 15: 1, 16: 1, 17: 1}
_PLAIN: Final = {0x00, 0x01, 0x05, END, 0x0F, 0x1A, 0x1B, *range(0x45, 0xC5), 0xD1}


class Opcode(NamedTuple):
    """A prefix, 0 where there is none, and the instruction's number."""

    prefix: int
    number: int


class _Reader:
    def __init__(self, data: bytes, at: int = 0) -> None:
        self.data, self.at = data, at

    def read_number(self) -> int:
        """An unsigned LEB128; a signed one is as long."""
        value = shift = 0
        while True:
            byte = self.data[self.at]
            self.at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    def skip_numbers(self, count: int) -> None:
        for _ in range(self.read_number() + 1 if count < 0 else count):
            self.read_number()

    def read_instruction(self) -> Opcode:
        number = self.data[self.at]
        self.at += 1
        if number == BULK:
            number = self.read_number()
            self.skip_numbers(_NUMBERS_OF_BULK.get(number, 0))
            return Opcode(BULK, number)
        if number == SIMD:
            number = self.read_number()
            self._skip_simd(number)
            return Opcode(SIMD, number)
        assert number in _NUMBERS or number in _BYTES or number in _PLAIN, f"unknown instruction {number:#x}"
        self.at += _BYTES.get(number, 0)
        self.skip_numbers(_NUMBERS.get(number, 0))
        return Opcode(0, number)

    def _skip_simd(self, number: int) -> None:
        if number <= 11 or 84 <= number <= 93:  # loads and stores: alignment and offset
            self.skip_numbers(2)
        if number in (12, 13):  # a constant, a shuffle
            self.at += 16
        if 21 <= number <= 34 or 84 <= number <= 91:  # a lane
            self.at += 1


def _find_section(data: bytes, wanted: int) -> _Reader:
    reader = _Reader(data, 8)
    while True:
        section = data[reader.at]
        reader.at += 1
        size = reader.read_number()
        if section == wanted:
            return reader
        reader.at += size


def iterate_opcodes(data: bytes) -> Iterator[Opcode]:
    """Every instruction of every function, in order."""
    reader = _find_section(data, CODE_SECTION)
    for _ in range(reader.read_number()):
        size = reader.read_number()
        end = reader.at + size
        for _ in range(reader.read_number()):  # groups of locals: their number and type
            reader.skip_numbers(1)
            reader.at += 1
        last = None
        while reader.at < end:
            last = reader.read_instruction()
            yield last
        assert (reader.at, last) == (end, (0, END)), "an instruction was read wrongly"
