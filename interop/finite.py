"""Finite games that somebody else may have written: in strategic form and as trees, with exact payoffs.

A mixed profile of a strategic game has a distribution per player. A profile of a tree has one per information set. A
player's *regret* is how much more a best reply would earn; a profile is a Nash equilibrium if nobody has any.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product as tuples
from math import prod

from alignproof.games.algebra import ONE, ZERO, total

Distribution = tuple[Fraction, ...]


class NotPlayable(ValueError):
    """A game or a profile for which best replies are not computed; the message says why."""


@dataclass(frozen=True)
class Strategic:
    """A game in strategic form: ``payoffs[s_1, ..., s_n]`` has a number per player."""

    title: str
    players: tuple[str, ...]
    strategies: tuple[tuple[str, ...], ...]
    payoffs: Mapping[tuple[int, ...], tuple[Fraction, ...]]
    comment: str = ""

    @property
    def widths(self) -> list[int]:
        """How many numbers each part of a profile has: here one part per player."""
        return [len(own) for own in self.strategies]

    def worth(self, profile: Sequence[Distribution]) -> tuple[Fraction, ...]:
        """Every player's expected payoff."""
        supports = [[s for s, chance in enumerate(mixed) if chance] for mixed in profile]
        reached = [(prod(m[s] for m, s in zip(profile, at, strict=True)), self.payoffs[at]) for at in tuples(*supports)]
        return tuple(sum((c * values[i] for c, values in reached), ZERO) for i in range(len(self.players)))

    def regrets(self, profile: Sequence[Distribution]) -> tuple[Fraction, ...]:
        """Every player's regret: some pure strategy is a best reply."""
        return tuple(self._best(profile, i) - worth for i, worth in enumerate(self.worth(profile)))

    def _best(self, profile: Sequence[Distribution], player: int) -> Fraction:
        pure = (
            tuple(ONE if s == chosen else ZERO for s in range(len(self.strategies[player])))
            for chosen in range(len(self.strategies[player]))
        )
        return max(self.worth([*profile[:player], alone, *profile[player + 1 :]])[player] for alone in pure)


@dataclass(frozen=True)
class Outcome:
    """Payoffs with a name, collected by whoever passes a node that has it."""

    label: str
    payoffs: tuple[Fraction, ...]


@dataclass(frozen=True)
class Event:
    """A move of chance: its actions and their probabilities."""

    label: str
    actions: tuple[str, ...]
    chances: Distribution


@dataclass(frozen=True)
class InformationSet:
    """Where a player cannot tell nodes apart: her actions there."""

    label: str
    actions: tuple[str, ...]


Place = tuple[int, int]
"""Who moves, players from 0 and chance -1, and the number of the information set or event."""


@dataclass(frozen=True)
class Branching:
    """A node: what happens there (None at an end) and which outcome is collected (0 for none)."""

    label: str
    place: Place | None
    outcome: int


@dataclass(frozen=True)
class Tree:
    """A game in extensive form: ``nodes`` from the root on, each before its children and these in order."""

    title: str
    players: tuple[str, ...]
    nodes: tuple[Branching, ...]
    sets: Mapping[Place, InformationSet | Event]
    outcomes: Mapping[int, Outcome]
    comment: str = ""

    @property
    def places(self) -> list[Place]:
        """The players' information sets, by player and then as they come up: the order of the parts of a profile."""
        met = dict.fromkeys(node.place for node in self.nodes if node.place is not None)
        return sorted((place for place in met if place[0] >= 0), key=lambda place: place[0])

    @property
    def widths(self) -> list[int]:
        """How many numbers each part of a profile has: here one part per information set."""
        return [len(self.sets[place].actions) for place in self.places]

    def children(self) -> list[list[int]]:
        """The children of each node, by number."""
        found: list[list[int]] = [[] for _ in self.nodes]
        below: list[int] = []
        for k in range(len(self.nodes) - 1, -1, -1):
            place = self.nodes[k].place
            found[k] = [below.pop() for _ in self.sets[place].actions] if place is not None else []
            below.append(k)
        return found

    def worth(self, profile: Sequence[Distribution]) -> tuple[Fraction, ...]:
        """Every player's expected payoff."""
        reach = self._reach(self.children(), self._moves(profile), range(-1, len(self.players)))
        return tuple(total(r * self._paid(k)[i] for k, r in enumerate(reach)) for i in range(len(self.players)))

    def regrets(self, profile: Sequence[Distribution]) -> tuple[Fraction, ...]:
        """Every player's regret. Raises NotPlayable if a player forgets what she knew or did: only with perfect recall
        are there best replies that are found one information set after the other."""
        children = self.children()
        for player, name in enumerate(self.players):
            if not self._recalls(children, player):
                raise NotPlayable(f"player {name!r} has no perfect recall")
        moves = self._moves(profile)
        return tuple(self._best(children, moves, i) - worth for i, worth in enumerate(self.worth(profile)))

    def excluded(self, profile: Sequence[Distribution], place: Place) -> bool:
        """Whether the player's own moves never lead to her information set, whatever the others do."""
        reach = self._reach(self.children(), self._moves(profile), place[:1])
        return not any(r for r, node in zip(reach, self.nodes, strict=True) if node.place == place)

    def _moves(self, profile: Sequence[Distribution]) -> dict[Place, Distribution]:
        chance = {place: entry.chances for place, entry in self.sets.items() if isinstance(entry, Event)}
        return chance | dict(zip(self.places, profile, strict=True))

    def _paid(self, node: int) -> tuple[Fraction, ...]:
        number = self.nodes[node].outcome
        return self.outcomes[number].payoffs if number else (ZERO,) * len(self.players)

    def _reach(
        self, children: list[list[int]], moves: Mapping[Place, Distribution], movers: Collection[int]
    ) -> list[Fraction]:
        """The chance of each node if all but ``movers`` do what leads there."""
        reach = [ONE] * len(self.nodes)
        for k, place, below in self._branchings(children):
            for child, chance in zip(below, moves[place], strict=True):
                reach[child] = reach[k] * (chance if place[0] in movers else ONE)
        return reach

    def _branchings(self, children: list[list[int]]) -> Iterator[tuple[int, Place, list[int]]]:
        for k, node in enumerate(self.nodes):
            if node.place is not None:
                yield k, node.place, children[k]

    def _recalls(self, children: list[list[int]], player: int) -> bool:
        """Whether all nodes of each of the player's information sets have the same past moves of hers."""
        past: list[tuple[tuple[Place, int], ...]] = [()] * len(self.nodes)
        known: dict[Place, tuple[tuple[Place, int], ...]] = {}
        for k, place, below in self._branchings(children):
            own = place[0] == player
            if own and known.setdefault(place, past[k]) != past[k]:
                return False
            for action, child in enumerate(below):
                past[child] = (*past[k], (place, action)) if own else past[k]
        return True

    def _best(self, children: list[list[int]], moves: Mapping[Place, Distribution], player: int) -> Fraction:
        """What a best reply earns: her last information sets first, which perfect recall puts in order."""
        reach = self._reach(children, moves, [i for i in range(-1, len(self.players)) if i != player])
        depth = [0] * len(self.nodes)
        members: dict[Place, list[int]] = {}
        for k, place, below in self._branchings(children):
            own = place[0] == player
            if own:
                members.setdefault(place, []).append(k)
            for child in below:
                depth[child] = depth[k] + own
        chosen: dict[Place, int] = {}
        for place in sorted(members, key=lambda at: -depth[members[at][0]]):
            worth = self._weighed(children, chosen, reach, player)
            totals = [
                total(worth[children[k][a]] for k in members[place]) for a in range(len(self.sets[place].actions))
            ]
            chosen[place] = totals.index(max(totals))
        return self._weighed(children, chosen, reach, player)[0]

    def _weighed(
        self, children: list[list[int]], chosen: Mapping[Place, int], reach: list[Fraction], player: int
    ) -> list[Fraction]:
        """What the player earns from each node on, times its chance: her own moves as chosen, as yet none where not."""
        worth = [r * self._paid(k)[player] for k, r in enumerate(reach)]
        for k in range(len(self.nodes) - 1, -1, -1):
            place = self.nodes[k].place
            if place is None:
                continue
            if place[0] != player:
                worth[k] += total(worth[child] for child in children[k])
            elif place in chosen:
                worth[k] += worth[children[k][chosen[place]]]
        return worth


Finite = Strategic | Tree


def as_tree(game: Strategic) -> Tree:
    """The game as a tree: players choose one after the other and see nothing of each other's choices."""
    nodes: list[Branching] = []
    outcomes: dict[int, Outcome] = {}

    def grow(chosen: tuple[int, ...]) -> None:
        if len(chosen) == len(game.players):
            outcomes[len(outcomes) + 1] = Outcome("", game.payoffs[chosen])
            nodes.append(Branching("", None, len(outcomes)))
            return
        nodes.append(Branching("", (len(chosen), 1), 0))
        for s in range(len(game.strategies[len(chosen)])):
            grow((*chosen, s))

    grow(())
    sets = {(i, 1): InformationSet("", own) for i, own in enumerate(game.strategies)}
    return Tree(game.title, game.players, tuple(nodes), sets, outcomes, game.comment)


def checked_profile(game: Finite, numbers: Sequence[Fraction]) -> tuple[Distribution, ...]:
    """The profile with these probabilities, one part after the other. Raises NotPlayable.

    As in what Gambit prints, the part of an information set that its player's own moves exclude may be zeros: it
    matters to nobody's payoff or regret. The first action is put there.
    """
    if len(numbers) != sum(game.widths):
        raise NotPlayable(f"a profile of this game has {sum(game.widths)} probabilities, found {len(numbers)}")
    left = iter(numbers)
    parts = [tuple(next(left) for _ in range(width)) for width in game.widths]
    blank = [k for k, part in enumerate(parts) if not any(part)] if isinstance(game, Tree) else []
    for k in blank:
        parts[k] = (ONE, *parts[k][1:])
    for part in parts:
        if min(part) < 0 or sum(part) != ONE:
            shown = ", ".join(map(str, part))
            raise NotPlayable(f"{shown} are no probabilities: they have to be nonnegative and sum to exactly 1")
    if isinstance(game, Tree):
        for place in (game.places[k] for k in blank):
            if not game.excluded(parts, place):
                raise NotPlayable(f"the zeros of {game.players[place[0]]!r} are at an information set that is in play")
    return tuple(parts)
