"""The sweep: a row per case, a file per case, and only agreement with what is expected is confirmed."""

import pytest
import z3

from alignproof.smt.smtlib import Query
from alignproof.smt.sweep import Case, all_cases, choice_cases, continuous_cases, sweep, universal_cases
from alignproof.symbolic.statement import Size
from tests.smt.fake import Saying

SMALL = [Size(1, 1), Size(3, 2)]


def case(needed=None, most=60.0):
    return Case("a-case", "A statement", "n=1", lambda: Query("(check-sat)\n", "unsat"), needed, most)


def test_the_universal_results_at_small_sizes(tmp_path):
    rows = sweep([*universal_cases(SMALL), *choice_cases([1, 2])], tmp_path)
    assert {row.outcome for row in rows} == {"confirmed"}
    assert all(row.agree and row.seconds > 0 for row in rows)
    assert {row.statement for row in rows} >= {f"Theorem {n}" for n in ("3.1", "4.3", "4.4", "5.1")}
    assert {row.size for row in rows} == {"n=1, |T|=1", "n=3, |T|=2", "one user, k=1", "one user, k=2"}
    assert {path.stem for path in tmp_path.iterdir()} == {row.name for row in rows}
    assert len(rows) == len({row.name for row in rows}) == 14


def test_the_files_are_for_anyone(tmp_path):
    for row in sweep([*universal_cases([Size(2, 2)]), *choice_cases([2])], tmp_path, solvers=[Saying("unsat")]):
        solver = z3.Solver()
        solver.from_file(str(tmp_path / f"{row.name}.smt2"))
        assert str(solver.check()) == row.expected


@pytest.mark.slow
def test_proposition_a_2(tmp_path):
    rows = sweep(continuous_cases(), tmp_path, seconds=2)
    assert [row.outcome for row in rows] == ["confirmed"] * 4


@pytest.mark.parametrize(
    ("answers", "needed", "outcome"),
    [
        (["unsat", "unsat"], None, "confirmed"),
        (["unsat", "unknown"], None, "unknown"),
        (["unsat", "unknown"], 1, "confirmed"),
        (["unknown", "unknown"], None, "unknown"),
        (["unknown", "unknown"], 1, "unknown"),
        (["unknown", "unknown"], 0, "unknown"),
        (["unsat", "sat"], None, "disagreement"),
        (["unsat", "sat"], 1, "disagreement"),
        (["sat", "sat"], None, "contradicted"),
        (["sat", "unknown"], 1, "contradicted"),
        ([], None, "unknown"),
    ],
)
def test_outcomes(tmp_path, answers, needed, outcome):
    (row,) = sweep([case(needed)], tmp_path, solvers=[Saying(answer) for answer in answers])
    assert (row.outcome, row.agree) == (outcome, outcome != "disagreement")
    assert [reply.answer for reply in row.replies] == answers


@pytest.mark.parametrize(("seconds", "most", "limit"), [(3.0, 60.0, 3.0), (60.0, 5.0, 5.0)])
def test_the_shorter_time_limit_counts(tmp_path, seconds, most, limit):
    solver = Saying("unsat")
    sweep([case(most=most)], tmp_path, seconds, [solver])
    assert solver.limits == [limit]


def test_the_largest_market_has_fifty_users_and_providers():
    cases = list(all_cases())
    assert {case.size for case in cases} >= {"n=50, |T|=50", "one user, k=50", "all points"}
    assert len({case.name for case in cases}) == len(cases)


@pytest.mark.slow
@pytest.mark.parametrize("result", ["Theorem 3.1", "Theorem 4.3", "Theorem 4.4", "Theorem 5.1"])
def test_fifty_users_and_providers(tmp_path, result):
    chosen = (case for case in universal_cases([Size(50, 50)]) if case.statement == result)
    (row,) = sweep(chosen, tmp_path)
    assert row.outcome == "confirmed"
