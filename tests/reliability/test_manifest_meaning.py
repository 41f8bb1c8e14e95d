"""A contradictory manifest is refused even if every digest in the bundle is correct."""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from webparity.bundle.read import describe_unproven, list_failing_files, open_bundle
from webparity.bundle.seal import seal_bundle
from webparity.bundle.unlisted_files import list_unlisted_files
from webparity.cli.main import cli
from webparity.errors import BundleError, UsageError
from webparity.parity import verify

Change = Callable[[dict[str, Any]], object]
BASE = Path("site") / "manifest.json"


@pytest.fixture
def bundle(sealed_bundle: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sealed_bundle, tmp_path / "bundle"))


def _encode(*values: float) -> str:
    return base64.b64encode(np.array(values, "<f4").tobytes()).decode()


def _edit(bundle: Path, change: Change) -> None:
    document = json.loads((bundle / BASE).read_text())
    change(document)
    (bundle / BASE).write_text(json.dumps(document))


CASES: dict[str, tuple[Change, str]] = {
    "a label more than outputs": (lambda m: m["labels"].append("more"), "one per label"),
    "a label twice": (lambda m: m["labels"].__setitem__(1, m["labels"][0]), "different labels"),
    "an empty label": (lambda m: m["labels"].__setitem__(1, " "), "an empty one"),
    "NUL in a label": (lambda m: m["labels"].__setitem__(1, "a\0"), "NUL"),
    "a huge label": (lambda m: m["labels"].__setitem__(1, "a" * 1001), "1001 characters"),
    "no labels": (lambda m: m.update(labels=[]), "at least one"),
    "loose tolerances": (lambda m: m["tolerances"]["cpu"].update(probabilities=1e9), "no looser"),
    "a negative tolerance": (lambda m: m["tolerances"]["gpu"].update(pixels=-1), "no looser"),
    "no tolerances for gpu": (lambda m: m["tolerances"].pop("gpu"), "tolerances for cpu and gpu"),
    "own tolerances in float32": (lambda m: m["artifacts"][0].update(tolerances=m["tolerances"]), "exactly if"),
    "reduced without deviation": (lambda m: m["artifacts"][0].update(precision="uint8"), "exactly if"),
    "looser than the deviation": (
        lambda m: m["artifacts"][0].update(
            precision="uint8",
            tolerances={"cpu": m["tolerances"]["cpu"] | {"scores": 1.0}, "gpu": m["tolerances"]["gpu"]},
            deviation={"images": 9, "flips": 0, "scores": 0.1, "probabilities": 0.1},
        ),
        "no looser",
    ),
    "an artifact twice": (lambda m: m["artifacts"].append(m["artifacts"][0]), "different artifact ids"),
    "another size": (lambda m: m["artifacts"][0].update(bytes=1), "bytes"),
    "no probabilities": (lambda m: m["artifacts"][0]["outputs"].pop("probabilities"), "output `probabilities`"),
    "one output twice": (lambda m: m["artifacts"][0]["outputs"].update(scores="probabilities"), "different outputs"),
    "an unlisted entry": (lambda m: m["artifacts"][0].update(entry="index.html"), "digest"),
    "another golden label": (lambda m: m["golden"][0].update(label=(m["golden"][0]["label"] + 1) % 3), "follow from"),
    "a sum of 1.2": (lambda m: m["golden"][0].update(probabilities=_encode(0.4, 0.4, 0.4)), "sum"),
    "above 1": (lambda m: m["golden"][0].update(probabilities=_encode(13.5, -12.5, 0)), "values from"),
    "NaN": (lambda m: m["golden"][0].update(probabilities=_encode(float("nan"), 1, 0)), "NaN"),
    "infinite scores": (lambda m: m["golden"][0].update(scores=_encode(float("inf"), 1, 0)), "finite scores"),
    "too few scores": (lambda m: m["golden"][0].update(scores=_encode(1, 2)), "one per label"),
    "no base64": (lambda m: m["golden"][0].update(scores="?"), "one per label"),
    "no width": (lambda m: m["golden"][0].update(width=0), "size"),
    "a huge size": (lambda m: m["golden"][0].update(width=10**9), "size"),
    "the luma of other preprocessing": (lambda m: m.update(contract="luma8/2"), "contract rgb8/2 of the preprocessing"),
    "an unknown contract": (lambda m: m.update(contract="luma8/9"), "luma8/9"),
    "an unknown key": (lambda m: m.update(more=1), "unknown key 'more'"),
    "an unknown key deep down": (lambda m: m["artifacts"][0]["outputs"].update(more="x"), "more"),
    "an unknown tap": (lambda m: m["golden"][0].update(tap=1), "unknown key 'tap'"),
    "a short digest": (lambda m: m["golden"][0].update(rgb8="00"), "rgb8"),
    "a negative size": (lambda m: next(iter(m["files"].values())).update(bytes=-1), "bytes"),
    "a path upwards": (lambda m: m["files"].update({"a/../../b": {"sha256": "0" * 64, "bytes": 1}}), "inside the"),
    "a drive": (lambda m: m["files"].update({"C:b": {"sha256": "0" * 64, "bytes": 1}}), "inside the"),
    "a path of two spellings": (lambda m: m["files"].update({"a//b": {"sha256": "0" * 64, "bytes": 1}}), "inside the"),
    "itself": (lambda m: m["files"].update({"manifest.json": {"sha256": "0" * 64, "bytes": 1}}), "outside of"),
    "cmyk": (lambda m: m["preprocessing"].update(channels="cmyk"), "channels"),
    "a metric that is no number": (lambda m: m["metrics"].update(loss=None), "metrics"),
}


@pytest.mark.parametrize("case", CASES)
def test_a_contradicting_manifest_is_refused(bundle: Path, case: str) -> None:
    change, said = CASES[case]
    _edit(bundle, change)
    seal_bundle(bundle)
    with pytest.raises(BundleError, match=said) as refused:
        open_bundle(bundle)
    assert str(refused.value).startswith("Expected ")


def test_the_unchanged_bundle_is_accepted(bundle: Path) -> None:
    before = {path: path.read_bytes() for path in bundle.rglob("*") if path.is_file()}
    opened = open_bundle(bundle)
    assert seal_bundle(bundle) == opened.digest
    assert {path: path.read_bytes() for path in bundle.rglob("*") if path.is_file()} == before
    assert list_failing_files(opened) == list_unlisted_files(opened) == []
    assert describe_unproven(opened) is None


def test_a_key_twice_is_refused(bundle: Path) -> None:
    text = (bundle / BASE).read_text()
    (bundle / BASE).write_text(text.replace('"labels": [', '"labels": ["a", "b", "c"],\n  "labels": [', 1))
    with pytest.raises(BundleError, match="'labels' appears twice"):
        open_bundle(bundle)


def test_reversed_labels_are_refused_wherever_the_digest_is_kept(bundle: Path) -> None:
    digest = open_bundle(bundle).digest
    _edit(bundle, lambda manifest: manifest["labels"].reverse())
    with pytest.raises(BundleError, match="of one export"):
        open_bundle(bundle)
    shutil.rmtree(bundle / "source")
    with pytest.raises(BundleError, match="page"):
        open_bundle(bundle)
    _edit(bundle, lambda manifest: manifest.update(page=None))
    assert "not proven" in str(describe_unproven(open_bundle(bundle)))
    with pytest.raises(BundleError, match=f"with the digest {digest}"):
        open_bundle(bundle, expect_digest=digest)


@pytest.mark.parametrize("text", ["", "00", "g" * 64, "0" * 63])
def test_a_malformed_digest_is_refused(bundle: Path, text: str) -> None:
    with pytest.raises(UsageError, match="64 hexadecimal digits"):
        open_bundle(bundle, expect_digest=text)


def test_every_command_takes_the_expected_digest(bundle: Path, assert_parity: Callable[..., Any]) -> None:
    digest = open_bundle(bundle).digest
    image = str(next((bundle / "site" / "golden").iterdir()))
    verified = ["verify", str(bundle), "--runtime", "onnxruntime"]
    commands = [verified, ["inspect", str(bundle)], ["predict", str(bundle), image]]
    for command in commands:
        done = CliRunner().invoke(cli, [*command, "--expect-digest", digest])
        assert done.exception is None, done.output
    for command in [*commands, ["serve", str(bundle), "--port", "0"]]:
        done = CliRunner().invoke(cli, [*command, "--expect-digest", "0" * 64])
        assert isinstance(done.exception, BundleError)
        assert done.exception.exit_code == 2
    assert assert_parity(bundle, runtimes=["onnxruntime"], expect_digest=digest).bundle == digest
    with pytest.raises(BundleError, match="with the digest"):
        verify(open_bundle(bundle), expect_digest="0" * 64)


def test_extra_files_are_named_and_never_used(bundle: Path) -> None:
    (bundle / "site" / "extra").mkdir()
    (bundle / "site" / "extra" / "evil.js").write_text("")
    (bundle / "source" / "notes.txt").write_text("")
    names = ["site/extra/evil.js", "source/notes.txt"]
    assert list_unlisted_files(open_bundle(bundle)) == names
    assert verify(bundle, runtimes=["onnxruntime"]).extra == names
    image = str(next((bundle / "site" / "golden").iterdir()))
    for command in (["inspect", str(bundle)], ["predict", str(bundle), image]):
        done = CliRunner().invoke(cli, command)
        assert done.exception is None
        assert "site/extra/evil.js" in done.output


@pytest.mark.parametrize("change", [lambda html: html.replace(b"<title>", b"<title>x"), lambda _: b"", None])
def test_an_altered_page_is_named(bundle: Path, change: Callable[[bytes], bytes] | None) -> None:
    page = bundle / "site" / "index.html"
    if change is None:
        page.unlink()
    else:
        page.write_bytes(change(page.read_bytes()))
    assert list_failing_files(open_bundle(bundle)) == ["site/index.html"]


def test_a_page_of_another_export_is_refused(bundle: Path) -> None:
    page = bundle / "site" / "index.html"
    page.write_text(page.read_text().replace(open_bundle(bundle).digest, "1" * 64))
    with pytest.raises(BundleError, match="of one export"):
        open_bundle(bundle)


def test_source_json_of_another_model_is_refused(bundle: Path) -> None:
    file = bundle / "source" / "source.json"
    document = json.loads(file.read_text()) | {"seed": 8}
    file.write_text(json.dumps(document))
    with pytest.raises(BundleError, match="of one export"):
        open_bundle(bundle)


def test_answers_that_are_no_probabilities_are_refused(bundle: Path) -> None:
    def swap(manifest: dict[str, Any]) -> None:
        manifest["artifacts"][0]["outputs"].update(probabilities="scores", scores="probabilities")

    _edit(bundle, swap)
    seal_bundle(bundle)
    image = str(next((bundle / "site" / "golden").iterdir()))
    done = CliRunner().invoke(cli, ["predict", str(bundle), image])
    assert isinstance(done.exception, BundleError)
    assert "probabilities from 0 to 1 that sum to 1" in str(done.exception)
    assert verify(bundle, runtimes=["onnxruntime"]).verdict == "fail"


@pytest.mark.slow
def test_the_last_line_of_export_is_the_digest(sealed_bundle: Path, tmp_path: Path) -> None:
    (model,) = (sealed_bundle / "source").glob("*.skops")
    (tmp_path / "pre.toml").write_text("height = 6\nwidth = 5\n")
    options = ["--preprocessing", str(tmp_path / "pre.toml"), "--target", "onnx", "--out", str(tmp_path / "bundle")]
    done = CliRunner().invoke(cli, ["export", str(model), *options])
    assert done.exception is None, done.output
    assert done.stdout.splitlines()[-1] == f"digest {open_bundle(tmp_path / 'bundle').digest}"
