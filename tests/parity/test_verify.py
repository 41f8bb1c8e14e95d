import hashlib
import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
import rfc8785
from numpy.typing import NDArray
from PIL import Image

from webparity.bundle.read import Bundle
from webparity.errors import BundleError, ParityError, RuntimeUnavailable, UsageError
from webparity.parity import verify
from webparity.parity.result import Answer, Outcome
from webparity.parity.runtimes.ort_python import OnnxRuntime
from webparity.parity.samples import Sample
from webparity.verification.report import Run, from_json, to_json

HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"
MakeBundle = Callable[[NDArray[np.float32]], Bundle]


def get_only(runs: list[Run]) -> Run:
    assert len(runs) == 1
    return runs[0]


def get_matrix(bundle: Bundle) -> NDArray[np.float32]:
    import onnx

    model = onnx.load(bundle.site / "model.onnx")
    return np.array(onnx.numpy_helper.to_array(model.graph.initializer[1]))


def test_the_golden_set_passes_and_the_stand_in_is_named(tiny_bundle: Bundle) -> None:
    seen: list[tuple[str, int, int]] = []
    report = verify(tiny_bundle, runtimes=["onnxruntime"], progress=lambda *step: seen.append(step))
    run = get_only(report.runs)
    assert (report.verdict, report.reason, run.verdict) == ("pass", "", "pass")
    assert (report.reference.runtime, report.reference.stand_in) == ("golden", "golden")
    assert "source/" in report.reference.stand_in_reason
    assert run.decode is not None
    assert run.decode.identical == report.images == 5
    assert run.pixels is not None
    assert run.pixels.max_abs == 0
    assert seen == [("onnxruntime [onnx-float32]", 5, 5)]
    report.raise_for_verdict()


def test_a_terminal_shows_a_bar_for_each_run(
    tiny_bundle: Bundle, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    verify(tiny_bundle, runtimes=["onnxruntime"])
    assert capsys.readouterr() == ("", "")
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "100")
    verify(tiny_bundle, runtimes=["onnxruntime"], progress=lambda *_: None)
    assert capsys.readouterr() == ("", "")
    verify(tiny_bundle, runtimes=["onnxruntime"])
    out, err = capsys.readouterr()
    assert out == ""
    assert "onnxruntime [onnx-float32]" in err
    assert "5/5" in err


def test_a_moved_weight_fails_at_scores(tiny_bundle: Bundle, make_tiny_bundle: MakeBundle) -> None:
    matrix = get_matrix(tiny_bundle)
    matrix[3, 1] += 1e-3
    report = verify(make_tiny_bundle(matrix), runtimes=["onnxruntime"])
    run = get_only(report.runs)
    assert (report.verdict, run.stage) == ("fail", "scores")
    with pytest.raises(ParityError, match=r"onnxruntime \[onnx-float32\]: scores: differ by up to .* allowed 5e-06"):
        report.raise_for_verdict()


def test_nan_weights_fail(tiny_bundle: Bundle, make_tiny_bundle: MakeBundle) -> None:
    matrix = get_matrix(tiny_bundle)
    matrix[0, 0] = np.nan
    run = get_only(verify(make_tiny_bundle(matrix), runtimes=["onnxruntime"]).runs)
    assert (run.verdict, run.stage) == ("fail", "scores")
    assert "not finite" in run.reason


def test_a_flipped_byte_fails_at_integrity_before_any_inference(
    tiny_bundle: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tiny_bundle.site / "model.onnx"
    data = bytearray(file.read_bytes())
    data[-20] ^= 1
    file.write_bytes(data)

    def refuse(*_: object) -> None:
        raise AssertionError("opened a damaged artifact")

    monkeypatch.setattr(OnnxRuntime, "_open", refuse)
    report = verify(tiny_bundle, runtimes=["onnxruntime"])
    run = get_only(report.runs)
    assert (run.verdict, run.stage) == ("fail", "integrity")
    assert run.integrity is not None
    assert run.integrity.failing == report.integrity.failing == ["site/model.onnx"]


def test_a_damaged_golden_image_fails_the_reference_and_every_run(tiny_bundle: Bundle) -> None:
    (tiny_bundle.site / "golden" / "2.png").write_bytes(b"")
    report = verify(tiny_bundle, runtimes=["onnxruntime"])
    assert report.reference.stage == "integrity"
    assert get_only(report.runs).stage == "integrity"
    assert report.verdict == "fail"


def test_a_runtime_that_crashes_fails_its_run_with_the_reason(
    tiny_bundle: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object) -> None:
        raise ZeroDivisionError("out of cheese")

    monkeypatch.setattr(OnnxRuntime, "_infer", crash)
    run = get_only(verify(tiny_bundle, runtimes=["onnxruntime"]).runs)
    assert (run.verdict, run.stage) == ("fail", None)
    assert "ZeroDivisionError: out of cheese" in run.reason


def test_a_runtime_that_vanishes_after_opening_fails_too(tiny_bundle: Bundle, monkeypatch: pytest.MonkeyPatch) -> None:
    def raise_vanished(*_: object) -> None:
        raise RuntimeUnavailable("gone")

    monkeypatch.setattr(OnnxRuntime, "_infer", raise_vanished)
    assert get_only(verify(tiny_bundle, runtimes=["onnxruntime"]).runs).verdict == "fail"


def test_everything_unavailable_is_a_failure(tiny_bundle: Bundle, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(OnnxRuntime, "explain_unavailable", lambda _: "not here")
    report = verify(tiny_bundle, runtimes=["onnxruntime"])
    assert get_only(report.runs).verdict == "unavailable"
    assert report.verdict == "fail"
    with pytest.raises(ParityError, match="every runtime was unavailable: not here"):
        report.raise_for_verdict()


def test_a_required_but_unavailable_runtime_has_its_own_verdict(
    tiny_bundle: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(OnnxRuntime, "explain_unavailable", lambda _: "not here")
    report = verify(tiny_bundle, runtimes=["onnxruntime"], require=["onnxruntime"])
    assert report.missing == ["onnxruntime"]
    with pytest.raises(RuntimeUnavailable, match="not here"):
        report.raise_for_verdict()


def test_a_required_runtime_without_an_artifact_is_missing_though_others_pass(tiny_bundle: Bundle) -> None:
    report = verify(tiny_bundle, runtimes=["onnxruntime"], require=["tfjs:wasm@node"])
    assert [run.verdict for run in report.runs] == ["pass", "unavailable"]
    assert report.missing == ["tfjs:wasm@node"]
    with pytest.raises(RuntimeUnavailable, match="tfjs-graph"):
        report.raise_for_verdict()


def test_the_trained_model_can_be_required(tiny_bundle: Bundle) -> None:
    assert verify(tiny_bundle, runtimes=["onnxruntime"], require=["keras"]).missing == ["keras"]


def test_without_source_the_onnx_artifact_is_the_reference_and_is_not_compared_with_itself(
    tiny_bundle: Bundle, tmp_path: Path
) -> None:
    Image.new("RGB", (4, 4), "red").save(tmp_path / "red.png")
    report = verify(tiny_bundle, images=tmp_path / "red.png", runtimes=["onnxruntime"])
    assert report.reference.stand_in == "onnx-float32"
    assert report.reference.verdict == "pass"
    assert report.runs == []
    with pytest.raises(ParityError, match="at least one run beside the reference"):
        report.raise_for_verdict()


def test_a_stand_in_that_fails_on_the_golden_set_is_refused(
    tiny_bundle: Bundle, make_tiny_bundle: MakeBundle, tmp_path: Path
) -> None:
    Image.new("RGB", (4, 4), "red").save(tmp_path / "red.png")
    report = verify(
        make_tiny_bundle(get_matrix(tiny_bundle) + 1), images=tmp_path / "red.png", runtimes=["onnxruntime"]
    )
    assert report.reference.verdict == "fail"
    assert "does not pass on the golden set" in report.reason


def test_without_source_and_onnx_there_is_no_reference_for_other_images(tiny_bundle: Bundle, tmp_path: Path) -> None:
    Image.new("RGB", (4, 4), "red").save(tmp_path / "red.png")
    manifest = tiny_bundle.site / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"id": "onnx-float32"', '"id": "onnx-float16"'))
    with pytest.raises(BundleError, match=r"trained model in source/"):
        verify(tiny_bundle.site, images=tmp_path / "red.png")


def test_without_onnxruntime_the_libraries_that_may_be_the_reference_are_named(
    tiny_bundle: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Image.new("RGB", (4, 4), "red").save(tmp_path / "red.png")
    monkeypatch.setattr("webparity.parity.runtimes.ort_python.find_spec", lambda _: None)
    with pytest.raises(RuntimeUnavailable, match=r"onnx-float32 in its place .* source/.* 'webparity\[onnxruntime\]'"):
        verify(tiny_bundle, images=tmp_path / "red.png", runtimes=["webparity@python"])


def test_refused_images_are_counted_as_alike(
    tiny_bundle: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "images"
    folder.mkdir()
    shutil.copy(tiny_bundle.site / "golden" / "0.png", folder / "good.png")
    (folder / "empty.png").write_bytes(b"")
    monkeypatch.setattr("webparity.parity.reference.ReferenceRun.is_reference", lambda *_: False)
    run = get_only(verify(tiny_bundle, images=folder, runtimes=["onnxruntime"]).runs)
    assert run.decode is not None
    assert (run.decode.identical, run.decode.refused_alike) == (1, 1)
    assert run.verdict == "pass"


@pytest.mark.parametrize("contents", [[b""], [b"GIF89a", HEIC], [b"\xff\xd8\xff"]], ids=["empty", "foreign", "cut"])
def test_images_of_which_none_can_be_decoded_are_no_pass(
    tiny_bundle: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, contents: list[bytes]
) -> None:
    folder = tmp_path / "images"
    folder.mkdir()
    for number, content in enumerate(contents):
        (folder / f"{number}.png").write_bytes(content)
    monkeypatch.setattr("webparity.parity.reference.ReferenceRun.is_reference", lambda *_: False)
    report = verify(tiny_bundle, images=folder, runtimes=["onnxruntime"])
    run = get_only(report.runs)
    assert (report.verdict, run.verdict, run.stage) == ("fail", "fail", "decode")
    assert f"all {len(contents)} were refused by the decode contract. Give JPEG or PNG images." in run.reason
    with pytest.raises(ParityError, match="at least one image that can be compared"):
        report.raise_for_verdict()


def test_a_runtime_that_leaves_out_its_pixels_does_not_pass(
    tiny_bundle: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    infer = OnnxRuntime._infer

    def infer_without(self: OnnxRuntime, samples: Sequence[Sample]) -> list[Outcome]:
        first, *rest = infer(self, samples)
        assert isinstance(first, Answer)
        return [replace(first, pixels=None), *rest]

    monkeypatch.setattr(OnnxRuntime, "_infer", infer_without)
    run = get_only(verify(tiny_bundle, runtimes=["onnxruntime"]).runs)
    assert (run.verdict, run.stage) == ("fail", "pixels")


def test_content_decides_below_a_folder_and_the_rest_is_counted(tiny_bundle: Bundle, tmp_path: Path) -> None:
    folder = tmp_path / "images"
    folder.mkdir()
    shutil.copy(tiny_bundle.site / "golden" / "0.png", folder / "image.dat")
    (folder / "photo.heic").write_bytes(HEIC)
    for name in ("notes.txt", "more.txt", ".DS_Store"):
        (folder / name).write_text("no image")
    report = verify(tiny_bundle, images=folder, runtimes=["onnxruntime"])
    assert report.images == 2
    assert list(report.refused) == ["photo.heic"]
    assert "Convert it to JPEG" in report.refused["photo.heic"]
    assert report.ignored == {".txt": 2, "hidden or system": 1}
    assert asdict(from_json(to_json(report))) == asdict(report)


def test_a_file_that_cannot_be_read_is_named(tiny_bundle: Bundle, tmp_path: Path) -> None:
    folder = tmp_path / "images"
    folder.mkdir()
    (folder / "gone.png").symlink_to(folder / "nowhere.png")
    with pytest.raises(UsageError, match=r"can be read; received gone.png: No such file"):
        verify(tiny_bundle, images=folder)


def test_max_images_spreads_over_the_set(tiny_bundle: Bundle) -> None:
    assert verify(tiny_bundle, runtimes=["onnxruntime"], max_images=2).images == 2
    with pytest.raises(UsageError, match="at least 1 image"):
        verify(tiny_bundle, max_images=0)


def test_a_folder_without_images_is_refused(tiny_bundle: Bundle, tmp_path: Path) -> None:
    folder = tmp_path / "images"
    folder.mkdir()
    (folder / "notes.txt").write_text("nothing to see")
    with pytest.raises(UsageError, match="received none"):
        verify(tiny_bundle, images=folder)
    with pytest.raises(UsageError, match="does not exist"):
        verify(tiny_bundle, images=folder / "missing.png")


def test_the_report_names_the_manifest_it_is_about(tiny_bundle: Bundle) -> None:
    document = json.loads((tiny_bundle.site / "manifest.json").read_text())
    digest = hashlib.sha256(rfc8785.dumps(document)).hexdigest()
    assert verify(tiny_bundle, runtimes=["onnxruntime"]).bundle == digest
