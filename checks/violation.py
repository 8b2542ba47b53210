"""A bound that fails: an equilibrium in which users fall short of their benchmark by more than a theorem allows."""

from fractions import Fraction

from alignproof.checks.alignment import Aligned, check_strong, check_weak
from alignproof.checks.benchmark import Team, check_at_least, read_team
from alignproof.checks.equilibrium import check_equilibrium
from alignproof.checks.linear import Rejected
from alignproof.games.algebra import RATIONAL
from alignproof.games.augment import augment, read_entrant
from alignproof.games.document import Node
from alignproof.games.files import read_game, read_profile
from alignproof.games.garbling import READINGS, Reading
from alignproof.games.model import Game
from alignproof.games.outcome import outcome

CLAIM = ("game", "profile", "robust", "providers", "reading", "alignment", "factors", "users", "at_most", "at_least")


def check_violation(claim: Node, evidence: Node) -> None:
    """All of the claim's parts hold together. Raises Rejected.

    T = ``providers`` is aligned in ``game`` with the weights given; ``profile`` is an equilibrium (of the game
    augmented by ``entrant``, if there is one); each of ``users`` gets at most ``at_most`` in it, her benchmark is at
    least ``at_least``, and the difference exceeds her slack (:meth:`Aligned.slack`) at ``factors``.
    """
    fields = claim.fields(CLAIM, ("entrant",))
    game = read_game(fields["game"])
    team = read_team(fields["providers"], game)
    aligned, factors = _alignment(fields, game, team)
    played = augment(game, read_entrant(fields["entrant"], game)) if "entrant" in fields else game
    profile = read_profile(fields["profile"], played)
    reading: Reading = READINGS[fields["reading"].name_in(READINGS)]
    at_most, at_least = fields["at_most"].rational(), fields["at_least"].rational()
    proofs = evidence.fields(("equilibrium", "benchmarks"))
    names = tuple(user.name for user in played.users)
    users = [item.name_in(names) for item in fields["users"].items()]
    if not users:
        raise Rejected("nobody-falls-short", fields["users"].path)
    values = [who.value for who in outcome(RATIONAL, played, profile).users]
    for i, proof in zip(users, proofs["benchmarks"].items(len(users)), strict=True):
        if values[i] > at_most:
            raise Rejected("value-exceeded", f"user {i} gets {values[i]}, more than {at_most}")
        slack = _slack(aligned, game, i, factors)
        if not at_most < at_least - slack:
            raise Rejected("bound-holds", f"user {i}: {at_most} is not below {at_least} - {slack}")
        check_at_least(played, i, team, reading, at_least, proof)
    check_equilibrium(played, profile, fields["robust"].flag(), proofs["equilibrium"])


def _slack(aligned: Aligned, game: Game, user: int, factors: tuple[Fraction, ...]) -> Fraction:
    if user >= len(game.users) and any(aligned.errors):
        raise Rejected("entrant-not-aligned", "an inexact alignment says nothing of the entrant's slack")
    return aligned.slack(user, factors)


def _alignment(fields: dict[str, Node], game: Game, team: Team) -> tuple[Aligned, tuple[Fraction, ...]]:
    form = fields["alignment"].object()
    if "weak" in form:
        aligned = check_weak(game, team, fields["alignment"].fields(("weak",))["weak"])
    else:
        aligned = check_strong(game, team, fields["alignment"].fields(("strong",))["strong"])
    factors = fields["factors"].rationals(len(aligned.errors))
    if any(factor < 0 for factor in factors):
        raise Rejected("negative-factor", fields["factors"].path)
    return aligned, factors
