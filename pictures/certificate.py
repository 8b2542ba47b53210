"""The picture of the game that a certificate is about."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from matplotlib.figure import Figure

from alignproof.games.augment import augment, read_entrant
from alignproof.games.document import Node
from alignproof.games.files import read_game, read_profile
from alignproof.games.model import Game
from alignproof.games.rules import Profile
from alignproof.pictures.game import game_figure


def certificate_figure(document: Mapping[str, Any], title: str = "") -> Figure:
    """The picture of a certificate's game, with its profile and the users' benchmarks where the claim has them.

    Raises InputError if the claim's game cannot be read, KeyError if it has none.
    """
    game, profile = _played(document["claim"])
    return game_figure(game, profile, _benchmarks(document["claim"]), title)


def _played(claim: Mapping[str, Any]) -> tuple[Game, Profile | None]:
    """The game, with the new user if one enters, and the profile."""
    game = read_game(Node(claim["game"], "claim.game"))
    if "entrant" in claim:
        game = augment(game, read_entrant(Node(claim["entrant"], "claim.entrant"), game))
    profile = read_profile(Node(claim["profile"], "claim.profile"), game) if "profile" in claim else None
    return game, profile


def _benchmarks(claim: Mapping[str, Any]) -> dict[str, Fraction]:
    """What the claim says benchmarks are at least, by user."""
    if "at_least" in claim:
        return dict.fromkeys(claim["users"], Fraction(claim["at_least"]))
    return {claim["user"]: Fraction(claim["value"])} if "reading" in claim and "user" in claim else {}
