"""Cards as HTML."""

from __future__ import annotations

from collections.abc import Sequence

from webparity.notebook.card import AnswerCard
from webparity.notebook.picture import make_data_address
from webparity.text.html_template import make_environment


def render_cards(cards: Sequence[AnswerCard], notes: Sequence[str] = ()) -> str:
    """Render cards side by side, with notes below, as one element with its own styles; nothing is fetched."""
    template = make_environment("webparity.notebook").get_template("cards.html.j2")
    return template.render(cards=add_addresses(cards), notes=notes)


def add_addresses(cards: Sequence[AnswerCard]) -> list[tuple[AnswerCard, str | None]]:
    """Give each card the address of its picture, as the template takes them."""
    return [(card, make_data_address(card.picture)) for card in cards]
