"""Training: a dataset and a recipe give a trained model with its preprocessing, labels and metrics."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from webparity.train.datasets.dataset import Dataset, Split
    from webparity.train.evaluation.evaluation import Evaluation
    from webparity.train.evaluation.write import write_evaluation
    from webparity.train.run_evaluation import evaluate
    from webparity.train.trained import Trained, load_run, save_run
    from webparity.train.training import fit

__all__ = ["Dataset", "Evaluation", "Split", "Trained", "evaluate", "fit", "load_run", "save_run", "write_evaluation"]

_MODULES = {
    "Dataset": "webparity.train.datasets.dataset",
    "Evaluation": "webparity.train.evaluation.evaluation",
    "Split": "webparity.train.datasets.dataset",
    "Trained": "webparity.train.trained",
    "evaluate": "webparity.train.run_evaluation",
    "fit": "webparity.train.training",
    "load_run": "webparity.train.trained",
    "save_run": "webparity.train.trained",
    "write_evaluation": "webparity.train.evaluation.write",
}


def __getattr__(name: str) -> object:
    # Imported when asked for: scikit-learn and TensorFlow take seconds, and the list of recipes needs neither.
    if name not in _MODULES:
        raise AttributeError(f"module 'webparity.train' has no attribute {name!r}")
    return getattr(importlib.import_module(_MODULES[name]), name)
