"""The lowering of classifiers of decision trees, common to all libraries."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import replace

import numpy as np

from webparity.errors import UnsupportedModelError
from webparity.export.classifiers.features import TWO_CLASSES, ClassifierOutputs, Features, predict_from_logits
from webparity.export.classifiers.lowering import DiscontinuousLowering
from webparity.export.classifiers.numerics.double_float_functions import exp, sigmoid
from webparity.export.classifiers.trees.ensemble import Ensemble
from webparity.export.classifiers.trees.folding import fold_thresholds
from webparity.export.classifiers.trees.missing import add_missing_columns
from webparity.export.classifiers.trees.scores import sum_leaves
from webparity.models import refusals
from webparity.tensor_ops.ops import T
from webparity.text.library_error import summarize_library_error


class TreeLowering(DiscontinuousLowering, ABC):
    """An estimator of trees, whose thresholds are moved to the source of its features.

    The subclass of a library implements only the extraction of its trees.
    """

    @abstractmethod
    def _extract(self) -> Ensemble:
        """Take the trees out of the fitted estimator."""

    def extract_ensemble(self) -> Ensemble:
        """Take the trees out of the classifier, exactly: decisions on float32 values are equal, leaves not rounded.

        Raises:
            UnsupportedModelError: it has splits or an objective that have no such form, or altered trees.
        """
        try:
            return self._extract()
        except UnsupportedModelError:
            raise
        except (KeyError, IndexError, TypeError, ValueError, AttributeError, OverflowError) as error:
            # The library read the file, but it holds what the library's own trees never have.
            name = type(self.estimator).__name__
            raise refusals.UNKNOWN(f"{name} with altered trees ({summarize_library_error(error)})") from error

    def predict(self, features: Features[T]) -> ClassifierOutputs[T]:
        """Sum the leaves, which are probabilities, or whose sum has them as sigmoid or softmax."""
        ops, ensemble = features.ops, self.extract_ensemble()
        scores = _sum_ensemble(ensemble, features)
        if ensemble.slope is None:
            return ClassifierOutputs(probabilities=scores)
        logits, classes = scores * ensemble.slope, len(self.estimator.classes_)
        if len(ensemble.base) == classes == TWO_CLASSES:
            first, second = (ops.take(logits, ops.constant(np.array([index])), 1) for index in (0.0, 1.0))
            return replace(predict_from_logits(ops, second - first, classes), scores=scores)
        return predict_from_logits(ops, logits, classes, scores)

    def label_each(self, features: Features[T]) -> T:
        """Sum the leaves, which are the probabilities, or whose sums have them as sigmoids."""
        ensemble = self.extract_ensemble()
        sums = _sum_ensemble(ensemble, features, exact=True)
        return (
            sums
            if ensemble.slope is None
            else sigmoid(features.ops, sums * features.ops.double_float_constant(ensemble.slope))
        )

    def regress(self, features: Features[T]) -> T:
        """Sum the leaves, and apply the inverse of the link function."""
        ops, ensemble = features.ops, self.extract_ensemble()
        sums = _sum_ensemble(ensemble, features, exact=True)
        if ensemble.slope not in {None, 1.0}:
            sums = sums * ops.double_float_constant(float(ensemble.slope or 1.0))
        match ensemble.link:
            case "log":
                return exp(ops, sums)
            case "logit":
                return sigmoid(ops, sums)
            case _:
                return sums

    def decide(self, features: Features[T]) -> T:
        """Sum the leaves in float32, which is exact but for the last rounding."""
        return _sum_ensemble(self.extract_ensemble(), features)

    def decide_double_float(self, features: Features[T]) -> T:
        """Extend the float32 sums."""
        return features.ops.to_double_float(self.decide(features))

    def decide_exactly(self, features: Features[T]) -> T:
        """Sum the leaves in double-float."""
        return _sum_ensemble(self.extract_ensemble(), features, exact=True)


def _sum_ensemble(ensemble: Ensemble, features: Features[T], *, exact: bool = False) -> T:
    """Compute the sums of the leaves, real or double-float [N, K]."""
    folded = fold_thresholds(ensemble, features.from_source)
    values, folded = add_missing_columns(features.ops, features.source, ensemble, folded, features.from_source)
    return sum_leaves(features.ops, values, folded, exact=exact)
