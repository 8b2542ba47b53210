"""Farkas multipliers and solutions of a linear system with parameters, found at a point and kept symbolic.

Multipliers that refute the system at a point are a corner of a polyhedron: the solution of linear equations whose
coefficients are polynomials in the parameters. Solved over rational functions they refute the system wherever they
keep their signs. The same holds for a solution.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm

from alignproof.checks.linear import Row, System
from alignproof.counterexamples.regions.fields import Factored, factored, independent, solved
from alignproof.counterexamples.regions.parameters import Point, coefficients, specialised, value_at
from alignproof.formats.certificates import Document, certificate
from alignproof.formats.documents import polynomial_document
from alignproof.games.algebra import ONE, ZERO
from alignproof.games.polynomial import Monomial, Polynomial, as_polynomial, gather
from alignproof.oracles.systems import Refutation
from alignproof.symbolic.identities import identity_claim

NOTHING = as_polynomial(ZERO)


@dataclass(frozen=True)
class Combination:
    """Multipliers of a system's rows, polynomials in the parameters, and what is left of their combination: ``slacks``
    times variables and ``constant``, each taken with a minus sign. ``total``, the multipliers of strict rows and the
    constant together, is positive at the point."""

    system: System
    multipliers: Mapping[str, Polynomial]
    slacks: Mapping[Monomial, Polynomial]
    constant: Polynomial
    total: Polynomial

    def at(self, point: Point) -> dict[str, Fraction]:
        """The multipliers at a point."""
        return {name: value_at(value, point) for name, value in self.multipliers.items()}

    def rows(self) -> Iterable[Row]:
        """What has to hold of the parameters for the combination to refute the system."""
        yield Row(self.total, ">")
        yield Row(self.constant, ">=")
        for name, value in self.multipliers.items():
            if self.system.rows[name].sense != "=":
                yield Row(value, ">=")
        for variable, value in self.slacks.items():
            yield Row(value, "=" if variable in self.system.free else ">=")


def _sum(pairs: Iterable[tuple[Polynomial, Polynomial]]) -> Polynomial:
    return gather(a * b for a, b in pairs)


def generalised(system: System, parameters: Sequence[str], point: Point, refutation: Refutation) -> Combination | None:
    """The multipliers of a refutation at ``point`` as functions of the parameters; None if that fails."""
    support = list(refutation.multipliers)
    split = {name: coefficients(system.rows[name].value, parameters) for name in support}
    variables = list(dict.fromkeys(v for parts in split.values() for v in parts))
    left = {v: [split[name].get(v, NOTHING) for name in support] for v in variables}
    left.setdefault((), [NOTHING] * len(support))
    strict = [as_polynomial(ONE if system.rows[name].sense == ">" else ZERO) for name in support]
    norm = [s - c for s, c in zip(strict, left[()], strict=True)]
    at = {v: [value_at(c, point) for c in row] for v, row in left.items()}
    given = [refutation.multipliers[name] for name in support]
    scale = sum((value_at(n, point) * m for n, m in zip(norm, given, strict=True)), ZERO)
    tight = [v for v in left if sum((a * m for a, m in zip(at[v], given, strict=True)), ZERO) == 0]
    tight.sort(key=lambda v: v not in system.free)
    units = [[ONE if k == place else ZERO for k in range(len(support))] for place in range(len(support))]
    equations = [norm, *(left[v] for v in tight), *([as_polynomial(a) for a in row] for row in units)]
    numbers = [[value_at(a, point) for a in row] for row in equations]
    right = [ONE, *(ZERO for _ in tight), *(m / scale for m in given)]
    chosen = independent(numbers)
    found = solved([equations[k] for k in chosen], [as_polynomial(right[k]) for k in chosen], parameters)
    if found is None:
        return None
    values, total = found
    if value_at(total, point) < 0:
        values, total = [-value for value in values], -total
    rest = {v: -_sum(zip(values, row, strict=True)) for v, row in left.items()}
    constant = rest.pop(())
    multipliers = {name: value for name, value in zip(support, values, strict=True) if value.terms}
    return Combination(system, multipliers, {v: r for v, r in rest.items() if r.terms}, constant, total)


def identity_certificate(combination: Combination, parameters: Sequence[str], point: Point) -> Document:
    """The refutation as an identity, parameters and variables being indeterminates.

    Hypotheses: the system's rows that are used, its variables' signs, and the signs of the factors of multipliers and
    slacks that are there an odd number of times. Conclusion: minus the constant and the strict rows, times their
    multipliers, is nonnegative, which cannot be if these rows are positive.
    """
    system, rows = combination.system, combination.system.rows
    nonnegative: dict[str, Polynomial] = {}
    zero: dict[str, Polynomial] = {}
    equal: dict[str, Polynomial] = {}
    products: list[tuple[Fraction, list[str]]] = []
    goal = [-combination.constant]

    def factors(value: Polynomial) -> tuple[Fraction, list[str]]:
        parts: Factored = factored(value, point, parameters)
        names = []
        for factor, power in parts.factors:
            square, name = f"({written(factor)})^2 >= 0", f"{written(factor)} >= 0"
            if power > 1:
                nonnegative[square] = factor * factor
            if power % 2:
                nonnegative[name] = factor
            names += [square] * (power // 2) + [name] * (power % 2)
        return parts.scale, names

    for name, multiplier in combination.multipliers.items():
        row = rows[name]
        if row.sense == "=":
            zero[name], equal[name] = row.value, multiplier
        elif row.sense == ">":
            goal.append(-multiplier * row.value)
        else:
            nonnegative[name] = row.value
            scale, names = factors(multiplier)
            products.append((scale, [*names, name]))
    for variable, slack in combination.slacks.items():
        value = Polynomial({variable: ONE})
        if variable in system.free:
            zero[f"{written(slack)} = 0"], equal[f"{written(slack)} = 0"] = slack, value
        else:
            nonnegative[f"{written(value)} >= 0"] = value
            scale, names = factors(slack)
            products.append((scale, [*names, f"{written(value)} >= 0"]))
    proof = {
        "products": [{"coefficient": str(scale), "factors": names} for scale, names in products],
        "zero": {name: polynomial_document(value) for name, value in equal.items()},
    }
    claim = identity_claim(nonnegative, zero, {"refuted": gather(goal)})
    claim["variables"] = list(dict.fromkeys([*parameters, *claim["variables"]]))
    return certificate("identity", claim, {"refuted": proof})


def written(value: Polynomial) -> str:
    """A polynomial as text."""
    terms = sorted(value.terms.items(), key=lambda term: (-sum(e for _, e in term[0]), term[0]))
    parts = []
    for monomial, coefficient in terms:
        name = " ".join(v if e == 1 else f"{v}^{e}" for v, e in monomial)
        size = abs(coefficient)
        text = name if size == 1 and name else f"{size} {name}".strip()
        parts.append(f"{'-' if coefficient < 0 else '+'} {text}")
    text = " ".join(parts) or "0"
    return text.removeprefix("+ ") if text.startswith("+") else text.replace("- ", "-", 1)


def inequality(row: Row) -> str:
    """A row as text, in whole numbers without a common factor or a minus sign."""
    numbers = row.value.terms.values()
    scale = Fraction(gcd(*(c.numerator for c in numbers)), lcm(*(c.denominator for c in numbers))) or ONE
    sides = ({m: c * sign / scale for m, c in row.value.terms.items() if c * sign > 0} for sign in (1, -1))
    left, right = (written(Polynomial(side)) for side in sides)
    return f"{left} {row.sense} {right}"


@dataclass(frozen=True)
class Solved:
    """A solution of a system: ``values`` over ``denominator``, polynomials in the parameters, positive at the point."""

    system: System
    values: Mapping[Monomial, Polynomial]
    denominator: Polynomial

    def at(self, name: str, point: Point) -> Fraction:
        """The value of a variable at a point."""
        return value_at(self.values.get(((name, 1),), NOTHING), point) / value_at(self.denominator, point)

    def rows(self, parameters: Sequence[str]) -> Iterable[Row]:
        """What has to hold of the parameters for it to be a solution."""
        yield Row(self.denominator, ">")
        for row in self.system.rows.values():
            parts = coefficients(row.value, parameters)
            value = _sum((c, self.values[v] if v else self.denominator) for v, c in parts.items())
            yield Row(value, row.sense)
        for variable, value in self.values.items():
            if variable not in self.system.free:
                yield Row(value, ">=")


def solution(
    system: System, parameters: Sequence[str], point: Point, values: Mapping[Monomial, Fraction]
) -> Solved | None:
    """A solution at ``point`` as a function of the parameters: the rows that are tight there stay so. None if that
    fails."""
    names = list(dict.fromkeys(v for row in system.rows.values() for v in coefficients(row.value, parameters) if v))
    given = [values.get(v, ZERO) for v in names]
    here = specialised(system, point)
    equations: list[list[Polynomial]] = []
    right: list[Polynomial] = []
    for name, row in system.rows.items():
        worth = sum((c * (values.get(v, ZERO) if v else ONE) for v, c in here.rows[name].value.terms.items()), ZERO)
        if worth == 0:
            parts = coefficients(row.value, parameters)
            equations.append([parts.get(v, NOTHING) for v in names])
            right.append(-parts.get((), NOTHING))
    for place, number in sorted(enumerate(given), key=lambda pair: pair[1] != 0):
        equations.append([as_polynomial(ONE if k == place else ZERO) for k in range(len(names))])
        right.append(as_polynomial(number))
    chosen = independent([[value_at(a, point) for a in row] for row in equations])
    found = solved([equations[k] for k in chosen], [right[k] for k in chosen], parameters)
    if found is None:
        return None
    numerators, denominator = found
    if value_at(denominator, point) < 0:
        numerators, denominator = [-n for n in numerators], -denominator
    return Solved(system, dict(zip(names, numerators, strict=True)), denominator)
