"""Escaping of CSV cells against formula injection."""

from __future__ import annotations

import re
from typing import Final

from webparity.text.visible import escape_invisible

# Where a formula may begin: first in the cell, or behind a semicolon, which separates cells in half of the world.
_FORMULA: Final = re.compile(r"(^|;)(?=\s*[=+\-@\uff0b\uff0d\uff1d\uff20])")


def escape_csv_cell(text: str) -> str:
    """Write text for one cell: in one line, with an apostrophe before a formula.

    A label such as `-1` becomes `'-1`. Numbers are not text, and pass by this function.
    """
    return _FORMULA.sub(r"\1'", escape_invisible(text))
