"""Of a hundred classes and more, page, pictures and terminal show the worst, and the figures keep all."""

from __future__ import annotations

import re
from io import StringIO

import numpy as np
import pytest
from rich.console import Console
from sklearn.metrics import confusion_matrix, f1_score

from webparity.train.evaluation.evaluation import Evaluation
from webparity.train.evaluation.many_classes import list_confusions, select_worst_classes, spread_classes
from webparity.train.evaluation.metrics import measure
from webparity.train.evaluation.page import to_html
from webparity.train.evaluation.pictures.all import draw_pictures
from webparity.train.evaluation.terminal import render_evaluation

CLASSES = 120
NAMES = tuple(f"class {number:03d}" for number in range(CLASSES))


@pytest.fixture(scope="module")
def evaluation() -> Evaluation:
    random = np.random.default_rng(0)
    labels = np.repeat(np.arange(CLASSES), 4)
    probabilities = random.dirichlet(np.full(CLASSES, 0.01), len(labels))
    right = random.random(len(labels)) < 0.6
    probabilities[right] = np.eye(CLASSES)[labels[right]]
    # One pair that is confused more often than any other.
    probabilities[labels == 7] = np.eye(CLASSES)[9]
    return Evaluation(
        metrics=measure(labels, probabilities, NAMES),
        label_names=NAMES,
        labels=labels,
        probabilities=probabilities,
        samples=tuple((np.zeros((4, 4, 3), np.uint8),) if c in spread_classes(CLASSES) else () for c in range(CLASSES)),
        mistakes=(),
        history={},
        model=None,
        facts={},
    )


def test_the_worst_are_those_of_scikit_learn(evaluation: Evaluation) -> None:
    predicted = evaluation.probabilities.argmax(axis=1)
    scores = f1_score(evaluation.labels, predicted, average=None, labels=range(CLASSES), zero_division=0)
    worst = select_worst_classes(evaluation.metrics)
    assert [c.label for c in worst] == [NAMES[i] for i in np.argsort(scores, kind="stable")[:10]]
    counts = confusion_matrix(evaluation.labels, predicted, labels=range(CLASSES))
    confusions = list_confusions(evaluation.metrics)
    assert confusions[0] == ("class 007", "class 009", 4)
    for true, said, count in confusions:
        assert true != said
        assert counts[NAMES.index(true), NAMES.index(said)] == count


def test_pictures_and_page_stay_small(evaluation: Evaluation) -> None:
    pictures = draw_pictures(evaluation)
    assert {picture.name for picture in pictures} == {"confusion", "roc", "precision-recall", "calibration", "samples"}
    for picture in pictures:
        assert len(picture.svg) < 200_000, picture.name
        assert len(picture.alt) < 400, picture.name
    html = to_html(evaluation, pictures)
    assert "The most frequent mistakes" in html
    assert len(re.findall(r'<th scope="row">class \d{3}</th>', html)) == CLASSES + len(
        list_confusions(evaluation.metrics)
    )


def test_the_terminal_shows_the_worst(evaluation: Evaluation) -> None:
    terminal = Console(width=132, file=StringIO())
    terminal.print(render_evaluation(evaluation))
    assert isinstance(terminal.file, StringIO)
    text = terminal.file.getvalue()
    assert "class 007" in text
    assert len(text.splitlines()) < 50


def test_few_classes_are_all_shown_and_of_many_at_most_thirty() -> None:
    assert spread_classes(30) == frozenset(range(30))
    for count in (31, 100, 1000):
        assert 15 <= len(spread_classes(count)) <= 30
