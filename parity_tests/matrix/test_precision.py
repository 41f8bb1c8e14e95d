"""Artifacts with reduced weights: within their bounds from the trained model, and equal in every runtime."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from webparity.bundle.read import Bundle, open_bundle
from webparity.export.inputs.run import make_exportable_run
from webparity.export.pipeline import write_bundle
from webparity.export.quantization.plan import Precision
from webparity.export.quantization.trials import Bounds
from webparity.parity import verify
from webparity.parity.plan import plan_runs
from webparity.parity.result import Answer
from webparity.parity.samples import decode_batches, list_golden_files
from webparity.train.datasets.mnist import load_mnist
from webparity.train.trained import load_run
from webparity.verification.tolerance import TOLERANCES

pytestmark = pytest.mark.slow

PRECISIONS: tuple[Precision, ...] = ("float16", "uint8", "auto")
# Enough to see all three ways to compute: natively, in JavaScript and in WebAssembly.
RUNTIMES = ["onnxruntime", "onnxruntime-node", "tfjs:cpu@node", "tfjs:wasm@node"]
# A small network that was trained for a moment turns labels easily.
BOUNDS = Bounds(flips=4, difference=0.1)

Exported = Callable[[Precision], Bundle]


@pytest.fixture(scope="module")
def exported(trained_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Exported:
    images: Any = load_mnist("mnist-subset").validation.images

    @cache
    def export_bundle(precision: Precision) -> Bundle:
        out = tmp_path_factory.mktemp(precision) / "bundle"
        model = make_exportable_run(load_run(trained_run))
        write_bundle(model, out, precision=precision, calibration=images, bounds=BOUNDS, page=False)
        return open_bundle(out)

    return export_bundle


@pytest.mark.parametrize("precision", PRECISIONS)
def test_every_runtime_keeps_to_the_artifacts_own_bounds(exported: Exported, precision: Precision) -> None:
    report = verify(exported(precision), runtimes=RUNTIMES, require=RUNTIMES)
    assert report.verdict == "pass", report.reason
    assert {run.artifact for run in report.runs} == {f"onnx-{precision}", f"tfjs-graph-{precision}"}


@pytest.mark.parametrize("precision", PRECISIONS)
def test_all_runtimes_agree_as_in_float32(exported: Exported, precision: Precision) -> None:
    bundle = exported(precision)
    samples = [
        s
        for batch in decode_batches(list_golden_files(bundle, bundle.manifest.golden), bundle.manifest.preprocessing)
        for s in batch
    ]
    answers: list[NDArray[np.float32]] = []
    for planned in plan_runs(bundle, runtimes=RUNTIMES):
        with planned.runtime_class(bundle, planned.artifact, planned.name) as runtime:
            found = [outcome for outcome in runtime.infer(samples) if isinstance(outcome, Answer)]
        assert len(found) == len(samples)
        answers.append(np.stack([answer.probabilities for answer in found]))
    assert len(answers) == len(RUNTIMES)
    for one, other in combinations(answers, 2):
        assert np.abs(one - other).max() <= TOLERANCES["cpu"].probabilities


@pytest.mark.parametrize(("precision", "share"), [("float16", 0.55), ("uint8", 0.35), ("auto", 0.35)])
def test_files_are_smaller(exported: Exported, demo_bundle: Path, precision: Precision, share: float) -> None:
    plain = {artifact.target: artifact.bytes for artifact in open_bundle(demo_bundle).manifest.artifacts}
    for artifact in exported(precision).manifest.artifacts:
        assert artifact.bytes < share * plain[artifact.target]
        assert artifact.deviation is not None
        assert artifact.deviation.probabilities > 0


def test_the_table_of_tries_is_kept_beside_the_model(exported: Exported) -> None:
    bundle = exported("auto")
    assert bundle.source is not None
    assert b'"trials"' in (bundle.source / "precision.json").read_bytes()
    assert b"precision.json" in (bundle.source / "source.json").read_bytes()
