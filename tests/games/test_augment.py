import json
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alignproof import strategies
from alignproof.formats.documents import dump, entrant_document
from alignproof.games.algebra import RATIONAL
from alignproof.games.augment import Entrant, augment, read_entrant
from alignproof.games.document import InputError, parse
from alignproof.games.model import Components, Table, User, common_ties
from alignproof.games.outcome import outcome
from alignproof.games.rules import Profile
from alignproof.symbolic.theorem_4_1 import game as theorem_game
from tests import brute

MODERATE = settings(deadline=None, max_examples=50)


@st.composite
def entries(draw, **bounds):
    """A game, an entrant, and a profile for the augmented game."""
    game = draw(strategies.games(providers=(1, 2), protocols=("P", "PU", "UP"), messages=(1, 2), **bounds))
    entrant = draw(strategies.entrants(game))
    return game, entrant, draw(strategies.profiles(augment(game, entrant)))


@MODERATE
@given(entries())
def test_payoffs_are_blended_as_in_section_5(entry):
    game, entrant, _ = entry
    larger = augment(game, entrant)
    for j, beta in enumerate(entrant.shares):
        assert type(larger.providers[j].payoff) is type(game.providers[j].payoff)
        for actions in larger.action_profiles():
            for y in range(len(game.states)):
                old = brute.payoff_at(game, j, actions[:-1], y)
                blended = (1 - beta) * old + beta * entrant.parts[j][actions[-1]][y]
                assert brute.payoff_at(larger, j, actions, y) == blended
                assert larger.providers[j].payoff.value(actions, y) == blended
                assert 0 <= blended <= 1


@MODERATE
@given(entries())
def test_the_prior_is_an_extension(entry):
    game, entrant, _ = entry
    larger = augment(game, entrant)
    marginal = {}
    for atom in larger.prior:
        key = (atom.state, atom.user_features[:-1], atom.provider_features)
        marginal[key] = marginal.get(key, 0) + atom.probability
    assert marginal == {(a.state, a.user_features, a.provider_features): a.probability for a in game.prior}
    first = entrant.features[0]
    split = [a.probability / game.prior[0].probability for a in larger.prior[: len(first)]]
    assert tuple(split) == first


@MODERATE
@given(entries())
def test_old_users_fare_as_before(entry):
    game, entrant, profile = entry
    larger = augment(game, entrant)
    before = outcome(RATIONAL, game, Profile(profile.play, tuple(row[:-1] for row in profile.rules)))
    after = outcome(RATIONAL, larger, profile)
    assert after.users[:-1] == before.users


@MODERATE
@given(entries())
def test_the_augmented_game_is_that_of_the_enumeration(entry):
    game, entrant, profile = entry
    larger = augment(game, entrant)
    played = brute.users_play(larger, profile)
    found = outcome(RATIONAL, larger, profile)
    assert tuple(who.value for who in found.users) == played.values
    assert found.payoffs == brute.payoffs(larger, profile, played)


@MODERATE
@given(entries(payoffs=("components",)))
def test_components_and_tables_are_augmented_alike(entry):
    game, entrant, profile = entry
    listed = tuple(
        replace(
            who,
            payoff=Table(
                {a: tuple(who.payoff.value(a, y) for y in range(len(game.states))) for a in game.action_profiles()}
            ),
        )
        for who in game.providers
    )
    tabled = outcome(RATIONAL, augment(replace(game, providers=listed), entrant), profile)
    larger = augment(game, entrant)
    assert isinstance(larger.providers[0].payoff, Components)
    assert tabled == outcome(RATIONAL, larger, profile)


@MODERATE
@given(entries())
def test_an_entrant_survives_its_document(entry):
    game, entrant, _ = entry
    assert read_entrant(parse(dump(entrant_document(game, entrant)).encode()), game) == entrant


@pytest.fixture(scope="module")
def small():
    game = theorem_game(Fraction(1, 2), Fraction(3, 4), Fraction(2), 2)
    user = User("new", ("p", "q"), ("a", "z"), ((Fraction(1),) * 2, (Fraction(0),) * 2))
    half = Fraction(1, 2)
    part = ((Fraction(0), half), (half, Fraction(1)))
    ties = common_ties((*game.users, user), 2, 2)
    return game, Entrant(user, ((half, half),) * len(game.prior), (half, half), (part, part), ties)


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (lambda d: d["shares"].__setitem__(0, "0"), "$.shares"),
        (lambda d: d["shares"].__setitem__(1, "1"), "$.shares"),
        (lambda d: d["shares"].pop(), "$.shares"),
        (lambda d: d["features"][1].__setitem__(0, "1/3"), "$.features[1]"),
        (lambda d: d["features"].pop(), "$.features"),
        (lambda d: d["parts"][1][0].__setitem__(1, "3/2"), "$.parts[1][0][1]"),
        (lambda d: d["parts"][1].pop(), "$.parts[1]"),
        (lambda d: d["user"].pop("utility"), "$.user"),
        (lambda d: d["ties"]["providers"].pop(), "$.ties.providers"),
        (lambda d: d.pop("user"), "$"),
        (lambda d: d.update(extra="1"), "$.extra"),
    ],
)
def test_an_unusable_entrant_is_refused(small, change, path):
    game, entrant = small
    document = entrant_document(game, entrant)
    assert read_entrant(parse(json.dumps(document).encode()), game) == entrant
    change(document)
    with pytest.raises(InputError) as error:
        read_entrant(parse(json.dumps(document).encode()), game)
    assert error.value.path == path


def test_ties_left_out_follow_the_order_of_listing(small):
    game, entrant = small
    document = entrant_document(game, entrant)
    del document["ties"]
    assert read_entrant(parse(json.dumps(document).encode()), game) == entrant
