import base64

import numpy as np
import pytest

from webparity.bundle.manifest import encode_float32
from webparity.errors import RuntimeUnavailable
from webparity.parity.drivers.wire import ImageResult, RunAnswers, read_result, to_outcomes
from webparity.parity.failure import RunFailed
from webparity.parity.result import Answer, RefusedImage


def result(**changes: object) -> ImageResult:
    fields = {
        "rgb8": "ab",
        "probabilities": encode_float32(np.array([0.25, 0.75])),
        "scores": encode_float32(np.array([np.nan, np.inf])),
        "pixels": encode_float32(np.arange(4.0)),
        "ms": 1.5,
    }
    return ImageResult(**(fields | changes))


def test_arrays_keep_their_bits() -> None:
    (answer,) = to_outcomes([result()], (2, 2, 1))
    assert isinstance(answer, Answer)
    assert answer.probabilities.tolist() == [0.25, 0.75]
    assert np.isnan(answer.scores[0])
    assert np.isinf(answer.scores[1])
    assert answer.pixels is not None
    assert answer.pixels.shape == (2, 2, 1)


def test_another_number_of_pixels_is_kept_for_the_pixels_stage_to_report() -> None:
    (answer,) = to_outcomes([result()], (3, 3, 1))
    assert isinstance(answer, Answer)
    assert answer.pixels is not None
    assert answer.pixels.shape == (4,)


def test_a_refusal_stays_a_refusal() -> None:
    assert to_outcomes([ImageResult(refused="corrupt", message="no")], (1, 1, 1)) == [
        RefusedImage(code="corrupt", message="no")
    ]


@pytest.mark.parametrize("text", ["%%%", base64.b64encode(b"12345").decode()], ids=["no base64", "no float32"])
def test_broken_arrays_fail_the_run(text: str) -> None:
    with pytest.raises(RunFailed, match="float32 values in base64"):
        to_outcomes([result(scores=text)], (2, 2, 1))


@pytest.mark.parametrize("reply", [None, {}, [], {"result": {}}, {"result": {"results": "x"}}, {"result": None}])
def test_a_reply_outside_of_the_protocol_fails_the_run(reply: object) -> None:
    with pytest.raises(RunFailed, match="harness protocol from tfjs"):
        read_result(reply, RunAnswers, "tfjs")


def test_errors_keep_their_kind() -> None:
    with pytest.raises(RuntimeUnavailable, match="tfjs: no WebGL"):
        read_result({"error": {"kind": "unavailable", "message": "no WebGL"}}, RunAnswers, "tfjs")
    with pytest.raises(RunFailed) as caught:
        read_result({"error": {"kind": "integrity", "message": "altered", "files": ["a"]}}, RunAnswers, "tfjs")
    assert (caught.value.stage, caught.value.files) == ("integrity", ["a"])
    with pytest.raises(RunFailed) as caught:
        read_result({"error": {"kind": "failed", "message": "broke"}}, RunAnswers, "tfjs")
    assert caught.value.stage is None
