"""Proof steps as documents for the kernel's kind ``theorem``, and the lemmas that many proofs share.

An expression is a list of (coefficient, names of numbers...); see :mod:`alignproof.checks.universal.market` for names.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from alignproof.checks.universal.market import Size, named
from alignproof.games.model import Play

Document = dict[str, Any]
Monomial = tuple[Any, ...]
"""A coefficient and the names it is multiplied with."""

Expression = list[Monomial]


def written(expression: Iterable[Monomial]) -> list[list[str]]:
    """An expression as a document."""
    return [[str(part) for part in monomial] for monomial in expression]


def times(expression: Iterable[Monomial], coefficient: Any, *names: str) -> Expression:
    """An expression multiplied by a monomial."""
    return [(coefficient * c, *factors, *names) for c, *factors in expression]


def proof(
    products: Iterable[Monomial] = (),
    zero: Iterable[tuple[str, Expression]] = (),
    opaque: Sequence[str] = (),
    reduce: Sequence[str] = (),
) -> Document:
    """The document of an identity."""
    document: Document = {}
    if opaque or reduce:
        document["view"] = {"opaque": list(opaque), "reduce": list(reduce)}
    if products := list(products):
        document["products"] = written(products)
    if zero := list(zero):
        document["zero"] = [[name, written(multiplier)] for name, multiplier in zero]
    return document


def lemma(name: str, value: Expression, how: Document, equal: bool = False, solve: str | None = None) -> Document:
    """A lemma: ``value`` is nonnegative (or zero)."""
    document: Document = {"name": name, "value": written(value), "equal": equal, "proof": how}
    return {"lemma": document if solve is None else document | {"solve": solve}}


@dataclass(frozen=True)
class Place:
    """Where a proof takes place: a size and what is played; with helpers for its index sets."""

    size: Size
    protocol: str
    play: Play
    entrant: bool = False

    @property
    def members(self) -> range:
        """All users, the entrant included."""
        return range(self.size.users + self.entrant)

    @property
    def team(self) -> range:
        """T."""
        return range(self.size.team)

    @property
    def newcomer(self) -> tuple[str, ...]:
        """The facts that sum the entrant out, if there is one."""
        return ("sum enters",) if self.entrant else ()

    @property
    def actions(self) -> range:
        """A user's actions."""
        return range(self.size.actions)

    @property
    def states(self) -> range:
        """The states."""
        return range(self.size.states)

    @property
    def cells(self) -> list[tuple[int, int]]:
        """Pairs (a, y)."""
        return list(product(self.actions, self.states))

    @property
    def profiles(self) -> list[tuple[int, ...]]:
        """Action profiles."""
        return list(product(self.actions, repeat=len(self.members)))

    def heard(self, user: int) -> int:
        """Whose rule ``user`` hears: in the anonymous game there is one for all."""
        return 0 if self.play == "anonymous" else user

    def sources(self) -> Iterator[tuple[int, ...]]:
        """All providers' features."""
        return product(range(self.size.provider_features), repeat=self.size.providers)


TALK = ("sum say", "sum f", "sum S", "sum dominant")
"""Distributions out of which conversations are made."""


def induced(where: Place, run: str, user: int, decisions: Sequence[str] = ()) -> Iterator[Document]:
    """What a user does given all features is a distribution, in a run in which her decisions are those of the group
    ``run:user`` or were identified with those of the groups ``decisions``."""
    size, taken = where.size, [f"sum taken:{group}" for group in (f"{run}:{user}", *decisions)]
    for j, x, s in product(range(size.providers), range(size.user_features), range(size.provider_features)):
        acts = [named(f"acts:{run}", user, j, x, s, a) for a in where.actions]
        how = proof(reduce=(*TALK, *taken))
        value = [*((1, act) for act in acts), (-1,)]
        yield lemma(named(f"sum acts:{run}", user, j, x, s), value, how, True, acts[-1])
    for x, known in product(range(size.user_features), where.sources()):
        acts = [named(f"chosen:{run}", user, x, *known, a) for a in where.actions]
        how = proof(opaque=(f"acts:{run}", f"pick:{run}"), reduce=(f"sum acts:{run}", f"sum taken:pick:{run}:{user}"))
        value = [*((1, act) for act in acts), (-1,)]
        yield lemma(named(f"sum chosen:{run}", user, x, *known), value, how, True, acts[-1])


def joint(where: Place, run: str, *more: str) -> Document:
    """The joint distribution of a run sums up to 1. ``more``: runs whose sums of chosen acts are used besides."""
    value = [*((1, named(f"Q:{run}", *a, y)) for a, y in product(where.profiles, where.states)), (-1,)]
    return lemma(f"mass:{run}", value, by_choices((run, *more), "sum phi", "sum enters"), True)


def marginal(where: Place, run: str, user: int, *more: str) -> Iterator[Document]:
    """The joint distribution's marginal for a user is her induced distribution."""
    for a, y in where.cells:
        mine = [(1, named(f"Q:{run}", *profile, y)) for profile in where.profiles if profile[user] == a]
        value = [*mine, (-1, named(f"q:{run}", user, a, y))]
        yield lemma(named(f"marginal:{run}", user, a, y), value, by_choices((run, *more)), True)


def by_choices(runs: Sequence[str], *more: str) -> Document:
    """An identity in what users do given all features, which adds up to 1 in each of the runs."""
    return proof(opaque=[f"chosen:{r}" for r in runs], reduce=[*(f"sum chosen:{r}" for r in runs), *more])


def worth(where: Place, run: str, user: int) -> Document:
    """A user's value is the expectation of her utility under her induced distribution."""
    expected = [(-1, named(f"q:{run}", user, a, y), named("u", user, a, y)) for a, y in where.cells]
    return lemma(named(f"worth:{run}", user), [(1, named(f"value:{run}", user)), *expected], proof(), True)


def bound(deployer: int) -> str:
    """The name of the conclusion about the shared rule that ``deployer`` deploys."""
    return f"if {deployer} deploys the shared rule"
