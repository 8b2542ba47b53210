"""The run that asks solvers everything."""

from dataclasses import replace

import pytest

from alignproof.smt.sweep import sweep
from alignproof.verification.solvers import exit_code, induction_cases
from tests.smt.fake import Saying


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    folder = tmp_path_factory.mktemp("smt2")
    found = sweep(induction_cases(), folder)
    assert {path.stem for path in folder.iterdir()} == {row.name for row in found}
    return found


def test_both_solvers_discharge_all_sizes(rows):
    assert [row.outcome for row in rows] == ["confirmed"] * len(rows)
    assert all(len(row.replies) == 2 for row in rows)
    assert exit_code(rows) == 0


@pytest.mark.parametrize(("outcome", "code"), [("disagreement", 1), ("contradicted", 1), ("unknown", 3)])
def test_one_row_that_is_not_confirmed_fails_the_run(rows, outcome, code):
    assert exit_code([*rows, replace(rows[0], outcome=outcome)]) == code


def test_nothing_asked_confirms_nothing():
    assert exit_code([]) == 3


def test_a_lying_solver_fails_the_run(tmp_path):
    found = sweep(induction_cases(), tmp_path, solvers=(Saying("unsat"), Saying("sat")))
    assert exit_code(found) == 1
