"""Search job: train on one part of the data with one set of choices, and measure."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from webparity.errors import DatasetError, UsageError
from webparity.storage.code_digest import digest_code
from webparity.train.datasets.dataset import Dataset
from webparity.train.evaluation.metrics import measure, validate_probabilities
from webparity.train.fitting.fit_model import fit_model
from webparity.train.progress import StepCallback
from webparity.train.recipes.recipe import Recipe, Value
from webparity.train.search.parts import Folds, Parts
from webparity.train.search.scoring import predict_from_store

_LIBRARIES: Final = (
    "webparity",
    "numpy",
    "scikit-learn",
    "keras",
    "tensorflow-cpu",
    "tensorflow",
    "xgboost-cpu",
    "xgboost",
    "catboost",
    "keras-tuner",
)
# Recipes are found by name, and so nothing imports them.
_CODE: Final = ("webparity.train.search", "webparity.train.recipes")


@dataclass(frozen=True, kw_only=True)
class Job:
    """Choices, part and epochs of a training.

    Attributes:
        choices: all of the recipe's options.
        part: the number of the part to train and measure on.
        epochs: at most this many passes; the recipe's own number if None.
    """

    choices: dict[str, Value]
    part: int
    epochs: int | None

    @property
    def name(self) -> str:
        """Name of the job, equal for equal work."""
        return msgspec.json.encode(self, order="deterministic").decode()


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """Result of a job.

    Attributes:
        metrics: the figures of `Metrics.summary`.
        probabilities: float32 [M, C], little-endian, in the order of the part's images.
    """

    metrics: dict[str, float]
    probabilities: bytes

    def decode_probabilities(self, classes: int) -> NDArray[np.float32]:
        """Decode the probabilities, float32 [M, C]."""
        return np.frombuffer(self.probabilities, "<f4").reshape(-1, classes)


@dataclass(frozen=True, kw_only=True)
class Subject:
    """Small description of a search (recipe, data, parts) from which another process can load it.

    Attributes:
        recipe: its name.
        data: what its `load` is given.
        choices: all options that are the same throughout the search.
        data_digest: see `digest_searched_data`.
        folds: see `Parts`.
        share: see `Parts`.
        seed: of cuts and trainings.
    """

    recipe: str
    data: str
    choices: dict[str, Value]
    data_digest: str
    folds: Folds | None
    share: float
    seed: int

    @classmethod
    def describe(
        cls,
        recipe: Recipe,
        dataset: Dataset,
        *,
        choices: dict[str, Value],
        folds: Folds | None,
        share: float,
        seed: int,
    ) -> Subject:
        """Describe a search; data paths become absolute, since workers run in other folders."""
        name = dataset.name
        return cls(
            recipe=recipe.name,
            data=str(Path(name).absolute()) if Path(name).parent != Path() else name,
            choices=choices,
            data_digest=digest_searched_data(dataset),
            folds=folds,
            share=share,
            seed=seed,
        )

    def make_parts(self, dataset: Dataset) -> Parts:
        """Cut the dataset.

        Raises:
            UsageError: as `Parts`.
            DatasetError: as `Parts`; or it is not the data that the search began with.
        """
        digest = digest_searched_data(dataset)
        if digest != self.data_digest:
            raise DatasetError(
                f"Expected the same data everywhere; received others for {self.data} on another machine. "
                "Give every worker the same WEBPARITY_DATA."
            )
        return Parts(dataset, folds=self.folds, share=self.share, seed=self.seed)


# Runs jobs in any order and yields each with its outcome; the callback receives the steps of a training.
RunJobs = Callable[[Sequence[Job], StepCallback], Iterator[tuple[Job, Outcome]]]


def digest_searched_data(dataset: Dataset) -> str:
    """Compute the SHA-256 of training and validation split, in hexadecimal; a search does not read the test split."""
    return hashlib.sha256(dataset.train.digest() + dataset.validation.digest()).hexdigest()


def collect_versions() -> dict[str, str]:
    """Return what outcomes depend on: versions of libraries ("none" if missing), and the digest of webparity's code."""
    return {name: _find_version(name) for name in _LIBRARIES} | {"code": digest_code(*_CODE)[:12]}


def _find_version(distribution: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return "none"


def run_job(recipe: Recipe, part: Dataset, job: Job, seed: int, steps: StepCallback | None = None) -> Outcome:
    """Run a job; equal jobs give equal outcomes on every machine.

    Args:
        recipe: what to train.
        part: what to train and measure on.
        job: with which choices.
        seed: of the training.
        steps: called with steps done, steps in all, and running metrics.
    """
    if (job.epochs is not None and job.epochs < 1) or seed < 0:
        raise UsageError(f"Expected epochs of 1 or more and a seed of 0 or more; received {job.epochs} and {seed}.")
    # TensorFlow takes many networks in one process for one that is needlessly traced again, and warns.
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
    plan = recipe.plan(job.choices)
    model, _ = fit_model(plan, part, seed=seed, epochs=job.epochs, progress=steps)
    names, labels = part.label_names, part.test.labels
    probabilities = validate_probabilities(labels, predict_from_store(model, plan.preprocessing, part.test), len(names))
    metrics = measure(labels, probabilities, names).summarize()
    return Outcome(metrics=metrics, probabilities=probabilities.astype("<f4").tobytes())
