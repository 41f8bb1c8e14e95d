"""Images that are none, bundles that are damaged, and runtimes, reports and pages that do not exist."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from mistake import Mistake, replace

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_IMAGES: Final[dict[str, bytes]] = {
    "empty.jpg": b"",
    "text.jpg": b"no image\n",
    "page.png": b"<!DOCTYPE html><html></html>",
    "photo.heic": b"\x00\x00\x00\x18ftypheic" + bytes(99),
    "photo.avif": b"\x00\x00\x00\x1cftypavif" + bytes(99),
    "scan.pdf": b"%PDF-1.7\n" + bytes(99),
    "drawing.svg": b'<svg xmlns="x" width="9" height="9"></svg>',
    "scan.tiff": b"II*\x00" + bytes(99),
    "camera.cr2": b"II*\x00\x10\x00\x00\x00CR" + bytes(99),
    "xray.dcm": bytes(128) + b"DICM" + bytes(99),
    "archive.zip": b"PK\x03\x04" + bytes(99),
    "film.mp4": b"\x00\x00\x00\x18ftypmp42" + bytes(99),
    "array.npy": b"\x93NUMPY\x01\x00" + bytes(99),
    "start.png": _PNG,
    "huge.png": _PNG + b"\x00\x00\x00\rIHDR\x00\x10\x00\x00\x00\x10\x00\x00\x08\x02\x00\x00\x00\x00\x00\x00\x00",
    "cut.jpg": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01",
}
_VERIFY: Final = ("verify", "bundle", "--runtime", "onnxruntime")


def list_mistakes() -> Iterator[Mistake]:
    """List the mistakes."""
    yield from _list_of_images()
    yield from _list_of_damaged_bundles()
    yield from _list_of_names()
    for command in ("inspect", "predict", "verify", "serve"):
        for what in ("nowhere", "photos", "photo.jpg", "model.keras", "run", "saved", "bundle/site/manifest.json"):
            extra = ("photo.jpg",) if command == "predict" else ()
            yield Mistake(name=f"{command} of {what}", arguments=(command, what, *extra), words=(what,))


def _list_of_images() -> Iterator[Mistake]:
    for name, content in _IMAGES.items():
        yield Mistake(
            name=f"predict of {name}",
            arguments=("predict", "bundle", name),
            words=(name,),
            prepare=lambda f, name=name, content=content: replace(f / name, content),
        )
    for folder in ("nothing", "saved"):
        for arguments in (
            ("predict", "bundle", folder),
            (*_VERIFY, "--images", folder),
            ("export", "model.skops", "--preprocessing", "pre.toml", "--golden", folder, "--out", "out"),
            ("export", "model.keras", "--precision", "auto", "--calibration", folder, "--out", "out"),
            ("preprocessing", "guess", "--images", folder, "--expected", "arrays.npy"),
        ):
            yield Mistake(
                name=f"{' '.join(arguments)}: a folder without images",
                arguments=arguments,
                words=(folder,),
                prepare=lambda f: (f / "nothing").mkdir(),
            )
    for arguments in (
        ("predict", "bundle", "nowhere.jpg"),
        ("predict", "bundle", "photo.jpg", "nowhere.jpg"),
        (*_VERIFY, "--images", "nowhere"),
        ("export", "model.skops", "--preprocessing", "pre.toml", "--golden", "nowhere", "--out", "out"),
        ("export", "model.skops", "--preprocessing", "pre.toml", "--golden", "labels.txt", "--out", "out"),
    ):
        yield Mistake(name=f"{' '.join(arguments)}", arguments=arguments, words=(_find_path(arguments),))


def _find_path(arguments: tuple[str, ...]) -> str:
    return next(each for each in arguments if each.startswith("nowhere") or each == "labels.txt")


_DAMAGES: Final[dict[str, Callable[[Path], None]]] = {
    "no manifest": lambda site: (site / "manifest.json").unlink(),
    "an empty manifest": lambda site: replace(site / "manifest.json", b""),
    "a manifest cut in half": lambda site: replace(
        site / "manifest.json", (site / "manifest.json").read_bytes()[:1000]
    ),
    "a manifest of another tool": lambda site: replace(site / "manifest.json", b'{"name": "app", "icons": []}'),
    "a manifest of a later version": lambda site: _change(site, format=999),
    "a label changed": lambda site: _change(site, labels=["cat", "dog", "cow"]),
    "a label removed": lambda site: _change(site, labels=["cat", "dog"]),
    "a name changed": lambda site: _change(site, name="another"),
    "a wrong type": lambda site: _change(site, labels="cat"),
    "a key too many": lambda site: _change(site, author="me"),
    "a model file gone": lambda site: _find(site, "*.onnx").unlink(),
    "a model file cut": lambda site: replace(_find(site, "*.onnx"), _find(site, "*.onnx").read_bytes()[:-9]),
    "a model file of another": lambda site: replace(
        _find(site, "*.onnx"), (site.parents[1] / "model.onnx").read_bytes()
    ),
    "a golden image replaced": lambda site: replace(
        min((site / "golden").iterdir()), (site.parents[1] / "photo.jpg").read_bytes()
    ),
    "the page changed": lambda site: replace(site / "index.html", b"<!DOCTYPE html>"),
    "the page's script gone": lambda site: shutil.rmtree(site / "assets"),
    "the manifest a folder": lambda site: (replace(site / "manifest.json", b""), _turn(site / "manifest.json"))[1],
}


def _list_of_damaged_bundles() -> Iterator[Mistake]:
    for name, damage in _DAMAGES.items():
        commands: list[tuple[str, ...]] = [("inspect", "bundle"), _VERIFY, ("serve", "bundle", "--port", "0")]
        if "golden" not in name and "page" not in name:
            commands.append(("predict", "bundle", "photo.jpg"))
        for arguments in commands:
            code = 1 if arguments is _VERIFY and _is_found_by_verify(name) else 2
            yield Mistake(
                name=f"{arguments[0]} of a bundle with {name}",
                arguments=arguments,
                words=("Error:",),
                prepare=lambda f, damage=damage: damage(f / "bundle" / "site"),
                code=code,
            )
    digest = "0" * 64
    for arguments in (("inspect", "bundle"), _VERIFY, ("predict", "bundle", "photo.jpg"), ("serve", "bundle")):
        yield Mistake(
            name=f"{arguments[0]} with another digest",
            arguments=(*arguments, "--expect-digest", digest),
            words=("digest",),
        )
        yield Mistake(
            name=f"{arguments[0]} with no digest",
            arguments=(*arguments, "--expect-digest", "latest"),
            words=("latest",),
        )


def _is_found_by_verify(name: str) -> bool:
    """Whether it is the report that says so."""
    return name.startswith(("a model file", "a golden", "the page"))


def _list_of_names() -> Iterator[Mistake]:
    for option in ("--runtime", "--require"):
        for name in (
            "onnxruntim",
            "tensorflow",
            "tfjs:webgpu@node",
            "chrome",
            "onnxruntime@firefox",
            "",
            "@",
            "@safari",
        ):
            yield Mistake(
                name=f"verify {option} {name!r}",
                arguments=("verify", "bundle", option, name),
                words=(name,) if name.strip("@") else (),
            )
    yield Mistake(
        name="verify in another browser", arguments=("verify", "bundle", "--browser", "safari"), words=("safari",)
    )
    yield Mistake(
        name="verify of an artifact that it has not",
        arguments=("verify", "bundle", "--runtime", "onnxruntime [onnx-uint8]"),
        words=("onnx-uint8",),
    )
    for file in ("nowhere.json", "photos", "photo.jpg", "xgb.json", "labels.txt"):
        yield Mistake(name=f"verify against {file}", arguments=(*_VERIFY, "--against", file), words=(file,))
    yield Mistake(name="serve without a page", arguments=("serve", "plain"), words=("page",), prepare=_export_plain)
    yield Mistake(
        name="inspect the program of none", arguments=("inspect", "plain", "--program"), prepare=_export_plain
    )
    yield Mistake(
        name="predict by the program of none",
        arguments=("predict", "plain", "photo.jpg", "--runtime", "webparity"),
        words=("wasm",),
        prepare=_export_plain,
    )


def _export_plain(folder: Path) -> None:
    from webparity.export.model_export import export_model

    export_model(
        folder / "model.skops", folder / "plain", preprocessing=folder / "pre.toml", targets=["onnx"], page=False
    )


def _change(site: Path, **values: object) -> None:
    file = site / "manifest.json"
    replace(file, json.dumps(json.loads(file.read_bytes()) | values))


def _find(site: Path, pattern: str) -> Path:
    return next(site.rglob(pattern))


def _turn(path: Path) -> None:
    path.unlink()
    path.mkdir()
