"""Trainings, evaluations and searches on nothing; outputs in the way, or in places that cannot be written."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import numpy as np
from mistake import Mistake, replace

_EXPORT: Final = ("export", "model.skops", "--preprocessing", "pre.toml", "--target", "onnx", "--no-page")
_TRAIN: Final = ("train", "mnist-cnn", "--out", "out")


def list_mistakes() -> Iterator[Mistake]:
    """List the mistakes."""
    for command in ("train", "tune", "cross-validate"):
        for name in ("mnist-cn", "resnet50", "", "run", "MNIST-CNN"):
            yield Mistake(name=f"{command} {name!r}", arguments=(command, name), words=(name,))
        yield Mistake(
            name=f"{command} without its data",
            arguments=(command, "chest-svc", "--data", "nowhere"),
            words=("nowhere",),
        )
        for option in ("kernel=9", "kernels=3", "epochs", "=", "seed=x"):
            yield Mistake(
                name=f"{command} --set {option}",
                arguments=(command, "mnist-cnn", "--set", option),
                words=(option.partition("=")[0],),
            )
    yield Mistake(name="recipes of no name", arguments=("recipes", "mnist-cn"), words=("mnist-cn", "mnist-cnn"))
    for option in ("--variant", "--classes", "--activation", "--optimizer", "--kernel"):
        yield Mistake(
            name=f"train {option} of no such value", arguments=(*_TRAIN, option, "huge"), words=(option.strip("-"),)
        )
    for name, (data, prepare) in _DATA.items():
        recipe = "mnist-cnn" if data.endswith((".npz", ".jpg")) else "chest-linear-svc"
        yield Mistake(
            name=f"train on {name}",
            arguments=("train", recipe, "--data", data, "--out", "out"),
            words=(data,) if data != "classes" else ("NORMAL", "cat"),
            prepare=prepare,
        )
    for name, prepare in _RUNS.items():
        for arguments in (("evaluate", "run"), ("export", "run", "--out", "out", "--no-page")):
            yield Mistake(name=f"{arguments[0]} of a run with {name}", arguments=arguments, prepare=prepare)
    other = _change_run(recipe="mnist-none")
    yield Mistake(
        name="evaluate of a run of no recipe", arguments=("evaluate", "run"), words=("mnist-none",), prepare=other
    )
    for what in ("nowhere", "photos", "photo.jpg", "model.keras", "bundle"):
        yield Mistake(name=f"evaluate of {what}", arguments=("evaluate", what), words=(what,))
    yield Mistake(name="evaluate on no data", arguments=("evaluate", "run", "--data", "nowhere"), words=("nowhere",))
    yield from _list_of_outputs()


def _list_of_outputs() -> Iterator[Mistake]:
    commands: dict[str, tuple[tuple[str, ...], str]] = {
        "export": (_EXPORT, "--out"),
        "train": (("train", "mnist-cnn", "--data", "mnist-subset"), "--out"),
        "verify": (("verify", "bundle", "--runtime", "onnxruntime"), "--report"),
        "evaluate": (("evaluate", "run"), "--out"),
    }
    for command, (arguments, option) in commands.items():
        for out, words in (
            ("photos", ("photos",)),
            ("photo.jpg", ("photo.jpg",)),
            ("photo.jpg/below", ("photo.jpg",)),
            ("/proc/nothing/here", ("/proc",)),
            ("", ()),
            (".", ()),
            ("x" * 300, ()),
        ):
            yield Mistake(name=f"{command} {option} {out[:20]!r}", arguments=(*arguments, option, out), words=words)
            if out in {"photos", "photo.jpg"} and command != "verify":
                yield Mistake(
                    name=f"{command} {option} {out} --force",
                    arguments=(*arguments, option, out, "--force"),
                    words=words,
                )
    yield Mistake(name="export over a bundle", arguments=(*_EXPORT, "--out", "bundle"), words=("bundle", "--force"))
    yield Mistake(name="train over a run", arguments=("train", "mnist-cnn", "--out", "run"), words=("run", "--force"))
    yield Mistake(name="export over a run", arguments=(*_EXPORT, "--out", "run", "--force"), words=("run",))
    yield Mistake(
        name="export of a run onto itself", arguments=("export", "run", "--out", "run", "--force"), words=("run",)
    )
    yield Mistake(
        name="export over its images", arguments=(*_EXPORT, "--golden", "photos", "--out", "photos", "--force")
    )


def _make_npz(**arrays: object) -> Callable[[Path], None]:
    return lambda folder: np.savez(folder / "data.npz", **arrays)  # type: ignore[arg-type]


def _copy_one_class(folder: Path) -> None:
    shutil.copytree(folder / "classes" / "cat", folder / "one" / "train" / "NORMAL")


def _make_empty_classes(folder: Path) -> None:
    for name in ("NORMAL", "PNEUMONIA"):
        (folder / "nothing" / "train" / name).mkdir(parents=True)


_DATA: Final[dict[str, tuple[str, Callable[[Path], None]]]] = {
    "no file": ("nowhere.npz", lambda _: None),
    "a picture": ("photo.jpg", lambda _: None),
    "an empty archive": ("data.npz", _make_npz()),
    "an archive of other names": ("data.npz", _make_npz(images=np.zeros((9, 28, 28)), labels=np.zeros(9))),
    "images of another shape": (
        "data.npz",
        _make_npz(
            x_train=np.zeros((9, 5), np.uint8), y_train=np.zeros(9, np.uint8),
            x_test=np.zeros((9, 5), np.uint8), y_test=np.zeros(9, np.uint8),
        ),
    ),
    "labels of another number": (
        "data.npz",
        _make_npz(
            x_train=np.zeros((9, 28, 28), np.uint8), y_train=np.zeros(8, np.uint8),
            x_test=np.zeros((9, 28, 28), np.uint8), y_test=np.zeros(9, np.uint8),
        ),
    ),
    "a cut archive": ("data.npz", lambda folder: replace(folder / "data.npz", b"PK\x03\x04" + bytes(40))),
    "a folder of one class": ("one", _copy_one_class),
    "a folder without classes": ("photos", lambda _: None),
    "an empty folder": ("nothing", lambda folder: (folder / "nothing").mkdir()),
    "a folder of empty classes": (
        "nothing",
        _make_empty_classes,
    ),
    "a folder of other classes": ("classes", lambda _: None),
    "a folder of files": ("saved", lambda _: None),
}  # fmt: skip


def _change_run(**values: object) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        file = folder / "run" / "run.json"
        replace(file, json.dumps(json.loads(file.read_bytes()) | values))

    return change


def _drop_model(folder: Path) -> None:
    next(each for each in (folder / "run").iterdir() if each.stem == "model").unlink()


_RUNS: Final[dict[str, Callable[[Path], None]]] = {
    "no run.json": lambda folder: (folder / "run" / "run.json").unlink(),
    "an empty run.json": lambda folder: replace(folder / "run" / "run.json", b""),
    "no model": _drop_model,
    "labels that are a text": _change_run(labels="cat"),
    "no seed": _change_run(seed="x"),
}
