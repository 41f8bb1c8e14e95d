"""Einsum of any number of operands gives what NumPy and onnxruntime give."""

from __future__ import annotations

import numpy as np
import pytest
from beside_onnxruntime import hold_node
from onnx import helper
from onnx_programs import make_noise

SIDES = {"a": 2, "b": 3, "c": 4, "d": 5, "e": 2}


@pytest.mark.parametrize(
    "equation",
    [
        *("ab,bc,cd->ad", "ab,ab,ab->b", "a,b,c->cab", "abc,bd,cd,e->ae", "ab,bc,ca->", "ab,cd->", "aab,bc->ac"),
        *("ab,b", "abc->c", "aab->ab", "abc,abd->abcd", "...ab,...bc->...ac", "ab...,bc...->ac...", "...,...->..."),
        *("bac,cad,bd->...", "abcd,cde,ae->bde"),
    ],
)
@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_equations(equation: str, dtype: str) -> None:
    terms = equation.partition("->")[0].split(",")
    names = [f"x{place}" for place in range(len(terms))]
    feeds = {}
    for place, (name, term) in enumerate(zip(names, terms, strict=True)):
        shape = [side for label in term.replace("...", "*") for side in ([3, 2] if label == "*" else [SIDES[label]])]
        feeds[name] = make_noise(*shape, seed=place).astype(dtype)
    node = helper.make_node("Einsum", names, ["y"], equation=equation)
    (got,) = hold_node(node, feeds, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(got, np.einsum(equation, *feeds.values()), rtol=1e-4, atol=1e-5)


def test_an_axis_of_one_is_repeated() -> None:
    node = helper.make_node("Einsum", ["x", "y"], ["z"], equation="...ab,...bc->...ac")
    hold_node(node, {"x": make_noise(1, 4, 2, 3), "y": make_noise(5, 1, 3, 4)}, rtol=1e-5, atol=1e-5)
