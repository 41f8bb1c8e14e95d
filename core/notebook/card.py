"""Cards of answers: a small picture beside the label and the first numbers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class AnswerRow:
    """One number of an answer.

    Attributes:
        name: of the label or the value.
        text: the number as it is shown.
        share: the length of its bar, 0 to 1; None for a number without a bar.
        given: whether the label is one of those given, where there may be several.
    """

    name: str
    text: str
    share: float | None = None
    given: bool = False


@dataclass(frozen=True, kw_only=True)
class AnswerCard:
    """One image's answer.

    Attributes:
        title: the image's name.
        picture: a small PNG or JPEG file, or None.
        heading: the label or labels; empty for measured values.
        rows: the first numbers.
        more: how many there are beside them.
    """

    title: str
    picture: bytes | None
    heading: str
    rows: tuple[AnswerRow, ...]
    more: int = 0
