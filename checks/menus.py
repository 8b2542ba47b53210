"""The program of menus: a bound on all deviations for every protocol and alphabet.

Whatever a conversation brings about, a direct rule does too: the user names a type (herself and her features), the
provider plays out the talk in which that type would have engaged and sends only the action she would have taken.
No type may gain by naming another and acting at will on what she hears. Variables: ``("act", t, a, x)``, the chance
of recommending a to type t given the deviator's feature x; ``("worth", i, x_U, t, a)``, what user i with features x_U
makes of recommendation a to t; ``("best", i, x_U)``, what an unserved user could get.

Types with proportional stakes, the same actions and the same ties converse and act alike, so they share one entry.
(Not in a robust bound, where each may break ties in her own way.)
"""

from collections.abc import Iterator
from fractions import Fraction

from alignproof.checks.deviation import Deviation, Served
from alignproof.checks.linear import Row, System, Terms, system
from alignproof.games.algebra import ONE, ZERO

Type = tuple[int, int]
"""A user and her features."""


def types(deviation: Deviation, users: Served) -> list[Type]:
    """All types of the given users."""
    return [(i, x) for i in users for x in range(len(deviation.game.users[i].features))]


def representatives(deviation: Deviation, served: Served) -> dict[Type, Type]:
    """Each served type's representative: the first served type that must behave as it does."""
    chosen: dict[Type, Type] = {}
    for t in types(deviation, served):
        alike = (r for r in chosen.values() if not deviation.robust and _alike(deviation, r, t))
        chosen[t] = next(alike, t)
    return chosen


def _alike(deviation: Deviation, first: Type, second: Type) -> bool:
    game, provider = deviation.game, deviation.provider
    (i, x), (k, z) = first, second
    return (
        game.users[i].actions == game.users[k].actions
        and game.ties.actions[i][provider] == game.ties.actions[k][provider]
        and game.ties.messages[i][provider] == game.ties.messages[k][provider]
        and _proportional(_flat(deviation, first), _flat(deviation, second))
    )


def _flat(deviation: Deviation, which: Type) -> list[Fraction]:
    return [u for row in deviation.stakes[which[0]][which[1]] for u in row]


def _proportional(first: list[Fraction], second: list[Fraction]) -> bool:
    """Whether second = factor * first for a positive factor."""
    pivot = next((k for k, u in enumerate(first) if u != 0), None)
    if pivot is None:
        return not any(second)
    factor = second[pivot] / first[pivot]
    return factor > 0 and all(v == factor * u for u, v in zip(first, second, strict=True))


def menu_system(deviation: Deviation, served: Served, target: Fraction) -> System:
    """Some menu serves exactly ``served`` and earns more than ``target``."""
    features = range(len(deviation.game.providers[deviation.provider].features))
    chosen = representatives(deviation, served)
    entries = list(dict.fromkeys(chosen.values()))
    rows: list[tuple[str, Row]] = []
    for t in entries:
        actions = range(len(deviation.game.users[t[0]].actions))
        for x in features:
            rows.append((f"plausible {_text(t)} {x}", Row([(("act", t, a, x), -ONE) for a in actions], ONE, "=")))
    gains = deviation.gains(served)
    if gains is not None:
        payoff = [term for t in chosen for term in _obeyed(gains[1][t[0]][t[1]], chosen[t])]
        rows.append(deviation.payoff_row(payoff, gains[0], target))
    free: list[tuple[object, ...]] = []
    for t in types(deviation, deviation.group):
        stakes = deviation.stakes[t[0]][t[1]]
        own = _obeyed(stakes, chosen[t]) if t in chosen else [(("best", *t), ONE)]
        for entry in entries:
            actions = range(len(deviation.game.users[entry[0]].actions))
            worth = [("worth", *t, entry, a) for a in actions]
            free += worth
            rows.append((f"name {_text(t)} {_text(entry)}", Row([*own, *((w, -ONE) for w in worth)], ZERO, ">=")))
            rows += _worth_rows(t, stakes, entry, actions)
        if t not in chosen:
            free.append(("best", *t))
            for a, by_source in enumerate(stakes):
                rows.append((f"ignore {_text(t)} {a}", Row(own, -sum(by_source, ZERO), ">=")))
    for i in deviation.group if deviation.outside else ():
        mine = [(i, x) for x in range(len(deviation.stakes[i]))]
        if i in served:
            rows.append(deviation.serve_row(i, [c for t in mine for c in _obeyed(deviation.stakes[i][t[1]], chosen[t])]))
        else:
            rows.append(deviation.leave_row(i, [(("best", *t), ONE) for t in mine]))
    return system(rows, free)


def _obeyed(table: tuple[tuple[Fraction, ...], ...], entry: Type) -> Terms:
    return [(("act", entry, a, x), u) for a, row in enumerate(table) for x, u in enumerate(row)]


def _worth_rows(
    t: Type, stakes: tuple[tuple[Fraction, ...], ...], entry: Type, actions: range
) -> Iterator[tuple[str, Row]]:
    for a in actions:
        for b, by_source in enumerate(stakes):
            terms: Terms = [(("act", entry, a, x), -u) for x, u in enumerate(by_source)]
            terms.append((("worth", *t, entry, a), ONE))
            yield f"worth {_text(t)} {_text(entry)} {a} {b}", Row(terms, ZERO, ">=")


def _text(t: Type) -> str:
    return f"{t[0]}.{t[1]}"
