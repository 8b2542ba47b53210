"""Equilibria under exact weak alignment: users are drawn, their providers' payoffs come from one linear program.

A provider earns ``scales[j][i] * share_{j,i}`` where ``u_i = sum_j share_{j,i} + c_i`` and shares are nonnegative: this
is equation (2) with ``share = w F``. With the scales drawn it is linear in what is unknown, shares and constants.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from random import Random

from alignproof.checks.linear import Row
from alignproof.counterexamples.search.goal import Task
from alignproof.counterexamples.search.market import (
    Size,
    Start,
    draw_gap,
    draw_prior,
    draw_scales,
    draw_told,
    largest_payoff,
    market,
    silence,
)
from alignproof.counterexamples.search.profiles import telling
from alignproof.counterexamples.search.unknowns import constant
from alignproof.counterexamples.violations import Instance
from alignproof.games.algebra import ONE, ZERO
from alignproof.games.alignment import WeakWeights
from alignproof.games.model import Components, Parts
from alignproof.games.polynomial import gather
from alignproof.symbolic.theorem_3_1 import FACTORS

OFTEN = 0.8
"""How often states are equally likely."""


def hopeful(task: Task, size: Size) -> bool:
    """Informed users get at most the sum over actions, or over states, of what these bring uninformed ones.

    With errors 0, one user has Theorem 3.1 (her game is personalized). One provider is strongly aligned, and is silent
    only if nothing that he could say is of use to anybody. If someone says something, the sums are over a part of the
    states each.
    """
    several = size.users > 1 and size.providers > 1
    most = min(size.actions, size.states - int(task.talk))
    return several and most * task.values["eps"] >= task.values["c"]


def drawn(task: Task, size: Size, random: Random) -> Start | None:
    """Users who get at most eps from what is said, and at least c informed; None if the draw allows none."""
    told = draw_told(random, size) if task.talk else silence(size)
    prior = draw_prior(random, size.states, random.random() < OFTEN)
    tables = []
    for _ in range(size.users):
        table = draw_gap(random, prior, size.actions, task.values["eps"], task.values["c"], told)
        if table is None:
            return None
        tables.append(table)
    return Start(prior, tuple(tables), draw_scales(random, size), told)


def equation_2(start: Start, unknown: Sequence[Parts]) -> Iterator[Row]:
    """Equation (2)."""
    for i, table in enumerate(start.tables):
        for a, row in enumerate(table):
            for y, utility in enumerate(row):
                yield Row(gather(parts[i][a][y] for parts in unknown) + constant(i) - utility, "=")


def instance(start: Start, found: Sequence[Parts], constants: tuple[Fraction, ...], robust: bool) -> Instance:
    """The market in which payoffs lie in [0, 1]: with F the shares and w = 1, only lambda has to shrink."""
    payoffs = [_shrunk(row, parts) for row, parts in zip(start.scales, found, strict=True)]
    game, users = market(start, payoffs), range(len(start.tables))
    team = tuple(range(len(payoffs)))
    weights = WeakWeights(dict(enumerate(payoffs)), {j: (ONE,) * len(users) for j in team}, constants)
    return Instance(game, telling(game, start.told), team, weights, FACTORS, users, robust=robust)


def _shrunk(scales: Sequence[Fraction], parts: Parts) -> Components:
    most = largest_payoff(scales, parts) or ONE
    return Components(tuple(scale / most for scale in scales), parts, ZERO)
