"""Escaping of text for terminals, CSV, XML and JSON."""

import csv
import io
import json
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webparity.errors import UsageError
from webparity.text.csv_cell import escape_csv_cell
from webparity.text.json_text import escape_json_text
from webparity.text.visible import escape_invisible
from webparity.text.xml_text import escape_xml_text

ANY = st.text(st.characters(codec=None))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\nb", r"a\nb"),
        ("\x1b[31m", r"\x1b[31m"),
        ("\x9b", r"\x9b"),
        ("\u202e", r"\u202e"),
        ("\udcff", r"\xff"),
        ("\ud800", r"\ud800"),
        ("\U000e0001", r"\U000e0001"),
        ("肺炎 é ن\u200cن", "肺炎 é ن\u200cن"),
        (r"C:\photos", r"C:\photos"),
    ],
)
def test_escapes(text: str, shown: str) -> None:
    assert escape_invisible(text) == shown
    assert str(UsageError(text)) == shown


@given(ANY)
def test_visible_text_is_one_line_of_utf8_and_stays_as_it_is(text: str) -> None:
    shown = escape_invisible(text)
    shown.encode()
    assert len((shown + "x").splitlines()) == 1
    assert escape_invisible(shown) == shown


@given(ANY)
def test_xml_and_csv_read_back_what_was_written(text: str) -> None:
    element = ET.Element("a", b=escape_xml_text(text))
    assert ET.fromstring(ET.tostring(element)).get("b") == escape_invisible(text)
    row = io.StringIO()
    csv.writer(row).writerow([escape_csv_cell(text), "end"])
    assert next(csv.reader(io.StringIO(row.getvalue()))) == [escape_csv_cell(text), "end"]
    assert not escape_csv_cell(text).startswith(("=", "+", "-", "@"))


@given(st.text())
def test_json_keeps_its_meaning(text: str) -> None:
    for ascii_only in (False, True):
        written = escape_json_text(json.dumps([text], ensure_ascii=False), ascii_only=ascii_only)
        assert json.loads(written) == [text]
        assert escape_invisible(written) == written
