"""The trees of scikit-learn's classifiers."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.dummy import DummyClassifier
from sklearn.tree import BaseDecisionTree

from webparity.export.classifiers.trees.ensemble import Ensemble, Tree, joined
from webparity.models import refusals


def mean_of_trees(classifier: Any) -> Ensemble:
    """`DecisionTreeClassifier`, or the mean of them, `RandomForestClassifier` and `ExtraTreesClassifier`.

    A leaf gives each class's share of its training images.

    Raises:
        UnsupportedModelError: no tree splits.
    """
    trees = getattr(classifier, "estimators_", [classifier])
    shares = [_tree(tree, tree.tree_.value[:, 0, :] / len(trees)) for tree in trees]
    return joined(shares, base=np.zeros(len(classifier.classes_)), slope=None)


def gradient_boosting(classifier: Any) -> Ensemble:
    """`GradientBoostingClassifier`: what it starts from, plus `learning_rate` times each tree.

    Raises:
        UnsupportedModelError: what it starts from depends on the image, or no tree splits.
    """
    if not (isinstance(classifier.init_, DummyClassifier) or classifier.init_ == "zero"):
        raise refusals.BOOSTING_START(f"init={type(classifier.init_).__name__}")
    columns = classifier.estimators_.shape[1]
    trees = [
        _tree(tree, classifier.learning_rate * tree.tree_.value[:, 0, :] * np.eye(columns)[column])
        for iteration in classifier.estimators_
        for column, tree in enumerate(iteration)
    ]
    # It has no public name: the start of any image, since none of them looks at it.
    (base,) = classifier._raw_predict_init(np.zeros((1, classifier.n_features_in_), np.float32))  # noqa: SLF001
    # AdaBoost's loss gives half the log-odds (Friedman, Hastie and Tibshirani, 2000).
    return joined(trees, base=base, slope=2.0 if classifier.loss == "exponential" else 1.0)


def hist_gradient_boosting(classifier: Any) -> Ensemble:
    """`HistGradientBoostingClassifier`: its baseline plus each tree.

    Raises:
        UnsupportedModelError: it splits on categories, or no tree splits.
    """
    # Its fitted state has no public names.
    baseline, iterations = classifier._baseline_prediction, classifier._predictors  # noqa: SLF001
    columns = len(iterations[0])
    trees = []
    for iteration in iterations:
        for column, predictor in enumerate(iteration):
            nodes = predictor.nodes
            leaf = nodes["is_leaf"].astype(bool)
            if nodes["is_categorical"].any():
                raise refusals.CATEGORIES("a HistGradientBoostingClassifier that splits on categories")
            left, right = (np.where(leaf, -1, nodes[side].astype(np.int64)) for side in ("left", "right"))
            trees.append(
                Tree(
                    feature=nodes["feature_idx"],
                    threshold=nodes["num_threshold"],
                    left=left,
                    right=right,
                    value=nodes["value"][:, np.newaxis] * np.eye(columns)[column],
                )
            )
    return joined(trees, base=np.ravel(baseline), slope=1.0, given=np.float64)


def ada_boost(classifier: Any) -> Ensemble:
    """`AdaBoostClassifier` of decision trees, by its `decision_function`: weighed votes (SAMME, Zhu et al., 2009).

    A vote counts w for its class and -w / (C - 1) for the others, over the sum of all w; for two classes the
    difference of both.

    Raises:
        UnsupportedModelError: it boosts something else than trees, or no tree splits.
    """
    if not all(isinstance(tree, BaseDecisionTree) for tree in classifier.estimators_):
        raise refusals.ADABOOST(f"one of {type(classifier.estimators_[0]).__name__}")
    classes = len(classifier.classes_)
    votes = np.eye(classes) - (1 - np.eye(classes)) / (classes - 1)
    if classes == 2:
        votes = votes[:, 1:] - votes[:, :1]
    total = classifier.estimator_weights_.sum()
    trees = []
    for tree, weight in zip(classifier.estimators_, classifier.estimator_weights_, strict=False):
        label = tree.classes_[tree.tree_.value[:, 0, :].argmax(axis=1)]
        trees.append(_tree(tree, votes[np.searchsorted(classifier.classes_, label)] * weight / total))
    return joined(trees, base=np.zeros(votes.shape[1]), slope=1.0 / (classes - 1))


def _tree(tree: Any, value: NDArray[np.float64]) -> Tree:
    fitted = tree.tree_
    return Tree(
        feature=fitted.feature,
        threshold=fitted.threshold,
        left=fitted.children_left,
        right=fitted.children_right,
        value=value,
    )
