"""Games, and users who enter them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import count
from itertools import product as tuples
from string import ascii_lowercase
from typing import Literal, TypedDict, TypeVar, Unpack

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument
from hypothesis.strategies import DrawFn, SearchStrategy

from alignproof.games.algebra import ONE, ZERO
from alignproof.games.augment import Entrant
from alignproof.games.model import Atom, Components, Game, Payoff, Provider, Table, Ties, User, common_ties
from alignproof.strategies.numbers import Bound, Grid, distributions, sizes, tables, values

PROTOCOLS = ("P", "U", "PP", "UP", "PU", "UPP", "PUP", "UPU", "PPU")

PayoffForm = Literal["components", "table", "separable table"]
"""A provider's payoff: components (Definition 2.13), any table, or components written as a table."""

TieRule = Literal["common", "by user", "by provider"]
"""Ties: one order for all (Definition 2.5), or orders that depend on the user, or on the provider she talks to too."""


class Bounds(TypedDict, total=False):
    """What may be said about the games to draw, as keyword arguments.

    Pairs are the least and the most: of users, providers, states, actions of a user, private features of a user or a
    provider, messages. Choices are sequences, simplest first: protocols, forms of payoffs, kinds of ties. There are
    only as many messages as keep the number of transcripts, |M|^R, within ``transcripts``, or the least.
    """

    users: Bound
    providers: Bound
    states: Bound
    actions: Bound
    features: Bound
    messages: Bound
    protocols: Sequence[str]
    payoffs: Sequence[PayoffForm]
    ties: Sequence[TieRule]
    transcripts: int


DEFAULTS = Bounds(
    users=(1, 2),
    providers=(1, 3),
    states=(1, 3),
    actions=(2, 3),
    features=(1, 2),
    messages=(1, 3),
    protocols=PROTOCOLS,
    payoffs=("components", "table", "separable table"),
    ties=("common", "by user", "by provider"),
    transcripts=9,
)
"""Small enough for brute force."""


def filled(given: Bounds, defaults: Bounds = DEFAULTS) -> Bounds:
    """The bounds given, filled up. Raises InvalidArgument on a name that is no bound."""
    unknown = sorted(set(given) - set(DEFAULTS))
    if unknown:
        raise InvalidArgument(f"no such bound: {', '.join(unknown)}; there are {', '.join(DEFAULTS)}")
    return DEFAULTS | defaults | given


@dataclass(frozen=True)
class Shape:
    """What is there before utilities and payoffs: numbers of states and providers, and every user's actions.

    ``most`` are the most actions and states that there could be.
    """

    states: int
    providers: int
    actions: tuple[tuple[str, ...], ...]
    most: tuple[int, int]

    def profiles(self) -> Iterator[tuple[int, ...]]:
        """Every action profile (a_1, ..., a_n)."""
        return tuples(*(range(len(own)) for own in self.actions))

    def tables(self, user: int, cells: SearchStrategy[Fraction] = values) -> SearchStrategy[Grid]:
        """Tables ``[a][y]`` of a user.

        Drawn at the largest size, the last action and state first, and cut: so actions and states can go, in
        shrinking, with all else in place, and what is not 0 moves to the ones that stay.
        """
        whole, own = tables(*self.most, cells), len(self.actions[user])
        return whole.map(lambda grid: tuple(row[::-1][: self.states] for row in grid[::-1][:own]))


T = TypeVar("T")

Content = Callable[[DrawFn, Shape], tuple[Sequence[Grid], Sequence[Payoff], T]]
"""Draws the users' utilities and the providers' payoffs, and says more about them."""


def built(draw: DrawFn, bounds: Bounds, content: Content[T]) -> tuple[Game, T]:
    """A game within (filled) bounds that has the given content, and what the content says."""
    states = draw(sizes(bounds["states"]))
    pool = _action_names(max(3, bounds["actions"][1]))
    actions = [_some(draw, pool, bounds["actions"]) for _ in range(draw(sizes(bounds["users"])))]
    shape = Shape(states, draw(sizes(bounds["providers"])), tuple(actions), (bounds["actions"][1], bounds["states"][1]))
    utilities, payoffs, more = content(draw, shape)
    users = tuple(
        User(f"U{i}", _features(draw, bounds), own, utility)
        for i, (own, utility) in enumerate(zip(actions, utilities, strict=True))
    )
    providers = tuple(Provider(f"P{j}", _features(draw, bounds), payoff) for j, payoff in enumerate(payoffs))
    protocol = draw(st.sampled_from(bounds["protocols"]))
    messages = _names("m", draw(sizes(_message_bound(bounds, len(protocol)))))
    prior = _prior(draw, states, users, providers)
    ties = _ties(draw, draw(st.sampled_from(bounds["ties"])), users, len(providers), len(messages), pool)
    return Game(users, providers, _names("y", states), prior, messages, protocol, ties), more


@st.composite
def games(draw: DrawFn, **bounds: Unpack[Bounds]) -> Game:
    """Games within :class:`Bounds`, by default at most 2 users and 3 providers, states, actions and messages.

    Numbers have small denominators, so that ties occur. Shrinks to few players, states and messages, to payoffs and
    utilities of 0, to equally likely states that features tell, and to ties by the order of listing.
    """
    given = filled(bounds)

    def free(draw: DrawFn, shape: Shape) -> tuple[Sequence[Grid], Sequence[Payoff], None]:
        utilities = [draw(shape.tables(i)) for i in range(len(shape.actions))]
        return utilities, [draw(payoffs(shape, given["payoffs"])) for _ in range(shape.providers)], None

    return built(draw, given, free)[0]


@st.composite
def payoffs(draw: DrawFn, shape: Shape, forms: Sequence[PayoffForm] = DEFAULTS["payoffs"]) -> Payoff:
    """Payoffs of a provider, within [0, 1]. Shrinks to 0."""
    form = draw(st.sampled_from(forms))
    if form == "table":
        return Table({a: draw(st.tuples(*[values] * shape.states)) for a in shape.profiles()})
    unit = st.sampled_from((ZERO, Fraction(1, 2), ONE))
    # Weights of 1/2 at most, and never more than 1 in all.
    half = Fraction(1, max(2, len(shape.actions)))
    weights = tuple(draw(st.sampled_from((ZERO, half / 2, half))) for _ in shape.actions)
    parts = tuple(draw(shape.tables(i, unit)) for i in range(len(shape.actions)))
    split = draw(lifted(shape, weights, parts))
    return split if form == "components" else tabulated(shape, split)


def lifted(shape: Shape, weights: Sequence[Fraction], parts: Sequence[Grid]) -> SearchStrategy[Components]:
    """Components with these weights and parts, and a constant that keeps the payoff within [0, 1]: weights sum to at
    most 1, parts lie in [0, 1]. Shrinks to the constant that is nearest to 0."""
    bare = Components(tuple(weights), tuple(parts), ZERO)
    reached = [bare.value(a, y) for a in shape.profiles() for y in range(shape.states)]
    low, high = -min(reached), 1 - max(reached)
    nearest = min(max(ZERO, low), high)
    return st.sampled_from((nearest, low, high, (low + high) / 2)).map(
        lambda constant: Components(bare.weights, bare.parts, constant)
    )


def tabulated(shape: Shape, payoff: Components) -> Table:
    """The same payoff as a table."""
    return Table({a: tuple(payoff.value(a, y) for y in range(shape.states)) for a in shape.profiles()})


@st.composite
def entrants(draw: DrawFn, game: Game, actions: Bound = (2, 3), features: Bound = (1, 2)) -> Entrant:
    """New users for ``game`` (Section 5); the old users' ties stay. Shrinks to one who has nothing at stake."""
    names = _some(draw, _action_names(max(3, actions[1])), actions)
    own = _names("x", draw(sizes(features)))
    name = next(name for name in ("new" + "'" * k for k in count()) if name not in game.user_names)
    grids = tables(len(names), len(game.states))
    user = User(name, own, names, draw(grids))
    k, old = len(game.providers), game.ties
    fresh = common_ties((user,), k, len(game.messages), draw(st.permutations(names)), draw(st.permutations(range(k))))
    return Entrant(
        user,
        tuple(draw(distributions(len(own))) for _ in game.prior),
        tuple(draw(st.sampled_from((Fraction(1, 2), Fraction(1, 4), Fraction(2, 3)))) for _ in game.providers),
        tuple(draw(grids) for _ in game.providers),
        Ties(old.providers + fresh.providers, old.actions + fresh.actions, old.messages + fresh.messages),
    )


def _names(letter: str, number: int) -> tuple[str, ...]:
    return tuple(f"{letter}{k}" for k in range(number))


def _action_names(number: int) -> list[str]:
    return [ascii_lowercase[k] if k < 26 else f"a{k}" for k in range(number)]


def _some(draw: DrawFn, pool: Sequence[str], bound: Bound) -> tuple[str, ...]:
    """Some names of a pool, in any order: users share some of their actions."""
    return tuple(draw(st.permutations(pool))[: draw(sizes(bound))])


def _features(draw: DrawFn, bounds: Bounds) -> tuple[str, ...]:
    return _names("x", draw(sizes(bounds["features"])))


def _message_bound(bounds: Bounds, rounds: int) -> Bound:
    least, most = bounds["messages"]
    while most > least and most**rounds > bounds["transcripts"]:
        most -= 1
    return least, most


def _prior(draw: DrawFn, states: int, users: Sequence[User], providers: Sequence[Provider]) -> tuple[Atom, ...]:
    kinds = [len(user.features) for user in users] + [len(provider.features) for provider in providers]
    # Often features tell something about the state.
    telling = [(y, *(y % kind for kind in kinds)) for y in range(states)]
    support = telling if draw(st.sampled_from([True, True, False])) else []
    point = st.tuples(*(st.integers(0, kind - 1) for kind in (states, *kinds)))
    drawn = [draw(point) for _ in range(draw(st.sampled_from([0, 1, 2, 3, 3, 3] if support else [1, 2, 3, 3, 3])))]
    support = list(dict.fromkeys([*support, *drawn]))
    weights = [draw(st.integers(1, 3)) for _ in support]
    n = 1 + len(users)
    return tuple(
        Atom(Fraction(w, sum(weights)), place[0], place[1:n], place[n:])
        for place, w in zip(support, weights, strict=True)
    )


def _ties(
    draw: DrawFn, how: TieRule, users: Sequence[User], providers: int, messages: int, pool: Sequence[str]
) -> Ties:
    of_providers, of_messages = (_orders(size) for size in (providers, messages))
    if how == "common":
        return common_ties(
            users, providers, messages, draw(_shared(users, pool)), draw(of_providers), draw(of_messages)
        )
    repeats = 1 if how == "by provider" else providers

    def each(order: SearchStrategy[tuple[int, ...]]) -> tuple[tuple[int, ...], ...]:
        return tuple(draw(order) for _ in range(providers // repeats)) * repeats

    return Ties(
        providers=tuple(draw(of_providers) for _ in users),
        actions=tuple(each(_orders(len(user.actions))) for user in users),
        messages=tuple(each(of_messages) for _ in users),
    )


def _orders(size: int) -> SearchStrategy[tuple[int, ...]]:
    return st.permutations(range(size)).map(tuple)


def _shared(users: Sequence[User], pool: Sequence[str]) -> SearchStrategy[list[str]]:
    """Orders of all actions that some user has."""
    known = {name for user in users for name in user.actions}
    return st.permutations([name for name in pool if name in known])
