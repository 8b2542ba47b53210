"""The program of menus: a bound on all deviations for every protocol and alphabet.

Whatever a conversation brings about, a direct rule does too: the user names a type (herself and her features), the
provider plays out the talk in which that type would have engaged and sends only the action she would have taken.
No type may gain by naming another and acting at will on what she hears. Variables: ``act t a x``, the chance of
recommending a to type t given the deviator's feature x; ``worth t t' a``, what type t makes of recommendation a to
type t'; ``best t``, what an unserved type could get.

Types with the same actions, the same ties and stakes that differ by a positive factor converse and act alike, so they
share one entry. (Not in a robust bound, where each may break ties in her own way.)
"""

from collections.abc import Hashable
from fractions import Fraction

from alignproof.checks.linear import System, above, limit_rows, row, system
from alignproof.checks.signals import Type, choice_row
from alignproof.games.algebra import ONE
from alignproof.games.deviation import Deviation, Served
from alignproof.games.polynomial import Polynomial, combine, gather, variable

Gains = tuple[tuple[Fraction, ...], ...]
"""``[a][x]``."""

Entry = list[list[Polynomial]]
"""``[a][x]``: the chances of each recommendation."""


def entries(deviation: Deviation, served: Served) -> dict[Type, Type]:
    """Each served type's menu entry, named by the first served type that must behave as it does."""
    first: dict[Hashable, Type] = {}
    types = [(i, x) for i in served for x in range(len(deviation.stakes[i]))]
    return {t: first.setdefault(t if deviation.robust else _conduct(deviation, t), t) for t in types}


def _conduct(deviation: Deviation, t: Type) -> Hashable:
    """Equal for two types only if they behave alike towards every rule of the deviator."""
    table, ties, j = deviation.stakes[t[0]][t[1]], deviation.game.ties, deviation.provider
    scale = next((abs(u) for by_source in table for u in by_source if u), ONE)
    scaled = tuple(tuple(u / scale for u in by_source) for by_source in table)
    return deviation.game.users[t[0]].actions, ties.actions[t[0]][j], ties.messages[t[0]][j], scaled


def menu_system(deviation: Deviation, served: Served, target: Fraction) -> System:
    """Some menu serves exactly ``served`` and earns more than ``target``."""
    named, sources = entries(deviation, served), range(len(deviation.game.providers[deviation.provider].features))
    told = sum(len(deviation.game.users[i].actions) for i in deviation.group for _ in deviation.stakes[i])
    limit_rows(told * sum(len(deviation.game.users[i].actions) for i, _ in {*named.values()}), "menus")
    menu = {
        e: [[variable(f"act {e} {a} {x}") for x in sources] for a in range(len(deviation.game.users[e[0]].actions))]
        for e in named.values()
    }
    constant, gains = deviation.gains(served)
    earned = gather(_obeyed(gains[i][x], menu[e]) for (i, x), e in named.items())
    rows = [above("payoff", earned + (constant - target), True)]
    for e, entry in menu.items():
        rows += [row(f"plausible {e} {x}", ONE - gather(chances[x] for chances in entry), "=") for x in sources]
    free: list[Polynomial] = []
    for i in deviation.group:
        offer: list[Polynomial] = []
        for t, table in (((i, x), table) for x, table in enumerate(deviation.stakes[i])):
            offer.append(_obeyed(table, menu[named[t]]) if t in named else variable(f"best {t}"))
            if t not in named:
                free.append(offer[-1])
                rows += [row(f"ignore {t} {a}", offer[-1] - sum(u), ">=") for a, u in enumerate(table)]
            for e, entry in menu.items():
                worth = [variable(f"worth {t} {e} {a}") for a in range(len(entry))]
                free += worth
                rows.append(row(f"name {t} {e}", offer[-1] - gather(worth), ">="))
                for a, chances in enumerate(entry):
                    worths = enumerate(combine(by_source, chances) for by_source in table)
                    rows += [row(f"worth {t} {e} {a} {b}", worth[a] - value, ">=") for b, value in worths]
        if deviation.outside:
            rows.append(choice_row(deviation, i, gather(offer), i in served))
    return system(rows, free)


def _obeyed(table: Gains, entry: Entry) -> Polynomial:
    return gather(combine(by_source, chances) for by_source, chances in zip(table, entry, strict=True))
