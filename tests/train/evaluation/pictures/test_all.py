"""Pictures: well-formed, deterministic, and present exactly when they have data."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from xml.etree import ElementTree as ET

import matplotlib as mpl
import numpy as np
import pytest
from numpy.typing import NDArray

from webparity.train.datasets.dataset import Split
from webparity.train.evaluation.evaluation import Evaluation, evaluate_split
from webparity.train.evaluation.pictures.all import draw_pictures
from webparity.train.evaluation.pictures.figure import Picture, shorten

Draw = Callable[[Evaluation], list[Picture]]
ALWAYS = {"confusion", "calibration", "samples"}
TEXT = "{http://www.w3.org/2000/svg}text"


def _read_texts(svg: bytes) -> str:
    return " ".join("".join(element.itertext()) for element in ET.fromstring(svg).iter(TEXT))


@pytest.fixture(params=["two_classes", "three_classes", "ten_classes"])
def evaluation(request: pytest.FixtureRequest) -> Evaluation:
    found: Evaluation = request.getfixturevalue(request.param)
    return found


def test_the_same_evaluation_gives_the_same_bytes(
    evaluation: Evaluation, drawn: Draw, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = drawn(evaluation)
    # Whatever the user has set elsewhere.
    monkeypatch.setitem(mpl.rcParams, "font.size", 30.0)
    monkeypatch.setitem(mpl.rcParams, "svg.fonttype", "path")
    assert draw_pictures(evaluation) == first
    assert mpl.rcParams["font.size"] == 30.0


def test_pictures_are_svg_of_a_phone_s_width_and_say_what_they_show(evaluation: Evaluation, drawn: Draw) -> None:
    found = drawn(evaluation)
    expected = ALWAYS | {"roc", "precision-recall", "mistakes"} | ({"history"} if evaluation.history else set())
    assert {picture.name for picture in found} == expected
    for picture in found:
        root = ET.fromstring(picture.svg)
        assert root.get("width") == "340pt"
        assert picture.title
        assert picture.caption
        assert picture.alt.endswith(".")
        assert not re.search(rb'href="(?!#|data:)', picture.svg)


def test_labels_are_shown_as_they_are_and_never_as_markup(three_classes: Evaluation, drawn: Draw) -> None:
    by_name = {picture.name: picture for picture in drawn(three_classes)}
    text = _read_texts(by_name["roc"].svg)
    assert "<script>alert('no')</sc…" in text
    assert '"quoted" & $\\frac$' in text
    assert "_肺炎\N{REPLACEMENT CHARACTER}" in text
    assert b"<script" not in b"".join(picture.svg for picture in by_name.values())


def test_the_matrix_shows_every_count(two_classes: Evaluation, drawn: Draw) -> None:
    (picture,) = (picture for picture in drawn(two_classes) if picture.name == "confusion")
    text = _read_texts(picture.svg)
    for row in two_classes.metrics.confusion:
        for count in row:
            assert f"{count} {count / sum(row):.1%}" in text


def test_many_classes_have_shares_of_right_answers_beside_the_matrix(ten_classes: Evaluation, drawn: Draw) -> None:
    (picture,) = (picture for picture in drawn(ten_classes) if picture.name == "confusion")
    recalls = {f"{c.recall:.1%}" for c in ten_classes.metrics.classes if c.recall is not None}
    assert recalls <= set(_read_texts(picture.svg).split())


def test_the_epoch_of_the_lowest_validation_loss_is_named(three_classes: Evaluation, drawn: Draw) -> None:
    (picture,) = (picture for picture in drawn(three_classes) if picture.name == "history")
    assert "lowest after epoch 2" in picture.alt
    assert picture.caption.startswith("3 epochs")
    without = replace(three_classes, history={"loss": [1.0]})
    (picture,) = (picture for picture in draw_pictures(without) if picture.name == "history")
    assert picture.caption == "1 epoch"


def test_nothing_is_drawn_of_what_is_not_there(prepared: type, images: Callable[..., NDArray[np.uint8]]) -> None:
    one = evaluate_split(prepared(np.array([[0.0, 1.0]])), Split(images(1), np.array([1])), ("a", "b"))
    assert {picture.name for picture in draw_pictures(one)} == ALWAYS


def test_long_labels_are_cut() -> None:
    assert shorten("pneumonia", 9) == "pneumonia"
    assert shorten("pneumonias", 9) == "pneumoni…"
