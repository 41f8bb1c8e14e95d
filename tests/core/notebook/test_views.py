"""A notebook's views of bundles and predictions: self-contained, escaped, with names for every picture."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from webparity.bundle.read import Bundle
from webparity.notebook.picture import make_picture
from webparity.prediction.prediction import Prediction
from webparity.prediction.predictions import Predictions

HOSTILE = '<script>alert("1")</script>\u202e'
PICTURE = make_picture(np.zeros((4, 4, 3), np.uint8))


class Reader(HTMLParser):
    """Collects tags with their attributes, and the text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def make_prediction(**answer: object) -> Prediction:
    return Prediction(file=HOSTILE, decode_ms=1, model_ms=1, picture=PICTURE, **answer)


ANSWERS = {
    "probabilities": (
        {"label": "cat", "probability": 0.75, "probabilities": {"dog": 0.25, "cat": 0.75}},
        ["75.0%", "25.0%"],
    ),
    "several labels": ({"labels": ["a"], "probabilities": {"a": 0.9, "b": 0.2}}, ["90.0%", "20.0%"]),
    "no label": ({"labels": [], "probabilities": {"a": 0.1}}, ["no label"]),
    "scores": ({"label": "b", "scores": {"a": -1.5, "b": 2.25}}, ["-1.5", "2.25"]),
    "values": ({"values": {"age": 41.25}, "units": {"age": "years"}}, ["41.25 years"]),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_every_kind_of_answer_is_shown(name: str) -> None:
    answer, words = ANSWERS[name]
    shown = Reader(make_prediction(**answer)._repr_html_())
    for word in words:
        assert word in shown.text
    bars = [attributes for tag, attributes in shown.tags if tag == "i"]
    assert len(bars) == len(answer.get("probabilities", ()))
    assert all(bar.get("aria-hidden") == "true" for bar in bars)
    assert {attributes.get("scope") for tag, attributes in shown.tags if tag == "th"} == {"row"}


def test_the_most_probable_comes_first_and_the_rest_is_counted() -> None:
    probabilities = {f"label {n}": n / 45 for n in range(10)}
    shown = Reader(make_prediction(label="label 9", probability=0.2, probabilities=probabilities)._repr_html_())
    named = re.findall(r"label \d", shown.text)
    assert named == ["label 9", "label 9", "label 8", "label 7", "label 6", "label 5"]
    assert "and 5 more" in shown.text


def make_htmls(bundle: Bundle) -> dict[str, str]:
    hostile = replace(bundle.manifest, name=HOSTILE, labels=[HOSTILE, "b", "c"])
    answer = make_prediction(label=HOSTILE, probability=1.0, probabilities={HOSTILE: 1.0})
    return {
        "bundle": replace(bundle, manifest=hostile)._repr_html_(),
        "one": answer._repr_html_(),
        "many": Predictions([answer] * 30, refused={HOSTILE: HOSTILE}, ignored={".txt": 2})._repr_html_(),
    }


@pytest.mark.parametrize("view", ["bundle", "one", "many"])
def test_views_are_self_contained_escaped_and_follow_dark_themes(tiny_bundle: Bundle, view: str) -> None:
    html = make_htmls(tiny_bundle)[view]
    shown = Reader(html)
    assert len(html) < 40_000
    assert "script" not in {tag for tag, _ in shown.tags}
    assert "&lt;script&gt;" in html
    assert "\u202e" not in html
    assert not [a for _, a in shown.tags if any(name.startswith("on") for name in a)]
    addresses = [a[name] for _, a in shown.tags for name in ("src", "href") if name in a]
    assert addresses
    assert all(address is not None and address.startswith("data:image/") for address in addresses)
    assert "url(" not in html
    assert [a.get("alt") for tag, a in shown.tags if tag == "img"].count("") == 0
    for theme in ("prefers-color-scheme: dark", 'data-jp-theme-light="false"', "vscode-dark"):
        assert theme in html
    for styles in re.findall(r"<style>(.*?)</style>", html, re.DOTALL):
        selectors = re.findall(r"(?m)^\s*([^@{}\n]+)\{", styles)
        assert selectors
        assert all(".webparity-" in part for line in selectors for part in line.split(","))


def test_a_bundle_shows_labels_artifacts_digest_and_samples(tiny_bundle: Bundle) -> None:
    shown = Reader(tiny_bundle._repr_html_())
    for words in ("0, 1, 2", "onnx-float32", tiny_bundle.digest, "5 images", "probabilities of one label"):
        assert words in shown.text
    assert sum(tag == "img" for tag, _ in shown.tags) == 5


def test_a_bundle_whose_samples_are_gone_is_still_shown(tiny_bundle: Bundle) -> None:
    for golden in tiny_bundle.manifest.golden:
        (tiny_bundle.site / golden.file).unlink()
    shown = Reader(tiny_bundle._repr_html_())
    assert tiny_bundle.digest in shown.text
    assert "img" not in {tag for tag, _ in shown.tags}


def test_only_the_first_pictures_of_many_are_shown() -> None:
    answers = Predictions([make_prediction(label="a", probability=1.0, probabilities={"a": 1.0})] * 30)
    shown = Reader(answers._repr_html_())
    assert sum(tag == "img" for tag, _ in shown.tags) == 24
    assert "6 more of 30 images" in shown.text


def test_no_machine_path_is_in_a_bundles_view(tiny_bundle: Bundle, tmp_path: Path) -> None:
    assert str(tmp_path) not in tiny_bundle._repr_html_()
