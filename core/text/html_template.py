"""Jinja2 as all views of HTML use it: every value is escaped, an unknown name is an error."""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined

from webparity.text.html_text import escape_html_text


def make_environment(package: str, folder: str = "") -> Environment:
    """Make the environment of the templates in a package's folder."""
    return Environment(
        loader=PackageLoader(package, folder),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=escape_html_text,
        trim_blocks=True,
        lstrip_blocks=True,
    )
