"""Images that lie exactly between two labels: scores and labels are those of scikit-learn, in every place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest
from numpy.typing import NDArray
from places import ChromiumPlaces
from sklearn.linear_model import Perceptron
from sklearn.multiclass import OneVsRestClassifier
from sklearn.svm import SVC

from webparity.export import export_model
from webparity.parity import verify
from webparity.predictor import Predictor
from webparity.preprocessing.spec import Preprocessing

pytestmark = [pytest.mark.slow, pytest.mark.full]

SPEC: Final = Preprocessing(height=2, width=2, scale=1.0, like="pillow")
PLACES: Final = ("onnxruntime", "tfjs:wasm@node", "webparity@python", "webparity@node")
# Each class has one corner, so that all that is symmetric in two corners lies between their classes.
CORNERS: Final = 8.0 * np.eye(4)
ROWS: Final = np.array(
    [[4, 4, 4, 4], [0, 0, 0, 0], [2, 2, 2, 0], [5, 1, 1, 0], [1, 5, 1, 3], [0, 2, 2, 7], [3, 3, 1, 1]]
)
IMAGES: Final = [np.repeat(row.astype(np.uint8).reshape(2, 2, 1), 3, axis=2) for row in ROWS]
MODELS: Final[dict[str, tuple[Callable[[], Any], int]]] = {
    "SVC of two": (lambda: SVC(kernel="linear", C=1e3), 2),
    "SVC of three": (lambda: SVC(kernel="linear", C=1e3), 3),
    "SVC that breaks ties": (lambda: SVC(kernel="linear", C=1e3, break_ties=True), 3),
    "one against the rest": (lambda: OneVsRestClassifier(SVC(kernel="linear", C=1e3)), 3),
    "Perceptron": (Perceptron, 2),
}


@pytest.mark.parametrize("name", MODELS)
def test_labels_and_scores_on_ties(name: str, tmp_path: Path, add_chromium: ChromiumPlaces) -> None:
    build, classes = MODELS[name]
    model = build().fit(CORNERS[:classes], np.arange(classes))
    bundle = export_model(model, tmp_path / "bundle", preprocessing=SPEC, golden=IMAGES, page=False)
    places = add_chromium(PLACES)
    report = verify(bundle, runtimes=places, require=places)
    assert {run.verdict for run in report.runs} == {"pass"}
    scores = np.asarray(model.decision_function(ROWS), np.float64).reshape(len(ROWS), -1)
    assert has_ties(scores)
    for runtime in ("onnxruntime", "webparity"):
        predictor = Predictor(bundle, runtime=runtime)
        answers = [predictor.predict(bundle.site / image.file) for image in bundle.manifest.golden[: len(ROWS)]]
        given = np.array([list((answer.scores or {}).values()) for answer in answers])
        np.testing.assert_allclose(given, scores, rtol=0, atol=5e-6 * np.ptp(scores))
        labels = [int(answer.label or "") for answer in answers]
        if name == "SVC of three":
            # At 0, LIBSVM's own `predict` votes for the one class of a pair, scikit-learn's scores for the other.
            assert labels == np.argmax(np.round(scores), axis=1).tolist()
            assert bundle.manifest.own_labels is not None
            assert bundle.manifest.own_labels.differing > 0
        else:
            assert labels == model.predict(ROWS).tolist()


def has_ties(scores: NDArray[np.float64]) -> bool:
    """Whether one score is 0, or two of one image are equal but for their last digits."""
    if scores.shape[1] == 1:
        return bool(np.any(scores == 0))
    ordered = np.sort(scores % 1 if scores.max() > 1 else scores, axis=1)
    return bool(np.any(np.diff(ordered, axis=1) < 1e-12))
