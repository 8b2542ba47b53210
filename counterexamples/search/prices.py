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
from itertools import combinations_with_replacement, product

from alignproof.checks.branches import MOST_RULES
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
from alignproof.games.response import expectations, stakes
from alignproof.games.rules import Profile, Rule
from alignproof.oracles.systems import Refutation, decide

MOST_TURNS = 13
"""After so many turns there are too many pure rules, even with two messages."""

Division = tuple[int, ...]
"""A message for each of a provider's features."""


class Stability:
    """Rows that ask for equilibria among the same users. Which signals they would obey is found out only once: neither
    payoffs nor profiles matter to that."""

    def __init__(self, robust: bool, seconds: float) -> None:
        self._robust, self._seconds = robust, seconds
        self._allowed: dict[tuple[int, Served], dict[str, Signal]] = {}

    def everywhere(self, game: Game, profile: Profile) -> Iterator[Row]:
        """No deviation of any provider pays."""
        for j in range(len(game.providers)):
            yield from self.rows(game, profile, j)

    def rows(self, game: Game, profile: Profile, provider: int) -> Iterator[Row]:
        """Rows, in the payoffs' unknowns and prices, that hold for some prices only if no deviation of his pays.

        His payoff is of components, affine in unknowns of :mod:`alignproof.counterexamples.search.unknowns`.
        """
        for group in groups(game, profile):
            yield from self._group(UnknownPayoff(game, profile, provider, group, self._robust))

    def _group(self, deviation: "UnknownPayoff") -> Iterator[Row]:
        now = deviation.earned(RATIONAL, deviation.now)
        if deviation.robust and deviation.outside:
            yield from deviation.leaving_rows()
        for served in deviation.served_sets():
            if applies(deviation.game):
                system = signal_system(deviation, served, self._obeyed(deviation, served), now)
            else:
                system = menu_system(deviation, served, now)
            yield from priced(system, f"{deviation.provider} {deviation.group} {served}")

    def _obeyed(self, deviation: Deviation, served: Served) -> dict[str, Signal]:
        key = deviation.provider, served
        if key not in self._allowed:
            self._allowed[key] = _allowed(deviation, served, self._seconds)
        return self._allowed[key]


def groups(game: Game, profile: Profile) -> list[tuple[int, ...]]:
    """Whom a rule is for: all users in the anonymous game, each for herself in the personalized one."""
    users = tuple(range(len(game.users)))
    return [users] if profile.play == "anonymous" else [(i,) for i in users]


class UnknownPayoff(Deviation):
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


def priced(system: System, label: str) -> Iterator[Row]:
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
    """What users get when a provider who speaks once deviates to each of his pure rules, in the anonymous game.

    After each opening a pure rule divides his features among the messages. Which message stands for which part, and
    which opening for which division, makes no difference to anyone: one rule stands for all that differ in that.
    """

    def __init__(self, game: Game, profile: Profile, provider: int) -> None:
        self._deviation = Deviation(game, profile, provider, tuple(range(len(game.users))), False)

    @staticmethod
    def few(game: Game, provider: int) -> bool:
        """Whether he speaks once, and the kernel would go through all of them."""
        turns = len(game.providers[provider].features) * sum(1 for _ in game.prefixes("P"))
        return game.protocol.count("P") == 1 and len(game.messages) ** min(turns, MOST_TURNS) <= MOST_RULES

    @cached_property
    def values(self) -> list[tuple[Rule, tuple[Fraction, ...]]]:
        """Pure rules, with the users' values."""
        game = self._deviation.game
        divisions = list(_divisions(len(game.providers[self._deviation.provider].features), len(game.messages)))
        told = {division: self._told(division) for division in divisions}
        choices = combinations_with_replacement(divisions, sum(1 for _ in game.prefixes("P")))
        return [(self._rule(chosen), self._values([told[division] for division in chosen])) for chosen in choices]

    def _told(self, division: Division) -> list[list[Fraction]]:
        """What each user makes of a division, by her features."""
        return [[self._heard(by_action, division) for by_action in table] for table in self._deviation.stakes.values()]

    def _heard(self, by_action: Sequence[Sequence[Number]], division: Division) -> Fraction:
        sums: dict[int, list[Fraction]] = {}
        for x, message in enumerate(division):
            before = sums.get(message, [ZERO] * len(by_action))
            sums[message] = [score + Fraction(row[x]) for score, row in zip(before, by_action, strict=True)]
        return sum((max(scores) for scores in sums.values()), ZERO)

    def _values(self, told: Sequence[list[list[Fraction]]]) -> tuple[Fraction, ...]:
        """Every type takes the opening that is best for her; every user the provider who is."""
        offers = [sum(map(max, zip(*by_user, strict=True)), ZERO) for by_user in zip(*told, strict=True)]
        outside = self._deviation.outside
        return tuple(max(offer, Fraction(outside[i].value)) if outside else offer for i, offer in enumerate(offers))

    def _rule(self, chosen: Sequence[Division]) -> Rule:
        game = self._deviation.game
        words = [
            tuple(ONE if m == word else ZERO for m in range(len(game.messages))) for word in range(len(game.messages))
        ]
        pairs = zip(game.prefixes("P"), chosen, strict=True)
        return {(x, prefix): words[word] for prefix, division in pairs for x, word in enumerate(division)}

    def rows(self, weights: Sequence[Polynomial], now: Sequence[Fraction]) -> Iterator[Row]:
        """No pure rule is worth more to a provider who weighs users by nonnegative ``weights``."""
        for values in dict.fromkeys(values for _, values in self.values):
            if any(value > kept for value, kept in zip(values, now, strict=True)):
                yield Row(combine([kept - v for v, kept in zip(values, now, strict=True)], weights), ">=")


def _divisions(features: int, messages: int) -> Iterator[Division]:
    """All ways to divide features among messages, each once: a new part takes the first message that is free."""
    if features == 0:
        yield ()
        return
    for before in _divisions(features - 1, messages):
        yield from ((*before, m) for m in range(min(messages, max(before, default=-1) + 2)))
