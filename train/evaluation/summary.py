"""Model summary: the layers of a Keras network, the steps of a scikit-learn pipeline.

Both are looked at by their attributes, so that neither library is imported here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

# What scikit-learn estimators predict from; a support vector machine's linear `coef_` is derived from the others.
_SUPPORT: Final = ("support_vectors_", "dual_coef_", "intercept_")
_FITTED: Final = ("coef_", "intercept_", "coefs_", "intercepts_", "mean_", "scale_", "components_", "_fit_X")


@dataclass(frozen=True, kw_only=True)
class Layer:
    """A layer of a network or a step of a pipeline.

    Attributes:
        name: its name within the model.
        class_name: its class.
        output: shape of what it gives, None for sizes that vary, such as the number of images; None if unknown.
        parameters: numbers it learnt, or None where they cannot be counted.
        note: what they are, where that is worth a word, such as `100 trees`.
    """

    name: str
    class_name: str
    output: tuple[int | None, ...] | None
    parameters: int | None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class ModelSummary:
    """A model's layers or steps, in order.

    Attributes:
        layers: see `Layer`.
        trainable: numbers that training changes.
        non_trainable: numbers that it keeps or only follows, such as BatchNorm's moving means.
    """

    layers: tuple[Layer, ...]
    trainable: int
    non_trainable: int

    @property
    def parameters(self) -> int:
        """Number of trainable and other parameters."""
        return self.trainable + self.non_trainable


def summarize_model(model: Any) -> ModelSummary:
    """Summarise a built Keras network, a fitted scikit-learn pipeline or a single fitted estimator.

    In a pipeline every fitted number counts as trainable; steps whose numbers cannot be counted add none.
    """
    if hasattr(model, "layers") and hasattr(model, "count_params"):
        return _summarize_network(model)
    layers = tuple(_list_steps("estimator", model))
    return ModelSummary(layers=layers, trainable=sum(layer.parameters or 0 for layer in layers), non_trainable=0)


def _summarize_network(network: Any) -> ModelSummary:
    layers = tuple(
        Layer(
            name=layer.name,
            class_name=type(layer).__name__,
            output=_get_output_shape(getattr(layer, "output", None)),
            parameters=int(layer.count_params()),
        )
        for layer in network.layers
    )
    return ModelSummary(
        layers=layers,
        trainable=_count_weights(network.trainable_weights),
        non_trainable=_count_weights(network.non_trainable_weights),
    )


def _get_output_shape(output: Any) -> tuple[int | None, ...] | None:
    return tuple(output.shape) if hasattr(output, "shape") else None


def _list_steps(name: str, step: Any) -> Iterator[Layer]:
    """List a pipeline's steps or a wrapped estimator, then the decision; otherwise the estimator alone."""
    if hasattr(step, "steps"):
        for inner_name, inner in step.steps:
            yield from _list_steps(inner_name, inner)
    elif hasattr(step, "weigh"):
        yield from _list_steps(name, step.estimator)
        yield Layer(name="decision", class_name=type(step).__name__, output=None, parameters=len(step.weights))
    elif step is not None and not isinstance(step, str):
        parameters, note = _count_parameters(step)
        yield Layer(name=name, class_name=type(step).__name__, output=None, parameters=parameters, note=note)


def _count_parameters(step: Any) -> tuple[int | None, str]:
    """Count an estimator's learnt parameters and describe them; a tree node counts once (threshold or leaf value)."""
    if hasattr(step, "calibrated_classifiers_"):
        inner = [calibrated.estimator for calibrated in step.calibrated_classifiers_]
        return _count_all_parameters(inner), f"{len(inner)} of {type(inner[0]).__name__}, calibrated"
    trees = _count_trees(step)
    if trees is not None:
        return trees[1], f"{trees[0]:,} tree{'' if trees[0] == 1 else 's'}, {trees[1]:,} nodes"
    if isinstance(getattr(step, "estimators_", None), list):
        inner = step.estimators_
        return _count_all_parameters(inner), f"{len(inner)} of {type(inner[0]).__name__}"
    names = _SUPPORT if hasattr(step, "support_vectors_") else _FITTED
    found = [values for name in names if (values := getattr(step, name, None)) is not None]
    if not found:
        return (None if hasattr(step, "predict") else 0), ""
    return sum(_count_weights(v) if isinstance(v, list) else int(np.size(v)) for v in found), _describe_parameters(step)


def _count_all_parameters(estimators: list[Any]) -> int | None:
    counts = [_count_parameters(estimator)[0] for estimator in estimators]
    return None if None in counts else sum(count or 0 for count in counts)


def _count_trees(step: Any) -> tuple[int, int] | None:
    """Count trees and nodes: XGBoost, CatBoost (whose trees are complete), scikit-learn."""
    if hasattr(step, "get_booster"):
        dump = step.get_booster().get_dump()
        return len(dump), sum(len(tree.splitlines()) for tree in dump)
    if hasattr(step, "get_tree_leaf_counts"):
        leaves = step.get_tree_leaf_counts()
        return len(leaves), int(2 * sum(leaves) - len(leaves))
    trees = [tree.tree_ for tree in np.ravel(getattr(step, "estimators_", step)) if hasattr(tree, "tree_")]
    return (len(trees), sum(tree.node_count for tree in trees)) if trees else None


def _describe_parameters(step: Any) -> str:
    if hasattr(step, "support_vectors_"):
        return f"{len(step.support_vectors_):,} support vectors"
    if hasattr(step, "n_samples_fit_"):
        return f"{step.n_samples_fit_:,} training images kept"
    return ""


def _count_weights(weights: Any) -> int:
    return int(sum(np.prod(weight.shape, dtype=np.int64) for weight in weights))
