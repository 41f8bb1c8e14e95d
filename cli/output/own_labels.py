"""How a bundle's labels stand to the classifier's own, in words."""

from __future__ import annotations

from webparity.bundle.manifest import OwnLabels


def describe_own_labels(own: OwnLabels) -> str:
    """One sentence for `export` and `inspect`.

    Args:
        own: as counted at export.
    """
    if not own.differing:
        return f"the classifier's own predict gives the same labels on all {own.images} golden images"
    return (
        f"on {own.differing} of {own.images} golden images the classifier's own predict gives another label than that "
        "of the largest probability, which the bundle gives"
    )
