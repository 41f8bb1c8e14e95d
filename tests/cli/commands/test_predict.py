"""`predict`: lines, documents, refused images and folders."""

from __future__ import annotations

import csv
import json
import re
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from forked_command import Webparity, assert_refused
from PIL import Image

from webparity.bundle.read import Bundle

pytestmark = pytest.mark.slow


def _encode_jpeg() -> bytes:
    stream = BytesIO()
    Image.new("RGB", (20, 20)).save(stream, "JPEG")
    return stream.getvalue()


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
    assert_refused(webparity("predict", demo_bundle, name), said)


def test_an_empty_folder_has_no_image(webparity: Webparity, demo_bundle: Path, tmp_path: Path) -> None:
    assert_refused(webparity("predict", demo_bundle, tmp_path), "folder")


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
        assert_refused(result, "1 of 3", "a-damaged.jpg")
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
    assert_refused(
        result, "2 of 3", "photo.heic", "gone.png", "Ignored 2 files that are no image: 1 .txt, 1 hidden or system."
    )
