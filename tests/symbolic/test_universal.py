"""Every universal statement: it follows at small sizes, and from no fewer hypotheses."""

import pytest

from alignproof.checks.kernel import check
from alignproof.checks.linear import Rejected
from alignproof.formats.documents import dump
from alignproof.games.document import parse
from alignproof.oracles.systems import Refutation, Solution, decide
from alignproof.symbolic import theorem_3_1, theorem_4_3, theorem_4_4, theorem_5_1
from alignproof.symbolic.linear import identity_certificate, linear_system
from alignproof.symbolic.statement import Size

STATEMENTS = {m.__name__.split(".")[-1]: m.statement() for m in (theorem_3_1, theorem_4_3, theorem_4_4, theorem_5_1)}
SIZES = [Size(1, 1), Size(2, 2), Size(3, 1), Size(4, 4)]
HYPOTHESES = [
    (name, hypothesis.name)
    for name, statement in STATEMENTS.items()
    for hypothesis in statement.hypotheses
    if hypothesis.premises(Size(2, 2))
]


def certified(statement, size):
    refutation = decide(linear_system(statement, size))
    assert isinstance(refutation, Refutation)
    return identity_certificate(statement, size, refutation.multipliers)


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("name", STATEMENTS)
def test_the_kernel_accepts_the_identity(name, size):
    assert check(parse(dump(certified(STATEMENTS[name], size)).encode())) == "identity"


@pytest.mark.parametrize(("name", "hypothesis"), HYPOTHESES)
def test_every_hypothesis_is_needed(name, hypothesis):
    assert isinstance(decide(linear_system(STATEMENTS[name].without(hypothesis), Size(2, 2))), Solution)


@pytest.mark.parametrize("name", STATEMENTS)
def test_the_identity_is_not_one_without_a_hypothesis_that_it_uses(name):
    document = certified(STATEMENTS[name], Size(2, 2))
    removed = document["claim"]["nonnegative"].pop("switch")
    assert removed
    with pytest.raises(Rejected, match="unknown-hypothesis"):
        check(parse(dump(document).encode()))


@pytest.mark.parametrize("name", STATEMENTS)
def test_there_is_no_hypothesis_of_another_name(name):
    with pytest.raises(KeyError):
        STATEMENTS[name].without("goodwill")


@pytest.mark.parametrize("name", STATEMENTS)
def test_the_latex_shows_benchmark_and_slack(name):
    latex = STATEMENTS[name].latex()
    assert r"\ge" in latex
    assert "C^*_{S,T" in latex
    assert r"\varepsilon" in latex
