"""The kernel's front door: a certificate document in, a verdict on its claim out.

A certificate is ``{format, kind, claim, evidence}``. The claim carries the whole game; every premise is rebuilt from
it. :func:`check` returns what was established or raises: Rejected if the evidence does not establish the claim,
InputError if the document is not a certificate at all.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from alignproof.checks.alignment import check_not_strong, check_not_weak, check_strong, check_weak
from alignproof.checks.benchmark import check_at_least, check_at_most, read_team
from alignproof.checks.continuous import check_continuous_not_strong, check_continuous_weak
from alignproof.checks.equilibrium import (
    check_deviation_bound,
    check_equilibrium,
    check_not_equilibrium,
    check_not_robust,
)
from alignproof.checks.identity import check_identity
from alignproof.checks.linear import Rejected
from alignproof.checks.violation import check_violation
from alignproof.games.algebra import RATIONAL
from alignproof.games.document import InputError, Node, load
from alignproof.games.files import read_game, read_profile
from alignproof.games.garbling import READINGS
from alignproof.games.outcome import outcome

FORMAT = "alignproof-certificate/1"


def _value(claim: Node, evidence: Node) -> None:
    """What every user gets and every provider earns at a profile."""
    evidence.fields(())
    fields = claim.fields(("game", "profile", "values", "payoffs"))
    game = read_game(fields["game"])
    reached = outcome(RATIONAL, game, read_profile(fields["profile"], game))
    for label, claimed, computed in (
        ("values", fields["values"].rationals(len(game.users)), tuple(who.value for who in reached.users)),
        ("payoffs", fields["payoffs"].rationals(len(game.providers)), reached.payoffs),
    ):
        if claimed != computed:
            raise Rejected("value-differs", f"the {label} are {[str(v) for v in computed]}")


def _equilibrium(claim: Node, evidence: Node) -> None:
    fields = claim.fields(("game", "profile", "robust"))
    game = read_game(fields["game"])
    check_equilibrium(game, read_profile(fields["profile"], game), fields["robust"].flag(), evidence)


def _deviation_bound(claim: Node, evidence: Node) -> None:
    fields = claim.fields(("game", "profile", "robust", "provider", "bound"))
    game = read_game(fields["game"])
    profile, robust = read_profile(fields["profile"], game), fields["robust"].flag()
    provider = fields["provider"].name_in(tuple(p.name for p in game.providers))
    check_deviation_bound(game, profile, provider, fields["bound"].rational(), robust, evidence)


def _not_equilibrium(claim: Node, evidence: Node) -> None:
    fields = claim.fields(("game", "profile", "robust"))
    game = read_game(fields["game"])
    checker = check_not_robust if fields["robust"].flag() else check_not_equilibrium
    checker(game, read_profile(fields["profile"], game), evidence)


def _benchmark(claim: Node, evidence: Node) -> None:
    fields = claim.fields(("game", "user", "providers", "reading", "value"))
    game = read_game(fields["game"])
    user = fields["user"].name_in(tuple(u.name for u in game.users))
    team, value = read_team(fields["providers"], game), fields["value"].rational()
    reading = READINGS[fields["reading"].name_in(READINGS)]
    proofs = evidence.fields(("at_least", "at_most"))
    check_at_least(game, user, team, reading, value, proofs["at_least"])
    check_at_most(game, user, team, reading, value, proofs["at_most"])


def _aligned(claim: Node, evidence: Node) -> None:
    evidence.fields(())
    fields = claim.fields(("game", "providers"), ("weak", "strong"))
    game = read_game(fields["game"])
    team = read_team(fields["providers"], game)
    if ("weak" in fields) == ("strong" in fields):
        raise claim.fail("expected one of 'weak' and 'strong'")
    if "weak" in fields:
        check_weak(game, team, fields["weak"])
    else:
        check_strong(game, team, fields["strong"])


def _not_aligned(claim: Node, evidence: Node) -> None:
    fields = claim.fields(("game", "providers"), ("weak", "strong"))
    game = read_game(fields["game"])
    team = read_team(fields["providers"], game)
    if ("weak" in fields) == ("strong" in fields):
        raise claim.fail("expected one of 'weak' and 'strong'")
    if "weak" in fields:
        check_not_weak(game, team, fields["weak"], evidence)
    else:
        strong = fields["strong"].fields(("eps", "attained"))
        check_not_strong(game, team, strong["eps"].rational(), strong["attained"].flag(), evidence)


CHECKERS: dict[str, Callable[[Node, Node], None]] = {
    "value": _value,
    "equilibrium": _equilibrium,
    "not-equilibrium": _not_equilibrium,
    "deviation-bound": _deviation_bound,
    "benchmark": _benchmark,
    "aligned": _aligned,
    "not-aligned": _not_aligned,
    "bound-violated": check_violation,
    "identity": check_identity,
    "continuous-weak": check_continuous_weak,
    "continuous-not-strong": check_continuous_not_strong,
}
"""Certificate kinds and their checkers: each returns if the evidence establishes the claim, and raises if not."""


@dataclass(frozen=True)
class Established:
    """A certificate that was accepted: its kind."""

    kind: str


def check(document: Node) -> Established:
    """Check a certificate document. Raises Rejected or InputError."""
    fields = document.fields(("format", "kind", "claim", "evidence"))
    if fields["format"].text() != FORMAT:
        raise fields["format"].fail(f"expected {FORMAT!r}")
    kind = fields["kind"].text()
    if kind not in CHECKERS:
        raise fields["kind"].fail(f"unknown certificate kind; known are {', '.join(CHECKERS)}")
    CHECKERS[kind](fields["claim"], fields["evidence"])
    return Established(kind)


def check_file(path: Path | str) -> Established:
    """Check the certificate in a file. Raises Rejected or InputError."""
    return check(load(path))


__all__ = ["CHECKERS", "FORMAT", "Established", "InputError", "Rejected", "check", "check_file"]
