"""Training: a dataset and a recipe give a trained model with its preprocessing, labels and metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webparity.lazy_names import make_dir, make_getattr

if TYPE_CHECKING:
    from webparity.train.datasets.dataset import Dataset, Split
    from webparity.train.evaluation.evaluation import Evaluation
    from webparity.train.evaluation.write import write_evaluation
    from webparity.train.run_evaluation import evaluate
    from webparity.train.trained import Trained, load_run, save_run
    from webparity.train.training import fit

__all__ = [
    "Dataset",
    "Evaluation",
    "Split",
    "Trained",
    "evaluate",
    "fit",
    "load_run",
    "save_run",
    "write_evaluation",
]

__getattr__ = make_getattr(
    __name__,
    {
        "Dataset": "webparity.train.datasets.dataset",
        "Evaluation": "webparity.train.evaluation.evaluation",
        "Split": "webparity.train.datasets.dataset",
        "Trained": "webparity.train.trained",
        "evaluate": "webparity.train.run_evaluation",
        "fit": "webparity.train.training",
        "load_run": "webparity.train.trained",
        "save_run": "webparity.train.trained",
        "write_evaluation": "webparity.train.evaluation.write",
    },
)

__dir__ = make_dir(__name__, __all__)
