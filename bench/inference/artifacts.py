"""Files of a subject: our program, and for each peer the model as its users convert it."""

from __future__ import annotations

import json
import math
import shutil
import time
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from inference.subjects import BenchmarkedModel
from numpy.typing import NDArray

from webparity.bundle.write import SiteWriter
from webparity.models.baked import Baked, bake
from webparity.preprocessing.spec import Preprocessing

_OPSET = 17


@dataclass(frozen=True)
class Written:
    """What is known of a subject's files once they are written.

    Attributes:
        folder: where they lie.
        expected: probabilities of the trained model's own library, float32 [C].
        program_bytes: size of our program.
        weight_bytes: size of a network's kernels and of one bias a channel in float32: normalisations are folded in.
        program_s: seconds to write our program once its ONNX graph is built, as an export does it.
        tfjs_s: seconds to write the target `tfjs-graph`.
        onnx_s: seconds to build the ONNX graph.
    """

    folder: Path
    expected: NDArray[np.float32]
    program_bytes: int
    weight_bytes: int
    program_s: float
    tfjs_s: float
    onnx_s: float


def write_subject(subject: BenchmarkedModel, folder: Path) -> Written:
    """Write a subject's files, and `subject.json`, which names them and their inputs."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    model = subject.make()
    baked = bake(model, subject.preprocessing)
    pixels = subject.draw_pixels()
    expected = baked(pixels[np.newaxis])["probabilities"][0]
    labels = [str(number) for number in range(baked.classes)]
    writer = SiteWriter(folder)
    onnx_s, onnx = _measure(baked, labels, "onnx", writer)
    program_s, program = _measure(baked, labels, "wasm", writer)
    tfjs_s, tfjs = _measure(baked, labels, "tfjs_graph", writer)
    ways: dict[str, Any] = {"webparity": {"model": program[0]}}
    if subject.kind == "classifier":
        ways["onnxruntime-web"] = {"model": onnx[0], "feed": "image"}
        ways["tfjs"] = {"model": tfjs, "feed": "image"}
    else:
        ways |= write_bare(model, subject.preprocessing, folder)
    spec = subject.preprocessing
    values = pixels[..., : spec.depth].astype(np.float32) * spec.scale + spec.offset
    (folder / "pixels.bin").write_bytes(pixels.tobytes())
    (folder / "values.bin").write_bytes(np.ascontiguousarray(values, np.float32).tobytes())
    (folder / "expected.bin").write_bytes(expected.astype("<f4").tobytes())
    shape = [spec.height, spec.width, spec.depth]
    (folder / "subject.json").write_text(json.dumps({"name": subject.name, "shape": shape, "ways": ways}))
    return Written(
        folder=folder,
        expected=expected,
        program_bytes=(folder / program[0]).stat().st_size,
        weight_bytes=_count_weights(model) if subject.kind == "network" else 0,
        program_s=program_s,
        tfjs_s=tfjs_s,
        onnx_s=onnx_s,
    )


def _count_weights(network: Any) -> int:
    layers = [layer for layer in network.layers if hasattr(layer, "kernel")]
    return sum(4 * (math.prod(layer.kernel.shape) + layer.output.shape[-1]) for layer in layers)


def _measure(baked: Baked, labels: list[str], target: str, writer: SiteWriter) -> tuple[float, list[str]]:
    """Write one target, and measure the seconds it takes."""
    write = import_module(f"webparity.export.targets.{target}").TARGET.write
    began = time.perf_counter()
    artifact = write(baked, labels, writer, None)
    return time.perf_counter() - began, [artifact.entry, *artifact.files]


def write_bare(network: Any, spec: Preprocessing, folder: Path) -> dict[str, Any]:
    """Write the network without preprocessing for the peers, as their own users convert it: batch 1, float32 input."""
    import keras
    import tensorflow as tf
    import tf2onnx

    from webparity.export.tensorflow.freeze import freeze_graph
    from webparity.export.tfjs.converter import convert_function

    shape = (1, spec.height, spec.width, spec.depth)
    run = tf.function(lambda values: {"answer": network(values, training=False)})
    signature = tf.TensorSpec(shape, tf.float32, name="values")
    topology, weights, outputs = convert_function(run.get_concrete_function(signature))
    described = [{"name": name, "shape": list(array.shape), "dtype": str(array.dtype)} for name, array in weights]
    (folder / "tfjs.bin").write_bytes(b"".join(np.ascontiguousarray(array).tobytes() for _, array in weights))
    model = {"modelTopology": topology, "weightSpecs": described, "format": "graph-model"}
    model["weightsManifest"] = [{"paths": ["tfjs.bin"], "weights": described}]  # as a page finds them by itself
    (folder / "tfjs.json").write_text(json.dumps(model))
    frozen = freeze_graph(run.get_concrete_function(signature))
    tf2onnx.convert.from_graph_def(
        frozen.definition,
        input_names=[f"{name}:0" for name in frozen.inputs],
        output_names=[f"{name}:0" for name in frozen.outputs],
        opset=_OPSET,
        output_path=str(folder / "bare.onnx"),
    )
    network.export(
        str(folder / "bare.tflite"),
        format="litert",
        input_signature=[keras.InputSpec(dtype="float32", shape=shape)],
        verbose=False,
    )
    return {
        "litert": {"model": "bare.tflite"},
        "onnxruntime-web": {"model": "bare.onnx", "feed": "values"},
        "tfjs": {
            "model": "tfjs.json",
            "weights": "tfjs.bin",
            "feed": "values",
            "answer": outputs[0],
        },
    }
