"""An evaluation as one self-contained HTML page: no script, no font, nothing fetched."""

from __future__ import annotations

import re
from collections.abc import Sequence

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from webparity.text.html_text import escape_html_text
from webparity.text.visible import escape_invisible
from webparity.train.evaluation.evaluation import Evaluation
from webparity.train.evaluation.format import format_headline, format_number, format_percent, format_shape
from webparity.train.evaluation.many_classes import has_many_classes, list_confusions
from webparity.train.evaluation.pictures import figure
from webparity.train.evaluation.pictures.figure import Picture

_VARIABLES = {
    figure.INK: "ink",
    figure.SOFT: "soft",
    figure.LINE: "line",
    figure.CARD: "card",
    figure.FIRST: "first",
    figure.SECOND: "second",
    figure.THIRD: "third",
}
_COLOUR = re.compile(r": (#[0-9a-f]{6})\b")
_IDENTIFIER = re.compile(r'( id="|href="#|url\(#)')


def to_html(evaluation: Evaluation, pictures: Sequence[Picture]) -> str:
    """Render the page.

    Args:
        evaluation: what was measured.
        pictures: its pictures, which stand in the page itself.
    """
    environment = Environment(
        loader=PackageLoader("webparity.train", "evaluation"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=escape_html_text,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"number": format_number, "percent": format_percent, "shape": format_shape}
    inlined = {picture.name: (picture, inline_svg(picture)) for picture in pictures}
    return environment.get_template("evaluation.html.j2").render(
        evaluation=evaluation,
        metrics=evaluation.metrics,
        confusions=list_confusions(evaluation.metrics) if has_many_classes(evaluation.metrics) else None,
        labels=evaluation.label_names,
        headline=format_headline(evaluation.metrics),
        mistakes=inlined.pop("mistakes", None),
        samples=inlined.pop("samples"),
        charts=list(inlined.values()),
    )


def inline_svg(picture: Picture) -> Markup:
    """Return a picture as inline SVG with an accessible name, the page's colours, and ids of its own."""
    svg = picture.svg.decode()
    svg = svg[svg.index("<svg ") + len("<svg ") :]
    svg = _IDENTIFIER.sub(rf"\g<1>{picture.name}-", svg)
    svg = _COLOUR.sub(lambda found: f": var(--{_VARIABLES[found[1]]})" if found[1] in _VARIABLES else found[0], svg)
    # matplotlib has escaped every text it wrote.
    return Markup('<svg role="img" aria-label="{}" ').format(escape_invisible(picture.alt)) + Markup(svg)  # noqa: S704 - as said above
