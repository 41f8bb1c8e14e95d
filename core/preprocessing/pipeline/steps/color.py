"""Color: RGB, BGR, gray or luma."""

from __future__ import annotations

from typing import Final

from webparity.errors import UsageError
from webparity.preprocessing.pipeline.keys import Key
from webparity.preprocessing.pipeline.kinds import Options, StepKind

# Not of pixels: the decoder gives it.
LUMA: Final = "luma"


def _check(options: Options) -> None:
    if options["to"] == LUMA and "like" in options:
        raise UsageError(
            f"Expected no `color.like` with `to` = {LUMA!r}, which is the file's own; received {options['like']!r}. "
            "Leave it out."
        )


STEP = StepKind(
    name="color",
    description="the channels: red, green, blue; blue, green, red; gray; or a JPEG's own luma",
    stage="color",
    keys={
        "to": Key(
            kind="choice",
            choices=("rgb", "bgr", "gray", LUMA),
            required=True,
            description="the channels; 'luma' is the gray that cv2.IMREAD_GRAYSCALE and decode_jpeg(channels=1) take "
            "from the file, before the resize",
        ),
        "like": Key(
            kind="choice",
            choices=("own", "pillow", "opencv", "tensorflow", "keras", "torchvision"),
            description="whose gray; 'own' and 'tensorflow' (rgb_to_grayscale) do not round; before the resize it is "
            "the resize's library, and can be left out",
        ),
    },
    check=_check,
)
