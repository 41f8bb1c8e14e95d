"""Labels held to the names that a classifier carries itself: in another order they would name wrong classes."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from webparity.errors import UsageError
from webparity.models.baked import Baked

_SHOWN: Final = 12
_FIX: Final = "Correct the labels file: one label a line, in the order of the outputs."
_NUMBER: Final = re.compile(r"([+-]?\d+)(?:\.0+)?")


def refuse_labels(labels: Sequence[str], baked: Baked) -> None:
    """Refuse labels that do not fit a model.

    Args:
        labels: by index.
        baked: the model.

    Raises:
        UsageError: they are too few, too many, not different, or the model's own names in another order.
    """
    if len(labels) != baked.classes:
        raise UsageError(
            f"Expected {baked.classes} different labels, one for each output; received {len(labels)}. {_FIX}"
        )
    twice = [f"{label!r} {count} times" for label, count in Counter(labels).items() if count > 1]
    if twice:
        raise UsageError(
            f"Expected {baked.classes} different labels, one for each output; received {', '.join(twice)}. {_FIX}"
        )
    own = own_names(baked)
    if own and in_another_order(labels, own):
        raise UsageError(
            "Expected labels in the order of the model's own classes; received the same names in another order: "
            f"{_order(labels, own)}. Leave the labels out, or put them into the model's order."
        )


def own_names(baked: Baked) -> tuple[str, ...]:
    """The names of classes that a model carries, by output; empty where it carries none, as a network does."""
    classes = getattr(getattr(baked, "estimator", None), "classes_", ())
    if isinstance(classes, Mapping):
        classes = _by_index(classes)
    return tuple(map(label_text, classes))


def label_text(label: Any) -> str:
    """A class's own label as text: names as they are, bytes decoded, NumPy's numbers as Python's."""
    plain = label.item() if hasattr(label, "item") else label
    return plain.decode("utf-8", "replace") if isinstance(plain, bytes) else str(plain)


def in_another_order(labels: Sequence[str], own: Sequence[str]) -> bool:
    """Whether labels are a model's own names in another order, letter by letter or but for case and white space."""
    for form in (str, normal):
        given, known = [form(label) for label in labels], [form(name) for name in own]
        if given == known:
            return False
        if len(set(known)) == len(known) and set(given) == set(known):
            return True
    return False


def normal(label: str) -> str:
    """A label without what people write differently: case, width and white space; `7`, `07` and `7.0` are one."""
    text = " ".join(unicodedata.normalize("NFKC", label).replace("\ufeff", "").casefold().split())
    number = _NUMBER.fullmatch(text)
    return str(int(number[1])) if number else text


def _by_index(classes: Mapping[Any, Any]) -> list[Any]:
    """Names out of `{index: name}` or `{name: index}`, by index."""
    by_index = all(isinstance(key, int) for key in classes)
    pairs = classes.items() if by_index else ((index, name) for name, index in classes.items())
    return [name for _, name in sorted(pairs)]


def _order(labels: Sequence[str], own: Sequence[str]) -> str:
    if len(labels) <= _SHOWN:
        return f"{', '.join(labels)}; the model has {', '.join(own)}"
    apart = [
        f"output {index} is {label} by the labels and {name} by the model"
        for index, (label, name) in enumerate(zip(labels, own, strict=True))
        if normal(label) != normal(name)
    ]
    more = f"; {len(apart) - _SHOWN} more outputs differ" if len(apart) > _SHOWN else ""
    return "; ".join(apart[:_SHOWN]) + more
