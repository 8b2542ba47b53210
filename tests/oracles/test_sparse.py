"""Sparse systems are solved exactly, and singular ones are found out, as dense elimination does."""

from fractions import Fraction

import flint
from hypothesis import given
from hypothesis import strategies as st

from alignproof.oracles.sparse import solution, transposed

ENTRIES = st.sampled_from([0, 0, 0, 1, -1, 2, Fraction(1, 3)]).map(Fraction)


def dense(matrix, right):
    size = len(right)
    left = flint.fmpq_mat(size, size, [flint.fmpq(a.numerator, a.denominator) for row in matrix for a in row])
    column = flint.fmpq_mat(size, 1, [flint.fmpq(b.numerator, b.denominator) for b in right])
    try:
        found = left.solve(column)
    except ZeroDivisionError:
        return None
    return [Fraction(int(found[k, 0].p), int(found[k, 0].q)) for k in range(size)]


def sparse(matrix):
    return [{v: a for v, a in enumerate(row) if a} for row in matrix]


@st.composite
def systems(draw):
    size = draw(st.integers(1, 6))
    row = st.lists(ENTRIES, min_size=size, max_size=size)
    return draw(st.lists(row, min_size=size, max_size=size)), draw(row)


@given(systems())
def test_agrees_with_dense_elimination(system):
    matrix, right = system
    assert solution(sparse(matrix), right) == dense(matrix, right)


@given(systems())
def test_transposing_twice_is_nothing(system):
    assert transposed(transposed(sparse(system[0]))) == sparse(system[0])


def test_no_unknowns():
    assert solution([], []) == []


def test_two_rows_about_one_unknown():
    assert solution([{0: Fraction(1)}, {0: Fraction(1)}], [Fraction(1), Fraction(1)]) is None


def test_two_unknowns_in_one_row_alone():
    assert solution([{0: Fraction(1), 1: Fraction(1)}, {}], [Fraction(1), Fraction(0)]) is None
