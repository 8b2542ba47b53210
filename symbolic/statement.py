"""What a result says: hypotheses that are named and droppable, a bound, a conclusion and its source."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import reduce
from operator import mul

import sympy

from alignproof.games.polynomial import Polynomial, as_polynomial, gather, variable


@dataclass(frozen=True)
class Size:
    """The size at which a statement is instantiated: n users and k providers in T."""

    users: int
    providers: int


@dataclass(frozen=True)
class Premise:
    """``value >= 0`` (or ``= 0`` if ``equal``), and what the proof multiplies it with.

    An inequality is multiplied by the inequalities named in ``factors``, an equality by ``multiplier``.
    """

    name: str
    value: sympy.Expr
    equal: bool = False
    factors: tuple[str, ...] = ()
    multiplier: sympy.Expr = sympy.S.One


@dataclass(frozen=True)
class Hypothesis:
    """A named hypothesis: in words, where the paper states it, and what it contributes at a size."""

    name: str
    text: str
    source: str
    premises: Callable[[Size], list[Premise]]


@dataclass(frozen=True)
class Statement:
    """A universal result at the level of expectations.

    ``bound`` is what ``guaranteed`` is at least, as a SymPy expression for people; ``conclusion`` is the same at a
    size, as an expression that the premises imply to be nonnegative.
    """

    result: str
    title: str
    source: str
    hypotheses: tuple[Hypothesis, ...]
    guaranteed: sympy.Expr
    bound: sympy.Expr
    conclusion: Callable[[Size], sympy.Expr]

    def without(self, name: str) -> "Statement":
        """The statement with one hypothesis dropped. Raises KeyError if there is none of that name."""
        if name not in {hypothesis.name for hypothesis in self.hypotheses}:
            raise KeyError(name)
        return replace(self, hypotheses=tuple(h for h in self.hypotheses if h.name != name))

    def premises(self, size: Size) -> list[Premise]:
        """All premises at a size."""
        return [premise for hypothesis in self.hypotheses for premise in hypothesis.premises(size)]

    def latex(self) -> str:
        """The conclusion in LaTeX."""
        return f"{sympy.latex(self.guaranteed)} \\ge {sympy.latex(self.bound)}"


def polynomial(expression: sympy.Expr) -> Polynomial:
    """A SymPy polynomial with rational coefficients, expanded or not, as the kernel's kind of polynomial.

    Raises ValueError if it is something else. (Expanding in SymPy takes seconds where this takes milliseconds.)
    """
    if expression.is_Symbol:
        return variable(expression.name)
    if expression.is_Rational:
        return as_polynomial(Fraction(int(expression.p), int(expression.q)))
    if expression.is_Add:
        return gather(map(polynomial, expression.args))
    if expression.is_Mul:
        return reduce(mul, map(polynomial, expression.args))
    if expression.is_Pow and expression.exp.is_Integer and expression.exp > 0:
        return reduce(mul, [polynomial(expression.base)] * int(expression.exp))
    raise ValueError(f"not a polynomial with rational coefficients: {expression}")
