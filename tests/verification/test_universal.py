"""Rows of the universal results: nothing passes without the solvers, the kernel, the lemmas, and the right claim."""

from dataclasses import replace

import pytest

from alignproof.formats.certificates import certificate
from alignproof.smt.discharge import discharge
from alignproof.smt.solvers import CVC5, Z3, Process
from alignproof.symbolic.expectations import symbol
from alignproof.symbolic.induction import obligation_documents
from alignproof.symbolic.statement import Hypothesis, Premise, Size
from alignproof.verification import universal
from alignproof.verification.run import run
from alignproof.verification.universal import (
    GLUE,
    STATEMENTS,
    WHERE,
    all_obligations,
    all_sizes,
    from_definitions,
    in_expectations,
    in_passing,
    second_opinion,
    universal_tasks,
)
from alignproof.verification.verdict import DEFINITIONS, EXPECTATIONS, WRITTEN_OUT, Disagreement, Refused
from tests.smt.fake import Saying

EVERY = pytest.mark.parametrize("statement", STATEMENTS, ids=lambda s: s.result)
MISSING = Process("no_such_solver", "no-such-solver", ("no-such-solver",))
BROKEN = Process("json", "z3-solver", ("no-such-command",))
SILENT = Process("json", "z3-solver", ("true",))


def asking(monkeypatch, *solvers):
    monkeypatch.setattr(universal, "discharge", lambda query: discharge(query, 5.0, solvers))


def row_of(task, folder):
    (row,) = run([task], folder, lambda _: None)
    return row


@EVERY
def test_rows_at_all_sizes_are_proved(statement, tmp_path):
    row = row_of(all_sizes(statement), tmp_path)
    assert (row.verdict, row.depth, row.reached) == ("PROVED", WRITTEN_OUT, True)
    assert all(part in row.trusts for part in ("kernel", GLUE, "z3 ", "cvc5 ", "agree"))


FEWER = {
    "cvc5 is missing": (Z3, MISSING),
    "z3 is missing": (MISSING, CVC5),
    "one cannot start": (Z3, BROKEN),
    "one is silent": (Z3, SILENT),
    "one alone": (Saying("unsat"),),
    "both say sat": (Saying("sat"), Saying("sat")),
    "none": (),
}


@EVERY
@pytest.mark.parametrize("solvers", FEWER.values(), ids=FEWER)
def test_a_row_without_both_solvers_is_unknown(monkeypatch, tmp_path, statement, solvers):
    asking(monkeypatch, *solvers)
    for task in (all_sizes(statement), in_expectations(statement, Size(2, 2))):
        row = row_of(task, tmp_path)
        assert (row.verdict, row.certificate, row.reached, row.broken) == ("UNKNOWN", "", False, False)


@EVERY
@pytest.mark.parametrize("liar", [Saying("sat")])
def test_a_solver_that_lies_breaks_the_row(monkeypatch, tmp_path, statement, liar):
    asking(monkeypatch, Z3, liar)
    for task in (all_sizes(statement), in_expectations(statement, Size(2, 2))):
        row = row_of(task, tmp_path)
        assert (row.verdict, row.reached, row.broken) == ("UNKNOWN", False, True)


def test_two_liars_do_not_get_past_the_kernel(monkeypatch, tmp_path):
    """If both solvers call unsat what is not, the certificate is still rejected."""
    statement = STATEMENTS[0]
    wrong = replace(statement, bound=statement.bound / 2)
    asking(monkeypatch, Saying("unsat"), Saying("unsat"))
    row = row_of(all_sizes(wrong), tmp_path)
    assert (row.verdict, row.reached) == ("UNKNOWN", False)
    assert "the kernel rejects" in row.reason


def test_a_second_opinion_is_one():
    (task,) = (t for t in [in_expectations(STATEMENTS[0], Size(1, 1))])
    assert "z3" in task.find().trusts
    query = universal.sum_query(STATEMENTS[0].without("switch"), Size(1, 1))
    with pytest.raises(Refused, match=r"z3 .*: sat; cvc5 .*: sat"):
        second_opinion(query)


def test_a_disagreement_is_no_refusal(monkeypatch):
    asking(monkeypatch, Saying("unsat"), Saying("sat"))
    with pytest.raises(Disagreement, match="the solvers disagree"):
        second_opinion(universal.sum_query(STATEMENTS[0], Size(1, 1)))


@EVERY
def test_a_statement_with_a_step_that_no_lemma_shows_has_no_row(statement):
    """Though its obligations all hold: the step would be assumed."""
    step = Hypothesis("a step", "", "", lambda world: [Premise("a step", symbol("p"), equal=True)], derived=True)
    more = replace(statement, hypotheses=(*statement.hypotheses, step))
    assert len(universal.obligations(more)) >= len(universal.obligations(statement))
    with pytest.raises(Refused, match="no lemma shows a step"):
        all_sizes(more)


def test_certificates_of_other_rows_are_not_taken():
    """Each row demands its own claim, whole: no obligation may be left out, changed or put in another's place."""
    for statement in STATEMENTS:
        task, shown = all_sizes(statement), all_obligations(statement)
        claims = [obligation_documents(o)[0] for o in shown]
        assert task.demands("obligations", {"obligations": claims}) == []
        assert task.demands("identity", {"obligations": claims})
        assert task.demands("obligations", {"obligations": claims[:-1]})
        assert task.demands("obligations", {"obligations": claims[::-1]})
        assert task.demands("obligations", {"obligations": [*claims, claims[0]]})
        assert task.demands("obligations", {})
        for other in STATEMENTS:
            if other is not statement:
                found = [obligation_documents(o)[0] for o in all_obligations(other)]
                assert task.demands("obligations", {"obligations": found})
        for mutant in (statement.without("range"), replace(statement, bound=statement.bound * 2)):
            same = [obligation_documents(o)[0] for o in all_obligations(mutant)]
            assert bool(task.demands("obligations", {"obligations": same})) == (mutant.bound != statement.bound)


def test_certificates_of_other_sizes_are_not_taken():
    tasks = [from_definitions(s, *where) for s in STATEMENTS for where in WHERE[s.result][:2]]
    documents = [task.find().certificate for task in tasks]
    for k, task in enumerate(tasks):
        for n, document in enumerate(documents):
            assert (task.demands(document["kind"], document["claim"]) == []) == (k == n)


def test_an_empty_certificate_is_rejected(tmp_path):
    task = all_sizes(STATEMENTS[0])
    empty = certificate("obligations", {"obligations": []}, {"proofs": []})
    forged = replace(task, find=lambda: universal.Finding("PROVED", empty), demands=lambda kind, claim: [])
    row = row_of(forged, tmp_path)
    assert (row.verdict, row.reached) == ("UNKNOWN", False)
    assert "nothing-concluded" in row.reason


def test_every_statement_has_rows_at_every_depth():
    tasks = list(universal_tasks())
    for statement in STATEMENTS:
        depths = [task.depth for task in tasks if task.result == statement.result]
        assert {depths.count(WRITTEN_OUT), min(depths.count(DEFINITIONS), 1), min(depths.count(EXPECTATIONS), 1)} == {1}
    scopes = [(task.result, task.scope, task.depth) for task in tasks]
    assert len(set(scopes)) == len(scopes)


def test_scopes_say_where_the_provider_speaks():
    for statement in STATEMENTS:
        scope = all_sizes(statement).scope
        assert "the provider speaks once" in scope
        assert ("the user opens" in scope) == statement.result.startswith("Theorem 4.4")


@pytest.mark.parametrize("task", list(in_passing()), ids=lambda task: f"{task.result}, {task.scope}")
def test_claims_made_in_passing(task, tmp_path):
    row = row_of(task, tmp_path)
    assert (row.verdict, row.reached) == ("PROVED", True)
