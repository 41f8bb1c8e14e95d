"""Model files that are none: missing, empty, cut, of another kind, or with weights that are no numbers."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from material import MODELS, UNSAFE
from mistake import Mistake, replace

OUT: Final = ("--out", "out", "--preprocessing", "pre.toml", "--golden", "photos", "--target", "onnx", "--no-page")
DAMAGES: Final[dict[str, Callable[[bytes], bytes]]] = {
    "empty": lambda _: b"",
    "cut in half": lambda content: content[: len(content) // 2],
    "without its end": lambda content: content[:-16],
    "without its beginning": lambda content: content[16:],
    "zeros": lambda content: bytes(len(content)),
    "a page of a server": lambda _: b"<!DOCTYPE html>\n<html><head><title>404 Not Found</title></head></html>\n",
    "a pointer to the file": lambda _: b"version spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22e\nsize 12345\n",
    "a text": lambda _: "See the wiki for the größte model.\n".encode(),
    "a picture": lambda _: b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00",
    "noise": lambda content: bytes((7 * n * n + 13) % 256 for n in range(max(64, min(len(content), 4096)))),
}
RENAMED: Final = (
    ("model.onnx", ".keras"),
    ("model.keras", ".onnx"),
    ("model.keras", ".h5"),
    ("model.h5", ".keras"),
    ("model.skops", ".keras"),
    ("model.keras", ".skops"),
    ("model.pkl", ".skops"),
    ("model.onnx", ".skops"),
    ("model.skops", ".onnx"),
    ("model.skops", ".pkl"),
    ("model.onnx", ".pkl"),
    ("model.keras", ".joblib"),
    ("model.onnx", ".h5"),
    ("pre.toml", ".json"),
    ("labels.txt", ".onnx"),
    ("photo.jpg", ".h5"),
)
# Files whose end is nothing that is read, or text that is well formed when it is cut there.
_STILL_WHOLE: Final = frozenset({("light.txt", "without its end"), ("light.txt", "cut in half")})


def list_mistakes() -> Iterator[Mistake]:
    """List the mistakes."""
    for file in MODELS:
        yield Mistake(
            name=f"{file}: missing",
            arguments=_export(file),
            words=(file,),
            prepare=lambda f, file=file: _remove(f / file),
        )
        for damage, alter in DAMAGES.items():
            if (file, damage) not in _STILL_WHOLE:
                yield Mistake(
                    name=f"{file}: {damage}",
                    arguments=_export(file),
                    words=(file,),
                    prepare=lambda f, file=file, alter=alter: _damage(f / file, alter),
                )
        if file != "saved":
            yield Mistake(
                name=f"{file}: a folder",
                arguments=_export(file),
                words=(file,),
                prepare=lambda f, file=file: _turn(f / file),
            )
        if file in UNSAFE:
            yield Mistake(name=f"{file}: not trusted", arguments=_export(file, trust=False), words=(file, "--trust"))
    for suffix in (".pt", ".pth", ".safetensors", ".tflite", ".pb", ".mlmodel", ".zip", ".csv", ""):
        yield Mistake(
            name=f"a model of another tool: {suffix or 'no suffix'}",
            arguments=_export(f"other{suffix}"),
            words=(f"other{suffix}", ".keras"),
            prepare=lambda f, suffix=suffix: replace(f / f"other{suffix}", DAMAGES["noise"](bytes(999))),
        )
    for file, suffix in RENAMED:
        yield Mistake(
            name=f"{file} named {suffix}",
            arguments=_export(f"named{suffix}", trust=suffix in {".h5", ".pkl", ".joblib"}),
            words=(f"named{suffix}",),
            prepare=lambda f, file=file, suffix=suffix: (f / file).rename(f / f"named{suffix}"),
        )
    for name, spoil in WEIGHTS.items():
        file = name.partition(":")[0]
        yield Mistake(name=name, arguments=_export(file), words=("finite",), prepare=spoil)


def _export(file: str, *, trust: bool = True) -> tuple[str, ...]:
    return ("export", file, *OUT, *(["--trust"] if trust else []))


def _remove(path: Path) -> None:
    shutil.rmtree(path) if path.is_dir() else path.unlink()


def _damage(path: Path, alter: Callable[[bytes], bytes]) -> None:
    file = path / "saved_model.pb" if path.is_dir() else path
    replace(file, alter(file.read_bytes()))


def _turn(path: Path) -> None:
    path.unlink()
    path.mkdir()
    (path / "inside.txt").write_text("a folder", encoding="utf-8")


def _spoil_keras(number: float) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        import numpy as np
        from material import build_network

        network = build_network()
        weights: list[Any] = network.get_weights()
        weights[0] = np.full_like(weights[0], number)
        network.set_weights(weights)
        (folder / "model.keras").unlink()
        network.save(folder / "model.keras")

    return spoil


def _spoil_onnx(number: float) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        import numpy as np
        import onnx
        from onnx import numpy_helper

        model = onnx.load(folder / "model.onnx")
        first = next(each for each in model.graph.initializer if each.name == "matrix")
        values = numpy_helper.to_array(first)
        first.CopyFrom(numpy_helper.from_array(np.full_like(values, number), "matrix"))
        replace(folder / "model.onnx", model.SerializeToString())

    return spoil


def _spoil_skops(number: float) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        import skops.io

        model = skops.io.load(folder / "model.skops")
        model.coef_[:] = number
        (folder / "model.skops").unlink()
        skops.io.dump(model, folder / "model.skops")

    return spoil


WEIGHTS: Final[dict[str, Callable[[Path], None]]] = {
    f"{file}: weights of {number}": spoil(number)
    for file, spoil in (("model.keras", _spoil_keras), ("model.onnx", _spoil_onnx), ("model.skops", _spoil_skops))
    for number in (float("nan"), float("inf"))
}
