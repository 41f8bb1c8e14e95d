"""`export`: notes on images, pickles, and the example of a preprocessing file."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest
import skops.io
from forked_command import Webparity, assert_refused
from PIL import Image
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from webparity.preprocessing.sklearn_transformer import ImagePreprocessing
from webparity.preprocessing.spec import Preprocessing

pytestmark = pytest.mark.slow


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
    assert_refused(webparity(*arguments, "numbers.txt", "--out", "refused"), "1, 0; the model has 0, 1")
    assert not (tmp_path / "refused").exists()


def test_a_pickle_needs_trust_and_a_classifier_comes_in_both_formats(webparity: Webparity, tmp_path: Path) -> None:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    from webparity.preprocessing.sklearn_transformer import ImagePreprocessing
    from webparity.preprocessing.spec import Preprocessing

    images = np.random.default_rng(0).integers(0, 256, (40, 9, 9, 3), dtype=np.uint8)
    model = make_pipeline(ImagePreprocessing(Preprocessing(height=5, width=4)), LogisticRegression())
    (tmp_path / "model.pkl").write_bytes(pickle.dumps(model.fit(images, np.arange(40) % 2)))
    assert_refused(webparity("export", "model.pkl", "--out", "bundle"), "a pickle, which runs whatever code", "--trust")
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
    assert_refused(webparity("export", "--init-preprocessing"), "preprocessing.toml")
    assert (tmp_path / "preprocessing.toml").read_bytes() == example
    assert webparity("export", "--init-preprocessing", "other.toml").returncode == 0
    assert (tmp_path / "other.toml").read_bytes() == example
