"""Static checks of an artifact: the backends that have its operators, and weights that some devices cannot hold."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from webparity.bundle.manifest import Artifact
from webparity.errors import ExportError
from webparity.export.targets.target import Target


def lint(target: Target, folder: Path, artifact: Artifact) -> Artifact:
    """Add to an artifact the backends that can run it, and warnings.

    Args:
        target: what wrote it.
        folder: the site's folder.
        artifact: what was written there.

    Raises:
        ExportError: no backend has all of its operators, or it holds what the runtimes read differently.
    """
    found = target.backends(folder, artifact)
    lacking = {backend: list(ops) for backend, ops in found.items() if ops}
    backends = [backend for backend in found if backend not in lacking]
    if not backends:
        raise ExportError(
            f"Expected operators that a backend has; received {artifact.id} with {lacking}. "
            "Replace those layers, or export only onnx."
        )
    warnings = [f"{backend} cannot run it: it lacks {', '.join(ops)}" for backend, ops in lacking.items()]
    beyond = [name for name, values in target.weights(folder, artifact) if _exceeds_float16(values)]
    if beyond:
        warnings.append(f"values beyond float16 in {', '.join(beyond)}: devices with 16-bit floats cannot hold them")
    return replace(artifact, backends=backends, warnings=warnings)


def _exceeds_float16(values: NDArray[Any]) -> bool:
    """Whether a float32 weight holds a value beyond float16's range.

    Single numbers are limits and counts, which are computed with in float32 everywhere.
    """
    if values.dtype != np.float32 or values.size == 1:
        return False
    return bool(np.max(np.abs(values), initial=0.0) > np.finfo(np.float16).max)
