"""Universal results written down literally: too slow as they stand, but right where they end."""

from fractions import Fraction

import pytest

from alignproof.smt.literal import theorem_3_1_fails, theorem_4_3_fails, theorem_4_4_fails, theorem_5_1_fails


@pytest.mark.parametrize("actions", [1, 2])
def test_without_anything_to_know_it_cannot_fail(actions):
    assert theorem_3_1_fails(actions, states=1, messages=1, seconds=30) == "unsat"


def test_with_negative_slack_it_fails():
    """A control: the encoding has solutions."""
    assert theorem_3_1_fails(2, 1, 1, 30, (Fraction(-2), Fraction(-2))) == "sat"
    assert theorem_3_1_fails(2, 2, 2, 30, (Fraction(-2), Fraction(-2))) == "sat"


def test_it_does_not_end_in_time():
    assert theorem_3_1_fails(2, 2, 2, 0.2) == "unknown"


@pytest.mark.parametrize(
    ("fails", "size"),
    [
        (theorem_3_1_fails, (2, 2, 1)),
        (theorem_3_1_fails, (2, 1, 2)),
        (theorem_4_3_fails, (2, 2, 2, 1)),
        (theorem_4_4_fails, (2, 2, 1, 2)),
        (theorem_5_1_fails, (2, 2, 1)),
    ],
)
def test_none_fails_where_it_ends(fails, size):
    assert fails(*size, seconds=30) == "unsat"


@pytest.mark.parametrize(
    ("fails", "size", "factors"),
    [
        (theorem_4_3_fails, (2, 2, 2, 2), (0,)),
        (theorem_4_3_fails, (2, 2, 2, 2), (-2,)),
        (theorem_4_4_fails, (2, 2, 2, 2), (1, -2)),
        (theorem_5_1_fails, (2, 2, 2), (-2, -2)),
    ],
)
def test_with_less_slack_each_fails(fails, size, factors):
    """Controls: the encodings have solutions."""
    assert fails(*size, 30, tuple(map(Fraction, factors))) == "sat"
