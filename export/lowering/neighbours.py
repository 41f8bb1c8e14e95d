"""Nearest neighbours with equal votes and Euclidean distance."""

from __future__ import annotations

import numpy as np
from sklearn.neighbors import KNeighborsClassifier

from webparity.export.lowering.distance import squared_distances
from webparity.tracers.to_onnx import OnnxOps, OnnxTensor


def has_plain_distance(classifier: KNeighborsClassifier) -> bool:
    """Whether it is of the kind that is written here."""
    return bool(classifier.weights == "uniform" and classifier.effective_metric_ == "euclidean")


def neighbour_probabilities(ops: OnnxOps, values: OnnxTensor, classifier: KNeighborsClassifier) -> OnnxTensor:
    """Each class's share of the nearest neighbours.

    Args:
        ops: the graph under construction.
        values: [N, D].
        classifier: fitted; its training points become part of the graph.

    Returns:
        [N, C].
    """
    # What scikit-learn keeps of its training data; it has no public name.
    points, labels = classifier._fit_X, classifier._y  # noqa: SLF001
    nearest = ops.node(
        "TopK", squared_distances(ops, values, points), ops.integers([classifier.n_neighbors]), largest=0
    )
    indices = OnnxTensor(ops, f"{nearest.name}_indices")
    ops.nodes[-1].output.append(indices.name)
    votes = ops.node("Gather", ops.constant(np.eye(len(classifier.classes_))[labels]), indices, axis=0)
    return ops.node("ReduceMean", votes, axes=[1], keepdims=0)
