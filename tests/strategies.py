"""Hypothesis strategies for small rational games in which ties are likely."""

from fractions import Fraction
from itertools import product as tuples

from hypothesis import strategies as st

from alignproof.games.model import PLAYS, Atom, Components, Game, Provider, Table, Ties, User, common_ties
from alignproof.games.rules import Profile

PROTOCOLS = ("P", "U", "PP", "UP", "PU", "UPP", "PUP", "UPU", "PPU")
VALUES = tuple(Fraction(k, 4) for k in range(5))

values = st.sampled_from(VALUES)


def distributions(size):
    """Probabilities of ``size`` things, with small denominators and often zero."""
    certain = st.sampled_from([tuple(Fraction(k == sure) for k in range(size)) for sure in range(size)])
    weights = st.lists(st.integers(0, 2), min_size=size, max_size=size)
    return certain | weights.map(_normalised)


def _normalised(weights):
    weights = weights if any(weights) else [1, *weights[1:]]
    return tuple(Fraction(w, sum(weights)) for w in weights)


def sizes(least, most):
    """Sizes from ``least`` to ``most``, rather large than small: in small games nothing is at stake."""
    return st.sampled_from([*range(least, most + 1), most, most])


def tables(rows, columns, cells=values):
    """Tables ``[row][column]``."""
    row = st.tuples(*[cells] * columns)
    return st.tuples(*[row] * rows)


def garblings(sources, signals):
    """Garblings ``[x_P][z]``."""
    return st.tuples(*[distributions(signals)] * sources)


@st.composite
def games(
    draw,
    *,
    users=(1, 2),
    providers=(1, 3),
    states=(1, 3),
    actions=(2, 3),
    features=(1, 2),
    messages=(1, 3),
    protocols=PROTOCOLS,
    payoffs=("components", "table", "separable table"),
    ties=("common", "by user", "by provider"),
):
    """A game; pairs are bounds, the last three are choices."""
    state_names = tuple(f"y{k}" for k in range(draw(sizes(*states))))
    people = tuple(_user(draw, i, len(state_names), actions, features) for i in range(draw(sizes(*users))))
    sellers = tuple(
        Provider(f"P{j}", _names("x", draw(sizes(*features))), draw(payoff(people, len(state_names), payoffs)))
        for j in range(draw(sizes(*providers)))
    )
    protocol = draw(st.sampled_from(protocols))
    least, most = messages
    # Three messages and three rounds, or more than three own histories, are too many for brute force.
    narrow = len(protocol) > 2
    words = _names("m", draw(sizes(min(least, 2), min(most, 2)) if narrow else sizes(least, most)))
    prior = _prior(draw, len(state_names), people, sellers)
    how = draw(st.sampled_from(ties))
    return Game(people, sellers, state_names, prior, words, protocol, _ties(draw, how, people, sellers, words))


def _names(letter, count):
    return tuple(f"{letter}{k}" for k in range(count))


def _user(draw, index, states, actions, features):
    count = draw(sizes(*actions))
    names = tuple(draw(st.permutations(["a", "b", "c"]))[:count])
    own = _names("x", draw(sizes(*features)))
    return User(f"U{index}", own, names, draw(tables(count, states)))


def _prior(draw, states, users, providers):
    kinds = [states, *(len(who.features) for who in (*users, *providers))]
    points = list(tuples(*map(range, kinds)))
    # Often features tell something about the state.
    telling = [p for p in points if all(x == p[0] % kind for x, kind in zip(p[1:], kinds[1:], strict=True))]
    support = list(telling) if draw(st.sampled_from([True, True, False])) else []
    for _ in range(draw(sizes(0 if support else 1, 3))):
        support.append(points[draw(st.integers(0, len(points) - 1))])
    support = list(dict.fromkeys(support))
    weights = draw(st.lists(st.integers(1, 3), min_size=len(support), max_size=len(support)))
    n = 1 + len(users)
    return tuple(
        Atom(Fraction(w, sum(weights)), point[0], point[1:n], point[n:])
        for point, w in zip(support, weights, strict=True)
    )


@st.composite
def payoff(draw, users, states, kinds=("components", "table", "separable table")):
    """A provider's payoff, within [0, 1]."""
    kind = draw(st.sampled_from(kinds))
    if kind == "table":
        return Table({a: draw(st.tuples(*[values] * states)) for a in _profiles(users)})
    unit = st.sampled_from((Fraction(0), Fraction(1, 2), Fraction(1)))
    weights = tuple(draw(st.sampled_from((Fraction(0), Fraction(1, 4), Fraction(1, 2)))) for _ in users)
    parts = tuple(draw(tables(len(user.actions), states, unit)) for user in users)
    bare = Components(weights, parts, Fraction(0))
    reached = [bare.value(a, y) for a in _profiles(users) for y in range(states)]
    low, high = -min(reached), 1 - max(reached)
    constant = draw(st.sampled_from((Fraction(0), low, high, (low + high) / 2)))
    split = Components(weights, parts, constant)
    if kind == "components":
        return split
    return Table({a: tuple(split.value(a, y) for y in range(states)) for a in _profiles(users)})


def _profiles(users):
    return tuples(*(range(len(user.actions)) for user in users))


def _ties(draw, how, users, providers, messages):
    orders = [st.permutations(range(size)).map(tuple) for size in (len(providers), len(messages))]
    if how == "common":
        priority = draw(st.permutations(["a", "b", "c"]))
        named = [name for name in priority if any(name in user.actions for user in users)]
        return common_ties(users, len(providers), len(messages), named, draw(orders[0]), draw(orders[1]))
    repeats = 1 if how == "by provider" else len(providers)

    def per_provider(order):
        return tuple(draw(order) for _ in range(len(providers) // repeats)) * repeats

    return Ties(
        providers=tuple(draw(orders[0]) for _ in users),
        actions=tuple(per_provider(st.permutations(range(len(user.actions))).map(tuple)) for user in users),
        messages=tuple(per_provider(orders[1]) for _ in users),
    )


@st.composite
def rules(draw, game, provider, sources=None):
    """A rule of ``provider``, or one that reads ``sources`` signals instead of his feature."""
    sources = len(game.providers[provider].features) if sources is None else sources
    return {
        (source, prefix): draw(distributions(len(game.messages)))
        for source in range(sources)
        for prefix in game.prefixes("P")
    }


@st.composite
def offers(draw, game, provider, play):
    """What ``provider`` offers the users, one rule each."""
    if play == "anonymous":
        return (draw(rules(game, provider)),) * len(game.users)
    return tuple(draw(rules(game, provider)) for _ in game.users)


@st.composite
def profiles(draw, game, plays=PLAYS):
    """A profile of ``game``."""
    play = draw(st.sampled_from(plays))
    return Profile(play, tuple(draw(offers(game, j, play)) for j in range(len(game.providers))))


@st.composite
def markets(draw, plays=PLAYS, **bounds):
    """A game and a profile."""
    game = draw(games(**bounds))
    return game, draw(profiles(game, plays))


@st.composite
def meetings(draw, **bounds):
    """A game, a user, a provider, and a rule of his."""
    game = draw(games(**bounds))
    provider = draw(st.integers(0, len(game.providers) - 1))
    return game, draw(st.integers(0, len(game.users) - 1)), provider, draw(rules(game, provider))
