"""How classifiers and the steps before them become operations: one function a kind, found by the object's own class.

Each is written once against `tensor_ops.ops.Ops`, so that NumPy runs it, and TensorFlow and ONNX trace it. A family of
estimators is one file that registers its functions here; `families.py` imports them all. What no family knows goes
through skl2onnx in ONNX, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import singledispatch
from typing import Any, Generic, cast

import numpy as np
from numpy.typing import NDArray
from sklearn.pipeline import Pipeline

from webparity.export.classifiers.converted import converted_probabilities, converted_values
from webparity.models import refusals
from webparity.models.model_kind import get_model_kind
from webparity.tensor_ops.ops import Ops, T
from webparity.tensor_ops.tracers.to_onnx import OnnxOps, OnnxTensor


@dataclass(frozen=True, kw_only=True)
class Flow(Generic[T]):
    """Values on their way through a pipeline.

    Attributes:
        ops: what traces them.
        exact: the values, wide [N, D].
        values: the same rounded, real [N, D].
        origin: real [N, O], from where only increasing functions of single columns lead to the values. It is the tap
            `pixels` at first, which every runtime is held to, so that what is decided there is decided alike.
        through: those functions, as the library that fitted them computes them: float32 [M, O] to float64 [M, D].
        columns: which column of the origin each value comes from, int [D].
        breadth: O, the number of columns of the origin.
    """

    ops: Ops[T]
    exact: T
    values: T
    origin: T
    through: Callable[[NDArray[np.float32]], NDArray[np.float64]]
    columns: NDArray[np.int64]
    breadth: int

    @property
    def width(self) -> int:
        """D, the number of values."""
        return len(self.columns)

    def after(self, step: Any, exact: T, columns: NDArray[np.int64] | None = None) -> Flow[T]:
        """What a step with `transform` made of each column by itself, never decreasing.

        Args:
            step: it.
            exact: wide [N, D'].
            columns: the value's column that each new one comes from; the same by default.
        """
        before = self.through
        picked = self.columns if columns is None else self.columns[columns]
        return replace(
            self,
            exact=exact,
            values=self.ops.narrow(exact),
            columns=picked,
            through=lambda rows: step.transform(before(rows)),
        )

    def anew(self, exact: T, width: int) -> Flow[T]:
        """What mixes columns, wide [N, width]: the way back ends here."""
        return replace(started(self.ops, self.ops.narrow(exact), width), exact=exact)


def started(ops: Ops[T], values: T, width: int) -> Flow[T]:
    """A flow whose values, real [N, width], are their own origin."""
    return Flow(
        ops=ops,
        exact=ops.wide(values),
        values=values,
        origin=values,
        through=lambda rows: rows.astype(np.float64),
        columns=np.arange(width),
        breadth=width,
    )


@dataclass(frozen=True, kw_only=True)
class Answer(Generic[T]):
    """What a classifier says.

    Attributes:
        probabilities: real [N, C].
        logits: what the probabilities are the softmax of, real [N, C], or of two classes the sigmoid of, [N, 1]; None
            where they come about in another way.
        scores: the classifier's decision function, real [N, C]; of two classes with one score d, 0 and d. Or None.
    """

    probabilities: T
    logits: T | None = None
    scores: T | None = None


@singledispatch
def answer(classifier: Any, flow: Flow[T]) -> Answer[T]:
    """What a fitted classifier says of the flow's values.

    Raises:
        UnsupportedModelError: no family knows it, or not with its settings.
    """
    if get_model_kind(classifier) == "sklearn":
        if not isinstance(flow.ops, OnnxOps):
            raise _unknown(classifier)
        return Answer(
            probabilities=cast("T", converted_probabilities(flow.ops, cast("OnnxTensor", flow.values), classifier))
        )
    # By name, since none of the libraries of boosted trees need be installed.
    from webparity.export.classifiers.tree_ensembles import tree_answer

    said: Answer[T] = tree_answer(classifier, flow)
    return said


@singledispatch
def decision(classifier: Any, flow: Flow[T]) -> T:
    """Its `decision_function`, real [N, C], or [N, 1] for two classes.

    Raises:
        UnsupportedModelError: no family knows it, or not with its settings.
    """
    return flow.ops.narrow(unrounded_decision(classifier, flow))


@singledispatch
def unrounded_decision(classifier: Any, flow: Flow[T]) -> T:
    """The same, wide, as it was summed."""
    return flow.ops.wide(_boosted_decision(classifier, flow, wide=False))


@singledispatch
def wide_decision(classifier: Any, flow: Flow[T]) -> T:
    """The same, of terms that are wide too."""
    if get_model_kind(classifier) != "sklearn":
        return _boosted_decision(classifier, flow, wide=True)
    return unrounded_decision(classifier, flow)


def _boosted_decision(classifier: Any, flow: Flow[T], *, wide: bool) -> T:
    """What LightGBM's classifier has since its version 4.7: the sums of its trees."""
    if get_model_kind(classifier) == "sklearn":
        raise _unknown(classifier)
    from webparity.export.classifiers.tree_ensembles import tree_scores

    scores: T = tree_scores(classifier, flow, wide=wide)
    return scores


@singledispatch
def wide_probabilities(classifier: Any, flow: Flow[T]) -> T:
    """A classifier's probabilities, wide [N, C]: of most no more than what float32 holds of them."""
    return flow.ops.wide(answer(classifier, flow).probabilities)


@singledispatch
def transformed(step: Any, flow: Flow[T]) -> Flow[T]:
    """What a fitted transformer makes of the flow.

    Raises:
        UnsupportedModelError: no family knows it, or not with its settings.
    """
    if not isinstance(flow.ops, OnnxOps):
        raise _unknown(step)
    values = cast("T", converted_values(flow.ops, cast("OnnxTensor", flow.values), step))
    return flow.anew(flow.ops.wide(values), step.transform(np.zeros((1, flow.width))).shape[1])


@answer.register
def _(pipeline: Pipeline, flow: Flow[T]) -> Answer[T]:
    return answer(pipeline.steps[-1][1], _through_steps(pipeline, flow))


@decision.register
def _(pipeline: Pipeline, flow: Flow[T]) -> T:
    return decision(pipeline.steps[-1][1], _through_steps(pipeline, flow))


@unrounded_decision.register
def _(pipeline: Pipeline, flow: Flow[T]) -> T:
    return unrounded_decision(pipeline.steps[-1][1], _through_steps(pipeline, flow))


@wide_decision.register
def _(pipeline: Pipeline, flow: Flow[T]) -> T:
    return wide_decision(pipeline.steps[-1][1], _through_steps(pipeline, flow))


@wide_probabilities.register
def _(pipeline: Pipeline, flow: Flow[T]) -> T:
    return wide_probabilities(pipeline.steps[-1][1], _through_steps(pipeline, flow))


@transformed.register
def _(pipeline: Pipeline, flow: Flow[T]) -> Flow[T]:
    return _one_after_another([step for _, step in pipeline.steps], flow)


def _through_steps(pipeline: Pipeline, flow: Flow[T]) -> Flow[T]:
    return _one_after_another([step for _, step in pipeline.steps[:-1]], flow)


def _one_after_another(steps: Sequence[Any], flow: Flow[T]) -> Flow[T]:
    for step in steps:
        if step is not None and step != "passthrough":
            flow = transformed(step, flow)
    return flow


def has_decision(classifier: Any) -> bool:
    """Whether scikit-learn would ask it for its decision function before its probabilities."""
    return hasattr(classifier, "decision_function")


def from_logits(ops: Ops[T], logits: T, classes: int, scores: T | None = None) -> Answer[T]:
    """Probabilities of logits.

    Args:
        ops: the adapter.
        logits: real [N, C], whose softmax is taken; of two classes [N, 1], whose sigmoid is the second's.
        classes: C.
        scores: the decision function, of the same shape.
    """
    if classes > 2:  # noqa: PLR2004 - see above
        return Answer(probabilities=ops.softmax(logits), logits=logits, scores=scores)
    if scores is not None:
        scores = ops.concat([scores * 0.0, scores], 1)
    return Answer(probabilities=both(ops, ops.sigmoid(logits)), logits=logits, scores=scores)


def both(ops: Ops[T], positive: T) -> T:
    """Two classes of the second's probability, [N, 1] to [N, 2]."""
    return ops.concat([1.0 - positive, positive], 1)


def _unknown(part: Any) -> Exception:
    return refusals.UNKNOWN(f"{type(part).__module__.split('.')[0]}'s {type(part).__name__}")
