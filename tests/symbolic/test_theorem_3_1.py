"""Theorem 3.1 as an identity that the kernel replays."""

from copy import deepcopy
from fractions import Fraction

import pytest

from alignproof.oracles.systems import Refutation, decide
from alignproof.symbolic import theorem_3_1
from alignproof.symbolic.linear import identity_certificate, identity_claim, linear_system
from alignproof.symbolic.statement import Size
from tests.evidence import accepted

SIZES = [Size(1, 1), Size(2, 1), Size(1, 2), Size(2, 2), Size(3, 3)]
TWO = Fraction(2)


def proof(statement, size):
    refutation = decide(linear_system(statement, size))
    assert isinstance(refutation, Refutation)
    return identity_certificate(statement, size, refutation.multipliers)


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_identity_is_accepted(size):
    assert accepted(proof(theorem_3_1.statement(), size))


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("factors", [(Fraction(1), TWO), (TWO, Fraction(1)), (Fraction(3), TWO), (TWO, Fraction(0))])
def test_it_proves_no_other_slack(size, factors):
    """Not even a larger one: the identity is exact."""
    document = proof(theorem_3_1.statement(), size)
    document["claim"] = identity_claim(theorem_3_1.statement(factors), size)
    assert not accepted(document)


@pytest.mark.parametrize("name", [h.name for h in theorem_3_1.HYPOTHESES if h.premises(Size(2, 2))])
def test_it_uses_every_hypothesis(name):
    size = Size(2, 2)
    document = proof(theorem_3_1.statement(), size)
    document["claim"] = identity_claim(theorem_3_1.statement().without(name), size)
    assert not accepted(document)


def test_the_evidence_cannot_be_bent():
    document = proof(theorem_3_1.statement(), Size(2, 2))
    (goal,) = document["evidence"]
    products = document["evidence"][goal]["products"]
    for k in range(len(products)):
        for coefficient in ("0", "-1", "3"):
            bent = deepcopy(document)
            bent["evidence"][goal]["products"][k]["coefficient"] = coefficient
            assert not accepted(bent)
        bent = deepcopy(document)
        del bent["evidence"][goal]["products"][k]
        assert not accepted(bent)


def test_the_claim_names_all_hypotheses():
    statement, size = theorem_3_1.statement(), Size(3, 2)
    claim = identity_claim(statement, size)
    named = set(claim["nonnegative"]) | set(claim["zero"])
    assert named == {premise.name for premise in statement.premises(size)}
    assert len(named) == len(statement.premises(size))


def test_latex_mentions_the_bound():
    text = theorem_3_1.statement().latex()
    assert r"\ge" in text
    for part in ("C^*_{S,T}(i)", r"2 \varepsilon_{U}", r"2 \mu_{i} \varepsilon_{P}"):
        assert part in text
    assert r"\frac{3 \varepsilon_{U}}{2}" in theorem_3_1.statement((Fraction(3, 2), TWO)).latex()


def test_latex_subtracts_last():
    bound = theorem_3_1.statement().latex().split(r"\ge ")[1]
    assert bound == r"u_i^U(C^*_{S,T}(i)) - 2 \mu_{i} \varepsilon_{P} - 2 \varepsilon_{U}"


def test_hypotheses_are_dropped_by_name():
    statement = theorem_3_1.statement()
    for hypothesis in statement.hypotheses:
        rest = statement.without(hypothesis.name)
        assert len(rest.hypotheses) == len(statement.hypotheses) - 1
        assert hypothesis not in rest.hypotheses
    with pytest.raises(KeyError):
        statement.without("no such hypothesis")
