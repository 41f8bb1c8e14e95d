"""The places where a model of users is verified."""

from __future__ import annotations

from typing import Final

# What runs the same artifact in a page.
_IN_CHROMIUM: Final = {
    "onnxruntime": "onnxruntime-web:wasm@chromium",
    "tfjs:wasm@node": "tfjs:wasm@chromium",
    "webparity@python": "webparity@chromium",
}


class ChromiumPlaces:
    """Adds to a cell's places those in Chromium that run the same artifacts.

    Args:
        full: whether the whole product is run: all of them, in every cell.
    """

    def __init__(self, full: bool) -> None:
        self._full = full

    def __call__(self, places: tuple[str, ...], *, quick: bool = False) -> tuple[str, ...]:
        """Return the places with those in Chromium.

        Args:
            places: in Python and Node.
            quick: whether `make test` runs the module in Chromium too; it runs nothing else there.
        """
        added = [twin for place, twin in _IN_CHROMIUM.items() if place in places]
        if not self._full:
            added = [place for place in added if quick and place.startswith("webparity")]
        return (*places, *added)
