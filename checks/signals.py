"""The program of signals: all deviations when no user speaks before a provider does.

A message matters only through what the served users do on hearing it: name it by that, a *signal*, one strategy
(features to actions) per served user. Variables: ``say signal x``, the chance of a signal given the deviator's
feature x, and ``worth i signal x_U``, what an unserved user would make of it. Messages with the same name merge
without loss, so the system holds for every alphabet.

Under the game's ties a signal whose strategies are best responses at no posterior can be *excluded*: that needs its
own certificate. The rest may be obeyed weakly.
"""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import product as tuples
from math import prod

from alignproof.checks.linear import NamedRow, Rejected, System, above, limit_rows, row, system
from alignproof.games.algebra import ONE
from alignproof.games.deviation import Deviation, Served, precedes
from alignproof.games.model import Game
from alignproof.games.polynomial import Polynomial, combine, gather, variable

MOST_SIGNALS = 100_000

Signal = tuple[tuple[int, ...], ...]
"""One strategy per served user: ``signal[k][x_U]`` is the action of the k-th served user."""

Type = tuple[int, int]
"""A user and her features."""

Moves = Mapping[Type, int]
"""What types do: an action each."""


def applies(game: Game) -> bool:
    """Whether no provider speaks after a user."""
    return "UP" not in game.protocol


def signals(deviation: Deviation, served: Served) -> dict[str, Signal]:
    """All signals for the served users, by name: actions by comma, users by semicolon. Raises Rejected."""
    users = [deviation.game.users[i] for i in served]
    if prod(len(u.actions) ** len(u.features) for u in users) > MOST_SIGNALS:
        raise Rejected("too-large", f"more than {MOST_SIGNALS} signals")
    each = tuples(*(tuple(tuples(range(len(u.actions)), repeat=len(u.features))) for u in users))
    return {";".join(",".join(map(str, strategy)) for strategy in signal): signal for signal in each}


def sent(deviation: Deviation, label: str) -> list[Polynomial]:
    """The chances of a signal, by the deviator's feature."""
    return [variable(f"say {label} {x}") for x in range(len(deviation.game.providers[deviation.provider].features))]


def acts_on(served: Served, signal: Signal) -> Moves:
    """What each type of a served user does on a signal."""
    return {(i, x): a for i, strategy in zip(served, signal, strict=True) for x, a in enumerate(strategy)}


def obedience(deviation: Deviation, acts: Moves, chances: Sequence[Polynomial], ties: bool) -> Iterator[NamedRow]:
    """Each type does best by her action on hearing what is sent with ``chances``; strictly, if ``ties`` count, where
    she would prefer another action in a tie."""
    for (i, x_user), obeyed in acts.items():
        order = deviation.game.ties.actions[i][deviation.provider]
        scores = [combine(by_source, chances) for by_source in deviation.stakes[i][x_user]]
        for a, score in enumerate(scores):
            if a != obeyed:
                yield above(f"obey {i} {x_user} {a}", scores[obeyed] - score, ties and precedes(order, a, obeyed))


def exclusion_system(deviation: Deviation, served: Served, label: str, signal: Signal) -> System:
    """The signal is sent, and it is every served user's tie-broken best response. No solution: exclude it."""
    chances = sent(deviation, label)
    rows = obedience(deviation, acts_on(served, signal), chances, not deviation.robust)
    return system([above("sent", gather(chances), True), *rows])


def choice_row(deviation: Deviation, user: int, offer: Polynomial, serve: bool) -> NamedRow:
    """The row: ``offer``, what the user can get from the deviator, is worth picking him (``serve``), or is not."""
    best = deviation.outside[user]
    wins_tie = precedes(deviation.game.ties.providers[user], deviation.provider, best.picks.index(True))
    lead = offer - best.value
    return above(f"choice {user}", lead if serve else -lead, not deviation.robust and wins_tie != serve)


def signal_system(deviation: Deviation, served: Served, allowed: dict[str, Signal], target: Fraction) -> System:
    """Some rule serves exactly ``served`` and earns more than ``target``, using only the allowed signals."""
    limit_rows(len(allowed) * sum(len(t) for i in deviation.group for t in deviation.stakes[i]), "signals")
    chances = {label: sent(deviation, label) for label in allowed}
    constant, gains = deviation.gains(served)
    rows = [
        row(f"plausible {x}", ONE - gather(chances[label][x] for label in allowed), "=")
        for x in range(len(deviation.game.providers[deviation.provider].features))
    ]
    for label, signal in allowed.items():
        named = obedience(deviation, acts_on(served, signal), chances[label], False)
        rows += [(f"{name} on {label}", obeyed) for name, obeyed in named]

    def value(user: int, tables: Sequence[Sequence[Sequence[Fraction]]]) -> Polynomial:
        place = served.index(user)
        pairs = ((label, zip(tables, signal[place], strict=True)) for label, signal in allowed.items())
        return gather(combine(table[a], chances[label]) for label, obeyed in pairs for table, a in obeyed)

    rows.append(above("payoff", gather(value(i, gains[i]) for i in served) + (constant - target), True))
    worths: list[Polynomial] = []
    for i in deviation.group:
        own: list[Polynomial] = []
        for label, (x_user, table) in tuples(allowed if i not in served else (), enumerate(deviation.stakes[i])):
            own.append(variable(f"worth {i} {label} {x_user}"))
            for a, by_source in enumerate(table):
                spare = own[-1] - combine(by_source, chances[label])
                rows.append(row(f"worth {i} {x_user} {a} on {label}", spare, ">="))
        worths += own
        if deviation.outside:
            offer = value(i, deviation.stakes[i]) if i in served else gather(own)
            rows.append(choice_row(deviation, i, offer, i in served))
    return system(rows, worths)
