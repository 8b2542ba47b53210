"""One game looked at from every side: values, benchmarks, alignment, equilibrium, and which theorem's bound applies.

Everything reported as a fact has passed the kernel; what was not settled says UNKNOWN and why.
"""

from collections.abc import Sequence
from typing import Any

from alignproof.checks.benchmark import Team
from alignproof.checks.kernel import check
from alignproof.counterexamples.deviations import deviation_certificate
from alignproof.formats.certificates import (
    Document,
    alignment_document,
    benchmark_claim,
    certificate,
    play_claim,
    team_claim,
    team_document,
    value_certificate,
)
from alignproof.formats.documents import dump, texts
from alignproof.games.algebra import RATIONAL
from alignproof.games.alignment import Weights
from alignproof.games.document import parse
from alignproof.games.garbling import Reading
from alignproof.games.model import Game
from alignproof.games.outcome import outcome
from alignproof.games.rules import Profile
from alignproof.oracles.alignments import (
    StrongFit,
    WeakFit,
    decomposition,
    smallest_strong,
    smallest_weak,
    weak_lower_bound,
)
from alignproof.oracles.benchmarks import Benchmark, benchmark
from alignproof.oracles.deviations import Bounded, Pays, equilibrium
from alignproof.oracles.systems import Unknown
from alignproof.symbolic import theorem_3_1, theorem_4_3


def analyze(
    game: Game, profile: Profile | None, team: Team, reading: Reading = "state and user", seconds: float = 60.0
) -> Document:
    """The analysis of ``game`` for T = ``team``, and of ``profile`` if there is one, as a JSON document."""
    benchmarks = [_confirmed_benchmark(game, i, team, reading, seconds) for i in range(len(game.users))]
    weak, strong = _weak(game, team, seconds), smallest_strong(game, team, seconds)
    report: Document = {
        "game": {
            "name": game.name,
            "users": len(game.users),
            "providers": len(game.providers),
            "states": len(game.states),
            "messages": len(game.messages),
            "protocol": game.protocol,
        },
        "T": team_document(game, team),
        "reading": reading,
        "benchmarks": {user.name: _benchmark(found) for user, found in zip(game.users, benchmarks, strict=True)},
        "alignment": {
            "weak": _fit(game, team, weak) | _any_decomposition(game, team, weak, seconds),
            "strong": _fit(game, team, strong),
        },
        "bounds": [
            _personalized_bound(game, reading, weak, benchmarks),
            _anonymous_bound(game, team, reading, strong, benchmarks),
        ],
    }
    if profile is not None:
        report["profile"] = _profile(game, profile, seconds)
    return report


def _confirm(document: Document) -> None:
    """Nothing is reported that the kernel rejects: it raises here."""
    check(parse(dump(document).encode()))


def _confirmed_benchmark(game: Game, user: int, team: Team, reading: Reading, seconds: float) -> Benchmark | Unknown:
    found = benchmark(game, user, team, reading, seconds)
    if isinstance(found, Benchmark) and found.at_least is not None:
        _confirm(certificate("benchmark", benchmark_claim(game, user, team, reading, found.value), found.evidence))
    return found


def _benchmark(found: Benchmark | Unknown) -> Document:
    if isinstance(found, Unknown):
        return {"verdict": "UNKNOWN", "reason": found.reason}
    if found.at_least is None:
        reason = f"at most {found.value}; there are too few messages to name every action of the optimal rule"
        return {"verdict": "UNKNOWN", "reason": reason}
    return {"verdict": "PROVED", "value": str(found.value)}


def _weak(game: Game, team: Team, seconds: float) -> WeakFit | Unknown:
    parts = decomposition(game, team, seconds)
    if parts is None:
        return Unknown("no separable decomposition of a payoff was found")
    return smallest_weak(game, team, parts, seconds)


def _errors(fit: WeakFit | StrongFit) -> tuple[Any, ...]:
    return (fit.eps_users, fit.eps_providers) if isinstance(fit, WeakFit) else (fit.eps,)


def _fit(game: Game, team: Team, fit: WeakFit | StrongFit | Unknown) -> Document:
    """The smallest errors, by certificates of both halves; ``attained`` says whether some weights reach them."""
    if isinstance(fit, Unknown):
        return {"verdict": "UNKNOWN", "reason": fit.reason}
    _confirm(certificate("not-aligned", team_claim(game, team, alignment=fit.claim), fit.evidence))
    names = ("eps_U", "eps_P") if isinstance(fit, WeakFit) else ("eps",)
    report: Document = dict(zip(names, map(str, _errors(fit)), strict=True)) | {"attained": fit.weights is not None}
    if fit.weights is not None:
        alignment = alignment_document(fit.weights, _errors(fit))
        _confirm(certificate("aligned", team_claim(game, team, alignment=alignment), {}))
        (form,) = alignment.values()
        report["weights"] = {key: form["weights"][key] for key in form["weights"] if key != "providers"}
    return report


def _any_decomposition(game: Game, team: Team, fit: WeakFit | Unknown, seconds: float) -> Document:
    """Whether the smallest eps_U for the decomposition at hand is the smallest for any exact one."""
    bound = weak_lower_bound(game, team, seconds)
    if isinstance(bound, Unknown):
        return {"any decomposition": f"UNKNOWN: {bound.reason}"}
    _confirm(certificate("not-aligned", team_claim(game, team, alignment=bound.claim), bound.evidence))
    exact = isinstance(fit, WeakFit) and fit.eps_providers == 0 and fit.eps_users == bound.eps_users
    text = (
        "eps_U is the smallest" if exact else f"eps_U is at least {bound.eps_users}; whether that is enough is UNKNOWN"
    )
    return {"any decomposition": text}


def _guarantees(
    game: Game,
    weights: Weights,
    errors: Sequence[Any],
    factors: Sequence[Any],
    benchmarks: Sequence[Benchmark | Unknown],
) -> Document:
    guarantees = {}
    for i, (user, found) in enumerate(zip(game.users, benchmarks, strict=True)):
        known = isinstance(found, Benchmark) and found.at_least is not None
        slack = weights.slack(i, tuple(errors), tuple(factors)) if any(errors) else 0
        guarantees[user.name] = str(found.value - slack) if known and isinstance(found, Benchmark) else "UNKNOWN"
    return guarantees


def _bound(theorem: str, reasons: list[str], guarantees: Document) -> Document:
    return {"theorem": theorem, "applies": not reasons, "reasons": reasons, "guarantees": guarantees}


def _reading_faults(game: Game, reading: Reading) -> list[str]:
    """Given the state alone, what a shared rule does may depend on who deploys it, once users have features."""
    if reading == "state" and any(len(user.features) > 1 for user in game.users):
        return ["users have features, and the garblings are common given the state alone"]
    return []


def _personalized_bound(
    game: Game, reading: Reading, fit: WeakFit | Unknown, benchmarks: Sequence[Benchmark | Unknown]
) -> Document:
    """Theorem 3.1, for every equilibrium of the personalized game."""
    if isinstance(fit, Unknown) or fit.weights is None:
        return _bound("3.1 (personalized)", ["no weights of weak alignment: " + _why(fit)], {})
    reasons = _reading_faults(game, reading)
    reasons += [] if _blind_ties(game) else ["a user's ties between actions depend on the provider"]
    return _bound(
        "3.1 (personalized)", reasons, _guarantees(game, fit.weights, _errors(fit), theorem_3_1.FACTORS, benchmarks)
    )


def _anonymous_bound(
    game: Game, team: Team, reading: Reading, fit: StrongFit | Unknown, benchmarks: Sequence[Benchmark | Unknown]
) -> Document:
    """Theorem 4.3, for every equilibrium of the anonymous game; full revelation is the user-dominant rule tried."""
    if isinstance(fit, Unknown) or fit.weights is None:
        return _bound("4.3 (anonymous)", ["no weights of strong alignment: " + _why(fit)], {})
    capacity = len(game.messages) ** game.protocol.count("P")
    mute = [game.provider_names[j] for j in team if len(game.providers[j].features) > capacity]
    reasons = _reading_faults(game, reading)
    reasons += [f"full revelation needs more messages for {', '.join(mute)}"] if mute else []
    return _bound(
        "4.3 (anonymous)", reasons, _guarantees(game, fit.weights, _errors(fit), theorem_4_3.FACTORS, benchmarks)
    )


def _why(fit: WeakFit | StrongFit | Unknown) -> str:
    return fit.reason if isinstance(fit, Unknown) else "the smallest error is approached, not attained"


def _blind_ties(game: Game) -> bool:
    return all(len(set(orders)) == 1 for rows in (game.ties.actions, game.ties.messages) for orders in rows)


def _profile(game: Game, profile: Profile, seconds: float) -> Document:
    reached = outcome(RATIONAL, game, profile)
    _confirm(value_certificate(game, profile, reached))
    return {
        "play": profile.play,
        "values": dict(zip(game.user_names, texts(tuple(who.value for who in reached.users)), strict=True)),
        "payoffs": dict(zip(game.provider_names, texts(reached.payoffs), strict=True)),
        "equilibrium": _equilibrium(game, profile, False, seconds),
        "robust equilibrium": _equilibrium(game, profile, True, seconds),
    }


def _equilibrium(game: Game, profile: Profile, robust: bool, seconds: float) -> Document:
    answer = equilibrium(game, profile, robust, seconds)
    if isinstance(answer, Unknown):
        return {"verdict": "UNKNOWN", "reason": answer.reason}
    if isinstance(answer, Bounded):
        _confirm(certificate("equilibrium", play_claim(game, profile, robust=robust), answer.evidence))
        return {"verdict": "PROVED"}
    return _refuted(game, profile, answer)


def _refuted(game: Game, profile: Profile, answer: Pays) -> Document:
    document = deviation_certificate(game, profile, answer)
    _confirm(document)
    name = game.provider_names[answer.provider]
    return {
        "verdict": "REFUTED",
        "deviator": name,
        "payoff": str(answer.payoff),
        "rules": document["evidence"]["rules"],
    }
