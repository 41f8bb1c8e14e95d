"""Wrong preprocessing files, labels, presets, arrays, and words about a model's numbers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
from mistake import Mistake, replace

_GOOD: Final = 'height = 8\nwidth = 8\nchannels = "gray"\n'
# By what is wrong: the file, and the words that must be said: the key at fault, and what it may be.
_FILES: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "no height": ("width = 8\n", ("height",)),
    "height misspelt": ("heigth = 8\nwidth = 8\n", ("heigth", "height")),
    "a key of another tool": (_GOOD + "rescale_factor = 0.1\n", ("rescale_factor", "scale")),
    "a capital letter": ("Height = 8\nwidth = 8\n", ("Height", "height")),
    "height a text": ('height = "8"\nwidth = 8\n', ("height",)),
    "height a fraction": ("height = 8.5\nwidth = 8\n", ("height",)),
    "height zero": ("height = 0\nwidth = 8\n", ("height", "2048")),
    "height below zero": ("height = -8\nwidth = 8\n", ("height",)),
    "height too large": ("height = 100000\nwidth = 8\n", ("height", "2048")),
    "height true": ("height = true\nwidth = 8\n", ("height",)),
    "a list for the size": ("height = [8, 8]\nwidth = 8\n", ("height",)),
    "channels a number": ("height = 8\nwidth = 8\nchannels = 3\n", ("channels", "gray", "rgb")),
    "channels misspelt": ('height = 8\nwidth = 8\nchannels = "grey"\n', ("channels", "grey", "gray", "rgb")),
    "fit misspelt": (_GOOD + 'fit = "crop"\n', ("fit", "crop", "cover", "contain", "stretch")),
    "resize misspelt": (_GOOD + 'resize = "linear"\n', ("resize", "linear", "bilinear", "bicubic")),
    "like misspelt": (_GOOD + 'like = "PIL"\n', ("like", "PIL", "pillow", "opencv", "tensorflow")),
    "scale a text": (_GOOD + 'scale = "1/255"\n', ("scale",)),
    "scale not finite": (_GOOD + "scale = nan\n", ("scale",)),
    "scale zero": (_GOOD + "scale = 0.0\n", ("scale",)),
    "offset infinite": (_GOOD + "offset = inf\n", ("offset",)),
    "mean of three for gray": (_GOOD + "mean = [0.1, 0.2, 0.3]\nstd = [1.0, 1.0, 1.0]\n", ("mean",)),
    "std of zero": (_GOOD + "mean = [0.1]\nstd = [0.0]\n", ("std",)),
    "std negative": (_GOOD + "mean = [0.1]\nstd = [-1.0]\n", ("std",)),
    "mean a number": (_GOOD + "mean = 0.5\n", ("mean",)),
    "mean of texts": (_GOOD + 'mean = ["a"]\n', ("mean",)),
    "hog misspelt": (_GOOD + "[hog]\norientation = 9\n", ("orientation", "orientations")),
    "hog a number": (_GOOD + "hog = 9\n", ("hog",)),
    "hog larger than the image": (
        _GOOD + "[hog]\norientations = 9\npixels_per_cell = 64\ncells_per_block = 2\n",
        ("pixels_per_cell",),
    ),
    "hog of no bins": (
        _GOOD + "[hog]\norientations = 0\npixels_per_cell = 4\ncells_per_block = 1\n",
        ("orientations",),
    ),
    "steps and other keys": (_GOOD + '[[steps]]\nstep = "resize"\nheight = 8\nwidth = 8\n', ("steps", "channels")),
    "a step misspelt": ('[[steps]]\nstep = "resise"\nheight = 8\nwidth = 8\n', ("resise", "resize")),
    "a step without a name": ("[[steps]]\nheight = 8\nwidth = 8\n", ("step",)),
    "a step's key misspelt": ('[[steps]]\nstep = "resize"\nheigth = 8\nwidth = 8\n', ("heigth", "height")),
    "a step's method misspelt": (
        '[[steps]]\nstep = "resize"\nheight = 8\nwidth = 8\nmethod = "cubic"\n',
        ("method", "cubic", "bicubic", "bilinear"),
    ),
    "a step's size a text": ('[[steps]]\nstep = "resize"\nheight = "8"\nwidth = 8\n', ("height",)),
    "no resize": ('[[steps]]\nstep = "invert"\n', ("resize",)),
    "two resizes": ('[[steps]]\nstep = "resize"\nheight = 8\nwidth = 8\n' * 2, ("resize",)),
    "steps a text": ('steps = "resize"\n', ("steps",)),
    "steps empty": ("steps = []\n", ("resize",)),
    "a color misspelt": (
        '[[steps]]\nstep = "color"\nto = "grey"\n[[steps]]\nstep = "resize"\nheight = 8\nwidth = 8\n',
        ("to", "grey", "gray"),
    ),
    "no TOML": ("height: 8\nwidth: 8\n", ("TOML",)),
    "JSON": ('{"height": 8, "width": 8}', ("TOML",)),
    "a key twice": ("height = 8\nheight = 8\nwidth = 8\n", ("TOML",)),
    "an open bracket": ("height = 8\nwidth = [8\n", ("TOML",)),
    "empty": ("", ("height",)),
    "of another size than the model": ('height = 9\nwidth = 9\nchannels = "gray"\n', ("8", "9")),
    "of other channels than the model": ('height = 8\nwidth = 8\nchannels = "rgb"\n', ("channels",)),
}
_JSON: Final[dict[str, Any]] = {
    "a list": [],
    "of a tokenizer": {"tokenizer_class": "BertTokenizer"},
    "without a size": {"do_resize": True, "image_mean": [0.5] * 3, "image_std": [0.5] * 3},
    "of an unknown resample": {"do_resize": True, "size": {"height": 8, "width": 8}, "resample": 17},
    "of a size that is a text": {"do_resize": True, "size": "small"},
    "of a timm configuration cut short": {"pretrained_cfg": {"mean": [0.5] * 3}},
}
_LABELS: Final[dict[str, tuple[bytes, tuple[str, ...]]]] = {
    "empty": (b"", ("labels",)),
    "too few": (b"cat\ndog\n", ("3", "2")),
    "too many": (b"cat\ndog\nhorse\ncow\n", ("3", "4")),
    "one twice": (b"cat\ndog\ncat\n", ("cat",)),
    "on one line": (b"cat, dog, horse", ("3",)),
    "no UTF-8": ("Katze\nHund\nKüken\n".encode("latin-1"), ("UTF-8",)),
    "UTF-16": ("cat\ndog\nhorse\n".encode("utf-16"), ("UTF-8",)),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), ("UTF-8",)),
}
_ARRAYS: Final[dict[str, Callable[[], Any]]] = {
    "of texts": lambda: np.array([["a"] * 8] * 4),
    "of objects": lambda: np.array([{}, None, 1, 2], dtype=object),
    "of one axis": lambda: np.zeros(10, np.float32),
    "of five axes": lambda: np.zeros((4, 1, 8, 8, 3), np.float32),
    "of two channels": lambda: np.zeros((4, 8, 8, 2), np.float32),
    "of no images": lambda: np.zeros((0, 8, 8, 3), np.float32),
    "of more images": lambda: np.zeros((9, 8, 8, 3), np.float32),
    "with NaN": lambda: np.full((4, 8, 8, 3), np.nan, np.float32),
    "with infinity": lambda: np.full((4, 8, 8, 3), np.inf, np.float32),
    "of complex numbers": lambda: np.zeros((4, 8, 8, 3), np.complex64),
    "of one pixel": lambda: np.zeros((4, 0, 8, 3), np.float32),
    "of huge images": lambda: np.zeros((1, 4096, 4, 3), np.float16),
}
# By the model: words of --outputs, thresholds and units that do not go with it.
_OUTPUTS: Final[list[tuple[str, tuple[str, ...], tuple[str, ...]]]] = [
    ("model.keras", ("--outputs", "logits"), ("--outputs",)),
    ("model.keras", ("--outputs", "sigmoid"), ("--outputs",)),
    ("model.keras", ("--outputs", "multilabel"), ("--outputs",)),
    ("model.keras", ("--threshold", "0.4"), ("--threshold", "multilabel")),
    ("model.keras", ("--unit", "years"), ("--unit", "values")),
    ("logits.keras", (), ("--outputs logits",)),
    ("logits.keras", ("--outputs", "probabilities"), ("--outputs",)),
    ("logits.keras", ("--outputs", "sigmoid"), ("--outputs",)),
    ("logits.keras", ("--outputs", "multilabel", "--threshold", "1.5"), ("1.5", "threshold")),
    ("logits.keras", ("--outputs", "multilabel", "--threshold", "half"), ("half", "threshold")),
    ("logits.keras", ("--outputs", "multilabel", "--threshold", "cow=0.4"), ("cow", "cat")),
    ("logits.keras", ("--outputs", "multilabel", "--threshold", "0.4", "--threshold", "0.5"), ("--threshold",)),
    ("logits.keras", ("--outputs", "values", "--unit", "cow=m"), ("cow", "cat")),
    ("logits.keras", ("--outputs", "values", "--threshold", "0.4"), ("--threshold",)),
    ("logits.keras", ("--outputs", "logits", "--unit", "m"), ("--unit",)),
    ("model.onnx", ("--outputs", "logits"), ("--outputs",)),
    ("model.onnx", ("--missing", "0"), ("--missing",)),
    ("model.skops", ("--outputs", "logits"), ("--outputs",)),
    ("model.skops", ("--outputs", "multilabel"), ("--outputs",)),
    ("model.skops", ("--missing", "0"), ("--missing",)),
    ("model.skops", ("--layout", "nchw"), ("--layout",)),
    ("scores.skops", ("--outputs", "probabilities"), ("--outputs", "scores")),
    ("xgb.json", ("--outputs", "logits"), ("--outputs",)),
    ("xgb.json", ("--missing", "inf"), ("nan",)),
    ("model.keras", ("--layout", "nchw"), ("--layout",)),
    ("model.keras", ("--target", "tflite"), ("tflite", "onnx", "wasm")),
    ("model.keras", ("--target", "ONNX"), ("ONNX", "onnx")),
    ("model.skops", ("--target", "tfjs-layers"), ("tfjs-layers",)),
    ("model.onnx", ("--target", "tfjs-graph"), ("tfjs-graph",)),
    ("model.keras", ("--calibration", "photos"), ("--precision",)),
    ("model.keras", ("--precision", "uint8", "--calibration", "nowhere"), ("nowhere",)),
    ("run", ("--labels", "labels.txt"), ("--labels",)),
    ("run", ("--preprocessing", "pre.toml"), ("--preprocessing",)),
    ("run", ("--trust",), ("--trust",)),
    ("run", ("--outputs", "scores"), ("--outputs",)),
]


def list_mistakes() -> Iterator[Mistake]:
    """List the mistakes."""
    export = ("export", "model.keras", "--out", "out", "--no-page", "--target", "onnx")
    for name, (text, words) in _FILES.items():
        yield Mistake(
            name=f"preprocessing: {name}",
            arguments=(*export, "--preprocessing", "wrong.toml"),
            words=words,
            prepare=lambda f, text=text: replace(f / "wrong.toml", text),
        )
    for name, content in _JSON.items():
        yield Mistake(
            name=f"a configuration {name}",
            arguments=(*export, "--preprocessing", "preprocessor_config.json"),
            words=("preprocessor_config.json",),
            prepare=lambda f, content=content: replace(f / "preprocessor_config.json", json.dumps(content)),
        )
    for file in ("nowhere.toml", "photos", "photo.jpg", "model.keras", "imagenet-torchvison"):
        yield Mistake(name=f"preprocessing is {file}", arguments=(*export, "--preprocessing", file), words=(file,))
    for name, (content, words) in _LABELS.items():
        yield Mistake(
            name=f"labels: {name}",
            arguments=(*export, "--preprocessing", "pre.toml", "--labels", "wrong.txt"),
            words=words,
            prepare=lambda f, content=content: replace(f / "wrong.txt", content),
        )
    for file in ("nowhere.txt", "photos", "photo.jpg"):
        yield Mistake(name=f"labels are {file}", arguments=(*export, "--labels", file), words=(file,))
    yield from _list_of_presets()
    guess = ("preprocessing", "guess", "--images", "photos", "--expected")
    for name, make in _ARRAYS.items():
        yield Mistake(
            name=f"arrays {name}",
            arguments=(*guess, "wrong.npy"),
            prepare=lambda f, make=make: np.save(f / "wrong.npy", make(), allow_pickle=True),
        )
    for file in ("nowhere.npy", "photos", "photo.jpg", "labels.txt", "model.keras"):
        yield Mistake(name=f"arrays are {file}", arguments=(*guess, file), words=(file,))
    for number, (model, options, words) in enumerate(_OUTPUTS):
        own = [] if model == "run" else ["--preprocessing", "pre.toml", "--labels", "labels.txt"]
        targets = [] if "--target" in options else ["--target", "onnx"]
        yield Mistake(
            name=f"{number} {model} with {' '.join(options) or 'no word about its numbers'}",
            arguments=("export", model, *options, *own, *targets, "--out", "out", "--no-page"),
            words=words,
        )


def _list_of_presets() -> Iterator[Mistake]:
    init = ("export", "--init-preprocessing")
    yield Mistake(
        name="a preset misspelt", arguments=(*init, "new.toml", "--preset", "keras-mobilnet"), words=("mobilenet",)
    )
    yield Mistake(name="a preset of no name", arguments=(*init, "new.toml", "--preset", ""), words=("preset",))
    yield Mistake(name="an example over another", arguments=(*init, "pre.toml"), words=("pre.toml",))
    yield Mistake(name="an example over a folder", arguments=(*init, "photos"), words=("photos",))
    yield Mistake(name="an example into no folder", arguments=(*init, "nowhere/new.toml"), words=("nowhere",))
    for option, value in (
        ("--images", "nowhere"),
        ("--images", "photo.jpg"),
        ("--images", "saved"),
        ("--out", "pre.toml"),
    ):
        given = {"--images": "photos", "--expected": "arrays.npy"} | {option: value}
        yield Mistake(
            name=f"guess with {option} {value}",
            arguments=("preprocessing", "guess", *(part for pair in given.items() for part in pair)),
            words=(Path(value).name,),
        )
