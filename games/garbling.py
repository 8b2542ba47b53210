"""Common garblings, shared rules and their value (Definitions 2.8-2.12)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from alignproof.games.algebra import ZERO, Algebra, Number, dot
from alignproof.games.model import Atom, Game
from alignproof.games.response import best_response, garbled, stakes
from alignproof.games.rules import Rule

Reading = Literal["state", "state and user", "state and users"]
"""What a common garbling is equal given: the state alone (Definition 2.8 to the letter), also the features of the user
whom the shared rule is for, or those of all users.

They differ when users' features are correlated with a provider's given the state; then, under the first, what a
shared rule does depends on who deploys it. Under the last, it matters who else is in the market.
"""

READINGS: tuple[Reading, ...] = ("state", "state and user", "state and users")


Garbling = tuple[tuple[Number, ...], ...]
"""``[x_P][z]``: the chance of z given the provider's feature."""


@dataclass(frozen=True)
class SharedRule:
    """A T-shared rule (Definition 2.9): ``garblings[j][x_P][z]`` for each j in T, and a rule that reads z."""

    garblings: Mapping[int, Garbling]
    rule: Rule


Image = dict[tuple[int, ...], tuple[Number, ...]]
"""``[condition][z]``: the joint probability of z and what a garbling's distribution is conditioned on."""


def condition(reading: Reading, atom: Atom, user: int) -> tuple[int, ...]:
    """What the distribution of a garbling for ``user`` is conditioned on, at one atom."""
    known = {"state": (), "state and user": (atom.user_features[user],), "state and users": atom.user_features}
    return (atom.state, *known[reading])


def feature_masses(game: Game, provider: int, reading: Reading, user: int) -> dict[tuple[int, ...], list[Number]]:
    """``masses[condition][x_P]``: the joint probability of the condition and the provider's feature."""
    masses: dict[tuple[int, ...], list[Number]] = {}
    for atom in game.prior:
        row = masses.setdefault(condition(reading, atom, user), [ZERO] * len(game.providers[provider].features))
        row[atom.provider_features[provider]] += atom.probability
    return masses


def image(game: Game, provider: int, reading: Reading, garbling: Garbling, user: int) -> Image:
    """The image of a garbling for ``user`` when ``provider`` garbles."""
    columns, masses = list(zip(*garbling, strict=True)), feature_masses(game, provider, reading, user)
    return {given: tuple(dot(row, column) for column in columns) for given, row in masses.items()}


def is_common(game: Game, shared: SharedRule, reading: Reading, user: int) -> bool:
    """Whether all garblings of ``shared``, meant for ``user``, have the same image (Definition 2.8)."""
    images = [image(game, j, reading, garbling, user) for j, garbling in shared.garblings.items()]
    return all(other == images[0] for other in images[1:])


def shared_value(algebra: Algebra, game: Game, user: int, provider: int, shared: SharedRule) -> Number:
    """u_i(C_S) (Definition 2.11) when ``provider``, one of T, deploys the rule."""
    at = garbled(stakes(game, user, provider), shared.garblings[provider])
    return best_response(algebra, game, user, provider, shared.rule, at).value
