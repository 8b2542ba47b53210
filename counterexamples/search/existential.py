"""The full problem to Z3: utilities, prior, payoffs, ratios and prices are all unknown, in silence.

Tables are unknown as products with the state's chance, which leaves nothing but products of two unknowns. What Z3 says
is rounded by nobody: rational values are taken as they are, and others are discarded.
"""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from itertools import product

import z3

from alignproof.checks.linear import Row
from alignproof.checks.signals import signal_system, signals
from alignproof.counterexamples.search.goal import Task
from alignproof.counterexamples.search.linear import FREE
from alignproof.counterexamples.search.market import Size, Start, Table, market, silence
from alignproof.counterexamples.search.prices import UnknownPayoff, priced
from alignproof.counterexamples.search.unknowns import PAYOFF
from alignproof.counterexamples.search.weak import instance as weak_instance
from alignproof.counterexamples.violations import Instance
from alignproof.games import outcome as outcomes
from alignproof.games.algebra import ONE, ZERO
from alignproof.games.model import Components, Game
from alignproof.games.polynomial import Polynomial, gather, variable
from alignproof.smt.algebra import real
from alignproof.smt.models import model
from alignproof.symbolic.rules import silent_profile

Assignment = Mapping[str, Fraction]


def _utility(i: int, a: int, y: int) -> Polynomial:
    return variable(f"{PAYOFF}utility {i} {a} {y}")


def _share(j: int, i: int, a: int, y: int) -> Polynomial:
    return variable(f"{PAYOFF}share {j} {i} {a} {y}")


def _ratio(j: int, i: int) -> Polynomial:
    return variable(f"{PAYOFF}ratio {j} {i}")


def _chance(y: int) -> Polynomial:
    return variable(f"{PAYOFF}chance {y}")


def _constant(i: int) -> Polynomial:
    return variable(f"{FREE}{PAYOFF}constant {i}")


def _earned(j: int, i: int, a: int, states: int) -> Polynomial:
    """What provider j earns by an action of a user who knows nothing."""
    return gather(_ratio(j, i) * _share(j, i, a, y) for y in range(states))


def asked(task: Task, size: Size, known: Assignment, seconds: float) -> Instance | None:
    """The market that Z3 finds if ``known`` is put in; None if it finds none, or values that are not rational."""
    found = model(list(_constraints(task, size, known)), seconds)
    if found is None:
        return None
    values = {name: value for name, value in found.items() if PAYOFF in name and value is not None}
    if any(value is None for name, value in found.items() if PAYOFF in name):
        return None
    return _instance(size, values | dict(known), task.robust)


def given(prior: Sequence[Fraction], scales: Sequence[Sequence[Fraction]]) -> Assignment:
    """What is known if the prior and the ratios are."""
    known = {_name(_chance(y)): p for y, p in enumerate(prior)}
    return known | {_name(_ratio(j, i)): r for j, row in enumerate(scales) for i, r in enumerate(row)}


class UnknownMarket(UnknownPayoff):
    """A deviation in which users' utilities are unknown too. Their first action is best for who knows nothing."""

    @cached_property
    def outside(self) -> dict[int, outcomes.UserOutcome]:
        """In silence, with the other providers."""
        others = [j for j in range(len(self.game.providers)) if j != self.provider]
        picks = tuple(others[:1] == [j] for j in range(len(self.game.providers)))
        value = {i: gather(self.game.users[i].utility[0]) for i in self.group}
        return {i: outcomes.UserOutcome((), picks, value[i]) for i in self.group} if others else {}

    @property
    def silent(self) -> Polynomial:
        """What he earns in silence."""
        return gather(_earned(self.provider, i, 0, len(self.game.states)) for i in self.group)


def _name(unknown: Polynomial) -> str:
    (((name, _),),) = unknown.terms
    return name


def _game(size: Size) -> Game:
    """The market in which every state has weight 1, and its chance is in the tables."""
    users, actions, states = range(size.users), range(size.actions), range(size.states)
    tables = tuple(tuple(tuple(_utility(i, a, y) for y in states) for a in actions) for i in users)
    payoffs = [
        Components(
            tuple(_ratio(j, i) for i in users),
            tuple(tuple(tuple(_share(j, i, a, y) for y in states) for a in actions) for i in users),
            ZERO,
        )
        for j in range(size.providers)
    ]
    return market(Start((ONE,) * size.states, tables, (), silence(size)), payoffs)  # type: ignore[arg-type]


def _constraints(task: Task, size: Size, known: Assignment) -> Iterator[z3.BoolRef]:
    terms: dict[str, z3.ArithRef] = {}

    def term(value: Polynomial) -> z3.ArithRef:
        products = []
        for monomial, coefficient in value.terms.items():
            names = [name for name, power in monomial for _ in range(power)]
            factors = [known[name] if name in known else terms.setdefault(name, z3.Real(name)) for name in names]
            products.append(z3.Product(real(coefficient), *map(real, factors)))
        return z3.Sum(products) if products else real(ZERO)

    for row in (*_market_rows(task, size), *_stable_rows(size)):
        left = term(row.value)
        yield left == 0 if row.sense == "=" else left >= 0
    for i in range(size.users):
        maps = product(range(size.actions), repeat=size.states)
        values = (gather(_utility(i, a, y) for y, a in enumerate(chosen)) for chosen in maps)
        yield z3.Or(*(term(value - task.values["c"]) >= 0 for value in values))
    for y in range(size.states):
        yield term(_chance(y)) > 0
    for j, i, a in product(range(size.providers), range(size.users), range(1, size.actions)):
        gain = variable(f"{PAYOFF}{j} if {i} leaves") - _earned(j, i, a, size.states)
        yield z3.Implies(term(_ahead(size, i, a)) == 0, term(gain) >= 0)
    yield from (value >= 0 for name, value in terms.items() if not name.startswith(FREE))


def _ahead(size: Size, i: int, a: int) -> Polynomial:
    """By how much the first action is better than ``a`` for who knows nothing."""
    return gather(_utility(i, 0, y) - _utility(i, a, y) for y in range(size.states))


def _market_rows(task: Task, size: Size) -> Iterator[Row]:
    """Chances, utilities in [0, 1] that are worth at most eps without information, and equation (2)."""
    users, actions, states, providers = (range(n) for n in (size.users, size.actions, size.states, size.providers))
    yield Row(gather(_chance(y) for y in states) - 1, "=")
    for i, a in product(users, actions):
        yield Row(task.values["eps"] - gather(_utility(i, a, y) for y in states), ">=")
        yield Row(_ahead(size, i, a), ">=")
        for y in states:
            yield Row(_chance(y) - _utility(i, a, y), ">=")
            shared = gather(_share(j, i, a, y) for j in providers) + _constant(i) * _chance(y)
            yield Row(shared - _utility(i, a, y), "=")
    for j, i in product(providers, users):
        yield Row(_ratio(j, i) - 1, ">=")


def _stable_rows(size: Size) -> Iterator[Row]:
    """Prices that show that no deviation pays, users' ties broken as the deviator likes."""
    game = _game(size)
    profile, users = silent_profile(game, "anonymous"), tuple(range(size.users))
    for j in range(size.providers):
        deviation = UnknownMarket(game, profile, j, users, robust=True)
        for i in users if deviation.outside else ():
            yield Row(variable(f"{PAYOFF}{j} if {i} leaves") - _earned(j, i, 0, size.states), ">=")
        for served in deviation.served_sets():
            system = signal_system(deviation, served, signals(deviation, served), deviation.silent)  # type: ignore[arg-type]
            yield from priced(system, f"{j} {served}")


def _instance(size: Size, found: Assignment, robust: bool) -> Instance:
    """The market that values of the unknowns describe: tables divided by the states' chances."""

    def at(unknown: Polynomial) -> Fraction:
        return found.get(_name(unknown), ZERO)

    users, actions, states, providers = (range(n) for n in (size.users, size.actions, size.states, size.providers))
    prior = tuple(at(_chance(y)) for y in states)
    tables: list[Table] = [
        tuple(tuple(at(_utility(i, a, y)) / prior[y] for y in states) for a in actions) for i in users
    ]
    shares = [
        tuple(tuple(tuple(at(_share(j, i, a, y)) / prior[y] for y in states) for a in actions) for i in users)
        for j in providers
    ]
    scales = tuple(tuple(at(_ratio(j, i)) for i in users) for j in providers)
    start = Start(prior, tuple(tables), scales, silence(size))
    return weak_instance(start, shares, tuple(at(_constant(i)) for i in users), robust)
