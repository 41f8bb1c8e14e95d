"""A bundle small enough to write by hand: 4 x 4 RGB images, a linear layer and a softmax, in ONNX."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import onnx.helper as oh
import pytest
from linear_program import make_linear_program
from numpy.typing import NDArray
from PIL import Image

from webparity.bundle.manifest import Artifact, FileEntry, GoldenImage, Manifest, encode_float32, to_json
from webparity.bundle.read import Bundle, open_bundle
from webparity.preprocessing.spec import Preprocessing
from webparity.verification.tolerance import TOLERANCES

SIDE, CLASSES, IMAGES = 4, 3, 5
OUTPUTS = {"probabilities": "p", "scores": "s", "pixels": "x"}


def make_weights() -> NDArray[np.float32]:
    return np.random.default_rng(7).normal(0, 0.01, (SIDE * SIDE * 3, CLASSES)).astype(np.float32)


def make_linear_model(matrix: NDArray[np.float32]) -> onnx.ModelProto:
    """uint8 [1, H, W, 3] to its pixels, `pixels @ matrix` and their softmax."""
    graph = oh.make_graph(
        [
            oh.make_node("Cast", ["image"], ["x"], to=onnx.TensorProto.FLOAT),
            oh.make_node("Reshape", ["x", "flat"], ["row"]),
            oh.make_node("MatMul", ["row", "w"], ["s"]),
            oh.make_node("Softmax", ["s"], ["p"], axis=-1),
        ],
        "linear",
        [oh.make_tensor_value_info("image", onnx.TensorProto.UINT8, ["n", "h", "w", 3])],
        [oh.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None) for name in ("p", "s", "x")],
        [
            onnx.numpy_helper.from_array(np.array([1, -1]), "flat"),
            onnx.numpy_helper.from_array(matrix, "w"),
        ],
    )
    return oh.make_model(graph, opset_imports=[oh.make_opsetid("", 17)], ir_version=8)


def answers(pixels: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Scores and probabilities as the trained model would give them, rounded once at the end."""
    scores = pixels.reshape(-1).astype(np.float64) @ make_weights().astype(np.float64)
    exponents = np.exp(scores - scores.max())
    return scores.astype(np.float32), (exponents / exponents.sum()).astype(np.float32)


def write_tiny_bundle(folder: Path, matrix: NDArray[np.float32] | None = None, *, program: bool = False) -> Bundle:
    """Write `site/` with the model of `matrix`, if asked as a program too, and golden answers of the true weights."""
    site = folder / "site"
    (site / "golden").mkdir(parents=True)
    golden = []
    for index in range(IMAGES):
        pixels = np.random.default_rng(index).integers(0, 256, (SIDE, SIDE, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(site / "golden" / f"{index}.png")
        scores, probabilities = answers(pixels)
        golden.append(
            GoldenImage(
                file=f"golden/{index}.png",
                title=str(index),
                width=SIDE,
                height=SIDE,
                rgb8=hashlib.sha256(pixels.tobytes()).hexdigest(),
                label=int(np.argmax(probabilities)),
                scores=encode_float32(scores),
                probabilities=encode_float32(probabilities),
            )
        )
    (site / "model.onnx").write_bytes(
        make_linear_model(make_weights() if matrix is None else matrix).SerializeToString()
    )
    if program:
        weights = make_weights() if matrix is None else matrix
        (site / "model.program").write_bytes(make_linear_program(weights, SIDE).encode())
    files = sorted(file for file in site.rglob("*") if file.is_file())
    manifest = Manifest(
        format=1,
        contract="rgb8/1",
        name="tiny",
        labels=[str(label) for label in range(CLASSES)],
        preprocessing=Preprocessing(height=SIDE, width=SIDE, channels="rgb"),
        artifacts=[
            Artifact(
                id=f"{target}-float32",
                target=target,
                precision="float32",
                entry=name,
                files=[name],
                bytes=(site / name).stat().st_size,
                ops=["Cast", "MatMul", "Reshape", "Softmax"],
                input="image",
                outputs=dict(OUTPUTS),
            )
            for target, name in (("onnx", "model.onnx"), ("wasm", "model.program"))
            if (site / name).is_file()
        ],
        golden=golden,
        tolerances=dict(TOLERANCES),
        files={
            file.relative_to(site).as_posix(): FileEntry(
                sha256=hashlib.sha256(file.read_bytes()).hexdigest(), bytes=file.stat().st_size
            )
            for file in files
        },
        producer={"keras": "3.0"},
    )
    (site / "manifest.json").write_bytes(to_json(manifest))
    return open_bundle(folder)


@pytest.fixture
def tiny_bundle(tmp_path: Path) -> Bundle:
    return write_tiny_bundle(tmp_path / "bundle")


@pytest.fixture
def program_bundle(tmp_path: Path) -> Bundle:
    """The tiny bundle with a program beside the ONNX artifact."""
    return write_tiny_bundle(tmp_path / "bundle", program=True)


@pytest.fixture
def make_tiny_bundle(tmp_path: Path) -> Callable[[NDArray[np.float32]], Bundle]:
    return lambda matrix: write_tiny_bundle(tmp_path / "other", matrix)
