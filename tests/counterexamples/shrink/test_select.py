"""Parts of instances: what is left is a game, and what stays has not changed."""

from dataclasses import replace
from fractions import Fraction
from random import Random

import pytest

from alignproof.counterexamples import garbling, rounds, ties, turns
from alignproof.counterexamples.shrink.select import everything, played, select
from alignproof.counterexamples.smallest import newcomer, one_bit, robust_4_1
from alignproof.counterexamples.violations import certify, setting
from alignproof.games.algebra import RATIONAL
from alignproof.games.model import Table
from alignproof.games.outcome import outcome
from alignproof.symbolic import proposition_a_1, theorem_3_1
from tests.counterexamples.shrink.relabel import shuffled

HALF = Fraction(1, 2)
INSTANCES = {
    "garbling": lambda: garbling.literal_garbling(theorem_3_1.FACTORS),
    "ties": ties.ties_by_provider,
    "turns": turns.too_few_openings,
    "rounds": rounds.instance,
    "newcomer": newcomer,
    "one bit": one_bit,
    "robust": lambda: robust_4_1(Fraction(2, 5), Fraction(1)),
}


def without_name(instance):
    atoms = sorted(instance.game.prior, key=lambda atom: (atom.state, atom.user_features, atom.provider_features))
    return setting(replace(instance, game=replace(instance.game, name="", prior=tuple(atoms))))


@pytest.mark.parametrize("name", INSTANCES)
def test_everything_changes_nothing(name):
    instance = INSTANCES[name]()
    assert without_name(select(instance, everything(instance))) == without_name(instance)


@pytest.mark.parametrize("name", INSTANCES)
def test_another_order_brings_about_the_same(name):
    instance = INSTANCES[name]()
    before = outcome(RATIONAL, played(instance), instance.profile)
    other = shuffled(instance, Random(3))
    after = outcome(RATIONAL, played(other), other.profile)
    assert sorted(user.value for user in after.users) == sorted(user.value for user in before.users)
    assert sorted(after.payoffs) == sorted(before.payoffs)
    assert other.weights.errors(other.game) == instance.weights.errors(instance.game)


def test_a_state_that_goes_leaves_the_rest_in_proportion():
    instance = robust_4_1(Fraction(2, 5), Fraction(1))
    left = select(instance, replace(everything(instance), states=((0,), (2,))))
    assert [atom.probability for atom in left.game.prior] == [HALF, HALF]
    assert left.game.states == ("1", "3")
    assert list(left.game.users[0].utility) == [(1, 0), (0, 0), (0, 1)]


def test_states_that_merge_leave_means():
    instance = robust_4_1(Fraction(2, 5), Fraction(1))
    left = select(instance, replace(everything(instance), states=((0, 1), (2,))))
    assert left.game.users[0].utility == ((HALF, 0), (HALF, 0), (0, 1))
    assert {atom.state: atom.probability for atom in left.game.prior if atom.state} == {1: Fraction(1, 3)}
    assert left.weights.errors(left.game) == (0, 0)


def test_messages_that_merge_add_up():
    instance = one_bit()
    left = select(instance, replace(everything(instance), messages=((1, 0),)))
    assert set(left.profile.rules[0][0].values()) == {(Fraction(1),)}


def test_a_users_share_goes_with_her():
    instance = one_bit()
    left = select(instance, replace(everything(instance), users=(1,)))
    assert left.users == (0,)
    assert left.game.providers[0].payoff.weights == (HALF,)
    assert left.weights.users == {0: (1,)}


def test_a_table_keeps_the_entries_of_who_stays():
    instance = one_bit()
    coupled = replace(instance, game=proposition_a_1.game())
    entries = select(replace(coupled, profile=instance.profile), everything(coupled)).game.providers[0].payoff
    assert entries == coupled.game.providers[0].payoff
    assert isinstance(entries, Table)


@pytest.mark.parametrize("field", ["users", "providers", "states", "messages"])
def test_nothing_is_left_of_nothing(field):
    instance = one_bit()
    assert select(instance, replace(everything(instance), **{field: ()})) is None


def test_the_part_that_is_left_is_certified_anew():
    """Without the third state nothing is left to be said against three: two states are the market for eps = 1/2."""
    instance = robust_4_1(Fraction(2, 5), Fraction(1))
    states, acts = ((0,), (1,)), ((0, 1), (0, 1))
    left = select(instance, replace(everything(instance), states=states, actions=acts, provider_features=(states,) * 2))
    claim = certify(left)["claim"]
    assert (claim["at_most"], claim["at_least"]) == ("1/2", "1")
