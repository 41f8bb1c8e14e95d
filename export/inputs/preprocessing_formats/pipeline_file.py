"""Preprocessing files with a pipeline of steps: TOML of presets."""

from __future__ import annotations

import textwrap
from typing import Any, Final

from webparity.preprocessing.pipeline.kind_table import STEP_KINDS, check_step
from webparity.preprocessing.pipeline.step import Step
from webparity.preprocessing.preset import Preset

_HEADER: Final = """\
How images reached your model when it was trained, for `webparity export MODEL --preprocessing THIS-FILE --out DIR`: \
steps in the order of the graph, from decoded RGB pixels to the model's input. Edit what differs; each step's keys are \
named above it."""


def format_pipeline(preset: Preset) -> str:
    """Format a preset as a preprocessing file that explains its steps."""
    lines = [*_comment(_HEADER), "#", *_comment(f"{preset.name}: {preset.description}.")]
    if preset.notes:
        lines += _comment(preset.notes)
    for step in preset.steps:
        lines += ["", *_describe_step(step)]
    return "\n".join([*lines, ""])


def _describe_step(step: Step) -> list[str]:
    kind = STEP_KINDS[step.step]
    lines = _comment(f"{kind.name}: {kind.description}.")
    checked = check_step(step).options
    for name, key in kind.keys.items():
        lines += _comment(f"  {name}: {key.description}. {key.describe_values()}")
    lines += ["[[steps]]", f'step = "{step.step}"']
    lines += [f"{name} = {format_toml(value)}" for name, value in checked.items()]
    return lines


def format_toml(value: Any) -> str:
    """Format a value of an option in TOML."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(map(format_toml, value))}]"
    return f'"{value}"' if isinstance(value, str) else repr(value)


def _comment(text: str) -> list[str]:
    return textwrap.wrap(text, 118, initial_indent="# ", subsequent_indent="#   ")
