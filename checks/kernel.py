"""The kernel's front door: a certificate document in, a verdict on its claim out.

A certificate is ``{format, kind, claim, evidence}``. The claim carries the whole game; every premise is rebuilt from
it. :func:`check` returns what was established or raises: Rejected if the evidence does not establish the claim,
InputError if the document is not a certificate at all.
"""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from alignproof.checks.alignment import check_aligned, check_not_aligned
from alignproof.checks.benchmark import check_at_least, check_at_most, read_reading, read_team
from alignproof.checks.equilibrium import check_deviation_bound, check_equilibrium, check_not_equilibrium
from alignproof.checks.linear import Rejected
from alignproof.checks.shortfall import check_shortfall
from alignproof.checks.universal.kinds import UNIVERSAL
from alignproof.games.algebra import RATIONAL
from alignproof.games.deviation import NotSeparable, deviations
from alignproof.games.document import InputError, Node, load
from alignproof.games.files import read_game, read_profile
from alignproof.games.outcome import outcome

CERTIFICATE_FORMAT = "alignproof-certificate/1"
SECONDS = 600
"""How long :func:`answer` looks at one certificate, if nothing else is said; those of this project take seconds."""


class OutOfTime(Exception):
    """There is no verdict within the time limit."""


def _check_play(kind: str, claim: Node, evidence: Node) -> None:
    """Claims about a profile of a game."""
    own = {"value": "values payoffs", "equilibrium": "robust", "deviation-bound": "robust provider bound"}
    fields = claim.fields(("game", "profile", *own.get(kind, "").split()))
    game = read_game(fields["game"])
    profile = read_profile(fields["profile"], game)
    if kind == "equilibrium":
        check_equilibrium(game, profile, fields["robust"].flag(), evidence)
    elif kind == "not-equilibrium":
        check_not_equilibrium(game, profile, evidence)
    elif kind == "deviation-bound":
        parts = deviations(game, profile, fields["provider"].name_in(game.provider_names), fields["robust"].flag())
        check_deviation_bound(parts, fields["bound"].rational(), evidence)
    else:
        evidence.fields(())
        reached = outcome(RATIONAL, game, profile)
        values = fields["values"].rationals(len(game.users)), fields["payoffs"].rationals(len(game.providers))
        if values != (tuple(who.value for who in reached.users), reached.payoffs):
            raise Rejected("value-differs", "the profile brings about other values or payoffs")


def _check_team(kind: str, claim: Node, evidence: Node) -> None:
    """Claims about a set T of providers of a game."""
    extra = ("user", "reading", "value") if kind == "benchmark" else ("alignment",)
    fields = claim.fields(("game", "providers", *extra))
    game = read_game(fields["game"])
    team = read_team(fields["providers"], game)
    if kind == "aligned":
        evidence.fields(())
        check_aligned(game, team, fields["alignment"])
    elif kind == "not-aligned":
        check_not_aligned(game, team, fields["alignment"], evidence)
    else:
        user, reading = fields["user"].name_in(game.user_names), read_reading(fields["reading"])
        value, proofs = fields["value"].rational(), evidence.fields(("at_least", "at_most"))
        check_at_least(game, user, team, reading, value, proofs["at_least"])
        check_at_most(game, user, team, reading, value, proofs["at_most"])


KINDS: dict[str, Callable[[str, Node, Node], None]] = {
    **dict.fromkeys(("value", "equilibrium", "not-equilibrium", "deviation-bound"), _check_play),
    **dict.fromkeys(("benchmark", "aligned", "not-aligned"), _check_team),
    **dict.fromkeys(("bound-violated", "bound-met"), check_shortfall),
    **UNIVERSAL,
}
"""Certificate kinds and their checkers: each returns if the evidence establishes the claim, and raises if not."""


def check(document: Node) -> str:
    """Check a certificate document and return its kind. Raises Rejected, NotSeparable or InputError."""
    fields = document.fields(("format", "kind", "claim", "evidence"))
    if fields["format"].text() != CERTIFICATE_FORMAT:
        raise fields["format"].fail(f"expected {CERTIFICATE_FORMAT!r}")
    kind = tuple(KINDS)[fields["kind"].name_in(tuple(KINDS))]
    KINDS[kind](kind, fields["claim"], fields["evidence"])
    return kind


@contextmanager
def time_limit(seconds: int) -> Iterator[None]:
    """Raises OutOfTime in the block after so many seconds; where the system has no alarm, there is no limit.

    The alarm goes off again every second: what is raised within a destructor or the garbage collector is lost."""
    if not hasattr(signal, "SIGALRM"):
        yield
        return

    def stop(*_: object) -> None:
        raise OutOfTime(f"more than {seconds} seconds")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds, 1)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def answer(path: str, seconds: int = SECONDS) -> tuple[int, str]:
    """0 if the certificate in a file is valid, 1 if it is invalid, 2 if it is unusable, 3 if there is no verdict within
    time and memory; and a line that says so."""
    try:
        with time_limit(seconds):
            return 0, f"{path}: valid {check(load(path))} certificate"
    except (Rejected, NotSeparable) as error:
        return 1, f"{path}: INVALID, {error}"
    except InputError as error:
        return 2, f"{path}: unusable, {error}"
    except (OutOfTime, MemoryError) as error:
        return 3, f"{path}: no verdict, {str(error) or 'out of memory'}"


def main(paths: list[str]) -> int:
    """Check the certificates in files, a line for each; return the largest of their codes, 2 if there are none."""
    worst = 0 if paths else 2
    for code, line in map(answer, paths):
        print(line)
        worst = max(worst, code)
    return worst
