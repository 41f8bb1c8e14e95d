"""Export targets: discovery, selection by name or by default, and their refusals of a model."""

from __future__ import annotations

from collections.abc import Sequence

from webparity.errors import UnsupportedModelError
from webparity.export.targets.target import Target
from webparity.models.baked import Baked
from webparity.registry import discover, get_by_name


def discover_targets() -> dict[str, Target]:
    """Return all export targets by name, sorted by name."""
    return discover("webparity.export.targets", "TARGET")


def find_refusals(baked: Baked) -> dict[str, str]:
    """Return the default targets that cannot take a model, by name, each with the reason and the remedy."""
    reasons = {name: target.refusal(baked) for name, target in _list_defaults(baked).items()}
    return {name: reason for name, reason in reasons.items() if reason is not None}


def _list_defaults(baked: Baked) -> dict[str, Target]:
    return {
        name: target
        for name, target in discover_targets().items()
        if target.default and baked.kind not in target.never_default
    }


def select_targets(baked: Baked, names: Sequence[str]) -> list[Target]:
    """Select the targets of an export.

    Args:
        baked: the model.
        names: of the targets; empty for all default targets that can take the model.

    Raises:
        UsageError: a name is unknown.
        UnsupportedModelError: a named target, or every default target, refuses the model.
    """
    if not names:
        without = find_refusals(baked)
        offers = [target for name, target in _list_defaults(baked).items() if name not in without]
        if not offers:
            # Mostly all targets give the same reason, which is then said once.
            raise UnsupportedModelError(" ".join(dict.fromkeys(without.values())))
        return offers
    known = discover_targets()
    offers = [get_by_name(known, name, "target") for name in dict.fromkeys(names)]
    for target in offers:
        reason = target.refusal(baked)
        if reason is not None:
            raise UnsupportedModelError(reason.replace("; received ", f"; received for {target.name} ", 1))
    return offers
