"""The game file format ``alignproof-game/1``: games and profiles to and from JSON documents.

The schema is published in ``docs/reference/game.schema.json``. Lists follow the order of the names they belong to.
"""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from math import prod
from pathlib import Path
from typing import Any

from alignproof.games.algebra import ONE, ZERO, total
from alignproof.games.document import Node, load, shown
from alignproof.games.model import PLAYS, Atom, Components, Game, Payoff, Play, Provider, Table, Ties, User, common_ties
from alignproof.games.rules import Profile, Rule

GAME_FORMAT = "alignproof-game/1"
MOST_TRANSCRIPTS, MOST_STEPS = 1_000_000, 50_000_000


def load_game(path: Path | str) -> tuple[Game, Profile | None]:
    """The game in a file, and the profile if the file has one. Raises InputError."""
    return read_game_file(load(path))


def read_game_file(node: Node) -> tuple[Game, Profile | None]:
    """A game document with an optional ``profile``."""
    fields = node.object()
    game = read_game(Node({key: item.value for key, item in fields.items() if key != "profile"}, node.path))
    return game, read_profile(fields["profile"], game) if "profile" in fields else None


def read_game(node: Node) -> Game:
    """A game document; everything that makes it a market game is checked here. Raises InputError."""
    fields = node.fields(("format", "states", "users", "providers", "messages", "protocol", "prior"), ("name", "ties"))
    if fields["format"].text() != GAME_FORMAT:
        raise fields["format"].fail(f"expected {GAME_FORMAT!r}")
    states = fields["states"].names()
    users = tuple(read_user(item, states) for item in fields["users"].items())
    _distinct(fields["users"], [user.name for user in users])
    providers = tuple(_provider(item, users, states) for item in fields["providers"].items())
    _distinct(fields["providers"], [provider.name for provider in providers])
    messages = fields["messages"].names()
    protocol = _protocol(fields["protocol"], len(messages))
    prior = _prior(fields["prior"], states, users, providers)
    ties = read_ties(fields.get("ties"), users, providers, messages)
    name = fields["name"].text() if "name" in fields else ""
    game = Game(users, providers, states, prior, messages, protocol, ties, name)
    if _effort(game) > MOST_STEPS:
        raise node.fail(f"it takes {_effort(game)} steps, more than {MOST_STEPS}, to say how such a game turns out")
    return game


def _effort(game: Game) -> int:
    """What an outcome of the game adds up, roughly: stakes, conversations, and payoffs from all users together."""
    ends = len(game.messages) ** len(game.protocol) * sum(len(p.features) for p in game.providers)
    atoms = len(game.prior)
    talks = sum(len(u.actions) * (atoms * len(game.providers) + len(u.features) * ends) for u in game.users)
    tables = (len(p.payoff.entries) for p in game.providers if isinstance(p.payoff, Table))
    return int(talks + atoms * len(game.users) * sum(tables))


def _distinct(node: Node, names: list[str]) -> None:
    if not names or "" in names or len(set(names)) != len(names):
        raise node.fail("expected at least one, with distinct, non-empty names")


def read_user(node: Node, states: tuple[str, ...]) -> User:
    """A user document ``{name, features, actions, utility}``."""
    fields = node.fields(("name", "features", "actions", "utility"))
    name, features, actions = fields["name"].text(), fields["features"].names(), fields["actions"].names()
    return User(name, features, actions, read_utilities(fields["utility"], actions, states))


def read_utilities(node: Node, actions: Sequence[str], states: Sequence[str]) -> tuple[tuple[Fraction, ...], ...]:
    """A table ``[a][y]`` with values in [0, 1]."""
    return tuple(tuple(_within_unit(cell) for cell in row.items(len(states))) for row in node.items(len(actions)))


def _within_unit(node: Node) -> Fraction:
    value = node.rational()
    if not 0 <= value <= 1:
        raise node.fail("utilities and payoffs lie in [0, 1]")
    return value


def _provider(node: Node, users: tuple[User, ...], states: tuple[str, ...]) -> Provider:
    fields = node.fields(("name", "features", "payoff"))
    return Provider(fields["name"].text(), fields["features"].names(), _payoff(fields["payoff"], users, states))


def _payoff(node: Node, users: tuple[User, ...], states: tuple[str, ...]) -> Payoff:
    if "table" in node.object():
        return _table(node.fields(("table",))["table"], users, states)
    components = read_components(node, users, len(states))
    for y, state in enumerate(states):
        terms = [[components.part(i, a, y) for a in range(len(user.actions))] for i, user in enumerate(users)]
        low, high = total(map(min, terms)) + components.constant, total(map(max, terms)) + components.constant
        if low < 0 or high > 1:
            raise node.fail(f"in state {state!r} the payoff ranges from {shown(low)} to {shown(high)}, beyond [0, 1]")
    return components


def read_components(node: Node, users: Sequence[User], states: int) -> Components:
    """A separable payoff ``{weights, parts, constant}`` with nonnegative weights and parts (Definition 2.13)."""
    fields = node.fields(("weights", "parts", "constant"))
    weights = tuple(_nonnegative(item) for item in fields["weights"].items(len(users)))
    parts = tuple(
        tuple(tuple(_nonnegative(cell) for cell in row.items(states)) for row in rows.items(len(user.actions)))
        for user, rows in zip(users, fields["parts"].items(len(users)), strict=True)
    )
    return Components(weights, parts, fields["constant"].rational())


def _nonnegative(node: Node) -> Fraction:
    value = node.rational()
    if value < 0:
        raise node.fail("must not be negative")
    return value


def _table(node: Node, users: tuple[User, ...], states: tuple[str, ...]) -> Table:
    entries: dict[tuple[int, ...], tuple[Fraction, ...]] = {}
    for item in node.items():
        fields = item.fields(("actions", "values"))
        places = fields["actions"].items(len(users))
        actions = tuple(place.name_in(user.actions) for place, user in zip(places, users, strict=True))
        if actions in entries:
            raise item.fail("this action profile is repeated")
        entries[actions] = tuple(_within_unit(cell) for cell in fields["values"].items(len(states)))
    expected = prod(len(user.actions) for user in users)
    if len(entries) != expected:
        raise node.fail(f"expected all {expected} action profiles, found {len(entries)}")
    return Table(entries)


def _protocol(node: Node, alphabet: int) -> str:
    word = node.text()
    if not word or set(word) - set("PU") or alphabet ** len(word) > MOST_TRANSCRIPTS:
        raise node.fail(f"expected a word over P and U, who speaks when, with at most {MOST_TRANSCRIPTS} transcripts")
    return word


def _prior(
    node: Node, states: tuple[str, ...], users: tuple[User, ...], providers: tuple[Provider, ...]
) -> tuple[Atom, ...]:
    atoms: dict[tuple[Any, ...], Atom] = {}
    for item in node.items():
        fields = item.fields(("probability", "state", "users", "providers"))
        probability = _nonnegative(fields["probability"])
        drawn = _drawn(fields["users"], users), _drawn(fields["providers"], providers)
        point = (fields["state"].name_in(states), *drawn)
        if point in atoms:
            raise item.fail("this combination of state and features is repeated")
        atoms[point] = Atom(probability, *point)
    mass = total(atom.probability for atom in atoms.values())
    if mass != ONE:
        raise node.fail(f"the probabilities sum to {shown(mass)}, not 1")
    return tuple(atoms.values())


def _drawn(node: Node, players: Sequence[User | Provider]) -> tuple[int, ...]:
    return tuple(x.name_in(who.features) for x, who in zip(node.items(len(players)), players, strict=True))


def read_ties(
    node: Node | None, users: tuple[User, ...], providers: tuple[Provider, ...], messages: tuple[str, ...]
) -> Ties:
    """Tie-breaking ``{providers, actions, messages}``: each an order common to all, or a list of them per user (and
    in it, for actions and messages, one per provider). What is left out follows the order of listing."""
    fields = node.fields((), ("providers", "actions", "messages")) if node is not None else {}
    nested = {key for key, item in fields.items() if any(isinstance(order.value, list) for order in item.items())}
    provider_names = tuple(provider.name for provider in providers)
    names = {"providers": provider_names, "messages": messages}
    names["actions"] = tuple(dict.fromkeys(a for user in users for a in user.actions))
    order = {key: item.permutation(names[key]) for key, item in fields.items() if key not in nested}
    actions = [names["actions"][a] for a in order.get("actions", ())]
    counts = len(providers), len(messages)
    ties = common_ties(users, *counts, actions, order.get("providers", ()), order.get("messages", ()))
    if "providers" in nested:
        own = fields["providers"].items(len(users))
        ties = replace(ties, providers=tuple(item.permutation(provider_names) for item in own))
    if "actions" in nested:
        ties = replace(ties, actions=_each(fields["actions"], [user.actions for user in users], len(providers)))
    if "messages" in nested:
        ties = replace(ties, messages=_each(fields["messages"], [messages] * len(users), len(providers)))
    return ties


def _each(node: Node, names: list[tuple[str, ...]], providers: int) -> tuple[tuple[tuple[int, ...], ...], ...]:
    rows = zip(names, node.items(len(names)), strict=True)
    return tuple(tuple(item.permutation(own) for item in row.items(providers)) for own, row in rows)


def read_profile(node: Node, game: Game) -> Profile:
    """A profile ``{play, rules}``: a rule per provider, or in the personalized game one per provider and user."""
    fields = node.fields(("play", "rules"))
    play = PLAYS[fields["play"].name_in(PLAYS)]
    by_provider = fields["rules"].items(len(game.providers))
    return Profile(play, tuple(read_rules(item, game, j, play) for j, item in enumerate(by_provider)))


def read_rules(node: Node, game: Game, provider: int, play: Play) -> tuple[Rule, ...]:
    """What ``provider`` offers each user: one rule for all in the anonymous game, else a list of one per user."""
    sources = game.providers[provider].features
    if play == "anonymous":
        return (read_rule(node, game, sources),) * len(game.users)
    return tuple(read_rule(item, game, sources) for item in node.items(len(game.users)))


def read_rule(node: Node, game: Game, sources: tuple[str, ...]) -> Rule:
    """A rule that reads one of ``sources``: a list of ``{feature, after, send}``, each case exactly once."""
    rule: dict[tuple[int, tuple[int, ...]], tuple[Fraction, ...]] = {}
    for item in node.items():
        fields = item.fields(("feature", "send"), ("after",))
        source = fields["feature"].name_in(sources)
        after = fields["after"].items() if "after" in fields else []
        transcript = tuple(message.name_in(game.messages) for message in after)
        if len(transcript) >= len(game.protocol) or game.protocol[len(transcript)] != "P":
            raise item.fail("the provider does not speak after this transcript")
        if (source, transcript) in rule:
            raise item.fail("this feature and transcript are repeated")
        rule[source, transcript] = _distribution(fields["send"], game.messages)
    expected = len(sources) * sum(1 for _ in game.prefixes("P"))
    if len(rule) != expected:
        raise node.fail(f"expected {expected} cases (feature and transcript), found {len(rule)}")
    return rule


def read_distribution(node: Node, length: int) -> tuple[Fraction, ...]:
    """An array of ``length`` probabilities that sum to 1."""
    chances = tuple(_nonnegative(item) for item in node.items(length))
    return _summing_to_one(node, chances)


def _summing_to_one(node: Node, chances: tuple[Fraction, ...]) -> tuple[Fraction, ...]:
    if total(chances) != ONE:
        raise node.fail(f"the probabilities sum to {shown(total(chances))}, not 1")
    return chances


def _distribution(node: Node, names: tuple[str, ...]) -> tuple[Fraction, ...]:
    chances = [ZERO] * len(names)
    for name, item in node.object().items():
        if name not in names:
            raise item.fail("no such message")
        chances[names.index(name)] = _nonnegative(item)
    return _summing_to_one(node, tuple(chances))
