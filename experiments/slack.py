"""The theorems' own objective: weights, and the set T, that make the slack itself smallest.

Theorem 3.1: ``2 eps_U + 2 eps_P mu_i``; with separable payoffs eps_P = 0, so that the smallest slack of a set T is
twice its worst-case error (:mod:`alignproof.experiments.worst_case`), and no set is better than all models together.

Theorem 4.3: ``2 eps / lambda*_i``. Divided by lambda*_i everything is linear again: with s = 1 / lambda*_i, the scaled
weights mu and the scaled error e, the slack is 2 e, where some model j of T has mu_{j,i} >= 1, and all models of T fit
``s u_j^P`` with error e. At s = 0 nothing is fitted: then 2 e is the range of the user's utility, and the bound says
nothing. An optimum there is approached (by ever larger weights), not attained.

* For one user, each model alone does best: a larger T only adds conditions. What a set T costs her is found with the
  floor ``e >= s max_T eps_j``, which is all that the other models of T ask.
* For the worst user of all, models share the users among them: every way of doing so is looked at, by branch and
  bound. Errors of one model with the users he must cover bound what is still open.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from alignproof.experiments.fits import centred, subset_fits
from alignproof.experiments.scores import Observations
from alignproof.experiments.strong import exact_moments, strong
from alignproof.experiments.worst_case import ONE, ZERO, Scored, StrongKey, StrongRows, WorstCase, members
from alignproof.oracles.cutting_planes import Box, CuttingPlanes


@dataclass(frozen=True)
class Slack:
    """The smallest slack; ``scale`` is s, and ``weights[j]``, ``constants[j]`` are mu_j and c_j, both times s, for the
    models of T. ``attained`` if s > 0: then the weights of Definition 2.14 are mu / s, with the error e / s.
    ``multipliers``, by place in T, and ``reduced[j]``, the reduced costs of the weights, show that there is no smaller
    one."""

    slack: Fraction
    scale: Fraction
    weights: Mapping[int, tuple[Fraction, ...]]
    constants: Mapping[int, Fraction]
    multipliers: Mapping[StrongKey, Fraction]
    reduced: Mapping[int, tuple[Fraction, ...]]

    @property
    def attained(self) -> bool:
        """Whether finite weights reach it."""
        return self.scale > 0


def smallest_slack(
    data: Scored,
    cover: Mapping[int, frozenset[int]],
    floor: Fraction = ZERO,
    least: Fraction = ZERO,
    least_scale: Fraction = ZERO,
) -> Slack:
    """The smallest common ``2 eps / lambda``, with T the keys of ``cover``.

    Model j has lambda_{j,i} >= lambda for the users i in ``cover[j]``; his other weights are at least ``least`` times
    lambda; eps is at least ``floor``, and s = 1 / lambda at least ``least_scale``. Raises NotSolved.
    """
    models = sorted(cover)
    rows = StrongRows(data, models, False, floor)
    n, error, scale = len(data.users), rows.variables - 2, rows.variables - 1
    lower: list[Fraction | None] = []
    for j in models:
        lower += [*(ONE if i in cover[j] else least for i in range(n)), None]
    found = CuttingPlanes(rows.variables, rows, rows.seed()).minimise({error: ONE}, Box((*lower, ZERO, least_scale)))
    starts = {j: rows.start(place) for place, j in enumerate(models)}
    return Slack(
        2 * found.value,
        found.point[scale],
        {j: found.point[start : start + n] for j, start in starts.items()},
        {j: found.point[start + n] for j, start in starts.items()},
        found.multipliers,
        {j: found.reduced[start : start + n] for j, start in starts.items()},
    )


def user_slacks(data: Scored, user: int) -> dict[int, Slack]:
    """For one user the smallest slack with each model alone as T. Raises NotSolved."""
    return {j: smallest_slack(data, {j: frozenset({user})}) for j in range(len(data.models))}


def slack_by_team(case: WorstCase, user: int) -> dict[int, Fraction]:
    """For one user the smallest slack with each set T. Raises NotSolved."""
    data, count = case.data, len(case.strong)
    eps = [fit.eps for fit in case.strong]
    alone = user_slacks(data, user)
    known: dict[tuple[int, Fraction], Fraction] = {}

    def with_floor(j: int, floor: Fraction) -> Fraction:
        # The floor changes nothing if the best weights without it have at least that error.
        if floor <= eps[j] or alone[j].slack >= 2 * floor * alone[j].scale:
            return alone[j].slack
        if (j, floor) not in known:
            known[j, floor] = smallest_slack(data, {j: frozenset({user})}, floor).slack
        return known[j, floor]

    return {
        team: min(with_floor(j, max(eps[k] for k in members(team, count))) for j in members(team, count))
        for team in range(1, 1 << count)
    }


Tree = tuple[dict[int, int], Slack] | list["Tree"]
"""Which model each user has, and a program that shows that this is no better; or a tree for each model that the next
user may have."""


@dataclass(frozen=True)
class WorstUser:
    """The smallest largest slack of all users, which model covers whom, and the tree that shows that it is smallest."""

    slack: Slack
    cover: Mapping[int, frozenset[int]]
    tree: Tree


@dataclass
class _Search:
    """Branch and bound over who covers whom."""

    data: Scored
    best: Slack | None = None
    assignment: dict[int, frozenset[int]] = field(default_factory=dict)
    known: dict[tuple[int, frozenset[int]], Slack] = field(default_factory=dict)
    shared: dict[tuple[tuple[int, frozenset[int]], ...], Slack] = field(default_factory=dict)

    def alone(self, model: int, users: frozenset[int]) -> Slack:
        """The smallest slack with the model alone, if he must cover these users and no others."""
        if (model, users) not in self.known:
            self.known[model, users] = smallest_slack(self.data, {model: users})
        return self.known[model, users]

    def together(self, cover: Mapping[int, frozenset[int]]) -> Slack:
        """The smallest slack with all models that cover somebody."""
        key = tuple(sorted(cover.items()))
        if key not in self.shared:
            self.shared[key] = smallest_slack(self.data, cover)
        return self.shared[key]

    def bound(self, cover: Mapping[int, frozenset[int]]) -> Slack | None:
        """No way to cover more users with these is better: the largest of what each model has alone."""
        return max((self.alone(j, users) for j, users in cover.items()), key=lambda one: one.slack, default=None)

    def descend(self, cover: dict[int, frozenset[int]], open_users: Sequence[int]) -> None:
        """All ways to cover the users that are still open."""
        bound = self.bound(cover)
        if self.best is not None and bound is not None and bound.slack >= self.best.slack:
            return
        if not open_users:
            found = self.together(cover)
            if self.best is None or found.slack < self.best.slack:
                self.best, self.assignment = found, dict(cover)
            return
        user, *rest = open_users
        further = [_covering(cover, j, user) for j in range(len(self.data.models))]
        for _, _, choice in sorted((self.alone(j, c[j]).slack, j, c) for j, c in enumerate(further)):
            self.descend(choice, rest)

    def tree(self, holders: dict[int, int], cover: Mapping[int, frozenset[int]], target: Fraction) -> Tree:
        """That no way to go on from here has a slack below the target, which is the smallest of all."""
        bound = self.bound(cover)
        if bound is not None and bound.slack >= target:
            return holders, bound
        user = len(holders)
        if user == len(self.data.users):
            return holders, self.together(cover)
        models = range(len(self.data.models))
        return [self.tree({**holders, user: j}, _covering(cover, j, user), target) for j in models]


def _covering(cover: Mapping[int, frozenset[int]], model: int, user: int) -> dict[int, frozenset[int]]:
    return {**cover, model: cover.get(model, frozenset()) | {user}}


def worst_user_slack(data: Scored) -> WorstUser:
    """The smallest largest slack of all users, over all sets T and weights. Raises NotSolved."""
    search = _Search(data)
    everybody = frozenset(range(len(data.users)))
    single = min(range(len(data.models)), key=lambda j: search.alone(j, everybody).slack)
    search.descend({single: everybody}, [])
    search.descend({}, list(range(len(data.users))))
    if search.best is None:
        raise AssertionError("the first way to cover everybody is always recorded")
    return WorstUser(search.best, search.assignment, search.tree({}, {}, search.best.slack))


# The paper's weights --------------------------------------------------------------------------------------------------


def spread(values: Sequence[tuple[Fraction, Fraction]]) -> tuple[Fraction, Fraction]:
    """The error with the best constant, and that constant, for residuals between pairs of numbers."""
    low, high = min(pair[0] for pair in values), max(pair[1] for pair in values)
    return (high - low) / 2, (high + low) / 2


def weak_error(data: Scored, user: int, weights: Sequence[Fraction]) -> Fraction:
    """The worst-case error of equation (2) for given w, with the best constant."""
    values = []
    for y, row in enumerate(data.users[user]):
        sums = [
            u - sum((w * model[y][a] for w, model in zip(weights, data.models, strict=True) if w), ZERO)
            for a, u in enumerate(row)
        ]
        values.append((min(sums), max(sums)))
    return spread(values)[0]


def strong_error(data: Scored, model: int, weights: Sequence[Fraction]) -> Fraction:
    """The worst-case error of equation (3) for given lambda, with the best constant."""
    n, values = len(data.users), []
    for y, row in enumerate(data.models[model]):
        terms = [
            [v / n - w * u for v, u in zip(row, mine[y], strict=True)]
            for w, mine in zip(weights, data.users, strict=True)
        ]
        values.append((sum(map(min, terms), ZERO), sum(map(max, terms), ZERO)))
    return spread(values)[0]


@dataclass(frozen=True)
class Fitted:
    """Least squares, as the paper fits: ``weak[i]`` and, per user, ``strong[i]`` are the slacks 2 eps_U (of the user's
    own error) and 2 eps / lambda*_i that its weights have in the worst case, the latter with the best set T (None if
    no model covers the user). ``rmse[i]`` is what they make small, on the same questions (floats)."""

    rmse: tuple[float, ...]
    weak: tuple[Fraction, ...]
    strong: tuple[Fraction | None, ...]
    teams: tuple[int | None, ...]


def least_squares(data: Scored, seen: Observations) -> Fitted:
    """The slacks of nonnegative least squares on all questions, with all models; the weights are floats, taken as they
    are, their errors exact, with the best constants."""
    gram, cross = centred(seen.providers, seen.users)
    w = subset_fits(gram, cross)[-1]
    weak = tuple(2 * weak_error(data, i, [Fraction(float(x)) for x in w[:, i]]) for i in range(len(data.users)))
    residuals = seen.users - w.T @ seen.providers
    rmse = tuple(float(x) for x in residuals.std(axis=1))
    rows = strong(seen, exact_moments(seen), False).overall
    weights = [[Fraction(float(x)) for x in row] for row in np.asarray(rows)]
    errors = [strong_error(data, j, row) for j, row in enumerate(weights)]
    slacks: list[Fraction | None] = []
    teams: list[int | None] = []
    for i in range(len(data.users)):
        # A larger T has a larger error and may have a larger lambda*: one model alone is the best T for one user.
        options = [(2 * errors[j] / weights[j][i], j) for j in range(len(weights)) if weights[j][i] > 0]
        slacks.append(min(options)[0] if options else None)
        teams.append(1 << min(options)[1] if options else None)
    return Fitted(rmse, weak, tuple(slacks), tuple(teams))


def utility_range(data: Scored, user: int) -> Fraction:
    """The largest minus the smallest utility of a user: a slack of that size says nothing."""
    values = [x for row in data.users[user] for x in row]
    return max(values) - min(values)
