"""ONNX files that round their scores or their answers to the levels of 8 bits, as quantizing tools write them."""

from __future__ import annotations

from typing import Final

import numpy as np
import onnxruntime
import pytest
from onnx import ModelProto, helper, numpy_helper
from own_onnx import SIDE, make_classifier, make_dense

from webparity.export.checks.reference_answers import ReferenceAnswers
from webparity.export.checks.score_resolution import measure_resolution
from webparity.models.baked import bake
from webparity.models.onnx.baked import OnnxBaked
from webparity.preprocessing.spec import Preprocessing

RGB: Final = Preprocessing(height=SIDE, width=SIDE, channels="rgb", like="pillow")
GRAY: Final = Preprocessing(height=SIDE, width=SIDE, like="pillow")
IMAGES: Final = np.random.default_rng(3).integers(0, 256, (5, SIDE, SIDE, 3), dtype=np.uint8)


def round_tensor(model: ModelProto, name: str, scale: float) -> ModelProto:
    """Round a tensor to multiples of a scale: all that read it read the rounded one, an output as well."""
    copy = ModelProto()
    copy.CopyFrom(model)
    graph = copy.graph
    place = next(place for place, node in enumerate(graph.node) if name in node.output)
    graph.node[place].output[0] = f"{name} exact"
    added = [
        helper.make_node("QuantizeLinear", [f"{name} exact", "step", "zero"], [f"{name} level"]),
        helper.make_node("DequantizeLinear", [f"{name} level", "step", "zero"], [name]),
    ]
    nodes = [*graph.node[: place + 1], *added, *graph.node[place + 1 :]]
    del graph.node[:]
    graph.node.extend(nodes)
    zero = np.uint8(0) if name == "answer" else np.int8(0)
    graph.initializer.extend(
        [numpy_helper.from_array(np.array(scale, np.float32), "step"), numpy_helper.from_array(np.array(zero), "zero")]
    )
    return copy


@pytest.mark.parametrize("sigmoid", [False, True], ids=["softmax", "sigmoid"])
def test_the_answers_are_those_before_the_rounding(sigmoid: bool) -> None:
    plain = make_dense(["N", 1, SIDE, SIDE], sigmoid=True) if sigmoid else make_classifier()
    spec = GRAY if sigmoid else RGB
    rounded = round_tensor(plain, "answer", 1 / 256)
    values = np.random.default_rng(0).random((1, 1 if sigmoid else 3, SIDE, SIDE), np.float32)
    own = onnxruntime.InferenceSession(rounded.SerializeToString()).run(None, {"image": values})[0]
    np.testing.assert_allclose(own * 256 % 1, 0)  # the file itself gives whole levels
    baked, expected = bake(rounded, spec), bake(plain, spec)
    for tap in ("probabilities", "scores"):
        np.testing.assert_array_equal(baked(IMAGES, (tap,))[tap], expected(IMAGES, (tap,))[tap])
    assert isinstance(baked, OnnxBaked)
    assert [note for note in baked.notes if "before that, since rounded ones do not sum to 1" in note]


def test_the_resolution_of_rounded_scores_is_a_level() -> None:
    step = 0.01  # a 258th of the span of these scores
    baked = bake(round_tensor(make_classifier(), "logits", step), RGB)
    assert isinstance(baked, OnnxBaked)
    assert baked.score_step == pytest.approx(step)
    answers = ReferenceAnswers(baked, [IMAGES]).answers
    assert step <= measure_resolution(baked, answers, answers).rounding < 1.01 * step
    plain = bake(make_classifier(), RGB)
    assert isinstance(plain, OnnxBaked)
    assert plain.score_step == 0
    assert measure_resolution(plain, answers, answers).rounding < step / 1000
