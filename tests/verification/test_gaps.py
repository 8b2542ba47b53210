"""Rows about gaps and tightness: found, accepted, met by nothing else, and in the table of the docs."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from alignproof.counterexamples import turns
from alignproof.counterexamples.ties import ties_by_provider
from alignproof.games.model import common_ties
from alignproof.verification.gaps import gap_tasks
from alignproof.verification.rows import benchmark_task, bound_task, deviation_task, shortfall_task
from alignproof.verification.tightness import tightness_tasks
from tests.evidence import accepted

GAPS, TIGHT = list(gap_tasks()), list(tightness_tasks())
PAGE = (Path(__file__).resolve().parents[2] / "docs/explanation/gaps.md").read_text()


@pytest.mark.parametrize("task", GAPS + TIGHT, ids=lambda task: f"{task.result} {task.scope}")
def test_rows_are_found(task):
    found = task.find()
    assert found.verdict == task.expected, found.reason
    assert accepted(found.certificate)
    assert not task.demands(found.certificate["kind"], found.certificate["claim"])


def bent(key, claimed):
    """Another value for a part of a claim: where it is a number, one that a true certificate might have."""
    if key == "factors":
        return ["100"] * len(claimed)
    return str(Fraction(claimed) + (1 if key == "at_most" else -1)) if key in ("at_most", "at_least") else "1/7"


@pytest.mark.parametrize("task", GAPS + TIGHT, ids=lambda task: f"{task.result} {task.scope}")
def test_rows_demand_all_of_their_claim(task):
    """But for what providers earn in a row about users."""
    document = task.find().certificate
    for key, claimed in document["claim"].items():
        assert key == "payoffs" or task.demands(document["kind"], document["claim"] | {key: bent(key, claimed)}), key
    assert task.demands("another kind", document["claim"])


def test_the_table_of_gaps_names_every_row():
    for task in GAPS:
        assert task.result.split(": ")[0] in PAGE


def test_the_table_names_no_other_row():
    names = {task.result.split(": ")[0] for task in GAPS}
    assert {line.split('"')[1] for line in PAGE.splitlines() if line.startswith('| "')} <= names


def test_the_figure_of_a_scope_is_the_figure_of_the_claim():
    wrong = shortfall_task("A result", ties_by_provider(), "1/2", "1")
    document = wrong.find().certificate
    assert wrong.demands(document["kind"], document["claim"]) == ["at_most"]


def test_what_is_not_found_is_unknown():
    case = ties_by_provider()
    cured = replace(case, game=replace(case.game, ties=common_ties(case.game.users, 2, 2)))
    game, profile = turns.own_branch()
    rows = [
        shortfall_task("A result", cured, "3/4", "1"),
        bound_task("A result", game, profile, "4/5", "too low"),
        deviation_task("A result", "an equilibrium", case.game, case.profile),
    ]
    for row in rows:
        found = row.find()
        assert (found.verdict, found.certificate) == ("UNKNOWN", None)
        assert found.reason


def test_a_benchmark_that_needs_more_messages_is_not_accepted():
    row = benchmark_task("A result", turns.clue("P"), (0,), "1", "PROVED")
    assert not accepted(row.find().certificate)
