from __future__ import annotations

from typing import get_args

import pytest

from webparity.errors import UsageError
from webparity.preprocessing.method_tables import FITS, INTERPOLATIONS
from webparity.preprocessing.methods import Library
from webparity.preprocessing.spec import Preprocessing

DEFAULT = Preprocessing(height=2, width=3)


def test_the_methods_that_exported_models_rest_on_are_there() -> None:
    assert {"area", "bilinear"} <= set(INTERPOLATIONS)
    assert "stretch" in FITS
    assert set(INTERPOLATIONS[DEFAULT.resize].resize) == {None, *get_args(Library)}
    assert DEFAULT.fit in FITS


@pytest.mark.parametrize("name", INTERPOLATIONS)
@pytest.mark.parametrize("like", [None, *get_args(Library)])
def test_an_interpolation_goes_with_the_libraries_of_its_table_alone(name: str, like: Library | None) -> None:
    if like in INTERPOLATIONS[name].resize:
        assert Preprocessing(height=2, width=3, resize=name, like=like).resize == name
    else:
        with pytest.raises(UsageError, match=f"with like={like!r}; received '{name}'. It goes with like="):
            Preprocessing(height=2, width=3, resize=name, like=like)
