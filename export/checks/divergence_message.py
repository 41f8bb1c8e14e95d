"""Error messages for artifacts whose answers leave the tolerance: the layer, both values, and the remedies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from webparity.bundle.manifest import Artifact
from webparity.errors import ExportError
from webparity.taps import Tap

# `converted`: a classical model in an ONNX file, as skl2onnx writes it.
ModelForm = Literal["network", "classifier", "converted"]
_OTHER_WAYS: Final[dict[ModelForm, str]] = {
    "network": "build the network of other layers, and copy the weights of those that stay",
    # Mostly, features with little variation cause it, as behind a kernel that saturates.
    "classifier": "train the classifier behind StandardScaler, which keeps its numbers where float32 tells them apart",
    "converted": "give the estimator itself, from Python or as a .skops or .joblib file: its sums are computed in more "
    "digits than those of the file's graph",
}


@dataclass(frozen=True, kw_only=True)
class Divergence:
    """Answers of an artifact that exceed their limit.

    Attributes:
        artifact: which one.
        tap: the first tap that exceeds its limit.
        limit: the largest difference that is allowed.
        expected: the trained model's values, float32 [N, ...].
        received: the artifact's, of the same shape.
        layer: the first layer whose output differs, or None.
        alternative: another target that may be exported in its place.
        form: what the model is, which decides what else can be done.
    """

    artifact: Artifact
    tap: Tap
    limit: float
    expected: NDArray[Any]
    received: NDArray[Any]
    layer: str | None
    alternative: str
    form: ModelForm


def make_divergence_error(found: Divergence) -> ExportError:
    """Return the error that names the artifact, the largest difference, the layer and the remedies."""
    differences = np.abs(found.expected.astype(np.float64) - found.received)
    # argmax also finds NaN, the largest fault.
    worst = np.unravel_index(int(np.argmax(differences)), differences.shape)
    place = f", first in the output of {found.layer}" if found.layer else ""
    return ExportError(
        f"Expected {found.artifact.id} to stay within {found.limit:.1e} of the trained model; received {found.tap} off "
        f"by {differences[worst]:.1e} ({found.received[worst]:.9g} for {found.expected[worst]:.9g}){place}. "
        f"{list_remedies(found.artifact, found.layer, alternative=found.alternative, form=found.form)}"
    )


def list_remedies(artifact: Artifact, layer: str | None, *, alternative: str, form: ModelForm) -> str:
    """List, in sentences, what a user can do about an artifact that differs from the trained model.

    Args:
        artifact: which one.
        layer: the first layer whose output differs, or None.
        alternative: another target that may be exported in its place.
        form: what the model is, which decides what else can be done.
    """
    ways = [f"export without it: --target {alternative} is held to the same check"]
    if artifact.precision != "float32":
        ways.append("give --precision float32")
    if form == "network" and layer:
        ways.append(f"build the network with other layers in the place of {layer}, and copy the weights of the rest")
    else:
        ways.append(_OTHER_WAYS[form])
    return f"This artifact was not kept. Either {', or '.join(ways)}."
