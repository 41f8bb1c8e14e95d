"""Presets: the type, and the table of all of them, discovered in `presets/`."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final

from webparity.errors import UsageError
from webparity.preprocessing.pipeline.step import Step, make_step
from webparity.preprocessing.spec import Preprocessing

_PACKAGE: Final = "webparity.preprocessing.presets"
# Steps whose size goes with that of the step before them.
_SIZED: Final = ("crop", "pad")


@dataclass(frozen=True, kw_only=True)
class Preset:
    """A library's usual preprocessing.

    Attributes:
        name: its name in `--preset` and in `preprocessing="…"`.
        description: the calls that it reproduces, in one line.
        steps: its pipeline.
        notes: what to change in the file for other common uses.
    """

    name: str
    description: str
    steps: tuple[Step, ...]
    notes: str = ""

    def make(self, size: tuple[int, int] | None = None) -> Preprocessing:
        """Make the preprocessing.

        Args:
            size: height and width that the model takes, for a preset that resizes to a size and neither crops nor pads;
                others keep their own.
        """
        steps = self.steps
        if size is not None and not any(step.step in _SIZED for step in steps):
            steps = tuple(_set_size(step, *size) for step in steps)
        return Preprocessing(steps=steps)


def make_preset(name: str, description: str, steps: list[dict[str, Any]], notes: str = "") -> Preset:
    """Make a preset of tables with `step` and options beside it."""
    return Preset(name=name, description=description, steps=tuple(make_step(step) for step in steps), notes=notes)


def _set_size(step: Step, height: int, width: int) -> Step:
    if step.step != "resize" or not {"height", "width"} <= set(step.options):
        return step
    return Step(step=step.step, options={**step.options, "height": height, "width": width})


def _discover() -> dict[str, Preset]:
    found: dict[str, Preset] = {}
    for info in pkgutil.iter_modules(importlib.import_module(_PACKAGE).__path__):
        for preset in importlib.import_module(f"{_PACKAGE}.{info.name}").PRESETS:
            if preset.name in found:
                raise UsageError(f"Expected unique names of presets; received {preset.name!r} twice. Rename one.")
            found[preset.name] = preset
    return dict(sorted(found.items()))


def list_presets() -> dict[str, Preset]:
    """List all presets by name."""
    return _discover()


def get_preset(name: str) -> Preset:
    """Return a preset by name.

    Raises:
        UsageError: there is none of that name.
    """
    known = list_presets()
    if name not in known:
        near = get_close_matches(name, known, 3)
        fix = f"Did you mean {' or '.join(near)}?" if near else "Choose one of these."
        raise UsageError(f"Expected a preset among {', '.join(known)}; received {name!r}. {fix}")
    return known[name]
