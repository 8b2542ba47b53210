"""The program of branches: the exact question for every protocol and alphabet, at tiny sizes.

The game's own definitions are run with the deviator's chances unknown. Every number is then a polynomial whose
monomials are products of his chances along one transcript, given his feature: his realisation plan (von Stengel 1996),
in which everything is linear. Whenever a user must decide, each decision opens a *branch*, with rows that make it the
tie-broken best one; in a branch, what the deviator earns is linear too. So some rule earns more than the target
exactly if the system of some branch has a solution.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import prod

from alignproof.checks.linear import NamedRow, Rejected, System, above, row, system
from alignproof.games.algebra import ZERO, Condition, Number, product
from alignproof.games.deviation import Deviation, precedes
from alignproof.games.outcome import user_outcome
from alignproof.games.polynomial import Polynomial, as_polynomial, gather, variable
from alignproof.games.rules import Transcript

MOST_BRANCHES = 5_000


@dataclass
class _Script:
    """An algebra that decides as scripted, takes the first decision where the script ends, and keeps the rows."""

    decisions: list[int]
    robust: bool
    taken: list[tuple[int, int]]
    rows: list[NamedRow]

    def first_best(self, scores: Sequence[Number], order: Sequence[int]) -> list[Condition]:
        numbers = [as_polynomial(score) for score in scores]
        options = list(range(len(numbers)))
        if all(number.terms.keys() <= {()} for number in numbers):
            top = max(number.terms.get((), ZERO) for number in numbers)
            options = [k for k in order if numbers[k].terms.get((), ZERO) == top][: None if self.robust else 1]
        turn, choice = len(self.taken), self.decisions.pop(0) if self.decisions else 0
        self.taken.append((choice, len(options)))
        best = options[choice]
        for option in options:
            if option != best:
                strict = precedes(tuple(order), option, best) and not self.robust
                self.rows.append(above(f"best {turn} {option}", numbers[best] - numbers[option], strict))
        return [option == best for option in range(len(scores))]

    def choose(self, condition: Condition, yes: Number, no: Number) -> Number:
        return yes if condition else no


def branch_systems(deviation: Deviation, target: Fraction) -> Iterator[System]:
    """One system per branch: the users decide so, and the deviator earns more than ``target``.

    Raises Rejected if there are too many branches, or payoffs are not separable and two users hear the deviator.
    """
    plan = list(_plan_rows(deviation))
    known = {(), *(monomial for _, split in plan for monomial in split.value.terms)}
    decisions: list[int] = []
    while True:
        script = _Script(decisions, deviation.robust, [], [])
        earned = as_polynomial(_run(deviation, script))
        if prod(options for _, options in script.taken) > MOST_BRANCHES:
            raise Rejected("too-large", f"more than {MOST_BRANCHES} branches")
        if not earned.terms.keys() <= known:
            raise Rejected("not-linear", "the payoff couples two users who both hear the deviator")
        yield system([*plan, *script.rows, above("payoff", earned - target, True)])
        while script.taken and script.taken[-1][0] + 1 == script.taken[-1][1]:
            script.taken.pop()
        if not script.taken:
            return
        decisions = [best for best, _ in script.taken]
        decisions[-1] += 1


def _chance(x: int, prefix: Transcript, message: int) -> Polynomial:
    return variable(f"{x}:{'.'.join(map(str, (*prefix, message)))}")


def _run(deviation: Deviation, script: _Script) -> Number:
    game, j = deviation.game, deviation.provider
    features, messages = range(len(game.providers[j].features)), range(len(game.messages))
    rule = {(x, p): tuple(_chance(x, p, m) for m in messages) for x in features for p in game.prefixes("P")}
    rules = tuple(rule if i in deviation.group else kept for i, kept in enumerate(deviation.profile.rules[j]))
    deviant = deviation.profile.deviate(j, rules)
    users = tuple(
        user_outcome(script, game, deviant, i) if i in deviation.group else who for i, who in enumerate(deviation.now)
    )
    return deviation.earned(script, users)


def _plan_rows(deviation: Deviation) -> Iterator[NamedRow]:
    """After each transcript the chances sum to 1: what is reached splits over the messages."""
    game = deviation.game
    for x in range(len(game.providers[deviation.provider].features)):
        for prefix in game.prefixes("P"):
            spoken = [t for t, speaker in enumerate(game.protocol[: len(prefix)]) if speaker == "P"]
            reached = as_polynomial(product(_chance(x, prefix[:t], prefix[t]) for t in spoken))
            split = gather(reached * _chance(x, prefix, m) for m in range(len(game.messages)))
            yield row(f"reach {x} {'.'.join(map(str, prefix))}", reached - split, "=")
