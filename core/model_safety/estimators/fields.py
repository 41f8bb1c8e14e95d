"""A reader of one fitted estimator's attributes that requires shapes, types and ranges."""

from __future__ import annotations

import math
from collections.abc import Sequence
from contextlib import suppress
from numbers import Real
from typing import Any, Final, NoReturn

import numpy as np
from numpy.typing import NDArray

from webparity.model_safety.refusal import make_refusal

_FIX: Final = "Fit the model again, or save it again with the library that made it; do not use this file."
_SIZES: Final = 2**31
Shape = tuple[int | None, ...]


class Fields:
    """Reader of an estimator's attributes.

    Args:
        estimator: a fitted estimator.

    Attributes:
        estimator: as given.
    """

    def __init__(self, estimator: Any) -> None:
        self.estimator = estimator

    def get(self, name: str) -> Any:
        """Read an attribute that must exist."""
        try:
            return getattr(self.estimator, name)
        except Exception as error:  # a property computes, and may fail in any way
            raise self._make_error(f"{name} of a fitted model", f"none ({type(error).__name__})") from error

    def has(self, name: str) -> bool:
        """Whether an attribute exists, stored or computed, and is not None."""
        # A property may raise any error.
        with suppress(Exception):
            return getattr(self.estimator, name, None) is not None
        return False

    def require(self, true: Any, rule: str, received: object) -> None:
        """Refuse the estimator unless a condition holds.

        Args:
            true: the condition.
            rule: what is expected, in words.
            received: what was found instead.
        """
        if not true:
            raise self._make_error(rule, received)

    @property
    def features(self) -> int:
        """Number of features, 1 or more."""
        return self.read_integer("n_features_in_", 1)

    @property
    def classes(self) -> int:
        """Number of classes, 1 or more; `classes_` must be one-dimensional and without duplicates."""
        labels = np.asarray(self.get("classes_"))
        sound = labels.ndim == 1 and labels.size > 0 and labels.dtype.kind in "biufUSO"
        self.require(
            sound and len(set(labels.tolist())) == len(labels), "different classes_ in one row", _describe_array(labels)
        )
        return len(labels)

    @property
    def columns(self) -> int:
        """Number of scores: one for two classes, otherwise the number of classes."""
        return 1 if self.classes == 2 else self.classes

    @property
    def pairs(self) -> int:
        """Number of pairs of classes."""
        return self.classes * (self.classes - 1) // 2

    def read_array(self, name: str, shape: Shape, *, kinds: str = "f") -> NDArray[Any]:
        """Read an attribute that is an array of numbers.

        Args:
            name: of the attribute.
            shape: its sizes, None for any.
            kinds: the kinds of types that it may have, by NumPy's letters.
        """
        return self.require_array(self.get(name), name, shape, kinds=kinds)

    def require_array(self, value: Any, name: str, shape: Shape, *, kinds: str = "f") -> NDArray[Any]:
        """Check a value, such as a member of a list, as `read_array` checks an attribute."""
        rule = f"{name} as numbers {_format_shape(shape)}"
        self.require(isinstance(value, np.ndarray), rule, type(value).__name__)
        array: NDArray[Any] = value
        self.require(array.dtype.kind in kinds and array.dtype.itemsize <= 8, rule, _describe_array(array))
        alike = array.ndim == len(shape) and all(
            wanted in {None, size} for wanted, size in zip(shape, array.shape, strict=True)
        )
        self.require(alike, rule, _describe_array(array))
        return array

    def read_finite(self, name: str, shape: Shape, *, kinds: str = "f", least: float = -math.inf) -> NDArray[Any]:
        """Read an array of finite numbers, none below `least`."""
        return self.require_finite(self.get(name), name, shape, kinds=kinds, least=least)

    def require_finite(
        self, value: Any, name: str, shape: Shape, *, kinds: str = "f", least: float = -math.inf
    ) -> NDArray[Any]:
        """Check a value as `read_finite` checks an attribute."""
        array = self.require_array(value, name, shape, kinds=kinds)
        self.require(np.isfinite(array).all(), f"finite {name}", "NaN or infinity")
        self.require((array >= least).all(), f"{name} from {least:g}", array.min(initial=0))
        return array

    def read_indices(self, name: str, shape: Shape, end: int) -> NDArray[Any]:
        """Read an array of integers from 0 to `end` - 1."""
        array = self.read_array(name, shape, kinds="iu")
        self.require(
            array.size == 0 or (array.min() >= 0 and array.max() < end),
            f"{name} from 0 to {end - 1}",
            f"{array.min(initial=0)} to {array.max(initial=0)}",
        )
        return array

    def read_integer(self, name: str, low: int, high: int = _SIZES) -> int:
        """Read an integer from `low` to `high`, both included."""
        value = self.get(name)
        rule = f"{name} from {low} to {high}, an integer"
        self.require(isinstance(value, int | np.integer) and not isinstance(value, bool), rule, type(value).__name__)
        self.require(low <= value <= high, rule, value)
        return int(value)

    def read_number(self, name: str, low: float = -math.inf, high: float = math.inf) -> float:
        """Read a finite number from `low` to `high`, both included."""
        value = self.get(name)
        value = value.item() if isinstance(value, np.ndarray) and value.ndim == 0 else value
        self.require(isinstance(value, Real | np.number), f"{name} as a number", type(value).__name__)
        self.require(math.isfinite(value) and low <= value <= high, f"a finite {name} from {low:g} to {high:g}", value)
        return float(value)

    def read_integer_pair(self, name: str) -> tuple[int, int]:
        """Read two integers, 0 or more."""
        value = np.asarray(self.get(name))
        sound = value.shape == (2,) and value.dtype.kind in "iu" and bool((value >= 0).all())
        self.require(sound, f"{name} of two integers", repr(self.get(name))[:80])
        return int(value[0]), int(value[1])

    def read_choice(self, name: str, among: Sequence[str]) -> str:
        """Read a string that must be one of `among`."""
        value = self.get(name)
        self.require(isinstance(value, str) and value in among, f"{name} among {', '.join(among)}", repr(value)[:80])
        return str(value)

    def read_members(self, name: str, count: int | None = None) -> list[Any]:
        """Read a list or tuple that is not empty, of `count` members if given."""
        value = self.get(name)
        self.require(isinstance(value, list | tuple), f"{name} as a list", type(value).__name__)
        rule = f"{name} with {'members' if count is None else count}"
        self.require(len(value) > 0 and count in {None, len(value)}, rule, len(value))
        return list(value)

    def _make_error(self, rule: str, received: object) -> Exception:
        return make_refusal(f"a {type(self.estimator).__name__} with {rule}", str(received), _FIX)

    def fail(self, rule: str, received: object) -> NoReturn:
        """Refuse the estimator."""
        raise self._make_error(rule, received)


def _format_shape(shape: Shape) -> str:
    return str(["any" if size is None else size for size in shape]).replace("'", "")


def _describe_array(array: NDArray[Any]) -> str:
    return f"{array.dtype} {list(array.shape)}"
