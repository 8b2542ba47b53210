"""What a result says: hypotheses that are named and droppable, a bound, a conclusion, its source and its proof.

A statement is written once and read at three depths. *Expectations*: premises between expected utilities, over a world
of users and providers, a :class:`Size` or any number of them (:mod:`alignproof.symbolic.induction`). *Definitions*: the
kernel's own hypotheses about the game, and a proof from them (:mod:`alignproof.symbolic.derivation`). *Print*: LaTeX.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import reduce
from operator import mul
from typing import Any, Protocol

import sympy

from alignproof.games.model import Play
from alignproof.games.polynomial import Polynomial, as_polynomial, gather, variable
from alignproof.symbolic.derivation import Document, Expression, Place

Index = int | str
"""A number, or the name of a generic index."""

Quantities = Mapping[sympy.Symbol, sympy.Expr]
"""What the symbols of a bound stand for at some depth."""


class World(Protocol):
    """The other users (user 1 is the one a result speaks of) and T's providers, and sums over them."""

    def each_other(self) -> Iterable[Index]:
        """The other users."""
        ...

    def each_provider(self) -> Iterable[Index]:
        """T's providers."""
        ...

    def over_others(self, term: Callable[[Index], sympy.Expr]) -> sympy.Expr:
        """The sum of ``term`` over the other users."""
        ...

    def over_providers(self, term: Callable[[Index], sympy.Expr]) -> sympy.Expr:
        """The sum of ``term`` over T's providers."""
        ...


@dataclass(frozen=True)
class Size:
    """The world of n users and k providers in T."""

    users: int
    providers: int

    def each_other(self) -> Iterable[Index]:
        """See :class:`World`."""
        return range(2, self.users + 1)

    def each_provider(self) -> Iterable[Index]:
        """See :class:`World`."""
        return range(1, self.providers + 1)

    def over_others(self, term: Callable[[Index], sympy.Expr]) -> sympy.Expr:
        """See :class:`World`."""
        return sympy.Add(*map(term, self.each_other()))

    def over_providers(self, term: Callable[[Index], sympy.Expr]) -> sympy.Expr:
        """See :class:`World`."""
        return sympy.Add(*map(term, self.each_provider()))


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
class Stated:
    """A hypothesis about the game in the claim's own words, for one that the kernel has no name for.

    ``variables``: numbers that it brings in, such as weights; ``nonnegative`` and ``zero``: what it says of these and
    of the market's numbers, expressions by name.
    """

    variables: Callable[[Place], list[str]] = lambda where: []
    nonnegative: Callable[[Place], dict[str, Expression]] = lambda where: {}
    zero: Callable[[Place], dict[str, Expression]] = lambda where: {}


@dataclass(frozen=True)
class Hypothesis:
    """A named hypothesis: in words, where the paper states it, and what it contributes in a world.

    ``kernel``: what the kernel calls it, as a hypothesis about the game; None if no proof uses it, or if it is about
    the size; ``part_of``, if it is weaker than that of another name. ``derived``: it is a step of the proof, which the
    definitions yield, and a hypothesis only at the level of expectations. ``outside``: for one about the size or the
    protocol, a place (digits of a size, protocol) without it.

    For a hypothesis that is nowhere known: ``stated`` says it to the kernel, and ``shown`` makes of an instance
    (:class:`alignproof.counterexamples.violations.Instance`) the certificate that it holds there, with what the bound's
    symbols then are; it raises :class:`alignproof.verification.conditions.NotShown` if there is none.
    """

    name: str
    text: str
    source: str
    premises: Callable[[World], list[Premise]]
    kernel: str | None = None
    derived: bool = False
    outside: tuple[str, str] | None = None
    part_of: str | None = None
    stated: Stated | None = None
    shown: Callable[[Any], tuple[Document, Mapping[sympy.Symbol, Fraction]]] | None = None


def nothing(world: World) -> list[Premise]:
    """The premises of a hypothesis that expectations say nothing of."""
    return []


@dataclass(frozen=True)
class Line:
    """A line of the proof: a relation as the paper displays it, and why it holds."""

    formula: str
    why: str


@dataclass(frozen=True)
class Claim:
    """A result that is no bound on every equilibrium: its formula as LaTeX, and the proof's lines."""

    result: str
    title: str
    source: str
    formula: str
    lines: tuple[Line, ...]

    def latex(self) -> str:
        """The claim in LaTeX."""
        return self.formula

    def _repr_latex_(self) -> str:
        """The claim, typeset by notebooks."""
        return f"$\\displaystyle {self.latex()}$"


@dataclass(frozen=True)
class Step:
    """How a premise follows at all sizes: ``build`` makes a lemma (:class:`alignproof.symbolic.lemmas.Lemma`) of the
    statement, if the hypotheses that it ``needs`` are among the statement's."""

    premise: str
    build: Callable[["Statement"], Any]
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Argument:
    """A proof from the definitions: what is played, what the bound's symbols are if a provider of T deploys the shared
    rule, the steps, and for whom there are shared rules.

    For a result of one's own: ``lemmas`` yield premises at all sizes that the paper's results do not have, ``places``
    are where it is proved, from small to large, at least two (:func:`alignproof.verification.universal.places`).
    """

    protocols: tuple[str, ...]
    play: Play
    quantities: Callable[[Place, int], Quantities]
    steps: Callable[[Place], list[Document]]
    entrant: bool = False
    shared: Callable[[Place], range] = lambda where: range(1)
    lemmas: tuple[Step, ...] = ()
    places: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Statement:
    """A universal result: ``guaranteed`` is at least ``bound``, both as SymPy expressions in symbols for people;
    ``quantities`` says what those are in a world, ``argument`` in a game."""

    result: str
    title: str
    source: str
    hypotheses: tuple[Hypothesis, ...]
    guaranteed: sympy.Expr
    bound: sympy.Expr
    quantities: Callable[[World], Quantities]
    argument: Argument
    lines: tuple[Line, ...]

    def without(self, name: str) -> "Statement":
        """The statement with one hypothesis dropped. Raises KeyError if there is none of that name."""
        if name not in {hypothesis.name for hypothesis in self.hypotheses}:
            raise KeyError(name)
        return replace(self, hypotheses=tuple(h for h in self.hypotheses if h.name != name))

    def replacing(self, name: str, weaker: Hypothesis) -> "Statement":
        """The statement with another hypothesis for the one named. Raises KeyError if there is none of that name."""
        if name not in {hypothesis.name for hypothesis in self.hypotheses}:
            raise KeyError(name)
        return replace(self, hypotheses=tuple(weaker if h.name == name else h for h in self.hypotheses))

    def assumes(self, kernel: str) -> bool:
        """Whether a hypothesis of this name in the kernel, or a weaker one, is among the statement's."""
        return any(kernel in (hypothesis.kernel, hypothesis.part_of) for hypothesis in self.hypotheses)

    def premises(self, world: World) -> list[Premise]:
        """All premises in a world."""
        return [premise for hypothesis in self.hypotheses for premise in hypothesis.premises(world)]

    def conclusion(self, world: World) -> sympy.Expr:
        """What the premises imply to be nonnegative in a world."""
        return (self.guaranteed - self.bound).subs(dict(self.quantities(world)), simultaneous=True)

    def latex(self) -> str:
        """The conclusion in LaTeX."""
        return f"{sympy.latex(self.guaranteed)} \\ge {_latex_of_sum(self.bound)}"

    def _repr_latex_(self) -> str:
        """The conclusion, typeset by notebooks."""
        return f"$\\displaystyle {self.latex()}$"


def _latex_of_sum(value: sympy.Expr) -> str:
    """A sum in LaTeX, what is subtracted last."""
    terms = sorted(value.as_ordered_terms(), key=lambda term: bool(term.could_extract_minus_sign()))
    texts: Iterator[str] = map(sympy.latex, terms)
    return next(texts) + "".join(f" {text}" if text.startswith("-") else f" + {text}" for text in texts)


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
