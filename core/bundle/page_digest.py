"""The manifest's digest in the page's HTML, by which a page refuses the manifest of another export."""

from __future__ import annotations

import hashlib
import re
from typing import Final

_PLACE: Final = re.compile(rb'(<meta name="webparity-manifest" content=")([0-9a-f]{64})(">)')
_BLANK: Final = b"0" * 64


def read_page_digest(html: bytes) -> str | None:
    """Read the manifest's digest from a page, or None where it has no place for one, or several."""
    places = _PLACE.findall(html)
    return places[0][1].decode("ascii") if len(places) == 1 else None


def replace_page_digest(html: bytes, digest: str) -> bytes:
    """Replace the manifest's digest in a page."""
    return _PLACE.sub(rb"\g<1>" + digest.encode("ascii") + rb"\g<3>", html)


def digest_page_without_digest(html: bytes) -> str:
    """Compute the SHA-256 of a page with 64 zeros in the place of the manifest's digest."""
    return hashlib.sha256(replace_page_digest(html, _BLANK.decode("ascii"))).hexdigest()
