"""A manifest cannot loosen its own limits beyond what an export writes."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import pytest

from webparity.bundle.manifest import GoldenImage, Manifest, encode_float32, to_json
from webparity.bundle.score_resolution import refuse_loose_resolution
from webparity.errors import BundleError
from webparity.preprocessing.spec import Preprocessing
from webparity.verification.tolerance import TOLERANCES, Resolution


def _make_manifest(scores: str = encode_float32(np.array([-1.0, 3.0])), **fields: Any) -> Manifest:
    image = GoldenImage(
        file="golden/a.png",
        title="a",
        width=1,
        height=1,
        rgb8="0" * 64,
        label=1,
        scores=scores,
        probabilities=encode_float32(np.array([0.02, 0.98])),
    )
    return Manifest(
        format=1,
        contract="rgb8/1",
        name="a",
        labels=["a", "b"],
        preprocessing=Preprocessing(height=1, width=1),
        artifacts=[],
        golden=[image],
        tolerances=dict(TOLERANCES),
        files={},
        producer={},
        **fields,
    )


@pytest.mark.parametrize(("scale", "rounding"), [(None, 0.0), (4.0, 0.0), (4.0, 2e-5), (4000.0, 2e-2)])
def test_values_that_an_export_writes_are_read(scale: float | None, rounding: float) -> None:
    manifest = _make_manifest(score_scale=scale, score_rounding=rounding)
    refuse_loose_resolution(manifest)
    read = msgspec.json.decode(to_json(manifest), type=Manifest)
    assert read.resolution == Resolution(scale=scale or 0.0, rounding=rounding)


@pytest.mark.parametrize(
    ("scale", "rounding", "said"),
    [
        (1e9, 0.0, "score_scale of at most 4e"),
        (4001.0, 0.0, "score_scale of at most 4e"),
        (4.0, 1.0, "score_rounding of at most 2e-05"),
        (None, 1e-9, "score_rounding of at most 0"),
    ],
)
def test_values_that_no_export_writes_are_refused(scale: float | None, rounding: float, said: str) -> None:
    with pytest.raises(BundleError, match=said):
        refuse_loose_resolution(_make_manifest(score_scale=scale, score_rounding=rounding))


@pytest.mark.parametrize("scores", ["AAA", "AAAA"])
def test_golden_scores_that_are_no_float32_are_refused(scores: str) -> None:
    with pytest.raises(BundleError, match="float32 values in base64"):
        refuse_loose_resolution(_make_manifest(scores, score_scale=4.0))


@pytest.mark.parametrize("field", [{"score_scale": 0}, {"score_scale": -1.0}, {"score_rounding": -1e-9}])
def test_signs_are_part_of_the_format(field: dict[str, float]) -> None:
    document = msgspec.json.decode(to_json(_make_manifest())) | field
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(msgspec.json.encode(document), type=Manifest)
