"""The decode contracts by name, as bundles state them."""

from __future__ import annotations

from typing import Final, Literal

DecodeContract = Literal["rgb8/1", "rgb8/2", "luma8/2"]

# Red, green and blue.
CONTRACT: Final = "rgb8/2"
# Gray, three times: of a JPEG its own luma.
LUMA_CONTRACT: Final = "luma8/2"
