"""ONNX's node tests, written for older operator sets wherever these allow it, give what onnxruntime gives."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import onnx
import pytest
from onnx import defs
from onnx_node_tests import NEWEST_OPSET, NodeTest, compile_node_test, hold_outputs, load_node_tests
from onnx_programs import run_onnxruntime
from onnxruntime.capi import onnxruntime_pybind11_state as faults

from webparity.errors import UnsupportedModelError
from webparity.export.wasm.lowering.registry import OPERATORS
from webparity.program.instance import ProgramInstance

# Those of the newest sets run in `make test`, in `parity_tests/programs`.
pytestmark = [pytest.mark.slow, pytest.mark.full]

# What onnxruntime promises to run begins here.
OLDEST_OPSET = 7
# onnxruntime rounds the size before it aligns corners, and counts places in the shape that is asked for; ONNX does not.
OTHER_IN_ONNXRUNTIME = {
    "test_maxunpool_export_with_output_shape",
    "test_resize_downsample_scales_cubic_align_corners",
    "test_resize_downsample_scales_linear_align_corners",
}


def list_versions(operator: str) -> list[int]:
    schemas = [each for each in defs.get_all_schemas_with_history() if each.name == operator and not each.domain]
    return [each.since_version for each in schemas if OLDEST_OPSET <= each.since_version <= NEWEST_OPSET]


def rewrite(test: NodeTest) -> Iterator[NodeTest]:
    """The test for each older version of its operator that takes the same inputs and attributes."""
    feeds = dict(zip([each.name for each in test.model.graph.input], test.inputs, strict=False))
    for version in list_versions(test.operator):
        if version >= test.opset:
            continue
        model = copy.deepcopy(test.model)
        model.opset_import[0].version = version
        model.ir_version = 8
        try:
            onnx.checker.check_model(model, full_check=True)
            outputs = [np.asarray(each) for each in run_onnxruntime(model, feeds)]
        except (
            onnx.checker.ValidationError,
            onnx.shape_inference.InferenceError,
            faults.Fail,
            faults.InvalidArgument,
            faults.InvalidGraph,
            faults.NotImplemented,
        ):
            continue
        yield replace(test, name=f"{test.name} of {version}", model=model, outputs=outputs)


def test_operators_of_older_sets_give_what_onnxruntime_gives() -> None:
    held = 0
    for newest in load_node_tests():
        if newest.operator not in OPERATORS or newest.name in OTHER_IN_ONNXRUNTIME:
            continue
        for test in rewrite(newest):
            try:
                program, inputs = compile_node_test(test)
            except UnsupportedModelError:
                continue
            hold_outputs(test, ProgramInstance(program).run(inputs))
            held += 1
    assert held > 800
