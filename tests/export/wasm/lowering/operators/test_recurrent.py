"""Recurrent layers give what onnxruntime gives; ONNX' node tests cover sequences whose batch comes first."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from beside_onnxruntime import hold_node
from onnx import helper
from onnx_programs import Array, make_noise

GATES = {"RNN": 1, "GRU": 3, "LSTM": 4}
LENGTH, BATCH, WIDTH, SIZE = 6, 3, 5, 4
OUTPUTS = {"RNN": ["y", "h"], "GRU": ["y", "h"], "LSTM": ["y", "h", "c"]}


def hold(
    operator: str, attributes: dict[str, Any], *, lengths: bool = False, more: Any = (), known: bool = True
) -> None:
    directions = 2 if attributes.get("direction") == "bidirectional" else 1
    rows = GATES[operator] * SIZE
    constants: dict[str, Array] = {
        "w": make_noise(directions, rows, WIDTH, seed=1),
        "r": make_noise(directions, rows, SIZE, seed=2),
        "b": make_noise(directions, 2 * rows, seed=3),
        "h0": make_noise(directions, BATCH, SIZE, seed=4),
        "c0": make_noise(directions, BATCH, SIZE, seed=5),
        "p": make_noise(directions, 3 * SIZE, seed=6),
        "lengths": np.int32([LENGTH, 2, 4]),
    }
    inputs = ["x", "w", "r", "b", "lengths" if lengths else "", *more]
    node = helper.make_node(operator, inputs, OUTPUTS[operator], hidden_size=SIZE, **attributes)
    given = {name: constants[name] for name in inputs[1:] if name}
    feeds = {"x": make_noise(LENGTH, BATCH, WIDTH)}
    if known:
        hold_node(node, feeds, given, rtol=1e-5, atol=1e-6)
    else:
        hold_node(node, feeds | given, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("operator", GATES)
@pytest.mark.parametrize("direction", ["forward", "reverse", "bidirectional"])
@pytest.mark.parametrize("lengths", [False, True])
@pytest.mark.parametrize("known", [False, True])
def test_directions_and_sequences_of_different_lengths(
    operator: str, direction: str, lengths: bool, known: bool
) -> None:
    states = ["h0", "c0"] if operator == "LSTM" else ["h0"]
    hold(operator, {"direction": direction}, lengths=lengths, more=states, known=known)


@pytest.mark.parametrize("known", [False, True])
@pytest.mark.parametrize(
    ("operator", "attributes"),
    [
        ("GRU", {"linear_before_reset": 1}),
        ("LSTM", {"input_forget": 1}),
        ("LSTM", {"clip": 0.3}),
        ("GRU", {"clip": 0.3}),
        (
            "LSTM",
            {"activations": ["HardSigmoid", "Softsign", "Relu"], "activation_alpha": [0.3], "activation_beta": [0.4]},
        ),
        ("GRU", {"activations": ["Sigmoid", "LeakyRelu"], "activation_alpha": [0.2]}),
        ("RNN", {"activations": ["Elu"], "activation_alpha": [0.7]}),
        ("RNN", {"activations": ["ThresholdedRelu"], "activation_alpha": [0.3]}),
        ("RNN", {"activations": ["Affine"], "activation_alpha": [0.5], "activation_beta": [0.1]}),
        ("RNN", {"activations": ["ScaledTanh"], "activation_alpha": [0.5], "activation_beta": [2.0]}),
        ("RNN", {"activations": ["Softplus"]}),
    ],
)
def test_what_layers_may_be_asked_for(operator: str, attributes: dict[str, Any], known: bool) -> None:
    hold(operator, attributes, known=known)


def test_peepholes() -> None:
    hold("LSTM", {}, more=["h0", "c0", "p"])
    hold("LSTM", {"direction": "bidirectional"}, more=["", "", "p"], known=False)
