"""Square linear systems of a basis, solved exactly: mostly triangular, so that only a core needs elimination."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

ZERO = Fraction(0)
Sparse = Sequence[Mapping[int, Fraction]]
"""A square matrix, by rows: the nonzero entries by column."""


def transposed(matrix: Sparse) -> list[dict[int, Fraction]]:
    """The matrix by columns."""
    columns: list[dict[int, Fraction]] = [{} for _ in matrix]
    for r, row in enumerate(matrix):
        for v, a in row.items():
            columns[v][r] = a
    return columns


def solution(matrix: Sparse, right: Sequence[Fraction]) -> list[Fraction] | None:
    """The solution of ``matrix x = right``; None if the matrix is singular.

    First rows with a single unknown left are solved, again and again; then rows that alone hold some unknown are put
    off to the end; what is left goes to python-flint.
    """
    rows, sides = {r: dict(row) for r, row in enumerate(matrix)}, list(right)
    values = _solved_rows(rows, sides, [set(column) for column in transposed(matrix)])
    later = None if values is None else _put_off(rows)
    core = None if later is None else _eliminated(rows, sides)
    if values is None or later is None or core is None:
        return None
    values |= core
    for v, r, row in reversed(later):
        rest = sum((a * values[u] for u, a in row.items() if u != v), ZERO)
        values[v] = (sides[r] - rest) / row[v]
    return [values[v] for v in range(len(sides))]


def _solved_rows(
    rows: dict[int, dict[int, Fraction]], sides: list[Fraction], holders: Sequence[set[int]]
) -> dict[int, Fraction] | None:
    """Values from rows with a single unknown; both are taken out of ``rows``, and the values into ``sides``."""
    values: dict[int, Fraction] = {}
    ready = [r for r, row in rows.items() if len(row) == 1]
    while ready:
        r = ready.pop()
        if not rows[r]:
            return None
        ((v, a),) = rows.pop(r).items()
        values[v] = sides[r] / a
        for other in holders[v] - {r}:
            sides[other] -= rows[other].pop(v) * values[v]
            if len(rows[other]) == 1:
                ready.append(other)
    return values


def _put_off(rows: dict[int, dict[int, Fraction]]) -> list[tuple[int, int, dict[int, Fraction]]] | None:
    """Unknowns that only one row holds, each with that row, which is taken out of ``rows``."""
    holders: dict[int, set[int]] = {}
    for r, row in rows.items():
        for v in row:
            holders.setdefault(v, set()).add(r)
    later, ready = [], [v for v, where in holders.items() if len(where) == 1]
    while ready:
        v = ready.pop()
        if not holders[v]:
            return None
        (r,) = holders[v]
        row = rows.pop(r)
        later.append((v, r, row))
        for u in row:
            holders[u].discard(r)
            if u != v and len(holders[u]) == 1:
                ready.append(u)
    return later


def _eliminated(rows: Mapping[int, Mapping[int, Fraction]], sides: Sequence[Fraction]) -> dict[int, Fraction] | None:
    import flint

    unknown = list(dict.fromkeys(v for row in rows.values() for v in row))
    if len(unknown) != len(rows):
        return None
    if not rows:
        return {}
    size, zero = len(rows), flint.fmpq(0)
    place = {v: k for k, v in enumerate(unknown)}
    cells = [zero] * (size * size)
    for k, row in enumerate(rows.values()):
        for v, a in row.items():
            cells[k * size + place[v]] = flint.fmpq(a.numerator, a.denominator)
    column = flint.fmpq_mat(size, 1, [flint.fmpq(sides[r].numerator, sides[r].denominator) for r in rows])
    try:
        found = flint.fmpq_mat(size, size, cells).solve(column)
    except ZeroDivisionError:
        return None
    return {v: Fraction(int(found[k, 0].p), int(found[k, 0].q)) for k, v in enumerate(unknown)}
