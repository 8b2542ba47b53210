"""A bound that fails on a concrete game: its parts certified and put together."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from alignproof.checks.benchmark import Team
from alignproof.formats.certificates import Document, alignment_document, certificate, team_document
from alignproof.formats.documents import entrant_document, game_document, profile_document, texts
from alignproof.games.algebra import RATIONAL
from alignproof.games.alignment import Weights
from alignproof.games.augment import Entrant, augment
from alignproof.games.garbling import Reading
from alignproof.games.model import Game
from alignproof.games.outcome import outcome
from alignproof.games.rules import Profile
from alignproof.oracles.benchmarks import benchmark
from alignproof.oracles.deviations import Bounded, equilibrium
from alignproof.oracles.systems import Unknown


@dataclass(frozen=True)
class Instance:
    """A game with weights that align T, a profile (of the game augmented by ``entrant``, if any), and the users who
    fall short of their benchmark by more than ``factors`` times the errors allow."""

    game: Game
    profile: Profile
    team: Team
    weights: Weights
    factors: tuple[Fraction, ...]
    users: Sequence[int]
    entrant: Entrant | None = None
    robust: bool = False
    reading: Reading = "state and user"


def shorter(game: Game) -> Game:
    """The market with a round less: without the user's opening, or, if the provider opens, without the last round."""
    word = game.protocol
    return replace(game, protocol=word[1:] if word.startswith("U") else word[:-1])


def setting(instance: Instance) -> Document:
    """What a claim about the instance says before anything is computed: all but the numbers that are compared."""
    game = instance.game
    played = game if instance.entrant is None else augment(game, instance.entrant)
    claim: Document = {
        "game": game_document(game),
        "profile": profile_document(played, instance.profile),
        "robust": instance.robust,
        "providers": team_document(game, instance.team),
        "reading": instance.reading,
        "alignment": alignment_document(instance.weights, instance.weights.errors(game)),
        "users": [played.user_names[i] for i in instance.users],
    }
    return claim if instance.entrant is None else claim | {"entrant": entrant_document(game, instance.entrant)}


def certify(instance: Instance, seconds: float = 60.0) -> Document | Unknown:
    """The bound-violated certificate of an instance, or why there is none. The kernel has the last word."""
    game = instance.game
    played = game if instance.entrant is None else augment(game, instance.entrant)
    stable = equilibrium(played, instance.profile, instance.robust, seconds)
    if not isinstance(stable, Bounded):
        return (
            stable if isinstance(stable, Unknown) else Unknown(f"provider {stable.provider} has a deviation that pays")
        )
    benchmarks = []
    for i in instance.users:
        found = benchmark(played, i, instance.team, instance.reading, seconds)
        if isinstance(found, Unknown):
            return found
        if found.at_least is None:
            return Unknown("the alphabet is too small for the optimal shared rule")
        benchmarks.append(found)
    reached = outcome(RATIONAL, played, instance.profile).users
    claim = setting(instance) | {
        "factors": texts(instance.factors),
        "at_most": str(max(reached[i].value for i in instance.users)),
        "at_least": str(min(found.value for found in benchmarks)),
    }
    evidence = {"equilibrium": stable.evidence, "benchmarks": [found.at_least for found in benchmarks]}
    return certificate("bound-violated", claim, evidence)


def certify_ratio(instance: Instance, seconds: float = 60.0) -> Document | Unknown:
    """The bound-met certificate of an instance at the multiple of its factors that the shortfall is, see
    :func:`ratio`; or why there is none. Raises ZeroDivisionError if there is no slack."""
    document = certify(instance, seconds)
    if isinstance(document, Unknown):
        return document
    claim, errors = document["claim"], instance.weights.errors(instance.game)
    slack = max(instance.weights.slack(i, errors, instance.factors) for i in instance.users)
    reached = (Fraction(claim["at_least"]) - Fraction(claim["at_most"])) / slack
    factors = texts(tuple(reached * factor for factor in instance.factors))
    return document | {"kind": "bound-met", "claim": claim | {"factors": factors}}


def ratio(claim: Document, factors: tuple[Fraction, ...]) -> Fraction:
    """The shortfall of a bound-met claim, as a multiple of the slack at ``factors``."""
    (reached,) = {Fraction(one) / factor for one, factor in zip(claim["factors"], factors, strict=True)}
    return reached
