"""The figures of a trained model that its run keeps."""

from __future__ import annotations

from webparity.baked import Baked
from webparity.train.datasets.dataset import Split
from webparity.train.evaluation.metrics import measure
from webparity.train.evaluation.predictions import predict


def evaluate(baked: Baked, split: Split) -> dict[str, float]:
    """Measure a model through its whole baked graph; see `webparity.train.evaluation.metrics.Metrics.summary`."""
    probabilities = predict(baked, split)
    names = tuple(str(index) for index in range(probabilities.shape[1]))
    return measure(split.labels, probabilities, names).summary()
