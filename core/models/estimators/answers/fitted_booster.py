"""What a classifier and a regressor of a fitted LightGBM booster share."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from sklearn.base import BaseEstimator

from webparity.models.model_kind import ModelKind


class FittedBooster(BaseEstimator):
    """An estimator of a fitted `lightgbm.Booster`; LightGBM's own classes cannot be constructed from one."""

    model_kind: ClassVar[ModelKind] = "lightgbm"
    booster: Any

    def fit(self, values: object, targets: object = None) -> Self:
        """Do nothing: the booster is fitted."""
        del values, targets
        return self

    def __sklearn_is_fitted__(self) -> bool:
        return True

    @property
    def booster_(self) -> Any:
        """The booster, under the name that LightGBM's own estimators have for it."""
        return self.booster

    @property
    def n_features_in_(self) -> int:
        """The booster's number of features."""
        return int(self.booster.num_feature())
