"""Makers of rows: each compares what a certificate claims with what the row stands for, game and all."""

from collections.abc import Callable
from fractions import Fraction

from alignproof.checks.benchmark import Team
from alignproof.checks.linear import System
from alignproof.counterexamples.deviations import deviation_certificate
from alignproof.counterexamples.violations import Instance, certify, setting
from alignproof.formats.certificates import (
    Document,
    benchmark_claim,
    certificate,
    multipliers_document,
    play_claim,
    team_claim,
    value_certificate,
)
from alignproof.formats.documents import texts
from alignproof.games.algebra import RATIONAL
from alignproof.games.deviation import deviations
from alignproof.games.garbling import Reading
from alignproof.games.model import Game
from alignproof.games.outcome import outcome
from alignproof.games.rules import Profile
from alignproof.oracles.benchmarks import benchmark
from alignproof.oracles.deviations import Bounded, Pays, bounded, equilibrium
from alignproof.oracles.systems import Refutation, Unknown, decide
from alignproof.verification.verdict import DEFINITIONS, Finding, Task, Verdict, differences


def finding(verdict: Verdict, document: Document | Unknown) -> Finding:
    """A verdict with its certificate, or UNKNOWN if there is none."""
    if isinstance(document, Unknown):
        return Finding("UNKNOWN", None, reason=document.reason)
    return Finding(verdict, document)


def sizes(game: Game, *notes: str, play: str = "", entrants: int = 0) -> str:
    """A scope: the game's sizes, its protocol and who plays which game, then notes."""
    users = f"n={len(game.users)}" + (f"+{entrants}" if entrants else "")
    actions = max(len(user.actions) for user in game.users)
    counts = f"k={len(game.providers)}, |A|={actions}, |Y|={len(game.states)}, |M|={len(game.messages)}"
    return "; ".join(filter(None, (", ".join(filter(None, (users, counts, game.protocol, play))), *notes)))


def claim_task(
    result: str, scope: str, verdict: Verdict, find: Callable[[], Finding], kind: str, wanted: Document
) -> Task:
    """A row whose certificate has to be of a kind and to claim all that is wanted."""
    return Task(result, scope, DEFINITIONS, verdict, find, lambda found, claim: differences(found, claim, kind, wanted))


def shortfall_task(
    result: str, instance: Instance, low: str, high: str, note: str = "", verdict: Verdict = "REFUTED"
) -> Task:
    """In the instance's equilibrium its users get at most ``low``, their benchmark is at least ``high``, and that is
    more than the slack allows."""
    entrants = int(instance.entrant is not None)
    figures = f"gets {low}, benchmark {high}"
    scope = sizes(instance.game, note, figures, play=instance.profile.play, entrants=entrants)
    wanted = setting(instance) | {"factors": texts(instance.factors), "at_most": low, "at_least": high}
    return claim_task(result, scope, verdict, lambda: finding(verdict, certify(instance)), "bound-violated", wanted)


def benchmark_task(
    result: str,
    game: Game,
    team: Team,
    value: str,
    verdict: Verdict,
    reading: Reading = "state and user",
    note: str = "",
    user: int = 0,
) -> Task:
    """The user's benchmark is exactly ``value``."""

    def find() -> Finding:
        found = benchmark(game, user, team, reading)
        if isinstance(found, Unknown):
            return finding(verdict, found)
        claim = benchmark_claim(game, user, team, reading, found.value)
        return Finding(verdict, certificate("benchmark", claim, found.evidence))

    scope = sizes(game, f"given {reading}", note, f"benchmark {value}")
    wanted = benchmark_claim(game, user, team, reading, Fraction(value))
    return claim_task(result, scope, verdict, find, "benchmark", wanted)


def value_task(result: str, verdict: Verdict, game: Game, profile: Profile, values: tuple[str, ...], note: str) -> Task:
    """What every user gets under a profile."""

    def find() -> Finding:
        return Finding(verdict, value_certificate(game, profile, outcome(RATIONAL, game, profile)))

    wanted = play_claim(game, profile, values=list(values))
    scope = sizes(game, note, f"users get {', '.join(values)}", play=profile.play)
    return claim_task(result, scope, verdict, find, "value", wanted)


def bound_task(result: str, game: Game, profile: Profile, bound: str, note: str) -> Task:
    """No rule of the only provider earns him more than ``bound``."""
    wanted = play_claim(game, profile, robust=False, provider=game.provider_names[0], bound=bound)

    def find() -> Finding:
        (every,) = deviations(game, profile, 0, robust=False)
        answer = bounded(every, Fraction(bound))
        if not isinstance(answer, Bounded):
            return Finding("UNKNOWN", None, reason="the bound was not found")
        evidence = {"targets": [bound], "groups": [answer.evidence]}
        return Finding("PROVED", certificate("deviation-bound", wanted, evidence))

    return claim_task(result, sizes(game, note, f"at most {bound}"), "PROVED", find, "deviation-bound", wanted)


def deviation_task(result: str, scope: str, game: Game, profile: Profile) -> Task:
    """Some deviation pays."""

    def find() -> Finding:
        answer = equilibrium(game, profile)
        if not isinstance(answer, Pays):
            return Finding("UNKNOWN", None, reason="no deviation that pays was found")
        return Finding("REFUTED", deviation_certificate(game, profile, answer))

    return claim_task(result, scope, "REFUTED", find, "not-equilibrium", play_claim(game, profile))


def equilibrium_task(result: str, game: Game, profile: Profile, robust: bool = False) -> Task:
    """No deviation pays."""
    wanted = play_claim(game, profile, robust=robust)

    def find() -> Finding:
        answer = equilibrium(game, profile, robust)
        if not isinstance(answer, Bounded):
            return Finding("UNKNOWN", None, reason=f"{result}: no evidence was found")
        return Finding("PROVED", certificate("equilibrium", wanted, answer.evidence))

    return claim_task(result, sizes(game, play=profile.play), "PROVED", find, "equilibrium", wanted)


def claimed_task(result: str, scope: str, document: Document) -> Task:
    """A row whose certificate is at hand."""
    finding = Finding("PROVED", document)
    return claim_task(result, scope, "PROVED", lambda: finding, document["kind"], document["claim"])


def stated_task(result: str, scope: str, verdict: Verdict, kind: str, claim: Document) -> Task:
    """A claim that needs no evidence."""
    return claim_task(result, scope, verdict, lambda: Finding(verdict, certificate(kind, claim, {})), kind, claim)


def misfit_task(
    result: str, scope: str, verdict: Verdict, game: Game, provider: int, system: System, alignment: Document
) -> Task:
    """The provider alone is not aligned as ``alignment`` says: no weights solve ``system``."""
    wanted = team_claim(game, (provider,), alignment=alignment)

    def find() -> Finding:
        refutation = decide(system)
        if not isinstance(refutation, Refutation):
            return Finding("UNKNOWN", None, reason="some weights may fit")
        multipliers = multipliers_document(refutation.multipliers)
        evidence = {"provider": game.provider_names[provider], "multipliers": multipliers}
        return Finding(verdict, certificate("not-aligned", wanted, evidence))

    return claim_task(result, scope, verdict, find, "not-aligned", wanted)
