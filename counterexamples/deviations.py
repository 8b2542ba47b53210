"""A profile that is no equilibrium: the deviation that pays, as a certificate."""

from alignproof.formats.certificates import Document, certificate, play_claim
from alignproof.formats.documents import profile_document
from alignproof.games.model import Game
from alignproof.games.rules import Profile
from alignproof.oracles.deviations import Pays


def deviation_certificate(game: Game, profile: Profile, answer: Pays) -> Document:
    """The certificate that a profile is no equilibrium."""
    deviant = profile_document(game, profile.deviate(answer.provider, answer.rules))
    evidence = {"provider": game.provider_names[answer.provider], "rules": deviant["rules"][answer.provider]}
    return certificate("not-equilibrium", play_claim(game, profile), evidence)
