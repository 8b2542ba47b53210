"""Equilibria after a new user's entry under exact strong alignment: all users are drawn, and the weights with which
providers care for the old ones; what they make of the new one comes from one linear program.
"""

from collections.abc import Sequence
from fractions import Fraction
from random import Random

from alignproof.counterexamples.search.goal import Task
from alignproof.counterexamples.search.market import (
    Size,
    Start,
    Table,
    draw_prior,
    draw_scales,
    draw_table,
    draw_told,
    falls_short,
    largest_payoff,
    market,
    silence,
    users_of,
)
from alignproof.counterexamples.search.profiles import telling
from alignproof.counterexamples.violations import Instance
from alignproof.games.algebra import ONE, ZERO
from alignproof.games.alignment import StrongWeights
from alignproof.games.augment import Entrant, augment
from alignproof.games.model import Components, common_ties
from alignproof.symbolic.theorem_4_3 import FACTORS

HALF = Fraction(1, 2)


def hopeful(task: Task, size: Size) -> bool:
    """There is a new user, the last, besides old ones, and information is of use."""
    return size.users >= 2 and size.actions >= 2 and size.states >= 2


def drawn(task: Task, size: Size, random: Random) -> Start | None:
    """Users to whom nothing that is said is worth as much as the state; None if the draw allows none."""
    told = draw_told(random, size) if task.talk else silence(size)
    prior = draw_prior(random, size.states, True)
    tables = tuple(draw_table(random, size) for _ in range(size.users))
    if not all(falls_short(prior, table, said) for table in tables for said in told):
        return None
    return Start(prior, tables, draw_scales(random, size), told)


def instance(start: Start, wishes: Sequence[Table], robust: bool) -> Instance:
    """The market before the entry, and the entrant, with payoffs in [0, 1].

    A payoff in proportion to ``sum_i s_i u_i + wish`` is ``(1 - beta) sum_i (s_i / S) u_i + beta wish / W`` with S and
    W the largest values of both parts, and ``beta / (1 - beta) = W / S``.
    """
    old = Start(start.prior, start.tables[:-1], tuple(row[:-1] for row in start.scales), start.told)
    sizes = [largest_payoff(row, old.tables) for row in old.scales]
    weights = {j: tuple(s / most for s in row) for j, (row, most) in enumerate(zip(old.scales, sizes, strict=True))}
    game = market(old, [Components(row, old.tables, ZERO) for row in weights.values()])
    tallest = [max(map(max, wish)) for wish in wishes]
    shares = tuple(w / (w + s) if w else HALF for w, s in zip(tallest, sizes, strict=True))
    parts = tuple(
        tuple(tuple(x / (w or ONE) for x in row) for row in wish) for wish, w in zip(wishes, tallest, strict=True)
    )
    users = users_of(start.tables)
    ties = common_ties(users, len(wishes), len(game.messages))
    entrant = Entrant(users[-1], ((ONE,),) * len(start.prior), shares, parts, ties)
    aligned = StrongWeights(weights, dict.fromkeys(weights, ZERO))
    profile = telling(augment(game, entrant), start.told)
    everyone = range(len(users))
    return Instance(game, profile, tuple(weights), aligned, FACTORS, everyone, entrant, robust)
