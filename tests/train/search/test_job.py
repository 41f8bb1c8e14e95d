from __future__ import annotations

from importlib.resources import files

import pytest

from webparity.storage.code_digest import collect_sources
from webparity.train.search import job


def test_outcomes_follow_from_all_code_that_computes_them() -> None:
    covered = set(collect_sources(frozenset(job._CODE), files("webparity")))
    assert {
        "webparity.train.search.job",
        "webparity.train.search.parts",
        "webparity.train.recipes.mnist_cnn",
        "webparity.train.fitting.fit_model",
        "webparity.train.fitting.keras_epochs",
        "webparity.train.fitting.estimator_decision",
        "webparity.train.datasets.mnist",
        "webparity.models.keras.baked",
        "webparity.models.estimators.baked",
        "webparity.decode.contract",
        "webparity.wasm",
        "webparity.preprocessing.hog.descriptor",
    } <= covered


def test_versions_tell_the_code(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(job.collect_versions()["code"]) == 12
    monkeypatch.setattr(job, "digest_code", lambda *_: "0" * 64)
    assert job.collect_versions()["code"] == "0" * 12
