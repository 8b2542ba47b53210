"""Programs solved by adding rows against the same program with all its rows."""

from fractions import Fraction

import flint
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alignproof.oracles.cutting_planes import Box, CuttingPlanes, NotSolved
from alignproof.oracles.program import Program, maximise

FEW = settings(deadline=None, max_examples=60)
small = st.integers(-4, 4).map(Fraction)


class Listed:
    """Rows in a list; a separation that names one row at a time."""

    def __init__(self, rows, tolerance=1e-9):
        self.rows, self.tolerance = rows, tolerance

    def row(self, key):
        coefficients, bound = self.rows[key]
        return {v: flint.fmpq(a.numerator, a.denominator) for v, a in enumerate(coefficients) if a}, flint.fmpq(
            bound.numerator, bound.denominator
        )

    def violated(self, point):
        gaps = [float(b) - float(np.dot([float(x) for x in a], point)) for a, b in self.rows]
        worst = int(np.argmax(gaps))
        return [worst] if gaps[worst] > self.tolerance else []

    def broken(self, point):
        values = [Fraction(int(x.p), int(x.q)) for x in point]
        return [k for k, (a, b) in enumerate(self.rows) if sum(x * y for x, y in zip(a, values, strict=True)) < b][:1]


def twin(rows, costs):
    """The same program, all rows at once: nonnegative variables."""
    program = Program(
        [-c for c in costs],
        [{v: -a for v, a in enumerate(row) if a} for row, _ in rows],
        [-bound for _, bound in rows],
        [False] * len(rows),
    )
    found = maximise(program)
    return None if found is None else -found.value


@FEW
@given(
    st.lists(st.tuples(st.tuples(small, small, small), small), min_size=1, max_size=12), st.tuples(small, small, small)
)
def test_minimum_is_that_with_all_rows(rows, signed):
    costs = [abs(c) + 1 for c in signed]
    planes = CuttingPlanes(3, Listed(rows))
    expected = twin(rows, costs)
    if expected is None:
        with pytest.raises(NotSolved):
            planes.minimise(dict(enumerate(costs)), Box((Fraction(0),) * 3))
        return
    found = planes.minimise(dict(enumerate(costs)), Box((Fraction(0),) * 3))
    assert found.value == expected
    assert all(sum(x * y for x, y in zip(a, found.point, strict=True)) >= b for a, b in rows)
    # Multipliers show that nothing is smaller.
    assert all(y > 0 for y in found.multipliers.values())
    assert sum(y * rows[k][1] for k, y in found.multipliers.items()) == expected
    for v in range(3):
        assert sum(y * rows[k][0][v] for k, y in found.multipliers.items()) <= costs[v]


@FEW
@given(st.lists(st.tuples(st.tuples(small, small, small), small), min_size=1, max_size=8))
def test_the_next_question_does_not_remember_the_last_box(rows):
    planes = CuttingPlanes(3, Listed(rows))
    costs = dict.fromkeys(range(3), Fraction(1))
    boxes = [Box((Fraction(0),) * 3, frozenset({1})), Box((Fraction(0), Fraction(1, 3), Fraction(0)), frozenset({1}))]
    for box in [*boxes, Box((Fraction(0),) * 3)]:
        try:
            found = planes.minimise(costs, box)
        except NotSolved:
            found = None
        try:
            again = CuttingPlanes(3, Listed(rows)).minimise(costs, box)
        except NotSolved:
            again = None
        assert (found is None) == (again is None)
        if found and again:
            assert found.value == again.value
            assert all(found.point[v] == box.lower[v] for v in box.fixed)


def test_a_row_that_floating_point_cannot_see_is_still_obeyed():
    bound = Fraction(1) + Fraction(1, 10**12)
    rows = [((Fraction(1), Fraction(0)), Fraction(1)), ((Fraction(1), Fraction(0)), bound)]
    found = CuttingPlanes(2, Listed(rows, 1e-6), [0]).minimise(
        {0: Fraction(1), 1: Fraction(1)}, Box((Fraction(0),) * 2)
    )
    assert found.value == bound


def test_unbounded_and_infeasible_programs_are_not_solved():
    free = Box((None, Fraction(0)))
    rows = [((Fraction(0), Fraction(1)), Fraction(1))]
    with pytest.raises(NotSolved):
        CuttingPlanes(2, Listed(rows), [0]).minimise({0: Fraction(1)}, free)
    rows = [((Fraction(0), Fraction(-1)), Fraction(1))]
    with pytest.raises(NotSolved):
        CuttingPlanes(2, Listed(rows), [0]).minimise({1: Fraction(1)}, free)


@FEW
@given(st.lists(st.tuples(st.tuples(small, small, small), small), max_size=8), st.tuples(small, small, small))
def test_upper_bounds_are_rows_like_others(rows, costs):
    """Whatever the costs: a box is bounded."""
    most = [Fraction(1, 2), Fraction(2), Fraction(3)]
    listed = [*rows, *((tuple(-Fraction(v == k) for v in range(3)), -bound) for k, bound in enumerate(most))]
    expected = twin(listed, costs)
    planes = CuttingPlanes(3, Listed(rows or listed))
    box = Box((Fraction(0),) * 3, upper=dict(enumerate(most)))
    if expected is None:
        with pytest.raises(NotSolved):
            planes.minimise(dict(enumerate(costs)), box)
        return
    found = planes.minimise(dict(enumerate(costs)), box)
    assert found.value == expected
    assert all(0 <= x <= bound for x, bound in zip(found.point, most, strict=True))
