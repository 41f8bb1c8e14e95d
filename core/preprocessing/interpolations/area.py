"""Area interpolation: the mean over the area that each output pixel covers."""

from __future__ import annotations

from webparity.preprocessing.like.opencv import resize_area_like_opencv
from webparity.preprocessing.methods import Interpolation

INTERPOLATION = Interpolation(
    name="area",
    description="the mean over the area that each output pixel covers, as OpenCV's INTER_AREA",
    resize={"opencv": resize_area_like_opencv},
)
