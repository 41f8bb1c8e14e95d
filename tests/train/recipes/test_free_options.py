from __future__ import annotations

import pytest

from webparity.errors import UsageError
from webparity.train.recipes.free_options import NumberOption, PatternOption, SizeOption, parse_size
from webparity.train.recipes.recipe import Option, Value

SIZE = SizeOption(name="size", default=96, summary="")
WHOLE = NumberOption(name="trees", low=1, high=50, default=10, summary="")
REAL = NumberOption(name="rate", low=1e-3, high=1.0, default=0.1, summary="")
PATTERN = PatternOption(name="group-pattern", summary="")


@pytest.mark.parametrize(
    ("option", "given", "value"),
    [
        (SIZE, 96, 96),
        (SIZE, "32", 32),
        (SIZE, "32x32", 32),
        (SIZE, " 64X48 ", "64x48"),
        (WHOLE, "7", 7),
        (WHOLE, 50, 50),
        (REAL, "1e-2", 0.01),
        (REAL, 1, 1.0),
        (PATTERN, "", ""),
        (PATTERN, r"person\d+", r"person\d+"),
    ],
)
def test_text_and_values_are_read_and_read_again(option: Option, given: Value, value: Value) -> None:
    assert option.read(given) == value
    assert option.read(option.read(given)) == value
    assert option.describe_values()


@pytest.mark.parametrize(
    ("option", "given", "message"),
    [
        (SIZE, "7", "8 to 512 pixels; received 7"),
        (SIZE, "1024", "received 1024"),
        (SIZE, "96x", "HEIGHTxWIDTH"),
        (SIZE, "-96", "HEIGHTxWIDTH"),
        (SIZE, 96.5, "received 96.5"),
        (WHOLE, "1.5", "whole number from 1 to 50; received 1.5"),
        (WHOLE, "0", "received 0"),
        (REAL, "nan", "number from 0.001 to 1; received nan"),
        (REAL, "inf", "received inf"),
        (REAL, "much", "received much"),
        (PATTERN, "(", "regular expression; received '\\('"),
        (PATTERN, "a{99999999999}", "regular expression"),
    ],
)
def test_others_are_refused(option: Option, given: Value, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        option.read(given)


def test_a_size_is_height_and_width() -> None:
    assert parse_size(SIZE.read("64x48")) == (64, 48)
    assert parse_size(SIZE.read("64")) == (64, 64)
