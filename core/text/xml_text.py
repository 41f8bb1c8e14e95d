"""Escaping of text for XML 1.0, which cannot hold most control characters."""

from __future__ import annotations

from webparity.text.visible import escape_invisible


def escape_xml_text(text: str) -> str:
    """Write text for an attribute or a text node, in one line; `<`, `&` and quotes are left to the writer of the XML.

    All that XML 1.0 forbids (control characters, surrogates, U+FFFE and U+FFFF) is among what
    `escape_invisible` escapes.
    """
    return escape_invisible(text)
