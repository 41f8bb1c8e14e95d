"""Every Python block of the documents runs, page by page, in a folder with the files that they name."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnx.helper as oh
import pytest
from PIL import Image

from webparity.parity.drivers.engines.engine import list_engines

ROOT = Path(__file__).parent.parent
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
DOCUMENTS = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
PAGES = [page for page in DOCUMENTS if BLOCK.search(page.read_text(encoding="utf-8"))]
SIDES = {"exporting.md": 32}
# Pages with models that give other numbers than probabilities: a file each, with its number of outputs.
FILES = {"outputs.md": {"xray.keras": 2, "age.keras": 1}}
pytestmark = pytest.mark.slow


def make_network(side: int, units: int = 2, activation: str | None = "softmax") -> Any:
    import keras

    keras.utils.set_random_seed(0)
    inputs = keras.Input((side, side, 3))
    maps = keras.layers.Conv2D(4, 3, strides=4, activation="relu")(keras.layers.Rescaling(1 / 255)(inputs))
    row = keras.layers.Flatten()(maps)
    return keras.Model(inputs, keras.layers.Dense(units, activation)(row), name="small")


def make_onnx_model() -> onnx.ModelProto:
    """A classifier as PyTorch writes one: [batch, 3, 224, 224] to two logits."""
    weights = np.random.default_rng(0).normal(0, 0.1, (2, 3 * 7 * 7)).astype(np.float32)
    nodes = [
        oh.make_node("AveragePool", ["input"], ["pooled"], kernel_shape=[32, 32], strides=[32, 32]),
        oh.make_node("Flatten", ["pooled"], ["row"]),
        oh.make_node("Gemm", ["row", "weight"], ["output"], transB=1),
    ]
    graph = oh.make_graph(
        nodes,
        "main_graph",
        [oh.make_tensor_value_info("input", onnx.TensorProto.FLOAT, ["batch", 3, 224, 224])],
        [oh.make_tensor_value_info("output", onnx.TensorProto.FLOAT, ["batch", 2])],
        [onnx.numpy_helper.from_array(weights, "weight")],
    )
    return oh.make_model(graph, opset_imports=[oh.make_opsetid("", 17)], ir_version=8)


@pytest.fixture
def setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], dict[str, Any]]:
    """Makes the folder that a page's blocks run in, and the names that they use without making them."""

    def prepare(page: Path) -> dict[str, Any]:
        monkeypatch.chdir(tmp_path)
        # As on a machine with Chromium alone: which browsers answer is no matter of the examples.
        for name in ("firefox", "webkit"):
            monkeypatch.setattr(list_engines()[name], "find_executable", lambda: None)
        noise = np.random.default_rng(0)
        images = noise.integers(0, 256, (12, 40, 50, 3), dtype=np.uint8)
        for folder in ("photos", "tests/photos"):
            Path(folder).mkdir(parents=True)
            for number, image in enumerate(images[:3]):
                Image.fromarray(image).save(f"{folder}/{number}.png")
        Image.fromarray(images[0]).save("photo.jpg")
        network = make_network(SIDES.get(page.name, 96))
        network.save("model.keras")
        onnx.save(make_onnx_model(), "model.onnx")
        for name, units in FILES.get(page.name, {}).items():
            make_network(96, units, "sigmoid").save(name)
        Path("pre.toml").write_text('height = 96\nwidth = 96\nchannels = "rgb"\n', encoding="utf-8")
        Path("labels.txt").write_text("cat\ndog\n", encoding="utf-8")
        return {"network": network, "images": images, "labels": np.arange(12) % 2}

    return prepare


@pytest.mark.parametrize(
    "page",
    # Its one block is that of the page of Keras, of another file, and takes as long.
    [pytest.param(page, marks=pytest.mark.full if page.name == "pytorch-onnx.md" else ()) for page in PAGES],
    ids=lambda page: page.name,
)
def test_every_block_runs(
    page: Path, setting: Callable[[Path], dict[str, Any]], request: pytest.FixtureRequest
) -> None:
    names = setting(page)
    for block in BLOCK.findall(page.read_text(encoding="utf-8")):
        exec(compile(block, f"{page.name}", "exec"), names)
        for test in [name for name in names if name.startswith("test_")]:
            # A test that the page shows takes the fixture that it names.
            names.pop(test)(request.getfixturevalue("assert_parity"))


def test_the_pages_with_code_are_found() -> None:
    assert {"keras.md", "scikit-learn.md", "boosters.md", "pytorch-onnx.md"} <= {page.name for page in PAGES}
    assert {"exporting.md", "from-python.md", "own-model.md", "training.md", "decode-contract.md"} <= {
        page.name for page in PAGES
    }
