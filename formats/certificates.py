"""Certificates as JSON documents: claims as the kernel reads them (:mod:`alignproof.checks.kernel`)."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from alignproof.checks.kernel import CERTIFICATE_FORMAT
from alignproof.formats.documents import components_document, game_document, profile_document, texts
from alignproof.games.alignment import WeakWeights, Weights
from alignproof.games.garbling import Reading
from alignproof.games.model import Components, Game
from alignproof.games.outcome import Outcome
from alignproof.games.rules import Profile

Document = dict[str, Any]


def certificate(kind: str, claim: Document, evidence: Any) -> Document:
    """A certificate document."""
    return {"format": CERTIFICATE_FORMAT, "kind": kind, "claim": claim, "evidence": evidence}


def multipliers_document(multipliers: Mapping[str, Fraction]) -> dict[str, str]:
    """Farkas multipliers, by row."""
    return {name: str(value) for name, value in multipliers.items()}


def play_claim(game: Game, profile: Profile, **more: Any) -> Document:
    """A claim about a profile of a game."""
    return {"game": game_document(game), "profile": profile_document(game, profile), **more}


def value_certificate(game: Game, profile: Profile, reached: Outcome) -> Document:
    """What every user gets and every provider earns; the kernel recomputes it."""
    values = texts(tuple(who.value for who in reached.users))
    return certificate("value", play_claim(game, profile, values=values, payoffs=texts(reached.payoffs)), {})


def team_claim(game: Game, team: Sequence[int], **more: Any) -> Document:
    """A claim about a set T of providers of a game."""
    return {"game": game_document(game), "providers": team_document(game, team), **more}


def team_document(game: Game, team: Sequence[int]) -> list[str]:
    """T, by name."""
    return [game.provider_names[j] for j in team]


def benchmark_claim(game: Game, user: int, team: Sequence[int], reading: Reading, value: Fraction) -> Document:
    """The claim that the user's optimal T-shared rule is worth exactly ``value``."""
    return team_claim(game, team, user=game.user_names[user], reading=reading, value=str(value))


def decomposition_document(parts: Mapping[int, Components]) -> list[Document]:
    """Decompositions of T's payoffs, in order of the providers."""
    return [components_document(parts[j]) for j in sorted(parts)]


def alignment_document(weights: Weights, eps: Sequence[Fraction]) -> Document:
    """Weights and errors: (eps_U, eps_P) for weak, (eps,) for strong alignment."""
    team, errors = sorted(weights.users), texts(tuple(eps))
    rows = [texts(tuple(weights.users[j])) for j in team]
    if isinstance(weights, WeakWeights):
        document = {"providers": decomposition_document(weights.providers), "w": rows, "c": texts(weights.constants)}
        return {"weak": {"weights": document, "eps": errors}}
    constants = [str(weights.constants[j]) for j in team]
    return {"strong": {"weights": {"lambda": rows, "c": constants}, "eps": errors}}
