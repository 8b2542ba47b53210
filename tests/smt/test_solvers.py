"""Whatever goes wrong with a solver is ``unknown``, with the reason."""

import sys
import time

import pytest

from alignproof.smt import solvers
from alignproof.smt.solvers import CVC5, Z3, Process

BOTH = pytest.mark.parametrize("solver", [Z3, CVC5], ids=["z3", "cvc5"])


def text(*asserted, status="sat", logic="QF_LRA"):
    lines = [f"(set-info :status {status})", f"(set-logic {logic})", "(declare-const |x| Real)"]
    return "\n".join([*lines, *(f"(assert {formula})" for formula in asserted), "(check-sat)"])


SAT, UNSAT = text("(> |x| 0)"), text("(> |x| 0)", "(< |x| 0)", status="unsat")
POWERS = "(= (+ (* |x| |x| |x| |y|) (* |y| |y| |y| |z|) (* |z| |z| |z| |x|)) 7)"
HARD = f"""(set-logic QF_NRA)
(declare-const |x| Real) (declare-const |y| Real) (declare-const |z| Real)
(assert {POWERS}) (assert (> (* |x| |y|) (+ 5 (* |z| |z| |x|)))) (assert (< (* |y| |z|) (* |x| |x| |x| |y|)))
(assert (= (+ (* |x| |y| |z| |z|) (* |x| |x|)) 3))
(check-sat)"""


@BOTH
def test_answers(solver):
    assert [solver.ask(query, 10).answer for query in (SAT, UNSAT)] == ["sat", "unsat"]
    assert solver.ask(SAT, 10).solver.split()[0] == solver.module
    assert solver.ask(SAT, 10).solver.split()[1][0].isdigit()


@BOTH
def test_the_expected_status_does_not_sway_the_answer(solver):
    assert solver.ask(text("(> |x| 0)", status="unsat"), 10).answer == "sat"
    assert solver.ask(text("(> |x| |x|)", status="sat"), 10).answer == "unsat"


@BOTH
@pytest.mark.parametrize("query", ["", "(check-sat", "(assert (> |y| 0)) (check-sat)", "\0", "(exit)"])
def test_nonsense_is_not_unsat(solver, query):
    reply = solver.ask(query, 10)
    assert reply.answer != "unsat"
    assert reply.answer == "sat" or reply.reason


@BOTH
def test_a_time_limit_is_kept(solver):
    start = time.perf_counter()
    reply = solver.ask(HARD, 0.2)
    assert time.perf_counter() - start < 0.2 + solvers.GRACE + 5
    assert (reply.answer, bool(reply.reason)) in {("unknown", True), ("sat", False), ("unsat", False)}


def running(code):
    """A solver whose process runs the code."""
    return Process("z3", "z3-solver", (sys.executable, "-c", code))


def test_a_solver_that_overruns_is_stopped(monkeypatch):
    monkeypatch.setattr(solvers, "GRACE", 0.2)
    start = time.perf_counter()
    reply = running("import time; time.sleep(60)").ask(SAT, 0.1)
    assert time.perf_counter() - start < 20
    assert (reply.answer, reply.reason) == ("unknown", "timeout")


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("import os; os.abort()", "exit code -6"),
        ("raise MemoryError", "MemoryError"),
        ("print('unsat'); raise SystemExit(1)", "exit code 1"),
        ("print('unsatisfiable')", "unsatisfiable"),
        ("print('unsat?')", "unsat?"),
        ("pass", "no message"),
        ("print('unknown\\n(timeout)')", "timeout"),
    ],
)
def test_a_crash_is_unknown(code, reason):
    reply = running(code).ask(SAT, 5)
    assert reply.answer == "unknown"
    assert reason in reply.reason


def test_a_program_that_is_not_there_is_unknown():
    reply = Process("z3", "z3-solver", ("/nowhere/solver",)).ask(SAT, 5)
    assert reply.answer == "unknown"
    assert "cannot be started" in reply.reason


@BOTH
def test_a_missing_solver_is_unknown(solver, monkeypatch):
    monkeypatch.setitem(sys.modules, solver.module, None)
    reply = solver.ask(SAT, 5)
    assert (reply.solver, reply.answer, reply.reason) == (solver.module, "unknown", "not installed")
