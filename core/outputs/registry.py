"""The kinds of outputs, by name."""

from __future__ import annotations

from functools import cache

from webparity.outputs.model_output import ModelOutput
from webparity.outputs.output_kind import OutputKind
from webparity.registry import discover


@cache
def list_output_kinds() -> dict[str, OutputKind]:
    """List the kinds by name."""
    return discover("webparity.outputs.kinds", "OUTPUT_KIND")


def get_output_kind(output: ModelOutput) -> OutputKind:
    """Get the kind of a model's output."""
    return list_output_kinds()[output.kind]
