"""Evaluation of a model on a split: metrics, and the data for pictures and page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from webparity.models.baked import Baked, compute_top1
from webparity.storage.json_document import encode_json_document
from webparity.train.datasets.dataset import Split
from webparity.train.evaluation.many_classes import spread_classes
from webparity.train.evaluation.metrics import Metrics, measure, validate_probabilities
from webparity.train.evaluation.predictions import predict
from webparity.train.evaluation.summary import ModelSummary, summarize_model
from webparity.train.progress import CountCallback

_MISTAKES: Final = 24
_SAMPLES_A_CLASS: Final = 8
_THUMBNAIL: Final = 192


@dataclass(frozen=True, kw_only=True)
class Mistake:
    """Misclassified image.

    Attributes:
        thumbnail: uint8 [h, w, 3], at most 192 pixels a side.
        name: its file name, or its number in the split where images came as arrays.
        label: the true class's index.
        predicted: the index of the class the model said.
        label_probability: what the model gave the true class.
        predicted_probability: what the model gave the class it said.
    """

    thumbnail: NDArray[np.uint8] = field(repr=False)
    name: str
    label: int
    predicted: int
    label_probability: float
    predicted_probability: float


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """Evaluation of a model, in plain values.

    Attributes:
        metrics: its figures.
        label_names: C names.
        labels: true classes, int64 [N].
        probabilities: what the model said, float64 [N, C].
        samples: for each class thumbnails of its first images, uint8 [h, w, 3], at most 192 pixels a side; of many
            classes, none for most.
        mistakes: the misclassified images, the most confident first, at most 24.
        history: values by epoch, such as `loss` and `val_loss`; empty for a model without epochs.
        model: its layers or steps, if the model was given.
        facts: what to say of the run, in this order.
    """

    metrics: Metrics
    label_names: tuple[str, ...]
    labels: NDArray[np.int64] = field(repr=False)
    probabilities: NDArray[np.float64] = field(repr=False)
    samples: tuple[tuple[NDArray[np.uint8], ...], ...] = field(repr=False)
    mistakes: tuple[Mistake, ...] = field(repr=False)
    history: Mapping[str, list[float]] = field(repr=False)
    model: ModelSummary | None = field(repr=False)
    facts: Mapping[str, str]


def evaluate_split(
    baked: Baked,
    split: Split,
    label_names: tuple[str, ...],
    *,
    history: Mapping[str, list[float]] | None = None,
    model: Any = None,
    facts: Mapping[str, str] | None = None,
    probabilities: NDArray[np.float64] | None = None,
    progress: CountCallback | None = None,
) -> Evaluation:
    """Measure a model through its whole baked graph.

    Args:
        baked: the model with its preprocessing.
        split: images and labels it has not been trained on.
        label_names: C names; of two, the last is the positive class.
        history: values by epoch, for the picture of the training.
        model: a Keras network or a fitted scikit-learn estimator, for the model summary.
        facts: what to say of the run on the page.
        probabilities: what the model said of the split, where that is known already, float [N, C].
        progress: called with images done and images in all.

    Raises:
        UsageError: the model's output does not fit the label names, or is no probability.
    """
    said = predict(baked, split, progress) if probabilities is None else probabilities
    probabilities = validate_probabilities(split.labels, said, len(label_names))
    sampled = spread_classes(len(label_names))
    return Evaluation(
        metrics=measure(split.labels, probabilities, label_names),
        label_names=label_names,
        labels=split.labels,
        probabilities=probabilities,
        samples=tuple(_select_samples(split, label) if label in sampled else () for label in range(len(label_names))),
        mistakes=_select_mistakes(split, probabilities),
        history=history or {},
        model=None if model is None else summarize_model(model),
        facts=facts or {},
    )


def to_json(evaluation: Evaluation) -> bytes:
    """Encode provenance, metrics and model summary as one JSON document."""
    return encode_json_document(
        {"format": 1, "facts": evaluation.facts, "metrics": evaluation.metrics, "model": evaluation.model}
    )


def _select_samples(split: Split, label: int) -> tuple[NDArray[np.uint8], ...]:
    return tuple(
        _make_thumbnail(split.images[i]) for i in np.flatnonzero(split.labels == label)[:_SAMPLES_A_CLASS].tolist()
    )


def _select_mistakes(split: Split, probabilities: NDArray[np.float64]) -> tuple[Mistake, ...]:
    predicted = compute_top1(probabilities)
    wrong = np.flatnonzero(predicted != split.labels)
    # A stable sort, so that ties stay in the split's order on every machine.
    order = np.argsort(-probabilities[wrong, predicted[wrong]], kind="stable")
    return tuple(
        Mistake(
            thumbnail=_make_thumbnail(split.images[i]),
            name=split.names[i] if split.names else f"image {i}",
            label=int(split.labels[i]),
            predicted=int(predicted[i]),
            label_probability=float(probabilities[i, split.labels[i]]),
            predicted_probability=float(probabilities[i, predicted[i]]),
        )
        for i in wrong[order][:_MISTAKES].tolist()
    )


def _make_thumbnail(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    small = Image.fromarray(image)
    small.thumbnail((_THUMBNAIL, _THUMBNAIL))
    return np.array(small)
