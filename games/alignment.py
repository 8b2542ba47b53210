"""Weak and strong market alignment (Definitions 2.13, 2.14), as residuals at given weights.

Everything is stated for a set T of providers, given as the keys of the mappings.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from alignproof.games.algebra import ONE, Number, total
from alignproof.games.model import Components, Game


@dataclass(frozen=True)
class WeakWeights:
    """Weights of Definition 2.13: a decomposition (lambda_j, F_j, c_j) per provider of T, ``users[j][i]`` = w_{j,i}
    and ``constants[i]`` = c_i."""

    providers: Mapping[int, Components]
    users: Mapping[int, tuple[Number, ...]]
    constants: tuple[Number, ...]


@dataclass(frozen=True)
class StrongWeights:
    """Weights of Definition 2.14: ``users[j][i]`` = lambda_{j,i} and ``constants[j]`` = c_j for j in T."""

    users: Mapping[int, tuple[Number, ...]]
    constants: Mapping[int, Number]


def separability_residuals(game: Game, weights: WeakWeights, provider: int) -> Iterator[Number]:
    """Equation (1): payoff minus its decomposition, at every action profile and state."""
    payoff, components = game.providers[provider].payoff, weights.providers[provider]
    for actions in game.action_profiles():
        for y in range(len(game.states)):
            yield payoff.value(actions, y) - components.value(actions, y)


def user_residuals(game: Game, weights: WeakWeights, user: int) -> Iterator[Number]:
    """Equation (2): the user's utility minus her combination of components, at every action and state."""
    for a, row in enumerate(game.users[user].utility):
        for y, utility in enumerate(row):
            combination = total(
                w[user] * weights.providers[j].parts[user][a][y] for j, w in weights.users.items()
            )
            yield utility - (combination + weights.constants[user])


def strong_residuals(game: Game, weights: StrongWeights, provider: int) -> Iterator[Number]:
    """Equation (3): payoff minus its combination of users' utilities, at every action profile and state."""
    payoff = game.providers[provider].payoff
    for actions in game.action_profiles():
        for y in range(len(game.states)):
            combination = total(
                weights.users[provider][i] * game.users[i].utility[a][y] for i, a in enumerate(actions)
            )
            yield payoff.value(actions, y) - (combination + weights.constants[provider])


def weak_side_conditions(game: Game, weights: WeakWeights) -> list[str]:
    """What the text after equation (2) demands and the weights break: signs, coverage, w > 0 only where lambda > 0."""
    faults = []
    for j, components in weights.providers.items():
        negative_part = any(f < 0 for table in components.parts for row in table for f in row)
        if negative_part or any(w < 0 for w in (*components.weights, *weights.users[j])):
            faults.append(f"provider {j} has a negative weight or component")
        if any(w > 0 and not components.weights[i] > 0 for i, w in enumerate(weights.users[j])):
            faults.append(f"provider {j} has w > 0 where lambda = 0")
    for i in range(len(game.users)):
        if not any(c.weights[i] > 0 and weights.users[j][i] > 0 for j, c in weights.providers.items()):
            faults.append(f"user {i} is not covered")
    return faults


def strong_side_conditions(game: Game, weights: StrongWeights) -> list[str]:
    """What the text after equation (3) demands and the weights break: signs and coverage."""
    faults = [f"provider {j} has a negative weight" for j, row in weights.users.items() if any(w < 0 for w in row)]
    for i in range(len(game.users)):
        if not any(row[i] > 0 for row in weights.users.values()):
            faults.append(f"user {i} is not covered")
    return faults


def transfer_weight(weights: WeakWeights, user: int) -> Number:
    """mu_i of Theorem 3.1: the sum over j in T with w_{j,i} > 0 of w_{j,i} / lambda_{j,i}."""
    return total(
        w[user] * (ONE / weights.providers[j].weights[user]) for j, w in weights.users.items() if w[user] > 0
    )


def best_coverage(weights: StrongWeights, user: int) -> Number:
    """lambda*_i of Theorem 4.3: the largest lambda_{j,i} over j in T."""
    return max(row[user] for row in weights.users.values())
