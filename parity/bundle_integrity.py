"""Damaged files of a bundle, and the runs that depend on them."""

from __future__ import annotations

from collections.abc import Sequence

from webparity.bundle.manifest import Artifact
from webparity.bundle.read import Bundle
from webparity.models.model_kind import get_producer_kind
from webparity.verification.report import Reference


def list_damaged_files(bundle: Bundle, artifact: Artifact | None, failing: Sequence[str]) -> list[str]:
    """List the damaged files that a run of an artifact depends on: its own, and those that belong to no artifact.

    Args:
        bundle: the bundle.
        artifact: what the run loads; None for the reference and the images.
        failing: damaged files, as `site/…` or `source/…`.
    """
    own = {f"site/{file}" for file in artifact.files} if artifact is not None else set()
    others = {f"site/{file}" for other in bundle.manifest.artifacts for file in other.files} - own
    return [file for file in failing if file not in others]


def make_failed_reference(bundle: Bundle, failing: Sequence[str]) -> Reference:
    """Make the failed reference of a bundle whose source, images or page are damaged; it is never loaded."""
    shown = ", ".join(failing[:3]) + (" …" if len(failing) > 3 else "")
    return Reference(
        runtime=get_producer_kind(bundle.manifest.producer),
        version="",
        verdict="fail",
        stage="integrity",
        reason=f"integrity: the bundle holds missing or altered files: {shown}.",
    )
