"""Companions: the equation that is left has the same error there as in the market itself, and the kernel agrees."""

import random
from dataclasses import replace
from fractions import Fraction

import pytest

from alignproof.counterexamples import dropped, turns
from alignproof.formats.certificates import alignment_document, certificate, team_claim
from alignproof.games.alignment import StrongWeights, WeakWeights
from alignproof.games.model import Components
from alignproof.verification.conditions import _payoffs_alone, _turned_users, _utilities_alone, shorter
from tests.evidence import accepted


def draw(rng, *values):
    return Fraction(rng.choice(values), 4)


def claim_at(market, errors):
    """The certificate that a companion is aligned with these errors."""
    game, team, weights = market
    return certificate("aligned", team_claim(game, team, alignment=alignment_document(weights, errors)), {})


def bound_by(market, k):
    """The companion's own k-th error; the kernel accepts it, and no smaller one."""
    errors = market[2].errors(market[0])
    assert accepted(claim_at(market, errors))
    if errors[k]:
        assert not accepted(claim_at(market, [e - Fraction(1, 100) * (n == k) for n, e in enumerate(errors)]))
    return errors[k]


@pytest.mark.parametrize("seed", range(30))
def test_equation_3_of_one_provider(seed):
    rng = random.Random(seed)
    game = dropped.spite("P").game
    rows = {j: tuple(draw(rng, -4, -1, 0, 1, 3) for _ in range(2)) for j in range(2)}
    weights = StrongWeights(rows, {j: draw(rng, 0, 1, 2) for j in range(2)})
    for j in range(2):
        assert bound_by(_turned_users(game, j, weights), 0) == max(map(abs, weights.residuals(game, j)))


def weak_weights(rng):
    def part():
        return tuple(tuple(draw(rng, 0, 1, 2) for _ in range(2)) for _ in range(2))

    parts = {j: Components((draw(rng, 0, 1, 4),), (part(),), draw(rng, 0, 1)) for j in range(2)}
    w = {j: (draw(rng, -2, -1, 1, 2),) for j in range(2)}
    return WeakWeights(parts, w, (draw(rng, -1, 0, 1),))


@pytest.mark.parametrize("seed", range(30))
def test_equations_1_and_2_alone(seed):
    game, weights = dropped.negative_share().game, weak_weights(random.Random(seed))
    users, providers = weights.errors(game)
    assert bound_by(_utilities_alone(game, (0, 1), weights), 0) == users
    if all(part.weights[0] for part in weights.providers.values()):
        assert bound_by(_payoffs_alone(game, (0, 1), weights), 1) == providers
    else:
        assert _payoffs_alone(game, (0, 1), weights)[2].errors(_payoffs_alone(game, (0, 1), weights)[0])[1] == providers


@pytest.mark.parametrize(("word", "left"), [("UP", "P"), ("PU", "P"), ("UPU", "PU"), ("UUP", "UP"), ("PUP", "PU")])
def test_a_round_less(word, left):
    game = replace(turns.askers(2, "P"), protocol=word)
    assert shorter(game) == replace(game, protocol=left)
