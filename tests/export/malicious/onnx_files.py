"""ONNX files that lead out of their folder, never end, take all memory, or need code of others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from malicious.case import Case
from onnx import ModelProto, TensorProto, helper, numpy_helper
from own_onnx import make_classifier


def _write(change: Callable[[ModelProto], object]) -> Callable[[Path, Path], None]:
    def write(file: Path, _: Path) -> None:
        model = make_classifier()
        change(model)
        file.write_bytes(model.SerializeToString())

    return write


def _move_out(location: str) -> Callable[[ModelProto], object]:
    def change(model: ModelProto) -> None:
        tensor = model.graph.initializer[0]
        tensor.ClearField("raw_data")
        tensor.data_location = TensorProto.EXTERNAL
        tensor.external_data.add(key="location", value=location)

    return change


def _put_before(*nodes: Any, **constants: Any) -> Callable[[ModelProto], object]:
    """Nodes before the network, the last of which gives `maps0`, which is added to its maps."""

    def change(model: ModelProto) -> None:
        kept = list(model.graph.node)
        kept[1].input[0] = "sum"
        del model.graph.node[:]
        model.graph.node.extend([*nodes, kept[0], helper.make_node("Add", ["maps", "maps0"], ["sum"]), *kept[1:]])
        model.graph.initializer.extend(
            numpy_helper.from_array(np.asarray(each), name) for name, each in constants.items()
        )

    return change


def _loop(model: ModelProto) -> None:
    body = helper.make_graph(
        [helper.make_node("Identity", ["going"], ["still"])],
        "body",
        [
            helper.make_tensor_value_info("turn", TensorProto.INT64, []),
            helper.make_tensor_value_info("going", TensorProto.BOOL, []),
        ],
        [helper.make_tensor_value_info("still", TensorProto.BOOL, [])],
    )
    model.graph.node.append(helper.make_node("Loop", ["", ""], [], body=body))


def _own_function(model: ModelProto) -> None:
    model.functions.add(name="f", domain="own")


def _circle(model: ModelProto) -> None:
    model.graph.node[1].input[0] = "row"


_BOMBS: dict[str, tuple[Callable[[ModelProto], object], str]] = {
    "fill": (
        _put_before(
            helper.make_node("ConstantOfShape", ["size"], ["filled"]),
            helper.make_node("ReduceMax", ["filled"], ["maps0"], keepdims=0),
            size=np.array([1, 6, 2**20, 2**20]),
        ),
        "at most .* elements",
    ),
    "expand": (
        _put_before(
            helper.make_node("Expand", ["one", "size"], ["wide"]),
            helper.make_node("ReduceMax", ["wide"], ["maps0"], keepdims=0),
            one=np.float32(1).reshape(1, 1),
            size=np.array([2**16, 2**16]),
        ),
        "at most .* elements",
    ),
    "tile-of-unknown-size": (
        _put_before(
            helper.make_node("NonZero", ["image"], ["places"]),
            helper.make_node("ReduceMax", ["places"], ["most"], keepdims=0),
            helper.make_node("Add", ["most", "huge"], ["stop"]),
            helper.make_node("Range", ["zero", "stop", "step"], ["numbers"]),
            helper.make_node("ReduceMax", ["numbers"], ["last"], keepdims=0),
            helper.make_node("Cast", ["last"], ["maps0"], to=TensorProto.FLOAT),
            huge=np.int64(2**40),
            zero=np.int64(0),
            step=np.int64(1),
        ),
        "Expected ",
    ),
}
_OTHERS: dict[str, tuple[Callable[[ModelProto], object], str]] = {
    "above": (_move_out("../weights.bin"), "lead out of the model's folder"),
    "absolute": (_move_out("/etc/passwd"), "lead out of the model's folder"),
    "missing-data": (_move_out("weights.bin"), "no such file"),
    "loop": (_loop, "without loops"),
    "function": (_own_function, "without loops and functions"),
    "foreign-operator": (
        lambda model: setattr(model.graph.node[1], "domain", "com.example"),
        "operators of ONNX alone",
    ),
    "circle": (_circle, "Expected "),
    "unknown-operator": (lambda model: setattr(model.graph.node[1], "op_type", "Nothing"), "Expected "),
    "negative-shape": (lambda model: model.graph.initializer[0].dims.append(-5), "at most .* elements"),
    "short-tensor": (lambda model: model.graph.initializer[0].dims.append(2**10), "as large as their shape"),
    "old-operators": (lambda model: setattr(model.opset_import[0], "version", 2), "operator set"),
}


def _write_bytes(data: bytes) -> Callable[[Path, Path], None]:
    return lambda file, _: file.write_bytes(data) and None


CASES = [
    *(
        Case(id=f"onnx-{name}", name="model.onnx", write=_write(change), said=said)
        for name, (change, said) in (_BOMBS | _OTHERS).items()
    ),
    Case(id="onnx-empty", name="model.onnx", write=lambda file, _: file.touch(), said="Expected an ONNX file"),
    Case(id="onnx-noise", name="model.onnx", write=_write_bytes(b"\xff" * 999), said="Expected an ONNX file"),
    Case(
        id="onnx-cut",
        name="model.onnx",
        write=_write_bytes(make_classifier().SerializeToString()[:400]),
        said="Expected an ONNX file",
    ),
]
