"""Payoffs under which silence is an equilibrium, for given users: one linear program.

That no deviation pays is, for each provider and set of served users, a combination of the rows of the kernel's own
system (:mod:`alignproof.checks.signals`). The system is built here with the payoffs unknown: its payoff row is then
linear in them, and so are the conditions on the combination. Its multipliers, the *prices*, are unknowns beside the
payoffs: existence and "no deviation pays" are one problem.
"""

from collections.abc import Iterator

from alignproof.checks.linear import Row, System
from alignproof.checks.signals import Signal, exclusion_system, signal_system, signals
from alignproof.counterexamples.search.linear import FREE
from alignproof.counterexamples.search.unknowns import PAYOFF
from alignproof.games import outcome as outcomes
from alignproof.games.algebra import ONE, RATIONAL, ZERO, Number, dot
from alignproof.games.deviation import Deviation, Served
from alignproof.games.model import Components, Game, Part, tabulated
from alignproof.games.polynomial import Monomial, Polynomial, as_polynomial, gather, variable
from alignproof.oracles.systems import Refutation, decide
from alignproof.symbolic.rules import silent_profile


def silence_is_best(game: Game, robust: bool, seconds: float) -> Iterator[Row]:
    """Rows, in the payoffs' unknowns and prices, that hold for some prices if silence is an equilibrium of the
    anonymous game. Payoffs are components, affine in unknowns of :mod:`alignproof.counterexamples.search.unknowns`."""
    for j in range(len(game.providers)):
        yield from _no_deviation_pays(game, j, robust, seconds)


class UnknownPayoff(Deviation):
    """A deviation of a provider whose payoff is made of unknowns. Whoever leaves him finds silence elsewhere."""

    def _leaving(self, user: int) -> Polynomial:
        return variable(f"{PAYOFF}{self.provider} if {user} leaves")

    def _from_leaving(self, user: int, part: Part) -> Number:
        if self.robust:
            return self._leaving(user)
        return outcomes.separable_payoff(RATIONAL, self.game, self.outside[user], user, part)

    def leaving_rows(self) -> Iterator[Row]:
        """In a robust bound, whoever leaves him does what he likes best of what is best for her."""
        payoff = self.game.providers[self.provider].payoff
        chances = [
            sum((p.probability for p in self.game.prior if p.state == y), ZERO) for y in range(len(self.game.states))
        ]
        for i, part in enumerate(tabulated(self.game, payoff.part) if isinstance(payoff, Components) else ()):
            scores = [dot(row, chances) for row in self.game.users[i].utility]
            for row, score in zip(part, scores, strict=True):
                if score == max(scores):
                    yield Row(self._leaving(i) - dot(row, chances), ">=")


def _no_deviation_pays(game: Game, provider: int, robust: bool, seconds: float) -> Iterator[Row]:
    users = tuple(range(len(game.users)))
    deviation = UnknownPayoff(game, silent_profile(game, "anonymous"), provider, users, robust)
    now = deviation.earned(RATIONAL, deviation.now)
    if robust and deviation.outside:
        yield from deviation.leaving_rows()
    for served in deviation.served_sets():
        allowed = _allowed(deviation, served, seconds)
        yield from priced(signal_system(deviation, served, allowed, now), f"{provider} {served}")


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
