"""The program of signals: all deviations when no user speaks before a provider does.

A message matters only through what the served users do on hearing it: name it by that, a *signal*, one strategy
(features to actions) per served user. Variables: ``("say", signal, x)``, the chance of a signal given the deviator's
feature x, and ``("worth", i, signal, x_U)``, what an unserved user would make of it. Messages with the same name
merge without loss, so the system holds for every alphabet.

Under the game's ties a signal whose strategies are best responses at no posterior can be *excluded*: that needs its
own certificate. The rest may be obeyed weakly.
"""

from collections.abc import Iterator
from fractions import Fraction
from itertools import product

from alignproof.checks.deviation import Deviation, Served, precedes, strategies
from alignproof.checks.linear import Row, System, Terms, inequality, system
from alignproof.games.algebra import ONE, ZERO
from alignproof.games.model import Game

Signal = tuple[tuple[int, ...], ...]
"""One strategy per served user: ``signal[k][x_U]`` is the action of the k-th served user."""


def applies(game: Game) -> bool:
    """Whether all provider messages come before all user messages."""
    return "UP" not in game.protocol


def signals(deviation: Deviation, served: Served) -> Iterator[Signal]:
    """All signals for the served users."""
    users = [deviation.game.users[i] for i in served]
    return product(*(tuple(strategies(len(u.actions), len(u.features))) for u in users))


def name(signal: Signal) -> str:
    """A signal as text: actions by comma, users by semicolon."""
    return ";".join(",".join(map(str, strategy)) for strategy in signal)


def _obedience(
    deviation: Deviation, served: Served, signal: Signal
) -> Iterator[tuple[str, bool, list[Fraction]]]:
    """Per served user, feature and other action: what obeying gains over it, as a function of x."""
    for i, strategy in zip(served, signal, strict=True):
        for x_user, by_action in enumerate(deviation.stakes[i]):
            obeyed = by_action[strategy[x_user]]
            for a, other in enumerate(by_action):
                if a != strategy[x_user]:
                    gain = [u - v for u, v in zip(obeyed, other, strict=True)]
                    order = deviation.game.ties.actions[i][deviation.provider]
                    yield f"{i} {x_user} {a}", precedes(order, a, strategy[x_user]), gain


def exclusion_system(deviation: Deviation, served: Served, signal: Signal) -> System:
    """The signal is sent, and it is every served user's tie-broken best response. No solution: exclude it."""
    features = range(len(deviation.game.providers[deviation.provider].features))
    rows: list[tuple[str, Row]] = [("sent", inequality([(x, ONE) for x in features], ZERO, True))]
    for label, loses_tie, gain in _obedience(deviation, served, signal):
        terms: Terms = [(x, g) for x, g in enumerate(gain) if g]
        rows.append((f"obey {label}", inequality(terms, ZERO, loses_tie and not deviation.robust)))
    return system(rows)


def signal_system(deviation: Deviation, served: Served, excluded: frozenset[str], target: Fraction) -> System:
    """Some rule serves exactly ``served`` and earns more than ``target``, using no excluded signal."""
    features = range(len(deviation.game.providers[deviation.provider].features))
    allowed = [signal for signal in signals(deviation, served) if name(signal) not in excluded]
    gains = deviation.gains(served)
    payoff: Terms = []
    rows: list[tuple[str, Row]] = [
        (f"plausible {x}", Row([(("say", name(s), x), -ONE) for s in allowed], ONE, "=")) for x in features
    ]
    value: dict[int, Terms] = {i: [] for i in served}
    for signal in allowed:
        label = name(signal)
        for i, strategy in zip(served, signal, strict=True):
            for x_user, a in enumerate(strategy):
                value[i] += [(("say", label, x), deviation.stakes[i][x_user][a][x]) for x in features]
                if gains is not None:
                    payoff += [(("say", label, x), gains[1][i][x_user][a][x]) for x in features]
        for place, _, gain in _obedience(deviation, served, signal):
            terms: Terms = [(("say", label, x), g) for x, g in enumerate(gain) if g]
            rows.append((f"obey {label} {place}", Row(terms, ZERO, ">=")))
    if gains is not None:
        rows.append(deviation.payoff_row(payoff, gains[0], target))
    if deviation.outside:
        rows += [deviation.serve_row(i, value[i]) for i in served]
    unserved = [i for i in deviation.group if i not in served]
    free = []
    for i in unserved:
        worth = [("worth", i, name(s), x) for s in allowed for x in range(len(deviation.stakes[i]))]
        free += worth
        rows.append(deviation.leave_row(i, [(variable, ONE) for variable in worth]))
        rows += _worth_rows(deviation, i, allowed)
    return system(rows, free)


def _worth_rows(deviation: Deviation, user: int, allowed: list[Signal]) -> Iterator[tuple[str, Row]]:
    for signal in allowed:
        label = name(signal)
        for x_user, by_action in enumerate(deviation.stakes[user]):
            for a, by_source in enumerate(by_action):
                terms: Terms = [(("say", label, x), -u) for x, u in enumerate(by_source) if u]
                terms.append((("worth", user, label, x_user), ONE))
                yield f"worth {label} {user} {x_user} {a}", Row(terms, ZERO, ">=")
