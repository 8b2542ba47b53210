"""How large a market may be: the bounds of a search, and the sizes within them."""

from dataclasses import dataclass
from itertools import product

from alignproof.counterexamples.search.market import Size
from alignproof.games.document import InputError, shown


@dataclass(frozen=True)
class Bounds:
    """The most users n, providers k, actions |A| of a user, states |Y| and messages |M| that are tried; all positive.

    A market of the search has as many messages as actions (:class:`~alignproof.counterexamples.search.market.Size`), so
    a bound on messages bounds actions too.
    """

    users: int = 3
    providers: int = 2
    actions: int = 24
    states: int = 24
    messages: int = 24

    def __str__(self) -> str:
        return f"n={self.users}, k={self.providers}, |A|={self.actions}, |Y|={self.states}, |M|={self.messages}"


DEFAULT = Bounds()
MOST = 100
"""No bound may be larger: a market of that size is out of reach of every engine."""


def read_bounds(text: str) -> Bounds:
    """Bounds ``n,k,a,y,m`` as the command line gives them. Raises InputError."""
    parts = text.split(",")
    if len(parts) != 5 or not all(part.isascii() and part.isdigit() and 1 <= int(part[:4]) <= MOST for part in parts):
        raise InputError("--max-size", f"five whole numbers n,k,a,y,m from 1 to {MOST} are needed, not {shown(text)!r}")
    return Bounds(*map(int, parts))


def sizes(bounds: Bounds = DEFAULT) -> list[Size]:
    """All sizes within bounds, from small to large: by the number of utilities of a user, then of players."""
    most = (bounds.users, bounds.providers, min(bounds.actions, bounds.messages), bounds.states)
    return sorted(
        (Size(*count) for count in product(*(range(1, number + 1) for number in most))),
        key=lambda s: (s.actions * s.states, s.users * s.providers, s.users, s.states),
    )
