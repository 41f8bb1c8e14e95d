"""Definition of an export target: it writes one artifact of a baked model, opens it again and describes it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from webparity.bundle.manifest import Artifact
from webparity.bundle.write import SiteWriter
from webparity.models.baked import Baked
from webparity.models.model_kind import ModelKind
from webparity.taps import Tap

if TYPE_CHECKING:
    from webparity.export.quantization.plan import QuantizationPlan

Runner = Callable[[NDArray[np.uint8]], dict[Tap, NDArray[np.float32]]]


@dataclass(frozen=True, kw_only=True)
class Target:
    """An export target, offered by a module as `TARGET`.

    Attributes:
        name: as on the command line and in the manifest.
        summary: one line for people.
        write: writes the artifact's files of a baked model with these labels, some weights in fewer bits if a plan is
            given, and describes them.
        open: opens the artifact that was written below a folder, and returns a function of uint8 [N, H, W, 3] that
            gives every tap. Each artifact is run by it before the export is complete.
        backends: the backends that can open artifacts of this target, such as `tfjs:wasm`, each with the operators of
            this artifact that it lacks. Raises `ExportError` for a construct that runtimes read differently.
        weights: names and values of the artifact's weights, as they are computed with.
        tensors: runs the artifact on uint8 [1, H, W, 3] and returns its inner float32 tensors, by which the first
            diverging layer of a network is found; None where they cannot be read.
        refusal: why it cannot take a baked model, with the remedy, or None; asked before any work.
        default: whether it is written where no target is named.
        never_default: kinds of models that it never takes, for which it is no default and its refusal is no news.
        exact: whether `open` gives the bits that its runtime gives everywhere; the manifest then keeps their digest.
        alternative: the target that error messages suggest in its place.
    """

    name: str
    summary: str
    write: Callable[[Baked, Sequence[str], SiteWriter, QuantizationPlan | None], Artifact]
    open: Callable[[Path, Artifact], Runner]
    backends: Callable[[Path, Artifact], Mapping[str, Sequence[str]]]
    weights: Callable[[Path, Artifact], Iterable[tuple[str, NDArray[Any]]]] = lambda *_: ()
    tensors: Callable[[Path, Artifact, NDArray[np.uint8]], list[NDArray[np.float32]]] | None = None
    refusal: Callable[[Baked], str | None] = lambda _: None
    default: bool = True
    never_default: frozenset[ModelKind] = frozenset()
    exact: bool = False
    alternative: str = "onnx"
