"""The universal results' linear forms given to both solvers, with controls that must fail."""

from dataclasses import replace
from fractions import Fraction

import pytest
import z3
from typer.testing import CliRunner

from alignproof.checks.linear import row, system
from alignproof.cli.app import app
from alignproof.games.polynomial import as_polynomial, variable
from alignproof.oracles.systems import Refutation, Solution, decide
from alignproof.smt.discharge import Discharge, discharge
from alignproof.smt.smtlib import linear_query
from alignproof.smt.statements import sum_query
from alignproof.symbolic import expectations, theorem_3_1, theorem_4_3, theorem_4_4, theorem_5_1
from alignproof.symbolic.linear import linear_system
from alignproof.symbolic.statement import Hypothesis, Premise, Size
from alignproof.verification import universal
from alignproof.verification.run import run
from alignproof.verification.verdict import Disagreement, Refused
from tests.smt.fake import Saying

SIZES = [Size(n, k) for n in (1, 2, 3) for k in (1, 2, 3)]
PAIR = Size(2, 2)
STATEMENTS = {m.__name__.split(".")[-1]: m.statement() for m in (theorem_3_1, theorem_4_3, theorem_4_4, theorem_5_1)}
HYPOTHESES = [
    (name, hypothesis.name)
    for name, statement in STATEMENTS.items()
    for hypothesis in statement.hypotheses
    if hypothesis.premises(PAIR)
]
TWO = Fraction(2)


def answer(statement, size=PAIR):
    """The answer of both solvers; the exact program must agree."""
    form = linear_system(statement, size)
    found = discharge(linear_query(form))
    assert [reply.solver.split()[0] for reply in found.replies] == ["z3", "cvc5"]
    assert isinstance(decide(form), {"sat": Solution, "unsat": Refutation}[found.answer])
    return found.answer


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("name", STATEMENTS)
def test_every_result_is_discharged(name, size):
    assert answer(STATEMENTS[name], size) == "unsat"


@pytest.mark.parametrize(("name", "hypothesis"), HYPOTHESES)
def test_no_hypothesis_can_be_dropped(name, hypothesis):
    assert answer(STATEMENTS[name].without(hypothesis)) == "sat"


def test_a_sole_user_needs_no_others():
    """With one user there is nobody else to affect, so that hypothesis is empty; the others still count."""
    size, names = Size(1, 2), [h.name for h in theorem_3_1.HYPOTHESES if h.premises(PAIR)]
    answers = {name: answer(theorem_3_1.statement().without(name), size) for name in names}
    assert {name for name, given in answers.items() if given == "unsat"} == {"others unaffected"}


SMALLER = [(Fraction(1), TWO), (TWO, Fraction(1)), (Fraction(199, 100), TWO), (TWO, Fraction(199, 100)), (TWO, -TWO)]


@pytest.mark.parametrize("factors", SMALLER)
@pytest.mark.parametrize("size", [Size(1, 1), Size(3, 3)], ids=str)
def test_no_smaller_slack_will_do(factors, size):
    assert answer(theorem_3_1.statement(factors), size) == "sat"


@pytest.mark.parametrize("factor", [Fraction(1), Fraction(199, 100), Fraction(0)])
@pytest.mark.parametrize("size", [Size(1, 1), Size(3, 1)], ids=str)
def test_no_smaller_slack_will_do_in_the_anonymous_game(factor, size):
    assert answer(theorem_4_3.statement((factor,)), size) == "sat"


def halved(statement, symbol):
    """The statement with half of what its bound has of ``symbol``."""
    slack = statement.bound - statement.bound.subs(symbol, 0)
    return replace(statement, bound=statement.bound - slack / 2)


@pytest.mark.parametrize(
    ("name", "symbol"),
    [
        ("theorem_3_1", expectations.ERROR_USERS),
        ("theorem_3_1", expectations.ERROR_PROVIDERS),
        ("theorem_4_3", expectations.ERROR),
        ("theorem_4_4", expectations.ERROR),
        ("theorem_4_4", expectations.LARGEST_GAIN),
        ("theorem_5_1", expectations.ERROR_USERS),
        ("theorem_5_1", expectations.ERROR_PROVIDERS),
    ],
    ids=str,
)
def test_no_constant_can_be_halved(name, symbol):
    assert answer(halved(STATEMENTS[name], symbol)) == "sat"


ERRORS = Hypothesis(
    "errors",
    "eps_U, eps_P >= 0",
    "Definition 2.13",
    lambda size: [
        Premise("eps_U", expectations.EPS_USERS),
        *(
            Premise(f"eps_P {j}", expectations.EPS_PROVIDERS, factors=(f"ratio {j}",))
            for j in range(1, size.providers + 1)
        ),
    ],
)


@pytest.mark.parametrize("factors", [(Fraction(3), TWO), (TWO, Fraction(3)), (Fraction(5), Fraction(5))])
def test_a_larger_slack_follows_from_nonnegative_errors(factors):
    """With the paper's own factors the sign of the errors plays no part."""
    statement = theorem_3_1.statement(factors)
    assert answer(statement) == "sat"
    assert answer(replace(statement, hypotheses=(*statement.hypotheses, ERRORS))) == "unsat"


def test_the_query_can_be_replayed():
    for statement, expected in [
        (theorem_3_1.statement(), z3.unsat),
        (theorem_3_1.statement((Fraction(1), TWO)), z3.sat),
    ]:
        solver = z3.Solver()
        solver.from_string(discharge(sum_query(statement, PAIR)).query.text)
        assert solver.check() == expected


@pytest.mark.parametrize(
    ("value", "sense", "free", "expected"),
    [
        (variable("a"), "=", False, "sat"),
        (-variable("a"), ">", False, "unsat"),
        (-variable("a"), ">", True, "sat"),
        (as_polynomial(0), ">", False, "unsat"),
        (as_polynomial(0), "=", False, "sat"),
        (variable("a") * variable("a") + 1, "=", False, "unsat"),
        (variable("a") * variable("a") + 1, "=", True, "sat"),
        (variable("a") * Fraction(-2, 3) - Fraction(1, 7), ">=", False, "unsat"),
        (variable("a") * Fraction(2, 3) - Fraction(1, 7), "=", False, "sat"),
    ],
)
def test_rows_and_signs_are_passed_on(value, sense, free, expected):
    """Monomials are variables of their own: a free square may be negative."""
    form = system([row("r", value, sense)], [value] if free else [])
    assert discharge(linear_query(form)).answer == expected


@pytest.mark.parametrize(
    ("answers", "together", "disagreement"),
    [
        (("unsat", "unsat"), "unsat", False),
        (("sat", "sat"), "sat", False),
        (("unsat", "unknown"), "unknown", False),
        (("unknown", "unknown"), "unknown", False),
        (("unsat", "sat"), "unknown", True),
        (("unsat", "unknown", "sat"), "unknown", True),
        (("unsat",), "unknown", False),
        ((), "unknown", False),
    ],
)
def test_only_agreement_is_an_answer(answers, together, disagreement):
    query = sum_query(theorem_3_1.statement(), Size(1, 1))
    found = discharge(query, solvers=[Saying(given) for given in answers])
    assert isinstance(found, Discharge)
    assert (found.answer, found.disagreement) == (together, disagreement)
    assert [reply.answer for reply in found.replies] == list(answers)


def test_all_solvers_read_the_same_text():
    solvers = [Saying("unsat"), Saying("unsat")]
    query = sum_query(theorem_3_1.statement(), Size(1, 1))
    discharge(query, solvers=solvers)
    assert [solver.read for solver in solvers] == [[query.text], [query.text]]


def rows_of(task, folder):
    return run([task], folder, lambda _: None)


ASKING = [universal.all_sizes(STATEMENTS["theorem_3_1"]), universal.in_expectations(STATEMENTS["theorem_3_1"], PAIR)]
EACH = pytest.mark.parametrize("task", ASKING, ids=lambda task: task.scope[:20])


def answering(monkeypatch, *solvers):
    monkeypatch.setattr(universal, "discharge", lambda query: discharge(query, solvers=solvers))


@EACH
@pytest.mark.parametrize("answers", [("unsat", "unknown"), ("unknown", "unknown"), ("sat", "sat"), ("unsat",), ()])
def test_only_unsat_from_all_counts_as_proved(monkeypatch, tmp_path, task, answers):
    answering(monkeypatch, *(Saying(given, "out of time") for given in answers))
    with pytest.raises(Refused):
        task.find()
    (row,) = rows_of(task, tmp_path)
    assert (row.verdict, row.certificate, row.reached, row.broken) == ("UNKNOWN", "", False, False)
    assert row.reason.count("fake 1.0") == row.reason.count("out of time") == len(answers)


@EACH
@pytest.mark.parametrize("answers", [("unsat", "sat"), ("unsat", "unknown", "sat")])
def test_a_disagreement_breaks_the_row(monkeypatch, tmp_path, task, answers):
    answering(monkeypatch, *map(Saying, answers))
    with pytest.raises(Disagreement):
        task.find()
    (row,) = rows_of(task, tmp_path)
    assert (row.verdict, row.certificate, row.reached, row.broken) == ("UNKNOWN", "", False, True)


def test_a_disagreement_ends_the_run_with_exit_code_1(monkeypatch, tmp_path):
    answering(monkeypatch, Saying("unsat"), Saying("sat"))
    done = CliRunner().invoke(app, ["verify", "theorem 3.1", "--out", str(tmp_path)])
    assert done.exit_code == 1
    assert "Theorem 3.1 (n=1, |T|=1" in done.output
    assert "Theorem 3.1 (all finite games" in done.output
    assert "the solvers disagree: fake 1.0: unsat; fake 1.0: sat" in done.output


@EACH
def test_agreement_names_both_solvers(task):
    finding = task.find()
    assert finding.verdict == "PROVED"
    assert "z3 " in finding.trusts
    assert "cvc5 " in finding.trusts
