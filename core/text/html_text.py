"""Escaping of text for HTML pages: characters that reorder or break lines; jinja2 escapes the markup."""

from __future__ import annotations

from typing import Any

from webparity.text.visible import escape_invisible


def escape_html_text(value: Any) -> Any:
    """Escape a template's value for the page; for `Environment(finalize=…)`, with `autoescape` on.

    Strings pass `escape_invisible`. What is markup already, and what is no string, stays as it is.
    """
    return escape_invisible(value) if type(value) is str else value
