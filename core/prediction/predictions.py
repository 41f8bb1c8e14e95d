"""The answers to several images."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from webparity.decode.image_folder import describe_ignored
from webparity.prediction.prediction import Prediction

SHOWN: Final = 24
_SHOWN_LABELS: Final = 3
_SHOWN_REFUSALS: Final = 5


class Predictions(list[Prediction]):
    """A list of predictions, in the order of the images; a notebook shows the first 24 as pictures.

    Attributes:
        refused: of a folder, the image files that the decode contract refuses, by name, each with the reason.
        ignored: of a folder, how many other files there are, by kind.
    """

    def __init__(
        self,
        answers: Iterable[Prediction] = (),
        *,
        refused: Mapping[str, str] | None = None,
        ignored: Mapping[str, int] | None = None,
    ) -> None:
        super().__init__(answers)
        self.refused = dict(refused or {})
        self.ignored = dict(ignored or {})

    def __repr__(self) -> str:
        counts = Counter(label for answer in self for label in _list_labels(answer))
        named = ", ".join(f"{label!r}: {count}" for label, count in counts.most_common())
        refused = f", refused={len(self.refused)}" if self.refused else ""
        return f"{type(self).__name__}({len(self)} images, labels={{{named}}}{refused})"

    def _repr_html_(self) -> str:
        """Render the first pictures with their answers, and what was left out; nothing is fetched."""
        from webparity.notebook.cards_view import render_cards

        notes = [f"{name}: {reason}" for name, reason in list(self.refused.items())[:_SHOWN_REFUSALS]]
        if len(self.refused) > _SHOWN_REFUSALS:
            notes.append(f"{len(self.refused) - _SHOWN_REFUSALS} more refused")
        if len(self) > SHOWN:
            notes.append(f"{len(self) - SHOWN} more of {len(self)} images")
        if self.ignored:
            notes.append(describe_ignored(self.ignored))
        return render_cards([answer.make_card(_SHOWN_LABELS) for answer in self[:SHOWN]], notes)


def _list_labels(answer: Prediction) -> list[str]:
    return answer.labels or [] if answer.label is None else [answer.label]
