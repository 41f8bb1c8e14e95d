"""The manifest's digest in the page's HTML, by which a page refuses the manifest of another export."""

from __future__ import annotations

import hashlib
import re
from typing import Final

_PLACE: Final = re.compile(rb'(<meta name="webparity-manifest" content=")([0-9a-f]{64})(">)')
_BLANK: Final = b"0" * 64


def read_page_digest(html: bytes) -> str | None:
    """The manifest's digest that a page holds, or None where it has no place for one or several."""
    places = _PLACE.findall(html)
    return places[0][1].decode("ascii") if len(places) == 1 else None


def replace_page_digest(html: bytes, digest: str) -> bytes:
    """The page with another digest in its place."""
    return _PLACE.sub(rb"\g<1>" + digest.encode("ascii") + rb"\g<3>", html)


def digest_page_without_digest(html: bytes) -> str:
    """SHA-256 of the page with 64 zeros in the digest's place: the manifest cannot hold a digest of its own digest."""
    return hashlib.sha256(replace_page_digest(html, _BLANK.decode("ascii"))).hexdigest()
