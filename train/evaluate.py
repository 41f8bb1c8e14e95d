"""Metrics of a trained model on a split."""

from __future__ import annotations

import numpy as np
from sklearn.metrics import accuracy_score, log_loss

from webparity.baked import Baked, top1
from webparity.train.datasets.dataset import Split

_CHUNK = 1024


def evaluate(baked: Baked, split: Split) -> dict[str, float]:
    """Measure a model through its whole baked graph.

    Args:
        baked: the model.
        split: images and labels it has not been trained on.

    Returns:
        `accuracy` (0 to 1), `log_loss` (nats) and `images`, the number measured.
    """
    chunks = range(0, len(split.images), _CHUNK)
    probabilities = np.concatenate([baked(split.images[i : i + _CHUNK])["probabilities"] for i in chunks]).astype(
        np.float64
    )
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    return {
        "accuracy": float(accuracy_score(split.labels, top1(probabilities))),
        "log_loss": float(log_loss(split.labels, probabilities, labels=np.arange(probabilities.shape[1]))),
        "images": float(len(split.images)),
    }
