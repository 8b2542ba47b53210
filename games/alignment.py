"""Weak and strong market alignment (Definitions 2.13, 2.14), as residuals at given weights.

Everything is stated for a set T of providers, given as the keys of the mappings.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from alignproof.games.algebra import ZERO, Number, total
from alignproof.games.document import Node
from alignproof.games.files import read_components
from alignproof.games.model import Components, Game


@dataclass(frozen=True)
class WeakWeights:
    """Weights of Definition 2.13: a decomposition (lambda_j, F_j, c_j) per provider of T, ``users[j][i]`` = w_{j,i}
    and ``constants[i]`` = c_i. Errors, and factors in a slack, are those of (eps_U, eps_P)."""

    providers: Mapping[int, Components]
    users: Mapping[int, tuple[Number, ...]]
    constants: tuple[Number, ...]

    def separability_residuals(self, game: Game, provider: int) -> Iterator[Number]:
        """Equation (1): payoff minus its decomposition, at every action profile and state."""
        payoff, components = game.providers[provider].payoff, self.providers[provider]
        for actions in game.action_profiles():
            for y in range(len(game.states)):
                yield payoff.value(actions, y) - components.value(actions, y)

    def user_residuals(self, game: Game, user: int) -> Iterator[Number]:
        """Equation (2): the user's utility minus her combination of components, at every action and state."""
        for a, row in enumerate(game.users[user].utility):
            for y, utility in enumerate(row):
                combination = total(w[user] * self.providers[j].parts[user][a][y] for j, w in self.users.items())
                yield utility - (combination + self.constants[user])

    def errors(self, game: Game) -> tuple[Fraction, ...]:
        """The smallest (eps_U, eps_P) at which equations (1) and (2) hold."""
        users = (abs(r) for i in range(len(game.users)) for r in self.user_residuals(game, i))
        providers = (abs(r) for j in self.providers for r in self.separability_residuals(game, j))
        return max(users), max(providers)

    def faults(self, game: Game) -> list[str]:
        """What the text after equation (2) demands and is broken: signs, coverage, w > 0 only where lambda > 0."""
        pairs = [(j, i) for j in self.providers for i in range(len(game.users))]
        weight = {(j, i): self.providers[j].weights[i] for j, i in pairs}
        faults = [f"w or lambda of {j}, {i} is negative" for j, i in pairs if min(weight[j, i], self.users[j][i]) < 0]
        faults += [f"w > 0 = lambda for {j}, {i}" for j, i in pairs if self.users[j][i] > 0 and not weight[j, i] > 0]
        covered = {i for j, i in pairs if weight[j, i] > 0 and self.users[j][i] > 0}
        return faults + [f"user {i} is not covered" for i in range(len(game.users)) if i not in covered]

    def slack(self, user: int, errors: tuple[Fraction, ...], factors: tuple[Fraction, ...]) -> Fraction:
        """``f_U eps_U + f_P eps_P mu_i``, mu_i the sum of w_{j,i} / lambda_{j,i} (Theorem 3.1: factors 2 and 2)."""
        ratios = (Fraction(w[user]) / self.providers[j].weights[user] for j, w in self.users.items() if w[user] > 0)
        return factors[0] * errors[0] + factors[1] * errors[1] * sum(ratios, ZERO)


@dataclass(frozen=True)
class StrongWeights:
    """Weights of Definition 2.14: ``users[j][i]`` = lambda_{j,i} and ``constants[j]`` = c_j for j in T. Errors, and
    factors in a slack, are those of (eps,)."""

    users: Mapping[int, tuple[Number, ...]]
    constants: Mapping[int, Number]

    def residuals(self, game: Game, provider: int) -> Iterator[Number]:
        """Equation (3): payoff minus its combination of users' utilities, at every action profile and state."""
        payoff, weights = game.providers[provider].payoff, self.users[provider]
        for actions in game.action_profiles():
            for y in range(len(game.states)):
                combination = total(weights[i] * game.users[i].utility[a][y] for i, a in enumerate(actions))
                yield payoff.value(actions, y) - (combination + self.constants[provider])

    def errors(self, game: Game) -> tuple[Fraction, ...]:
        """The smallest (eps,) at which equation (3) holds."""
        return (max(abs(r) for j in self.users for r in self.residuals(game, j)),)

    def faults(self, game: Game) -> list[str]:
        """What the text after equation (3) demands and is broken: signs and coverage."""
        faults = [f"a weight of provider {j} is negative" for j, row in self.users.items() if min(row) < 0]
        covered = {i for row in self.users.values() for i, w in enumerate(row) if w > 0}
        return faults + [f"user {i} is not covered" for i in range(len(game.users)) if i not in covered]

    def slack(self, user: int, errors: tuple[Fraction, ...], factors: tuple[Fraction, ...]) -> Fraction:
        """``f eps / lambda*_i``, lambda*_i the largest lambda_{j,i} over j in T (Theorem 4.3: factor 2)."""
        return factors[0] * errors[0] / Fraction(max(row[user] for row in self.users.values()))


Weights = WeakWeights | StrongWeights


def read_weak(node: Node, game: Game, team: tuple[int, ...]) -> WeakWeights:
    """Weights ``{providers, w, c}`` of T = ``team``. Raises InputError."""
    fields = node.fields(("providers", "w", "c"))
    w = zip(team, fields["w"].items(len(team)), strict=True)
    users = {j: row.rationals(len(game.users)) for j, row in w}
    constants = fields["c"].rationals(len(game.users))
    return WeakWeights(read_decomposition(fields["providers"], game, team), users, constants)


def read_decomposition(node: Node, game: Game, team: tuple[int, ...]) -> dict[int, Components]:
    """One decomposition (lambda_j, F_j, c_j) per provider of T. Raises InputError."""
    items = zip(team, node.items(len(team)), strict=True)
    return {j: read_components(item, game.users, len(game.states)) for j, item in items}


def read_strong(node: Node, game: Game, team: tuple[int, ...]) -> StrongWeights:
    """Weights ``{lambda, c}`` of T = ``team``. Raises InputError."""
    fields = node.fields(("lambda", "c"))
    rows = zip(team, fields["lambda"].items(len(team)), strict=True)
    users = {j: row.rationals(len(game.users)) for j, row in rows}
    return StrongWeights(users, dict(zip(team, fields["c"].rationals(len(team)), strict=True)))
