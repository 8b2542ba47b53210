"""The proofs tell a statement from its mutants; those that survive are the hypotheses that no proof uses."""

import json
from functools import partial

import pytest

from alignproof.symbolic.definitions import place, theorem_certificate
from alignproof.symbolic.mutants import mutants
from alignproof.verification import mutation, universal
from alignproof.verification.mutation import fates
from alignproof.verification.universal import STATEMENTS, WHERE, market_size

NOT_USED = {
    "Theorem 3.1": {"errors", "nonnegative weights", "nonnegative components", "coverage", "range"},
    "Theorem 4.3": {"errors", "range", "ties"},
    "Theorem 4.4": {"errors", "range", "ties"},
    "Theorem 4.4 with a spare message": {"errors", "range", "ties"},
    "Theorem 5.1": {"errors", "nonnegative weights", "nonnegative components", "coverage", "range"},
}
"""The paper's hypotheses that the proofs do without."""


@pytest.mark.slow
def test_survivors_are_the_hypotheses_that_no_proof_uses(monkeypatch, capsys, tmp_path):
    found = list(fates())
    assert len(found) == sum(len(list(mutants(statement))) for statement in STATEMENTS) > 200
    survivors = {(fate.statement.result, fate.mutant.change) for fate in found if not fate.killed}
    assert survivors == {(result, f"without {name}") for result, names in NOT_USED.items() for name in names}
    monkeypatch.setattr(mutation, "fates", lambda: iter(found))
    mutation.main([str(tmp_path / "build" / "mutants.json")])
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(found) + 1
    assert lines[-1].startswith(f"{len(found) - len(survivors)} of {len(found)} mutants killed")
    rows = json.loads((tmp_path / "build" / "mutants.json").read_text())
    assert [list(row) for row in rows] == [list(mutation.KEYS)] * len(found)
    assert {(row["result"], row["mutant"]) for row in rows if row["fate"] == "proved"} == survivors


def test_what_is_not_used_is_not_in_the_kernels_claim_nor_a_premise():
    for statement in STATEMENTS:
        for hypothesis in statement.hypotheses:
            if hypothesis.name in NOT_USED[statement.result]:
                assert hypothesis.kernel is None
                assert not hypothesis.premises(universal.Size(3, 3))


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda s: s.result)
def test_the_statements_themselves_pass(statement):
    digits, protocol = WHERE[statement.result][1]
    where = place(statement, market_size(digits), protocol)
    assert mutation._fault(partial(mutation._induction, statement)) == ""
    assert mutation._fault(partial(theorem_certificate, statement, where)) == ""


@pytest.mark.slow
@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda s: s.result)
def test_all_that_are_killed_are_killed_at_all_sizes(statement):
    """So the proof at all sizes needs no place to be told from its mutants."""
    for mutant in mutants(statement):
        survives = mutant.change in {f"without {name}" for name in NOT_USED[statement.result]}
        assert bool(mutation._fault(partial(mutation._induction, mutant.statement))) != survives, mutant.change


def test_open_premises_that_are_ignored_are_noticed(monkeypatch):
    """Without them all sizes would be proved without the ties that a proof needs, and only a place would tell."""
    monkeypatch.setattr(universal, "open_premises", lambda statement: set())
    kept = {
        (statement.result, name)
        for statement in STATEMENTS
        for name in ("ties", "common garbling", "messages", "opening")
        if name in {h.name for h in statement.hypotheses} - NOT_USED[statement.result]
        and not mutation._fault(partial(mutation._induction, statement.without(name)))
    }
    assert ("Theorem 3.1", "ties") in kept
    assert ("Theorem 4.4", "messages") in kept
