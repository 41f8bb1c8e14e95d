"""A pipeline's plan: its steps, checked, in the order of the graph, with the shapes between them."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final, NamedTuple

from webparity.errors import UsageError
from webparity.preprocessing.geometry import Color
from webparity.preprocessing.method_tables import FITS
from webparity.preprocessing.pipeline.kind_table import STEP_KINDS, check_step
from webparity.preprocessing.pipeline.kinds import Options, Shape, StepKind
from webparity.preprocessing.pipeline.placing import make_color
from webparity.preprocessing.pipeline.resizing import LIBRARIES
from webparity.preprocessing.pipeline.step import Step
from webparity.preprocessing.pipeline.steps.color import LUMA

_BLACK: Final = (0.0,)


class Applied(NamedTuple):
    """A step of pixels of a known size.

    Attributes:
        kind: what it computes.
        options: its options.
        shape: of its input.
    """

    kind: StepKind
    options: Options
    shape: Shape


class Plan(NamedTuple):
    """What a pipeline computes.

    Attributes:
        steps: all steps with their defaults.
        square: a crop or pad to a square before the resize, by its name and options; or None.
        resize: the options of the resize.
        window: the options of a crop or pad that gives the size which the resize leaves open; or None.
        gray_first: whether gray is taken before the resize, or with it.
        luma: whether that gray is the decoder's, a JPEG's own luma.
        color: what is around the image.
        levels: steps on grey levels, color behind the resize among them.
        values: steps on what the model takes.
        pixels_shape: of the grey levels before `values`.
        values_shape: of the model's input.
    """

    steps: tuple[Step, ...]
    square: tuple[str, Options] | None
    resize: Options
    window: Options | None
    gray_first: bool
    luma: bool
    color: Color
    levels: tuple[Applied, ...]
    values: tuple[Applied, ...]
    pixels_shape: Shape
    values_shape: tuple[int, ...]


@lru_cache(maxsize=256)
def make_plan(given: tuple[Step, ...]) -> Plan:
    """Make the plan of a pipeline.

    Raises:
        UsageError: an unknown step, key or value, or steps in an order that is not possible; the message names them.
    """
    steps = tuple(check_step(step) for step in given)
    kinds = [STEP_KINDS[step.step] for step in steps]
    places = [number for number, kind in enumerate(kinds) if kind.stage == "resize"]
    if len(places) != 1:
        raise UsageError(
            f"Expected one step 'resize' in the pipeline, which gives the model's size; received {len(places)} among "
            f"{', '.join(step.step for step in steps) or 'no steps'}. Give one."
        )
    place = places[0]
    square, first_color = _read_steps_before(steps[:place], kinds[:place])
    resize: Options = steps[place].options
    rest = place + 1
    window: Options | None = None
    if "height" not in resize:
        if rest == len(steps) or steps[rest].step not in {"crop", "pad"} or "height" not in steps[rest].options:
            raise UsageError(
                "Expected a step 'crop' or 'pad' with `height` and `width` behind a resize by `shorter` or `factor`, "
                "since the model has one size; "
                f"received {repr(steps[rest].step) if rest < len(steps) else 'none'}. Add one."
            )
        window, rest = steps[rest].options, rest + 1
    luma = first_color is not None and first_color["to"] == LUMA
    gray_first = luma or (first_color is not None and first_color["to"] == "gray")
    if gray_first and not luma and first_color is not None:
        _check_gray(first_color, resize)
    size: Options = window or resize
    shape = Shape(size["height"], size["width"], 1 if gray_first else 3)
    filler: Options = window if window is not None else resize
    color = make_color(filler, shape.depth) if window is not None or FITS[resize["fit"]].fills else _BLACK
    levels, shape = _apply_levels(steps[rest:], kinds[rest:], shape, first_color)
    values, values_shape = _apply_values(steps[rest:], kinds[rest:], shape)
    return Plan(steps, square, resize, window, gray_first, luma, color, levels, values, shape, values_shape)


def _read_steps_before(steps: Any, kinds: Any) -> tuple[tuple[str, Options] | None, Options | None]:
    square, color = None, None
    for step, kind in zip(steps, kinds, strict=True):
        if kind.stage == "color" and color is None:
            color = step.options
        elif step.options.get("square") and square is None:
            square = (step.step, step.options)
        else:
            raise UsageError(
                "Expected at most one 'color' and one 'crop' or 'pad' with `square` = true before the step 'resize'; "
                f"received {step.step!r}. Move it behind the resize."
            )
    return square, color


def _check_gray(color: Options, resize: Options) -> None:
    like = color.get("like", resize["like"])
    if LIBRARIES[like] != LIBRARIES[resize["like"]]:
        raise UsageError(
            f"Expected `color.like` of the resize's library, {resize['like']!r}, where gray comes first; received "
            f"{like!r}. Leave it out, or put 'color' behind 'resize'."
        )


def _apply_levels(
    steps: Any, kinds: Any, shape: Shape, first_color: Options | None
) -> tuple[tuple[Applied, ...], Shape]:
    from webparity.preprocessing.pipeline.channels import BGR, make_color_kind

    applied: list[Applied] = []
    if first_color is not None and first_color["to"] == "bgr":
        applied.append(Applied(BGR, {}, shape))
    passed_values = None
    for step, kind in zip(steps, kinds, strict=True):
        if kind.stage == "values":
            passed_values = step.step
            continue
        if passed_values is not None:
            raise UsageError(
                f"Expected {step.step!r} before {passed_values!r}: it acts on grey levels; received it behind. "
                "Change their order."
            )
        actual = make_color_kind(step.options, shape) if kind.stage == "color" else kind
        if actual.apply is None or step.options.get("square"):
            raise UsageError(f"Expected `{step.step}.square` before the step 'resize'; received it behind. Move it.")
        applied.append(Applied(actual, step.options, shape))
        shape = actual.reshape(step.options, shape) if actual.reshape else shape
    return tuple(applied), shape


def _apply_values(steps: Any, kinds: Any, shape: Shape) -> tuple[tuple[Applied, ...], tuple[int, ...]]:
    applied: list[Applied] = []
    flat = False
    for step, kind in zip(steps, kinds, strict=True):
        if kind.stage != "values":
            continue
        if flat or (step.step == "hog" and applied):
            raise UsageError(
                "Expected 'hog' alone behind the steps of grey levels (its own `scale` multiplies them); received "
                f"{step.step!r} beside it. Remove it."
            )
        applied.append(Applied(kind, step.options, shape))
        shape = kind.reshape(step.options, shape) if kind.reshape else shape
        flat = step.step == "hog"
    return tuple(applied), (shape.depth,) if flat else tuple(shape)
