"""Text for HTML pages: jinja2 escapes what HTML obeys, this what reorders or breaks lines."""

from __future__ import annotations

from typing import Any

from webparity.text.visible import visible


def html_text(value: Any) -> Any:
    """Give a template's value to the page; for `Environment(finalize=…)`, with `autoescape` on.

    Strings pass `visible`. What is markup already, and what is no string, stays as it is.
    """
    return visible(value) if type(value) is str else value
