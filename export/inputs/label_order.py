"""Check of labels against the class names that a classifier carries, and their order."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from webparity.errors import UsageError
from webparity.models.baked import Baked

_SHOWN: Final = 12
_REMEDY: Final = "Correct the labels file: one label per line, in the order of the outputs."
_NUMBER: Final = re.compile(r"([+-]?\d+)(?:\.0+)?")


def check_labels(labels: Sequence[str], baked: Baked) -> None:
    """Refuse labels that do not fit a model.

    Args:
        labels: by index.
        baked: the model.

    Raises:
        UsageError: their number is wrong, some are equal, or they are the model's own names in another order.
    """
    if len(labels) != baked.classes:
        raise UsageError(
            f"Expected {baked.classes} different labels, one for each output; received {len(labels)}. {_REMEDY}"
        )
    twice = [f"{label!r} {count} times" for label, count in Counter(labels).items() if count > 1]
    if twice:
        raise UsageError(
            f"Expected {baked.classes} different labels, one for each output; received {', '.join(twice)}. {_REMEDY}"
        )
    own = read_class_names(baked)
    if own and is_reordered(labels, own):
        raise UsageError(
            "Expected labels in the order of the model's own classes; received the same names in another order: "
            f"{_describe_order(labels, own)}. Leave the labels out, or put them into the model's order."
        )


def read_class_names(baked: Baked) -> tuple[str, ...]:
    """Return the class names that a model carries, by output; empty where it has none, as a network."""
    classes = getattr(getattr(baked, "estimator", None), "classes_", ())
    if isinstance(classes, Mapping):
        classes = _sort_by_index(classes)
    # Of several labels, a classifier may have the classes 0 and 1 of each.
    own = len(classes) == baked.classes and not any(isinstance(each, np.ndarray) for each in classes)
    return tuple(map(format_label, classes)) if own else ()


def format_label(label: Any) -> str:
    """Format a class label as text: names unchanged, bytes decoded, NumPy's numbers as Python's."""
    plain = label.item() if hasattr(label, "item") else label
    return plain.decode("utf-8", "replace") if isinstance(plain, bytes) else str(plain)


def is_reordered(labels: Sequence[str], own: Sequence[str]) -> bool:
    """Whether labels are a model's own names in another order, exactly or up to case and white space."""
    for form in (str, normalize_label):
        given, known = [form(label) for label in labels], [form(name) for name in own]
        if given == known:
            return False
        if len(set(known)) == len(known) and set(given) == set(known):
            return True
    return False


def normalize_label(label: str) -> str:
    """Normalize case, width and white space of a label; `7`, `07` and `7.0` become equal."""
    text = " ".join(unicodedata.normalize("NFKC", label).replace("\ufeff", "").casefold().split())
    number = _NUMBER.fullmatch(text)
    return str(int(number[1])) if number else text


def _sort_by_index(classes: Mapping[Any, Any]) -> list[Any]:
    """Return the names of `{index: name}` or `{name: index}`, sorted by index."""
    by_index = all(isinstance(key, int) for key in classes)
    pairs = classes.items() if by_index else ((index, name) for name, index in classes.items())
    return [name for _, name in sorted(pairs)]


def _describe_order(labels: Sequence[str], own: Sequence[str]) -> str:
    if len(labels) <= _SHOWN:
        return f"{', '.join(labels)}; the model has {', '.join(own)}"
    apart = [
        f"output {index} is {label} by the labels and {name} by the model"
        for index, (label, name) in enumerate(zip(labels, own, strict=True))
        if normalize_label(label) != normalize_label(name)
    ]
    more = f"; {len(apart) - _SHOWN} more outputs differ" if len(apart) > _SHOWN else ""
    return "; ".join(apart[:_SHOWN]) + more
