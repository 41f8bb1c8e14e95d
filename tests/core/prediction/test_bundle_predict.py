"""An opened bundle predicts and verifies, held to answers that NumPy computed in float64."""

from __future__ import annotations

import copy
import pickle
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import webparity
from webparity.bundle.manifest import decode_float32
from webparity.bundle.read import Bundle
from webparity.errors import BundleError, DecodeError, RuntimeUnavailable, UsageError
from webparity.parity import VerificationReport
from webparity.verification import verifier


def get_stored(bundle: Bundle, number: int) -> list[float]:
    return decode_float32(bundle.manifest.golden[number].probabilities or "").tolist()


def get_file(bundle: Bundle, number: int) -> Path:
    return bundle.site / bundle.manifest.golden[number].file


def test_every_form_of_an_image_gets_its_stored_answer(tiny_bundle: Bundle) -> None:
    file = get_file(tiny_bundle, 2)
    pixels = np.asarray(Image.open(file))
    for given in (file, str(file), file.read_bytes(), BytesIO(file.read_bytes()), Image.open(file), pixels):
        answer = tiny_bundle.predict(given)
        assert list(answer.probabilities.values()) == pytest.approx(get_stored(tiny_bundle, 2), abs=5e-6)
        assert Image.open(BytesIO(answer.picture)).size == (4, 4)


def test_several_images_get_their_answers_in_order(program_bundle: Bundle) -> None:
    files = [get_file(program_bundle, number) for number in (3, 0, 3)]
    seen: list[tuple[str, int, int]] = []
    answers = program_bundle.predict(files, runtime="webparity", progress=lambda *step: seen.append(step))
    assert isinstance(answers, webparity.Predictions)
    assert [answer.file for answer in answers] == list(map(str, files))
    for answer, number in zip(answers, (3, 0, 3), strict=True):
        assert list(answer.probabilities.values()) == pytest.approx(get_stored(program_bundle, number), abs=5e-6)
    assert seen == [("predicting", n, 3) for n in (1, 2, 3)]
    assert program_bundle.predict([]) == []


def test_a_folder_names_the_files_that_were_passed_over(tiny_bundle: Bundle, tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "a.png").write_bytes(get_file(tiny_bundle, 1).read_bytes())
    (folder / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (folder / "notes.txt").write_text("no image")
    answers = tiny_bundle.predict(folder)
    assert len(answers) == 1
    assert list(answers.refused) == [str(folder / "broken.png")]
    assert answers.ignored == {".txt": 1}
    assert "refused=1" in repr(answers)
    assert "broken.png" in answers._repr_html_()
    with pytest.raises(DecodeError, match=r"broken\.png"):
        tiny_bundle.predict([folder / "a.png", folder / "broken.png"])


def test_the_files_are_checked_before_the_first_answer_and_the_artifact_is_opened_once(tiny_bundle: Bundle) -> None:
    file = get_file(tiny_bundle, 0)
    kept = tiny_bundle.predict(file)
    model = tiny_bundle.site / "model.onnx"
    model.write_bytes(b"altered")
    assert tiny_bundle.predict(file).probabilities == kept.probabilities
    with pytest.raises(BundleError, match=r"model\.onnx"):
        webparity.open_bundle(tiny_bundle.site).predict(file)


def test_a_bundle_with_open_sessions_can_be_copied_and_sent(tiny_bundle: Bundle) -> None:
    file = get_file(tiny_bundle, 0)
    kept = tiny_bundle.predict(file)
    for other in (copy.deepcopy(tiny_bundle), pickle.loads(pickle.dumps(tiny_bundle))):
        assert other == tiny_bundle
        assert other.predict(file).probabilities == kept.probabilities


def test_a_runtime_that_there_is_not_is_refused(tiny_bundle: Bundle) -> None:
    with pytest.raises(UsageError, match="among onnxruntime, webparity, or none; received 'tfjs'"):
        tiny_bundle.predict(get_file(tiny_bundle, 0), runtime="tfjs")
    with pytest.raises(BundleError, match="target wasm; received onnx-float32"):
        tiny_bundle.predict(get_file(tiny_bundle, 0), runtime="webparity")


def test_answers_are_described_in_few_words(tiny_bundle: Bundle) -> None:
    answer = tiny_bundle.predict(get_file(tiny_bundle, 0))
    assert (
        repr(answer) == f"Prediction(file={answer.file!r}, label={answer.label!r}, probability={answer.probability!r})"
    )
    assert "picture" not in answer.to_dict()
    answers = tiny_bundle.predict([get_file(tiny_bundle, 0)] * 2)
    assert repr(answers) == f"Predictions(2 images, labels={{{answer.label!r}: 2}})"


def test_a_bundle_verifies_itself(tiny_bundle: Bundle, tmp_path: Path) -> None:
    report = tiny_bundle.verify(runtimes=["onnxruntime"], max_images=3)
    assert isinstance(report, VerificationReport)
    assert (report.verdict, report.images, report.bundle) == ("pass", 3, tiny_bundle.digest)
    report.raise_for_verdict()
    assert report.save(tmp_path / "report").is_file()
    with pytest.raises(UsageError, match="nonsense"):
        tiny_bundle.verify(runtimes=["nonsense"])


def test_an_installation_without_the_verifier_is_named(tiny_bundle: Bundle, monkeypatch: pytest.MonkeyPatch) -> None:
    verifier._load_verify.cache_clear()
    monkeypatch.setattr(verifier, "list_entry_points", lambda _: [])
    with pytest.raises(RuntimeUnavailable, match="Install webparity again"):
        tiny_bundle.verify()
    verifier._load_verify.cache_clear()
