"""Statements with weaker hypotheses: proved from them, from no others, and stated for results that have them."""

import pytest

from alignproof.checks.universal.market import Size
from alignproof.games.polynomial import variable
from alignproof.symbolic import theorem_3_1, theorem_4_3, theorem_4_4, theorem_4_4_spare, theorem_5_1, weaker
from alignproof.symbolic.definitions import place, theorem_certificate
from alignproof.symbolic.induction import AnyNumber
from alignproof.symbolic.lemmas import lemmas, open_premises
from alignproof.symbolic.statement import polynomial
from alignproof.verification.universal import all_obligations
from tests.evidence import accepted

WEAK = [weaker.equation_2_for_one, weaker.offers_to_one, weaker.separable_in_one]
STRONG = [weaker.equation_3_of_one, weaker.signs_of_one, weaker.equilibrium_of_one]
PAIRS = [
    *((module, change) for module in (theorem_3_1, theorem_5_1) for change in WEAK),
    *((module, change) for module in (theorem_4_3, theorem_4_4, theorem_4_4_spare) for change in STRONG),
    (theorem_4_4, weaker.gain_of_others),
]


def named(pair):
    return getattr(pair, "__name__", "").rpartition(".")[2]


def proved(statement, digits, protocol):
    size = Size(*map(int, digits))
    return accepted(theorem_certificate(statement, place(statement, size, protocol)))


@pytest.mark.parametrize(("module", "change"), PAIRS, ids=named)
def test_the_stronger_statement_is_proved(module, change):
    statement = change(module.statement())
    protocol = "UP" if module in (theorem_4_4, theorem_4_4_spare) else "P"
    assert open_premises(statement) == set()
    assert all_obligations(statement)
    assert proved(statement, "232222112" if protocol == "UP" else "232211112", protocol)


@pytest.mark.parametrize(("module", "change"), PAIRS, ids=named)
def test_only_one_hypothesis_about_the_game_is_another(module, change):
    before, after = (
        {h.kernel for h in s.hypotheses if h.kernel} for s in (module.statement(), change(module.statement()))
    )
    (old,), (new,) = before - after, after - before
    (changed,) = (h for h in change(module.statement()).hypotheses if h.kernel == new)
    assert changed.part_of == old
    assert change(module.statement()).assumes(old)
    assert change(module.statement()).assumes(new)


@pytest.mark.parametrize("change", [*WEAK, *STRONG, weaker.gain_of_others], ids=named)
def test_a_result_without_the_hypothesis_has_no_weaker_one(change):
    other = theorem_4_3 if change in WEAK else theorem_3_1
    if change is not weaker.offers_to_one:
        with pytest.raises(KeyError):
            change(other.statement().without("equilibrium").without("weights"))


def test_what_else_a_payoff_depends_on_has_to_be_shown_to_stay():
    """By a lemma of its own; and the proof for sums of parts is no proof."""
    statement = weaker.separable_in_one(theorem_3_1.statement())
    assert "same rest j" in {name for lemma in lemmas(statement) for name in lemma.establishes}
    assert not proved(theorem_3_1.statement().replacing(weaker.IN_ONE.name, weaker.IN_ONE), "211211111", "P")


def test_the_rest_is_not_the_user_s_own_part():
    world = AnyNumber()
    premises = {p.name: polynomial(p.value) for p in weaker.separable_in_one(theorem_3_1.statement()).premises(world)}
    part = variable("lambda_j_1") * variable("F_dev_j_1")
    assert premises["dev payoff j"] == variable("eps_P") + variable("P_dev_j") - part - variable("rest_dev_j")
    assert premises["same rest j"] == variable("rest_dev_j") - variable("rest_ne_j")


def test_replacing_asks_for_a_name_that_is_there():
    with pytest.raises(KeyError):
        theorem_4_3.statement().replacing("goodwill", weaker.IN_ONE)
