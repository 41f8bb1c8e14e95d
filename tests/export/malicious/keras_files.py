"""`.keras` files with code, with parts that are not Keras's own, or with sizes that the file does not hold."""

from __future__ import annotations

import base64
import copy
import json
import marshal
import tempfile
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from malicious.case import Case

Node = dict[str, Any]


def _make_part(module: str | None, name: str, config: Any, registered: str | None = None) -> Node:
    return {"module": module, "class_name": name, "config": config, "registered_name": registered}


def _make_layer(kind: str, module: str = "keras.layers", **config: Any) -> Node:
    return _make_part(module, kind, {"name": "added", **config})


def _make_function(module: str, name: str) -> Node:
    return _make_part(module, "function", name, name)


def make_network(*layers: Node, **dense: Any) -> Node:
    """The config of a small network, with layers in front of its last, whose settings may be others."""
    last = _make_part("keras.layers", "Dense", {"name": "dense", "units": 2, "activation": "softmax", **dense})
    first = _make_part("keras.layers", "InputLayer", {"batch_shape": [None, 4, 4, 1], "name": "input"})
    flat = _make_part("keras.layers", "Flatten", {"name": "flatten"})
    return _make_part("keras", "Sequential", {"name": "network", "layers": [first, flat, *layers, last]})


def _make_weights(change: Callable[[h5py.File], None] = lambda _: None) -> bytes:
    stream = BytesIO()
    with h5py.File(stream, "w") as file:
        file["layers/dense/vars/0"] = np.ones((16, 2), np.float32)
        file["layers/dense/vars/1"] = np.zeros(2, np.float32)
        change(file)
    return stream.getvalue()


def make_archive(config: Any, weights: bytes | None = None) -> bytes:
    """A `.keras` file; a config that is bytes already is taken as it is."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as zipped:
        zipped.writestr("config.json", config if isinstance(config, bytes) else json.dumps(config))
        zipped.writestr("model.weights.h5", _make_weights() if weights is None else weights)
    return stream.getvalue()


def _write_config(config: Any) -> Callable[[Path, Path], None]:
    return lambda file, _: file.write_bytes(make_archive(config)) and None


def _write_weights(change: Callable[[h5py.File], None]) -> Callable[[Path, Path], None]:
    return lambda file, _: file.write_bytes(make_archive(make_network(), _make_weights(change))) and None


def _make_marshalled(canary: Path) -> Node:
    text = f"def run(values):\n    open({str(canary)!r}, 'w').close()\n    return values"
    space: dict[str, Any] = {}
    exec(text, space)
    run = space["run"]
    value = {"code": base64.b64encode(marshal.dumps(run.__code__)).decode(), "defaults": None, "closure": None}
    return _make_part("builtins", "__lambda__", value)


def _write_lambda(file: Path, canary: Path) -> None:
    file.write_bytes(make_archive(make_network(_make_layer("Lambda", function=_make_marshalled(canary)))))


def _write_lambda_by_inner_path(file: Path, canary: Path) -> None:
    inner = _make_layer("Lambda", "keras.src.layers.core.lambda_layer", function=_make_marshalled(canary))
    file.write_bytes(make_archive(make_network(inner)))


def _write_lambda_in_network_in_network(file: Path, canary: Path) -> None:
    inner = make_network(_make_layer("Lambda", function=_make_marshalled(canary)))
    file.write_bytes(make_archive(make_network(inner)))


def _write_lambda_as_activation(file: Path, canary: Path) -> None:
    file.write_bytes(make_archive(make_network(activation=_make_marshalled(canary))))


def _write_h5_lambda(file: Path, canary: Path) -> None:
    """The older format, in which Keras runs Lambda layers of a file whatever its mode."""
    code = base64.b64encode(_make_plain_code(canary)).decode()
    function = {
        "class_name": "Lambda",
        "config": {"name": "added", "function_type": "lambda", "function": [code, None, None]},
    }
    first = {"class_name": "InputLayer", "config": {"batch_shape": [None, 4, 4, 1], "name": "input"}}
    with h5py.File(file, "w") as weights:
        config = {"class_name": "Sequential", "config": {"name": "network", "layers": [first, function]}}
        weights.attrs["model_config"] = json.dumps(config)
        weights.attrs["keras_version"] = "3.15.1"
        weights.create_group("model_weights").attrs["layer_names"] = np.array([b"input", b"added"])


def _make_plain_code(canary: Path) -> bytes:
    return base64.b64decode(_make_marshalled(canary)["config"]["code"])


def _load_unsafe(file: Path) -> object:
    import keras

    return keras.models.load_model(file, compile=False, safe_mode=False)


def _load_as_h5(file: Path) -> object:
    with tempfile.TemporaryDirectory() as folder:
        named = Path(folder) / "model.h5"
        named.write_bytes(file.read_bytes())
        return _load_unsafe(named)


def _write_nested_deep(file: Path, _: Path) -> None:
    config: Any = {}
    for _ in range(150):
        config = {"layers": [config]}
    file.write_bytes(make_archive({**make_network(), "build_config": config}))


def _write_nested_too_deep_to_parse(file: Path, _: Path) -> None:
    file.write_bytes(make_archive(b'{"class_name":' * 10**5))


def _write_external(file: h5py.File) -> None:
    del file["layers/dense/vars/1"]
    file["layers/dense/vars"].create_dataset("1", (2,), "f4", external=[("/etc/passwd", 0, 8)])


def _write_virtual(file: h5py.File) -> None:
    del file["layers/dense/vars/1"]
    layout = h5py.VirtualLayout((2,), "f4")
    layout[:] = h5py.VirtualSource("other.h5", "secret", (2,))
    file.create_virtual_dataset("layers/dense/vars/1", layout)


def _make_empty(**settings: Any) -> Callable[[h5py.File], None]:
    return lambda file: file.create_dataset("bomb", (10**6, 10**6), "f4", **settings) and None


def _make_compiled_inside() -> Node:
    inner = copy.deepcopy(make_network())
    inner["compile_config"] = {"optimizer": "adam", "loss": _make_function("os", "system")}
    inner["config"]["name"] = "inner"
    return make_network(inner)


_PARTS: dict[str, tuple[Any, str]] = {
    "class-of-os": (
        make_network(_make_layer("system", "os", command="true")),
        "own parts; received model.keras with system of os",
    ),
    "class-of-subprocess": (make_network(_make_layer("Popen", "subprocess", args="true")), "Popen of subprocess"),
    "function-of-os": (make_network(activation=_make_function("os", "system")), "system of os"),  # CVE-2025-1550
    "function-of-builtins": (make_network(activation=_make_function("builtins.eval", "eval")), "eval of builtins.eval"),
    "get-file": (
        make_network(activation=_make_function("keras.utils", "get_file")),
        "get_file of keras.utils",
    ),  # CVE-2025-8747
    "get-file-as-class": (
        make_network(_make_layer("get_file", "keras.utils", origin="file:///etc/passwd")),
        "get_file",
    ),
    "get-file-by-inner-path": (
        make_network(activation=_make_function("keras.src.utils.file_utils", "get_file")),
        "keras.src.utils.file_utils",
    ),
    "unsafe-switch": (  # CVE-2025-9906
        make_network(activation=_make_function("keras.config", "enable_unsafe_deserialization")),
        "enable_unsafe_deserialization",
    ),
    "load-model": (make_network(activation=_make_function("keras.models", "load_model")), "load_model of keras.models"),
    "deserialize": (make_network(activation=_make_function("keras.activations", "deserialize")), "deserialize"),
    "registered-name": (make_network(_make_part("keras.layers", "Dense", {"units": 2}, "Custom>Evil")), "Custom>Evil"),
    "no-module": (make_network(_make_part(None, "Evil", {}, "Evil")), "received model.keras with Evil"),
    "typespec": (
        make_network({**_make_part("tensorflow", "__typespec__", []), "spec_name": "TensorSpec"}),
        "__typespec__ of tensorflow",
    ),
    "loss-of-an-inner-network": (_make_compiled_inside(), "system of os"),
    "saved-model-layer": (make_network(_make_layer("TFSMLayer", filepath="elsewhere")), "reads a SavedModel"),
    "torch-layer": (make_network(_make_layer("TorchModuleWrapper", module="gASV")), "holds a pickle"),
    "jax-layer": (make_network(_make_layer("JaxLayer", call_fn=None)), "holds Python functions"),
    "vocabulary-path": (  # CVE-2025-12058
        make_network(_make_layer("StringLookup", vocabulary="/etc/passwd")),
        "own data; received one with vocabulary = '/etc/passwd'",
    ),
    "vocabulary-weights-path": (make_network(_make_layer("TextVectorization", idf_weights="gs://there")), "gs://there"),
    "no-network": ([1, 2], "describes one network"),
    "huge-config": (make_network(_make_layer("Dense", units=2, note="x" * 2**24)), "bytes of JSON"),
    "number-of-a-million-digits": (b'{"class_name": ' + b"9" * 10**6 + b"}", "valid JSON"),
}
_BOMBS: dict[str, tuple[Any, str]] = {
    "dense": (make_network(_make_layer("Dense", units=10**9)), "weights in the file"),
    "embedding": (make_network(_make_layer("Embedding", input_dim=10**9, output_dim=64)), "weights in the file"),
    "many-layers": (
        make_network(*(_make_layer("Dense", units=30_000, name=f"dense_{n}") for n in range(4))),
        "weights in the",
    ),
    "upsampling": (
        make_network(
            _make_layer("Reshape", target_shape=[4, 4, 1]),
            _make_layer("UpSampling2D", size=[10**5, 10**5], name="up"),
            _make_layer("GlobalMaxPooling2D", name="pool"),
            _make_layer("RepeatVector", n=16, name="repeat"),  # as many as the weights are for
            _make_layer("Flatten", name="flat"),
        ),
        "values per image",
    ),
}
_LINKS: dict[str, tuple[Callable[[h5py.File], None], str]] = {
    "external-link": (lambda file: file.__setitem__("more", h5py.ExternalLink("/etc/passwd", "/")), "without links"),
    "soft-link": (lambda file: file.__setitem__("more", h5py.SoftLink("/layers")), "without links"),
    "external-storage": (_write_external, "in the file itself"),
    "virtual-dataset": (_write_virtual, "in the file itself"),
    "unwritten": (_make_empty(), "whole and uncompressed"),
    "compressed": (_make_empty(chunks=(1000, 1000), compression="gzip"), "whole and uncompressed"),
    "text": (lambda file: file.__setitem__("text", ["a", "b"]), "arrays of numbers"),
}
_OF_CODE = "holds no code; received model.keras with {}"
CASES = [
    Case("keras-lambda", "model.keras", _write_lambda, _OF_CODE.format("Lambda"), _load_unsafe),
    Case(
        "keras-lambda-by-inner-path",
        "model.keras",
        _write_lambda_by_inner_path,
        _OF_CODE.format("Lambda"),
        _load_unsafe,
    ),
    Case(
        "keras-lambda-two-deep",
        "model.keras",
        _write_lambda_in_network_in_network,
        _OF_CODE.format("(Lambda|__lambda__)"),
        _load_unsafe,
    ),
    Case("keras-lambda-as-activation", "model.keras", _write_lambda_as_activation, _OF_CODE.format("__lambda__")),
    Case("h5-lambda", "model.h5", _write_h5_lambda, "HDF5 model.*--trust", _load_as_h5),
    Case("h5-lambda-named-hdf5", "model.hdf5", _write_h5_lambda, "HDF5 model.*--trust", _load_as_h5),
    Case("h5-lambda-named-keras", "model.keras", _write_h5_lambda, "by its first bytes", _load_as_h5),
    Case("keras-nested-deep", "model.keras", _write_nested_deep, "nested at most"),
    Case("keras-nested-too-deep-to-parse", "model.keras", _write_nested_too_deep_to_parse, "nested at most"),
    *(Case(f"keras-{name}", "model.keras", _write_config(config), said) for name, (config, said) in _PARTS.items()),
    *(
        Case(f"keras-shape-bomb-{name}", "model.keras", _write_config(config), said)
        for name, (config, said) in _BOMBS.items()
    ),
    *(
        Case(f"keras-weights-{name}", "model.keras", _write_weights(change), said)
        for name, (change, said) in _LINKS.items()
    ),
]
