"""Bounds that are met, and hypotheses that are: certified at every size."""

from dataclasses import replace
from fractions import Fraction

import pytest

from alignproof.counterexamples.tightness import (
    RESULTS,
    STAKE,
    Shape,
    delta_certificates,
    instance,
    shapes,
    tight,
    witness,
)
from alignproof.counterexamples.violations import certify, certify_ratio, ratio, setting
from alignproof.games.algebra import ONE, ZERO
from alignproof.oracles.alignments import smallest_strong
from alignproof.oracles.deviations import Unknown
from tests.evidence import accepted

HALF = Fraction(1, 2)
SOME = [Shape(1, 1, 1, 1, 1), Shape(2, 2, 2, 3, 2), Shape(2, 3, 3, 2, 3), Shape(3, 1, 2, 3, 1), Shape(3, 3, 3, 3, 3)]
SOME_TYPED = [Shape(1, 1, 2, 2, 2, 2), Shape(2, 2, 3, 3, 2, 2)]
SHARES = {
    "Theorem 3.1": (ONE, ZERO, HALF),
    "Theorem 5.1": (ONE, ZERO, HALF),
    "Theorem 4.3": (ONE,),
    "Theorem 4.4": (ONE,),
}


def _cases(chosen):
    return [(result, shape) for result in RESULTS for shape in shapes(result, chosen[0].features) if shape in chosen]


EVERY = [(result, shape) for result in RESULTS for shape in shapes(result)]
TYPED = [(result, shape) for result in RESULTS for shape in shapes(result, 2)]


def _is_a_witness(result, shape):
    """All hypotheses hold with positive errors, in an equilibrium that costs every user something if it can."""
    game_instance = witness(result, shape)
    document = certify_ratio(game_instance)
    claim = document["claim"]
    (alignment,) = claim["alignment"].values()
    assert accepted(document)
    assert len(claim["users"]) == shape.users
    assert all(Fraction(eps) > 0 for eps in alignment["eps"])
    assert all(len(p.features) <= shape.messages for p in game_instance.game.providers)
    lost = Fraction(claim["at_least"]) - Fraction(claim["at_most"])
    assert lost > 0 if shape.informative else lost == 0


@pytest.mark.parametrize(("result", "shape"), _cases(SOME) + _cases(SOME_TYPED), ids=str)
def test_hypotheses_are_met(result, shape):
    _is_a_witness(result, shape)


def test_every_size_is_listed():
    assert [len(shapes(result)) for result in RESULTS] == [243, 243, 162, 243]


@pytest.mark.slow
@pytest.mark.parametrize(("result", "shape"), EVERY, ids=str)
def test_hypotheses_are_met_at_every_size(result, shape):
    _is_a_witness(result, shape)


@pytest.mark.slow
@pytest.mark.parametrize(("result", "shape"), TYPED, ids=str)
def test_hypotheses_are_met_with_private_features(result, shape):
    _is_a_witness(result, shape)


@pytest.mark.parametrize("shape", [Shape(1, 1, 3, 2, 2), Shape(2, 2, 3, 2, 2), Shape(3, 2, 3, 3, 3)], ids=str)
@pytest.mark.parametrize(("result", "share"), [(r, s) for r in RESULTS for s in SHARES[r]])
def test_bounds_are_met_exactly(result, share, shape):
    case = tight(result, shape, share)
    document = certify_ratio(case)
    assert accepted(document)
    assert ratio(document["claim"], case.factors) == 1
    assert not accepted(certify(case))


@pytest.mark.parametrize(("key", "value"), [("factors", ["2"]), ("factors", ["0"]), ("kind", "bound-violated")])
def test_a_ratio_cannot_be_bent(key, value):
    document = certify_ratio(witness("Theorem 4.3", Shape(2, 1, 3, 2, 2)))
    assert accepted(document)
    bent = document | {"kind": value} if key == "kind" else document | {"claim": document["claim"] | {key: value}}
    assert not accepted(bent)


def test_losing_less_than_the_slack_is_no_violation_and_more_is_not_met():
    case = tight("Theorem 3.1", Shape(1, 1, 3, 2, 2), HALF)
    halved = replace(case, factors=(ONE, ONE))
    violated = certify(halved)
    assert accepted(violated)
    assert not accepted(violated | {"kind": "bound-met"})


@pytest.mark.parametrize(("users", "reached"), [(1, ONE), (2, HALF), (3, Fraction(1, 3))])
def test_users_of_one_provider_share_the_slack_of_theorem_4_3(users, reached):
    """All stakes equal: each loses her part of what one of them could lose."""
    case = witness("Theorem 4.3", Shape(users, 1, 3, 2, 2))
    assert ratio(certify_ratio(case)["claim"], case.factors) == reached


def test_the_best_weights_give_the_same_bound():
    """For every lambda the error is at least lambda times the stake, so that 2 eps / lambda is never smaller."""
    case = tight("Theorem 4.3", Shape(1, 1, 3, 2, 2), ONE)
    fit = smallest_strong(case.game, (0,))
    assert fit.eps < case.weights.errors(case.game)[0]
    assert fit.weights.slack(0, (fit.eps,), case.factors) == 2 * STAKE
    best = certify_ratio(replace(case, weights=fit.weights))
    assert accepted(best)
    assert ratio(best["claim"], case.factors) == 1


@pytest.mark.parametrize("shape", [Shape(1, 1, 1, 1, 1), Shape(2, 2, 3, 3, 2), Shape(2, 2, 2, 3, 2, 2)], ids=str)
def test_a_round_is_worth_nothing_in_the_market_of_theorem_4_4(shape):
    case = witness("Theorem 4.4", shape)
    documents = delta_certificates(case)
    assert all(map(accepted, documents))
    claims = [document["claim"] for document in documents]
    assert [claim["game"]["protocol"] for claim in claims] == ["UP", "P"] * shape.users
    assert {claim["value"] for claim in claims} == {certify_ratio(case)["claim"]["at_least"]}


def test_a_claim_says_what_its_setting_is():
    for result in RESULTS:
        case = witness(result, Shape(2, 1, 3, 2, 2))
        claim = certify_ratio(case)["claim"]
        assert claim | setting(case) == claim


def test_with_two_actions_some_slack_is_left():
    case = witness("Theorem 4.3", Shape(1, 1, 2, 2, 2))
    assert ratio(certify_ratio(case)["claim"], case.factors) == HALF


def test_stakes_have_bounds():
    with pytest.raises(ValueError, match="stakes lie in"):
        instance("Theorem 3.1", Shape(1, 1, 3, 2, 2), (Fraction(1, 9),), ONE, (0,))


def test_theorem_4_4_needs_messages():
    with pytest.raises(ValueError, match="as many messages"):
        witness("Theorem 4.4", Shape(2, 1, 2, 2, 1))


def test_a_profile_that_is_no_equilibrium_has_no_certificate():
    """Paid for bets alone, the provider tells."""
    case = tight("Theorem 4.3", Shape(1, 1, 3, 2, 2), ONE)
    provider = case.game.providers[0]
    (part,) = provider.payoff.parts
    eager = replace(provider, payoff=replace(provider.payoff, parts=(((ZERO, ZERO), *part[1:]),)))
    assert isinstance(certify(replace(case, game=replace(case.game, providers=(eager,)))), Unknown)
