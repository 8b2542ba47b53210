"""A finite market game (paper, Section 2): users, providers, a common prior, utilities, a protocol and tie-breaking.

Index sets, used in every module: users ``i``, providers ``j``, states ``y``, actions ``a`` of a user, private
features ``x`` of a user or a provider, messages ``m``. All are integers from 0; names are for people.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product as tuples
from typing import Literal

from alignproof.games.algebra import Number, total

Play = Literal["personalized", "anonymous"]
"""Which game the providers play: Definition 2.2 or Definition 2.3."""

PLAYS: tuple[Play, ...] = ("personalized", "anonymous")


Part = Sequence[Sequence[Number]]
"""``[a][y]``: a number per action of one user and state."""

Parts = tuple[tuple[tuple[Number, ...], ...], ...]
"""``[i][a][y]``: a number per user, action of hers and state."""


@dataclass(frozen=True)
class User:
    """A user: her private features, her actions and her utility ``utility[a][y]`` in [0, 1]."""

    name: str
    features: tuple[str, ...]
    actions: tuple[str, ...]
    utility: tuple[tuple[Number, ...], ...]


@dataclass(frozen=True)
class Components:
    """A separable payoff: the sum over users i of ``weights[i] * parts[i][a_i][y]``, plus ``constant``.

    The form of Definition 2.13 (lambda_{j,i}, F_{j,i}, c_j): weights and parts are nonnegative.
    """

    weights: tuple[Number, ...]
    parts: Parts
    constant: Number

    def value(self, actions: Sequence[int], state: int) -> Number:
        """The payoff at an action profile and a state."""
        return total(self.part(i, a, state) for i, a in enumerate(actions)) + self.constant

    def part(self, user: int, action: int, state: int) -> Number:
        """User ``user``'s weighted term ``lambda_{j,i} F_{j,i}(a_i, y)``."""
        return self.weights[user] * self.parts[user][action][state]


@dataclass(frozen=True)
class Table:
    """A payoff listed for every action profile: ``entries[actions][y]``."""

    entries: dict[tuple[int, ...], tuple[Number, ...]]

    def value(self, actions: Sequence[int], state: int) -> Number:
        """The payoff at an action profile and a state."""
        return self.entries[tuple(actions)][state]


Payoff = Components | Table


@dataclass(frozen=True)
class Provider:
    """A provider: his private features and his payoff ``payoff.value(a_1..a_n, y)`` in [0, 1]."""

    name: str
    features: tuple[str, ...]
    payoff: Payoff


@dataclass(frozen=True)
class Atom:
    """One point of the prior: a state, every player's features, and its probability."""

    probability: Number
    state: int
    user_features: tuple[int, ...]
    provider_features: tuple[int, ...]


@dataclass(frozen=True)
class Ties:
    """Who wins a tie, by priority: orders over providers, actions and messages.

    ``providers[i]``, ``actions[i][j]`` and ``messages[i][j]`` are permutations: user i's order when she picks a
    provider, and her orders of actions and of own messages when she talks to provider j. The paper (Definition 2.5)
    assumes one order common to all users and blind to the provider: see :func:`common_ties`.
    """

    providers: tuple[tuple[int, ...], ...]
    actions: tuple[tuple[tuple[int, ...], ...], ...]
    messages: tuple[tuple[tuple[int, ...], ...], ...]


@dataclass(frozen=True)
class Game:
    """A market game (Section 2). ``protocol`` gives the speaker of each of the R messages of a conversation."""

    users: tuple[User, ...]
    providers: tuple[Provider, ...]
    states: tuple[str, ...]
    prior: tuple[Atom, ...]
    messages: tuple[str, ...]
    protocol: str
    ties: Ties
    name: str = ""

    @property
    def user_names(self) -> tuple[str, ...]:
        """The users' names."""
        return tuple(user.name for user in self.users)

    @property
    def provider_names(self) -> tuple[str, ...]:
        """The providers' names."""
        return tuple(provider.name for provider in self.providers)

    def prefixes(self, speaker: str) -> Iterator[tuple[int, ...]]:
        """Every transcript after which ``speaker``, "P" or "U", sends the next message."""
        for length, turn in enumerate(self.protocol):
            if turn == speaker:
                yield from tuples(range(len(self.messages)), repeat=length)

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many actions each user has and how many states there are: a point is (a_1, ..., a_n, y)."""
        return (*(len(user.actions) for user in self.users), len(self.states))

    def action_profiles(self) -> Iterator[tuple[int, ...]]:
        """Every action profile (a_1, ..., a_n)."""
        return tuples(*(range(len(user.actions)) for user in self.users))


def common_ties(
    users: Sequence[User],
    providers: int,
    messages: int,
    action_priority: Sequence[str] = (),
    provider_priority: Sequence[int] = (),
    message_priority: Sequence[int] = (),
) -> Ties:
    """One order of actions, providers and messages for all users, blind to the provider asked (Definition 2.5).

    Each priority may be partial or empty: what it leaves out follows in the order of listing.
    """
    order = dict.fromkeys([*action_priority, *(name for user in users for name in user.actions)])
    by_action = tuple(tuple(user.actions.index(a) for a in order if a in user.actions) for user in users)
    provider_order = tuple(dict.fromkeys((*provider_priority, *range(providers))))
    message_order = tuple(dict.fromkeys((*message_priority, *range(messages))))
    action_orders = tuple((actions,) * providers for actions in by_action)
    return Ties((provider_order,) * len(users), action_orders, ((message_order,) * providers,) * len(users))


def tabulated(game: Game, cell: Callable[[int, int, int], Number]) -> Parts:
    """``cell(i, a, y)`` for every user, action of hers and state."""
    rows = ((i, range(len(user.actions))) for i, user in enumerate(game.users))
    return tuple(tuple(tuple(cell(i, a, y) for y in range(len(game.states))) for a in row) for i, row in rows)


def separable_parts(game: Game, provider: int) -> tuple[Parts, tuple[Number, ...]] | None:
    """The payoff of ``provider`` as ``sum_i part[i][a_i][y] + rest[y]``, or None if no such form exists.

    Unique up to terms that depend on the state alone; here every user's first action has part 0 when the payoff is a
    table.
    """
    payoff = game.providers[provider].payoff
    if isinstance(payoff, Components):
        return tabulated(game, payoff.part), (payoff.constant,) * len(game.states)
    origin = (0,) * len(game.users)
    rest = payoff.entries[origin]
    parts = tabulated(game, lambda i, a, y: payoff.value((*origin[:i], a, *origin[i + 1 :]), y) - rest[y])
    cells = ((actions, y, base) for actions in game.action_profiles() for y, base in enumerate(rest))
    fits = (total(parts[i][a][y] for i, a in enumerate(at)) + base == payoff.value(at, y) for at, y, base in cells)
    return (parts, rest) if all(fits) else None
