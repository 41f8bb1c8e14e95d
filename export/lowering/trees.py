"""Boosted trees as one ONNX-ML tree ensemble that gives raw scores."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import onnx
from onnx import helper

from webparity.errors import UnsupportedModelError
from webparity.export.onnx_model import ML_DOMAIN
from webparity.model_kind import kind_of
from webparity.tracers.to_onnx import OnnxOps, OnnxTensor


def tree_scores(ops: OnnxOps, values: OnnxTensor, estimator: Any) -> OnnxTensor:
    """Sums of leaves, before sigmoid or softmax.

    The converters write classifiers, whose two-class form and built-in sigmoid differ among runtimes; the same nodes
    as a regressor give each class's plain sum.

    Args:
        ops: the graph under construction.
        values: [N, D].
        estimator: `XGBClassifier` or `CatBoostClassifier`.

    Returns:
        [N, 1] for two classes, [N, C] for more.

    Raises:
        UnsupportedModelError: it is not a plain ensemble of trees on numbers.
    """
    model = _xgboost(estimator) if kind_of(estimator) == "xgboost" else _catboost(estimator)
    trees = [node for node in model.graph.node if node.op_type == "TreeEnsembleClassifier"]
    if len(trees) != 1:
        raise UnsupportedModelError(
            f"Expected one ensemble of trees; received {len(trees)}. Train trees (gbtree) on numbers only."
        )
    attributes = {attribute.name: helper.get_attribute_value(attribute) for attribute in trees[0].attribute}
    return ops.node("TreeEnsembleRegressor", values, domain=ML_DOMAIN, **_regressor(attributes, estimator))


def _regressor(classifier: dict[str, Any], estimator: Any) -> dict[str, Any]:
    classes = len(estimator.classes_)
    ids = list(classifier["class_ids"])
    # Of two classes the converters write the second alone (as 0 or 1), or both with opposite signs.
    kept = [place for place, label in enumerate(ids) if classes > 2 or label == max(ids)]  # noqa: PLR2004
    leaves = {
        f"target_{name}": [classifier[f"class_{name}"][place] for place in kept]
        for name in ("nodeids", "treeids", "weights")
    }
    targets = [ids[place] for place in kept] if classes > 2 else [0] * len(kept)  # noqa: PLR2004
    nodes = {name: values for name, values in classifier.items() if name.startswith("nodes_")}
    base = list(classifier.get("base_values", []))
    return {
        **nodes,
        **leaves,
        # One a class, of which the second's is kept too.
        **({"base_values": base if classes > 2 else base[-1:]} if base else {}),  # noqa: PLR2004
        "target_ids": targets,
        "n_targets": 1 if classes == 2 else classes,  # noqa: PLR2004
        "aggregate_function": "SUM",
        "post_transform": "NONE",
    }


def _xgboost(estimator: Any) -> Any:
    from onnxmltools import convert_xgboost  # noqa: PLC0415 - only boosted trees need it
    from onnxmltools.convert.common.data_types import FloatTensorType  # noqa: PLC0415 - as above

    try:
        return convert_xgboost(
            estimator, initial_types=[("values", FloatTensorType([None, estimator.n_features_in_]))], target_opset=15
        )
    except (RuntimeError, ValueError, KeyError) as error:
        raise UnsupportedModelError(
            f"Expected an XGBoost model that onnxmltools converts; received: {error} Train with booster='gbtree'."
        ) from error


def _catboost(estimator: Any) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "model.onnx"
        estimator.save_model(str(file), format="onnx")
        return onnx.load(file)
