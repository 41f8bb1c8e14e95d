"""The bindings and the C headers say the same."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final, get_args

from webparity.storage import regular_file
from webparity.wasm import bindings

FOLDER: Final = Path(__file__).parents[3] / "wasm"
HOSTS: Final = (FOLDER / "webparity.h").read_text()
PROGRAM: Final = (FOLDER / "program" / "program.h").read_text()
FORMAT: Final = (FOLDER / "program" / "format.h").read_text()
IMAGE: Final = (FOLDER / "decode" / "image.h").read_text()


def find_number(name: str) -> int:
    """The value of an enumerator or of a macro, written as an integer or as a shift."""
    found = re.search(rf"\b{name}\b(?: =)? (?:\(\(uint64_t\))?(\d+)(?: << (\d+))?", IMAGE + HOSTS)
    assert found, name
    return int(found[1]) << int(found[2] or 0)


def test_codes_stand_in_the_order_of_the_header() -> None:
    declared = re.search(r"typedef enum \{(.*?)\} decode_code;", IMAGE, re.DOTALL)
    assert declared
    names = re.findall(r"DECODE_(\w+)", declared[1])
    assert [name.lower().replace("_", "-") for name in names] == [*bindings.CODES]
    assert [*get_args(bindings.RefusalCode)] == [*bindings.CODES[1:]]


def test_limits_are_those_of_the_headers() -> None:
    for name in ("MAX_SIDE", "SMALL_FILE", "MAX_PIXELS", "MAX_PIXELS_OF_SMALL_FILE", "START_BYTES"):
        assert getattr(bindings, name) == find_number(name), name
    assert regular_file.START_BYTES == bindings.START_BYTES


def test_a_result_is_the_header_s_record_in_32_bits() -> None:
    declared = re.search(r"typedef struct \{([^}]*)\} decode_result;", HOSTS)
    assert declared
    code = re.sub(r"/\*.*?\*/", "", declared[1])
    fields = [
        name.strip(" *") for line in code.split(";") for name in re.sub(r"^\s*(const )?\w+ ", "", line).split(",")
    ]
    assert [field for field in fields if field.strip()] == ["code", "width", "height", "pixels", "received"]
    assert bindings.RESULT.format == "<5I"


def find_members(name: str, prefix: str) -> list[str]:
    """The members of an enumeration, as hosts name them."""
    declared = re.search(rf"typedef enum \{{([^}}]*)\}} {name};", PROGRAM)
    assert declared
    code = re.sub(r"/\*.*?\*/", "", declared[1])
    return [member.lower().replace("_", "-") for member in re.findall(rf"{prefix}_(\w+)", code)]


def find_fields(name: str) -> list[str]:
    """The fields of a record."""
    declared = re.search(rf"typedef struct \{{([^}}]*)\}} {name};", HOSTS)
    assert declared
    return re.findall(r"(\w+(?:\[MAX_RANK\])?)[,;]", re.sub(r"/\*.*?\*/", "", declared[1]))


def test_codes_and_parts_of_programs_stand_in_the_order_of_the_header() -> None:
    assert find_members("program_code", "PROGRAM") == [*bindings.PROGRAM_CODES]
    assert [*get_args(bindings.ProgramCode)] == [*bindings.PROGRAM_CODES[1:]]
    assert find_members("program_part", "PART") == [*bindings.PROGRAM_PARTS]


def test_records_of_programs_are_the_header_s() -> None:
    state = find_fields("program_state")
    assert state == ["code", "part", "position", "input_count", "output_count", "uses_image", "work"]
    assert bindings.PROGRAM_STATE.size == 4 * len(state)
    place = find_fields("value_place")
    assert place == ["address", "type", "rank", "elements", "dims[MAX_RANK]"]
    assert f"MAX_RANK = {bindings.MAX_RANK}," in FORMAT
    assert bindings.VALUE_PLACE.size == 4 * (len(place) - 1 + bindings.MAX_RANK)


def test_functions_are_those_that_are_exported() -> None:
    assert re.findall(r"^EXPORT\((\w+)\) [^(]* \*?\1\(size_t \w+\);", HOSTS, re.MULTILINE) == [*bindings.FUNCTIONS]
    assert len(re.findall(r"^EXPORT\(", HOSTS, re.MULTILINE)) == len(bindings.FUNCTIONS)
