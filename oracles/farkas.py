"""Farkas multipliers out of other solvers' proofs: Z3 and cvc5 say why a system of the kernel has no solution.

Neither proof is checked as it stands. In each, the steps that add up inequalities are looked up, their literals are
recognised as rows of the system up to a positive factor, and the multipliers that come out are replayed by the kernel
(:func:`alignproof.checks.linear.refute`). What the kernel does not accept is no refutation, whatever the solver says.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Any

import cvc5
import z3
from cvc5 import Kind, ProofRule

from alignproof.checks.linear import System
from alignproof.games.polynomial import Monomial
from alignproof.oracles.systems import Refutation, Unknown, refuted

ZERO, ONE = Fraction(0), Fraction(1)
Affine = Mapping[Monomial, Fraction]
"""An affine function: coefficients by variable, the constant at ``()``."""


@dataclass(frozen=True)
class _Bound:
    """An affine function that has to be >= 0, or > 0; ``origin`` is a row and the sign with which it was taken, None
    for the sign of a variable."""

    value: Affine
    strict: bool
    origin: tuple[str, int] | None


def _bounds(system: System) -> list[_Bound]:
    """The system as inequalities alone: an equation is two of them."""
    found = []
    for name, row in system.rows.items():
        for sign in (1, -1) if row.sense == "=" else (1,):
            value = {monomial: sign * c for monomial, c in row.value.terms.items()}
            found.append(_Bound(value, row.sense == ">", (name, sign)))
    variables = dict.fromkeys(m for row in system.rows.values() for m in row.value.terms if m)
    return found + [_Bound({v: ONE}, False, None) for v in variables if v not in system.free]


def by_z3(system: System, seconds: float = 60.0) -> Refutation | Unknown:
    """A refutation out of a proof of Z3's. Unknown, with the reason, if there is none."""
    try:
        return _by_z3(system, seconds)
    except z3.Z3Exception as error:
        return Unknown(f"Z3 fails: {error}")


def _by_z3(system: System, seconds: float) -> Refutation | Unknown:
    bounds = _bounds(system)
    context = z3.Context("proof", True)
    names = _names(bounds)
    terms = {monomial: z3.Real(name, context) for name, monomial in names.items()}
    solver = z3.SimpleSolver(context)
    solver.set("timeout", max(1, int(1000 * seconds)))
    solver.set("arith.solver", 2)  # the simplex that names its multipliers
    for bound in bounds:
        total = z3.Sum([_z3_number(bound.value.get((), ZERO), context)])
        total += z3.Sum([_z3_number(c, context) * terms[m] for m, c in bound.value.items() if m] or [total * 0])
        solver.add(total > 0 if bound.strict else total >= 0)
    answer = solver.check()
    if answer != z3.unsat:
        return Unknown(f"Z3 says {answer}")
    return _replayed(system, bounds, _z3_sums(solver.proof(), names), "Z3")


def _z3_number(value: Fraction, context: z3.Context) -> z3.RatNumRef:
    return z3.Q(value.numerator, value.denominator, context)


def _z3_sums(proof: z3.ExprRef, names: Mapping[str, Monomial]) -> Iterator[list[tuple[Affine, Fraction]]]:
    """The premises and multipliers of each step that adds up inequalities."""
    for step in _z3_steps(proof):
        if step.decl().kind() != z3.Z3_OP_PR_TH_LEMMA:
            continue
        kind, name, *numbers = [str(item) for item in step.decl().params()]
        if kind != "arith" or name != "farkas":
            continue
        *premises, concluded = step.children()
        literals = [(premise.children()[-1], True) for premise in premises]
        if not z3.is_false(concluded):
            literals += [(item, False) for item in (concluded.children() if z3.is_or(concluded) else [concluded])]
        values = [_z3_literal(literal, holds, names) for literal, holds in literals]
        if None not in values and len(values) == len(numbers):
            yield [(v, abs(Fraction(n))) for v, n in zip(values, numbers, strict=True) if v is not None]


def _z3_steps(proof: z3.ExprRef) -> Iterator[z3.ExprRef]:
    seen, left = set(), [proof]
    while left:
        step = left.pop()
        if step.get_id() not in seen:
            seen.add(step.get_id())
            yield step
            left += step.children()


def _z3_literal(literal: z3.ExprRef, holds: bool, names: Mapping[str, Monomial]) -> Affine | None:
    """What is >= 0 or > 0 if the literal holds, or does not; None if it is no inequality."""
    while z3.is_not(literal):
        literal, holds = literal.arg(0), not holds
    upper = z3.is_le(literal) or z3.is_lt(literal)
    if not upper and not z3.is_ge(literal) and not z3.is_gt(literal):
        return None
    left, right = (_z3_affine(side, names) for side in literal.children())
    if left is None or right is None:
        return None
    return _difference(right, left) if upper == holds else _difference(left, right)


def _z3_affine(term: z3.ExprRef, names: Mapping[str, Monomial]) -> Affine | None:
    if z3.is_rational_value(term):
        return {(): term.as_fraction()}
    if z3.is_const(term) and str(term) in names:
        return {names[str(term)]: ONE}
    parts = [_z3_affine(part, names) for part in term.children()]
    if z3.is_add(term):
        return _added(parts)
    return _scaled(parts) if z3.is_mul(term) else None


def by_cvc5(system: System, seconds: float = 60.0) -> Refutation | Unknown:
    """A refutation out of a proof of cvc5's. Unknown, with the reason, if there is none."""
    try:
        return _by_cvc5(system, seconds)
    except RuntimeError as error:
        return Unknown(f"cvc5 fails: {error}")


def _by_cvc5(system: System, seconds: float) -> Refutation | Unknown:
    bounds = _bounds(system)
    manager = cvc5.TermManager()
    solver = cvc5.Solver(manager)
    options = {"produce-proofs": "true", "proof-granularity": "macro", "simplification": "none"}
    for name, value in (options | {"tlimit-per": str(max(1, int(1000 * seconds)))}).items():
        solver.setOption(name, value)
    solver.setLogic("QF_LRA")
    names = _names(bounds)
    terms = {monomial: manager.mkConst(manager.getRealSort(), name) for name, monomial in names.items()}
    zero = manager.mkReal(0)
    for bound in bounds:
        parts = [_cvc5_number(manager, bound.value.get((), ZERO)), zero]
        for monomial, c in bound.value.items():
            if monomial:
                parts.append(manager.mkTerm(Kind.MULT, _cvc5_number(manager, c), terms[monomial]))
        kind = Kind.GT if bound.strict else Kind.GEQ
        solver.assertFormula(manager.mkTerm(kind, manager.mkTerm(Kind.ADD, *parts), zero))
    answer = solver.checkSat()
    if not answer.isUnsat():
        return Unknown(f"cvc5 says {answer}")
    return _replayed(system, bounds, _cvc5_sums(solver.getProof(), names), "cvc5")


PROVERS: dict[str, Callable[[System, float], Refutation | Unknown]] = {"Z3": by_z3, "cvc5": by_cvc5}
"""By solver: a refutation of a system, looking for so many seconds."""


def _cvc5_number(manager: Any, value: Fraction) -> Any:
    return manager.mkReal(value.numerator, value.denominator)


def _cvc5_sums(proofs: Iterable[Any], names: Mapping[str, Monomial]) -> Iterator[list[tuple[Affine, Fraction]]]:
    """The premises and multipliers of each step that adds up inequalities."""
    left = list(proofs)
    while left:
        step = left.pop()
        left += step.getChildren()
        if step.getRule() == ProofRule.MACRO_ARITH_SCALE_SUM_UB:
            values = [_cvc5_literal(child.getResult(), names) for child in step.getChildren()]
            numbers = [Fraction(str(item.getRealValue())) for item in step.getArguments()]
            if None not in values:
                yield [(v, abs(n)) for v, n in zip(values, numbers, strict=True) if v is not None]


def _cvc5_literal(literal: Any, names: Mapping[str, Monomial]) -> Affine | None:
    holds = True
    while literal.getKind() == Kind.NOT:
        literal, holds = literal[0], not holds
    upper = literal.getKind() in (Kind.LEQ, Kind.LT)
    if not upper and literal.getKind() not in (Kind.GEQ, Kind.GT):
        return None
    left, right = _cvc5_affine(literal[0], names), _cvc5_affine(literal[1], names)
    if left is None or right is None:
        return None
    return _difference(right, left) if upper == holds else _difference(left, right)


def _cvc5_affine(term: Any, names: Mapping[str, Monomial]) -> Affine | None:
    if term.isRealValue():
        return {(): Fraction(str(term.getRealValue()))}
    if term.getKind() == Kind.CONSTANT:
        return {names[term.getSymbol()]: ONE} if term.getSymbol() in names else None
    parts = [_cvc5_affine(part, names) for part in term]
    if term.getKind() == Kind.ADD:
        return _added(parts)
    return _scaled(parts) if term.getKind() == Kind.MULT else None


def _names(bounds: Iterable[_Bound]) -> dict[str, Monomial]:
    variables = dict.fromkeys(m for bound in bounds for m in bound.value if m)
    return {f"v{k}": monomial for k, monomial in enumerate(variables)}


def _added(parts: list[Affine | None]) -> Affine | None:
    found: dict[Monomial, Fraction] = {}
    for part in parts:
        if part is None:
            return None
        for monomial, c in part.items():
            found[monomial] = found.get(monomial, ZERO) + c
    return found


def _scaled(parts: list[Affine | None]) -> Affine | None:
    """A product in which at most one factor is not a number."""
    factor, rest = ONE, None
    for part in parts:
        if part is None:
            return None
        if set(part) <= {()}:
            factor *= part.get((), ZERO)
        elif rest is None:
            rest = part
        else:
            return None
    return {(): factor} if rest is None else {monomial: factor * c for monomial, c in rest.items()}


def _difference(left: Affine, right: Affine) -> Affine:
    return {m: left.get(m, ZERO) - right.get(m, ZERO) for m in {**left, **right}}


def _shape(value: Affine) -> tuple[frozenset[tuple[Monomial, Fraction]], Fraction]:
    """The function divided by a positive number, so that multiples become equal, and that number."""
    terms = {monomial: c for monomial, c in value.items() if c}
    scale = abs(terms[max(terms)]) if terms else ONE
    return frozenset((monomial, c / scale) for monomial, c in terms.items()), scale


def _replayed(
    system: System, bounds: list[_Bound], sums: Iterator[list[tuple[Affine, Fraction]]], solver: str
) -> Refutation | Unknown:
    """The first sum of rows that the kernel accepts. Last come sums so plain that solvers make no step of them: a bound
    that is false by itself, and two that exclude each other."""
    known: dict[object, _Bound] = {}
    for bound in bounds:
        shape = _shape(bound.value)[0]
        if bound.strict or shape not in known:
            known[shape] = bound
    plain = [[(bound.value, ONE)] for bound in bounds if not any(c for m, c in bound.value.items() if m)]
    for candidate in (*sums, *plain, *_opposite(bounds)):
        multipliers = _multipliers(candidate, known)
        if multipliers is not None and refuted(system, multipliers):
            return Refutation(multipliers)
    return Unknown(f"{solver} says unsat, but no step of its proof adds up rows to a contradiction")


def _opposite(bounds: list[_Bound]) -> Iterator[list[tuple[Affine, Fraction]]]:
    """Pairs of bounds whose variables cancel."""
    by_shape: dict[object, list[tuple[_Bound, Fraction]]] = {}
    for bound in bounds:
        shape, scale = _shape({m: c for m, c in bound.value.items() if m})
        canonical = min(shape, frozenset((m, -c) for m, c in shape), key=sorted)
        by_shape.setdefault(canonical, []).append((bound, scale))
    for group in by_shape.values():
        for (one, first), (two, second) in combinations(group, 2):
            yield [(one.value, 1 / first), (two.value, 1 / second)]


def _multipliers(
    candidate: list[tuple[Affine, Fraction]], known: Mapping[object, _Bound]
) -> dict[str, Fraction] | None:
    """Multipliers of rows; None if a premise is no row."""
    found: dict[str, Fraction] = {}
    for value, multiplier in candidate:
        shape, scale = _shape(value)
        bound = known.get(shape)
        if bound is None:
            return None
        if bound.origin is not None:
            name, sign = bound.origin
            found[name] = found.get(name, ZERO) + sign * multiplier * scale / _shape(bound.value)[1]
    return {name: multiplier for name, multiplier in found.items() if multiplier}
