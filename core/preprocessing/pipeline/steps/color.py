"""Color: RGB, BGR or gray."""

from __future__ import annotations

from webparity.preprocessing.pipeline.keys import Key
from webparity.preprocessing.pipeline.kinds import StepKind

STEP = StepKind(
    name="color",
    description="the channels: red, green, blue; blue, green, red; or gray",
    stage="color",
    keys={
        "to": Key(kind="choice", choices=("rgb", "bgr", "gray"), required=True, description="the channels"),
        "like": Key(
            kind="choice",
            choices=("own", "pillow", "opencv", "tensorflow", "keras", "torchvision"),
            description="whose gray; 'own' and 'tensorflow' (rgb_to_grayscale) do not round; before the resize it is "
            "the resize's library, and can be left out",
        ),
    },
)
