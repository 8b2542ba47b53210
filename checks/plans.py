"""The program of plans: the exact question for every protocol and alphabet, at tiny sizes.

The served users' pure behaviour is fixed: per user and features a *plan*, what she says and does wherever she can
get to, given as the actions at the transcripts she can end in. The deviator's rule enters as a realisation plan:
``("reach", x, transcript)`` is the product of his chances along a transcript that ends in his own message (von
Stengel 1996). Then best responses, ties included, are linear, and the system has a solution exactly if some rule
makes the users behave so, serves exactly those users and earns more than the target.
"""

from collections.abc import Iterator
from fractions import Fraction
from itertools import product

from alignproof.checks.deviation import Deviation, Served, precedes
from alignproof.checks.linear import Rejected, Row, System, Terms, inequality, system
from alignproof.games.algebra import ONE, ZERO
from alignproof.games.model import Game
from alignproof.games.rules import Transcript

Plan = tuple[tuple[Transcript, int], ...]
"""The transcripts in which a user can end, each with her action there."""

Assignment = tuple[tuple[Plan, ...], ...]
"""``assignment[k][x_U]``: the plan of the k-th served user."""

MOST_ASSIGNMENTS = 20_000


def plans(game: Game, actions: int, transcript: Transcript = ()) -> list[Plan]:
    """All plans from a transcript on."""
    if len(transcript) == game.rounds:
        return [((transcript, a),) for a in range(actions)]
    branches = [plans(game, actions, (*transcript, m)) for m in range(len(game.messages))]
    if game.protocol[len(transcript)] == "U":
        return [plan for branch in branches for plan in branch]
    if (size := _count(branches)) > MOST_ASSIGNMENTS:
        raise Rejected("too-large", f"{size} plans")
    return [tuple(end for part in parts for end in part) for parts in product(*branches)]


def _count(branches: list[list[Plan]]) -> int:
    size = 1
    for branch in branches:
        size *= len(branch)
    return size


def assignments(deviation: Deviation, served: Served) -> Iterator[Assignment]:
    """All assignments of plans to the served users' features. Raises Rejected if there are too many."""
    users = [deviation.game.users[i] for i in served]
    options = [plans(deviation.game, len(user.actions)) for user in users]
    size = 1
    for user, option in zip(users, options, strict=True):
        size *= len(option) ** len(user.features)
    if size > MOST_ASSIGNMENTS:
        raise Rejected("too-large", f"{size} assignments of plans")
    return product(
        *(tuple(product(option, repeat=len(user.features))) for user, option in zip(users, options, strict=True))
    )


def plan_system(deviation: Deviation, served: Served, assignment: Assignment, target: Fraction) -> System:
    """Some rule makes exactly ``served`` pick the deviator, behave as assigned, and pay him more than ``target``."""
    game = deviation.game
    rows = list(_realisation_rows(deviation))
    gains = deviation.gains(served)
    payoff = _Affine()
    for i, by_features in zip(served, assignment, strict=True):
        value = _Affine()
        for x_user, plan in enumerate(by_features):
            stakes = deviation.stakes[i][x_user]
            value.add(_worth(game, stakes, plan), ONE)
            if gains is not None:
                payoff.add(_worth(game, gains[1][i][x_user], plan), ONE)
            rows += _response_rows(deviation, i, x_user, plan)
        if deviation.outside:
            rows.append(value.shifted(deviation.serve_row(i, value.terms)))
    if gains is not None:
        rows.append(payoff.shifted(deviation.payoff_row(payoff.terms, gains[0], target)))
    unserved = [i for i in deviation.group if i not in served]
    free = []
    for i in unserved:
        best = [("best", i, x) for x in range(len(deviation.stakes[i]))]
        free += best
        rows.append(deviation.leave_row(i, [(variable, ONE) for variable in best]))
        for x_user, variable in enumerate(best):
            for k, plan in enumerate(plans(game, len(game.users[i].actions))):
                worth = _worth(game, deviation.stakes[i][x_user], plan)
                worth.scale(-ONE)
                rows.append((f"best {i} {x_user} {k}", Row([*worth.terms, (variable, ONE)], worth.constant, ">=")))
    return system(rows, free)


class _Affine:
    """An affine function under construction."""

    def __init__(self) -> None:
        self.terms: Terms = []
        self.constant = ZERO

    def add(self, other: "_Affine", factor: Fraction) -> None:
        self.terms += [(variable, factor * c) for variable, c in other.terms]
        self.constant += factor * other.constant

    def scale(self, factor: Fraction) -> None:
        self.terms = [(variable, factor * c) for variable, c in self.terms]
        self.constant *= factor

    def shifted(self, named: tuple[str, Row]) -> tuple[str, Row]:
        name, row = named
        return name, Row(row.terms, row.constant + self.constant, row.sense)


def _reach(game: Game, x: int, transcript: Transcript) -> tuple[object, ...] | None:
    """The variable for reaching ``transcript`` from x; None if the deviator has not spoken: reached for sure."""
    spoken = game.protocol[: len(transcript)].rfind("P") + 1
    return ("reach", x, transcript[:spoken]) if spoken else None


def _realisation_rows(deviation: Deviation) -> Iterator[tuple[str, Row]]:
    game = deviation.game
    for x in range(len(game.providers[deviation.provider].features)):
        for prefix in game.prefixes("P"):
            before = _reach(game, x, prefix)
            terms: Terms = [(("reach", x, (*prefix, m)), -ONE) for m in range(len(game.messages))]
            if before is not None:
                terms.append((before, ONE))
            yield f"reach {x} {_text(prefix)}", Row(terms, ZERO if before is not None else ONE, "=")


def _worth(game: Game, table: tuple[tuple[Fraction, ...], ...], plan: Plan) -> _Affine:
    """The expectation of ``table[a][x]`` when the user follows ``plan``."""
    worth = _Affine()
    for transcript, a in plan:
        for x, u in enumerate(table[a]):
            variable = _reach(game, x, transcript)
            if variable is None:
                worth.constant += u
            else:
                worth.terms.append((variable, u))
    return worth


def _response_rows(deviation: Deviation, user: int, x_user: int, plan: Plan) -> Iterator[tuple[str, Row]]:
    """At every point where the plan decides: the decision is best, and first among the best."""
    game, stakes = deviation.game, deviation.stakes[user][x_user]
    actions = deviation.game.ties.actions[user][deviation.provider]
    messages = deviation.game.ties.messages[user][deviation.provider]
    for transcript, a in plan:
        for b in range(len(stakes)):
            if b != a:
                label = f"act {user} {x_user} {_text(transcript)} {b}"
                other: Plan = ((transcript, b),)
                yield _preference(deviation, label, stakes, ((transcript, a),), other, precedes(actions, b, a))
    for turn, speaker in enumerate(game.protocol):
        if speaker == "U":
            for prefix in sorted({transcript[:turn] for transcript, _ in plan}):
                follow = tuple(end for end in plan if end[0][:turn] == prefix)
                said = follow[0][0][turn]
                for m in range(len(game.messages)):
                    if m != said:
                        for k, other in enumerate(plans(game, len(stakes), (*prefix, m))):
                            label = f"say {user} {x_user} {_text(prefix)} {m} {k}"
                            loses = precedes(messages, m, said)
                            yield _preference(deviation, label, stakes, follow, other, loses)


def _preference(
    deviation: Deviation,
    label: str,
    stakes: tuple[tuple[Fraction, ...], ...],
    chosen: Plan,
    other: Plan,
    loses_tie: bool,
) -> tuple[str, Row]:
    difference = _worth(deviation.game, stakes, chosen)
    difference.add(_worth(deviation.game, stakes, other), -ONE)
    return label, inequality(difference.terms, difference.constant, loses_tie and not deviation.robust)


def _text(transcript: Transcript) -> str:
    return ".".join(map(str, transcript)) or "-"
