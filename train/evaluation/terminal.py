"""An evaluation for the terminal, with rich."""

from __future__ import annotations

from rich.box import SIMPLE_HEAD
from rich.console import Group
from rich.table import Table
from rich.text import Text

from webparity.text.visible import escape_invisible
from webparity.train.evaluation.evaluation import Evaluation
from webparity.train.evaluation.format import format_headline, format_number
from webparity.train.evaluation.many_classes import has_many_classes, list_confusions, select_worst_classes
from webparity.train.evaluation.metrics import Metrics


def render_evaluation(evaluation: Evaluation) -> Group:
    """Render the main metrics, classification report and confusion matrix; of many classes the worst."""
    metrics = evaluation.metrics
    if has_many_classes(metrics):
        return Group(
            render_headline(metrics),
            Text("\nThe classes with the lowest F1", style="bold"),
            render_classification_report(metrics),
            Text("The most frequent mistakes", style="bold"),
            render_confusions(metrics),
        )
    return Group(
        render_headline(metrics),
        Text("\nClassification report", style="bold"),
        render_classification_report(metrics),
        Text("Confusion matrix: true classes in rows, predicted in columns", style="bold"),
        render_confusion_matrix(metrics),
    )


def render_headline(metrics: Metrics) -> Text:
    """Render the main metrics, one per line."""
    rows = [("images", f"{metrics.images:,}"), *format_headline(metrics)]
    width = max(len(name) for name, _ in rows)
    text = Text()
    for name, value in ((escape_invisible(name), escape_invisible(value)) for name, value in rows):
        text.append(f"{name:<{width}}  ", style="dim").append(f"{value}\n", style="bold" if name == "accuracy" else "")
    text.rstrip()
    return text


def render_classification_report(metrics: Metrics) -> Table:
    """Render the metrics of each class and the averages."""
    table = _make_table()
    table.add_column("class", no_wrap=True)
    for column in ("precision", "recall", "F1", "ROC-AUC", "PR-AUC", "images"):
        table.add_column(column, justify="right")
    for c in select_worst_classes(metrics) if has_many_classes(metrics) else metrics.classes:
        figures = map(format_number, (c.precision, c.recall, c.f1, c.roc_auc, c.pr_auc))
        table.add_row(Text(escape_invisible(c.label)), *figures, f"{c.images:,}")
    table.add_section()
    for name, average in (("macro", metrics.macro), ("weighted", metrics.weighted)):
        figures = map(format_number, (average.precision, average.recall, average.f1))
        table.add_row(Text(name, style="dim"), *figures, "", "", f"{metrics.images:,}")
    return table


def render_confusions(metrics: Metrics) -> Table:
    """Render the most frequent mistakes, one row for each pair of classes."""
    table = _make_table()
    table.add_column("true", no_wrap=True)
    table.add_column("predicted", no_wrap=True)
    table.add_column("images", justify="right")
    for true, predicted, count in list_confusions(metrics):
        table.add_row(Text(escape_invisible(true)), Text(escape_invisible(predicted)), f"{count:,}")
    return table


def render_confusion_matrix(metrics: Metrics) -> Table:
    """Render counts, one row for each true class; correct ones in bold, zeros dim."""
    table = _make_table()
    table.add_column("")
    for c in metrics.classes:
        table.add_column(Text(escape_invisible(c.label)), justify="right")
    for row, (c, counts) in enumerate(zip(metrics.classes, metrics.confusion, strict=True)):
        cells = (
            Text(f"{count:,}", style="bold" if row == column else "" if count else "dim")
            for column, count in enumerate(counts)
        )
        table.add_row(Text(escape_invisible(c.label)), *cells)
    return table


def _make_table() -> Table:
    return Table(box=SIMPLE_HEAD, padding=(0, 2, 0, 0), pad_edge=False)
