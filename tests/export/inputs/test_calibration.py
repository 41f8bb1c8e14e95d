"""Calibration images: a folder's, given ones, or a run's validation images; never a run's test images."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from webparity.errors import UsageError
from webparity.export.inputs.calibration import read_calibration
from webparity.train.trained import load_run


def _ignore(_: str) -> None:
    pass


def test_calibration_images_go_with_reduced_weights_only() -> None:
    with pytest.raises(UsageError, match="only with reduced weights"):
        read_calibration(np.zeros((1, 2, 2, 3), np.uint8), None, "float32", _ignore)


def test_a_model_alone_needs_images_to_choose_weights_on() -> None:
    with pytest.raises(UsageError, match="received a model alone"):
        read_calibration(None, None, "auto", _ignore)
    assert read_calibration(None, None, "uint8", _ignore) is None


def test_the_folder_given_is_decoded_image_by_image(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="Give --calibration DIR"):
        read_calibration(tmp_path, None, "auto", _ignore)
    for name, width in (("b.png", 3), ("a.jpg", 2)):
        Image.new("RGB", (width, 5)).save(tmp_path / name)
    images = read_calibration(tmp_path, None, "auto", _ignore)
    assert images is not None
    assert [images[index].shape for index in range(len(images))] == [(5, 2, 3), (5, 3, 3)]


def test_float32_reads_no_images() -> None:
    assert read_calibration(None, None, "float32", _ignore) is None


@pytest.mark.slow
def test_a_run_brings_its_validation_images_but_never_those_of_other_data(trained_run: Path) -> None:
    trained = load_run(trained_run)
    steps: list[str] = []
    images = read_calibration(None, trained, "auto", steps.append)
    assert images is not None
    assert len(images) == 400
    assert steps == ["reading the run's validation images"]
    with pytest.raises(UsageError, match="may be its test images"):
        read_calibration(None, replace(trained, data_digest="0" * 64), "auto", _ignore)
