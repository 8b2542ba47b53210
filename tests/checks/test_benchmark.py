"""The benchmark's two halves: an explicit shared rule below, multipliers over garblings above."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alignproof import strategies
from alignproof.checks.benchmark import benchmark_system, check_at_least, check_at_most, producers, read_team
from alignproof.checks.linear import Rejected
from alignproof.formats.certificates import multipliers_document
from alignproof.games.document import InputError, Node
from alignproof.games.garbling import READINGS
from alignproof.oracles import benchmarks
from alignproof.oracles.systems import Refutation, decide
from tests import brute
from tests.forged.truth import shared_optimum
from tests.forged.valid import noisy

FEW = settings(deadline=None, max_examples=30)
SIZES = {"users": (1, 2), "providers": (1, 2), "states": (1, 2), "actions": (2, 2), "features": (1, 2)}
small = strategies.games(**SIZES, protocols=("P",), messages=(2, 2), payoffs=("components",))


def at_most(game, user, team, reading, value):
    """Whether some multipliers make the kernel accept ``value`` as an upper bound."""
    proofs = []
    for j in producers(team, reading):
        found = decide(benchmark_system(game, user, team, reading, j, value))
        proofs.append(multipliers_document(found.multipliers) if isinstance(found, Refutation) else {})
    try:
        check_at_most(game, user, team, reading, value, Node(proofs))
    except Rejected:
        return False
    return True


@FEW
@given(small, st.sampled_from(READINGS))
def test_the_smallest_upper_bound_is_the_optimum_over_garblings(game, reading):
    team = tuple(range(len(game.providers)))
    optimum = shared_optimum(game, 0, team, reading)
    assert at_most(game, 0, team, reading, optimum)
    assert not at_most(game, 0, team, reading, optimum - Fraction(1, 10**6))


@FEW
@given(small, st.sampled_from(READINGS), st.data())
def test_no_rule_of_a_provider_on_his_own_is_worth_more_to_her(game, reading, data):
    rule = data.draw(strategies.rules(game, 0))
    worth = brute.best_value(game, 0, 0, rule)
    optimum = benchmarks.benchmark(game, 0, (0,), reading)
    assert worth <= optimum.value
    if optimum.shared is not None:
        check_at_least(game, 0, (0,), reading, optimum.value, Node(optimum.at_least))


@FEW
@given(small.filter(lambda game: len(game.providers) == 2))
def test_a_smaller_team_and_a_coarser_condition_leave_more_to_share(game):
    values = {
        (team, reading): shared_optimum(game, 0, team, reading) for team in ((0,), (0, 1)) for reading in READINGS
    }
    alone, together = values[(0,), "state"], values[(0, 1), "state and users"]
    assert together <= values[(0, 1), "state"]
    assert together <= alone


def _rule(*chances):
    return [{"feature": str(z), "send": {"m0": p, "m1": str(1 - Fraction(p))}} for z, p in enumerate(chances)]


def _evidence(garblings):
    return Node({"producer": "provider 0", "sources": ["0", "1"], "garblings": garblings, "rule": _rule("1", "0")})


IDENTITY, BLIND = [["1", "0"], ["0", "1"]], [["1/2", "1/2"], ["1/2", "1/2"]]


def test_garblings_must_have_equal_images_under_the_reading():
    game = noisy()
    check_at_least(game, 0, (0, 1), "state", Fraction(1, 2), _evidence([BLIND, BLIND]))
    for reading in READINGS:
        with pytest.raises(Rejected, match="not-common"):
            check_at_least(game, 0, (0, 1), reading, Fraction(0), _evidence([IDENTITY, BLIND]))


def test_garblings_may_agree_given_the_state_but_not_given_the_users_features_too():
    """Both see the user's coin: one as it is, one turned around, and it is as likely heads as tails."""
    game = noisy()
    atoms = [
        replace(game.prior[0], probability=Fraction(1, 4), state=y, user_features=(c,), provider_features=(c, 1 - c))
        for y in range(2)
        for c in range(2)
    ]
    turned = replace(game, prior=tuple(atoms))
    check_at_least(turned, 0, (0, 1), "state", Fraction(1, 2), _evidence([IDENTITY, IDENTITY]))
    with pytest.raises(Rejected, match="not-common"):
        check_at_least(turned, 0, (0, 1), "state and users", Fraction(1, 2), _evidence([IDENTITY, IDENTITY]))


@pytest.mark.parametrize("garbling", [[["2", "-1"], ["0", "1"]], [["1/2", "1/3"], ["0", "1"]]])
def test_garblings_are_distributions(garbling):
    with pytest.raises(InputError):
        check_at_least(noisy(), 0, (0,), "state", Fraction(0), _evidence([garbling]))


def test_a_rule_that_is_worth_less_is_rejected():
    with pytest.raises(Rejected, match="value-not-reached"):
        check_at_least(noisy(), 0, (0,), "state", Fraction(1), _evidence([IDENTITY]))


@pytest.mark.parametrize("names", [[], ["provider 0", "provider 0"], ["nobody"], "provider 0"])
def test_teams_are_not_empty_and_do_not_repeat(names):
    with pytest.raises(InputError):
        read_team(Node(names), noisy())
