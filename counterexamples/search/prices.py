"""Payoffs under which a profile is an equilibrium, for given users: rows of one linear program.

That no deviation pays is, for each provider, group and set of served users, a combination of the rows of the kernel's
own system (:mod:`alignproof.checks.signals`, :mod:`alignproof.checks.menus`). The system is built here with the payoffs
unknown: its payoff row is then linear in them, and so are the conditions on the combination. Its multipliers, the
*prices*, are unknowns beside the payoffs: existence and "no deviation pays" are one problem.

A provider who earns a nonnegative combination of the users' utilities does best by a pure rule (see
:mod:`alignproof.checks.branches`). Where there are few of these, each is a row, and no prices are needed.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cached_property
from itertools import product

from alignproof.checks.linear import Row, System
from alignproof.checks.menus import menu_system
from alignproof.checks.signals import Signal, applies, exclusion_system, signal_system, signals
from alignproof.counterexamples.search.linear import FREE
from alignproof.counterexamples.search.unknowns import PAYOFF
from alignproof.games import outcome as outcomes
from alignproof.games.algebra import ONE, RATIONAL, ZERO, Number, dot
from alignproof.games.deviation import Deviation, Served
from alignproof.games.model import Components, Game, Part, tabulated
from alignproof.games.polynomial import Monomial, Polynomial, as_polynomial, combine, gather, variable
from alignproof.games.response import best_response, expectations, stakes
from alignproof.games.rules import Profile, Rule
from alignproof.oracles.systems import Refutation, decide

MOST_RULES = 600
"""With more pure rules than this, prices are cheaper."""


def no_deviation_pays(game: Game, profile: Profile, provider: int, robust: bool, seconds: float) -> Iterator[Row]:
    """Rows, in the payoffs' unknowns and prices, that hold for some prices only if no deviation of ``provider`` pays.

    His payoff is of components, affine in unknowns of :mod:`alignproof.counterexamples.search.unknowns`.
    """
    users = tuple(range(len(game.users)))
    for group in [users] if profile.play == "anonymous" else [(i,) for i in users]:
        yield from _group_rows(_UnknownPayoff(game, profile, provider, group, robust), seconds)


def no_profitable_deviation(game: Game, profile: Profile, robust: bool, seconds: float) -> Iterator[Row]:
    """The same for all providers."""
    for j in range(len(game.providers)):
        yield from no_deviation_pays(game, profile, j, robust, seconds)


def _group_rows(deviation: "_UnknownPayoff", seconds: float) -> Iterator[Row]:
    now = deviation.earned(RATIONAL, deviation.now)
    if deviation.robust and deviation.outside:
        yield from deviation.leaving_rows()
    for served in deviation.served_sets():
        if applies(deviation.game):
            system = signal_system(deviation, served, _allowed(deviation, served, seconds), now)
        else:
            system = menu_system(deviation, served, now)
        yield from _priced(system, f"{deviation.provider} {deviation.group} {served}")


class _UnknownPayoff(Deviation):
    """A deviation of a provider whose payoff is made of unknowns."""

    def _leaving(self, user: int) -> Polynomial:
        return variable(f"{PAYOFF}{self.provider} if {user} leaves")

    def _from_leaving(self, user: int, part: Part) -> Number:
        if self.robust:
            return self._leaving(user)
        return outcomes.separable_payoff(RATIONAL, self.game, self.outside[user], user, part)

    def leaving_rows(self) -> Iterator[Row]:
        """In a robust bound, whoever leaves him goes where he likes best of what is best for her, and does that."""
        payoff = self.game.providers[self.provider].payoff
        parts = tabulated(self.game, payoff.part) if isinstance(payoff, Components) else ()
        for i, part in enumerate(parts):
            for j, response in enumerate(self.outside[i].responses):
                if j != self.provider and response.value == self.outside[i].value:
                    yield from self._elsewhere(i, j, part)

    def _elsewhere(self, user: int, other: int, part: Part) -> Iterator[Row]:
        """Bounds on what a user brings him who asks ``other``, a provider who speaks first: on each of his messages."""
        rule, game = self.profile.rules[other][user], self.game
        liked, known = expectations(game, user, other, part), stakes(game, user, other)
        heard = []
        for x, m in product(range(len(game.users[user].features)), range(len(game.messages))):
            chances = [rule[source, ()][m] for source in range(len(game.providers[other].features))]
            scores = [dot(row, chances) for row in known[x]]
            heard.append(variable(f"{PAYOFF}{self.provider} if {user} hears {m} of {other} at {x}"))
            for row, score in zip(liked[x], scores, strict=True):
                if score == max(scores):
                    yield Row(heard[-1] - gather(p * c for p, c in zip(row, chances, strict=True)), ">=")
        yield Row(self._leaving(user) - gather(heard), ">=")


def _allowed(deviation: Deviation, served: Served, seconds: float) -> dict[str, Signal]:
    """All signals, but under the game's ties those only that are someone's best response at some posterior."""
    known = signals(deviation, served)
    if deviation.robust:
        return known
    systems = {label: exclusion_system(deviation, served, label, signal) for label, signal in known.items()}
    return {
        label: known[label] for label, system in systems.items() if not isinstance(decide(system, seconds), Refutation)
    }


def _priced(system: System, label: str) -> Iterator[Row]:
    """The conditions on prices that show ``system`` to have no solution; the row ``payoff`` has price 1."""
    left: dict[Monomial, list[Polynomial]] = {(): []}
    for number, (name, row) in enumerate(system.rows.items()):
        sign = FREE if row.sense == "=" else ""
        price = as_polynomial(ONE) if name == "payoff" else variable(f"{sign}price {label} {number}")
        for monomial, coefficient in row.value.terms.items():
            rule, payoff = _split(monomial)
            left.setdefault(rule, []).append(Polynomial({payoff: coefficient}) * price)
    for rule, terms in left.items():
        yield Row(-gather(terms), "=" if rule in system.free else ">=")


def _split(monomial: Monomial) -> tuple[Monomial, Monomial]:
    """A monomial of the payoff row: the deviator's unknown, and the unknown of his payoff."""
    payoff = tuple(factor for factor in monomial if factor[0].startswith(PAYOFF))
    return tuple(factor for factor in monomial if factor not in payoff), payoff


class PureRules:
    """What users get when a provider deviates to each of his pure rules, in the anonymous game.

    That depends on the others' rules, not on his own, nor on any payoff.
    """

    def __init__(self, game: Game, profile: Profile, provider: int) -> None:
        self._deviation = Deviation(game, profile, provider, tuple(range(len(game.users))), False)

    @staticmethod
    def few(game: Game, provider: int) -> bool:
        """Whether there are no more than :data:`MOST_RULES`."""
        turns = len(game.providers[provider].features) * sum(1 for _ in game.prefixes("P"))
        return turns < MOST_RULES and len(game.messages) ** turns <= MOST_RULES

    @cached_property
    def values(self) -> list[tuple[Rule, tuple[Fraction, ...]]]:
        """Every pure rule, with the users' values."""
        game, j = self._deviation.game, self._deviation.provider
        size = len(game.messages)
        words = [tuple(ONE if m == word else ZERO for m in range(size)) for word in range(size)]
        turns = list(product(range(len(game.providers[j].features)), game.prefixes("P")))
        rules = (dict(zip(turns, said, strict=True)) for said in product(words, repeat=len(turns)))
        return [(rule, tuple(self._value(i, rule) for i in range(len(game.users)))) for rule in rules]

    def _value(self, user: int, rule: Rule) -> Fraction:
        deviation = self._deviation
        response = best_response(
            RATIONAL, deviation.game, user, deviation.provider, rule, deviation.stakes[user]
        )
        elsewhere = deviation.outside[user].value if deviation.outside else ZERO
        return Fraction(max(response.value, elsewhere))

    def rows(self, weights: Sequence[Polynomial], now: Sequence[Fraction]) -> Iterator[Row]:
        """No pure rule is worth more to a provider who weighs users by nonnegative ``weights``."""
        for values in dict.fromkeys(values for _, values in self.values):
            if any(value > kept for value, kept in zip(values, now, strict=True)):
                yield Row(combine([kept - v for v, kept in zip(values, now, strict=True)], weights), ">=")
