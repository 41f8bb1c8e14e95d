"""Rendering of figures: matplotlib without pyplot, one style, the same bytes for the same input.

Pictures stand on a white card. They use the few colours below and no others, so that a page can put its own in their
place (see `webparity.train.evaluation.page`). Text stays text: it is set in the reader's font and can be searched.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final, Literal

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

# In CSS pixels, as a phone shows it: what is legible here stays so everywhere.
WIDTH: Final = 340.0

INK: Final = "#1b2230"
SOFT: Final = "#5d6879"
LINE: Final = "#dde2ea"
CARD: Final = "#ffffff"
# Blue and vermilion of Okabe and Ito (2008) and a darker green of theirs, told apart by colour-blind readers.
FIRST: Final = "#0072b2"
SECOND: Final = "#d55e00"
THIRD: Final = "#00805c"
CURVES: Final = (FIRST, SECOND, THIRD)

_POINTS_AN_INCH: Final = 72
_LOOK: Final[dict[Any, Any]] = {
    "font.size": 10.5,
    "axes.titlesize": 10.5,
    "axes.titlelocation": "left",
    "axes.edgecolor": LINE,
    "axes.facecolor": "none",
    "axes.labelcolor": SOFT,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlecolor": INK,
    "axes.unicode_minus": False,
    "figure.facecolor": CARD,
    "grid.color": LINE,
    "legend.frameon": False,
    "legend.labelcolor": INK,
    "lines.linewidth": 2.0,
    "savefig.facecolor": CARD,
    # Images are embedded at twice the size, for dense screens and for pages that show them larger.
    "savefig.dpi": 2 * _POINTS_AN_INCH,
    "svg.fonttype": "none",
    "svg.hashsalt": "webparity",
    "text.color": INK,
    # A label may hold dollar signs.
    "text.parse_math": False,
    "xtick.color": LINE,
    "xtick.labelcolor": SOFT,
    "ytick.color": LINE,
    "ytick.labelcolor": SOFT,
}


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A finished picture.

    Attributes:
        name: for its file, without suffix.
        title: its heading.
        alt: what it shows, in words, for those who cannot see it.
        caption: how to read it.
        svg: the file.
    """

    name: str
    title: str
    alt: str
    caption: str
    svg: bytes


def render(
    height: float, draw: Callable[[Figure], None], layout: Literal["constrained"] | None = "constrained"
) -> bytes:
    """Draw on an empty figure of `WIDTH` by `height` CSS pixels and return it as SVG."""
    with mpl.rc_context(), warnings.catch_warnings():
        # Whatever the user's matplotlibrc says, pictures look the same.
        mpl.rcdefaults()
        mpl.rcParams.update(_LOOK)
        # The reader's font sets the text; that matplotlib's own lacks a letter does not matter.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure = Figure(figsize=(WIDTH / _POINTS_AN_INCH, height / _POINTS_AN_INCH), layout=layout)
        FigureCanvasSVG(figure)
        draw(figure)
        stream = BytesIO()
        figure.savefig(stream, format="svg", metadata=dict.fromkeys(("Creator", "Date", "Format", "Type")))
    return stream.getvalue()


def shorten(label: str, length: int = 14) -> str:
    """Return a label for pictures: printable, at most `length` letters."""
    printable = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in label)
    return printable if len(printable) <= length else printable[: length - 1] + "…"


def set_unit_square(axes: Axes) -> None:
    """Set both axes to 0 to 1, with a faint grid."""
    axes.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02), aspect="equal")
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "", "0.5", "", "1"])
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0", "", "0.5", "", "1"])
    axes.grid(visible=True, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(length=0)
