"""Part of an instance, or all of it in another order: one definition for dropping, merging and relabelling."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product

from alignproof.counterexamples.violations import Instance
from alignproof.games.algebra import ZERO
from alignproof.games.alignment import StrongWeights, WeakWeights, Weights
from alignproof.games.augment import Entrant, augment
from alignproof.games.model import Atom, Components, Game, Payoff, Provider, Table, Ties, User
from alignproof.games.rules import Profile, Rule

Classes = tuple[tuple[int, ...], ...]
"""New index to the old indices that become it; what is in no class goes."""

Cells = tuple[tuple[Fraction, ...], ...]


@dataclass(frozen=True)
class Selection:
    """What stays of the game as it is played, in its new order. Old users number ``actions`` and ``user_features``, old
    providers ``provider_features``. States, messages and features may merge. An entrant stays, and stays last."""

    users: tuple[int, ...]
    providers: tuple[int, ...]
    states: Classes
    actions: tuple[tuple[int, ...], ...]
    messages: Classes
    user_features: tuple[Classes, ...]
    provider_features: tuple[Classes, ...]


def played(instance: Instance) -> Game:
    """The game that the profile is for: augmented by the entrant, if there is one."""
    return instance.game if instance.entrant is None else augment(instance.game, instance.entrant)


def singles(count: int) -> Classes:
    """Every index stays as it is."""
    return tuple((k,) for k in range(count))


def everything(instance: Instance) -> Selection:
    """The selection that changes nothing."""
    game = played(instance)
    return Selection(
        tuple(range(len(game.users))),
        tuple(range(len(game.providers))),
        singles(len(game.states)),
        tuple(tuple(range(len(user.actions))) for user in game.users),
        singles(len(game.messages)),
        tuple(singles(len(user.features)) for user in game.users),
        tuple(singles(len(provider.features)) for provider in game.providers),
    )


def select(instance: Instance, chosen: Selection) -> Instance | None:
    """The instance that the selection leaves, the prior renormalised; None if nothing sensible is left.

    Where states merge, utilities and payoffs become their means. Weights stay, so alignment may be lost.
    """
    part = _Part(instance, chosen)
    if not part.stay or not chosen.providers or not chosen.states or not chosen.messages or not all(part.actions):
        return None
    masses = part.masses()
    if not masses:
        return None
    game = part.game(masses)
    entrant = part.entrant(masses)
    team = tuple(k for k, j in enumerate(chosen.providers) if j in instance.team)
    users = tuple(k for k, i in enumerate(chosen.users) if i in instance.users)
    if not team or (instance.users and not users):
        return None
    return replace(
        instance, game=game, entrant=entrant, team=team, users=users, weights=part.weights(), profile=part.profile()
    )


@dataclass(frozen=True)
class _Part:
    instance: Instance
    chosen: Selection

    @property
    def stay(self) -> tuple[int, ...]:
        """The users of the game without the entrant who stay."""
        return tuple(i for i in self.chosen.users if i < len(self.instance.game.users))

    @property
    def actions(self) -> list[tuple[int, ...]]:
        return [self.chosen.actions[i] for i in self.chosen.users]

    def masses(self) -> dict[tuple[object, ...], list[Fraction]]:
        """What is left of the prior: by state and features, the chances of the entrant's features (or one number)."""
        game, entrant, chosen = self.instance.game, self.instance.entrant, self.chosen
        new = len(game.users)
        groups = chosen.user_features[new] if entrant else ((0,),)
        found: dict[tuple[object, ...], list[Fraction]] = {}
        for t, atom in enumerate(game.prior):
            users = [_place(chosen.user_features[i], atom.user_features[i]) for i in self.stay]
            providers = [_place(chosen.provider_features[j], atom.provider_features[j]) for j in chosen.providers]
            state = _place(chosen.states, atom.state)
            if None in (state, *users, *providers):
                continue
            chances = entrant.features[t] if entrant else (Fraction(1),)
            row = found.setdefault((state, tuple(users), tuple(providers)), [ZERO] * len(groups))
            for k, group in enumerate(groups):
                row[k] += atom.probability * sum((chances[x] for x in group), ZERO)
        whole = sum((sum(row) for row in found.values()), ZERO)
        return {key: [m / whole for m in found[key]] for key in sorted(found) if any(found[key])}

    def game(self, masses: dict[tuple[object, ...], list[Fraction]]) -> Game:
        game, chosen = self.instance.game, self.chosen
        users = tuple(self._user(i) for i in self.stay)
        providers = tuple(
            Provider(who.name, _named(who.features, chosen.provider_features[j]), self._payoff(who.payoff))
            for j, who in ((j, game.providers[j]) for j in chosen.providers)
        )
        prior = tuple(Atom(sum(row, ZERO), *key) for key, row in masses.items())  # type: ignore[arg-type]
        states, messages = _named(game.states, chosen.states), _named(game.messages, chosen.messages)
        return Game(users, providers, states, prior, messages, game.protocol, self._ties(game.ties, self.stay), "")

    def entrant(self, masses: dict[tuple[object, ...], list[Fraction]]) -> Entrant | None:
        old = self.instance.entrant
        if old is None:
            return None
        new, chosen = len(self.instance.game.users), self.chosen
        rows = tuple(tuple(m / sum(row) for m in row) for row in masses.values())
        return Entrant(
            self._user(new),
            rows,
            tuple(old.shares[j] for j in chosen.providers),
            tuple(self._cells(new, old.parts[j]) for j in chosen.providers),
            self._ties(old.ties, chosen.users),
        )

    def weights(self) -> Weights:
        old, new = self.instance.weights, {j: k for k, j in enumerate(self.chosen.providers)}
        rows = {new[j]: tuple(row[i] for i in self.stay) for j, row in old.users.items() if j in new}
        if isinstance(old, StrongWeights):
            return StrongWeights(rows, {new[j]: c for j, c in old.constants.items() if j in new})
        parts = {new[j]: self._components(part) for j, part in old.providers.items() if j in new}
        return WeakWeights(parts, rows, tuple(old.constants[i] for i in self.stay))

    def profile(self) -> Profile:
        old, chosen = self.instance.profile, self.chosen
        rows = tuple(tuple(self._rule(old.rules[j][i], j) for i in chosen.users) for j in chosen.providers)
        return Profile(old.play, rows)

    def _rule(self, rule: Rule, provider: int) -> Rule:
        features, messages = self.chosen.provider_features[provider], self.chosen.messages
        kept: dict[tuple[int, tuple[int, ...]], tuple[Fraction, ...]] = {}
        for (x, transcript), chances in rule.items():
            place, said = _lead(features, x), tuple(_lead(messages, m) for m in transcript)
            if place is not None and None not in said:
                merged = tuple(sum((chances[m] for m in group), ZERO) for group in messages)
                kept[place, tuple(m for m in said if m is not None)] = merged
        return dict(sorted(kept.items()))

    def _user(self, i: int) -> User:
        old = self.instance.entrant.user if self._enters(i) else self.instance.game.users[i]  # type: ignore[union-attr]
        actions = tuple(old.actions[a] for a in self.chosen.actions[i])
        return User(old.name, _named(old.features, self.chosen.user_features[i]), actions, self._cells(i, old.utility))

    def _enters(self, i: int) -> bool:
        return i == len(self.instance.game.users)

    def _cells(self, user: int, table: Sequence[Sequence[Fraction]]) -> Cells:
        return tuple(
            tuple(self._mean(table[a], group) for group in self.chosen.states) for a in self.chosen.actions[user]
        )

    def _mean(self, row: Sequence[Fraction], group: tuple[int, ...]) -> Fraction:
        if len(group) == 1:
            return row[group[0]]
        prior = self.instance.game.prior
        chances = {y: sum((atom.probability for atom in prior if atom.state == y), ZERO) for y in group}
        whole = sum(chances.values(), ZERO)
        return sum((chances[y] * row[y] for y in group), ZERO) / whole if whole else row[group[0]]

    def _components(self, old: Components) -> Components:
        weights = tuple(old.weights[i] for i in self.stay)
        return Components(weights, tuple(self._cells(i, old.parts[i]) for i in self.stay), old.constant)

    def _payoff(self, old: Payoff) -> Payoff:
        """A user who goes takes her first action, as far as a table is concerned; a term for her alone goes."""
        if isinstance(old, Components):
            return self._components(old)
        entries = {}
        for places in product(*(range(len(self.chosen.actions[i])) for i in self.stay)):
            actions = [0] * len(self.instance.game.users)
            for i, place in zip(self.stay, places, strict=True):
                actions[i] = self.chosen.actions[i][place]
            row = old.entries[tuple(actions)]
            entries[places] = tuple(self._mean(row, group) for group in self.chosen.states)
        return Table(entries)

    def _ties(self, old: Ties, users: tuple[int, ...]) -> Ties:
        chosen = self.chosen
        messages = tuple(group[0] for group in chosen.messages)
        return Ties(
            tuple(_order(old.providers[i], chosen.providers) for i in users),
            tuple(tuple(_order(old.actions[i][j], chosen.actions[i]) for j in chosen.providers) for i in users),
            tuple(tuple(_order(old.messages[i][j], messages) for j in chosen.providers) for i in users),
        )


def _place(classes: Classes, old: int) -> int | None:
    return next((k for k, group in enumerate(classes) if old in group), None)


def _lead(classes: Classes, old: int) -> int | None:
    """The new index of which ``old`` is the first of its class: the one whose rules are kept."""
    return next((k for k, group in enumerate(classes) if old == group[0]), None)


def _named(names: Sequence[str], classes: Classes) -> tuple[str, ...]:
    return tuple(names[group[0]] for group in classes)


def _order(old: Sequence[int], kept: Sequence[int]) -> tuple[int, ...]:
    return tuple(kept.index(k) for k in old if k in kept)
