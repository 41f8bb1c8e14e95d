from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from webparity.errors import UsageError
from webparity.train.datasets.dataset import Split
from webparity.train.evaluation.evaluation import Evaluation, evaluate_split, to_json

Numbered = Callable[..., NDArray[np.uint8]]


def test_mistakes_are_listed_with_the_most_confident_first(prepared: type, images: Numbered) -> None:
    positive = [0.9, 0.8, 0.4, 0.99, 0.1]
    table = np.array([[1 - p, p] for p in positive])
    split = Split(images(5), np.array([1, 0, 1, 0, 0]), names=("a", "b", "c", "d", "e"))
    found = evaluate_split(prepared(table), split, ("no", "yes"))
    assert [(m.name, m.label, m.predicted) for m in found.mistakes] == [("d", 0, 1), ("b", 0, 1), ("c", 1, 0)]
    assert [m.predicted_probability for m in found.mistakes] == pytest.approx([0.99, 0.8, 0.6])
    assert [m.label_probability for m in found.mistakes] == pytest.approx([0.01, 0.2, 0.4])
    assert [int(m.thumbnail[0, 0, 0]) for m in found.mistakes] == [3, 1, 2]
    assert found.metrics.accuracy == 2 / 5


def test_lists_stay_short_and_thumbnails_small(prepared: type, images: Numbered) -> None:
    wrong = np.tile([0.1, 0.9], (60, 1))
    split = Split(np.repeat(images(60, 8), 50, axis=1), np.zeros(60, dtype=np.int64))
    found = evaluate_split(prepared(wrong), split, ("no", "yes"))
    assert len(found.mistakes) == 24
    assert [m.name for m in found.mistakes[:2]] == ["image 0", "image 1"]
    assert [len(row) for row in found.samples] == [8, 0]
    assert max(found.samples[0][0].shape) == 192


def test_a_model_of_other_classes_is_refused(prepared: type, images: Numbered) -> None:
    with pytest.raises(UsageError, match="3 label names"):
        evaluate_split(prepared(np.full((2, 2), 0.5)), Split(images(2), np.array([0, 1])), ("a", "b", "c"))


def test_the_document_holds_facts_metrics_and_model(three_classes: Evaluation) -> None:
    document = json.loads(to_json(three_classes))
    assert list(document) == ["format", "facts", "metrics", "model"]
    assert document["facts"]["seed"] == "0"
    assert document["metrics"]["accuracy"] == three_classes.metrics.accuracy
    assert document["model"] is None
