"""Proposition A.2 with finitely many actions and states."""

from fractions import Fraction

from alignproof.counterexamples import corners
from alignproof.oracles.alignments import smallest_strong


def test_weak_alignment_is_exact():
    game = corners.game()
    weights = corners.weights(game)
    assert weights.errors(game) == (0, 0)
    assert not weights.faults(game)


def test_no_set_of_providers_is_strongly_aligned_below_one_half():
    game = corners.game()
    assert [smallest_strong(game, team).eps for team in ((0,), (1,), (0, 1))] == [Fraction(1, 2)] * 3
