"""Games and what belongs to them as JSON documents; each writer is the inverse of a reader in ``games``."""

import json
from collections.abc import Sequence
from typing import Any

from alignproof.games.augment import Entrant, augment
from alignproof.games.files import GAME_FORMAT
from alignproof.games.model import Components, Game, Payoff, User, common_ties
from alignproof.games.polynomial import Polynomial
from alignproof.games.rules import Profile, Rule

MOST_INDENTED = 2**20
"""Characters of the longest text that is laid out for reading."""


def game_document(game: Game) -> dict[str, Any]:
    """The document of a game with rational numbers; :func:`.read_game` is its inverse."""
    document: dict[str, Any] = {"format": GAME_FORMAT}
    if game.name:
        document["name"] = game.name
    document |= {
        "states": list(game.states),
        "users": [user_document(user) for user in game.users],
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
        document["ties"] = ties_document(game)
    return document


def user_document(user: User) -> dict[str, Any]:
    """The document of a user; :func:`.read_user` is its inverse."""
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
    """The document of a separable payoff; :func:`.read_components` is its inverse."""
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
    """The document of a profile; :func:`.read_profile` is its inverse."""
    if profile.play == "anonymous":
        rules: list[Any] = [rule_document(game, j, row[0]) for j, row in enumerate(profile.rules)]
    else:
        rules = [[rule_document(game, j, rule) for rule in row] for j, row in enumerate(profile.rules)]
    return {"play": profile.play, "rules": rules}


def rule_document(game: Game, provider: int, rule: Rule) -> list[dict[str, Any]]:
    """The document of a provider's rule; :func:`.read_rule` is its inverse."""
    return rule_on_document(game, game.providers[provider].features, rule)


def rule_on_document(game: Game, sources: Sequence[str], rule: Rule) -> list[dict[str, Any]]:
    """The document of a rule that reads one of ``sources``; :func:`.read_rule` is its inverse."""
    return [
        {
            "feature": sources[source],
            **({"after": [game.messages[m] for m in transcript]} if transcript else {}),
            "send": {game.messages[m]: str(p) for m, p in enumerate(chances) if p != 0},
        }
        for (source, transcript), chances in rule.items()
    ]


def dump(document: Any) -> str:
    """A document as JSON text with a final newline; without blanks if it is long."""
    text = json.dumps(document, indent=1, ensure_ascii=False)
    if len(text) > MOST_INDENTED:
        text = json.dumps(document, separators=(",", ":"), ensure_ascii=False)
    return text + "\n"


def entrant_document(game: Game, entrant: Entrant) -> dict[str, Any]:
    """The document of an entrant; :func:`.read_entrant` is its inverse."""
    return {
        "user": user_document(entrant.user),
        "features": texts(entrant.features),
        "shares": texts(entrant.shares),
        "parts": texts(entrant.parts),
        "ties": ties_document(augment(game, entrant)),
    }


def polynomial_document(value: Polynomial) -> list[dict[str, object]]:
    """The document of a polynomial; :func:`.read_polynomial` is its inverse."""
    return [
        {"coefficient": str(coefficient), "powers": {name: str(p) for name, p in monomial}}
        for monomial, coefficient in value.terms.items()
    ]
