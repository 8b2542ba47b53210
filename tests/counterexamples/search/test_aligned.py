"""Whatever solves the rows is aligned without error, with all side conditions that are kept."""

from dataclasses import replace
from fractions import Fraction
from random import Random

import pytest

from alignproof.counterexamples.search.aligned import Alignment, draw_team, strong_alignment, weak_alignment
from alignproof.counterexamples.search.linear import best
from alignproof.counterexamples.search.setting import Shape, draw_game
from alignproof.counterexamples.search.target import Target
from alignproof.games.polynomial import gather, variable
from alignproof.symbolic import theorem_3_1, theorem_4_3

SHAPE = Shape(2, 2, 2, 2, 2, 1, 2, 2)


def target(statement, *gone):
    for name in gone:
        statement = statement.without(name)
    return Target(statement, frozenset(gone), "P", "common", "state and user", statement.argument.play)


def solved(random, game, alignment: Alignment):
    """The market that a random corner of the rows makes, and its weights."""
    cells = {m for row in alignment.rows for m in row.value.terms if m and m[0][0].startswith("payoff")}
    objective = gather(Fraction(-random.randint(0, 3)) * variable(m[0][0]) for m in sorted(cells))
    point = best(alignment.rows, objective, 60)
    if point is None:
        return None
    payoffs, weights = alignment.read(point)
    made = [replace(who, payoff=payoff) for who, payoff in zip(game.providers, payoffs, strict=True)]
    return replace(game, providers=tuple(made)), weights


def strong(seed, *gone):
    random, wanted = Random(seed), target(theorem_4_3.statement(), *gone)
    game = draw_game(random, wanted, SHAPE)
    return solved(random, game, strong_alignment(random, wanted, game, draw_team(random, 2)))


def weak(seed, *gone):
    random, wanted = Random(seed), target(theorem_3_1.statement(), *gone)
    game = draw_game(random, wanted, SHAPE)
    return solved(random, game, weak_alignment(random, wanted, game, draw_team(random, 2), 2))


@pytest.mark.parametrize("draw", [strong, weak])
def test_alignment_is_exact(draw):
    markets = [market for seed in range(30) if (market := draw(seed)) is not None]
    assert len(markets) > 15
    for game, weights in markets:
        assert not any(weights.errors(game))
        assert not weights.faults(game)


@pytest.mark.parametrize("draw", [strong, weak])
def test_payoffs_lie_in_the_unit_interval(draw):
    for game, _ in filter(None, (draw(seed) for seed in range(20))):
        for who in game.providers:
            values = [who.payoff.value(actions, y) for actions in game.action_profiles() for y in range(2)]
            assert 0 <= min(values) <= max(values) <= 1


@pytest.mark.parametrize("draw", [strong, weak])
def test_without_signs_alignment_is_exact_all_the_same(draw):
    """Some weights are below 0, and every user is still covered."""
    negative = 0
    for game, weights in filter(None, (draw(seed, "weights") for seed in range(30))):
        assert not any(weights.errors(game))
        assert not [fault for fault in weights.faults(game) if "covered" in fault]
        negative += any(w < 0 for row in weights.users.values() for w in row)
    assert negative or draw is strong


@pytest.mark.parametrize(("draw", "name"), [(weak, "user alignment"), (strong, "strong alignment")])
def test_a_dropped_equation_is_not_imposed(draw, name):
    markets = [draw(seed, name) for seed in range(5)]
    assert any(weights.errors(game)[0] for game, weights in markets)
    assert not any(weights.faults(game) for game, weights in markets)


def test_without_coverage_nobody_need_be_covered():
    game, weights = strong(0, "coverage")
    assert not any(w for row in weights.users.values() for w in row)
    assert not any(weights.errors(game))
