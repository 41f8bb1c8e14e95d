"""The last step of classifiers and regressors: from scores to what the node gives, as onnxruntime computes it."""

from __future__ import annotations

from typing import Final

import numpy as np

from webparity.export.wasm.lowering.node import Node, NotCompiledError
from webparity.tensor_ops.tracers.program_tensor import ProgramTensor
from webparity.tensor_ops.tracers.to_program import ProgramOps

# Scores nearer to 0 than this stay 0 in SOFTMAX_ZERO.
_NEAR: Final = 1e-7


def transform_scores(ops: ProgramOps, scores: ProgramTensor, node: Node) -> ProgramTensor:
    """Apply the attribute `post_transform` to scores [N, C], float64 or float32; gives float32."""
    kind = node.get_text("post_transform", "NONE")
    match kind:
        case "NONE":
            return ops.to_float32(scores)
        case "LOGISTIC":
            return ops.to_float32(ops.sigmoid(scores))
        case "SOFTMAX":
            return ops.to_float32(ops.softmax(scores))
        case "SOFTMAX_ZERO":
            return ops.to_float32(_compute_softmax_zero(ops, scores))
        case _:
            raise NotCompiledError(f"with post_transform {kind}")


def add_other_class(ops: ProgramOps, score: ProgramTensor, node: Node, *, of_probability: bool) -> ProgramTensor:
    """Extend the only score of two classes, [N, 1], to both.

    Args:
        ops: of the program.
        score: of the second class.
        node: whose `post_transform` is applied if it is LOGISTIC; onnxruntime leaves the others out.
        of_probability: without it, whether the other class gets what is left to 1, and not the score with its sign
            reversed.

    Returns:
        Float32 [N, 2].
    """
    logistic = node.get_text("post_transform", "NONE") == "LOGISTIC"
    other = 1.0 - score if of_probability and not logistic else 0.0 - score
    pair = ops.concat([other, score], 1)
    return ops.to_float32(ops.sigmoid(pair) if logistic else pair)


def _compute_softmax_zero(ops: ProgramOps, scores: ProgramTensor) -> ProgramTensor:
    """Softmax whose scores of about 0 stay 0."""
    largest = ops.max(scores, 1)
    far = ops.greater_equal(
        ops.to_float32(ops.abs(scores)), ops.constant(np.nextafter(np.float32(_NEAR), np.float32(1)))
    )
    powers = ops.exp(scores - largest)
    near = scores * ops.exp(0.0 - largest)
    kept = ops.to_double_float(far) if scores.dtype == np.float64 else far
    parts = powers * kept + near * (1.0 - kept)
    return parts / ops.sum(parts, 1)
