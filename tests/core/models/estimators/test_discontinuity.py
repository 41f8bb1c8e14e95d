"""Discontinuity of classifiers is found by an entry point of the installed distribution."""

from __future__ import annotations

import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.tree import DecisionTreeClassifier

from webparity.errors import RuntimeUnavailable
from webparity.models.estimators import discontinuity


def test_trees_jump_and_lines_do_not() -> None:
    assert discontinuity.is_discontinuous(DecisionTreeClassifier())
    assert not discontinuity.is_discontinuous(LogisticRegression())


def test_an_installation_without_the_entry_point_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discontinuity, "GROUP", "webparity.no_such_group")
    discontinuity._load_rule.cache_clear()
    with pytest.raises(RuntimeUnavailable, match=r"is_discontinuous of the group webparity\.no_such_group"):
        discontinuity.is_discontinuous(LogisticRegression())
    monkeypatch.undo()
    assert not discontinuity.is_discontinuous(LogisticRegression())
