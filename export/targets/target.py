"""What an export target is: one baked model in, one artifact's files out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from webparity.bundle.manifest import Artifact, Tap
from webparity.bundle.write import SiteWriter
from webparity.models.baked import Baked

if TYPE_CHECKING:
    from webparity.export.quantization.plan import Reduction

TAPS: tuple[Tap, ...] = ("pixels", "probabilities", "scores")
Runner = Callable[[NDArray[np.uint8]], dict[Tap, NDArray[np.float32]]]


@dataclass(frozen=True, kw_only=True)
class Target:
    """An export target, offered by a module as `TARGET`.

    Attributes:
        name: as on the command line and in the manifest.
        summary: one line for people.
        write: writes the artifact's files of a baked model with these labels, some weights in fewer bits if so chosen,
            and describes them.
        open: opens what was written below a folder and runs it on uint8 [N, H, W, 3], giving every tap,
            so that no artifact is called done that nobody has run.
        refusal: why it cannot take a baked model, with the way out, or None; asked before any work.
        default: whether it is written where no target is asked for by name.
    """

    name: str
    summary: str
    write: Callable[[Baked, Sequence[str], SiteWriter, Reduction | None], Artifact]
    open: Callable[[Path, Artifact], Runner]
    refusal: Callable[[Baked], str | None] = lambda _: None
    default: bool = True
