"""Games drawn from a seed, one size each: every number of players, actions, states, messages and rounds can be set."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product as tuples

from alignproof.games.algebra import ZERO
from alignproof.games.model import Atom, Components, Game, Part, Provider, User, common_ties
from alignproof.games.rules import Profile, Rule

UNITS = 8
"""Utilities and components are multiples of 1 / UNITS."""


@dataclass(frozen=True)
class Shape:
    """Users n, providers k, actions |A|, states |Y|, messages |M|, rounds R."""

    n: int = 2
    k: int = 2
    actions: int = 3
    states: int = 3
    messages: int = 3
    rounds: int = 1

    @property
    def protocol(self) -> str:
        """Speakers take turns, and the provider has the last word."""
        return ("UP" * self.rounds)[-self.rounds :]

    def __str__(self) -> str:
        sizes = f"n={self.n} k={self.k} A={self.actions} Y={self.states} M={self.messages}"
        return sizes if self.rounds == 1 else f"{sizes} R={self.rounds}"


def market(shape: Shape, seed: int) -> tuple[Game, Profile]:
    """A game and an anonymous profile, all drawn: prior, utilities, payoffs and rules.

    Users have no features, and every provider sees the state. Payoffs are separable with equal weights; what a provider
    likes has nothing to do with what users like.
    """
    draw = random.Random(f"{shape} {seed}")

    def cells() -> Part:
        return tuple(
            tuple(Fraction(draw.randint(0, UNITS), UNITS) for _ in range(shape.states)) for _ in range(shape.actions)
        )

    def chances(size: int) -> tuple[Fraction, ...]:
        weights = [draw.randint(1, 4) for _ in range(size)]
        return tuple(Fraction(weight, sum(weights)) for weight in weights)

    actions, states, messages = _names("a", shape.actions), _names("y", shape.states), _names("m", shape.messages)
    users = tuple(User(f"user {i + 1}", ("-",), actions, cells()) for i in range(shape.n))
    share = (Fraction(1, shape.n),) * shape.n
    providers = tuple(
        Provider(f"provider {j + 1}", states, Components(share, tuple(cells() for _ in users), ZERO))
        for j in range(shape.k)
    )
    prior = tuple(Atom(p, y, (0,) * shape.n, (y,) * shape.k) for y, p in enumerate(chances(shape.states)))
    ties = common_ties(users, shape.k, shape.messages)
    game = Game(users, providers, states, prior, messages, shape.protocol, ties, f"{shape}, seed {seed}")
    told = list(tuples(range(shape.states), game.prefixes("P")))
    rules: Sequence[Rule] = [{at: chances(shape.messages) for at in told} for _ in providers]
    return game, Profile("anonymous", tuple((rule,) * shape.n for rule in rules))


def _names(letter: str, number: int) -> tuple[str, ...]:
    return tuple(f"{letter}{k + 1}" for k in range(number))
