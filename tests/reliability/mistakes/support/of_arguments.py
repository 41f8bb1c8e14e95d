"""Wrong arguments of the public functions, as a notebook gives them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np


@dataclass(frozen=True, kw_only=True)
class Call:
    """A wrong call.

    Attributes:
        name: unlike those of all others.
        run: makes the call in the folder of good files.
        words: that the message holds.
    """

    name: str
    run: Callable[[Path], Any]
    words: tuple[str, ...] = field(default=())


class _Unknown:
    """A model of no library."""


def list_calls() -> Iterator[Call]:
    """List the wrong calls."""
    yield from _list_exports()
    yield from _list_specifications()
    yield from _list_predictions()
    yield from _list_trainings()


_NOT_MODELS: Final[dict[str, Callable[[], Any]]] = {
    "None": lambda: None,
    "a number": lambda: 3,
    "a dictionary": dict,
    "a list": lambda: [1, 2],
    "an array": lambda: np.zeros((3, 3)),
    "a function": lambda: len,
    "an object of no library": _Unknown,
    "a class in the place of a model": lambda: _import("sklearn.linear_model", "LogisticRegression"),
    "a classifier that is not fitted": lambda: _make("sklearn.linear_model", "LogisticRegression"),
    "a boosted classifier that is not fitted": lambda: _make("xgboost", "XGBClassifier"),
    "a clustering": lambda: _import("sklearn.cluster", "KMeans")(2, n_init=1).fit(
        np.random.default_rng(0).random((9, 64))
    ),
    "a scaler": lambda: _import("sklearn.preprocessing", "StandardScaler")().fit(
        np.random.default_rng(0).random((9, 64))
    ),
    "a layer": lambda: _import("keras.layers", "Dense")(3),
    "an empty path": lambda: "",
    "a path to nothing": lambda: "nowhere.keras",
    "bytes": lambda: b"model",
}
_OPTIONS: Final[dict[str, tuple[Any, ...]]] = {
    "preprocessing": (3, 1.5, [], "nowhere.toml", {"heigth": 8}, object(), b"pre.toml"),
    "labels": (3, "nowhere.txt", ["cat"], ["cat", "dog", "dog"], [], {"cat": 0}, np.arange(4)),
    "golden": (
        3,
        "nowhere",
        [],
        np.zeros((2, 8, 8, 3), np.float32),
        np.zeros((2, 8, 8, 2), np.uint8),
        np.zeros((8, 8), np.uint8),
        [None],
        [np.zeros((0, 8, 3), np.uint8)],
    ),
    "targets": (["tflite"], [3], 3, "wasm-float32"),
    "precision": ("int4", 16, None),
    "calibration": (3, "photos", "nowhere"),
    "max_flips": (-1, 0.5, "few"),
    "max_difference": (0, 2, -0.1, "small", float("nan")),
    "missing": ("nan", float("inf")),
    "layout": ("chw", 3),
    "thresholds": (0.4, ["a"]),
    "units": ("years",),
    "name": (3, ""),
}


def _list_exports() -> Iterator[Call]:
    for name, make in _NOT_MODELS.items():
        yield Call(name=f"export of {name}", run=lambda f, make=make: _export(f, make()))
    for option, values in _OPTIONS.items():
        for number, value in enumerate(values):
            yield Call(
                name=f"export with {option} {number}: {type(value).__name__} {str(value)[:20]!r}",
                run=lambda f, option=option, value=value: _export(f, f / "model.skops", **{option: _place(f, value)}),
                words=(option,) if option in {"max_flips", "max_difference", "precision", "layout"} else (),
            )
    yield Call(name="export to nothing", run=lambda f: _export(f, f / "model.skops", out=None))
    yield Call(
        name="export to a file", run=lambda f: _export(f, f / "model.skops", out=f / "photo.jpg"), words=("photo.jpg",)
    )
    yield Call(
        name="export over images", run=lambda f: _export(f, f / "model.skops", out=f / "photos"), words=("photos",)
    )
    yield Call(
        name="export over a bundle", run=lambda f: _export(f, f / "model.skops", out=f / "bundle"), words=("force",)
    )


def _place(folder: Path, value: Any) -> Any:
    """Turn names of files into paths of the folder."""
    return (
        folder / value
        if isinstance(value, str) and value in {"nowhere.toml", "nowhere.txt", "nowhere", "photos"}
        else value
    )


def _export(folder: Path, model: Any, *, out: Any = "out", **options: Any) -> Any:
    from webparity.export import export_model

    given = {"preprocessing": folder / "pre.toml", "targets": ["onnx"], "page": False} | options
    return export_model(model, folder / out if isinstance(out, str) else out, **given)


_FIELDS: Final[dict[str, tuple[Any, ...]]] = {
    "height": (None, "8", 8.0, 0, -1, 4096, True, [8]),
    "width": (None, "8", 0),
    "channels": ("grey", "RGB", 3, None),
    "fit": ("crop", None),
    "resize": ("linear", "BILINEAR", 2),
    "like": ("PIL", "torchvision", 1),
    "scale": (0, "1/255", float("nan"), None, 10**400),
    "offset": ("0", float("inf")),
    "mean": (0.5, [0.1, 0.2], ["a"], "0.5"),
    "std": ([0.0], [-1.0], 1.0),
    "hog": (9, {"orientations": 9}, "hog"),
    "steps": ("resize", [3], [{"step": "resise"}], [{"height": 8}], 3),
}


def _list_specifications() -> Iterator[Call]:
    for name, values in _FIELDS.items():
        for number, value in enumerate(values):
            yield Call(
                name=f"Preprocessing({name}={str(value)[:20]}) {number}",
                run=lambda _, name=name, value=value: _make_specification(**{name: value}),
                words=(name,) if name != "steps" else (),
            )


def _make_specification(**values: Any) -> Any:
    from webparity import Preprocessing

    return Preprocessing(**({"height": 8, "width": 8} | values))


def _list_predictions() -> Iterator[Call]:
    for what in ("nowhere", "photos", "photo.jpg", "model.keras"):
        yield Call(name=f"open_bundle of {what}", run=lambda f, what=what: _open(f / what), words=(what,))
    for value in (None, 3, b"bundle"):
        yield Call(name=f"open_bundle of {value}", run=lambda _, value=value: _open(value))
    yield Call(
        name="open_bundle with another digest",
        run=lambda f: _open(f / "bundle", expect_digest="0" * 64),
        words=("digest",),
    )
    for what in ("nowhere.jpg", "labels.txt", "photos", "model.keras"):
        yield Call(name=f"predict {what}", run=lambda f, what=what: _predict(f, f / what), words=(what,))
        yield Call(
            name=f"decode {what}", run=lambda f, what=what: _import("webparity", "decode_file")(f / what), words=(what,)
        )
    for name, runtime in (("an unknown one", "tensorflow"), ("none", "")):
        yield Call(
            name=f"predict by {name}", run=lambda f, runtime=runtime: _predict(f, f / "photo.jpg", runtime=runtime)
        )
    verify = "webparity.parity", "verify"
    for option, value in (
        ("runtimes", ["onnxruntim"]),
        ("browsers", ["safari"]),
        ("require", ["nothing"]),
        ("images", ["nowhere"]),
        ("max_images", 0),
    ):
        yield Call(
            name=f"verify with {option}",
            run=lambda f, option=option, value=value: _import(*verify)(f / "bundle", **{option: value}),
            words=(str(value[0]),) if isinstance(value, list) else (),
        )
    for name, images in (
        ("floats", np.zeros((2, 20, 24, 3), np.float32)),
        ("one channel", np.zeros((2, 20, 24, 1), np.uint8)),
        ("no batch", np.zeros((20, 24, 3), np.uint8)),
        ("no pixels", np.zeros((2, 0, 24, 3), np.uint8)),
        ("a list", [1, 2]),
    ):
        yield Call(name=f"ImagePreprocessing of {name}", run=lambda _, images=images: _transform(images))


def _open(path: Any, **options: Any) -> Any:
    return _import("webparity", "open_bundle")(path, **options)


def _predict(folder: Path, image: Any, **options: Any) -> Any:
    return _import("webparity", "Predictor")(_open(folder / "bundle"), **options).predict(image)


def _transform(images: Any) -> Any:
    return _import("webparity", "ImagePreprocessing")(_make_specification()).transform(images)


def _list_trainings() -> Iterator[Call]:
    for what in ("nowhere", "photos", "photo.jpg", "bundle"):
        yield Call(
            name=f"load_run of {what}",
            run=lambda f, what=what: _import("webparity.train", "load_run")(f / what),
            words=(what,),
        )
    for name in ("mnist-cn", ""):
        yield Call(
            name=f"a recipe named {name!r}",
            run=lambda _, name=name: _import("webparity.train.recipes.registry", "find_recipe")(name),
        )


def _make(module: str, name: str) -> Any:
    return _import(module, name)()


def _import(module: str, name: str) -> Any:
    return getattr(__import__(module, fromlist=[name]), name)
