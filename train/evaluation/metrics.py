"""Figures of a classifier from true labels and probabilities, every one by scikit-learn."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sklearn.calibration import calibration_curve
from sklearn.metrics import (
    accuracy_score,
    average_precision_score,
    confusion_matrix,
    log_loss,
    precision_recall_fscore_support,
    roc_auc_score,
)

from webparity.errors import UsageError
from webparity.models.baked import compute_top1

_BINARY: Final = 2
_BINS: Final = 10
# Float32 rounding over many classes stays far below; a row of scores or of one sigmoid lies far above.
_SUM_TOLERANCE: Final = 1e-3


@dataclass(frozen=True, kw_only=True)
class Average:
    """Precision, recall and F1 over classes, each 0 to 1."""

    precision: float
    recall: float
    f1: float


@dataclass(frozen=True, kw_only=True)
class ClassMetrics:
    """One class against all others; every figure is 0 to 1.

    A class without images has no figures: they are None. So are the two areas where every image is of the class.

    Attributes:
        label: the class's name.
        images: how many truly belong to it.
        precision: share of those predicted as it that are it; 0 if it was never predicted.
        recall: share of its images predicted as it.
        f1: harmonic mean of the two.
        roc_auc: area under the ROC curve of its probability.
        pr_auc: average precision of its probability.
    """

    label: str
    images: int
    precision: float | None
    recall: float | None
    f1: float | None
    roc_auc: float | None
    pr_auc: float | None


@dataclass(frozen=True, kw_only=True)
class CalibrationBin:
    """Images whose probability falls into one tenth of [0, 1]; tenths without images are left out.

    Attributes:
        probability: mean of what the model said.
        frequency: share of the images for which it came true.
        images: how many there are.
    """

    probability: float
    frequency: float
    images: int


@dataclass(frozen=True, kw_only=True)
class Metrics:
    """Metrics of a classifier on labelled images.

    The predicted label is the argmax, the lowest index on ties. Macro averages run over the classes that have images,
    and so does balanced accuracy, which is the macro recall.

    Attributes:
        images: how many were measured.
        accuracy: share of right labels.
        balanced_accuracy: mean recall.
        log_loss: mean negative logarithm of the true class's probability, in nats.
        roc_auc: two classes: of the positive class; more: mean over classes of one against the rest. None where no
            class has both images and others beside it.
        pr_auc: average precision, of the same classes in the same way.
        expected_calibration_error: mean distance of probability and frequency over `calibration`, weighted by images
            (Naeini et al., AAAI 2015; Guo et al., ICML 2017).
        positive: the positive class of two, the last label; None for more classes.
        macro: plain mean over classes.
        weighted: mean over classes weighted by their images.
        classes: each class, in the order of the labels.
        confusion: counts [C][C], a row for each true class, a column for each predicted.
        calibration: two classes: of the positive class's probability; more: of the predicted class's.
    """

    images: int
    accuracy: float
    balanced_accuracy: float
    log_loss: float
    roc_auc: float | None
    pr_auc: float | None
    expected_calibration_error: float
    positive: str | None
    macro: Average
    weighted: Average
    classes: list[ClassMetrics] = field(repr=False)
    confusion: list[list[int]] = field(repr=False)
    calibration: list[CalibrationBin] = field(repr=False)

    def summarize(self) -> dict[str, float]:
        """Return the main metrics, finite, by name; two classes add precision, recall and F1 of the positive one.

        Undefined metrics are left out.
        """
        figures: dict[str, float | None] = {
            "images": float(self.images),
            "accuracy": self.accuracy,
            "balanced_accuracy": self.balanced_accuracy,
            "log_loss": self.log_loss,
            "f1_macro": self.macro.f1,
            "roc_auc": self.roc_auc,
            "pr_auc": self.pr_auc,
            "expected_calibration_error": self.expected_calibration_error,
        }
        if self.positive is not None:
            positive = self.classes[-1]
            figures |= {"precision": positive.precision, "recall": positive.recall, "f1": positive.f1}
        return {name: value for name, value in figures.items() if value is not None}


def measure(labels: NDArray[np.int64], probabilities: NDArray[Any], label_names: tuple[str, ...]) -> Metrics:
    """Measure a classifier.

    Args:
        labels: true classes, int64 [N], 0 to C - 1, N of 1 or more.
        probabilities: float [N, C], C of 2 or more, rows summing to 1 within rounding.
        label_names: C names; of two, the last is the positive class.

    Raises:
        UsageError: shapes, labels or probabilities are not as said.
    """
    probabilities = validate_probabilities(labels, probabilities, len(label_names))
    indices = np.arange(len(label_names))
    predicted = compute_top1(probabilities)
    counts = np.bincount(labels, minlength=len(indices))
    present = indices[counts > 0]
    classes = _measure_classes(labels, probabilities, label_names)
    binary = len(indices) == _BINARY
    calibration = _bin_calibration(labels, probabilities)
    macro = _average_classes(labels, predicted, present, "macro")
    return Metrics(
        images=len(labels),
        accuracy=float(accuracy_score(labels, predicted)),
        balanced_accuracy=macro.recall,
        log_loss=float(log_loss(labels, probabilities, labels=indices)),
        roc_auc=classes[-1].roc_auc if binary else _average_known([c.roc_auc for c in classes]),
        pr_auc=classes[-1].pr_auc if binary else _average_known([c.pr_auc for c in classes]),
        expected_calibration_error=sum(b.images * abs(b.probability - b.frequency) for b in calibration) / len(labels),
        positive=label_names[-1] if binary else None,
        macro=macro,
        weighted=_average_classes(labels, predicted, present, "weighted"),
        classes=classes,
        confusion=confusion_matrix(labels, predicted, labels=indices).tolist(),
        calibration=calibration,
    )


def validate_probabilities(labels: NDArray[np.int64], probabilities: NDArray[Any], classes: int) -> NDArray[np.float64]:
    """Check probabilities; return them in float64, [N, C], with rows that sum to 1 exactly.

    Raises:
        UsageError: as `measure`.
    """
    if classes < _BINARY or len(labels) == 0 or probabilities.shape != (len(labels), classes):
        raise UsageError(
            f"Expected labels [N] and probabilities [N, C] of at least one image and two classes; received "
            f"{len(labels)} labels, probabilities {list(probabilities.shape)} and {classes} label names. "
            "Give one row per image and one column per label."
        )
    if labels.min() < 0 or labels.max() >= classes:
        raise UsageError(
            f"Expected labels 0 to {classes - 1}; received {labels.min()} to {labels.max()}. Check the label names."
        )
    values = probabilities.astype(np.float64)
    sums = values.sum(axis=1, keepdims=True)
    if not (np.isfinite(values).all() and (values >= 0).all() and (abs(sums - 1) < _SUM_TOLERANCE).all()):
        raise UsageError(
            f"Expected probabilities of 0 to 1 that sum to 1 for each image; received values from {values.min():g} to "
            f"{values.max():g} and sums from {sums.min():g} to {sums.max():g}. Give the model a softmax or a sigmoid."
        )
    normalised: NDArray[np.float64] = values / sums
    return normalised


def _measure_classes(
    labels: NDArray[np.int64], probabilities: NDArray[np.float64], label_names: tuple[str, ...]
) -> list[ClassMetrics]:
    indices = np.arange(len(label_names))
    precision, recall, f1, images = precision_recall_fscore_support(
        labels, compute_top1(probabilities), labels=indices, zero_division=0.0
    )
    is_class = labels[:, np.newaxis] == indices
    # Where one class has images and others beside it, so has a second class: never a single column.
    split = indices[(images > 0) & (images < len(labels))]
    roc_auc: dict[int, float] = {}
    pr_auc: dict[int, float] = {}
    if len(split):
        truth, scores = is_class[:, split].astype(np.int64), probabilities[:, split]
        roc_auc = dict(zip(split, roc_auc_score(truth, scores, average=None), strict=True))
        pr_auc = dict(zip(split, average_precision_score(truth, scores, average=None), strict=True))
    return [
        ClassMetrics(
            label=label_names[i],
            images=int(images[i]),
            precision=float(precision[i]) if images[i] else None,
            recall=float(recall[i]) if images[i] else None,
            f1=float(f1[i]) if images[i] else None,
            roc_auc=float(roc_auc[i]) if i in roc_auc else None,
            pr_auc=float(pr_auc[i]) if i in pr_auc else None,
        )
        for i in indices.tolist()
    ]


def _average_classes(
    labels: NDArray[np.int64], predicted: NDArray[np.int64], present: NDArray[np.int64], average: str
) -> Average:
    precision, recall, f1, _ = precision_recall_fscore_support(
        labels, predicted, labels=present, average=average, zero_division=0.0
    )
    return Average(precision=float(precision), recall=float(recall), f1=float(f1))


def _average_known(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None


def _bin_calibration(labels: NDArray[np.int64], probabilities: NDArray[np.float64]) -> list[CalibrationBin]:
    if probabilities.shape[1] == _BINARY:
        stated, came_true = probabilities[:, 1], labels == 1
    else:
        stated, came_true = probabilities.max(axis=1), labels == compute_top1(probabilities)
    frequency, probability = calibration_curve(came_true, stated, pos_label=True, n_bins=_BINS)
    # calibration_curve keeps its counts to itself: the same edges give them.
    edges = np.linspace(0.0, 1.0, _BINS + 1)[1:-1]
    images = np.bincount(np.searchsorted(edges, stated), minlength=_BINS)
    rows = zip(probability, frequency, images[images > 0], strict=True)
    return [CalibrationBin(probability=float(p), frequency=float(f), images=int(n)) for p, f, n in rows]
