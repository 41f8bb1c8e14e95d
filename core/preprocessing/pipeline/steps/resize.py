"""Resize: to a size, to the shorter side, or by a factor, as a library does it."""

from __future__ import annotations

from webparity.errors import UsageError
from webparity.preprocessing.method_tables import FITS, INTERPOLATIONS
from webparity.preprocessing.pipeline.keys import Key
from webparity.preprocessing.pipeline.kinds import Options, StepKind
from webparity.preprocessing.pipeline.resizing import find_resize_function
from webparity.preprocessing.validation import MAX_SIDE, format_value

MANNERS = ("own", "pillow", "opencv", "tensorflow", "keras", "torchvision")


def _check(options: Options) -> None:
    find_resize_function(options)
    if not INTERPOLATIONS[options["method"]].windowed and ("height" not in options or options["fit"] != "stretch"):
        raise UsageError(
            f"Expected `resize.method` of {', '.join(name for name, each in INTERPOLATIONS.items() if each.windowed)} "
            f"where the aspect ratio is kept; received {options['method']!r}. Choose one of these."
        )
    sizes = [name for name in ("height", "shorter", "factor") if name in options]
    if len(sizes) != 1 or ("height" in options) != ("width" in options):
        given = {name: options[name] for name in ("height", "width", "shorter", "factor") if name in options}
        raise UsageError(
            "Expected either `resize.height` and `resize.width`, or `resize.shorter`, or `resize.factor`; received "
            f"{format_value(given) if given else 'none of them'}. Give one of the three."
        )
    if "height" not in options and options["fit"] != "stretch":
        raise UsageError(
            f"Expected `resize.fit` with `height` and `width`; received fit={options['fit']!r} with {sizes[0]}. "
            "Leave it out: the aspect ratio is kept."
        )


STEP = StepKind(
    name="resize",
    description="computes the pixels at another size",
    stage="resize",
    keys={
        "method": Key(
            kind="choice", choices=tuple(INTERPOLATIONS), default="bilinear", description="the interpolation"
        ),
        "like": Key(
            kind="choice",
            choices=MANNERS,
            default="own",
            description="the library whose resize is reproduced, with its rounding; 'own' antialiases, unrounded",
        ),
        "antialias": Key(
            kind="boolean",
            description="whether filters widen when shrinking: false with TensorFlow, Keras and OpenCV, else true",
        ),
        "height": Key(kind="integer", least=1, most=MAX_SIDE, description="the new height, in pixels"),
        "width": Key(kind="integer", least=1, most=MAX_SIDE, description="the new width, in pixels"),
        "shorter": Key(
            kind="integer",
            least=1,
            most=MAX_SIDE,
            description="the new length of the shorter side; the longer one keeps the aspect ratio, rounded down",
        ),
        "factor": Key(
            kind="number", least=1 / 64, most=64, description="both sides times this, rounded down; OpenCV: to nearest"
        ),
        "fit": Key(
            kind="choice", choices=tuple(FITS), default="stretch", description="how another aspect ratio is mapped"
        ),
        "color": Key(
            kind="numbers", least=0, most=255, description="with fit 'contain': the grey levels around the image"
        ),
    },
    check=_check,
)
