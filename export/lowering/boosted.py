"""Boosted trees of XGBoost, CatBoost and LightGBM."""

from __future__ import annotations

from typing import Any

from webparity.export.lowering.dispatch import Answer, Flow, from_logits, unknown
from webparity.export.lowering.trees import tree_scores
from webparity.ops import T
from webparity.tracers.to_onnx import OnnxOps


def boosted_answer(classifier: Any, flow: Flow[T]) -> Answer[T]:
    """Sums of leaves, of which the probabilities are the sigmoid or softmax."""
    if not isinstance(flow.ops, OnnxOps):
        raise unknown(classifier)
    scores = tree_scores(flow.ops, flow.values, classifier)
    return from_logits(flow.ops, scores, len(classifier.classes_), scores)
