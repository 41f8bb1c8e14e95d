"""External data: read from plain files beside the model, from nowhere else."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import ModelProto, TensorProto, numpy_helper
from own_onnx import make_classifier, make_weights

from webparity.errors import UnsupportedModelError
from webparity.model_safety.onnx.external_data import embed_external_data, measure_external_data
from webparity.model_safety.onnx.inspect import MAX_BYTES, read_onnx


def save_with_data(folder: Path, location: str = "weights.bin") -> Path:
    """Save a classifier as `onnx.save` does with its weights in another file."""
    onnx.save(
        make_classifier(),
        folder / "model.onnx",
        save_as_external_data=True,
        location=location,
        size_threshold=0,
        convert_attribute=False,
    )
    return folder / "model.onnx"


def read_bare(file: Path) -> ModelProto:
    return onnx.load(file, load_external_data=False)


def test_weights_beside_the_file_are_read(tmp_path: Path) -> None:
    file = save_with_data(tmp_path)
    model, data, files = read_onnx(file)
    assert data == file.read_bytes()
    assert files == {"weights.bin": (tmp_path / "weights.bin").read_bytes()}
    for tensor in model.graph.initializer:
        assert tensor.data_location == TensorProto.DEFAULT
        np.testing.assert_array_equal(numpy_helper.to_array(tensor), make_weights()[tensor.name])


def test_weights_in_a_folder_beside_the_file_are_read(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    file = save_with_data(tmp_path, "weights.bin")
    (tmp_path / "weights.bin").rename(tmp_path / "parts/weights.bin")
    model = read_bare(file)
    for tensor in model.graph.initializer:
        tensor.external_data[0].value = "parts/weights.bin"
    assert list(embed_external_data(model, file, MAX_BYTES)) == ["parts/weights.bin"]


def test_their_size_is_measured(tmp_path: Path) -> None:
    file = save_with_data(tmp_path)
    assert measure_external_data(read_bare(file), file) == (tmp_path / "weights.bin").stat().st_size


@pytest.mark.parametrize(
    ("location", "said"),
    [
        ("../weights.bin", "lead out"),
        ("/etc/passwd", "lead out"),
        ("parts/../../weights.bin", "lead out"),
        ("parts\\weights.bin", "lead out"),
        ("", "lead out"),
        (".", "lead out"),
        ("missing.bin", "no such file"),
        ("folder", "no plain file"),
        ("link.bin", "a link"),
        ("linked/weights.bin", "a link"),
    ],
)
def test_other_places_are_refused(tmp_path: Path, location: str, said: str) -> None:
    inside = tmp_path / "inside"
    (inside / "folder").mkdir(parents=True)
    file = save_with_data(inside)
    (tmp_path / "weights.bin").write_bytes((inside / "weights.bin").read_bytes())
    (inside / "link.bin").symlink_to(tmp_path / "weights.bin")
    (inside / "linked").symlink_to(tmp_path)
    model = read_bare(file)
    for tensor in model.graph.initializer:
        tensor.external_data[0].value = location
    with pytest.raises(UnsupportedModelError, match=said):
        embed_external_data(model, file, MAX_BYTES)


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("offset", "-1", "fewer than"),
        ("offset", str(10**9), "fewer than"),
        ("length", str(10**9), "fewer than"),
        ("length", "x", "no number"),
    ],
)
def test_ranges_outside_of_the_file_are_refused(tmp_path: Path, key: str, value: str, said: str) -> None:
    file = save_with_data(tmp_path)
    model = read_bare(file)
    entries = {entry.key: entry for entry in model.graph.initializer[0].external_data}
    entries[key].value = value
    with pytest.raises(UnsupportedModelError, match=said):
        embed_external_data(model, file, MAX_BYTES)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    file = save_with_data(tmp_path)
    (tmp_path / "weights.bin").unlink()
    os.mkfifo(tmp_path / "weights.bin")
    with pytest.raises(UnsupportedModelError, match="no plain file"):
        read_onnx(file)


def test_more_than_the_limit_is_refused(tmp_path: Path) -> None:
    file = save_with_data(tmp_path)
    with pytest.raises(UnsupportedModelError, match="more than 100 bytes"):
        embed_external_data(read_bare(file), file, 100)
