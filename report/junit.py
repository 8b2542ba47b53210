"""The report as JUnit XML: a test case a row; UNKNOWN is an error, a verdict that was not expected a failure."""

from xml.etree import ElementTree

from alignproof.report.contents import Contents
from alignproof.report.elements import visible
from alignproof.verification.verdict import Row


def junit(contents: Contents) -> str:
    """The document."""
    rows = contents.rows
    counts = {
        "tests": len(rows),
        "failures": sum(_outcome(row) == "failure" for row in rows),
        "errors": sum(_outcome(row) == "error" for row in rows),
    }
    attributes = {key: str(value) for key, value in counts.items()} | {
        "name": "alignproof verify",
        "time": f"{sum(row.seconds for row in rows):.3f}",
    }
    suites = ElementTree.Element("testsuites", attributes)
    suite = ElementTree.SubElement(suites, "testsuite", attributes)
    for row in rows:
        _case(suite, row)
    ElementTree.indent(suites)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(suites, encoding="unicode") + "\n"


def _outcome(row: Row) -> str:
    if row.reached:
        return ""
    return "error" if row.verdict == "UNKNOWN" else "failure"


def _case(suite: ElementTree.Element, row: Row) -> None:
    named = {"classname": visible(row.result), "name": visible(row.scope), "time": f"{row.seconds:.3f}"}
    case = ElementTree.SubElement(suite, "testcase", named)
    if outcome := _outcome(row):
        reason = row.reason or f"{row.verdict}, expected {row.expected}"
        ElementTree.SubElement(case, outcome, {"type": row.verdict, "message": visible(reason)})
    said = ElementTree.SubElement(case, "system-out")
    said.text = visible(f"{row.verdict}; depth: {row.depth}; trusts: {row.trusts}; certificate: {row.certificate}")
