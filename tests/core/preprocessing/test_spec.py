from __future__ import annotations

import msgspec
import pytest

from webparity.errors import UsageError
from webparity.preprocessing.spec import Hog, Preprocessing


def test_it_is_a_value() -> None:
    assert hash(Preprocessing(height=2, width=3)) == hash(Preprocessing(height=2, width=3))
    assert Preprocessing(height=2, width=3) != Preprocessing(height=3, width=2)


@pytest.mark.parametrize(
    ("fields", "received"),
    [
        ({"height": 0, "width": 3}, "`height` from 1 to 2048 pixels; received 0 or none"),
        ({"height": 2, "width": 2049}, "`width` from 1 to 2048 pixels; received 2049"),
        ({"height": 2, "width": 2, "mean": (1.0, 2.0)}, "received 2"),
        ({"height": 2, "width": 2, "channels": "rgb", "std": (1.0,)}, "received 1"),
        ({"height": 2, "width": 2, "std": (0.0,)}, "(0.0,)"),
    ],
)
def test_values_out_of_range_are_refused(fields: dict[str, object], received: str) -> None:
    with pytest.raises(UsageError) as caught:
        Preprocessing(**fields)
    assert received in str(caught.value)


@pytest.mark.parametrize("hog", [None, Hog(orientations=9, pixels_per_cell=4, cells_per_block=2, normalisation="L1")])
def test_a_specification_survives_json(hog: Hog | None) -> None:
    spec = Preprocessing(height=16, width=20, hog=hog)
    assert msgspec.json.decode(msgspec.json.encode(spec), type=Preprocessing) == spec


def test_hog_that_does_not_fit_is_refused_from_toml_too() -> None:
    text = "height = 7\nwidth = 7\n[hog]\norientations = 9\npixels_per_cell = 4\ncells_per_block = 2\n"
    with pytest.raises((UsageError, msgspec.ValidationError), match="8 x 8 pixels"):
        msgspec.toml.decode(text, type=Preprocessing)
