"""Broken statements: users and profile are drawn, payoffs and the proof that no deviation pays come from one program.

What a user gets under a profile, and her benchmark, do not depend on what providers earn. So markets are drawn until
some user falls short; whether providers can have payoffs, aligned as far as the statement still asks, under which
nobody gains by deviating, is then a linear program (:mod:`alignproof.counterexamples.search.prices`).
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from random import Random

from alignproof.checks.benchmark import Team, benchmark_system, producers
from alignproof.checks.linear import Row
from alignproof.counterexamples.search.aligned import Alignment, Payoffs, draw_team, strong_alignment, weak_alignment
from alignproof.counterexamples.search.linear import best
from alignproof.counterexamples.search.market import largest_payoff
from alignproof.counterexamples.search.prices import PureRules, Stability
from alignproof.counterexamples.search.profiles import Candidate, drawn, replying, uninformed
from alignproof.counterexamples.search.setting import HALF, Shape, draw_game
from alignproof.counterexamples.search.target import Target
from alignproof.counterexamples.search.unknowns import PAYOFF
from alignproof.counterexamples.violations import Instance, shorter
from alignproof.games.algebra import ONE, ZERO
from alignproof.games.alignment import WeakWeights, Weights
from alignproof.games.augment import Entrant
from alignproof.games.model import Atom, Components, Game, Ties
from alignproof.games.polynomial import gather, variable
from alignproof.games.rules import Profile
from alignproof.oracles.systems import largest, without
from alignproof.symbolic import theorem_3_1, theorem_4_3

NAME = "random users, knowledge and profiles, a linear program for payoffs and prices"


PROFILES, ALIGNMENTS = 4, 2
"""How many profiles are tried with the same users, and how often alignment is drawn for a profile."""


@dataclass(frozen=True)
class Short:
    """A user who gets less than her benchmark in T, by how much, and the Delta that the bound allows for."""

    user: int
    team: Team
    lacks: Fraction
    gain: Fraction


def hopeful(target: Target, shape: Shape) -> bool:
    """Whether the kept hypotheses on sizes hold for the shape, and nobody is idle.

    Where the hypotheses that are gone hold by the shape alone, so does the statement, which is proved. In the
    personalized game users whose providers' payoffs are separable do not meet: one is enough, with a new one beside.
    """
    least, most = 1 + int(target.entrant), 1 + int(target.entrant) if target.play == "personalized" else shape.users
    if not least <= shape.users <= most:
        return False
    holds = _held_by_shape(target, shape)
    kept = all(fits for name, fits in holds.items() if target.assumes(name))
    return kept and not (target.gone and all(holds.get(name, False) for name in target.gone))


def _held_by_shape(target: Target, shape: Shape) -> dict[str, bool]:
    """Hypotheses that hold, or need not, for the numbers of users, providers, features and messages alone."""
    types, alone = (shape.users - 1) * shape.features, shape.users == 1
    spare = shape.messages > types
    holds = {
        "user dominance": shape.messages >= shape.sources and target.protocol == "P",
        "messages": shape.messages >= shape.users,
        "spare message": spare,
    }
    if target.play == target.statement.argument.play and target.gone <= {"largest gain"}:
        holds["largest gain"] = alone or spare
    if target.gone <= {"common garbling"}:
        holds["common garbling"] = shape.features == 1
    if target.gone <= {"game"}:
        holds["game"] = alone
    if target.gone <= {"ties"}:
        holds["ties"] = shape.providers == 1
    if target.gone <= {"weights"}:
        holds["weights"] = shape.providers == 1 or (alone and not target.weak)
    return holds


def propose(target: Target, shape: Shape, random: Random, seconds: float) -> Iterator[Instance]:
    """Instances of the kept hypotheses that may break the conclusion, all with the same users; often there are none."""
    game = draw_game(random, target, shape)
    team = draw_team(random, shape.providers)
    promised = _promised(target, game, team, seconds)
    if promised is None:
        return
    stability = Stability(False, seconds)
    for candidate in _candidates(random, target, game):
        behind = {i: worth - candidate.values[i] for i, worth in promised.worth.items() if worth > candidate.values[i]}
        if behind:
            user = random.choice(list(behind))
            short = Short(user, team, behind[user], promised.gain)
            tries = (_solved(random, target, game, candidate, short, stability, seconds) for _ in range(ALIGNMENTS))
            yield from itertools.islice(filter(None, tries), 1)


def _candidates(random: Random, target: Target, game: Game) -> Iterator[Candidate]:
    """Where providers do best by pure rules, and these are few, one of them replies to the others."""
    j = random.randrange(len(game.providers))
    if target.play == "anonymous" and _earns_combination(target) and PureRules.few(game, j):
        yield from replying(random, game, j, PROFILES)
        if target.assumes("equilibrium") and target.assumes("coverage"):
            return
    yield from drawn(random, game, target.play, PROFILES)


def _earns_combination(target: Target) -> bool:
    """Whether providers of T earn nonnegative combinations of the users' utilities."""
    return not target.weak and target.assumes("weights") and target.assumes("strong alignment")


def _solved(
    random: Random, target: Target, game: Game, candidate: Candidate, short: Short, stability: Stability, seconds: float
) -> Instance | None:
    """The profile with payoffs under which no deviation pays, if there are any."""
    if target.weak:
        old = len(game.users) - int(target.entrant)
        alignment = weak_alignment(random, target, game, short.team, old)
    else:
        alignment = strong_alignment(random, target, game, short.team)
    priced = _with_payoffs(game, alignment.payoffs)
    stable = _stable(priced, candidate, alignment, stability) if target.assumes("equilibrium") else ()
    rows = [*alignment.rows, *_gap_rows(alignment, short), *stable]
    unknown = dict.fromkeys(m for row in rows for m in row.value.terms if m and m[0][0].startswith(PAYOFF))
    point = best(rows, -gather(variable(m[0][0]) for m in unknown), seconds)
    return None if point is None else _instance(target, game, candidate.profile, short, *alignment.read(point))


@dataclass(frozen=True)
class _Promised:
    """The benchmarks of users to whom information is worth something, and at least Delta, where the bound has it."""

    worth: dict[int, Fraction]
    gain: Fraction


def _promised(target: Target, game: Game, team: Team, seconds: float) -> _Promised | None:
    talk = shorter(game) if target.shorter else game
    users = range(len(game.users) - int(target.entrant))
    worth, gains = {}, []
    for i in users:
        who = game.users[i]
        if _informed(game, i) == uninformed(game, i) and not target.gain:
            continue
        found = _benchmark(talk, i, team, target, seconds)
        if found is None:
            return None
        worth[i] = found
        gains.append(max(map(max, who.utility)) - found)
    return _Promised(worth, max(gains) if target.gain else ZERO) if worth else None


def _informed(game: Game, user: int) -> Fraction:
    """What knowing the state is worth."""
    tops = [max(column) for column in zip(*game.users[user].utility, strict=True)]
    return sum((atom.probability * tops[atom.state] for atom in game.prior), ZERO)


def _benchmark(talk: Game, user: int, team: Team, target: Target, seconds: float) -> Fraction | None:
    """The benchmark, if the alphabet can carry the best shared rule."""
    found = []
    for j in producers(team, target.reading):
        system = benchmark_system(talk, user, team, target.reading, j, ZERO)
        optimum = largest(without(system, "value"), system.rows["value"].value, seconds)
        if optimum is None:
            return None
        found.append(optimum.value)
    return max(found)


def _gap_rows(alignment: Alignment, short: Short) -> Iterator[Row]:
    """The user lacks more than Delta allows, by the weights of one provider who weighs her."""
    if short.gain and alignment.weights:
        weights = alignment.weights[short.team[0]]
        others = gather(w for i, w in enumerate(weights) if i != short.user)
        yield Row(short.lacks * weights[short.user] - short.gain * others - ONE, ">=")


def _stable(game: Game, candidate: Candidate, alignment: Alignment, stability: Stability) -> Iterator[Row]:
    """No deviation pays."""
    profile = candidate.profile
    for j in range(len(game.providers)):
        if j in alignment.weights and profile.play == "anonymous" and PureRules.few(game, j):
            replies = candidate.replies.get(j) or PureRules(game, profile, j)
            yield from replies.rows(alignment.weights[j], candidate.values)
        else:
            yield from stability.rows(game, profile, j)


def _instance(
    target: Target, game: Game, profile: Profile, short: Short, payoffs: Payoffs, weights: Weights
) -> Instance:
    factors = theorem_3_1.FACTORS if isinstance(weights, WeakWeights) else theorem_4_3.FACTORS
    users = (short.user,)
    if not (target.entrant and isinstance(weights, WeakWeights)):
        made = _with_payoffs(game, payoffs)
        return Instance(made, profile, short.team, weights, factors, users, reading=target.reading)
    before, entrant = _entered(target, game, payoffs, weights)
    return Instance(before, profile, short.team, weights, factors, users, entrant, reading=target.reading)


def _with_payoffs(game: Game, payoffs: Sequence[Components]) -> Game:
    providers = (replace(who, payoff=payoff) for who, payoff in zip(game.providers, payoffs, strict=True))
    return replace(game, providers=tuple(providers))


def _entered(target: Target, game: Game, payoffs: Payoffs, weights: WeakWeights) -> tuple[Game, Entrant]:
    """The market before the last user's entry, and the entrant, with payoffs in [0, 1].

    A payoff in proportion to ``old + wish`` is ``(1 - beta) old / S + beta wish / W`` with S and W the largest values
    of both parts, and ``beta / (1 - beta) = W / S``.
    """
    before, shares, wishes = [], [], []
    for j, payoff in enumerate(payoffs):
        size = largest_payoff(payoff.weights[:-1], payoff.parts[:-1])
        scaled = Components(tuple(w / (size or ONE) for w in payoff.weights[:-1]), payoff.parts[:-1], ZERO)
        bound = target.assumes("provider separability") and j in weights.providers
        before.append(weights.providers[j] if bound else scaled)
        wish = [[payoff.weights[-1] * cell for cell in row] for row in payoff.parts[-1]]
        most = max(map(max, wish))
        share = most / (most + (size or ONE)) if most else HALF
        shares.append(share if target.assumes("shares") else ONE)
        wishes.append(tuple(tuple(cell / (most or ONE) for cell in row) for row in wish))
    last = len(game.users) - 1
    prior = tuple(Atom(a.probability, a.state, a.user_features[:last], a.provider_features) for a in game.prior)
    ties = Ties(game.ties.providers[:last], game.ties.actions[:last], game.ties.messages[:last])
    old = replace(game, users=game.users[:last], prior=prior, ties=ties)
    new = Entrant(game.users[last], ((ONE,),) * len(prior), tuple(shares), tuple(wishes), game.ties)
    return _with_payoffs(old, before), new
