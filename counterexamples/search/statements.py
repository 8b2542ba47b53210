"""Broken statements: users and profile are drawn, payoffs and the proof that no deviation pays come from one program.

What a user gets under a profile, and her benchmark, do not depend on what providers earn. So markets are drawn until
some user falls short; whether providers can have payoffs, aligned as far as the statement still asks, under which
nobody gains by deviating, is then a linear program (:mod:`alignproof.counterexamples.search.prices`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from random import Random

from alignproof.checks.benchmark import Team, benchmark_system, producers
from alignproof.checks.linear import Row
from alignproof.counterexamples.search.aligned import (
    Alignment,
    Payoffs,
    draw_team,
    strong_alignment,
    weak_alignment,
)
from alignproof.counterexamples.search.linear import best
from alignproof.counterexamples.search.market import largest_payoff
from alignproof.counterexamples.search.prices import PureRules, no_deviation_pays
from alignproof.counterexamples.search.profiles import draw_profile, reply
from alignproof.counterexamples.search.setting import HALF, Shape, draw_game
from alignproof.counterexamples.search.target import Target
from alignproof.counterexamples.search.unknowns import PAYOFF
from alignproof.counterexamples.violations import Instance, shorter
from alignproof.games.algebra import ONE, RATIONAL, ZERO
from alignproof.games.alignment import WeakWeights, Weights
from alignproof.games.augment import Entrant
from alignproof.games.model import Atom, Components, Game, Ties
from alignproof.games.outcome import outcome
from alignproof.games.polynomial import combine, gather, variable
from alignproof.games.rules import Profile
from alignproof.oracles.systems import largest, without
from alignproof.symbolic import theorem_3_1, theorem_4_3

NAME = "random users, knowledge and profiles, a linear program for payoffs and prices"


@dataclass(frozen=True)
class Short:
    """A user who gets less than her benchmark in T, by how much, and the Delta that the bound allows for."""

    user: int
    team: Team
    lacks: Fraction
    gain: Fraction


def hopeful(target: Target, shape: Shape) -> bool:
    """Whether the numbers of users and messages are those that the statement asks for, and none is idle."""
    if target.entrant and shape.users < 2:
        return False
    types = (shape.users - 1) * shape.features
    asked = {
        "user dominance": shape.messages >= shape.sources,
        "messages": shape.messages >= shape.users,
        "spare message": shape.messages > types,
    }
    return all(fits for name, fits in asked.items() if target.assumes(name))


def propose(target: Target, shape: Shape, random: Random, seconds: float) -> Instance | None:
    """An instance of the kept hypotheses that may break the conclusion; None if this attempt found none."""
    game = draw_game(random, target, shape)
    team = draw_team(random, shape.providers)
    profile = _drawn_profile(random, target, game)
    short = _short(random, target, game, profile, team, seconds)
    if short is None:
        return None
    old = shape.users - int(target.entrant)
    if target.weak:
        alignment = weak_alignment(random, target, game, team, old)
    else:
        alignment = strong_alignment(random, target, game, team, short.user)
    priced = replace(
        game,
        providers=tuple(replace(who, payoff=p) for who, p in zip(game.providers, alignment.payoffs, strict=True)),
    )
    rows = [*alignment.rows, *_gap_rows(target, alignment, short), *_stable(target, priced, profile, alignment, seconds)]
    unknown = dict.fromkeys(m for row in rows for m in row.value.terms if m and m[0][0].startswith(PAYOFF))
    point = best(rows, -gather(variable(m[0][0]) for m in unknown if len(m) == 1), seconds)
    return None if point is None else _instance(target, game, profile, short, *alignment.read(point))


def _drawn_profile(random: Random, target: Target, game: Game) -> Profile:
    """Where pure rules are few and a provider's best are among them, one of these is likely to be drawn."""
    profile = draw_profile(random, game, target.play)
    j = random.randrange(len(game.providers))
    pure = target.play == "anonymous" and _earns_combination(target) and PureRules.few(game, j)
    return reply(random, game, profile, j) if pure and random.random() < 0.5 else profile


def _earns_combination(target: Target) -> bool:
    """Whether providers of T earn nonnegative combinations of the users' utilities."""
    return not target.weak and target.assumes("weights") and target.assumes("strong alignment")


def _short(
    random: Random, target: Target, game: Game, profile: Profile, team: Team, seconds: float
) -> Short | None:
    """One of the users who fall short, if there are any."""
    talk = shorter(game) if target.shorter else game
    users = range(len(game.users) - int(target.entrant))
    values = [Fraction(who.value) for who in outcome(RATIONAL, game, profile).users]
    worth = {i: _benchmark(talk, i, team, target, seconds) for i in users if values[i] < _informed(game, i)}
    behind = {i: found - values[i] for i, found in worth.items() if found is not None and found > values[i]}
    if not behind:
        return None
    user = random.choice(list(behind))
    gain = _largest_gain(talk, team, target, worth, seconds) if target.gain else ZERO
    return None if gain is None else Short(user, team, behind[user], gain)


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


def _largest_gain(
    talk: Game, team: Team, target: Target, known: dict[int, Fraction | None], seconds: float
) -> Fraction | None:
    """At least Delta: what benchmarks leave to gain."""
    gains = []
    for i, who in enumerate(talk.users):
        found = known[i] if i in known else _benchmark(talk, i, team, target, seconds)
        if found is None:
            return None
        gains.append(max(map(max, who.utility)) - found)
    return max(gains)


def _gap_rows(target: Target, alignment: Alignment, short: Short) -> Iterator[Row]:
    """The user lacks more than Delta allows, by the weights of the provider who weighs her most."""
    if not (short.gain and alignment.weights):
        return
    cover = next(iter(alignment.weights.values()))
    others = gather(w for i, w in enumerate(cover) if i != short.user)
    yield Row(short.lacks * cover[short.user] - short.gain * others - ONE, ">=")


def _stable(
    target: Target, game: Game, profile: Profile, alignment: Alignment, seconds: float
) -> Iterator[Row]:
    """No deviation pays, if that is asked."""
    if not target.assumes("equilibrium"):
        return
    values = [Fraction(who.value) for who in outcome(RATIONAL, game, profile).users]
    for j in range(len(game.providers)):
        if j in alignment.weights and profile.play == "anonymous" and PureRules.few(game, j):
            yield from PureRules(game, profile, j).rows(alignment.weights[j], values)
        else:
            yield from no_deviation_pays(game, profile, j, False, seconds)


def _instance(
    target: Target, game: Game, profile: Profile, short: Short, payoffs: Payoffs, weights: Weights
) -> Instance:
    factors = theorem_3_1.FACTORS if isinstance(weights, WeakWeights) else theorem_4_3.FACTORS
    users = (short.user,)
    if not target.entrant:
        made = _with_payoffs(game, payoffs)
        return Instance(made, profile, short.team, weights, factors, users, reading=target.reading)
    before, entrant = _entered(target, game, payoffs, weights)
    return Instance(before, profile, short.team, weights, factors, users, entrant, reading=target.reading)


def _with_payoffs(game: Game, payoffs: Sequence[Components]) -> Game:
    providers = (replace(who, payoff=payoff) for who, payoff in zip(game.providers, payoffs, strict=True))
    return replace(game, providers=tuple(providers))


def _entered(target: Target, game: Game, payoffs: Payoffs, weights: Weights) -> tuple[Game, Entrant]:
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
