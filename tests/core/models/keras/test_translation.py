"""Networks that other versions of Keras wrote: read with the same answers, or refused with a conversion command."""

from __future__ import annotations

import json
import subprocess
import zipfile
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import h5py
import keras
import numpy as np
import pytest
from keras import layers

from webparity.errors import UnsupportedModelError
from webparity.export.inputs.load import load_user_model
from webparity.export.inputs.model_file import read_user_model
from webparity.export.pipeline import write_bundle
from webparity.model_safety.keras.versions import describe_conversion, format_extraction_command, read_keras_version
from webparity.models.keras.baked import load_network
from webparity.models.keras.translation import translate_config

FOLDER: Final = Path(__file__).parents[3] / "data/old_files/keras"
ANSWERS: Final = json.loads((FOLDER / "answers.json").read_text("utf-8"))
FILES: Final = [f"{folder}/{file}" for folder, files in ANSWERS.items() for file in files]
IMAGES: Final = np.random.default_rng(0).integers(0, 256, (4, 8, 10, 3), dtype=np.int64).astype(np.float32)


@pytest.mark.parametrize("file", FILES)
def test_a_file_of_another_version_gives_the_answers_of_its_writer(file: str) -> None:
    folder, name = file.split("/")
    received = read_user_model(FOLDER / file, trust=True).predict(IMAGES, verbose=0)
    np.testing.assert_allclose(received, np.array(ANSWERS[folder][name], np.float32), atol=1e-6, rtol=0)
    assert read_keras_version(FOLDER / file) == folder.partition("-")[2]


def test_every_file_has_its_answers() -> None:
    kept = {f"{file.parent.name}/{file.name}" for file in FOLDER.glob("*/*")}
    assert kept == set(FILES)


def test_one_is_exported_and_its_source_read_again(tmp_path: Path) -> None:
    file = FOLDER / "keras-2.15.0/functional.keras"
    exportable = load_user_model(file, preprocessing=None, labels=None, golden=None)
    write_bundle(exportable, tmp_path / "bundle", page=False)
    answers = exportable.baked(IMAGES.astype(np.uint8))["probabilities"]
    np.testing.assert_allclose(answers, np.array(ANSWERS["keras-2.15.0"]["functional.keras"]), atol=1e-6, rtol=0)
    (kept,) = (tmp_path / "bundle/source").glob("*.keras")
    assert kept.read_bytes() == file.read_bytes()
    assert load_network(kept).count_params() > 0


def _change(file: Path, keras_version: str, settings: dict[str, Any]) -> Path:
    """A small network's file as another version would have written it, with more settings of its Dense layer."""
    network = keras.Sequential([keras.Input((8, 10, 3)), layers.Flatten(), layers.Dense(3, "softmax")])
    network.save(file)
    with zipfile.ZipFile(file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    config = json.loads(members["config.json"])
    config["config"]["layers"][-1]["config"] |= settings
    members["config.json"] = json.dumps(config).encode()
    members["metadata.json"] = json.dumps({"keras_version": keras_version}).encode()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file


@pytest.mark.parametrize("writer", ["2.12.0", "2.15.0", "2.17.0", "3.3.3", "3.99.1"])
def test_a_file_that_cannot_be_read_is_refused_with_both_versions_and_the_command(tmp_path: Path, writer: str) -> None:
    file = _change(tmp_path / "my model.keras", writer, {"sharpness": 3})
    with pytest.raises(UnsupportedModelError) as caught:
        load_network(file)
    said = str(caught.value)
    assert f"Keras {writer}" in said
    assert ("(Keras 2)" in said) == writer.startswith("2.")
    assert f"here is Keras {version('keras')}" in said
    assert "Dense: Unrecognized keyword arguments passed to Dense: {'sharpness': 3}" in said
    assert format_extraction_command("my model.keras", writer) in said


def test_settings_that_change_answers_are_never_left_out(tmp_path: Path) -> None:
    for settings in ({"groups": 2}, {"time_major": True}, {"sharpness": None}):
        with pytest.raises(UnsupportedModelError, match="Unrecognized keyword"):
            load_network(_change(tmp_path / "model.keras", "3.3.3", settings))
    assert load_network(_change(tmp_path / "model.keras", "3.3.3", {"groups": 1, "old_regularizer": None}))


def test_a_config_of_this_version_is_left_as_it_is() -> None:
    inner = keras.Sequential([keras.Input((8, 10, 3)), layers.SeparableConv2D(4, 3), layers.BatchNormalization()])
    inputs = keras.Input((8, 10, 3))
    network = keras.Model(inputs, layers.Bidirectional(layers.GRU(3))(layers.Reshape((6, 32))(inner(inputs))))
    config = json.loads(network.to_json())
    assert translate_config(config) == config


def test_the_command_takes_the_weights_out_and_the_way_here_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command's Python part, run by the Keras that is here, and what the sentence says to do with its result."""
    file = _change(tmp_path / "it's a model.keras", "3.3.3", {})
    command = format_extraction_command(file.name, "3.3.3")
    start = command.index("python -c")
    assert command[:start] == "uvx --python 3.11 --with keras==3.3.3 --with tensorflow-cpu "
    code = command[start + len('python -c "') : command.rindex('" ')]
    monkeypatch.setattr("sys.argv", ["-c", file.name])
    monkeypatch.chdir(tmp_path)
    exec(code, {})
    network = keras.Sequential([keras.Input((8, 10, 3)), layers.Flatten(), layers.Dense(3, "softmax")])
    network.set_weights([*np.load("weights.npz").values()])
    network.save("new.keras")
    wanted = load_network(file).predict(IMAGES, verbose=0)
    np.testing.assert_array_equal(load_network(tmp_path / "new.keras").predict(IMAGES, verbose=0), wanted)


def test_the_command_is_one_for_a_shell(tmp_path: Path) -> None:
    command = format_extraction_command("it's $(a) model.keras", "2.15.0")
    words = subprocess.run(
        command.replace("uvx", "printf '%s\\n'", 1),
        shell=True,
        capture_output=True,
        check=True,
        text=True,
        cwd=tmp_path,
    ).stdout.splitlines()
    assert words[-1] == "it's $(a) model.keras"
    assert words[:2] == ["--python", "3.11"]


@pytest.mark.parametrize("said", ["3.3.3; rm -rf /", "$(x)", "", "x" * 5000])
def test_a_version_that_is_none_reaches_no_command(tmp_path: Path, said: str) -> None:
    file = _change(tmp_path / "model.keras", said, {})
    assert ";" not in read_keras_version(file)
    assert "rm" not in describe_conversion(file).replace("numpy", "")


def test_the_version_of_an_h5_file_is_read(tmp_path: Path) -> None:
    network = keras.Sequential([keras.Input((8, 10, 3)), layers.Flatten(), layers.Dense(3, "softmax")])
    keras.saving.save_model(network, tmp_path / "model.h5")
    with h5py.File(tmp_path / "model.h5", "r+") as store:
        config = json.loads(store.attrs["model_config"])
        config["config"]["layers"][-1]["config"]["sharpness"] = 3
        store.attrs["model_config"] = json.dumps(config)
        store.attrs["keras_version"] = "2.11.0"
    with pytest.raises(UnsupportedModelError, match=r"Keras 2\.11\.0 \(Keras 2\) wrote it; here is Keras 3"):
        read_user_model(tmp_path / "model.h5", trust=True)


def test_a_part_of_keras_2_that_is_none_of_keras_3_names_keras_2(tmp_path: Path) -> None:
    file = _change(tmp_path / "model.keras", "2.15.0", {})
    with zipfile.ZipFile(file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    config = json.loads(members["config.json"])
    config["config"]["layers"][1] |= {"class_name": "TFOpLambda", "module": "tensorflow.tf_op_layer"}
    members["config.json"] = json.dumps(config).encode()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    with pytest.raises(UnsupportedModelError, match=r"model\.keras of Keras 2\.15\.0 \(Keras 2\) with"):
        load_network(file)
