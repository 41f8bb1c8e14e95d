"""ROC and precision-recall curves: one curve for two classes, else each class against the rest."""

from __future__ import annotations

from typing import Any, Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import NDArray
from sklearn.metrics import precision_recall_curve, roc_curve

from webparity.train.evaluation.evaluation import Evaluation
from webparity.train.evaluation.many_classes import MOST_SHOWN, has_many_classes
from webparity.train.evaluation.metrics import Metrics
from webparity.train.evaluation.pictures.figure import (
    CURVES,
    SOFT,
    WIDTH,
    Picture,
    render,
    set_unit_square,
    shorten,
)

_Line = tuple[NDArray[Any], NDArray[Any]]
_LEGEND_LINE: Final = 17.0


def draw_roc_curves(evaluation: Evaluation) -> Picture | None:
    """Draw true over false positive rate; None where no class has both images and others beside it."""
    areas = _keep_shown({i: c.roc_auc for i, c in _select_classes(evaluation.metrics) if c.roc_auc is not None})
    if not areas:
        return None

    def compute_curve(of: int) -> _Line:
        x, y, _ = roc_curve(evaluation.labels == of, evaluation.probabilities[:, of])
        return x, y

    def draw(figure: Figure) -> None:
        axes = _add_axes(figure, "false positive rate", "true positive rate")
        axes.plot([0, 1], [0, 1], color=SOFT, linewidth=1, linestyle=(0, (3, 3)))
        _draw_curves(axes, {of: compute_curve(of) for of in areas}, areas, evaluation.label_names)

    return Picture(
        name="roc",
        title="ROC curve",
        alt=f"ROC curve; the area under it is {_list_areas(areas, evaluation.label_names)}.",
        caption=f"{_describe_classes(evaluation.metrics, areas)}, with the area under the curve; "
        "the dashed line is chance",
        svg=render(_compute_picture_height(areas), draw),
    )


def draw_precision_recall_curves(evaluation: Evaluation) -> Picture | None:
    """Draw precision over recall; None where no class has both images and others beside it."""
    areas = _keep_shown({i: c.pr_auc for i, c in _select_classes(evaluation.metrics) if c.pr_auc is not None})
    if not areas:
        return None

    def compute_curve(of: int) -> _Line:
        precision, recall, _ = precision_recall_curve(
            evaluation.labels == of, evaluation.probabilities[:, of], drop_intermediate=True
        )
        return recall, precision

    def draw(figure: Figure) -> None:
        axes = _add_axes(figure, "recall", "precision")
        _draw_curves(axes, {of: compute_curve(of) for of in areas}, areas, evaluation.label_names)

    return Picture(
        name="precision-recall",
        title="Precision and recall",
        alt=f"Precision-recall curve; the average precision is {_list_areas(areas, evaluation.label_names)}.",
        caption=f"{_describe_classes(evaluation.metrics, areas)}, with the average precision",
        svg=render(_compute_picture_height(areas), draw),
    )


def _select_classes(metrics: Metrics) -> list[tuple[int, Any]]:
    """Select the classes to draw: of two only the positive one, since the curves are equivalent."""
    classes = list(enumerate(metrics.classes))
    return classes if metrics.positive is None else classes[-1:]


def _select_coloured(areas: dict[int, float]) -> list[int]:
    """Select the classes with a colour and a name: those with the smallest areas, worst first."""
    return sorted(areas, key=areas.__getitem__)[: len(CURVES)]


def _keep_shown(areas: dict[int, float]) -> dict[int, float]:
    """Keep all classes of few, and those with a colour of many."""
    return areas if len(areas) <= MOST_SHOWN else {of: areas[of] for of in _select_coloured(areas)}


def _add_axes(figure: Figure, x: str, y: str) -> Axes:
    axes: Axes = figure.subplots()
    set_unit_square(axes)
    axes.set(xlabel=x, ylabel=y)
    return axes


def _draw_curves(axes: Axes, lines: dict[int, _Line], areas: dict[int, float], label_names: tuple[str, ...]) -> None:
    named = _select_coloured(areas)
    for of, (x, y) in lines.items():
        if of not in named:
            axes.plot(x, y, color=SOFT, linewidth=0.9, alpha=0.7)
    for colour, of in reversed(list(zip(CURVES, named, strict=False))):
        axes.plot(*lines[of], color=colour)
    handles = [Line2D([], [], color=colour) for colour, _ in zip(CURVES, named, strict=False)]
    texts = [f"{areas[of]:.4f} for {shorten(label_names[of], 24)}" for of in named]
    if len(areas) > len(named):
        handles.append(Line2D([], [], color=SOFT, linewidth=0.9))
        texts.append("the other classes, all above")
    axes.figure.legend(handles, texts, loc="outside lower center", handlelength=1.4, labelspacing=0.25)


def _compute_picture_height(areas: dict[int, float]) -> float:
    return WIDTH + _LEGEND_LINE * (len(_select_coloured(areas)) - 1)


def _describe_classes(metrics: Metrics, areas: dict[int, float]) -> str:
    if metrics.positive is not None:
        return f"{shorten(metrics.positive, 24)} is the positive class"
    if has_many_classes(metrics):
        return f"The {len(areas)} classes of {len(metrics.classes)} with the smallest areas, each against the rest"
    if len(areas) > len(CURVES):
        return f"Each class against the rest; the {len(CURVES)} with the smallest areas have colours"
    return "Each class against the rest"


def _list_areas(areas: dict[int, float], label_names: tuple[str, ...]) -> str:
    return ", ".join(f"{area:.3f} for {label_names[of]}" for of, area in areas.items())
