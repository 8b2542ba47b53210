"""Text, Markdown and JUnit XML say of every row what the rows say, and names cannot break them."""

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alignproof.report.contents import Settled
from alignproof.report.elements import visible
from alignproof.report.junit import junit
from alignproof.report.markdown import HEADINGS, escaped, markdown
from alignproof.report.text import text
from alignproof.symbolic.catalogue import RESULTS

HOSTILE = "<script>|`*_[x](y)\\ \"'&]]>\x00\x1b[31m\u202e"


def with_first(contents, **changes):
    first, *others = contents.settled
    return replace(contents, settled=(replace(first, row=replace(first.row, **changes)), *others))


def cases(contents):
    return list(ElementTree.fromstring(junit(contents)).iter("testcase"))


def test_junit_has_a_case_for_every_row(contents):
    suites = ElementTree.fromstring(junit(contents))
    assert (suites.get("tests"), suites.get("failures"), suites.get("errors")) == (str(len(contents.rows)), "0", "0")
    found = list(suites.iter("testcase"))
    assert [(case.get("classname"), case.get("name")) for case in found] == [(r.result, r.scope) for r in contents.rows]
    assert all(float(case.get("time")) >= 0 for case in found)
    assert not list(suites.iter("error")) + list(suites.iter("failure"))


def test_junit_calls_unknown_an_error_with_its_reason(contents):
    broken = with_first(contents, verdict="UNKNOWN", reason="out of memory")
    suites = ElementTree.fromstring(junit(broken))
    assert (suites.get("failures"), suites.get("errors")) == ("0", "1")
    (error,) = suites.iter("error")
    assert (error.get("type"), error.get("message")) == ("UNKNOWN", "out of memory")
    assert cases(broken)[0].find("error") is not None


def test_junit_calls_a_verdict_that_was_not_expected_a_failure(contents):
    suites = ElementTree.fromstring(junit(with_first(contents, verdict="EXHAUSTED")))
    assert (suites.get("failures"), suites.get("errors")) == ("1", "0")
    (failure,) = suites.iter("failure")
    assert failure.get("message") == f"EXHAUSTED, expected {contents.rows[0].expected}"


def test_junit_never_passes_what_was_not_reached(contents):
    for row in contents.rows:
        for verdict in ("PROVED", "REFUTED", "EXHAUSTED", "UNKNOWN"):
            changed = replace(row, verdict=verdict)
            (case,) = cases(replace(contents, settled=(Settled(changed, None),)))
            passed = case.find("error") is None and case.find("failure") is None
            assert passed == (verdict == row.expected)


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=20))
def test_junit_can_be_read_whatever_the_names(contents, name):
    broken = with_first(contents, result=name, scope=name, verdict="UNKNOWN", reason=name)
    small = replace(broken, settled=broken.settled[:1])
    ElementTree.fromstring(junit(small))


def test_text_has_every_row_statement_and_counterexample(contents):
    said = text(contents)
    assert said.startswith(f"alignproof {contents.version}: {len(contents.rows)} of {len(contents.rows)} rows reached")
    for row in contents.rows:
        assert f"{row.verdict:9} {row.scope}" in said
    for result in RESULTS:
        assert f"{result.result}. {result.title}" in said
        assert result.latex() in said
    for shown in contents.counterexamples:
        assert shown.entry.title in said


def test_text_begins_with_what_failed(contents):
    said = text(with_first(contents, verdict="UNKNOWN", reason="out of memory")).splitlines()
    assert f"{len(contents.rows) - 1} of {len(contents.rows)}" in said[0]
    assert said[1].endswith("UNKNOWN, expected PROVED. out of memory")


def test_text_has_no_control_characters(contents):
    said = text(with_first(contents, result=HOSTILE, scope=HOSTILE, reason=HOSTILE, verdict="UNKNOWN"))
    assert said == visible(said)
    assert "\x1b" not in said


def table(said):
    return [line for line in said.splitlines() if line.startswith("| ")]


@pytest.mark.parametrize("name", ["Theorem", HOSTILE, "a\nb | c", "\\|", "`x`"])
def test_markdown_has_a_table_of_all_rows(contents, name):
    said = markdown(with_first(contents, result=name, scope=name))
    lines = table(said)
    assert len(lines) == len(contents.rows) + 2
    for line in lines:
        assert len(re.findall(r"(?<!\\)(?:\\\\)*\|", line)) == len(HEADINGS) + 1
    assert "<script>" not in said


def test_markdown_folds_and_typesets(contents):
    said = markdown(contents)
    assert said.count("<details>") == said.count("</details>") == 3
    for result in RESULTS:
        assert f"$${result.latex()}$$" in said


@given(st.text(max_size=20))
def test_escaped_markdown_is_one_line_without_markup(text):
    said = escaped(text)
    assert "\n" not in said
    assert not re.search(r"(?<!\\)(?:\\\\)*[<|`*_\[]", said)
