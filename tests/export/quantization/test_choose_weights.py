"""The choice of quantized weights for the small network of the demo, on the validation images of its run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from webparity.errors import ExportError
from webparity.export.quantization.choose_weights import QuantizationResult, choose_weights
from webparity.export.quantization.plan import Precision, QuantizedModel
from webparity.export.quantization.quantized_weight import Float16Weight, Int8Weight
from webparity.export.quantization.trials import Bounds
from webparity.models.baked import compute_top1
from webparity.train.datasets.mnist import load_mnist
from webparity.train.trained import Trained, load_run

pytestmark = pytest.mark.slow

Choose = Callable[..., QuantizationResult]


@pytest.fixture(scope="module")
def trained(trained_run: Path) -> Trained:
    return load_run(trained_run)


@pytest.fixture(scope="module")
def images() -> Any:
    return load_mnist("mnist-subset").validation.images


@pytest.fixture(scope="module")
def chosen(trained: Trained, images: Any) -> Choose:
    golden = [sample.image for sample in trained.samples]

    def run(precision: Precision, bounds: Bounds | None = None) -> QuantizationResult:
        return choose_weights(
            trained.baked,
            trained.labels,
            precision=precision,
            calibration=images,
            golden=golden,
            bounds=bounds or Bounds(),
            step=lambda _: None,
        )

    return run


@pytest.fixture(scope="module")
def auto(chosen: Choose) -> QuantizationResult:
    return chosen("auto")


def test_auto_keeps_to_its_bounds_on_the_calibration_images(
    auto: QuantizationResult, trained: Trained, images: Any
) -> None:
    assert auto.plan is not None
    reduced = QuantizedModel(auto.plan, trained.baked)
    expected = trained.baked(images)["probabilities"]
    received = np.concatenate([reduced(image[np.newaxis], ("probabilities",))["probabilities"] for image in images])
    assert np.array_equal(compute_top1(expected), compute_top1(received))
    assert np.abs(received - expected).max() <= 0.05


def test_auto_takes_the_smallest_of_what_it_tried(auto: QuantizationResult) -> None:
    trials = auto.record.trials
    assert [trial.name for trial in trials[:2]] == ["float32", "float16"]
    assert len(trials) > 5
    assert any(not trial.within for trial in trials), "it has not gone to the edge"
    assert auto.plan is not None
    sizes = {trial.bytes for trial in trials if trial.within}
    stored = [small for _, small in auto.plan.pairs]
    assert any(isinstance(small, Int8Weight) for small in stored)
    assert min(sizes) < 0.25 * trials[0].bytes
    assert auto.deviation is not None
    assert auto.deviation.images > auto.record.images == 400


def test_the_choice_is_the_same_each_time(auto: QuantizationResult, chosen: Choose) -> None:
    again = chosen("auto")
    assert again.record == auto.record
    assert again.plan is not None
    assert auto.plan is not None
    for (_, one), (_, other) in zip(again.plan.pairs, auto.plan.pairs, strict=True):
        assert np.array_equal(one.values, other.values)


def test_wider_bounds_take_fewer_bytes(auto: QuantizationResult, chosen: Choose) -> None:
    wide = chosen("auto", Bounds(flips=20, difference=0.5))
    assert min(t.bytes for t in wide.record.trials if t.within) < min(t.bytes for t in auto.record.trials if t.within)


def test_bounds_that_nothing_keeps_to_leave_float32_and_say_so(chosen: Choose) -> None:
    found = chosen("auto", Bounds(difference=1e-9))
    assert found.plan is None
    assert found.deviation is None
    assert found.record.reason == "nothing smaller keeps to the bounds"
    assert [trial.name for trial in found.record.trials if trial.within] == ["float32"]


@pytest.mark.parametrize(("precision", "kind"), [("float16", Float16Weight), ("uint8", Int8Weight)])
def test_a_precision_given_is_of_every_weight(chosen: Choose, precision: Precision, kind: type) -> None:
    found = chosen(precision, Bounds(flips=5, difference=0.2))
    assert found.plan is not None
    assert len(found.plan.pairs) == 3
    assert all(isinstance(small, kind) for _, small in found.plan.pairs)


def test_a_precision_given_that_breaks_its_bounds_is_refused(chosen: Choose) -> None:
    with pytest.raises(ExportError, match=r"within 1e-09 on the 400 calibration images; .* in uint8\. Allow more"):
        chosen("uint8", Bounds(difference=1e-9))
