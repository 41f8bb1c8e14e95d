"""The evaluation page is self-contained and well-formed, and escapes labels and file names."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest

from webparity.train.evaluation.evaluation import Evaluation
from webparity.train.evaluation.page import to_html
from webparity.train.evaluation.pictures.figure import Picture

Draw = Callable[[Evaluation], list[Picture]]
VOID = {"meta", "link", "br", "img", "input", "hr"}


class Reader(HTMLParser):
    """Checks that elements are closed in order, and collects what the tests look at."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        assert len(dict(attrs)) == len(attrs), f"an attribute twice in {tag}"
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def _read(evaluation: Evaluation, drawn: Draw) -> tuple[str, Reader]:
    page = to_html(evaluation, drawn(evaluation))
    reader = Reader()
    reader.feed(page)
    reader.close()
    assert reader.open == []
    return page, reader


@pytest.mark.parametrize("name", ["two_classes", "three_classes", "ten_classes"])
def test_the_page_is_well_formed_and_fetches_nothing(name: str, drawn: Draw, request: pytest.FixtureRequest) -> None:
    page, reader = _read(request.getfixturevalue(name), drawn)
    tags = {tag for tag, _ in reader.elements}
    assert not tags & {"script", "link", "iframe", "object"}
    for _, attributes in reader.elements:
        for key in ("src", "href", "xlink:href"):
            assert re.match(r"data:|#", attributes.get(key) or "#")
    assert all(target.startswith("#") for target in re.findall(r"url\(([^)]*)\)", page))
    assert "@import" not in page
    ids = [attributes["id"] for _, attributes in reader.elements if "id" in attributes]
    assert len(set(ids)) == len(ids)


def test_pictures_are_named_and_tables_have_headers(three_classes: Evaluation, drawn: Draw) -> None:
    _, reader = _read(three_classes, drawn)
    named = [attributes for tag, attributes in reader.elements if tag == "svg"]
    assert [attributes["aria-label"] for attributes in named] == [
        picture.alt.replace("\x07", r"\x07") for picture in drawn(three_classes)
    ]
    assert {attributes["role"] for attributes in named} == {"img"}
    assert {attributes["scope"] for tag, attributes in reader.elements if tag == "th"} == {"col", "row"}
    assert ("html", {"lang": "en"}) in reader.elements


def test_labels_file_names_and_facts_are_text(three_classes: Evaluation, drawn: Draw) -> None:
    page, reader = _read(three_classes, drawn)
    text = "".join(reader.text)
    assert "<script>alert('no')</script>" in text
    assert '"quoted" & $\\frac$' in text
    assert "<i>recipe</i>" in text
    assert three_classes.mistakes[0].name in text
    assert "<script>alert" not in page
    assert "<i>recipe" not in page


def test_pictures_take_the_colours_of_the_page(two_classes: Evaluation, drawn: Draw) -> None:
    page, _ = _read(two_classes, drawn)
    body = page[page.index("<body>") :]
    assert "fill: var(--card)" in body
    assert "stroke: var(--first)" in body
    for fixed in ("#ffffff", "#1b2230", "#5d6879", "#dde2ea", "#0072b2", "#d55e00"):
        assert f": {fixed}" not in body
