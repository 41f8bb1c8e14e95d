"""Candidates: ways to resize, with colors, and ways to scale, of a given size."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from webparity.errors import UsageError
from webparity.preprocessing.method_tables import INTERPOLATIONS
from webparity.preprocessing.pipeline.resizing import LIBRARIES, find_resize_function
from webparity.preprocessing.pipeline.step import Step, make_step

Steps = tuple[Step, ...]
_IMAGENET: Final = {"mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]}
_HALVES: Final = {"mean": [0.5], "std": [0.5]}
_CLIP: Final = {"mean": [0.48145466, 0.4578275, 0.40821073], "std": [0.26862954, 0.26130258, 0.27577711]}
_CAFFE: Final = [103.939, 116.779, 123.68]
_UNIT: Final = {"step": "scale", "factor": 1 / 255}
# Portions of the shorter side that networks for ImageNet keep.
_PORTIONS: Final = (0.875, 0.9, 0.95, 0.96, 1.0)


class Scaling(NamedTuple):
    """A way from grey levels to values.

    Attributes:
        name: in words.
        steps: of the pipeline.
    """

    name: str
    steps: Steps


def list_scalings(depth: int) -> list[Scaling]:
    """List the usual ways to scale grey levels."""
    listed: list[tuple[str, list[dict[str, Any]]]] = [
        ("grey levels", []),
        ("0 to 1", [_UNIT]),
        ("-1 to 1", [{"step": "scale", "factor": 1 / 127.5, "offset": -1.0}]),
        ("inverted, 0 to 1", [{"step": "invert"}, _UNIT]),
        ("standardized as TensorFlow", [{"step": "standardize"}]),
        ("standardized as Keras", [_UNIT, {"step": "standardize", "like": "keras"}]),
    ]
    if depth == 3:
        listed += [
            ("ImageNet's mean and deviation", [_UNIT, {"step": "normalize", **_IMAGENET}]),
            ("CLIP's mean and deviation", [_UNIT, {"step": "normalize", **_CLIP}]),
            ("Caffe's means", [{"step": "normalize", "mean": _CAFFE}]),
            ("Caffe's means, RGB", [{"step": "normalize", "mean": _CAFFE[::-1]}]),
        ]
    return [Scaling(name, tuple(make_step(step) for step in steps)) for name, steps in listed]


def list_colors(depth: int) -> list[tuple[str, Steps, Steps]]:
    """List colors: a name, the steps before the resize, and those behind it."""
    if depth == 3:
        return [("rgb", (), ()), ("bgr", (), (make_step({"step": "color", "to": "bgr"}),))]
    gray = {"step": "color", "to": "gray"}
    return [
        ("gray first", (make_step(gray),), ()),
        ("gray after, Pillow's", (), (make_step({**gray, "like": "pillow"}),)),
        ("gray after, OpenCV's", (), (make_step({**gray, "like": "opencv"}),)),
        ("gray after, TensorFlow's", (), (make_step({**gray, "like": "tensorflow"}),)),
        ("luma", (make_step({**gray, "to": "luma"}),), ()),
    ]


def list_resizes(height: int, width: int) -> Iterator[Steps]:
    """List all resizes to a size: every method of every library, and every fit."""
    size = {"height": height, "width": width}
    for like in LIBRARIES:
        for method in INTERPOLATIONS:
            for antialias in (None, True):
                options = {"method": method, "like": like, **({} if antialias is None else {"antialias": antialias})}
                if not _is_possible(options, antialias=antialias is not None):
                    continue
                for fit in _list_fits(like):
                    yield (make_step({"step": "resize", **options, **size, **fit}),)
                if like == "torchvision" and height == width:
                    for shorter in sorted({int(height / portion) for portion in _PORTIONS} | {256, 232} - {height}):
                        if shorter >= height:
                            resize = {"step": "resize", **options, "shorter": shorter}
                            yield (make_step(resize), make_step({"step": "crop", **size}))


def _list_fits(like: str) -> list[dict[str, Any]]:
    # Keras and torchvision stretch as TensorFlow and Pillow do.
    stretch: list[dict[str, Any]] = [] if like in {"keras", "torchvision"} else [{"fit": "stretch"}]
    cover: list[dict[str, Any]] = [{"fit": "cover"}] if like in {"keras", "torchvision", "opencv"} else []
    fills: list[dict[str, Any]] = [{"fit": "contain", "color": [color]} for color in (0.0, 114.0, 255.0)]
    return [*stretch, *cover, *(fills if like in {"pillow", "opencv", "keras", "tensorflow"} else [])]


def _is_possible(options: dict[str, Any], *, antialias: bool) -> bool:
    if antialias and (LIBRARIES[options["like"]] != "tensorflow" or options["method"] in {"nearest", "area"}):
        return False
    try:
        find_resize_function(options)
    except UsageError:
        return False
    return True
