"""Trees of a `BaggingClassifier`, as one ensemble."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from webparity.export.classifiers.trees.ensemble import Ensemble, join_trees
from webparity.export.classifiers.trees.from_sklearn import convert_tree
from webparity.export.classifiers.trees.lowering import TreeLowering


class BaggedTrees(TreeLowering):
    """The mean of trees, of which each sees its own columns and may know some of the classes only."""

    def _extract(self) -> Ensemble:
        bagging = self.estimator
        members, classes = bagging.estimators_, len(bagging.classes_)
        trees = []
        for member, columns in zip(members, bagging.estimators_features_, strict=True):
            known = member.classes_ if len(member.classes_) < classes else np.arange(classes)
            value = np.zeros((member.tree_.node_count, classes))
            value[:, np.asarray(known, np.int64)] = member.tree_.value[:, 0, :] / len(members)
            tree = convert_tree(member, value)
            seen = np.asarray(columns, np.int64)
            trees.append(replace(tree, feature=np.where(tree.left < 0, 0, seen[np.maximum(tree.feature, 0)])))
        return join_trees(trees, base=np.zeros(classes), slope=None)
