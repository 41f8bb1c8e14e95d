from __future__ import annotations

import pytest

from webparity.errors import UsageError
from webparity.preprocessing.spec import Preprocessing


def test_it_is_a_value() -> None:
    assert hash(Preprocessing(height=2, width=3)) == hash(Preprocessing(height=2, width=3))
    assert Preprocessing(height=2, width=3) != Preprocessing(height=3, width=2)


@pytest.mark.parametrize(
    ("fields", "received"),
    [
        ({"height": 0, "width": 3}, "0 x 3"),
        ({"height": 2, "width": 513}, "2 x 513"),
        ({"height": 2, "width": 2, "mean": (1.0, 2.0)}, "received 2"),
        ({"height": 2, "width": 2, "channels": "rgb", "std": (1.0,)}, "received 1"),
        ({"height": 2, "width": 2, "std": (0.0,)}, "(0.0,)"),
    ],
)
def test_what_is_out_of_range_is_refused(fields: dict[str, object], received: str) -> None:
    with pytest.raises(UsageError) as caught:
        Preprocessing(**fields)  # type: ignore[arg-type]
    assert received in str(caught.value)
