"""Message that compares a bundle's labels with the classifier's own."""

from __future__ import annotations

from webparity.bundle.manifest import OwnLabels


def describe_own_labels(own: OwnLabels) -> str:
    """Return one sentence for `export` and `inspect`.

    Args:
        own: as counted at export.
    """
    if not own.differing:
        return f"the classifier's own predict gives the same labels on all {own.images} golden images"
    return (
        f"on {own.differing} of {own.images} golden images the classifier's own predict gives another label than that "
        "of the largest probability, which the bundle gives"
    )
