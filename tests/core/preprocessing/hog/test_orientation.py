"""Every gradient of integer pixels falls into the bin that skimage gives it, in every adapter."""

from __future__ import annotations

from math import atan2, pi

import numpy as np
import onnxruntime
import pytest
import tensorflow as tf
from onnx import TensorProto, helper
from skimage.feature import _hoghistogram

from webparity.preprocessing.hog.orientation import compare_with_edges, find_edge_directions
from webparity.preprocessing.hog.settings import MAX_ORIENTATIONS
from webparity.tensor_ops.tracers.to_numpy import NumpyOps
from webparity.tensor_ops.tracers.to_onnx import OnnxOps, OnnxTensor
from webparity.tensor_ops.tracers.to_tensorflow import TensorFlowOps

LEVELS = np.arange(-255, 256)
DX, DY = (plane[np.newaxis, np.newaxis].astype(np.float64) for plane in np.meshgrid(LEVELS, LEVELS))
MOVES = (DX != 0) | (DY != 0)  # without a magnitude there is no vote


def _run_skimage(orientations: int) -> np.ndarray:
    """Bins as `skimage/feature/_hoghistogram.pyx` decides them: float64 angles against float32 edges."""
    angles = np.arctan2(DY, DX) * (180 / np.pi) % 180
    edges = [np.float64(np.float32(180.0 / orientations * bin_)) for bin_ in range(1, orientations + 1)]
    bins: np.ndarray = np.searchsorted(edges, angles, side="right")
    return bins


def _run_onnx(dx: np.ndarray, dy: np.ndarray, orientations: int) -> np.ndarray:
    ops = OnnxOps("bins")
    out = compare_with_edges(ops, OnnxTensor(ops, "dx"), OnnxTensor(ops, "dy"), orientations)
    shape = ["N", 1, "H", "W"]
    graph = helper.make_graph(
        ops.nodes,
        "bins",
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name in ("dx", "dy")],
        [helper.make_tensor_value_info(out.name, TensorProto.FLOAT, ["N", orientations, "H", "W"])],
        list(ops.initializers.values()),
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    (past,) = session.run(None, {"dx": dx.astype(np.float32), "dy": dy.astype(np.float32)})
    return np.asarray(past)


def _run_tensorflow(dx: np.ndarray, dy: np.ndarray, orientations: int) -> np.ndarray:
    real = [tf.constant(component, dtype=tf.float32) for component in (dx, dy)]
    return np.asarray(compare_with_edges(TensorFlowOps(), *real, orientations))


def _run_numpy(dx: np.ndarray, dy: np.ndarray, orientations: int) -> np.ndarray:
    return compare_with_edges(NumpyOps(), dx, dy, orientations)


ADAPTERS = {"numpy": _run_numpy, "tensorflow": _run_tensorflow, "onnx": _run_onnx}


def _find_bins(past: np.ndarray) -> np.ndarray:
    assert set(np.unique(past)) <= {0.0, 1.0}
    assert (np.diff(past, axis=1) <= 0)[np.broadcast_to(MOVES, past[:, 1:].shape)].all()
    bins: np.ndarray = past.sum(axis=1, keepdims=True) - 1
    return bins


@pytest.mark.parametrize("adapter", ADAPTERS)
@pytest.mark.parametrize("orientations", range(1, MAX_ORIENTATIONS + 1))
def test_every_integer_gradient_has_skimages_bin(adapter: str, orientations: int) -> None:
    bins = _find_bins(ADAPTERS[adapter](DX, DY, orientations))
    assert (bins == _run_skimage(orientations))[MOVES].all()


def test_directions_are_exact_in_float32_and_close_to_their_angle() -> None:
    for orientations in range(1, MAX_ORIENTATIONS + 1):
        for bin_, (x, y) in enumerate(find_edge_directions(orientations).tolist()):
            assert 255 * max(abs(x), y) < 2**24
            assert abs(atan2(y, x) - pi * bin_ / orientations) < 2e-7  # float32 degrees are off by 1.3e-7 themselves


def test_edges_that_integer_gradients_meet_are_met_exactly() -> None:
    assert find_edge_directions(8).tolist()[::2] == [[1, 0], [1, 1], [0, 1], [-1, 1]]


def test_the_oracle_is_skimages_own_histogram() -> None:
    cells = len(LEVELS)
    for orientations in (4, 9):
        votes = np.zeros((cells, cells, orientations))
        _hoghistogram.hog_histograms(DX[0, 0], DY[0, 0], 1, 1, cells, cells, cells, cells, orientations, votes)
        assert (np.argmax(votes, axis=-1) == _run_skimage(orientations)[0, 0])[MOVES[0, 0]].all()
