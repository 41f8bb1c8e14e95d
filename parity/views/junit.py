"""A report as JUnit XML, for the test views of build servers."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from webparity.text.xml_text import escape_xml_text
from webparity.verification.report import Report, Run


def render_junit(report: Report) -> bytes:
    """Render one suite with a case for each run and the reference; required but unavailable runs are errors."""
    failed = sum(run.verdict == "fail" for run in report.runs) + (report.reference.verdict == "fail")
    missing = [run for run in report.runs if run.verdict == "unavailable" and run.name in report.missing]
    skipped = sum(run.verdict == "unavailable" for run in report.runs) - len(missing)
    suite = ET.Element("testsuite")
    _set(
        suite,
        name=f"webparity {report.name}",
        tests=str(len(report.runs) + 1),
        failures=str(failed),
        errors=str(len(missing)),
        skipped=str(skipped),
    )
    case = _add(suite, "testcase", classname="reference", name=report.reference.runtime)
    if report.reference.verdict == "fail":
        _add(case, "failure", message=report.reference.reason, type=report.reference.stage or "reference")
    for run in report.runs:
        _add_case(suite, run, required=run in missing)
    document: bytes = ET.tostring(suite, encoding="utf-8", xml_declaration=True)
    return document + b"\n"


def _add_case(suite: ET.Element, run: Run, *, required: bool) -> None:
    case = _add(suite, "testcase", classname=run.artifact or "no artifact", name=run.name)
    if run.verdict == "fail":
        _add(case, "failure", message=run.reason, type=run.stage or "crash")
    elif run.verdict == "unavailable":
        _add(case, "error" if required else "skipped", message=run.reason)


def _add(parent: ET.Element, tag: str, **attributes: str) -> ET.Element:
    child = ET.SubElement(parent, tag)
    _set(child, **attributes)
    return child


def _set(element: ET.Element, **attributes: str) -> None:
    for name, value in attributes.items():
        element.set(name, escape_xml_text(value))
