"""Classifiers of decision trees, their thresholds folded back to where every runtime has the same values."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from sklearn.ensemble import (
    AdaBoostClassifier,
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
)
from sklearn.tree import DecisionTreeClassifier

from webparity.export.classifiers.dispatch import (
    Answer,
    Flow,
    answer,
    decision,
    from_logits,
    unrounded_decision,
    wide_decision,
)
from webparity.export.classifiers.trees.ensemble import Ensemble
from webparity.export.classifiers.trees.extraction import ensemble_of
from webparity.export.classifiers.trees.folding import folded
from webparity.export.classifiers.trees.missing import with_missing
from webparity.export.classifiers.trees.scores import ensemble_scores
from webparity.tensor_ops.ops import T


@answer.register(AdaBoostClassifier)
@answer.register(DecisionTreeClassifier)
@answer.register(ExtraTreesClassifier)
@answer.register(GradientBoostingClassifier)
@answer.register(HistGradientBoostingClassifier)
@answer.register(RandomForestClassifier)
def tree_answer(classifier: Any, flow: Flow[T]) -> Answer[T]:
    """Sums of leaves, which are probabilities, or of which these are the sigmoid or softmax."""
    ops, ensemble = flow.ops, ensemble_of(classifier)
    scores = _scores(ensemble, flow)
    if ensemble.slope is None:
        return Answer(probabilities=scores)
    logits, classes = scores * ensemble.slope, len(classifier.classes_)
    if len(ensemble.base) == classes == 2:
        first, second = (ops.take(logits, ops.constant(np.array([place])), 1) for place in (0.0, 1.0))
        return replace(from_logits(ops, second - first, classes), scores=scores)
    return from_logits(ops, logits, classes, scores)


@decision.register(AdaBoostClassifier)
@decision.register(GradientBoostingClassifier)
@decision.register(HistGradientBoostingClassifier)
def _(classifier: Any, flow: Flow[T]) -> T:
    return _scores(ensemble_of(classifier), flow)


@unrounded_decision.register(AdaBoostClassifier)
@unrounded_decision.register(GradientBoostingClassifier)
@unrounded_decision.register(HistGradientBoostingClassifier)
def _(classifier: Any, flow: Flow[T]) -> T:
    return flow.ops.to_double_float(decision(classifier, flow))


@wide_decision.register(AdaBoostClassifier)
@wide_decision.register(GradientBoostingClassifier)
@wide_decision.register(HistGradientBoostingClassifier)
def _(classifier: Any, flow: Flow[T]) -> T:
    return _scores(ensemble_of(classifier), flow, wide=True)


def tree_scores(classifier: Any, flow: Flow[T], *, wide: bool) -> T:
    """What a classifier's trees add up to, real or wide [N, K]."""
    return _scores(ensemble_of(classifier), flow, wide=wide)


def _scores(ensemble: Ensemble, flow: Flow[T], *, wide: bool = False) -> T:
    """What the leaves add up to, [N, K]."""
    moved = folded(ensemble, flow.through, flow.columns, flow.breadth)
    values, moved = with_missing(flow.ops, flow.origin, ensemble, moved, flow.through, flow.columns, flow.breadth)
    return ensemble_scores(flow.ops, values, moved, wide=wide)
