"""Weak and strong market alignment (Definitions 2.13, 2.14), as residuals at given weights.

Everything is stated for a set T of providers, given as the keys of the mappings.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product as tuples

from alignproof.games.algebra import ZERO, Number, total
from alignproof.games.document import Node
from alignproof.games.files import read_components
from alignproof.games.model import Components, Game, Parts, tabulated


@dataclass(frozen=True)
class WeakWeights:
    """Weights of Definition 2.13: a decomposition (lambda_j, F_j, c_j) per provider of T, ``users[j][i]`` = w_{j,i}
    and ``constants[i]`` = c_i. Errors, and factors in a slack, are those of (eps_U, eps_P)."""

    providers: Mapping[int, Components]
    users: Mapping[int, tuple[Number, ...]]
    constants: tuple[Number, ...]

    def separability_residual(self, game: Game, provider: int, point: Sequence[int]) -> Number:
        """Equation (1): payoff minus its decomposition, at ``point`` = (a_1, ..., a_n, y)."""
        *actions, y = point
        return game.providers[provider].payoff.value(actions, y) - self.providers[provider].value(actions, y)

    def separability_residuals(self, game: Game, provider: int) -> Iterator[Number]:
        """Equation (1) at every action profile and state."""
        return (self.separability_residual(game, provider, point) for point in points(game.sizes))

    def user_residual(self, game: Game, user: int, point: Sequence[int]) -> Number:
        """Equation (2): the user's utility minus her combination of components, at ``point`` = (a, y)."""
        a, y = point
        combination = total(w[user] * self.providers[j].parts[user][a][y] for j, w in self.users.items())
        return game.users[user].utility[a][y] - (combination + self.constants[user])

    def user_residuals(self, game: Game, user: int) -> Iterator[Number]:
        """Equation (2) at every action and state."""
        return (self.user_residual(game, user, point) for point in points((game.sizes[user], game.sizes[-1])))

    def errors(self, game: Game) -> tuple[Fraction, ...]:
        """The smallest (eps_U, eps_P) at which equations (1) and (2) hold."""
        users = (abs(r) for i in range(len(game.users)) for r in self.user_residuals(game, i))
        return max(users), max(self._separability_error(game, j) for j in self.providers)

    def _separability_error(self, game: Game, provider: int) -> Fraction:
        payoff, components = game.providers[provider].payoff, self.providers[provider]
        if not isinstance(payoff, Components):
            return Fraction(max(abs(r) for r in self.separability_residuals(game, provider)))
        terms = tabulated(game, lambda i, a, y: payoff.part(i, a, y) - components.part(i, a, y))
        return largest_sum(game, terms, payoff.constant - components.constant)

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

    def residual(self, game: Game, provider: int, point: Sequence[int]) -> Number:
        """Equation (3): payoff minus its combination of users' utilities, at ``point`` = (a_1, ..., a_n, y)."""
        *actions, y = point
        combination = total(self.users[provider][i] * game.users[i].utility[a][y] for i, a in enumerate(actions))
        return game.providers[provider].payoff.value(actions, y) - (combination + self.constants[provider])

    def residuals(self, game: Game, provider: int) -> Iterator[Number]:
        """Equation (3) at every action profile and state."""
        return (self.residual(game, provider, point) for point in points(game.sizes))

    def errors(self, game: Game) -> tuple[Fraction, ...]:
        """The smallest (eps,) at which equation (3) holds."""
        return (max(self._error(game, j) for j in self.users),)

    def _error(self, game: Game, provider: int) -> Fraction:
        payoff, weights = game.providers[provider].payoff, self.users[provider]
        if not isinstance(payoff, Components):
            return Fraction(max(abs(r) for r in self.residuals(game, provider)))
        terms = tabulated(game, lambda i, a, y: payoff.part(i, a, y) - weights[i] * game.users[i].utility[a][y])
        return largest_sum(game, terms, payoff.constant - self.constants[provider])

    def faults(self, game: Game) -> list[str]:
        """What the text after equation (3) demands and is broken: signs and coverage."""
        faults = [f"a weight of provider {j} is negative" for j, row in self.users.items() if min(row) < 0]
        covered = {i for row in self.users.values() for i, w in enumerate(row) if w > 0}
        return faults + [f"user {i} is not covered" for i in range(len(game.users)) if i not in covered]

    def slack(self, user: int, errors: tuple[Fraction, ...], factors: tuple[Fraction, ...]) -> Fraction:
        """``f eps / lambda*_i``, lambda*_i the largest lambda_{j,i} over j in T (Theorem 4.3: factor 2)."""
        return factors[0] * errors[0] / Fraction(max(row[user] for row in self.users.values()))


Weights = WeakWeights | StrongWeights


def points(sizes: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Every point whose places are below ``sizes``, the last place running fastest."""
    return tuples(*map(range, sizes))


def largest_sum(game: Game, terms: Parts, constant: Number) -> Fraction:
    """The largest ``|sum_i terms[i][a_i][y] + constant|``: users choose apart, so each term has its own extremes."""
    ends = (
        total(extreme(row[y] for row in table) for table in terms) + constant
        for y in range(len(game.states))
        for extreme in (max, min)
    )
    return Fraction(max(map(abs, ends)))


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
