"""scikit-learn: trees of its tree, forest and boosting classifiers and regressors."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.ensemble import (
    AdaBoostClassifier,
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.tree import BaseDecisionTree, DecisionTreeClassifier, DecisionTreeRegressor

from webparity.export.classifiers.features import TWO_CLASSES
from webparity.export.classifiers.lowering import Family
from webparity.export.classifiers.sklearn_state import get_histogram_trees, get_initial_value
from webparity.export.classifiers.trees.ensemble import Ensemble, Link, Tree, join_trees
from webparity.export.classifiers.trees.lowering import TreeLowering
from webparity.models import refusals
from webparity.models.estimators.answers.several_labels import select_present


def extract_mean(classifier: Any) -> Ensemble:
    """Extract the tree of a `DecisionTreeClassifier`, or the trees of a forest, of which the mean is taken.

    The value of a leaf is each class's share of its training images.

    Raises:
        UnsupportedModelError: no tree splits.
    """
    trees = getattr(classifier, "estimators_", [classifier])
    if isinstance(classifier.classes_, list):
        columns = len(classifier.classes_)
        each = [convert_tree(tree, _list_present(tree, classifier.classes_) / len(trees)) for tree in trees]
        return join_trees(each, base=np.zeros(columns), slope=None)
    shares = [convert_tree(tree, tree.tree_.value[:, 0, :] / len(trees)) for tree in trees]
    return join_trees(shares, base=np.zeros(len(classifier.classes_)), slope=None)


def _list_present(tree: Any, classes: list[Any]) -> NDArray[np.float64]:
    """List the share of images with each label in the nodes of a tree, [nodes, labels].

    Args:
        tree: alone, or of a forest, where its own classes are numbers of the forest's.
        classes: each label's, of the forest.
    """
    labels = enumerate(classes)
    return np.stack([select_present(tree.tree_.value[:, label, :], own) for label, own in labels], axis=1)


def extract_values(regressor: Any) -> Ensemble:
    """Extract the tree of a `DecisionTreeRegressor`, or the trees of a forest, of which the mean is taken.

    Raises:
        UnsupportedModelError: no tree splits.
    """
    trees = getattr(regressor, "estimators_", [regressor])
    values = [convert_tree(tree, tree.tree_.value[:, :, 0] / len(trees)) for tree in trees]
    return join_trees(values, base=np.zeros(values[0].value.shape[1]), slope=None)


def extract_gradient_boosting(classifier: Any) -> Ensemble:
    """Extract a `GradientBoostingClassifier`: its initial value plus `learning_rate` times each tree.

    Raises:
        UnsupportedModelError: the initial value depends on the image, or no tree splits.
    """
    if not (isinstance(classifier.init_, DummyClassifier | DummyRegressor) or classifier.init_ == "zero"):
        raise refusals.BOOSTING_START(f"init={type(classifier.init_).__name__}")
    columns = classifier.estimators_.shape[1]
    trees = [
        convert_tree(tree, classifier.learning_rate * tree.tree_.value[:, 0, :] * np.eye(columns)[column])
        for iteration in classifier.estimators_
        for column, tree in enumerate(iteration)
    ]
    base = get_initial_value(classifier)
    # AdaBoost's loss gives half the log-odds (Friedman, Hastie and Tibshirani, 2000).
    return join_trees(trees, base=base, slope=2.0 if classifier.loss == "exponential" else 1.0)


def extract_hist_gradient_boosting(classifier: Any) -> Ensemble:
    """Extract a `HistGradientBoostingClassifier`: its baseline plus each tree.

    Raises:
        UnsupportedModelError: it splits on categories, or no tree splits.
    """
    baseline, iterations = get_histogram_trees(classifier)
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
    link: Link = "log" if getattr(classifier, "loss", "") in {"gamma", "poisson"} else "identity"
    return join_trees(trees, base=baseline, slope=1.0, input_type=np.float64, link=link)


def extract_ada_boost(classifier: Any) -> Ensemble:
    """Extract an `AdaBoostClassifier` of decision trees with its weighted votes (SAMME, Zhu et al., 2009).

    As in its `decision_function`, a vote counts w for its class and -w / (C - 1) for the others, over the sum of all w;
    for two classes the difference of both.

    Raises:
        UnsupportedModelError: it boosts other classifiers than trees, or no tree splits.
    """
    if not all(isinstance(tree, BaseDecisionTree) for tree in classifier.estimators_):
        raise refusals.ADABOOST(f"one of {type(classifier.estimators_[0]).__name__}")
    classes = len(classifier.classes_)
    votes = np.eye(classes) - (1 - np.eye(classes)) / (classes - 1)
    if classes == TWO_CLASSES:
        votes = votes[:, 1:] - votes[:, :1]
    total = classifier.estimator_weights_.sum()
    trees = []
    for tree, weight in zip(classifier.estimators_, classifier.estimator_weights_, strict=False):
        label = tree.classes_[tree.tree_.value[:, 0, :].argmax(axis=1)]
        trees.append(convert_tree(tree, votes[np.searchsorted(classifier.classes_, label)] * weight / total))
    return join_trees(trees, base=np.zeros(votes.shape[1]), slope=1.0 / (classes - 1))


def convert_tree(tree: Any, value: NDArray[np.float64]) -> Tree:
    """Convert a fitted scikit-learn tree whose leaves have these values, [nodes, K]."""
    fitted = tree.tree_
    return Tree(
        feature=fitted.feature,
        threshold=fitted.threshold,
        left=fitted.children_left,
        right=fitted.children_right,
        value=value,
    )


class MeanOfTrees(TreeLowering):
    """`DecisionTreeClassifier`, `RandomForestClassifier`, `ExtraTreesClassifier`."""

    def _extract(self) -> Ensemble:
        return extract_mean(self.estimator)


class MeanOfValues(TreeLowering):
    """`DecisionTreeRegressor`, `RandomForestRegressor`, `ExtraTreesRegressor`."""

    def _extract(self) -> Ensemble:
        return extract_values(self.estimator)


class GradientBoosting(TreeLowering):
    """`GradientBoostingClassifier` and `GradientBoostingRegressor`."""

    def _extract(self) -> Ensemble:
        return extract_gradient_boosting(self.estimator)


class HistGradientBoosting(TreeLowering):
    """`HistGradientBoostingClassifier` and `HistGradientBoostingRegressor`."""

    def _extract(self) -> Ensemble:
        return extract_hist_gradient_boosting(self.estimator)


class AdaBoost(TreeLowering):
    """`AdaBoostClassifier`."""

    def _extract(self) -> Ensemble:
        return extract_ada_boost(self.estimator)


FAMILY = Family(
    name="scikit-learn trees",
    lowerings={
        AdaBoostClassifier: AdaBoost,
        DecisionTreeClassifier: MeanOfTrees,
        DecisionTreeRegressor: MeanOfValues,
        ExtraTreesClassifier: MeanOfTrees,
        ExtraTreesRegressor: MeanOfValues,
        GradientBoostingClassifier: GradientBoosting,
        GradientBoostingRegressor: GradientBoosting,
        HistGradientBoostingClassifier: HistGradientBoosting,
        HistGradientBoostingRegressor: HistGradientBoosting,
        RandomForestClassifier: MeanOfTrees,
        RandomForestRegressor: MeanOfValues,
    },
)
