"""Shared preprocessing of the chest X-ray classifiers without a network: 1,024 grey levels of each image."""

from __future__ import annotations

from typing import Final

from webparity.preprocessing.spec import Preprocessing

# Grey levels as they are: trees and neighbours then see the `pixels` tap itself, to the last bit.
SMALL: Final = Preprocessing(height=32, width=32, channels="gray", scale=1.0)
