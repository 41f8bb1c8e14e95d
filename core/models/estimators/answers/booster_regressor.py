"""A regressor of a fitted LightGBM booster; `LGBMRegressor` cannot be constructed from one."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import RegressorMixin

from webparity.models.estimators.answers.fitted_booster import FittedBooster


class BoosterRegressor(RegressorMixin, FittedBooster):
    """A regressor of a fitted LightGBM booster.

    Args:
        booster: a `lightgbm.Booster` whose objective is a regression.
    """

    def __init__(self, booster: Any) -> None:
        self.booster = booster

    def predict(self, values: Any) -> NDArray[np.float64]:
        """Predict measured numbers [N] of values [N, D]."""
        given: NDArray[np.float64] = np.asarray(self.booster.predict(np.asarray(values)))
        return given
