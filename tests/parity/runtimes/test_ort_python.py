from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from webparity.bundle.read import Bundle
from webparity.parity.failure import RunFailed
from webparity.parity.plan import plan_runs
from webparity.parity.result import Answer
from webparity.parity.runtimes.ort_python import OnnxRuntime
from webparity.parity.samples import Sample, decode_batches, list_golden_files


def open_runtime(bundle: Bundle) -> OnnxRuntime:
    (planned,) = plan_runs(bundle, runtimes=["onnxruntime"])
    return OnnxRuntime(bundle, planned.artifact, planned.name)


def samples(bundle: Bundle) -> list[Sample]:
    return next(decode_batches(list_golden_files(bundle, bundle.manifest.golden), bundle.manifest.preprocessing))


def test_it_answers_every_tap_in_the_shapes_of_the_contract(tiny_bundle: Bundle) -> None:
    with open_runtime(tiny_bundle) as runtime:
        outcomes = runtime.infer(samples(tiny_bundle))
        assert runtime.version
        assert runtime.engine.startswith("python 3")
    for outcome in outcomes:
        assert isinstance(outcome, Answer)
        assert outcome.probabilities.shape == outcome.scores.shape == (3,)
        assert outcome.probabilities.dtype == np.float32
        assert outcome.probabilities.sum() == pytest.approx(1, abs=1e-6)
        assert outcome.pixels is not None
        assert outcome.pixels.shape == (4, 4, 3)
        assert outcome.ms > 0


def test_a_file_that_is_no_model_fails_on_opening(tiny_bundle: Bundle) -> None:
    (tiny_bundle.site / "model.onnx").write_bytes(b"not a model")
    with pytest.raises(RunFailed, match=r"onnxruntime opens; received model\.onnx"), open_runtime(tiny_bundle):
        pass


def test_another_number_of_classes_is_refused(
    make_tiny_bundle: Callable[[NDArray[np.float32]], Bundle],
) -> None:
    bundle = make_tiny_bundle(np.zeros((48, 2), np.float32))
    with open_runtime(bundle) as runtime, pytest.raises(RunFailed, match="Expected 3 probabilities") as caught:
        runtime.infer(samples(bundle))
    assert caught.value.stage == "probabilities"


def test_an_empty_batch_is_refused(tiny_bundle: Bundle) -> None:
    with open_runtime(tiny_bundle) as runtime, pytest.raises(RunFailed, match="at least one image"):
        runtime.infer([])
