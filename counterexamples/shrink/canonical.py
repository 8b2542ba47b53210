"""A canonical form of instances up to the names and the order of users, providers, states, actions, messages, features.

An instance is read as facts: numbers that belong to tuples of things. Things are coloured by the facts they are in,
until that separates no more (refinement); then one of those that are still alike is told apart, in all ways, and so on.
Every way ends in an order of all things; the one whose facts come first is the canonical one. Ways that an automorphism
maps to each other end in the same facts, so one of them is enough: that keeps symmetric instances cheap.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from alignproof.counterexamples.shrink.select import Selection, everything, played, select
from alignproof.counterexamples.violations import Instance
from alignproof.games.alignment import WeakWeights
from alignproof.games.model import Components, Game, Payoff, Provider, User

MOST_ORDERS = 2000
"""How many orders are compared at most."""

ALL, FRAME = "~", "5"
"""Facts whose labels come before: all of them; those about prior, utilities and ties."""

LAST = (ALL,)
"""After all labels of facts: what is in fewer facts comes later."""

Thing = tuple[str, int, int]
"""A kind, the owner's index (0 where there is none) and an index."""

Fact = tuple[str, tuple[Thing, ...], Fraction]
Colours = Mapping[Thing, int]
Key = tuple[object, ...]

KINDS = ("user", "provider", "state", "action", "user feature", "provider feature", "message", "atom", "entry")
"""Atoms of the prior and entries of payoff tables are things too, since what they join has no order."""


@dataclass(frozen=True)
class Canonical:
    """The instance in its canonical order, under canonical names. ``exact``: it does not depend on the order it came
    in; else there were too many orders to compare, and it is a normal form only."""

    instance: Instance
    exact: bool


def canonical(instance: Instance) -> Instance:
    """See :func:`canonical_form`."""
    return canonical_form(instance).instance


def canonical_form(instance: Instance, ties: bool = True) -> Canonical:
    """The canonical form. Without ``ties`` the order is chosen as if nobody broke any, which are then carried along.

    The first order makes it one and the same instance wherever one starts; the second one, a function of that, lets
    prior and utilities come first.
    """
    exact = True
    for labels in ALL, FRAME:
        facts = sorted(fact for fact in _facts(instance, ties) if fact[0] < labels)
        search = _Orders(facts, MOST_ORDERS)
        _, order, _ = search.explore(refined(facts, _kinds(instance)), {})
        exact = exact and search.left >= 0
        ordered = select(instance, _selection(instance, order))
        if ordered is None:
            raise ValueError("an order leaves nothing out")
        instance = ordered
    return Canonical(named(instance), exact)


def named(instance: Instance) -> Instance:
    """The same under canonical names; features are named like states where their numbers go together."""
    game, entrant = instance.game, instance.entrant
    states = _names("y", len(game.states))
    providers = tuple(
        Provider(f"provider {j + 1}", states if _sees(game, j) else _names("x", len(who.features)), who.payoff)
        for j, who in enumerate(game.providers)
    )
    users = tuple(_named_user(i, who) for i, who in enumerate(game.users))
    messages = tuple(str(m + 1) for m in range(len(game.messages)))
    new = replace(game, users=users, providers=providers, states=states, messages=messages, name="")
    if entrant is not None:
        entrant = replace(entrant, user=_named_user(len(users), entrant.user))
    return replace(instance, game=new, entrant=entrant)


def _names(letter: str, count: int) -> tuple[str, ...]:
    return tuple(f"{letter}{k + 1}" for k in range(count))


def _named_user(i: int, who: User) -> User:
    features = ("-",) if len(who.features) == 1 else _names("x", len(who.features))
    return User(f"user {i + 1}", features, _names("a", len(who.actions)), who.utility)


def _sees(game: Game, provider: int) -> bool:
    same = all(atom.provider_features[provider] == atom.state for atom in game.prior)
    return same and len(game.providers[provider].features) == len(game.states)


def _kinds(instance: Instance) -> dict[Thing, int]:
    """All things, coloured by what they are."""
    game = played(instance)
    things = [("user", 0, i) for i in range(len(game.users))] + [("provider", 0, j) for j in range(len(game.providers))]
    things += [("state", 0, y) for y in range(len(game.states))]
    things += [("message", 0, m) for m in range(len(game.messages))]
    for i, user in enumerate(game.users):
        things += [("action", i, a) for a in range(len(user.actions))]
        things += [("user feature", i, x) for x in range(len(user.features))]
    for j, provider in enumerate(game.providers):
        things += [("provider feature", j, x) for x in range(len(provider.features))]
        payoff = instance.game.providers[j].payoff
        things += [("entry", j, k) for k in range(0 if isinstance(payoff, Components) else len(payoff.entries))]
    things += [("atom", 0, t) for t in range(len(game.prior))]
    return {thing: KINDS.index(thing[0]) for thing in things}


def _facts(instance: Instance, ties: bool) -> Iterator[Fact]:
    game, weights, one = played(instance), instance.weights, Fraction(1)
    for i, user in enumerate(game.users):
        me: Thing = ("user", 0, i)
        yield from (("1 of user", (("action", i, a), me), one) for a in range(len(user.actions)))
        yield from (("1 of user", (("user feature", i, x), me), one) for x in range(len(user.features)))
        yield from _table("4 utility", (), i, user.utility)
    for j, provider in enumerate(game.providers):
        him: Thing = ("provider", 0, j)
        yield from (("1 of provider", (("provider feature", j, x), him), one) for x in range(len(provider.features)))
        yield "1 of T", (him,), Fraction(j in instance.team)
    yield from (("1 falls short", (("user", 0, i),), one) for i in instance.users)
    if instance.entrant is not None:
        yield "0 enters", (("user", 0, len(game.users) - 1),), -one
        yield from (("6 share", (("provider", 0, j),), share) for j, share in enumerate(instance.entrant.shares))
        for j, part in enumerate(instance.entrant.parts):
            yield from _table("6 wish", (("provider", 0, j),), len(game.users) - 1, part)
    for t, atom in enumerate(game.prior):
        here: Thing = ("atom", 0, t)
        yield "3 prior", (here, ("state", 0, atom.state)), Fraction(atom.probability)
        yield from (("3 prior", (here, ("user feature", i, x)), one) for i, x in enumerate(atom.user_features))
        yield from (("3 prior", (here, ("provider feature", j, x)), one) for j, x in enumerate(atom.provider_features))
    for j, who in enumerate(instance.game.providers):
        yield from _payoff("5 payoff", instance.game, j, who.payoff)
    for j, row in weights.users.items():
        yield from (("7 weight", (("provider", 0, j), ("user", 0, i)), Fraction(w)) for i, w in enumerate(row))
    if isinstance(weights, WeakWeights):
        for j, decomposition in weights.providers.items():
            if decomposition != instance.game.providers[j].payoff:
                yield from _payoff("7 decomposition", instance.game, j, decomposition)
        yield from (("7 constant", (("user", 0, i),), Fraction(c)) for i, c in enumerate(weights.constants))
    else:
        yield from (("7 constant", (("provider", 0, j),), Fraction(c)) for j, c in weights.constants.items())
    yield from _rules(instance)
    if ties:
        yield from _ties(game)


def _table(label: str, before: tuple[Thing, ...], user: int, table: Sequence[Sequence[Fraction]]) -> Iterator[Fact]:
    for a, row in enumerate(table):
        for y, value in enumerate(row):
            yield label, (*before, ("action", user, a), ("state", 0, y)), Fraction(value)


def _payoff(label: str, game: Game, provider: int, payoff: Payoff) -> Iterator[Fact]:
    him: Thing = ("provider", 0, provider)
    if not isinstance(payoff, Components):
        for number, (actions, row) in enumerate(sorted(payoff.entries.items())):
            here: Thing = ("entry", provider, number)
            yield from ((f"{label}: at", (here, ("action", i, a)), Fraction(1)) for i, a in enumerate(actions))
            yield from ((label, (him, here, ("state", 0, y)), Fraction(value)) for y, value in enumerate(row))
        return
    yield f"{label}: constant", (him,), Fraction(payoff.constant)
    for i, weight in enumerate(payoff.weights):
        yield f"{label}: weight", (him, ("user", 0, i)), Fraction(weight)
        yield from _table(f"{label}: part", (him,), i, payoff.parts[i])


def _rules(instance: Instance) -> Iterator[Fact]:
    for j, row in enumerate(instance.profile.rules):
        anonymous = instance.profile.play == "anonymous"
        for i, rule in enumerate(row[:1] if anonymous else row):
            whom: tuple[Thing, ...] = () if anonymous else (("user", 0, i),)
            for (x, transcript), chances in rule.items():
                said = [("message", 0, m) for m in transcript]
                for m, chance in enumerate(chances):
                    if chance:
                        at = (("provider", 0, j), *whom, ("provider feature", j, x), *said, ("message", 0, m))
                        yield f"8 rule, {len(transcript)} said", at, Fraction(chance)


def _ties(game: Game) -> Iterator[Fact]:
    """Who is first in an order has the largest number."""
    for i, order in enumerate(game.ties.providers):
        yield from (("2 asks", (("user", 0, i), ("provider", 0, j)), -Fraction(place)) for place, j in enumerate(order))
        for j, actions in enumerate(game.ties.actions[i]):
            him: Thing = ("provider", 0, j)
            yield from (("2 acts", (him, ("action", i, a)), -Fraction(place)) for place, a in enumerate(actions))
            said = enumerate(game.ties.messages[i][j])
            yield from (("2 says", (("user", 0, i), him, ("message", 0, m)), -Fraction(place)) for place, m in said)


def refined(facts: Sequence[Fact], colours: Colours) -> dict[Thing, int]:
    """The coarsest colours, finer than the given ones, in which things of a colour are in the same facts with things
    of the same colours. What is in facts with large numbers comes first."""
    count = 0
    while True:
        seen: dict[Thing, list[object]] = {thing: [] for thing in colours}
        for label, things, value in facts:
            around = tuple(colours[thing] for thing in things)
            for place, thing in enumerate(things):
                seen[thing].append((label, place, -value, around))
        signs = {thing: (colours[thing], (*sorted(seen[thing]), LAST)) for thing in colours}  # type: ignore[type-var]
        ranks = {sign: rank for rank, sign in enumerate(sorted(set(signs.values())))}
        colours = {thing: ranks[sign] for thing, sign in signs.items()}
        if len(ranks) == count:
            return dict(colours)
        count = len(ranks)


@dataclass
class _Orders:
    """The search for the order whose facts come first; ``left``: how many more orders may be looked at."""

    facts: Sequence[Fact]
    left: int

    def explore(self, colours: Colours, keys: dict[Key, Colours]) -> tuple[Key, Colours, list[dict[Thing, Thing]]]:
        """The first key below, its order, and automorphisms that keep what was told apart so far. ``keys`` collects
        all keys found below, each with an order."""
        cell = _open_cell(colours)
        if not cell:
            self.left -= 1
            key = self._key(colours)
            keys.setdefault(key, colours)
            return key, colours, []
        best: tuple[Key, Colours] | None = None
        maps: list[dict[Thing, Thing]] = []
        below: dict[Key, Colours] = {}
        done: list[Thing] = []
        for thing in cell:
            if any(thing in _orbit(other, maps) for other in done) or (done and self.left < 0):
                continue
            told = self._apart(colours, thing)
            if done and (found := self._known(told, below)):
                maps.append(found)
                continue
            key, order, more = self.explore(told, below)
            maps += more
            done.append(thing)
            if best is None or key < best[0]:
                best = key, order
        keys |= below
        if best is None:
            raise ValueError("a cell without things")
        return *best, maps

    def _apart(self, colours: Colours, thing: Thing) -> dict[Thing, int]:
        """Colours in which the thing comes before those that were like it."""
        return refined(self.facts, {t: 2 * c + (c == colours[thing] and t != thing) for t, c in colours.items()})

    def _known(self, colours: Colours, keys: Mapping[Key, Colours]) -> dict[Thing, Thing] | None:
        """An automorphism to one of the orders of ``keys``, if some order below has the same key."""
        while cell := _open_cell(colours):
            colours = self._apart(colours, cell[0])
        self.left -= 1
        other = keys.get(self._key(colours))
        if other is None:
            return None
        places = {colour: thing for thing, colour in colours.items()}
        return {thing: places[colour] for thing, colour in other.items()}

    def _key(self, colours: Colours) -> Key:
        return tuple(sorted((label, tuple(colours[t] for t in things), -value) for label, things, value in self.facts))


def _open_cell(colours: Colours) -> list[Thing]:
    """The first things that have the same colour, in no particular order; none if all differ."""
    cells: dict[int, list[Thing]] = {}
    for thing, colour in colours.items():
        cells.setdefault(colour, []).append(thing)
    return next((cells[colour] for colour in sorted(cells) if len(cells[colour]) > 1), [])


def _orbit(start: Thing, maps: Sequence[Mapping[Thing, Thing]]) -> set[Thing]:
    orbit, ahead = {start}, [start]
    while ahead:
        thing = ahead.pop()
        for image in (one[thing] for one in maps):
            if image not in orbit:
                orbit.add(image)
                ahead.append(image)
    return orbit


def _selection(instance: Instance, order: Colours) -> Selection:
    """The selection that puts everything into this order."""
    ranked = sorted(order, key=lambda thing: order[thing])

    def of(kind: str, owner: int = 0) -> tuple[int, ...]:
        return tuple(index for k, o, index in ranked if (k, o) == (kind, owner))

    every = everything(instance)
    return Selection(
        of("user"),
        of("provider"),
        tuple((y,) for y in of("state")),
        tuple(of("action", i) for i in every.users),
        tuple((m,) for m in of("message")),
        tuple(tuple((x,) for x in of("user feature", i)) for i in every.users),
        tuple(tuple((x,) for x in of("provider feature", j)) for j in every.providers),
    )
