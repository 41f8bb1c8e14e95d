"""Single nodes as programs, held to what onnxruntime gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from onnx import NodeProto, ValueInfoProto, helper, numpy_helper
from onnx_programs import Array, compile_model, run_onnxruntime, run_program


def hold_node(
    node: NodeProto,
    feeds: Mapping[str, Array],
    constants: Mapping[str, Array] | None = None,
    *,
    opset: int = 21,
    **tolerance: Any,
) -> list[Array]:
    """Compile a node, run it, and compare each output with onnxruntime's: shape, type, elements.

    Args:
        node: the node.
        feeds: its inputs that are known only when it runs.
        constants: those that are initializers.
        opset: version of ONNX's operators.
        tolerance: of `numpy.testing.assert_allclose`; none, and the bits must be the same.

    Returns:
        What the program gives.
    """
    graph = helper.make_graph(
        [node],
        "graph",
        [
            helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(array.dtype), array.shape)
            for name, array in feeds.items()
        ],
        [ValueInfoProto(name=name) for name in node.output if name],
        [numpy_helper.from_array(np.asarray(array), name) for name, array in (constants or {}).items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=10)
    received = run_program(compile_model(model, feeds, opset=opset), list(feeds.values()))
    expected = run_onnxruntime(model, feeds)
    assert len(received) == len(expected)
    for got, wanted in zip(received, expected, strict=True):
        assert (got.shape, got.dtype) == (wanted.shape, wanted.dtype)
        if tolerance:
            np.testing.assert_allclose(got, wanted, **tolerance)
        else:
            np.testing.assert_array_equal(got, wanted)
    return received
