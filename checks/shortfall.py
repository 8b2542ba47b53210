"""A bound that fails, or is met: an equilibrium in which users fall short of their benchmark by more than a theorem
allows, or by exactly a multiple of that."""

from alignproof.checks.alignment import check_aligned
from alignproof.checks.benchmark import check_at_least, read_reading, read_team
from alignproof.checks.equilibrium import check_equilibrium
from alignproof.checks.linear import Rejected
from alignproof.games.algebra import RATIONAL
from alignproof.games.augment import augment, read_entrant
from alignproof.games.document import Node, shown
from alignproof.games.files import read_game, read_profile
from alignproof.games.outcome import outcome

CLAIM = ("game", "profile", "robust", "providers", "reading", "alignment", "factors", "users", "at_most", "at_least")


def check_shortfall(kind: str, claim: Node, evidence: Node) -> None:
    """All of the claim's parts hold together. Raises Rejected.

    T = ``providers`` is aligned in ``game`` with the weights given; ``profile`` is an equilibrium (of the game
    augmented by ``entrant``, if there is one); each of ``users`` gets at most ``at_most`` in it, her benchmark is at
    least ``at_least``, and the difference exceeds (bound-violated) or equals (bound-met) her slack at ``factors``
    (:mod:`alignproof.games.alignment`).
    """
    fields = claim.fields(CLAIM, ("entrant",))
    game = read_game(fields["game"])
    team, reading = read_team(fields["providers"], game), read_reading(fields["reading"])
    weights, errors = check_aligned(game, team, fields["alignment"])
    factors = fields["factors"].rationals(len(errors))
    if any(factor < 0 for factor in factors):
        raise Rejected("negative-factor", fields["factors"].path)
    played = augment(game, read_entrant(fields["entrant"], game)) if "entrant" in fields else game
    profile = read_profile(fields["profile"], played)
    at_most, at_least = fields["at_most"].rational(), fields["at_least"].rational()
    proofs = evidence.fields(("equilibrium", "benchmarks"))
    users = [item.name_in(played.user_names) for item in fields["users"].items()]
    if not users:
        raise Rejected("nobody-falls-short", fields["users"].path)
    reached = outcome(RATIONAL, played, profile).users
    for i, proof in zip(users, proofs["benchmarks"].items(len(users)), strict=True):
        if reached[i].value > at_most:
            raise Rejected("value-exceeded", f"user {i} gets more than {shown(at_most)}")
        if i >= len(game.users) and any(errors):
            raise Rejected("entrant-not-aligned", "an inexact alignment says nothing of the entrant's slack")
        excess = at_least - at_most - (weights.slack(i, errors, factors) if any(errors) else 0)
        if excess < 0 or (excess == 0) != (kind == "bound-met"):
            raise Rejected(
                f"not-{kind}", f"user {i}: {shown(at_least)} - {shown(at_most)} is her slack + {shown(excess)}"
            )
        check_at_least(played, i, team, reading, at_least, proof)
    check_equilibrium(played, profile, fields["robust"].flag(), proofs["equilibrium"])
