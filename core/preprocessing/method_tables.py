"""Tables of all interpolations and fits, discovered in their folders."""

from __future__ import annotations

from typing import Final

from webparity.preprocessing.methods import Fit, Interpolation
from webparity.registry import discover

INTERPOLATIONS: Final[dict[str, Interpolation]] = discover("webparity.preprocessing.interpolations", "INTERPOLATION")
FITS: Final[dict[str, Fit]] = discover("webparity.preprocessing.fits", "FIT")
