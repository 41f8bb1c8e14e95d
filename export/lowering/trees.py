"""Classifiers of decision trees, their thresholds folded back to where every runtime has the same values."""

from __future__ import annotations

from typing import Any

from sklearn.ensemble import (
    AdaBoostClassifier,
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
)
from sklearn.tree import DecisionTreeClassifier

from webparity.export.lowering.dispatch import Answer, Flow, answer, decision, from_logits
from webparity.export.trees.extraction import ensemble_of
from webparity.export.trees.folding import folded
from webparity.export.trees.scores import ensemble_scores
from webparity.ops import T


@answer.register(AdaBoostClassifier)
@answer.register(DecisionTreeClassifier)
@answer.register(ExtraTreesClassifier)
@answer.register(GradientBoostingClassifier)
@answer.register(HistGradientBoostingClassifier)
@answer.register(RandomForestClassifier)
def tree_answer(classifier: Any, flow: Flow[T]) -> Answer[T]:
    """Sums of leaves, which are probabilities, or of which these are the sigmoid or softmax."""
    ops, ensemble = flow.ops, ensemble_of(classifier)
    scores = ensemble_scores(ops, flow.origin, folded(ensemble, flow.through, flow.columns, flow.breadth))
    if ensemble.slope is None:
        return Answer(probabilities=scores)
    return from_logits(ops, scores * ensemble.slope, len(classifier.classes_), scores)


@decision.register(AdaBoostClassifier)
@decision.register(GradientBoostingClassifier)
@decision.register(HistGradientBoostingClassifier)
def _(classifier: Any, flow: Flow[T]) -> T:
    scores = answer(classifier, flow).scores
    assert scores is not None  # noqa: S101 - boosted trees have them
    return scores
