"""The answer to one image."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, Final

from webparity.notebook.card import AnswerCard, AnswerRow

_SHOWN_LABELS: Final = 5


@dataclass(frozen=True, kw_only=True, repr=False)
class Prediction:
    """The answer to one image, with None for what the kind of output does not have. A notebook shows it as a picture.

    Attributes:
        file: the image file; of other images, what they are, such as `array [28, 28, 3]`.
        label: the label: the most probable, the first of equals; or by the rule of scores. None for measured values,
            and where there may be several.
        probability: of the label, 0 to 1.
        labels: those whose probability is at least its threshold, in the bundle's order; of multilabel bundles.
        probabilities: every label's probability, in the bundle's order of labels.
        scores: decision scores by label, no probabilities; of two labels the score of the second alone.
        values: measured values by name.
        units: of the values, by name; empty where a value has none.
        decode_ms: milliseconds from the file to pixels.
        model_ms: milliseconds from pixels to the answer.
        picture: the image as a small PNG or JPEG file, for notebooks; None where there is none.
    """

    file: str
    label: str | None = None
    probability: float | None = None
    labels: list[str] | None = None
    probabilities: dict[str, float] | None = None
    scores: dict[str, float] | None = None
    values: dict[str, float] | None = None
    units: dict[str, str] | None = None
    decode_ms: float
    model_ms: float
    picture: bytes | None = field(default=None, compare=False)

    def __repr__(self) -> str:
        numbers = self.scores if self.scores is not None else self.values
        shown: dict[str, Any] = {"label": self.label, "probability": self.probability, "labels": self.labels}
        if numbers is not None:
            shown["scores" if self.scores is not None else "values"] = dict(list(numbers.items())[:_SHOWN_LABELS])
        listed = [f", {name}={value!r}" for name, value in shown.items() if value is not None]
        return f"{type(self).__name__}(file={self.file!r}{''.join(listed)})"

    def to_dict(self) -> dict[str, Any]:
        """Return what there is as a dict, for JSON: all but the picture."""
        named = {each.name: getattr(self, each.name) for each in fields(self) if each.name != "picture"}
        return {name: value for name, value in named.items() if value is not None}

    def make_card(self, shown: int = _SHOWN_LABELS) -> AnswerCard:
        """Make what a notebook shows: the label, and the first probabilities, scores or values."""
        if self.probabilities is not None:
            given = set(self.labels or ())
            rows = [
                AnswerRow(name=name, text=f"{p:.1%}", share=p, given=name in given)
                for name, p in sorted(self.probabilities.items(), key=lambda item: -item[1])
            ]
        elif self.scores is not None:
            rows = [
                AnswerRow(name=name, text=f"{score:.3g}")
                for name, score in sorted(self.scores.items(), key=lambda item: -item[1])
            ]
        else:
            units = self.units or {}
            values = (self.values or {}).items()
            rows = [AnswerRow(name=name, text=f"{value:.4g} {units.get(name, '')}".rstrip()) for name, value in values]
        heading = self.label if self.label is not None else ", ".join(self.labels or ())
        if self.labels is not None and not self.labels:
            heading = "no label"
        return AnswerCard(
            title=self.file,
            picture=self.picture,
            heading=heading,
            rows=tuple(rows[:shown]),
            more=max(len(rows) - shown, 0),
        )

    def _repr_html_(self) -> str:
        """Render the picture beside the answer for notebooks; nothing is fetched."""
        from webparity.notebook.cards_view import render_cards

        return render_cards([self.make_card()])
