"""Classifier files: nothing but trusted types is read or written."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import skops.io
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from webparity.errors import UnsupportedModelError
from webparity.models.estimators.file import _is_defined_in_trusted_module, load_estimator, serialize_estimator

VALUES = np.random.default_rng(0).normal(size=(30, 4))


class ForeignClassifier(ClassifierMixin, BaseEstimator):
    """A class that scikit-learn does not know."""


@pytest.mark.parametrize(
    "model", [LogisticRegression(), RandomForestClassifier(3), HistGradientBoostingClassifier(max_iter=2)], ids=repr
)
def test_a_file_read_and_written_again_has_the_same_bytes(tmp_path: Path, model: Any) -> None:
    fitted = make_pipeline(StandardScaler(), model).fit(VALUES, np.arange(30) % 2)
    (tmp_path / "model.skops").write_bytes(data := serialize_estimator(fitted))
    assert serialize_estimator(load_estimator(tmp_path / "model.skops", "sklearn")) == data


@pytest.mark.parametrize(
    ("model", "named"), [(ForeignClassifier(), "ForeignClassifier"), (FunctionTransformer(re.sub), "re.sub")]
)
def test_foreign_types_are_named_whether_read_or_written(tmp_path: Path, model: Any, named: str) -> None:
    skops.io.dump(model, tmp_path / "model.skops")
    with pytest.raises(UnsupportedModelError, match=named):
        load_estimator(tmp_path / "model.skops", "sklearn")
    with pytest.raises(UnsupportedModelError, match=named):
        serialize_estimator(model)


@pytest.mark.parametrize(
    ("name", "trusted"),
    [
        ("sklearn._loss._loss.CyHalfMultinomialLoss", True),
        ("sklearn.metrics._scorer._Scorer", True),
        ("sklearn.model_selection._split.StratifiedKFold", True),
        ("sklearn.metrics._scorer.partial", False),
        ("sklearn.metrics._scorer.format_exc", False),
        ("sklearn.model_selection._split.chain", False),
        ("sklearn._loss.loss.np.load", False),
        ("sklearn.metrics._scorer", False),
        ("os.system", False),
    ],
)
def test_of_trusted_modules_only_what_they_define_is_trusted(name: str, trusted: bool) -> None:
    assert _is_defined_in_trusted_module(name) is trusted
