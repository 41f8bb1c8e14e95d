"""Small ONNX image classifiers as other libraries write them, for tests of ONNX files as models."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

SIDE: Final = 12
CLASSES: Final = 4
_KERNELS: Final = 6


def make_weights(seed: int = 0) -> dict[str, NDArray[np.float32]]:
    """Make the weights of a convolution and a matrix, for RGB."""
    random = np.random.default_rng(seed)
    shapes = {"kernel": (_KERNELS, 3, 3, 3), "bias": (_KERNELS,), "matrix": (_KERNELS, CLASSES), "offset": (CLASSES,)}
    return {name: random.normal(0, 0.5, shape).astype(np.float32) for name, shape in shapes.items()}


def make_classifier(
    *,
    nchw: bool = True,
    shape: Sequence[int | str] | None = None,
    opset: int = 17,
    ir_version: int = 8,
    softmax: bool = True,
    dtype: int = TensorProto.FLOAT,
    input_dtype: int | None = None,
    auto_pad: str = "SAME_UPPER",
) -> ModelProto:
    """Make a network of convolution, ReLU, mean and matrix, as PyTorch (nchw) or TensorFlow (not) would write it.

    Args:
        nchw: whether the input is [N, 3, H, W].
        shape: of the input; by default of a free batch and a fixed size.
        opset: version of ONNX's operators, 7 to 21.
        ir_version: of the file; before 4, weights are inputs as well.
        softmax: whether it ends in softmax, or in logits.
        dtype: of weights and computation.
        input_dtype: of the input, which is cast; by default as the weights.
        auto_pad: of the convolution.
    """
    weights = make_weights()
    nodes: list[NodeProto] = []
    x = "image"
    if input_dtype not in {None, dtype}:
        nodes.append(helper.make_node("Cast", [x], ["cast"], to=dtype))
        x = "cast"
    if not nchw:
        nodes.append(helper.make_node("Transpose", [x], ["first"], perm=[0, 3, 1, 2]))
        x = "first"
    nodes += [
        helper.make_node("Conv", [x, "kernel", "bias"], ["maps"], auto_pad=auto_pad, strides=[2, 2]),
        helper.make_node("Relu", ["maps"], ["positive"]),
        helper.make_node("GlobalAveragePool", ["positive"], ["means"]),
        helper.make_node("Flatten", ["means"], ["row"]),
        helper.make_node("Gemm", ["row", "matrix", "offset"], ["logits"]),
    ]
    if softmax:
        nodes.append(helper.make_node("Softmax", ["logits"], ["answer"], axis=1))
    size = list(shape or (["N", 3, SIDE, SIDE] if nchw else ["N", SIDE, SIDE, 3]))
    inputs = [helper.make_tensor_value_info("image", dtype if input_dtype is None else input_dtype, size)]
    numpy_type = helper.tensor_dtype_to_np_dtype(dtype)
    tensors = [numpy_helper.from_array(each.astype(numpy_type), name) for name, each in weights.items()]
    if ir_version < 4:
        inputs += [helper.make_tensor_value_info(each.name, each.data_type, list(each.dims)) for each in tensors]
    answer = helper.make_tensor_value_info("answer" if softmax else "logits", dtype, [size[0], CLASSES])
    graph = helper.make_graph(nodes, "classifier", inputs, [answer], tensors)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=ir_version)
    onnx.checker.check_model(model)
    return model


def make_dense(shape: Sequence[int | str], *, sigmoid: bool = False) -> ModelProto:
    """Make a network of one matrix over all pixels; with a sigmoid, of one output."""
    count = int(np.prod([n for n in shape[1:] if isinstance(n, int)]))
    random = np.random.default_rng(1)
    columns = 1 if sigmoid else CLASSES
    matrix = numpy_helper.from_array(random.normal(0, 0.3, (count, columns)).astype(np.float32), "matrix")
    size = numpy_helper.from_array(np.array([-1, count]), "size")
    nodes = [
        helper.make_node("Reshape", ["image", "size"], ["row"]),
        helper.make_node("MatMul", ["row", "matrix"], ["logits"]),
        helper.make_node("Sigmoid" if sigmoid else "Softmax", ["logits"], ["answer"]),
    ]
    image = helper.make_tensor_value_info("image", TensorProto.FLOAT, list(shape))
    answer = helper.make_tensor_value_info("answer", TensorProto.FLOAT, ["N", columns])
    graph = helper.make_graph(nodes, "dense", [image], [answer], [matrix, size])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def run_model(model: ModelProto, values: NDArray[Any]) -> NDArray[Any]:
    """Run a model by ONNX's reference implementation, which shares nothing with onnxruntime."""
    from onnx.reference import ReferenceEvaluator

    answers: NDArray[Any] = ReferenceEvaluator(model).run(None, {"image": values})[0]
    return answers
