"""Pipelines: transformers one after another, then a classifier or another transformer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sklearn.pipeline import Pipeline

from webparity.export.classifiers.features import ClassifierOutputs, Features
from webparity.export.classifiers.lowering import DefaultLowering, Family, Lowering
from webparity.export.classifiers.registry import choose_lowering
from webparity.tensor_ops.ops import T


class PipelineLowering(DefaultLowering):
    """`Pipeline`: the last step's own lowering, on the features that the steps before it give."""

    @property
    def is_discontinuous(self) -> bool:
        """Whether a step is discontinuous."""
        return any(choose_lowering(step).is_discontinuous for _, step in self.estimator.steps if _is_step(step))

    @property
    def _last(self) -> Lowering:
        return choose_lowering(self.estimator.steps[-1][1])

    def predict(self, features: Features[T]) -> ClassifierOutputs[T]:
        """Predict by the last step."""
        return self._last.predict(self._transform_before_last(features))

    def predict_double_float(self, features: Features[T]) -> T:
        """Predict by the last step."""
        return self._last.predict_double_float(self._transform_before_last(features))

    def decide(self, features: Features[T]) -> T:
        """Decide by the last step."""
        return self._last.decide(self._transform_before_last(features))

    def decide_double_float(self, features: Features[T]) -> T:
        """Decide by the last step."""
        return self._last.decide_double_float(self._transform_before_last(features))

    def decide_exactly(self, features: Features[T]) -> T:
        """Decide by the last step."""
        return self._last.decide_exactly(self._transform_before_last(features))

    def label_each(self, features: Features[T]) -> T:
        """Predict by the last step."""
        return self._last.label_each(self._transform_before_last(features))

    def regress(self, features: Features[T]) -> T:
        """Predict by the last step."""
        return self._last.regress(self._transform_before_last(features))

    def transform(self, features: Features[T]) -> Features[T]:
        """Transform by all steps."""
        return _transform_by(self.estimator.steps, features)

    def _transform_before_last(self, features: Features[T]) -> Features[T]:
        return _transform_by(self.estimator.steps[:-1], features)


def _transform_by(steps: Sequence[tuple[str, Any]], features: Features[T]) -> Features[T]:
    for _, step in steps:
        if _is_step(step):
            features = choose_lowering(step).transform(features)
    return features


def _is_step(step: Any) -> bool:
    return step is not None and not isinstance(step, str)


FAMILY = Family(name="pipelines", lowerings={Pipeline: PipelineLowering})
