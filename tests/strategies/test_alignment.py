"""Aligned markets are aligned, says the kernel and says arithmetic; and Theorem 3.1 holds in them, and no more."""

from fractions import Fraction
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from alignproof import strategies
from alignproof.checks.kernel import check
from alignproof.formats.certificates import alignment_document, certificate, team_claim
from alignproof.formats.documents import dump, game_document
from alignproof.games.alignment import StrongWeights, WeakWeights
from alignproof.games.augment import augment
from alignproof.games.document import parse
from alignproof.games.files import read_game
from alignproof.games.model import separable_parts
from tests.forged.truth import aligned
from tests.strategies.bounds import shortfalls, stable, violated

MODERATE = settings(deadline=None, max_examples=60)
EPS = st.sampled_from((Fraction(0), Fraction(1, 8), Fraction(1, 3)))
WIDE = {"users": (1, 3), "providers": (1, 4), "states": (1, 3), "actions": (1, 4)}
SEEN = settings(deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
ANY = st.one_of(
    EPS.flatmap(strategies.aligned_markets),
    st.tuples(EPS, EPS).flatmap(lambda eps: strategies.weakly_aligned(*eps, **WIDE)),
    EPS.flatmap(lambda eps: strategies.strongly_aligned(eps, **WIDE)),
)


@MODERATE
@given(ANY)
def test_the_kernel_accepts_every_market_at_its_errors(market):
    claim = team_claim(market.game, market.team, alignment=alignment_document(market.weights, market.eps))
    document = dump(certificate("aligned", claim, {}))
    assert check(parse(document.encode())) == "aligned"
    assert aligned(claim)
    assert market.weights.faults(market.game) == []


@MODERATE
@given(ANY)
def test_the_game_is_a_game(market):
    assert read_game(parse(dump(game_document(market.game)).encode())) == market.game


@MODERATE
@given(strategies.aligned_markets())
def test_without_errors_the_equations_hold_exactly(market):
    assert not any(market.weights.errors(market.game))


@MODERATE
@given(strategies.aligned_markets(Fraction(1, 3), payoffs=("components", "separable table")))
def test_payoffs_are_separable_whatever_the_errors(market):
    assert all(separable_parts(market.game, j) for j in range(len(market.game.providers)))


@pytest.mark.parametrize(
    ("markets", "made"),
    [
        (strategies.weakly_aligned(Fraction(1, 8), Fraction(1, 3)), (Fraction(1, 8), Fraction(1, 3))),
        (strategies.strongly_aligned(Fraction(1, 3), payoffs=("components",)), (Fraction(1, 3),)),
        (strategies.strongly_aligned(Fraction(1, 8), payoffs=("table",)), (Fraction(1, 8),)),
    ],
    ids=["weak", "strong", "strong, coupled"],
)
def test_errors_are_made_in_full(markets, made):
    find(markets, lambda market: market.weights.errors(market.game) == made, settings=SEEN, random=Random(0))


def test_weights_vary():
    """Several providers of T share a user, ratios are not all 1, and somebody is outside T."""
    weak = strategies.weakly_aligned(providers=(2, 3))
    find(weak, lambda m: sum(row[0] > 0 for row in m.weights.users.values()) > 1, settings=SEEN, random=Random(0))
    find(weak, lambda m: m.weights.slack(0, (0, 1), (0, 1)) not in (0, 1), settings=SEEN, random=Random(0))
    find(weak, lambda m: 0 not in m.team, settings=SEEN, random=Random(0))


def test_negative_errors_are_refused():
    @settings(suppress_health_check=list(HealthCheck))
    @given(strategies.aligned_markets(Fraction(-1)))
    def drawn(market):
        pass

    with pytest.raises(InvalidArgument, match="not negative"):
        drawn()


@MODERATE
@given(strategies.instances(strategies.aligned_markets() | strategies.aligned_markets(Fraction(1, 8)), entering=True))
def test_instances_have_a_profile_of_the_game_that_is_played(instance):
    played = augment(instance.game, instance.entrant)
    assert [len(row) for row in instance.profile.rules] == [len(played.users)] * len(played.providers)
    form = {WeakWeights: "personalized", StrongWeights: "anonymous"}[type(instance.weights)]
    assert instance.profile.play == form


# Theorem 3.1 --------------------------------------------------------------------------------------------------------

SMALL = {
    "users": (1, 2),
    "providers": (1, 2),
    "states": (2, 2),
    "actions": (2, 3),
    "messages": (3, 3),
    "protocols": ("P",),
    "payoffs": ("components",),
}
ERRORS = st.sampled_from((Fraction(0), Fraction(1, 8)))
INSTANCES = strategies.instances(
    st.tuples(ERRORS, ERRORS).flatmap(lambda eps: strategies.weakly_aligned(*eps, **SMALL))
)


@pytest.mark.slow
def test_theorem_3_1_holds_wherever_a_profile_is_an_equilibrium():
    """And says something: in many of the equilibria a user has something to learn."""
    at_stake = []

    @settings(MODERATE, max_examples=150, derandomize=True, database=None)
    @given(INSTANCES)
    def holds(instance):
        if stable(instance):
            assert not violated(instance)
            at_stake.append(any(difference != 0 for difference, _ in shortfalls(instance)))

    holds()
    assert len(at_stake) >= 30
    assert sum(at_stake) >= 3


LONE = SMALL | {"users": (1, 1), "providers": (1, 1)}
SEARCH = settings(max_examples=3000, deadline=None, database=None, suppress_health_check=list(HealthCheck))


def falsified(errors, holds):
    """The smallest instance found, of one user and one provider, against a claim about instances."""
    markets = strategies.weakly_aligned(*errors, **LONE)
    return find(strategies.instances(markets), lambda i: not holds(i), settings=SEARCH, random=Random(0))


@pytest.mark.slow
def test_without_its_slack_the_bound_is_falsified():
    """Silence in a market where the provider cares less than the user which action she takes in a state."""
    found = falsified((Fraction(1, 8), Fraction(0)), lambda i: not violated(i, Fraction(0)) or not stable(i))
    assert stable(found)
    ((difference, slack),) = shortfalls(found)
    assert 0 < difference <= slack


@pytest.mark.slow
def test_without_equilibrium_the_bound_is_falsified():
    """Without errors, too: silence, where a user has something to learn."""
    found = falsified((Fraction(0), Fraction(0)), lambda i: not violated(i))
    assert not stable(found)
    ((difference, slack),) = shortfalls(found)
    assert difference > slack == 0
