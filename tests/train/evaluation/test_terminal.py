from __future__ import annotations

from rich.console import Console

from webparity.train.evaluation.evaluation import Evaluation
from webparity.train.evaluation.terminal import render_evaluation


def _render(evaluation: Evaluation) -> str:
    terminal = Console(width=132, highlight=False)
    with terminal.capture() as capture:
        terminal.print(render_evaluation(evaluation))
    return capture.get()


def test_figures_report_and_matrix_are_shown(two_classes: Evaluation) -> None:
    lines = [line.split() for line in _render(two_classes).splitlines() if line.strip()]
    metrics = two_classes.metrics
    assert ["accuracy", f"{metrics.accuracy:.2%}"] in lines
    report = next(line for line in lines if line[0] == "PNEUMONIA")
    positive = metrics.classes[1]
    assert report[1:] == [
        *(f"{v:.4f}" for v in (positive.precision, positive.recall, positive.f1, positive.roc_auc, positive.pr_auc)),
        "45",
    ]
    matrix = [line[1:] for line in lines if line[0] in {"NORMAL", "PNEUMONIA"}][-2:]
    assert matrix == [[str(count) for count in row] for row in metrics.confusion]


def test_labels_are_no_markup(three_classes: Evaluation) -> None:
    assert "$\\frac$" in _render(three_classes)
    assert "<script>alert('no')</script>" in _render(three_classes)
