"""Solvers that lie, fail or are not there: a verdict is the honest one, or UNKNOWN with a reason."""

import json
import os
import signal
from fractions import Fraction
from random import Random

import pytest

from alignproof.games.files import load_game
from alignproof.oracles import fallback, program
from alignproof.oracles.farkas import PROVERS
from alignproof.oracles.systems import Refutation, Solution, Unknown, decide
from alignproof.smt.discharge import discharge
from alignproof.smt.smtlib import Query
from alignproof.smt.solvers import CVC5, Z3
from alignproof.symbolic.linear import linear_system
from alignproof.symbolic.statement import Size
from alignproof.verification import proofs
from alignproof.verification.analysis import analyze
from alignproof.verification.results import tasks
from alignproof.verification.run import verify
from alignproof.verification.universal import STATEMENTS
from alignproof.verification.verdict import KERNEL

# Floating point ------------------------------------------------------------------------------------------------------


def _basis(lie):
    random = Random(0)

    def proposed(linear_program, seconds):
        n, m = len(linear_program.objective), len(linear_program.rows)
        size = random.randint(0, min(n, m))
        if lie == "raises":
            raise RuntimeError("lost")
        return {
            "random": (random.sample(range(n), size), random.sample(range(m), size)),
            "outside": ([n + 3], [m + 1]),
            "below": ([-1], [-1]),
            "repeated": ([0, 0], [0, 0]),
            "uneven": ([0], []),
            "empty": ([], []),
            "none": None,
        }[lie]

    return proposed


def _numbers(lie):
    random = Random(1)

    def satisfied(constraints, unknown, seconds):
        if lie == "raises":
            raise RuntimeError("gone")
        found = {"numbers": [Fraction(random.randint(-3, 3)) for _ in unknown], "zeros": [Fraction(0)] * len(unknown)}
        return {**found, "short": [], "none": None}[lie]

    return satisfied


BASES = ("random", "outside", "below", "repeated", "uneven", "empty", "none", "raises")
NUMBERS = ("honest", "numbers", "zeros", "short", "none", "raises")


def lie(monkeypatch, basis, numbers="honest"):
    monkeypatch.setattr(program, "_proposed_basis", _basis(basis))
    if numbers != "honest":
        monkeypatch.setattr(fallback, "_satisfied", _numbers(numbers))


@pytest.fixture(scope="module")
def market():
    return load_game("examples/two_drug_makers.json")


@pytest.fixture(scope="module")
def honest(market):
    return analyze(*market, (0, 1))


def told(report):
    """What a report says, by place."""
    if isinstance(report, dict):
        return {(key, *inner): text for key, item in report.items() for inner, text in told(item).items()}
    return {(): report}


def unknown(place, report):
    """Whether a report says nothing at a place: the verdict there is UNKNOWN, or that of something that it needs."""
    for key in place:
        if report.get("verdict") == "UNKNOWN" or report.get("applies") is False:
            return True
        report = report[key] if isinstance(report, dict) and key in report else {}
    return not isinstance(report, dict) and "UNKNOWN" in str(report)


@pytest.mark.parametrize(
    ("basis", "numbers"), [*((basis, "numbers") for basis in BASES), *(("raises", numbers) for numbers in NUMBERS)]
)
def test_analyze_says_what_is_so_or_unknown(monkeypatch, market, honest, basis, numbers):
    lie(monkeypatch, basis, numbers)
    report = analyze(*market, (0, 1), seconds=5)
    for part in ("benchmarks", "alignment", "profile"):
        true = told(honest[part])
        for place, text in told(report[part]).items():
            said_unknown = unknown(place, report[part]) or place[-1] in ("verdict", "reason")
            assert true.get(place) == text or (said_unknown and text != "REFUTED"), (place, text)
    for bound, true in zip(report["bounds"], honest["bounds"], strict=True):
        for name, text in bound["guarantees"].items():
            assert text in ("UNKNOWN", true["guarantees"][name])


def test_the_comparison_above_can_fail(honest):
    forged = json.loads(json.dumps(honest)) | {"benchmarks": {"Ann": {"verdict": "PROVED", "value": "2"}}}
    assert told(forged["benchmarks"])["Ann", "value"] != told(honest["benchmarks"])["Ann", "value"]
    assert not unknown(("Ann", "value"), forged["benchmarks"])


@pytest.mark.parametrize("numbers", NUMBERS)
def test_a_lie_decides_no_system(monkeypatch, numbers):
    """With HiGHS gone, what Z3 says of a system is held against the system."""
    statement = STATEMENTS[0]
    true, false = linear_system(statement, Size(1, 1)), linear_system(statement.without("switch"), Size(1, 1))
    assert isinstance(decide(true), Refutation)
    assert isinstance(decide(false), Solution)
    lie(monkeypatch, "raises", numbers)
    for system, kind in ((true, Refutation), (false, Solution)):
        answer = decide(system, 5)
        assert isinstance(answer, kind if numbers == "honest" else Unknown)
        assert not isinstance(answer, Unknown) or answer.reason


QUICK = ("Proposition A.2", "Theorem 4.1", "Catalogue")


@pytest.mark.slow
@pytest.mark.parametrize("basis", ["random", "raises"])
@pytest.mark.parametrize("numbers", ["numbers", "raises"])
def test_verify_reaches_its_verdicts_or_says_unknown(monkeypatch, tmp_path, basis, numbers):
    chosen = [task for task in tasks() if task.result.startswith(QUICK)]
    assert len(chosen) > 10
    lie(monkeypatch, basis, numbers)
    rows = verify(chosen, tmp_path, lambda _: None, jobs=1)
    for row in rows:
        assert row.verdict in (row.expected, "UNKNOWN")
        assert row.verdict == "UNKNOWN" or (row.replayed and row.trusts == KERNEL)
        assert row.verdict != "UNKNOWN" or row.reason
    kept = [row for row in rows if row.result.startswith("Catalogue")]
    assert all(row.reached for row in kept)  # these need no solver


# SMT solvers that are read in processes of their own -----------------------------------------------------------------

FAKE = """
import os, sys, time
class Solver:
    def set(self, *_): pass
    def from_string(self, text): self.text = text
    def reason_unknown(self): return "a fake"
    def check(self): {check}
SolverFor = lambda logic: Solver()
"""
LIES = {
    "always unsat": 'return "unsat"',
    "always sat": 'return "sat"',
    "garbage": 'return "unsat, I think"',
    "both": 'return "unsat\\nsat"',
    "silence": "os._exit(0)",
    "crash": "os.abort()",
    "hang": "time.sleep(60)",
    "shout": 'print("unsat"); raise MemoryError("too little")',
    "wrong version": "return self.no_such_method()",
}
LIE = Query("(set-logic QF_LRA)\n(declare-const |x| Real)\n(assert (> |x| 0))\n(check-sat)\n", "sat")
TRUTH = Query(LIE.text.replace("(check-sat)", "(assert (< |x| 0))\n(check-sat)"), "unsat")


def fake(tmp_path, monkeypatch, check):
    """From now on, processes import a fake z3."""
    (tmp_path / "z3.py").write_text(FAKE.replace("{check}", check))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")]))


@pytest.mark.parametrize("how", LIES)
def test_what_one_solver_says_alone_is_no_answer(monkeypatch, tmp_path, how):
    fake(tmp_path, monkeypatch, LIES[how])
    monkeypatch.setattr("alignproof.smt.solvers.GRACE", 0.5)
    reply = Z3.ask(LIE.text, 1)
    said = {"always unsat": "unsat", "always sat": "sat", "both": "unsat"}.get(how, "unknown")
    assert reply.answer == said
    assert said != "unknown" or reply.reason


@pytest.mark.slow
@pytest.mark.parametrize("how", LIES)
def test_two_solvers_agree_only_on_the_truth(monkeypatch, tmp_path, how):
    fake(tmp_path, monkeypatch, LIES[how])
    for query, truth in ((LIE, "sat"), (TRUTH, "unsat")):
        found = discharge(query, 2, (Z3, CVC5))
        assert found.answer in ("unknown", truth)
        assert found.disagreement == (found.replies[0].answer not in ("unknown", truth))


def test_a_row_that_rests_on_solvers_says_so():
    """Two solvers that lie alike are believed, and named: there is a row for each such trust, or none."""
    found = discharge(LIE, 1, (Liar("unsat"), Liar("unsat")))
    assert found.answer == "unsat"
    assert found.solvers == "liar 1 and liar 1"


class Liar:
    def __init__(self, answer):
        self.answer = answer

    def ask(self, text, seconds):
        from alignproof.smt.solvers import Reply

        return Reply("liar 1", self.answer, "", 0.0)


# Solvers in this process ---------------------------------------------------------------------------------------------


def crashes(*_):
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_solver_that_crashes_costs_its_proof_and_no_other(monkeypatch):
    monkeypatch.setattr(proofs, "PROVERS", {"crashing": crashes, "Z3": PROVERS["Z3"]})
    one, two = proofs.translated(STATEMENTS[:1], (Size(1, 1),), 10)
    assert (one.certificate, two.solver) == ("", "Z3")
    assert "killed by signal" in one.reason
    assert two.certificate
