from fractions import Fraction
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from alignproof import strategies
from alignproof.games.algebra import RATIONAL
from alignproof.games.garbling import READINGS, SharedRule, condition, feature_masses, image, is_common, shared_value
from alignproof.games.model import Atom, Components, Game, Provider, User, common_ties
from tests import brute

MODERATE = settings(deadline=None, max_examples=80)
HALF, QUARTER = Fraction(1, 2), Fraction(1, 4)
ZERO, ONE = Fraction(0), Fraction(1)


def enumerated_image(game, provider, reading, garbling, user):
    """The joint distribution of the condition and z, atom by atom."""
    signals = len(garbling[0])
    masses = {}
    for atom in game.prior:
        for z in range(signals):
            known = {"state": (), "state and user": (atom.user_features[user],), "state and users": atom.user_features}
            given_ = (atom.state, *known[reading])
            chance = atom.probability * garbling[atom.provider_features[provider]][z]
            masses[given_, z] = masses.get((given_, z), 0) + chance
    return masses


def drawn_shared(data, game, signals=2):
    """A garbling per provider, common or not, and a rule; garblings that ignore the feature are common."""
    constant = data.draw(st.booleans())
    row = data.draw(strategies.distributions(signals))
    garblings = {
        j: (row,) * len(who.features) if constant else data.draw(strategies.garblings(len(who.features), signals))
        for j, who in enumerate(game.providers)
    }
    return SharedRule(garblings, data.draw(strategies.rules(game, 0, signals)))


@MODERATE
@given(strategies.games(providers=(2, 3)), st.data())
def test_common_means_equal_joint_distributions(game, data):
    shared = drawn_shared(data, game)
    for reading, i in product(READINGS, range(len(game.users))):
        images = [enumerated_image(game, j, reading, g, i) for j, g in shared.garblings.items()]
        assert is_common(game, shared, reading, i) == all(other == images[0] for other in images)


@MODERATE
@given(strategies.games(), st.data())
def test_images_and_masses_are_joint_probabilities(game, data):
    shared = drawn_shared(data, game)
    for reading in READINGS:
        for j, garbling in shared.garblings.items():
            masses = feature_masses(game, j, reading, 0)
            assert set(masses) == {condition(reading, atom, 0) for atom in game.prior}
            assert sum(sum(row) for row in masses.values()) == 1
            cells = {
                (given_, z): p
                for given_, row in image(game, j, reading, garbling, 0).items()
                for z, p in enumerate(row)
            }
            assert cells == enumerated_image(game, j, reading, garbling, 0)
            assert sum(cells.values()) == 1


@MODERATE
@given(strategies.games(), st.data())
def test_common_given_state_and_users_is_common_given_the_state(game, data):
    shared = drawn_shared(data, game)
    assert is_common(game, shared, "state", 0) or not is_common(game, shared, "state and users", 0)


@MODERATE
@given(strategies.games(users=(1, 1), features=(1, 1), providers=(2, 2)), st.data())
def test_the_readings_agree_when_users_know_nothing(game, data):
    shared = drawn_shared(data, game)
    assert is_common(game, shared, "state", 0) == is_common(game, shared, "state and users", 0)


@MODERATE
@given(strategies.games(providers=(1, 2)), st.data())
def test_the_value_of_a_shared_rule_is_that_of_the_game_whose_provider_observes_the_signal(game, data):
    shared = drawn_shared(data, game)
    i = data.draw(st.integers(0, len(game.users) - 1))
    j = data.draw(st.integers(0, len(game.providers) - 1))
    garbling = shared.garblings[j]
    # The same market, except that provider j sees z and nothing else.
    who = Provider("j", ("z0", "z1"), game.providers[j].payoff)
    providers = (*game.providers[:j], who, *game.providers[j + 1 :])
    prior = tuple(
        Atom(
            atom.probability * garbling[atom.provider_features[j]][z],
            atom.state,
            atom.user_features,
            (*atom.provider_features[:j], z, *atom.provider_features[j + 1 :]),
        )
        for atom in game.prior
        for z in range(2)
    )
    seen = Game(game.users, providers, game.states, prior, game.messages, game.protocol, game.ties)
    how = brute.choice(seen, i, j, shared.rule)
    assert shared_value(RATIONAL, game, i, j, shared) == brute.value(seen, i, j, shared.rule, how)


def signal_game(users_know, first_knows, second_knows):
    """Two fair bits, y and x. The user is paid for guessing y; features are functions of (y, x)."""
    utility = ((ONE, ZERO), (ZERO, ONE))
    user = User("U", ("0", "1"), ("0", "1"), utility)
    payoff = Components((ONE,), (((HALF, HALF),) * 2,), ZERO)
    providers = tuple(Provider(f"P{j}", ("0", "1"), payoff) for j in range(2))
    prior = tuple(
        Atom(QUARTER, y, (users_know(y, x),), (first_knows(y, x), second_knows(y, x)))
        for y in range(2)
        for x in range(2)
    )
    return Game((user,), providers, ("0", "1"), prior, ("0", "1"), "P", common_ties((user,), 2, 2))


TELL = {(z, ()): tuple(Fraction(m == z) for m in range(2)) for z in range(2)}
IDENTITY = ((ONE, ZERO), (ZERO, ONE))
NOISE = ((HALF, HALF), (HALF, HALF))


def test_given_the_state_alone_the_value_of_a_shared_rule_may_depend_on_who_deploys_it():
    # The first provider sees y xor x, the user sees x; together they know y. Given y, his signal is a fair coin, so
    # by Definition 2.8 the second provider can simulate it by tossing one, which tells the user nothing.
    game = signal_game(lambda y, x: x, lambda y, x: y ^ x, lambda y, x: 0)
    shared = SharedRule({0: IDENTITY, 1: NOISE}, TELL)
    assert is_common(game, shared, "state", 0)
    assert not is_common(game, shared, "state and users", 0)
    assert shared_value(RATIONAL, game, 0, 0, shared) == 1
    assert shared_value(RATIONAL, game, 0, 1, shared) == HALF


def test_given_state_and_users_a_shared_signal_that_is_common_is_worth_the_same():
    game = signal_game(lambda y, x: x, lambda y, x: y, lambda y, x: 1 - y)
    shared = SharedRule({0: IDENTITY, 1: IDENTITY[::-1]}, TELL)
    assert is_common(game, shared, "state and users", 0)
    assert shared_value(RATIONAL, game, 0, 0, shared) == shared_value(RATIONAL, game, 0, 1, shared) == 1


@st.composite
def exchangeable(draw):
    """A game whose second provider sees a copy of the first's feature, blurred or relabelled, and a common garbling."""
    game = draw(strategies.games(providers=(1, 1), ties=("common", "by user")))
    (first,) = game.providers
    names = tuple(f"w{k}" for k in range(draw(st.integers(1, 2))))
    blur = draw(strategies.garblings(len(first.features), len(names)))
    prior = tuple(
        Atom(atom.probability * chance, atom.state, atom.user_features, (atom.provider_features[0], w))
        for atom in game.prior
        for w, chance in enumerate(blur[atom.provider_features[0]])
        if chance
    )
    providers = (first, Provider("copy", names, first.payoff))
    second = draw(strategies.garblings(len(names), 2))
    through = tuple(tuple(sum(b * second[w][z] for w, b in enumerate(row)) for z in range(2)) for row in blur)
    ties = common_ties(game.users, 2, len(game.messages))
    market = Game(game.users, providers, game.states, prior, game.messages, game.protocol, ties)
    return market, SharedRule({0: through, 1: second}, draw(strategies.rules(market, 0, 2)))


@MODERATE
@given(exchangeable())
def test_a_garbling_of_a_garbling_is_common_and_worth_the_same_whoever_deploys_it(case):
    game, shared = case
    assert is_common(game, shared, "state and users", 0)
    for i in range(len(game.users)):
        assert shared_value(RATIONAL, game, i, 0, shared) == shared_value(RATIONAL, game, i, 1, shared)


@MODERATE
@given(strategies.games(providers=(2, 3)), st.data())
def test_shared_rules_that_are_common_given_state_and_users_are_worth_the_same(game, data):
    shared = drawn_shared(data, game)
    if is_common(game, shared, "state and users", 0):
        for i in range(len(game.users)):
            values = {shared_value(RATIONAL, game, i, j, shared) for j in shared.garblings}
            assert len(values) == 1
