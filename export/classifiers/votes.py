"""Labels of the members of a `VotingClassifier` as rows of 0 and 1, by each member's own `predict`."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.pipeline import Pipeline
from sklearn.svm import SVC, NuSVC

from webparity.export.classifiers.features import TWO_CLASSES, Features
from webparity.export.classifiers.registry import choose_lowering
from webparity.models.estimators.decision import find_rule, prepare_scorer
from webparity.models.model_kind import get_model_kind
from webparity.tensor_ops.ops import Ops, T


def trace_label(member: Any, features: Features[T], classes: int) -> T:
    """Trace a classifier's label: real [N, C], 1 for its class and 0 for the others.

    Args:
        member: fitted, its classes numbered from 0.
        features: the input.
        classes: C.
    """
    ops = features.ops
    if not _decides_by_scores(member):
        return select_largest(ops, choose_lowering(member).predict_double_float(features), classes)
    scorer = prepare_scorer(member)
    scores = choose_lowering(scorer).decide_exactly(features)
    rule = find_rule(scorer)
    if rule == "sign":
        first = ops.greater_equal(ops.constant(0.0), ops.to_float32(scores))
        return ops.concat([first, 1.0 - first], 1)
    if rule == "votes":
        scores = ops.to_double_float(ops.floor(ops.to_float32(scores) + 0.5))
    return select_largest(ops, scores, classes)


def select_largest(ops: Ops[T], rows: T, classes: int) -> T:
    """Select the largest of each row of double-float [N, C], the first of equal ones: real 1, and 0 elsewhere."""
    if classes < TWO_CLASSES:
        return ops.to_float32(rows) * 0.0 + 1.0
    # Differences of pairs are exact where rounding each number alone would make it equal to another.
    other = ops.reshape(rows, (-1, classes, 1)) - ops.reshape(rows, (-1, 1, classes))
    reaches = ops.greater_equal(ops.to_float32(other), ops.constant(0.0))
    exceeds = 1.0 - ops.greater_equal(ops.constant(0.0), ops.to_float32(other))
    # Of a pair [i, j], i must be above j where j comes first, and no less where it comes later.
    earlier = np.tri(classes, k=-1)
    ahead = exceeds * ops.constant(earlier) + reaches * ops.constant(1.0 - earlier)
    wins = ops.reshape(ops.sum(ahead, 2), (-1, classes))
    return ops.greater_equal(wins, ops.constant(classes - 0.5))


def _decides_by_scores(member: Any) -> bool:
    """Whether `predict` follows from the decision function.

    A support vector machine's may differ from its probabilities, and others have none.
    """
    last = member.steps[-1][1] if isinstance(member, Pipeline) else member
    if get_model_kind(last) != "sklearn" or not hasattr(last, "decision_function"):
        return False
    return isinstance(last, SVC | NuSVC) or not hasattr(last, "predict_proba")
