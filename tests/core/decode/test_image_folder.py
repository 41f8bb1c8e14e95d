"""Every file below a folder is an image or counted as ignored, by what it holds."""

from __future__ import annotations

import os
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from webparity.decode.image_folder import list_images
from webparity.errors import UsageError

HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"


def _encode_png() -> bytes:
    stream = BytesIO()
    Image.new("RGB", (3, 2)).save(stream, "PNG")
    return stream.getvalue()


FILES = {
    "a.png": _encode_png(),
    "deep/er/b.dat": _encode_png(),
    "no-suffix": _encode_png(),
    "photo.heic": HEIC,
    "photo.xyz": HEIC,
    "empty.jpg": b"",
    "text.png": b"no image at all",
    "notes.txt": b"hello",
    "table.csv": b"a,b",
    "other": b"hello",
    ".DS_Store": b"\x00",
    "._a.png": _encode_png(),
    ".thumbnails/t.png": _encode_png(),
    "__MACOSX/a.png": _encode_png(),
    "Thumbs.db": _encode_png(),
}
IMAGES = ["a.png", "deep/er/b.dat", "empty.jpg", "no-suffix", "photo.heic", "photo.xyz", "text.png"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, data in FILES.items():
        file = tmp_path / "images" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    return tmp_path / "images"


def test_content_decides_and_nothing_is_left_uncounted(folder: Path) -> None:
    listed = list_images(folder)
    assert [path.relative_to(folder).as_posix() for path in listed.images] == IMAGES
    assert listed.ignored == {".csv": 1, ".txt": 1, "hidden or system": 5, "without a suffix": 1}
    assert len(listed.images) + sum(listed.ignored.values()) == len(FILES)
    assert listed.describe_ignored() == (
        "Ignored 8 files that are no image: 1 .csv, 1 .txt, 5 hidden or system, 1 without a suffix."
    )


def test_a_folder_of_images_alone_has_no_note(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(_encode_png())
    assert list_images(tmp_path).describe_ignored() == ""


def test_pipes_are_counted_and_never_opened(folder: Path) -> None:
    os.mkfifo(folder / "pipe.png")
    (folder / "device.jpg").symlink_to("/dev/zero")
    assert list_images(folder).ignored["not a regular file"] == 2


def test_links_are_followed_once_and_broken_ones_that_promise_an_image_are_named(folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "far.png").write_bytes(_encode_png())
    (folder / "linked").symlink_to(outside)
    (folder / "circle").symlink_to(folder)
    (folder / "gone.png").symlink_to(folder / "nowhere")
    names = [path.relative_to(folder).as_posix() for path in list_images(folder).images]
    assert names == sorted([*IMAGES, "gone.png", "linked/far.png"])


def test_a_folder_that_is_missing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="Expected a folder that can be listed; received"):
        list_images(tmp_path / "nowhere")
