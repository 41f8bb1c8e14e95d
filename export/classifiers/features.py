"""Traced features between the steps of a pipeline, and the traced outputs of its classifier."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Generic

import numpy as np
from numpy.typing import NDArray

from webparity.tensor_ops.ops import Ops, T

TWO_CLASSES: Final = 2


@dataclass(frozen=True, kw_only=True, eq=False)
class FeatureTransform:
    """Functions of single columns, never decreasing, that lead from a source to features.

    Attributes:
        function: these functions, as the fitted library computes them: float32 [M, width] to float64 [M, D].
        columns: int [D], the source's column that each feature comes from.
        width: number of columns of the source.
    """

    function: Callable[[NDArray[np.float32]], NDArray[Any]]
    columns: NDArray[np.int64]
    width: int

    def __call__(self, rows: NDArray[np.float32]) -> NDArray[Any]:
        """Transform rows of the source, float32 [M, width], to features [M, D]."""
        return self.function(rows)


@dataclass(frozen=True, kw_only=True)
class Features(Generic[T]):
    """Features in double-float and in float32, with the source that tree thresholds can be moved to.

    Attributes:
        ops: the adapter that traces them.
        exact: the features as double-float, [N, D].
        values: the same rounded, real [N, D].
        source: real [N, S], from which the features follow column by column. At first it is the tap `pixels`, which is
            held to the same values in every runtime, so that comparisons with it have the same result.
        from_source: how they follow.
    """

    ops: Ops[T]
    exact: T
    values: T
    source: T
    from_source: FeatureTransform

    @property
    def width(self) -> int:
        """D, the number of features."""
        return len(self.from_source.columns)

    def replace_columnwise(
        self,
        step: Callable[[NDArray[Any]], NDArray[Any]],
        exact: T,
        columns: NDArray[np.int64] | None = None,
    ) -> Features[T]:
        """Features after a step that computes each column from one column, never decreasing.

        Args:
            step: the step as the fitted library computes it, float64 [M, D] to [M, D'].
            exact: double-float [N, D'], the output of the step.
            columns: int [D'], the column that each new one comes from; the same columns by default.
        """
        before = self.from_source
        after = replace(
            before,
            function=lambda rows: step(before(rows)),
            columns=before.columns if columns is None else before.columns[columns],
        )
        return replace(self, exact=exact, values=self.ops.to_float32(exact), from_source=after)

    def take_columns(self, columns: NDArray[np.int64]) -> Features[T]:
        """Features at these indices, int [D'], also twice."""
        exact = self.ops.take(self.exact, self.ops.constant(columns), 1)
        return self.replace_columnwise(lambda rows: rows[:, columns], exact, columns)

    def replace_all(self, exact: T, width: int) -> Features[T]:
        """Features after a step that mixes columns, double-float [N, width]; they become their own source."""
        return replace(start_features(self.ops, self.ops.to_float32(exact), width), exact=exact)


def start_features(ops: Ops[T], values: T, width: int) -> Features[T]:
    """Wrap values, real [N, width], as features that are their own source."""
    unchanged = FeatureTransform(function=lambda rows: rows.astype(np.float64), columns=np.arange(width), width=width)
    return Features(ops=ops, exact=ops.to_double_float(values), values=values, source=values, from_source=unchanged)


def concat_features(parts: Sequence[Features[T]]) -> Features[T]:
    """Features of several steps side by side, in this order; their sources stand side by side too, each once."""
    ops = parts[0].ops
    sources: list[Features[T]] = []
    for part in parts:
        if not any(part.source is known.source for known in sources):
            sources.append(part)
    widths = [known.from_source.width for known in sources]
    starts = np.cumsum(widths) - widths
    own = [next(i for i, known in enumerate(sources) if part.source is known.source) for part in parts]
    spans = [slice(int(starts[i]), int(starts[i]) + widths[i]) for i in own]
    follow = FeatureTransform(
        function=lambda rows: np.concatenate(
            [part.from_source(rows[:, span]) for part, span in zip(parts, spans, strict=True)], axis=1
        ),
        columns=np.concatenate([part.from_source.columns + starts[i] for part, i in zip(parts, own, strict=True)]),
        width=sum(widths),
    )
    join = (lambda tensors: tensors[0]) if len(sources) == 1 else (lambda tensors: ops.concat(tensors, 1))
    return Features(
        ops=ops,
        exact=ops.concat([part.exact for part in parts], 1),
        values=ops.concat([part.values for part in parts], 1),
        source=join([known.source for known in sources]),
        from_source=follow,
    )


@dataclass(frozen=True, kw_only=True)
class ClassifierOutputs(Generic[T]):
    """The traced outputs of a classifier.

    Attributes:
        probabilities: real [N, C].
        logits: the input of the softmax that gives the probabilities, real [N, C]; of two classes the input of the
            sigmoid, [N, 1]. None where probabilities are computed in another way.
        scores: the decision function, real [N, C]; of two classes with one score d, 0 and d. None where there is none.
    """

    probabilities: T
    logits: T | None = None
    scores: T | None = None


def predict_from_logits(ops: Ops[T], logits: T, classes: int, scores: T | None = None) -> ClassifierOutputs[T]:
    """Apply the softmax, or for two classes the sigmoid.

    Args:
        ops: the adapter.
        logits: real [N, C]; of two classes [N, 1], whose sigmoid is the probability of the second.
        classes: C.
        scores: the decision function, of the same shape as the logits.
    """
    if classes > TWO_CLASSES:
        return ClassifierOutputs(probabilities=ops.softmax(logits), logits=logits, scores=scores)
    if scores is not None:
        scores = ops.concat([scores * 0.0, scores], 1)
    return ClassifierOutputs(probabilities=append_complement(ops, ops.sigmoid(logits)), logits=logits, scores=scores)


def append_complement(ops: Ops[T], positive: T) -> T:
    """Extend the second class's probability [N, 1] to both classes, [N, 2]."""
    return ops.concat([1.0 - positive, positive], 1)


def make_constant_column(features: Features[T], number: float) -> T:
    """Make a column of one number for every row, double-float [N, 1]."""
    ops = features.ops
    first = ops.take(features.values, ops.constant(np.zeros(1)), 1)
    # Products with 0 would be NaN for infinite features, and a comparison with itself is true for all that images give.
    return ops.to_double_float(ops.greater_equal(first, first)) * ops.double_float_constant(number)


def take_second_class(ops: Ops[T], probabilities: T) -> T:
    """Take the second column of [N, 2] as [N, 1]."""
    return ops.take(probabilities, ops.constant(np.array([1.0])), 1)
