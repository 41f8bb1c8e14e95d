"""The protocol that every family of estimators implements, and its defaults."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, cast

import numpy as np

from webparity.export.classifiers.features import ClassifierOutputs, Features
from webparity.models import refusals
from webparity.models.model_kind import ModelKind
from webparity.tensor_ops.ops import T


class Lowering(Protocol):
    """Computation of one fitted estimator in tensor operations.

    Every method is written once against `webparity.tensor_ops.ops.Ops`: NumPy runs it, TensorFlow and ONNX trace it.
    All raise `UnsupportedModelError` for an estimator or a setting that has no such form.
    """

    @property
    def is_discontinuous(self) -> bool:
        """Whether a rounding error of the input can change the output by more than one.

        Such models are compared with the library on identical pixels.
        """
        ...

    @property
    def has_decision_function(self) -> bool:
        """Whether scikit-learn's meta-estimators ask it for `decision_function` before `predict_proba`."""
        ...

    def predict(self, features: Features[T]) -> ClassifierOutputs[T]:
        """Trace `predict_proba`, with logits and scores where there are such."""
        ...

    def predict_double_float(self, features: Features[T]) -> T:
        """Trace `predict_proba` as double-float [N, C]."""
        ...

    def decide(self, features: Features[T]) -> T:
        """Trace `decision_function`: real [N, C], or [N, 1] for two classes."""
        ...

    def decide_double_float(self, features: Features[T]) -> T:
        """Trace `decision_function` as double-float: sums in double-float of terms that may be in float32."""
        ...

    def decide_exactly(self, features: Features[T]) -> T:
        """Trace `decision_function` as double-float, the terms of its sums in double-float too."""
        ...

    def transform(self, features: Features[T]) -> Features[T]:
        """Trace `transform` of a step before the classifier."""
        ...


class DefaultLowering:
    """The defaults of a family: what it does not override is converted by skl2onnx in ONNX, and refused elsewhere.

    Args:
        estimator: the fitted estimator.
    """

    def __init__(self, estimator: Any) -> None:
        self.estimator = estimator

    @property
    def is_discontinuous(self) -> bool:
        """False: most families are continuous."""
        return False

    @property
    def has_decision_function(self) -> bool:
        """Whether the estimator has `decision_function`."""
        return hasattr(self.estimator, "decision_function")

    def predict(self, features: Features[T]) -> ClassifierOutputs[T]:
        """Convert by skl2onnx."""
        from webparity.tensor_ops.tracers.to_onnx import OnnxOps, OnnxTensor

        if not isinstance(features.ops, OnnxOps):
            raise make_unknown_refusal(self.estimator)
        from webparity.export.classifiers.skl2onnx_conversion import convert_probabilities

        values = cast("OnnxTensor", features.values)
        return ClassifierOutputs(probabilities=cast("T", convert_probabilities(features.ops, values, self.estimator)))

    def predict_double_float(self, features: Features[T]) -> T:
        """Extend the probabilities, which are no more exact than float32."""
        return features.ops.to_double_float(self.predict(features).probabilities)

    def decide(self, features: Features[T]) -> T:
        """Round `decide_double_float`."""
        return features.ops.to_float32(self.decide_double_float(features))

    def decide_double_float(self, features: Features[T]) -> T:
        """Refuse: the family has no decision function."""
        del features
        raise make_unknown_refusal(self.estimator)

    def decide_exactly(self, features: Features[T]) -> T:
        """The same as `decide_double_float`."""
        return self.decide_double_float(features)

    def transform(self, features: Features[T]) -> Features[T]:
        """Convert by skl2onnx."""
        from webparity.tensor_ops.tracers.to_onnx import OnnxOps, OnnxTensor

        if not isinstance(features.ops, OnnxOps):
            raise make_unknown_refusal(self.estimator)
        from webparity.export.classifiers.skl2onnx_conversion import convert_transform

        values = cast("OnnxTensor", features.values)
        converted = cast("T", convert_transform(features.ops, values, self.estimator))
        width = self.estimator.transform(np.zeros((1, features.width))).shape[1]
        return features.replace_all(features.ops.to_double_float(converted), width)


class DiscontinuousLowering(DefaultLowering):
    """The defaults of a family whose output jumps."""

    @property
    def is_discontinuous(self) -> bool:
        """True."""
        return True


@dataclass(frozen=True, kw_only=True)
class Family:
    """Lowerings of related estimators, offered by a module as `FAMILY`.

    Attributes:
        name: unique among the families.
        lowerings: what to call with a fitted estimator of a class (subclasses included) or of another library.
    """

    name: str
    lowerings: Mapping[type | ModelKind, Callable[[Any], Lowering]]


def make_unknown_refusal(estimator: Any) -> Exception:
    """Make the refusal of an estimator that no family can compute."""
    return refusals.UNKNOWN(f"{type(estimator).__module__.split('.')[0]}'s {type(estimator).__name__}")
