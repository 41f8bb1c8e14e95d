"""The table of all kinds of steps, discovered in `steps/`, and the check of a step against it."""

from __future__ import annotations

from typing import Final

from webparity.errors import UsageError
from webparity.preprocessing.pipeline.kinds import StepKind
from webparity.preprocessing.pipeline.step import Step
from webparity.registry import discover, get_by_name

STEP_KINDS: Final[dict[str, StepKind]] = discover("webparity.preprocessing.pipeline.steps", "STEP")


def check_step(step: Step) -> Step:
    """Check the options of a step and fill in defaults.

    Raises:
        UsageError: an unknown step or key, or a value that it may not have; the message names both.
    """
    kind: StepKind = get_by_name(STEP_KINDS, step.step, "step")
    unknown = sorted(set(step.options) - set(kind.keys))
    if unknown:
        raise UsageError(
            f"Expected only {', '.join(kind.keys) or 'no keys'} in the step {kind.name!r}; received {unknown[0]!r}. "
            "Correct or remove that key."
        )
    options = {}
    for name, key in kind.keys.items():
        if name in step.options:
            options[name] = key.check(f"{kind.name}.{name}", step.options[name])
        elif key.required:
            raise UsageError(
                f"Expected `{name}` in the step {kind.name!r} ({key.describe_values()}: {key.description}); "
                "received none. Give it."
            )
        elif key.default is not None:
            options[name] = key.default
    if kind.check is not None:
        kind.check(options)
    return Step(step=kind.name, options=options)
