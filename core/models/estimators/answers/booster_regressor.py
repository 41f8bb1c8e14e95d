"""A regressor of a fitted LightGBM booster; `LGBMRegressor` cannot be constructed from one."""

from __future__ import annotations

from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, RegressorMixin

from webparity.models.model_kind import ModelKind


class BoosterRegressor(RegressorMixin, BaseEstimator):
    """A regressor of a fitted LightGBM booster.

    Args:
        booster: a `lightgbm.Booster` whose objective is a regression.
    """

    model_kind: ClassVar[ModelKind] = "lightgbm"

    def __init__(self, booster: Any) -> None:
        self.booster = booster

    def fit(self, values: object, targets: object = None) -> Self:
        """Do nothing: the booster is fitted."""
        del values, targets
        return self

    def __sklearn_is_fitted__(self) -> bool:
        return True

    @property
    def booster_(self) -> Any:
        """The booster, under `LGBMRegressor`'s name for it."""
        return self.booster

    @property
    def n_features_in_(self) -> int:
        """The booster's number of features."""
        return int(self.booster.num_feature())

    def predict(self, values: Any) -> NDArray[np.float64]:
        """Predict measured numbers [N] of values [N, D]."""
        given: NDArray[np.float64] = np.asarray(self.booster.predict(np.asarray(values)))
        return given
