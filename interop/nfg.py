"""Gambit's strategic games, ``.nfg``: with payoffs listed, or by outcomes. Files are written with payoffs listed.

The first player's strategy changes fastest in a list of all profiles.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import product as tuples
from math import prod

from alignproof.games.algebra import ZERO
from alignproof.interop.finite import Strategic
from alignproof.interop.scanner import Scanner, braced, quoted

MOST_PROFILES = 1_000_000


def profiles(sizes: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """All profiles of pure strategies in the order of the file."""
    return (at[::-1] for at in tuples(*map(range, reversed(sizes))))


def read_nfg(text: str) -> Strategic:
    """The game in a text. Raises InputError."""
    scan = Scanner(text)
    scan.word("NFG")
    scan.word("1")
    scan.word("R", "D")
    title, players = scan.label(), scan.labels()
    strategies = _strategies(scan, len(players))
    comment = scan.comment()
    read = _by_outcome if scan.next_is("{") else _listed
    payoffs = read(scan, [len(own) for own in strategies])
    if not scan.ended:
        raise scan.here.fail("expected the end of the file")
    return Strategic(title, players, strategies, payoffs, comment)


def _strategies(scan: Scanner, players: int) -> tuple[tuple[str, ...], ...]:
    opening = scan.here
    scan.word("{")
    found: list[tuple[str, ...]] = []
    for _ in range(players):
        if scan.next_is("{"):
            found.append(scan.labels())
        else:
            found.append(tuple(str(k + 1) for k in range(scan.whole(1, MOST_PROFILES))))
    scan.word("}")
    if prod(map(len, found)) > MOST_PROFILES:
        raise opening.fail(f"more than {MOST_PROFILES} profiles")
    return tuple(found)


Payoffs = dict[tuple[int, ...], tuple[Fraction, ...]]


def _listed(scan: Scanner, sizes: list[int]) -> Payoffs:
    return {at: tuple(scan.rational() for _ in sizes) for at in profiles(sizes)}


def _by_outcome(scan: Scanner, sizes: list[int]) -> Payoffs:
    scan.word("{")
    outcomes = [(ZERO,) * len(sizes)]
    while not scan.next_is("}"):
        scan.word("{")
        scan.label()
        outcomes.append(tuple(scan.rational() for _ in sizes))
        scan.word("}")
    scan.word("}")
    return {at: outcomes[scan.whole(0, len(outcomes) - 1)] for at in profiles(sizes)}


def nfg(game: Strategic) -> str:
    """The text of a game; :func:`read_nfg` is its inverse."""
    strategies = braced([braced(list(map(quoted, own))) for own in game.strategies])
    rows = (" ".join(map(str, game.payoffs[at])) for at in profiles(game.widths))
    head = f"NFG 1 R {quoted(game.title)} {braced(list(map(quoted, game.players)))}"
    return "\n".join([head, strategies, quoted(game.comment), "", *rows]) + "\n"
