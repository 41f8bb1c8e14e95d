"""The report of a notebook's cell and the report's page fit every width, and can be read in every theme."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

import pytest
from sample_reports import LONG_NAMES, MIXED, SAME_BITS

from webparity.parity.report import VerificationReport
from webparity.parity.views.html import render_html

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

REPORTS: Final = {"every verdict": MIXED, "long names": LONG_NAMES, "same bits": SAME_BITS}
WIDTHS: Final = (320, 360, 700, 828, 836, 1000, 1400)
# What JupyterLab says of tables and lists in a cell's output.
_JUPYTERLAB: Final = """
.cell:not(.markdown) { font-size: 14px; line-height: 1.5; }
.cell:not(.markdown) table { table-layout: fixed; font-size: 12px; margin: 0 auto 1em; }
.cell:not(.markdown) td, .cell:not(.markdown) th, .cell:not(.markdown) tr {
  text-align: right; vertical-align: middle; padding: .5em; white-space: normal; max-width: none; border: none; }
.cell:not(.markdown) ul { padding-left: 2em; }
"""
Scheme = Literal["light", "dark"]
# Name: the system's scheme, attributes of the body, its ground and its text.
THEMES: Final[dict[str, tuple[Scheme, str, str, str]]] = {
    "light system": ("light", "", "#fff", "#000"),
    "dark system": ("dark", "", "#1b1b1b", "#ddd"),
    "light page on a dark system": ("dark", "", "#fff", "#212121"),
    "dark page on a light system": ("light", "", "#1b1b1b", "#ddd"),
    "JupyterLab light": ("dark", 'data-jp-theme-light="true"', "#fff", "rgba(0, 0, 0, .87)"),
    "JupyterLab dark": ("light", 'data-jp-theme-light="false"', "#111", "#fff"),
    "VS Code light": ("dark", 'class="vscode-light"', "#fff", "#3b3b3b"),
    "VS Code dark": ("light", 'class="vscode-dark"', "#1f1f1f", "#ccc"),
    "VS Code high contrast": ("light", 'class="vscode-high-contrast"', "#000", "#fff"),
}

# Elements whose content is wider than they are, and which the keyboard cannot scroll.
_CUT_OFF: Final = """[...document.querySelectorAll('body, body *:not(svg, svg *)')]
  .filter((element) => element.checkVisibility() && getComputedStyle(element).display !== 'inline')
  .filter((element) => element.scrollWidth > element.clientWidth + 1 && element.tabIndex < 0)
  .map((element) => `${element.tagName} ${element.className}: ${element.scrollWidth} > ${element.clientWidth}`)"""

# Contrast by WCAG 2 of every text with its ground, opacity and layers of colour included; the lowest, with its text.
_LOWEST_CONTRAST: Final = """() => {
  const context = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
  const parse = (color) => {
    context.clearRect(0, 0, 1, 1);
    context.fillStyle = color;
    context.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = context.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const blend = ([r, g, b, a], under) => [r, g, b].map((value, i) => value * a + under[i] * (1 - a));
  const linear = (value) => (value <= 10.31 ? value / 3294.6 : ((value / 255 + .055) / 1.055) ** 2.4);
  const luminance = ([r, g, b]) => .2126 * linear(r) + .7152 * linear(g) + .0722 * linear(b);
  const measure = (element, before) => {
    const chain = [];
    for (let each = element; each; each = each.parentElement) chain.unshift(getComputedStyle(each));
    const ground = chain.reduce((under, each) => blend(parse(each.backgroundColor), under), [255, 255, 255]);
    const opacity = chain.reduce((all, each) => all * Number(each.opacity), Number(before?.opacity ?? 1));
    const [r, g, b, a] = parse((before ?? chain.at(-1)).color);
    const pair = [luminance(blend([r, g, b, a * opacity], ground)), luminance(ground)].sort((x, y) => y - x);
    return (pair[0] + .05) / (pair[1] + .05);
  };
  const found = [];
  for (const element of document.querySelectorAll('body *:not(style, svg, svg *)')) {
    if (!element.checkVisibility()) continue;
    if ([...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
      found.push([measure(element), element.textContent.trim()]);
    const before = getComputedStyle(element, '::before');
    if (before.content.length > 2 && before.content !== 'none') found.push([measure(element, before), before.content]);
  }
  return found.sort((one, other) => one[0] - other[0])[0];
}"""


def _open_cell(
    browser: Browser, report: VerificationReport, *, width: int = 1000, theme: str = "light system", styles: str = ""
) -> Page:
    """Open a notebook's output with the report, 8 pixels inside of a window of a width."""
    scheme, attributes, ground, ink = THEMES[theme]
    page = browser.new_page(viewport={"width": width, "height": 600}, color_scheme=scheme)
    page.set_content(
        f"<!doctype html><style>body {{ margin: 8px; background: {ground}; color: {ink} }} {styles}</style>"
        f'<body {attributes}><div class="cell">{report._repr_html_()}</div></body>'
    )
    return page


@pytest.mark.parametrize("styles", ["", _JUPYTERLAB], ids=["plain", "JupyterLab"])
@pytest.mark.parametrize("name", REPORTS)
def test_nothing_of_a_cell_is_cut_off(browser: Browser, name: str, styles: str) -> None:
    page = _open_cell(browser, REPORTS[name], styles=styles)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 600})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(_CUT_OFF) == [], width
        box: Any = page.locator("td span.fail").first.bounding_box()
        assert box["x"] + box["width"] <= width, "the verdict is seen without scrolling"
    page.close()


def test_a_narrow_cell_names_each_figure_beside_it(browser: Browser) -> None:
    page = _open_cell(browser, MIXED, width=1000)
    cell = page.locator("tbody tr").first.locator("td").nth(3)
    label = "(cell) => getComputedStyle(cell, '::before').content"
    assert page.locator("thead").is_visible()
    assert cell.evaluate(label) == "none"
    page.set_viewport_size({"width": 360, "height": 600})
    assert not page.locator("thead").is_visible()
    assert cell.evaluate(label) == '"pixels"'
    assert not page.locator("tbody tr").last.locator("td").nth(3).is_visible(), "what was not reached takes no room"
    page.close()


def test_the_rules_of_jupyterlab_do_not_win(browser: Browser) -> None:
    looks = []
    for styles in ("", _JUPYTERLAB):
        page = _open_cell(browser, MIXED, width=360, styles=styles)
        boxes = page.evaluate(
            "[...document.querySelectorAll('th, td, li')].map((e) => e.getBoundingClientRect().toJSON())"
        )
        looks.append(boxes)
        page.close()
    assert looks[0] == looks[1]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", [360, 1000])
def test_a_cell_can_be_read_in_every_theme(browser: Browser, theme: str, width: int) -> None:
    page = _open_cell(browser, MIXED, width=width, theme=theme)
    contrast, text = page.evaluate(_LOWEST_CONTRAST)
    assert contrast >= 4.5, text
    page.close()


def test_negative_control_faint_text_is_found(browser: Browser) -> None:
    page = _open_cell(browser, MIXED, styles="small { color: #999 }")
    contrast, _ = page.evaluate(_LOWEST_CONTRAST)
    assert contrast < 4.5
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", REPORTS)
def test_the_page_is_readable_and_nothing_is_cut_off(browser: Browser, name: str, scheme: Scheme) -> None:
    page = browser.new_page(color_scheme=scheme)
    page.set_content(render_html(REPORTS[name]))
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 600})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(_CUT_OFF) == [], width
    contrast, text = page.evaluate(_LOWEST_CONTRAST)
    assert contrast >= 4.5, text
    page.close()
