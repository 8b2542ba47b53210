"""A statement for any numbers of users and providers: what has to be shown so that induction does the rest.

The statement is read in the world :class:`AnyNumber`, where sums are unknowns of their own, *totals*. What a reader
must trust besides the solver that discharges the obligations is this glue:

1. *Sums are linear.* The sum over e of ``c1 p1(e) + c2 p2(e) + ...``, c free of e, is ``c1 T1 + c2 T2 + ...``, where Tk
   is the sum of pk alone. Obligations ``rule: ...`` are its base and step; moving factors into sums and exchanging sums
   (which is why a total is named by its indices and factors, in no order) are rules of the same kind. What depends on e
   is told by its name (:func:`indices`); a factor that depends on a total's index is not moved into it.
2. *What holds for each e holds for the sum over e.* A premise with an index, times its multipliers, is summed over it.
   Obligations: the product of nonnegative numbers is what it says (``sign``), the empty sum (``base``), one more term
   (``step``).
3. *What is to be shown follows from these sums* (``conclusion``), with totals as unknowns.

Nothing else is used. Steps are not typed in: they come from the statement's premises, at a generic index; that these
are the premises at every size, each with its own indices, is what tests/symbolic/test_induction.py compares.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import sympy

from alignproof.checks.linear import Sense
from alignproof.formats.certificates import Document
from alignproof.formats.documents import polynomial_document
from alignproof.games.algebra import ONE, product
from alignproof.games.polynomial import Monomial, Polynomial, as_polynomial, gather, variable
from alignproof.symbolic.statement import Index, Premise, Statement, polynomial

GENERIC = frozenset("ijlcwsamzx")
"""Generic indices: other user, provider, provider again, cell, point of the prior, condition, action, message, value
of a garbling, features."""


@dataclass(frozen=True)
class Fact:
    """A polynomial that is ``>= 0`` or ``= 0``."""

    value: Polynomial
    sense: Sense


@dataclass(frozen=True)
class Obligation:
    """``goal`` follows from ``given``, for all real values of the variables (``linear``: of the monomials, even).

    Why: the goal is the sum of ``products`` of given inequalities, by place, with a nonnegative coefficient, and of
    given equations times a polynomial each (``zero``).
    """

    name: str
    given: tuple[Fact, ...]
    goal: Fact
    products: tuple[tuple[Fraction, tuple[int, ...]], ...] = ()
    zero: tuple[tuple[int, Polynomial], ...] = ()
    linear: bool = False


def indices(name: str) -> frozenset[str]:
    """The generic indices that a symbol's name ends with: ``lambda_j_i`` has j and i."""
    found = []
    for token in reversed(name.split("_")[1:]):
        if token not in GENERIC and not token.isdigit():
            break
        found.append(token)
    return GENERIC.intersection(found)


SUM = "sum_"
"""How the names of totals begin, and no others."""


@dataclass(frozen=True)
class Total:
    """The sum over ``bound`` indices of the product of ``factors``."""

    bound: frozenset[str]
    factors: tuple[str, ...]

    @property
    def name(self) -> str:
        """A name that two totals share only if they are the same."""
        return f"{SUM}{','.join(sorted(self.bound))}[{'*'.join(self.factors)}]"


@dataclass
class AnyNumber:
    """The world of any numbers, see :class:`alignproof.symbolic.statement.World`; it keeps its totals."""

    totals: dict[str, Total] = field(default_factory=dict)

    def each_other(self) -> Iterable[Index]:
        """A generic other user."""
        return ["i"]

    def each_provider(self) -> Iterable[Index]:
        """A generic provider of T."""
        return ["j"]

    def over_others(self, term: Callable[[Index], sympy.Expr]) -> sympy.Expr:
        """See :class:`alignproof.symbolic.statement.World`."""
        return self.over("i", term("i"))

    def over_providers(self, term: Callable[[Index], sympy.Expr]) -> sympy.Expr:
        """See :class:`alignproof.symbolic.statement.World`."""
        return self.over("j", term("j"))

    def over(self, index: str, term: sympy.Expr) -> sympy.Expr:
        """The sum of a term over an index, as an expression in totals."""
        return expression(self.summed(index, polynomial(term)))

    def depends(self, name: str) -> frozenset[str]:
        """The generic indices on which a variable depends. Raises KeyError at a total of another world."""
        if name.startswith(SUM):
            total = self.totals[name]
            return frozenset().union(*map(indices, total.factors)) - total.bound
        return indices(name)

    def free(self, value: Polynomial) -> frozenset[str]:
        """The generic indices on which a polynomial depends."""
        return frozenset[str]().union(*(self.depends(name) for monomial in value.terms for name, _ in monomial))

    def pieces(self, index: str, value: Polynomial) -> list[tuple[Polynomial, Polynomial, Polynomial]]:
        """By monomials: the part that is free of the index, the part that depends on it, and the latter's total."""
        found = []
        for monomial, c in value.terms.items():
            inner = tuple((name, power) for name, power in monomial if index in self.depends(name))
            outer = tuple(item for item in monomial if item not in inner)
            found.append((Polynomial({outer: c}), Polynomial({inner: ONE}), variable(self._total(index, inner))))
        return found

    def summed(self, index: str, value: Polynomial) -> Polynomial:
        """The sum of a polynomial over an index."""
        return gather(outer * total for outer, _, total in self.pieces(index, value))

    def _total(self, index: str, inner: Monomial) -> str:
        """The sum of a monomial over the index, its totals being pulled apart: a product of sums is a sum of products.

        Raises ValueError if an index would be bound twice, or if a total's index is one that another factor depends on.
        """
        bound, factors = frozenset({index}), list[str]()
        names = [name for name, power in inner for _ in range(power)]
        free = frozenset[str]().union(*map(self.depends, names))
        for name in names:
            part = self.totals.get(name, Total(frozenset(), (name,)))
            if part.bound & (bound | free):
                raise ValueError(f"an index of {name} is bound twice, or captured")
            bound |= part.bound
            factors += part.factors
        total = Total(bound, tuple(sorted(factors)))
        self.totals[total.name] = total
        return total.name

    def defined(self, value: Polynomial, definitions: "Definitions") -> Polynomial:
        """The polynomial with sums put in for the symbols that ``definitions`` define.

        Raises ValueError if an index would be bound twice or captured, or if a total binds one on which a symbol
        depends and its definition does not.
        """
        return gather(
            c * product(self._put(name, definitions) for name, power in monomial for _ in range(power))
            for monomial, c in value.terms.items()
        )

    def _put(self, name: str, definitions: "Definitions") -> Polynomial:
        total = self.totals.get(name, Total(frozenset(), (name,)))
        found = [definitions.get(factor, (frozenset[str](), (factor,))) for factor in total.factors]
        free = [frozenset[str]().union(*map(indices, parts)) - more for more, parts in found]
        bound, factors = total.bound, list[str]()
        for factor, (more, parts), depends in zip(total.factors, found, free, strict=True):
            if more & bound.union(*free) or total.bound & (indices(factor) ^ depends):
                raise ValueError(f"the definition of {factor} binds an index twice, captures or loses one")
            bound |= more
            factors += parts
        value = as_polynomial(product(map(variable, factors)))
        for index in sorted(bound):
            value = self.summed(index, value)
        return value


Definitions = Mapping[str, tuple[frozenset[str], tuple[str, ...]]]
"""What a symbol is the sum of: indices, and factors."""


def expression(value: Polynomial) -> sympy.Expr:
    """A polynomial as a SymPy expression."""
    terms = []
    for monomial, c in value.terms.items():
        powers = (sympy.Symbol(name, real=True) ** power for name, power in monomial)
        terms.append(sympy.Mul(sympy.Rational(c.numerator, c.denominator), *powers))
    return sympy.Add(*terms)


def added(name: str, given: Sequence[Fact], goal: Fact, linear: bool = False) -> Obligation:
    """The obligation that the given facts add up to the goal."""
    products = tuple((ONE, (k,)) for k, fact in enumerate(given) if fact.sense != "=")
    zero = tuple((k, as_polynomial(1)) for k, fact in enumerate(given) if fact.sense == "=")
    return Obligation(name, tuple(given), goal, products, zero, linear)


def _rules() -> Iterator[Obligation]:
    """Base and step of what is used of sums: they are linear, take in factors, and may be exchanged.

    S, T, U stand for partial sums and s, t, u for the next terms; c and d are free of the index.
    """
    s, t, u, big_s, big_t, big_u, c, d = map(variable, ("s", "t", "u", "S", "T", "U", "c", "d"))
    empty, same = [Fact(value, "=") for value in (big_s, big_t, big_u)], Fact(big_s - big_t, "=")
    linear, one = Fact(big_u - (c * big_s + d * big_t), "="), as_polynomial(1)
    name = "rule: sums are linear and take in factors"
    yield Obligation(f"{name}, base", tuple(empty), linear, zero=((0, -c), (1, -d), (2, one)))
    after = Fact((big_u + u) - (c * (big_s + s) + d * (big_t + t)), "=")
    yield added(f"{name}, step", [linear, Fact(u - (c * s + d * t), "=")], after)
    name = "rule: sums may be exchanged"
    yield Obligation(f"{name}, base", tuple(empty[:2]), same, zero=((0, one), (1, -one)))
    yield added(f"{name}, step", [same, Fact(s - t, "=")], Fact((big_s + s) - (big_t + t), "="))


RULES = tuple(_rules())


def named_indices(premise: Premise) -> list[str]:
    """The generic indices in a premise's name, those to be summed over."""
    return [token for token in premise.name.split() if token in GENERIC]


def _multiplied(premise: Premise, values: Mapping[str, Polynomial]) -> Polynomial:
    value = values[premise.name]
    if premise.equal:
        return polynomial(premise.multiplier) * value
    return as_polynomial(product([value, *(values[name] for name in premise.factors)]))


def _signs(premise: Premise) -> Iterator[Obligation]:
    """Nonnegative numbers multiply to one."""
    if premise.factors and not premise.equal:
        numbers = [variable(name) for name in (premise.name, *premise.factors)]
        goal = Fact(as_polynomial(product(numbers)), ">=")
        given = tuple(Fact(number, ">=") for number in numbers)
        yield Obligation(f"sign: {premise.name}", given, goal, ((ONE, tuple(range(len(given)))),))


def _sum(world: AnyNumber, name: str, index: str, fact: Fact) -> Iterator[Obligation]:
    """What holds for each ``index`` holds for the sum over it."""
    pieces, sense = world.pieces(index, fact.value), fact.sense
    outers = [outer for outer, _, _ in pieces]
    so_far = Fact(gather(outer * total for outer, _, total in pieces), sense)
    empty = tuple(Fact(total, "=") for _, _, total in pieces)
    yield Obligation(f"base over {index}: {name}", empty, so_far, zero=tuple(enumerate(outers)))
    after = [variable(f"after {k}") for k, _ in enumerate(pieces)]
    grown = [Fact(new - (total + inner), "=") for new, (_, inner, total) in zip(after, pieces, strict=True)]
    goal = Fact(gather(outer * new for new, outer in zip(after, outers, strict=True)), sense)
    both = added("", [so_far, fact], goal)
    zero = (*both.zero, *enumerate(outers, start=2))
    yield Obligation(f"step over {index}: {name}", (so_far, fact, *grown), goal, both.products, zero)


def inductive(world: AnyNumber, premises: Sequence[Premise], goal: Fact) -> list[Obligation]:
    """What has to be shown so that the goal follows from the premises, each for all values of its indices.

    A premise is summed over the indices in its name; one that others are multiplied with serves for its sign alone.
    Indices that the goal depends on are fixed. Raises KeyError if a premise is multiplied with one that is not there,
    and ValueError if two have the same name, or if one depends on an index that is neither summed over nor fixed: there
    may be no such index.
    """
    found: list[Obligation] = []
    values = {premise.name: polynomial(premise.value) for premise in premises}
    if len(values) < len(premises):
        raise ValueError("two premises have the same name")
    sums, signs = [], {name for premise in premises for name in premise.factors}
    for premise in premises:
        if premise.name in signs:
            continue
        found += _signs(premise)
        fact = Fact(_multiplied(premise, values), "=" if premise.equal else ">=")
        for index in reversed(named_indices(premise)):
            found += _sum(world, premise.name, index, fact)
            fact = Fact(world.summed(index, fact.value), fact.sense)
        if loose := world.free(fact.value) - world.free(goal.value):
            raise ValueError(f"{premise.name} depends on {', '.join(sorted(loose))}, over which it is not summed")
        sums.append(fact)
    return [*found, added("conclusion", sums, goal, linear=True)]


def obligations(statement: Statement) -> list[Obligation]:
    """What has to be shown so that the statement follows from its premises for all n and all T."""
    world = AnyNumber()
    premises = statement.premises(world)
    return inductive(world, premises, Fact(polynomial(statement.conclusion(world)), ">="))


def obligation_documents(obligation: Obligation) -> tuple[Document, Document]:
    """An obligation as claim and evidence of an identity."""
    facts = {f"{k}: {obligation.name}": fact for k, fact in enumerate(obligation.given)}
    names, goal = list(facts), obligation.goal
    products = [{"coefficient": str(c), "factors": [names[k] for k in places]} for c, places in obligation.products]
    zero = {names[k]: multiplier for k, multiplier in obligation.zero}
    goals = {"goal": (goal.value, 1), **({"minus goal": (-goal.value, -1)} if goal.sense == "=" else {})}
    used = {name for value in (*(f.value for f in obligation.given), goal.value) for m in value.terms for name, _ in m}
    claim = {
        "variables": sorted(used | {"1"}),
        "definitions": {},
        "nonnegative": {name: polynomial_document(f.value) for name, f in facts.items() if f.sense != "="},
        "zero": {name: polynomial_document(f.value) for name, f in facts.items() if f.sense == "="},
        "conclusions": {name: polynomial_document(value) for name, (value, _) in goals.items()},
    }
    evidence = {
        name: {"products": products, "zero": {n: polynomial_document(value * sign) for n, value in zero.items()}}
        for name, (_, sign) in goals.items()
    }
    return claim, evidence
