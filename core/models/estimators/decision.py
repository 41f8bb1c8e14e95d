"""Decision scores of classifiers, and the rule by which the library's own `predict` gives a label from them."""

from __future__ import annotations

from copy import copy
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import StackingClassifier, VotingClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.svm import SVC, NuSVC

from webparity.models import refusals
from webparity.models.model_kind import get_model_kind
from webparity.outputs.model_output import LabelRule

_TWO: Final = 2
# In the place of a score of exactly 0 that stands for the second label: float32 has it in full precision.
LEAST_SCORE: Final = 2.0**-100


def is_vote(estimator: Any) -> bool:
    """Whether a classifier counts its members' labels, and has no probabilities."""
    last = _get_last(estimator)
    return isinstance(last, VotingClassifier) and last.voting == "hard"


def has_scores(estimator: Any) -> bool:
    """Whether a classifier has decision scores, or counts votes."""
    last = _get_last(estimator)
    return is_vote(last) or (get_model_kind(last) == "sklearn" and hasattr(last, "decision_function"))


def find_rule(estimator: Any) -> LabelRule:
    """Find the rule of a classifier's own `predict`, for the scores of `compute_decisions`.

    Args:
        estimator: fitted.

    Raises:
        UnsupportedModelError: it has no decision scores and counts no votes.
    """
    last = _get_last(estimator)
    if not has_scores(last):
        raise refusals.DECISION(type(last).__name__)
    if is_vote(last):
        return "argmax"
    if len(last.classes_) == _TWO:
        return "sign"
    while isinstance(last, StackingClassifier | Pipeline):
        last = _get_last(last.final_estimator_) if isinstance(last, StackingClassifier) else _get_last(last)
    # LIBSVM counts the pairs that a class wins; scikit-learn breaks ties only where it is told to.
    return "votes" if isinstance(last, SVC | NuSVC) and not last.break_ties else "argmax"


def prepare_scorer(estimator: Any) -> Any:
    """Copy a classifier whose decision function has scores of pairs of classes, to have one for each class.

    Args:
        estimator: fitted; it is not changed.
    """
    if isinstance(estimator, Pipeline):
        last = estimator.steps[-1][1]
        scorer = prepare_scorer(last)
        return estimator if scorer is last else make_pipeline(*(step for _, step in estimator.steps[:-1]), scorer)
    if isinstance(estimator, SVC | NuSVC) and estimator.decision_function_shape != "ovr":
        scorer = copy(estimator)
        scorer.decision_function_shape = "ovr"
        return scorer
    if isinstance(estimator, StackingClassifier):
        if prepare_scorer(estimator.final_estimator_) is estimator.final_estimator_:
            return estimator
        scorer = copy(estimator)
        scorer.final_estimator_ = prepare_scorer(estimator.final_estimator_)
        return scorer
    return estimator


def compute_decisions(estimator: Any, values: NDArray[Any]) -> NDArray[np.float64]:
    """Compute the decision scores of features [N, D], float64 [N, C], or [N, 1] for two classes.

    Args:
        estimator: as `prepare_scorer` gives it.
        values: [N, D].
    """
    if is_vote(estimator):
        return _count_votes(estimator, values)
    scores = np.asarray(estimator.decision_function(values), np.float64)
    if scores.ndim > 1:
        return scores
    # LIBSVM gives the second label to a score of exactly 0, other classifiers the first.
    last = _get_last(estimator)
    return np.where(scores == 0, LEAST_SCORE if isinstance(last, SVC | NuSVC) else 0.0, scores)[:, np.newaxis]


def _count_votes(estimator: Any, values: NDArray[Any]) -> NDArray[np.float64]:
    """Count the weighted votes for each class, as `VotingClassifier.predict` does before its argmax."""
    vote = _get_last(estimator)
    if isinstance(estimator, Pipeline) and len(estimator.steps) > 1:
        values = estimator[:-1].transform(values)
    labels, weights = vote.transform(values), get_vote_weights(vote)
    classes = len(vote.classes_)
    return np.stack([np.bincount(row, weights=weights, minlength=classes) for row in labels])


def get_vote_weights(vote: Any) -> NDArray[np.float64]:
    """Get the weights of a `VotingClassifier`'s members, without those that were dropped."""
    if vote.weights is None:
        return np.ones(len(vote.estimators_))
    pairs = zip(vote.estimators, vote.weights, strict=True)
    return np.array([weight for (_, member), weight in pairs if not (isinstance(member, str) and member == "drop")])


def _get_last(estimator: Any) -> Any:
    return estimator.steps[-1][1] if isinstance(estimator, Pipeline) else estimator
