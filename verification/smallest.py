"""How small instances can get: lower bounds coordinate by coordinate, each with certificates, and rows about them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from math import ceil

from alignproof.checks.alignment import Error, strong_system
from alignproof.counterexamples.search.goal import Task as Goal
from alignproof.counterexamples.shrink.select import played
from alignproof.counterexamples.smallest import indifferent, newcomer, one_bit, robust_4_1
from alignproof.counterexamples.violations import Instance
from alignproof.formats.certificates import Document, alignment_document, certificate, team_claim
from alignproof.symbolic import counting, full_revelation, theorem_3_1, theorem_4_1_robust, theorem_4_3
from alignproof.symbolic.definitions import place, theorem_certificate, theorem_claim
from alignproof.symbolic.derivation import Place
from alignproof.symbolic.induction import Obligation, obligation_documents
from alignproof.symbolic.statement import Claim
from alignproof.verification.rows import claim_task, misfit_task, shortfall_task, stated_task
from alignproof.verification.universal import GLUE, all_obligations, by_induction, market_size, size_text
from alignproof.verification.verdict import KERNEL, WRITTEN_OUT, Finding, Task, differences

ROBUST_4_1 = ((Fraction(1, 2), Fraction(1)), (Fraction(2, 5), Fraction(1)), (Fraction(1, 10), Fraction(7, 10)))
"""eps and c of Theorem 4.1 at which its smallest market is a row."""

ALONE = ("111222222", "122222222", "133333222")
"""Sizes of markets with one user."""

COUNTED = ((2, 3, 2), (3, 2, 3), (3, 3, 3))
"""Numbers of actions, states and messages."""


@dataclass(frozen=True)
class Bound:
    """No instance has less than ``least`` of a coordinate: why, on which condition, and the certificates by name."""

    coordinate: str
    least: int
    why: str
    certificates: tuple[tuple[str, Document], ...] = ()
    condition: str = ""


def bounds(goal: Goal) -> list[Bound]:
    """Lower bounds on the size of instances that reach a goal, coordinate by coordinate."""
    if goal.goal.name == "thm4.1":
        return _bounds_4_1(goal.values["eps"], goal.values["c"])
    if goal.goal.name == "thm5.2":
        return _bounds_5_2()
    if goal.goal.name == "propA.2":
        return _bounds_a_2()
    return []


def _bounds_4_1(eps: Fraction, c: Fraction) -> list[Bound]:
    fewest, part = ceil(c / eps), _counting()
    why = f"informed she gets at most {{}} times what she gets uninformed, and c / eps = {c / eps}"
    alone = (("theorem-3.1", _obligations(all_obligations(theorem_3_1.statement()))), ("one-user", one_user(ALONE[1])))
    strong = ("one-provider", _obligations(counting.single()))
    dominance = (
        ("theorem-4.3", _obligations(all_obligations(theorem_4_3.statement()))),
        ("full-revelation", full_revelation.full_revelation_certificate(_named_features())),
    )
    named = "providers can name what they see (|X_P| <= |M|); else one is enough at eps = 3/4, c = 1"
    return [
        Bound("n", 2, "a single user gets her benchmark (Theorem 3.1: her anonymous game is personalized)", alone),
        Bound(
            "k", 2, "one provider is strongly aligned, and may reveal all (Theorem 4.3)", (strong, *dominance), named
        ),
        Bound("|A|", fewest, why.format("|A|"), part),
        Bound("|Y|", fewest, why.format("|Y|"), part),
        Bound("|M|", fewest, why.format("|M|"), part, "one round"),
    ]


def _bounds_5_2() -> list[Bound]:
    why, part = "with one {} she gets informed what she gets uninformed, so she does not fall short", _counting()
    return [
        Bound("n", 2, "an old user and a new one: the goal says so"),
        Bound("k", 1, "a game has a provider"),
        Bound("|A|", 2, why.format("action"), part),
        Bound("|Y|", 2, why.format("state"), part),
        Bound("|M|", 2, why.format("message"), part, "one round"),
    ]


def _bounds_a_2() -> list[Bound]:
    strong = (("one-provider", _obligations(counting.single())),)
    return [
        Bound("n", 1, "a game has a user"),
        Bound("k", 2, "the exact weak alignment of one provider is strong", strong),
        Bound(
            "|A| |Y|",
            2,
            "with one action and one state every payoff is a combination of utilities",
            (("one-point", _obligations(counting.point())),),
        ),
        Bound("|M|", 1, "a game has a message"),
    ]


def coordinates(instance: Instance) -> dict[str, int]:
    """The size of an instance; |A| is the largest number of a user's actions."""
    game = played(instance)
    actions = max(len(user.actions) for user in game.users)
    sizes = {"n": len(game.users), "k": len(game.providers), "|A|": actions, "|Y|": len(game.states)}
    return sizes | {"|M|": len(game.messages), "|A| |Y|": actions * len(game.states)}


def verdict(instance: Instance, found: Sequence[Bound]) -> str:
    """What the bounds say about the instance's size."""
    if not found:
        return "no lower bounds are known for this goal"
    have = coordinates(instance)
    above = [bound.coordinate for bound in found if have[bound.coordinate] > bound.least]
    if above:
        return f"not shown to be smallest in {', '.join(above)}"
    conditions = [f"{bound.coordinate} if {bound.condition}" for bound in found if bound.condition]
    return "smallest in every coordinate" + (f" ({'; '.join(conditions)})" if conditions else "")


def _obligations(shown: Sequence[Obligation]) -> Document:
    documents = [obligation_documents(one) for one in shown]
    claim, evidence = ([parts[k] for parts in documents] for k in range(2))
    return certificate("obligations", {"obligations": claim}, {"proofs": evidence})


def _counting() -> tuple[tuple[str, Document], ...]:
    at_size = certificate("identity", *counting.counting_at(*COUNTED[-1]))
    return ("counting", _obligations(counting.counting())), ("counting-at-a-size", at_size)


def _alone(digits: str) -> Place:
    """A market of one user, in the anonymous game."""
    where = place(theorem_3_1.statement(), market_size(digits), "P")
    return replace(where, play="anonymous")


def one_user(digits: str) -> Document:
    """Theorem 3.1 for the only user of an anonymous game."""
    return theorem_certificate(theorem_3_1.statement(), _alone(digits))


def _named_features() -> Place:
    return Place(market_size("211222221"), "P", "anonymous")


def smallest_tasks() -> Iterator[Task]:
    """All rows about smallest instances."""
    robust = theorem_4_1_robust.CLAIM.result
    for eps, c in ROBUST_4_1:
        low = str(c / theorem_4_1_robust.states_needed(eps, c))
        yield shortfall_task(robust, robust_4_1(eps, c), low, str(c), f"eps={eps}, c={c}; robust", "PROVED")
    yield _identity(
        robust, "any eps, c and M >= c / eps; any profile, protocol and ties", theorem_4_1_robust.any_size()
    )
    yield shortfall_task("Theorem 5.2 with two actions", newcomer(), "1/2", "1", "robust", "PROVED")
    yield from _alignment_only()
    few = "Theorem 4.1 with one provider, if messages are few"
    yield shortfall_task(few, one_bit(), "3/4", "1", "|X_P| > |M|; no errors", "PROVED")
    yield _by_induction(counting.COUNTING, counting.counting(), "all finite games, one round")
    for size in COUNTED:
        scope = "|A|={}, |Y|={}, |M|={}, one round".format(*size)
        yield _identity(counting.COUNTING.result, scope, counting.counting_at(*size))
    yield _by_induction(counting.SINGLE, counting.single(), "all finite games")
    yield _by_induction(counting.POINT, counting.point(), "all finite games")
    for digits in ALONE:
        yield _one_user(digits)


def _by_induction(claim: Claim, shown: list[Obligation], scope: str) -> Task:
    return by_induction(claim.result, scope, f"{KERNEL} + {GLUE}", shown, [claim.formula])


def _identity(result: str, scope: str, parts: tuple[Document, Document]) -> Task:
    claim, evidence = parts

    def demands(kind: str, found: Document) -> list[str]:
        return differences(kind, found, "identity", claim)

    shown = Finding("PROVED", certificate("identity", claim, evidence))
    return Task(result, scope, WRITTEN_OUT, "PROVED", lambda: shown, demands)


def _one_user(digits: str) -> Task:
    where = _alone(digits)
    wanted = theorem_claim(theorem_3_1.statement(), where)
    scope = f"anonymous; {size_text(where.size)}, P"
    find = partial(one_user, digits)
    return claim_task("Theorem 3.1 for one user", scope, "PROVED", lambda: Finding("PROVED", find()), "theorem", wanted)


def _alignment_only() -> Iterator[Task]:
    """Proposition A.2 with two actions and one state."""
    case, result = indifferent(), "Proposition A.2 with one user and one state"
    weak = alignment_document(case.weights, case.weights.errors(case.game))
    wanted = team_claim(case.game, case.team, alignment=weak)
    scope = "n=1, k=2, |A|=2, |Y|=|M|=1"
    yield stated_task(f"{result}: weak alignment", scope, "PROVED", "aligned", wanted)
    error = Error(Fraction(1, 2), attained=False)
    below = {"strong": {"eps": str(error.eps), "attained": error.attained}}
    for j, who in enumerate(case.game.provider_names):
        system = strong_system(case.game, j, error, None)
        note = f"{scope}; T={{{who}}}; no error below {error.eps}"
        yield misfit_task(f"{result}: no strong alignment", note, "PROVED", case.game, j, system, below)
