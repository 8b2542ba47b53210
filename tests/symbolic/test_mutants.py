"""Mutants: each changes one thing, and none is left out."""

from collections import Counter

import pytest
import sympy

from alignproof.symbolic.induction import GENERIC, AnyNumber
from alignproof.symbolic.mutants import mutants
from alignproof.symbolic.statement import Size
from alignproof.verification.universal import STATEMENTS

EVERY = pytest.mark.parametrize("statement", STATEMENTS, ids=lambda s: s.result)
WORLDS = (AnyNumber(), Size(1, 1), Size(3, 2))


def values(statement, world):
    """What is nonnegative or zero, by name."""
    return {premise.name: sympy.expand(premise.value) for premise in statement.premises(world)}


@EVERY
def test_there_is_one_for_every_hypothesis_term_and_constant(statement):
    found = Counter(mutant.change.split()[0] for mutant in mutants(statement))
    terms = sum(len(sympy.Add.make_args(p.value)) for p in statement.premises(AnyNumber()))
    bound = len(sympy.Add.make_args(sympy.expand(statement.bound)))
    assert found == {"without": len(statement.hypotheses), "half": bound + 1, "minus": terms + bound + 1}


@EVERY
def test_no_two_are_the_same(statement):
    changes = [mutant.change for mutant in mutants(statement)]
    assert len(set(changes)) == len(changes)


@EVERY
def test_each_differs_from_the_statement_in_one_thing(statement):
    names = [h.name for h in statement.hypotheses]
    for mutant in mutants(statement):
        changed, kept = mutant.statement, [h.name for h in mutant.statement.hypotheses]
        if mutant.change.startswith("without"):
            assert kept == [name for name in names if f"without {name}" != mutant.change]
            assert (changed.bound, changed.guaranteed) == (statement.bound, statement.guaranteed)
        elif " in " in mutant.change:
            assert kept == names
            assert (changed.bound, changed.guaranteed) == (statement.bound, statement.guaranteed)
            for world in WORLDS:
                _turned(values(statement, world), values(changed, world))
        else:
            assert (changed.bound, changed.guaranteed) != (statement.bound, statement.guaranteed)
            assert changed.hypotheses == statement.hypotheses


def _turned(before, after):
    """One kind of premise has one of its terms turned round, at all its indices."""
    assert list(before) == list(after)
    different = {name for name in before if before[name] != after[name]}
    kinds = {" ".join(w for w in name.split() if w not in GENERIC and not w.isdigit()) for name in different}
    assert len(kinds) == (1 if different else 0)
    for name in different:
        turned = (before[name] - after[name]) / 2
        assert set(sympy.Add.make_args(sympy.expand(turned))) <= set(sympy.Add.make_args(before[name]))


@EVERY
def test_statements_are_not_changed_by_being_mutated(statement):
    before = values(statement, Size(2, 2))
    for mutant in mutants(statement):
        values(mutant.statement, Size(2, 2))
    assert values(statement, Size(2, 2)) == before
