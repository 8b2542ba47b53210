"""The canonical form is one and the same from every order, and tells apart what differs."""

from dataclasses import replace
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alignproof.counterexamples.shrink import canonical as module
from alignproof.counterexamples.shrink.canonical import canonical, canonical_form
from alignproof.counterexamples.smallest import indifferent, newcomer, robust_4_1
from alignproof.counterexamples.ties import with_ties_by_user
from alignproof.counterexamples.violations import Instance, certify, setting
from alignproof.games.algebra import ONE, ZERO
from alignproof.games.alignment import WeakWeights
from alignproof.games.model import Atom, Components, Game, Provider, User, common_ties
from alignproof.symbolic.rules import silent_profile
from alignproof.symbolic.theorem_3_1 import FACTORS
from tests.counterexamples.shrink.relabel import every_order, shuffled
from tests.counterexamples.shrink.test_select import INSTANCES


@pytest.mark.parametrize("name", INSTANCES)
@pytest.mark.parametrize("seed", range(3))
def test_every_order_has_the_same_form(name, seed):
    instance = INSTANCES[name]()
    form = canonical_form(instance)
    assert form.exact
    assert setting(canonical(shuffled(instance, Random(seed)))) == setting(form.instance)


@pytest.mark.parametrize("make", [indifferent, newcomer])
def test_all_orders_there_are(make):
    documents = [setting(canonical(other)) for other in every_order(make())]
    assert len(documents) >= 4
    assert all(document == documents[0] for document in documents)


@st.composite
def small(draw):
    """Two users, two providers, two states and three actions, their numbers drawn from few."""
    cell = st.sampled_from([ZERO, ONE])
    table = st.tuples(*[st.tuples(cell, cell)] * 3)
    users = tuple(User(f"user {i}", ("-",), ("a", "b", "c"), draw(table)) for i in range(2))
    half = Fraction(1, 2)
    payoffs = [Components((half, half), draw(st.tuples(table, table)), ZERO) for _ in range(2)]
    providers = tuple(Provider(f"provider {j}", ("x", "y"), payoff) for j, payoff in enumerate(payoffs))
    prior = tuple(Atom(half, y, (0, 0), (y, y)) for y in range(2))
    game = Game(users, providers, ("x", "y"), prior, ("0", "1"), "P", common_ties(users, 2, 2))
    weights = WeakWeights(dict(enumerate(payoffs)), {0: (ONE, ONE), 1: (ONE, ONE)}, (ZERO, ZERO))
    return Instance(game, silent_profile(game, "anonymous"), (0, 1), weights, FACTORS, (0, 1))


@given(small(), st.integers(0, 10**6), st.booleans())
@settings(max_examples=25, deadline=None)
def test_random_markets_have_one_form(instance, seed, ties):
    first, other = (canonical_form(one, ties) for one in (instance, shuffled(instance, Random(seed))))
    assert first.exact
    for each in (first, other):  # ties that were left out are carried along, whatever they are
        assert each.instance.game.users[0].name == "user 1"
    if ties:
        assert setting(first.instance) == setting(other.instance)
    else:
        assert first.instance.game.users == other.instance.game.users
        assert first.instance.game.providers == other.instance.game.providers


@pytest.mark.parametrize("name", INSTANCES)
def test_a_form_is_its_own_form(name):
    form = canonical(INSTANCES[name]())
    assert setting(canonical(form)) == setting(form)


def test_a_form_is_certified():
    claim = certify(canonical(newcomer()))["claim"]
    assert (claim["at_most"], claim["at_least"]) == ("1/2", "1")


def test_names_and_matching_are_plain():
    game = canonical(robust_4_1(Fraction(2, 5), ONE)).game
    assert game.states == ("y1", "y2", "y3")
    assert game.providers[0].features == game.states
    assert game.users[0].utility == ((1, 0, 0), (0, 1, 0), (0, 0, 1))


def test_what_differs_has_another_form():
    instance = robust_4_1(Fraction(1, 2), ONE)
    uneven = tuple(replace(atom, probability=Fraction(1 + y, 3)) for y, atom in enumerate(instance.game.prior))
    others = [
        replace(instance, game=replace(instance.game, prior=uneven)),
        replace(instance, game=with_ties_by_user(instance.game)),
        replace(instance, users=(0,)),
    ]
    forms = [setting(canonical(other)) for other in [instance, *others]]
    assert all(a != b for k, a in enumerate(forms) for b in forms[:k])


def test_a_form_from_too_few_orders_says_so(monkeypatch):
    monkeypatch.setattr(module, "MOST_ORDERS", 0)
    assert not canonical_form(robust_4_1(Fraction(2, 5), ONE), ties=False).exact
