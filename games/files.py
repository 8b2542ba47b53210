"""The game file format ``alignproof-game/1``: games and profiles to and from JSON documents.

The schema is published in ``docs/reference/game.schema.json``. Lists follow the order of the names they belong to.
"""

import json
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from alignproof.games.algebra import ONE, ZERO, total
from alignproof.games.document import Node, load
from alignproof.games.model import (
    PLAYS,
    Atom,
    Components,
    Game,
    Payoff,
    Provider,
    Table,
    Ties,
    User,
    common_ties,
)
from alignproof.games.rules import Profile, Rule

FORMAT = "alignproof-game/1"


def load_game(path: Path | str) -> tuple[Game, Profile | None]:
    """The game in a file, and the profile if the file has one. Raises InputError."""
    return read_game_file(load(path))


def read_game_file(node: Node) -> tuple[Game, Profile | None]:
    """A game document with an optional ``profile``."""
    profile = node.object().get("profile")
    game = read_game(node)
    return game, None if profile is None else read_profile(profile, game)


def read_game(node: Node) -> Game:
    """A game document; everything that makes it a market game is checked here. Raises InputError."""
    fields = node.fields(
        ("format", "states", "users", "providers", "messages", "protocol", "prior"), ("name", "ties", "profile")
    )
    if fields["format"].text() != FORMAT:
        raise fields["format"].fail(f"expected {FORMAT!r}")
    states = fields["states"].names()
    users = tuple(read_user(item, states) for item in _some(fields["users"]))
    providers = tuple(_provider(item, users, states) for item in _some(fields["providers"]))
    _distinct(fields["users"], [user.name for user in users])
    _distinct(fields["providers"], [provider.name for provider in providers])
    messages = fields["messages"].names()
    protocol = _protocol(fields["protocol"])
    prior = _prior(fields["prior"], states, users, providers)
    ties = read_ties(fields.get("ties"), users, providers, messages)
    name = fields["name"].text() if "name" in fields else ""
    return Game(users, providers, states, prior, messages, protocol, ties, name)


def _some(node: Node) -> list[Node]:
    items = node.items()
    if not items:
        raise node.fail("at least one is needed")
    return items


def _distinct(node: Node, names: Sequence[str]) -> None:
    if len(set(names)) != len(names):
        raise node.fail("two have the same name")


def read_user(node: Node, states: tuple[str, ...]) -> User:
    """A user document ``{name, features, actions, utility}``."""
    fields = node.fields(("name", "actions", "utility"), ("features",))
    actions = fields["actions"].names()
    return User(fields["name"].text(), _features(fields), actions, read_utilities(fields["utility"], actions, states))


def _features(fields: dict[str, Node]) -> tuple[str, ...]:
    return fields["features"].names() if "features" in fields else ("-",)


def read_utilities(node: Node, actions: Sequence[str], states: Sequence[str]) -> tuple[tuple[Fraction, ...], ...]:
    """A table ``[a][y]`` with values in [0, 1]."""
    return tuple(
        tuple(_within_unit(cell) for cell in row.items(len(states))) for row in node.items(len(actions))
    )


def _within_unit(node: Node) -> Fraction:
    value = node.rational()
    if not 0 <= value <= 1:
        raise node.fail("utilities and payoffs lie in [0, 1]")
    return value


def _provider(node: Node, users: tuple[User, ...], states: tuple[str, ...]) -> Provider:
    fields = node.fields(("name", "payoff"), ("features",))
    return Provider(fields["name"].text(), _features(fields), _payoff(fields["payoff"], users, states))


def _payoff(node: Node, users: tuple[User, ...], states: tuple[str, ...]) -> Payoff:
    if "table" in node.object():
        return _table(node.fields(("table",))["table"], users, states)
    components = read_components(node, users, len(states))
    for y, state in enumerate(states):
        terms = [
            [components.part(i, a, y) for a in range(len(user.actions))] for i, user in enumerate(users)
        ]
        low, high = total(map(min, terms)) + components.constant, total(map(max, terms)) + components.constant
        if low < 0 or high > 1:
            raise node.fail(f"in state {state!r} the payoff ranges over [{low}, {high}], outside [0, 1]")
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
    expected = 1
    for user in users:
        expected *= len(user.actions)
    if len(entries) != expected:
        raise node.fail(f"expected all {expected} action profiles, found {len(entries)}")
    return Table(entries)


def _protocol(node: Node) -> str:
    word = node.text()
    if not word or set(word) - {"P", "U"}:
        raise node.fail("expected a non-empty word over P and U, the speaker of each message")
    if len(word) > 20:
        raise node.fail("at most 20 messages a conversation")
    return word


def _prior(
    node: Node, states: tuple[str, ...], users: tuple[User, ...], providers: tuple[Provider, ...]
) -> tuple[Atom, ...]:
    atoms: dict[tuple[Any, ...], Atom] = {}
    for item in node.items():
        fields = item.fields(("probability", "state"), ("users", "providers"))
        probability = _nonnegative(fields["probability"])
        state = fields["state"].name_in(states)
        x_users = _drawn(item, fields.get("users"), users)
        x_providers = _drawn(item, fields.get("providers"), providers)
        if (state, x_users, x_providers) in atoms:
            raise item.fail("this combination of state and features is repeated")
        atoms[state, x_users, x_providers] = Atom(probability, state, x_users, x_providers)
    mass = total(atom.probability for atom in atoms.values())
    if mass != ONE:
        raise node.fail(f"the probabilities sum to {_brief(mass)}, not 1")
    return tuple(atoms.values())


def _drawn(item: Node, node: Node | None, players: Sequence[User | Provider]) -> tuple[int, ...]:
    if node is None:
        if any(len(player.features) > 1 for player in players):
            raise item.fail("the players' features are missing")
        return (0,) * len(players)
    places = node.items(len(players))
    return tuple(place.name_in(player.features) for place, player in zip(places, players, strict=True))


def _brief(value: Fraction) -> str:
    text = str(value)
    return text if len(text) <= 40 else f"about {float(value):.6g}"


def read_ties(
    node: Node | None, users: tuple[User, ...], providers: tuple[Provider, ...], messages: tuple[str, ...]
) -> Ties:
    """Tie-breaking: ``{common: ...}`` or ``{each: ...}``, by default the order of listing, common to all."""
    if node is None:
        return common_ties(users, len(providers), len(messages))
    provider_names = tuple(provider.name for provider in providers)
    if "each" in node.object():
        fields = node.fields(("each",))["each"].fields(("providers", "actions", "messages"))
        return Ties(
            tuple(item.permutation(provider_names) for item in fields["providers"].items(len(users))),
            tuple(
                tuple(item.permutation(user.actions) for item in row.items(len(providers)))
                for user, row in zip(users, fields["actions"].items(len(users)), strict=True)
            ),
            tuple(
                tuple(item.permutation(messages) for item in row.items(len(providers)))
                for row in fields["messages"].items(len(users))
            ),
        )
    fields = node.fields(("common",))["common"].fields((), ("providers", "actions", "messages"))
    action_names = tuple(dict.fromkeys(a for user in users for a in user.actions))
    actions = _order(fields.get("actions"), action_names)
    return common_ties(
        users,
        len(providers),
        len(messages),
        tuple(action_names[a] for a in actions),
        _order(fields.get("providers"), provider_names),
        _order(fields.get("messages"), messages),
    )


def _order(node: Node | None, names: tuple[str, ...]) -> tuple[int, ...]:
    return () if node is None else node.permutation(names)


def read_profile(node: Node, game: Game) -> Profile:
    """A profile ``{play, rules}``: a rule per provider, or in the personalized game one per provider and user."""
    fields = node.fields(("play", "rules"))
    play = PLAYS[fields["play"].name_in(PLAYS)]
    by_provider = fields["rules"].items(len(game.providers))
    if play == "anonymous":
        rules = tuple((read_rule(item, game, j),) * len(game.users) for j, item in enumerate(by_provider))
    else:
        rules = tuple(
            tuple(read_rule(rule, game, j) for rule in item.items(len(game.users)))
            for j, item in enumerate(by_provider)
        )
    return Profile(play, rules)


def read_rule(node: Node, game: Game, provider: int) -> Rule:
    """A conversation rule of ``provider``."""
    return read_rule_on(node, game, game.providers[provider].features)


def read_rule_on(node: Node, game: Game, sources: tuple[str, ...]) -> Rule:
    """A rule that reads one of ``sources``: a list of ``{feature, after, send}``, each case exactly once."""
    rule: dict[tuple[int, tuple[int, ...]], tuple[Fraction, ...]] = {}
    for item in node.items():
        fields = item.fields(("feature", "send"), ("after",))
        source = fields["feature"].name_in(sources)
        after = fields["after"].items() if "after" in fields else []
        transcript = tuple(message.name_in(game.messages) for message in after)
        if len(transcript) >= game.rounds or game.protocol[len(transcript)] != "P":
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
        raise node.fail(f"the probabilities sum to {_brief(total(chances))}, not 1")
    return chances


def _distribution(node: Node, names: tuple[str, ...]) -> tuple[Fraction, ...]:
    chances = [ZERO] * len(names)
    for name, item in node.object().items():
        if name not in names:
            raise item.fail("no such message")
        chances[names.index(name)] = _nonnegative(item)
    return _summing_to_one(node, tuple(chances))


def game_document(game: Game) -> dict[str, Any]:
    """The document of a game with rational numbers; :func:`read_game` is its inverse."""
    document: dict[str, Any] = {"format": FORMAT}
    if game.name:
        document["name"] = game.name
    document |= {
        "states": list(game.states),
        "users": [
            user_document(user) for user in game.users
        ],
        "providers": [
            {"name": p.name, "features": list(p.features), "payoff": _payoff_document(game, p.payoff)}
            for p in game.providers
        ],
        "messages": list(game.messages),
        "protocol": game.protocol,
        "prior": [
            {
                "probability": str(atom.probability),
                "state": game.states[atom.state],
                "users": [u.features[x] for u, x in zip(game.users, atom.user_features, strict=True)],
                "providers": [p.features[x] for p, x in zip(game.providers, atom.provider_features, strict=True)],
            }
            for atom in game.prior
        ],
    }
    if game.ties != common_ties(game.users, len(game.providers), len(game.messages)):
        document["ties"] = {"each": ties_document(game)}
    return document


def user_document(user: User) -> dict[str, Any]:
    """The document of a user; :func:`read_user` is its inverse."""
    return {
        "name": user.name,
        "features": list(user.features),
        "actions": list(user.actions),
        "utility": texts(user.utility),
    }


def texts(value: Any) -> Any:
    """Nested tuples of rationals as nested arrays of strings."""
    return [texts(item) for item in value] if isinstance(value, tuple) else str(value)


def _payoff_document(game: Game, payoff: Payoff) -> dict[str, Any]:
    if isinstance(payoff, Components):
        return components_document(payoff)
    return {
        "table": [
            {"actions": [u.actions[a] for u, a in zip(game.users, actions, strict=True)], "values": texts(values)}
            for actions, values in payoff.entries.items()
        ]
    }


def components_document(components: Components) -> dict[str, Any]:
    """The document of a separable payoff; :func:`read_components` is its inverse."""
    return {
        "weights": texts(components.weights),
        "parts": texts(components.parts),
        "constant": str(components.constant),
    }


def ties_document(game: Game) -> dict[str, Any]:
    """All orders of a game's tie-breaking, spelled out."""
    return {
        "providers": [[game.providers[j].name for j in order] for order in game.ties.providers],
        "actions": [
            [[user.actions[a] for a in order] for order in row]
            for user, row in zip(game.users, game.ties.actions, strict=True)
        ],
        "messages": [[[game.messages[m] for m in order] for order in row] for row in game.ties.messages],
    }


def profile_document(game: Game, profile: Profile) -> dict[str, Any]:
    """The document of a profile; :func:`read_profile` is its inverse."""
    if profile.play == "anonymous":
        rules: list[Any] = [rule_document(game, j, row[0]) for j, row in enumerate(profile.rules)]
    else:
        rules = [[rule_document(game, j, rule) for rule in row] for j, row in enumerate(profile.rules)]
    return {"play": profile.play, "rules": rules}


def rule_document(game: Game, provider: int, rule: Rule) -> list[dict[str, Any]]:
    """The document of a provider's rule; :func:`read_rule` is its inverse."""
    return rule_document_on(game, game.providers[provider].features, rule)


def rule_document_on(game: Game, sources: Sequence[str], rule: Rule) -> list[dict[str, Any]]:
    """The document of a rule that reads one of ``sources``; :func:`read_rule_on` is its inverse."""
    return [
        {
            "feature": sources[source],
            **({"after": [game.messages[m] for m in transcript]} if transcript else {}),
            "send": {game.messages[m]: str(p) for m, p in enumerate(chances) if p != 0},
        }
        for (source, transcript), chances in rule.items()
    ]


def dump(document: Any) -> str:
    """A document as JSON text with a final newline."""
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"

