"""Loss and accuracy by epoch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from webparity.train.evaluation.pictures.figure import FIRST, SECOND, SOFT, Picture, render

_PANELS: Final = ("loss", "accuracy")
_PANEL_HEIGHT: Final = 150.0
_FEW: Final = 3


def draw_history(history: Mapping[str, list[float]]) -> Picture | None:
    """Draw `loss` and `accuracy` with their `val_` companions, and mark the epoch of the lowest validation loss.

    Args:
        history: values by epoch, under Keras' names.

    Returns:
        The picture, or None where there is nothing by epoch.
    """
    panels = [name for name in _PANELS if history.get(name)]
    if not panels:
        return None
    validation = history.get("val_loss", [])
    best = int(np.argmin(validation)) + 1 if validation else None

    def draw(figure: Figure) -> None:
        for axes, name in zip(figure.subplots(len(panels), sharex=True, squeeze=False)[:, 0], panels, strict=True):
            axes.set_title(name)
            for key, label, colour in ((name, "training", SECOND), (f"val_{name}", "validation", FIRST)):
                if values := history.get(key):
                    epochs = range(1, len(values) + 1)
                    axes.plot(epochs, values, color=colour, label=label, marker="o" if len(values) <= _FEW else "")
            if best is not None:
                axes.axvline(best, color=SOFT, linewidth=1, linestyle=(0, (3, 3)))
            axes.grid(visible=True, axis="y", linewidth=0.8)
            axes.tick_params(length=0)
            axes.yaxis.set_major_locator(MaxNLocator(4))
        axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
        axes.set_xlabel("epoch")
        handles, labels = axes.get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside upper center", ncols=2)

    epochs = len(history[panels[0]])
    shown = f"{epochs} epoch{'' if epochs == 1 else 's'}"
    lowest = f"; the validation loss is lowest after epoch {best}" if best is not None else ""
    return Picture(
        name="history",
        title="Training history",
        alt=f"Lines of {' and '.join(panels)} over {shown}{lowest}.",
        caption=f"{shown}{lowest}, at the dashed line" if best is not None else shown,
        svg=render(_PANEL_HEIGHT * len(panels) + 50, draw),
    )
