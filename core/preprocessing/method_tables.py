"""The interpolations and fits there are, found in their folders; everything that lists them reads these tables."""

from __future__ import annotations

from typing import Final

from webparity.preprocessing.methods import Fit, Interpolation
from webparity.registry import discover

INTERPOLATIONS: Final[dict[str, Interpolation]] = discover("webparity.preprocessing.interpolations", "INTERPOLATION")
FITS: Final[dict[str, Fit]] = discover("webparity.preprocessing.fits", "FIT")
