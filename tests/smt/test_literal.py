"""Theorem 3.1 written down literally: too slow as it stands, but right where it ends."""

from fractions import Fraction

import pytest

from alignproof.smt.literal import theorem_3_1_fails


@pytest.mark.parametrize("actions", [1, 2])
def test_without_anything_to_know_it_cannot_fail(actions):
    assert theorem_3_1_fails(actions, states=1, messages=1, seconds=30) == "unsat"


def test_with_negative_slack_it_fails():
    """A control: the encoding has solutions."""
    assert theorem_3_1_fails(2, 1, 1, 30, (Fraction(-2), Fraction(-2))) == "sat"
    assert theorem_3_1_fails(2, 2, 2, 30, (Fraction(-2), Fraction(-2))) == "sat"


def test_it_does_not_end_in_time():
    assert theorem_3_1_fails(2, 2, 2, 0.2) == "unknown"
