"""Values of another library's JSON configuration, read with messages that name the key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from webparity.errors import UsageError
from webparity.preprocessing.validation import format_value, require_integer, require_numbers

# Pillow's Resampling by number and by name, as Hugging Face and timm write it.
_METHODS: Final = {0: "nearest", 1: "lanczos", 2: "bilinear", 3: "bicubic", 4: "box", 5: "hamming"}
_KNOWN: Final = ("nearest", "bilinear", "bicubic", "lanczos")


def read_method(key: str, value: Any) -> str:
    """Read an interpolation, by number or by name.

    Raises:
        UsageError: it is none that there is here.
    """
    name = _METHODS.get(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if name not in _KNOWN:
        raise UsageError(
            f"Expected `{key}` to be one of {', '.join(_KNOWN)}, or Pillow's number of it (0, 2, 3, 1); received "
            f"{format_value(value)}. Write a preprocessing file of your own: --init-preprocessing."
        )
    return str(name)


def read_size(key: str, value: Any) -> dict[str, int]:
    """Read a size to `height` and `width`, or to `shorter`: a number, a pair, or a table.

    Raises:
        UsageError: it is none of these.
    """
    if isinstance(value, Mapping):
        if set(value) == {"shortest_edge"}:
            return {"shorter": require_integer(f"{key}.shortest_edge", value["shortest_edge"])}
        if set(value) == {"height", "width"}:
            return {name: require_integer(f"{key}.{name}", value[name]) for name in ("height", "width")}
    elif isinstance(value, (list, tuple)) and len(value) == 2:
        return {name: require_integer(key, each) for name, each in zip(("height", "width"), value, strict=True)}
    elif isinstance(value, int) and not isinstance(value, bool):
        return {"height": value, "width": value}
    raise UsageError(
        f"Expected `{key}` as a number, or a table of `height` and `width`, or of `shortest_edge`; received "
        f"{format_value(value)}. Write a preprocessing file of your own: --init-preprocessing."
    )


def read_statistics(config: Mapping[str, Any], mean: str, std: str) -> dict[str, Any]:
    """Read mean and deviation to the step `normalize`."""
    return {
        "step": "normalize",
        "mean": list(require_numbers(mean, config.get(mean))),
        "std": list(require_numbers(std, config.get(std))),
    }
