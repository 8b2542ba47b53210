"""The program of branches: the exact question for every protocol and alphabet, at tiny sizes.

The game's own definitions are run with the deviator's chances unknown. Every number is then a polynomial whose
monomials are products of his chances along one transcript, given his feature: his realisation plan (von Stengel 1996),
in which everything is linear. Whenever a user must decide, each decision opens a *branch*, with rows that make it the
tie-broken best one; in a branch, what the deviator earns is linear too. So some rule earns more than the target
exactly if the system of some branch has a solution.

If he earns a nonnegative combination of the users' utilities (equation (3) with no error), there is a shorter way. What
a user gets is the largest of what her strategies, choices of a provider included, would give her, each of them linear
in his plan. So what he earns is convex in it, and largest at a corner of the polytope of plans: a *pure* rule.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product as tuples
from math import prod

from alignproof.checks.linear import NamedRow, Rejected, System, above, row, system
from alignproof.games.algebra import ONE, RATIONAL, ZERO, Algebra, Condition, Number, Rationals, product
from alignproof.games.alignment import read_strong
from alignproof.games.deviation import Deviation, precedes
from alignproof.games.document import Node, shown
from alignproof.games.outcome import user_outcome
from alignproof.games.polynomial import Polynomial, as_polynomial, gather, variable
from alignproof.games.rules import Rule, Transcript

MOST_BRANCHES, MOST_RULES = 5_000, 5_000


@dataclass
class _Script(Rationals):
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
        for option in (*options[:choice], *options[choice + 1 :]):
            strict = precedes(tuple(order), option, best) and not self.robust
            self.rows.append(above(f"best {turn} {option}", numbers[best] - numbers[option], strict))
        return [option == best for option in range(len(scores))]


def branch_systems(deviation: Deviation, target: Fraction) -> Iterator[System]:
    """One system per branch: the users decide so, and the deviator earns more than ``target``.

    Raises Rejected if there are too many branches, or payoffs are not separable and two users hear the deviator.
    """
    plan, messages = list(_plan_rows(deviation)), range(len(deviation.game.messages))
    rule = {(x, prefix): tuple(_chance(x, prefix, m) for m in messages) for x, prefix in _turns(deviation)}
    known = {(), *(monomial for _, split in plan for monomial in split.value.terms)}
    decisions: list[int] = []
    while True:
        script = _Script(decisions, deviation.robust, [], [])
        earned = as_polynomial(_offered(deviation, script, rule))
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


def _turns(deviation: Deviation) -> list[tuple[int, Transcript]]:
    features = range(len(deviation.game.providers[deviation.provider].features))
    return list(tuples(features, deviation.game.prefixes("P")))


def _chance(x: int, prefix: Transcript, message: int) -> Polynomial:
    return variable(f"{x}:{'.'.join(map(str, (*prefix, message)))}")


def _offered(deviation: Deviation, algebra: Algebra, rule: Rule) -> Number:
    """What the deviator earns from the group if he offers it ``rule``."""
    game, profile, j, group = deviation.game, deviation.profile, deviation.provider, deviation.group
    deviant = profile.deviate(j, tuple(rule if i in group else kept for i, kept in enumerate(profile.rules[j])))
    users = (user_outcome(algebra, game, deviant, i) if i in group else who for i, who in enumerate(deviation.now))
    return deviation.earned(algebra, tuple(users))


def _plan_rows(deviation: Deviation) -> Iterator[NamedRow]:
    """After each transcript the chances sum to 1: what is reached splits over the messages."""
    for x, prefix in _turns(deviation):
        spoken = [t for t, speaker in enumerate(deviation.game.protocol[: len(prefix)]) if speaker == "P"]
        reached = as_polynomial(product(_chance(x, prefix[:t], prefix[t]) for t in spoken))
        split = gather(reached * _chance(x, prefix, m) for m in range(len(deviation.game.messages)))
        yield row(f"reach {x} {'.'.join(map(str, prefix))}", reached - split, "=")


def check_pure(deviation: Deviation, target: Fraction, evidence: Node) -> None:
    """No pure rule earns more than ``target``; evidence: weights ``{lambda: [[..]], c: [..]}`` at which the deviator is
    strongly aligned with error 0. Ties do not matter to him then. Raises Rejected."""
    weights, size = read_strong(evidence, deviation.game, (deviation.provider,)), len(deviation.game.messages)
    if min(weights.users[deviation.provider]) < 0 or any(weights.errors(deviation.game)):
        raise Rejected("not-aligned", f"{evidence.path}: he does not earn that combination of utilities")
    turns, words = _turns(deviation), [tuple(ONE if m == word else ZERO for m in range(size)) for word in range(size)]
    if size ** min(len(turns), 13) > MOST_RULES:  # 2 ** 13 is too many already
        raise Rejected("too-large", f"more than {MOST_RULES} pure rules")
    for said in tuples(words, repeat=len(turns)):
        if _offered(deviation, RATIONAL, dict(zip(turns, said, strict=True))) > target:
            raise Rejected("deviation-pays", f"{evidence.path}: a pure rule earns more than {shown(target)}")
