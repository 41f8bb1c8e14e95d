from __future__ import annotations

from types import SimpleNamespace

import pytest

from webparity.errors import UsageError
from webparity.registry import _add, discover, pick


def test_recipes_and_targets_are_found() -> None:
    assert list(discover("webparity.train.recipes", "RECIPE")) == ["mnist-cnn"]
    assert list(discover("webparity.export.targets", "TARGET")) == ["onnx", "tfjs-graph"]


def test_a_name_is_taken_once() -> None:
    found = {"x": SimpleNamespace(name="x")}
    with pytest.raises(UsageError, match="'x' twice"):
        _add(found, SimpleNamespace(name="x"), "webparity.somewhere")


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match=r"among a, b; received 'c'"):
        pick({"a": 1, "b": 2}, "c", "recipe")
