"""The preprocessing file: its example, whole and with each alternative, and what is refused in which words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from webparity.errors import UsageError
from webparity.export.inputs.preprocessing_file import EXAMPLE, read_preprocessing, write_example
from webparity.preprocessing.spec import Hog, Preprocessing

SIZE = "height = 32\nwidth = 32\n"
COMMENTED = re.compile(r"# (\[\w+\]|\w+ = .+)")


def iterate_alternatives() -> Iterator[list[str]]:
    """Each run of commented lines that are TOML."""
    run: list[str] = []
    for line in [*EXAMPLE.splitlines(), ""]:
        match = COMMENTED.fullmatch(line)
        if match:
            run.append(match[1])
        elif run:
            yield run
            run = []


def find_switched_on(run: list[str]) -> str:
    """The example with these lines in the place of those with the same keys."""
    keys = [line.split(" = ")[0] for line in run]
    kept = [line for line in EXAMPLE.splitlines() if line.split(" = ")[0] not in keys]
    return "\n".join([*kept, *run])


def read(folder: Path, text: str) -> Preprocessing:
    file = folder / "pre.toml"
    file.write_text(text, encoding="utf-8")
    return read_preprocessing(file)


def test_the_example_states_the_defaults(tmp_path: Path) -> None:
    write_example(tmp_path / "pre.toml")
    assert read_preprocessing(tmp_path / "pre.toml") == Preprocessing(height=180, width=180)


@pytest.mark.parametrize("run", list(iterate_alternatives()), ids=lambda run: ", ".join(run)[:40])
def test_every_alternative_of_the_example_is_understood(tmp_path: Path, run: list[str]) -> None:
    assert read(tmp_path, find_switched_on(run)) != Preprocessing(height=180, width=180)


def test_the_example_names_every_key() -> None:
    named = {line.split(" = ")[0] for run in iterate_alternatives() for line in run} | set(
        re.findall(r"(?m)^(\w+) = ", EXAMPLE)
    )
    keys = {*Preprocessing.__dataclass_fields__, *Hog.__dataclass_fields__} - {"hog", "steps"}
    assert named == keys | {"[hog]"}
    assert "[[steps]]" in EXAMPLE


def test_all_keys_together(tmp_path: Path) -> None:
    text = SIZE + 'channels = "rgb"\nlike = "opencv"\nresize = "area"\nscale = 2\noffset = -1\nmean = [1, 2, 3]\n'
    assert read(tmp_path, text) == Preprocessing(
        height=32, width=32, channels="rgb", like="opencv", resize="area", scale=2.0, offset=-1.0, mean=(1.0, 2.0, 3.0)
    )
    hog = "[hog]\norientations = 9\npixels_per_cell = 4\ncells_per_block = 2\n"
    assert read(tmp_path, SIZE + hog).hog == Hog(orientations=9, pixels_per_cell=4, cells_per_block=2)


@pytest.mark.parametrize(
    ("text", "received"),
    [
        (SIZE + "heigth = 3\n", "received 'heigth'"),
        (SIZE + "[hog]\norientations = 9\ncells = 3\n", r"in \[hog\] of .*pre.toml; received 'cells'"),
        ("height = 32\n", "Expected height, width in .*; received no 'width'"),
        ('height = "x"\nwidth = 2', "a whole number for `height`; received 'x'"),
        ("height = 1.5\nwidth = 2", "a whole number for `height`; received 1.5"),
        (SIZE + 'like = "pil"\n', "'pil'"),
        (SIZE + 'resize = "cubic"\n', "'cubic'"),
        (SIZE + 'like = "pillow"\nresize = "area"\n', "resize.*received 'area'.*pre.toml"),
        (SIZE + "hog = 3\n", "`hog` to be a table; received 3"),
        (SIZE + "[hog]\norientations = 9\n", "pixels_per_cell"),
        (
            SIZE + 'channels = "rgb"\n[hog]\norientations = 9\npixels_per_cell = 4\ncells_per_block = 2\n',
            "channels=rgb",
        ),
        (SIZE + "mean = [1, 2]\n", "one value of `mean`.*'gray'.*received 2"),
        (SIZE + "scale = nan\n", "`scale`.*received nan"),
        (SIZE + "offset = inf\n", "`offset`.*received inf"),
        (SIZE + "std = [nan]\n", "nan"),
        (SIZE + "scale = 0\n", "`scale` other than 0; received 0"),
        ("height = -3\nwidth = 5", "`height` .* received -3"),
        ("height = 5\nwidth = 4000", "`width` .* received 4000"),
        ("[", "pre.toml: "),
        (SIZE + "scale = 1/255\n", "pre.toml: .*write 1/255 as 0.0039215"),
        (SIZE + 'scale = "1/255"\n', "`scale`.*received '1/255'. .*without quotes"),
        (
            SIZE + "[hog]\norientations = 0\npixels_per_cell = 4\ncells_per_block = 2\n",
            "`hog.orientations` from 1 to 36",
        ),
        (
            SIZE + "[hog]\norientations = 9\npixels_per_cell = [8, 8]\ncells_per_block = 2\n",
            "whole number from 1 to 512 for `hog.pixels_per_cell`",
        ),
        ("height = 32\nheight = 32\n", "pre.toml: "),
    ],
)
def test_wrong_values_are_named(tmp_path: Path, text: str, received: str) -> None:
    with pytest.raises(UsageError, match=received) as caught:
        read(tmp_path, text)
    assert str(caught.value).startswith("Expected ")


@pytest.mark.parametrize("content", [b"\xff\xfe", None])
def test_a_file_that_is_not_text_is_refused(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "pre.toml").write_bytes(content)
    with pytest.raises(UsageError, match="TOML file in UTF-8"):
        read_preprocessing(tmp_path / "pre.toml")


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "pre.toml"
    file.write_text("mine")
    with pytest.raises(UsageError, match="which exists"):
        write_example(file)
    assert file.read_text() == "mine"


@pytest.mark.parametrize("name", ["model.keras", "missing/pre.toml"])
def test_the_example_goes_into_a_toml_file_only(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="received"):
        write_example(tmp_path / name)
    assert list(tmp_path.iterdir()) == []
