"""The universal results as queries: the sum over users and providers, and what each user's choice contributes to it.

The sum is the linearised form of :mod:`alignproof.symbolic.linear`. Some of its premises speak of a user's value before
and after the deviation: others are not worse off, or lose at most Delta; a user gets what she was offered. A user's
value is the largest of what the providers offer her (Definition 2.5), and such a premise follows if it is true of what
the deviator offers her. That is a lemma about one user and her k offers; apart from the sum it is quick at any size.
"""

from collections.abc import Collection, Iterator

from alignproof.games.polynomial import Monomial, Polynomial, variable
from alignproof.smt.smtlib import LINEAR, Query, Status, linear, linear_query, script, symbol
from alignproof.symbolic.expectations import value
from alignproof.symbolic.linear import linear_system
from alignproof.symbolic.statement import Premise, Size, Statement, polynomial
from alignproof.symbolic.strong import LOSS

DEVIATOR = 1
"""The provider who deviates; it does not matter which one."""

ONE_OFFER = "only the deviator's offer changes"
BEST = "after the deviation no offer is better than what she gets"
OFFERED = "before the deviation she gets one of the offers"
AT_THE_OFFER = "it is true of the deviator's offer"
SIGN = "Delta is nonnegative"


def heading(statement: Statement, size: Size) -> list[str]:
    """What a file says about its statement."""
    return [
        f"{statement.result} at n = {size.users}, |T| = {size.providers}. {statement.title}.",
        f"{statement.source}: {statement.latex()}",
        *(f"{hypothesis.name} ({hypothesis.source}): {hypothesis.text}" for hypothesis in statement.hypotheses),
    ]


def sum_query(statement: Statement, size: Size, expected: Status = "unsat") -> Query:
    """The premises times their multipliers, and the conclusion negated."""
    notes = ["Premises are multiplied out, and every monomial is an unknown of its own: unsat proves the statement."]
    return linear_query(linear_system(statement, size), [*heading(statement, size), *notes], expected)


def choice_query(
    statement: Statement, hypothesis: str, providers: int, without: Collection[str] = (), expected: Status = "unsat"
) -> Query:
    """The lemma for a hypothesis about users' values, in a market of ``providers``; ``without`` drops premises.

    Raises KeyError if the statement has no such hypothesis, and ValueError if that is about something else.
    """
    premise = _for_one_user(statement, hypothesis)
    asserted = [(name, formula) for name, formula in _choice(premise, providers) if name not in without]
    unknowns = sorted(_unknowns(premise, providers))
    notes = [
        f"{statement.result}, hypothesis '{hypothesis}', for one user and {providers} providers.",
        "Her value is the largest of what they offer her: unsat proves that the hypothesis follows from the offer.",
    ]
    return script(LINEAR, notes, map(symbol, unknowns), asserted, expected)


def _for_one_user(statement: Statement, hypothesis: str) -> Premise:
    """The hypothesis as it stands for a single user; all are alike."""
    (found,) = {h.name: h for h in statement.hypotheses}[hypothesis].premises(Size(2, 1))
    return found


def _offer(where: str, provider: int) -> Polynomial:
    return variable(f"offer_{where}_{provider}")


def _values(premise: Premise) -> tuple[str, str]:
    """The names of the value after and before the deviation of the user whom the premise speaks of."""
    free = premise.value.free_symbols
    (user,) = (i for i in (1, 2) if value("dev", i) in free)
    return str(value("dev", user)), str(value("ne", user))


def _choice(premise: Premise, providers: int) -> Iterator[tuple[str, str]]:
    """The lemma's premises, and the negation of ``premise``."""
    after, before = _values(premise)
    claim, everyone = polynomial(premise.value), range(1, providers + 1)
    for j in everyone:
        yield BEST, f"(>= {linear(variable(after) - _offer('dev', j))} 0)"
    equals = (f"(= {linear(variable(before) - _offer('ne', j))} 0)" for j in everyone)
    yield OFFERED, f"(or false {' '.join(equals)})"
    for j in everyone:
        if j != DEVIATOR:
            yield ONE_OFFER, f"(= {linear(_offer('dev', j) - _offer('ne', j))} 0)"
    at_the_offer = claim({after: _offer("dev", DEVIATOR), before: _offer("ne", DEVIATOR)})
    yield AT_THE_OFFER, f"(>= {linear(at_the_offer)} 0)"
    if LOSS in premise.value.free_symbols:
        yield SIGN, f"(>= {linear(polynomial(LOSS))} 0)"
    yield "the hypothesis fails", f"(< {linear(claim)} 0)"


def _unknowns(premise: Premise, providers: int) -> set[Monomial]:
    names = {*_values(premise), *map(str, premise.value.free_symbols)}
    names |= {f"offer_{where}_{j}" for where in ("ne", "dev") for j in range(1, providers + 1)}
    return {((name, 1),) for name in names}
