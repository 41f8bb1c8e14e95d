"""The parts of the benchmark of decoding: files, rows, and the section of the page."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from decoding.photographs import draw_picture, make_file, make_small_files, write_photographs
from PIL import Image
from reporting.table import DECODING, RUNNING, MeasuredRow, find_section, render_section, replace_section, write_section

ROWS = (
    MeasuredRow("a file", "1.00 ms", "2.00 ms", 0.5, 1.5, 1.0),
    MeasuredRow("many files", "90", "100", 0.9, 1.0, 1.6, more_is_better=True),
    MeasuredRow("size", "30,000 bytes", "", 30.0, 40, 25, unit="kB"),
)


@pytest.mark.parametrize(
    ("figure", "more_is_better", "result"),
    [
        (1.0, False, "aim"),
        (1.3, False, "bound"),
        (1.51, False, "**missed**"),
        (1.6, True, "aim"),
        (1.5, True, "bound"),
        (0.9, True, "**missed**"),
    ],
)
def test_a_row_says_whether_it_reaches_aim_or_bound(figure: float, more_is_better: bool, result: str) -> None:
    bound, aim = (1.0, 1.6) if more_is_better else (1.5, 1.0)
    assert MeasuredRow("", "", "", figure, bound, aim, more_is_better=more_is_better).result == result


def test_lines_of_the_table() -> None:
    assert [row.format_line() for row in ROWS] == [
        "| a file | 1.00 ms | 2.00 ms | 0.50 | ≤ 1.5 | ≤ 1 | aim |",
        "| many files | 90 | 100 | 0.90 | ≥ 1 | ≥ 1.6 | **missed** |",
        "| size | 30,000 bytes |  | 30.0 kB | ≤ 40 | ≤ 25 | bound |",
    ]


def test_a_section_takes_the_place_of_the_one_before_and_of_nothing_else(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Measured\n\nKept.\n")
    first = render_section(DECODING, ROWS[:1], {"date": "then"})
    second = render_section(DECODING, ROWS, {"date": r"now \1"})
    write_section(DECODING, page, ROWS[:1], {"date": "then"})
    assert page.read_text() == "# Measured\n\nKept.\n\n" + first
    page.write_text(page.read_text() + "\nBehind.\n")
    write_section(DECODING, page, ROWS, {"date": r"now \1"})
    assert page.read_text() == "# Measured\n\nKept.\n\n" + second + "\nBehind.\n"
    assert find_section(DECODING, page.read_text()) == second
    assert find_section(RUNNING, page.read_text()) == ""
    assert replace_section(DECODING, "", second) == second
    assert find_section(DECODING, "# Measured\n") == ""


def test_a_row_without_an_aim_reaches_its_bound_at_best() -> None:
    row = MeasuredRow("a program", "9", "", 1.0, 4.0, None)
    assert row.result == "bound"
    assert row.format_line() == "| a program | 9 |  | 1.00 | ≤ 4 |  | bound |"


def test_files_are_what_they_say_and_the_same_each_time() -> None:
    files = make_small_files()
    assert [file.pixels for file in files] == [224 * 224] * 3
    assert files == make_small_files()
    opened = [Image.open(BytesIO(file.data)) for file in files]
    assert [image.info.get("progressive") for image in opened] == [None, None, 1]
    assert len(files[1].data) < len(files[0].data)


def test_pictures_have_the_detail_and_the_cost_of_photographs() -> None:
    picture = draw_picture(640, 480, 1)
    pixels = np.asarray(picture, np.int16)
    assert 2 < np.abs(np.diff(pixels, axis=1)).mean() < 30
    bits = 8 * len(make_file("", picture, "baseline").data) / (640 * 480)
    assert 0.7 < bits < 4


def test_photographs_are_of_every_kind(tmp_path: Path) -> None:
    files = list(write_photographs(tmp_path, 20))
    kinds = []
    for file in files:
        with Image.open(file) as image:
            kinds.append((image.format, bool(image.info.get("progressive"))))
    assert sorted(set(kinds)) == [("JPEG", False), ("JPEG", True), ("PNG", False), ("WEBP", False)]
    assert kinds.count(("JPEG", False)) == 12
