"""Common garblings, shared rules and their value (Definitions 2.8-2.12)."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Literal

from alignproof.games.algebra import ZERO, Algebra, Number, dot
from alignproof.games.model import Atom, Game
from alignproof.games.response import best_response, garbled, stakes
from alignproof.games.rules import Rule

Reading = Literal["state", "state and users"]
"""What a common garbling is equal given: the state alone (Definition 2.8 to the letter), or also all users' features.

They differ when users' features are correlated with a provider's given the state; then, under the first, what a
shared rule does depends on who deploys it.
"""

READINGS: tuple[Reading, ...] = ("state", "state and users")


Garbling = tuple[tuple[Number, ...], ...]
"""``[x_P][z]``: the chance of z given the provider's feature."""


@dataclass(frozen=True)
class SharedRule:
    """A T-shared rule (Definition 2.9): ``garblings[j][x_P][z]`` for each j in T, and a rule that reads z."""

    garblings: Mapping[int, Garbling]
    rule: Rule


def condition(reading: Reading, atom: Atom) -> tuple[int, ...]:
    """What the garbling's distribution is conditioned on, at one atom."""
    return (atom.state,) if reading == "state" else (atom.state, *atom.user_features)


def feature_masses(game: Game, provider: int, reading: Reading) -> dict[Hashable, list[Number]]:
    """``masses[condition][x_P]``: the joint probability of the condition and the provider's feature."""
    masses: dict[Hashable, list[Number]] = {}
    for atom in game.prior:
        row = masses.setdefault(condition(reading, atom), [ZERO] * len(game.providers[provider].features))
        row[atom.provider_features[provider]] += atom.probability
    return masses


def image(game: Game, provider: int, reading: Reading, garbling: Garbling) -> dict[Hashable, tuple[Number, ...]]:
    """``image[condition][z]``: the joint probability of the condition and z when ``provider`` garbles."""
    columns, masses = list(zip(*garbling, strict=True)), feature_masses(game, provider, reading)
    return {given: tuple(dot(row, column) for column in columns) for given, row in masses.items()}


def is_common(game: Game, shared: SharedRule, reading: Reading) -> bool:
    """Whether all garblings of ``shared`` have the same image (Definition 2.8)."""
    images = [image(game, j, reading, garbling) for j, garbling in shared.garblings.items()]
    return all(other == images[0] for other in images[1:])


def shared_value(algebra: Algebra, game: Game, user: int, provider: int, shared: SharedRule) -> Number:
    """u_i(C_S) (Definition 2.11) when ``provider``, one of T, deploys the rule."""
    at = garbled(stakes(game, user, provider), shared.garblings[provider])
    return best_response(algebra, game, user, provider, shared.rule, at).value
