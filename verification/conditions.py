"""What shows that an instance satisfies a statement's hypotheses: certificates, and what can be read off the game.

The equations of an alignment are certified in the market itself if all of them and all side conditions are among the
hypotheses. If not, the kernel would reject it, and each equation that is left is certified in a *companion*: a market
that differs only where the equation does not look.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import sympy

from alignproof.checks.benchmark import Team
from alignproof.checks.universal.market import Size as MarketSize
from alignproof.counterexamples.deviations import deviation_certificate
from alignproof.counterexamples.violations import Instance, shorter
from alignproof.formats.certificates import (
    Document,
    alignment_document,
    benchmark_claim,
    certificate,
    play_claim,
    team_claim,
    value_certificate,
)
from alignproof.games.algebra import ONE, RATIONAL, ZERO, Number
from alignproof.games.alignment import StrongWeights, WeakWeights, Weights
from alignproof.games.augment import augment
from alignproof.games.garbling import Reading
from alignproof.games.model import Components, Game, Part, Parts, Provider, common_ties
from alignproof.games.outcome import joint_distribution, outcome
from alignproof.games.rules import Profile
from alignproof.oracles.benchmarks import Benchmark, benchmark
from alignproof.oracles.deviations import Pays, equilibrium
from alignproof.oracles.systems import Unknown
from alignproof.symbolic import full_revelation
from alignproof.symbolic.derivation import Place
from alignproof.symbolic.expectations import (
    BENCHMARK,
    COVER,
    ERROR,
    ERROR_PROVIDERS,
    ERROR_USERS,
    GUARANTEED,
    LARGEST_GAIN,
    OTHERS,
    RATIOS,
    SHORTER_BENCHMARK,
)
from alignproof.symbolic.statement import Statement
from alignproof.verification.rows import claim_task, claimed_task, equilibrium_task, sizes
from alignproof.verification.verdict import Finding, Task


class NotShown(Exception):
    """An instance does not satisfy a hypothesis, or it cannot be told, for the reason given."""


@dataclass(frozen=True)
class Shown:
    """What shows the hypotheses: tasks whose certificates do, names of those that are read off, and what the symbols of
    the bound are. A symbol that is not among them may be any number."""

    tasks: tuple[Task, ...]
    read_off: tuple[str, ...]
    figures: Mapping[sympy.Symbol, sympy.Rational]


EQUATIONS = ("provider separability", "user alignment", "strong alignment")
CERTIFIED = ("equilibrium", "user dominance", "largest gain", *EQUATIONS)
"""Hypotheses that certificates show. All others are read off, see :data:`READ_OFF`."""


@dataclass(frozen=True)
class Outside:
    """Where an instance leaves the model: ``stable`` is the game in which deviations do not pay, ``compared`` the
    providers whose benchmark counts."""

    stable: Game | None = None
    compared: Team | None = None


WITHIN = Outside()


def conditions(statement: Statement, instance: Instance, outside: Outside = WITHIN) -> Shown:
    """What shows all hypotheses of the statement that are no steps of its proof. Raises NotShown."""
    names = [h.name for h in statement.hypotheses if not h.derived]
    if statement.argument.play != instance.profile.play:
        raise NotShown(f"it is not the {statement.argument.play} game")
    own = [h for h in statement.hypotheses if h.shown]
    read_off = [name for name in names if name not in {*CERTIFIED, *(h.name for h in own)}]
    for name in read_off:
        if not READ_OFF[name](instance):
            raise NotShown(f"{name} is not satisfied")
    tasks, figures = _certified(names, statement, instance, outside)
    for hypothesis in own:
        document, more = hypothesis.shown(instance) if hypothesis.shown else ({}, {})
        tasks.append(claimed_task(hypothesis.name, sizes(instance.game), document))
        figures |= {symbol: sympy.Rational(f.numerator, f.denominator) for symbol, f in more.items()}
    return Shown(tuple(tasks), tuple(read_off), figures)


def broken(statement: Statement, instance: Instance, outside: Outside = WITHIN) -> tuple[Shown, sympy.Rational]:
    """What shows all hypotheses, and by how much the conclusion fails (below 0). Raises NotShown also if it holds."""
    shown = conditions(statement, instance, outside)
    left = sympy.simplify((statement.guaranteed - statement.bound).subs(dict(shown.figures), simultaneous=True))
    if not (left.is_Rational and left < 0):
        raise NotShown("the conclusion is not broken")
    return shown, left


def _certified(
    names: Sequence[str], statement: Statement, instance: Instance, outside: Outside
) -> tuple[list[Task], dict[sympy.Symbol, sympy.Rational]]:
    game, user = _played(instance), instance.users[0]
    compared = statement.bound.free_symbols & {BENCHMARK, SHORTER_BENCHMARK}
    talk = shorter(game) if SHORTER_BENCHMARK in compared else game
    team, stable = outside.compared or instance.team, outside.stable or game
    if _play(stable, instance.profile) != _play(game, instance.profile):
        raise NotShown("users do something else in the game in which deviations do not pay")
    best = _benchmark(talk, user, team, instance.reading)
    reached = outcome(RATIONAL, game, instance.profile).users[user].value
    tasks = [*_equations(names, instance), _value_task(game, instance.profile)]
    tasks.append(
        equilibrium_task("equilibrium", stable, instance.profile, instance.robust)
        if "equilibrium" in names
        else _unstable_task(game, instance.profile)
    )
    tasks.append(_benchmark_task(talk, user, team, instance.reading, best))
    figures = {GUARANTEED: reached} | dict.fromkeys(compared, best.value) | _weighed(names, instance)
    if "user dominance" in names:
        tasks.append(_revelation_task(instance))
    if LARGEST_GAIN in statement.bound.free_symbols:
        more, gain = _largest_gain(talk, instance) if "largest gain" in names else ([], ZERO)
        tasks += more
        figures |= {LARGEST_GAIN: gain}
    return tasks, {symbol: sympy.Rational(f.numerator, f.denominator) for symbol, f in figures.items()}


def _played(instance: Instance) -> Game:
    return instance.game if instance.entrant is None else augment(instance.game, instance.entrant)


# What is read off.


def _signed(instance: Instance) -> bool:
    weights = instance.weights
    if isinstance(weights, StrongWeights):
        return all(weight >= 0 for row in weights.users.values() for weight in row)
    pairs = [(w, weights.providers[j].weights[i]) for j, row in weights.users.items() for i, w in enumerate(row)]
    return all(w >= 0 and (w == 0 or weight > 0) for w, weight in pairs)


def _covered(instance: Instance) -> bool:
    """Every user is covered, as Definitions 2.13 and 2.14 ask."""
    weights, users = instance.weights, range(len(instance.game.users))
    if isinstance(weights, StrongWeights):
        return all(any(row[i] > 0 for row in weights.users.values()) for i in users)
    cover = {i for j, row in weights.users.items() for i in users if row[i] > 0 < weights.providers[j].weights[i]}
    return cover == set(users)


def _decompositions(weights: Weights) -> Iterator[Components]:
    yield from weights.providers.values() if isinstance(weights, WeakWeights) else ()


def _blind(instance: Instance) -> bool:
    """Ties do not depend on the provider; in the anonymous game they are also the users' common ones."""
    game = _played(instance)
    if instance.profile.play == "anonymous":
        return game.ties == common_ties(game.users, len(game.providers), len(game.messages))
    return all(len(set(orders)) == 1 for orders in (*game.ties.actions, *game.ties.messages))


def _in_range(instance: Instance) -> bool:
    return all(0 <= u <= 1 for user in instance.game.users for row in user.utility for u in row)


def _enough_messages(instance: Instance) -> bool:
    return len(instance.game.messages) >= len(instance.game.users)


def _spare_message(instance: Instance) -> bool:
    types = [len(who.features) for i, who in enumerate(instance.game.users) if i != instance.users[0]]
    return len(instance.game.messages) > sum(types)


READ_OFF: dict[str, Callable[[Instance], bool]] = {
    "weights": _signed,
    "coverage": _covered,
    "nonnegative weights": lambda case: all(w >= 0 for d in _decompositions(case.weights) for w in d.weights),
    "nonnegative components": lambda case: all(
        cell >= 0 for d in _decompositions(case.weights) for part in d.parts for row in part for cell in row
    ),
    "errors": lambda case: all(error >= 0 for error in case.weights.errors(case.game)),
    "common garbling": lambda case: case.reading == "state and user",
    "ties": _blind,
    "range": _in_range,
    "opening": lambda case: case.game.protocol.startswith("U"),
    "messages": _enough_messages,
    "spare message": _spare_message,
    "shares": lambda case: case.entrant is not None and all(beta < 1 for beta in case.entrant.shares),
}
"""How an instance shows a hypothesis that needs no certificate."""


# What the symbols of a bound are.


def _weighed(names: Sequence[str], instance: Instance) -> dict[sympy.Symbol, Fraction]:
    """Errors and weights, those that are defined. The error of an equation that is not assumed is taken to be 0."""
    weights, user = instance.weights, instance.users[0]
    errors = _errors(names, instance)
    if isinstance(weights, WeakWeights):
        pairs = [(Fraction(w[user]), Fraction(weights.providers[j].weights[user])) for j, w in weights.users.items()]
        defined = all(weight for w, weight in pairs if w)
        ratios = {RATIOS: sum((w / weight for w, weight in pairs if w), ZERO)} if defined else {}
        return {ERROR_USERS: errors[0], ERROR_PROVIDERS: errors[1]} | ratios
    row = weights.users[_deviator(instance)]
    others = sum((Fraction(weight) for i, weight in enumerate(row) if i != user), ZERO)
    return {ERROR: errors[0], OTHERS: others} | ({COVER: Fraction(row[user])} if row[user] else {})


def _errors(names: Sequence[str], instance: Instance) -> tuple[Fraction, ...]:
    weak = isinstance(instance.weights, WeakWeights)
    equations = ["user alignment", "provider separability"] if weak else ["strong alignment"]
    found = instance.weights.errors(instance.game)
    return tuple(error if name in names else ZERO for name, error in zip(equations, found, strict=True))


def _deviator(instance: Instance) -> int:
    """The provider of T with the largest weight on the user."""
    if isinstance(instance.weights, WeakWeights):
        raise NotShown("the weights are not those of strong alignment")
    rows, user = instance.weights.users, instance.users[0]
    return max(rows, key=lambda j: Fraction(rows[j][user]))


# Certificates.


def _equations(names: Sequence[str], instance: Instance) -> Iterator[Task]:
    """The equations that are assumed, at the errors that the bound is compared with."""
    game, team, weights, errors = instance.game, instance.team, instance.weights, _errors(names, instance)
    wanted = [name for name in EQUATIONS if name in names]
    if isinstance(weights, StrongWeights):
        whole = weights.faults(game) == []
        if wanted and whole:
            yield _aligned_task("equation (3)", errors, game, team, weights)
        for j in team if wanted and not whole else ():
            who = game.provider_names[j]
            yield _aligned_task(f"equation (3) of {who}", errors, *_turned_users(game, j, weights))
    elif len(wanted) == 2 and not weights.faults(game):
        yield _aligned_task("equations (1) and (2)", errors, game, team, weights)
    else:
        if "provider separability" in wanted:
            yield _aligned_task("equation (1)", (ZERO, errors[1]), *_payoffs_alone(game, team, weights))
        if "user alignment" in wanted:
            yield _aligned_task("equation (2)", (errors[0], ZERO), *_utilities_alone(game, team, weights))


Aligned = tuple[Game, Team, Weights]


def _aligned_task(shows: str, errors: Sequence[Fraction], game: Game, team: Team, weights: Weights) -> Task:
    claim = team_claim(game, team, alignment=alignment_document(weights, errors))
    return _task(shows, game, "aligned", claim, lambda: certificate("aligned", claim, {}))


def _flipped(part: Part) -> tuple[tuple[Fraction, ...], ...]:
    return tuple(tuple(ONE - Fraction(cell) for cell in row) for row in part)


def _turned_users(game: Game, j: int, weights: StrongWeights) -> Aligned:
    """The market in which users whom provider j weighs negatively want the opposite, so that his weights are positive:
    lambda u = lambda + |lambda| (1 - u). Users whom he does not cover get one more provider in T, who does."""
    row = weights.users[j]
    users = tuple(
        replace(user, utility=_flipped(user.utility)) if weight < 0 else user
        for user, weight in zip(game.users, row, strict=True)
    )
    constant = weights.constants[j] + sum((min(Fraction(weight), ZERO) for weight in row), ZERO)
    alone = StrongWeights({j: tuple(map(abs, map(Fraction, row)))}, {j: constant})
    turned = replace(game, users=users), (j,), alone
    return turned if all(row) else _with_cover(*turned)


def _with_cover(game: Game, team: Team, weights: StrongWeights) -> Aligned:
    n, k = len(game.users), len(game.providers)
    share = (Fraction(1, n),) * n
    cares = Provider("who cares for all", ("-",), Components(share, tuple(u.utility for u in game.users), ZERO))
    prior = tuple(replace(atom, provider_features=(*atom.provider_features, 0)) for atom in game.prior)
    ties = common_ties(game.users, k + 1, len(game.messages))
    larger = replace(game, providers=(*game.providers, cares), prior=prior, ties=ties)
    return larger, (*team, k), StrongWeights({**weights.users, k: share}, {**weights.constants, k: ZERO})


def _payoffs_alone(game: Game, team: Team, weights: WeakWeights) -> Aligned:
    """Equation (1) alone: users get what w, where the kernel admits it, makes of components."""
    shares = {
        j: tuple(
            abs(Fraction(w)) if weight else ZERO for w, weight in zip(row, weights.providers[j].weights, strict=True)
        )
        for j, row in weights.users.items()
    }

    def utility(i: int, rows: Part) -> tuple[tuple[Fraction, ...], ...]:
        return tuple(
            tuple(
                sum((shares[j][i] * Fraction(d.parts[i][a][y]) for j, d in weights.providers.items()), ZERO)
                for y in range(len(row))
            )
            for a, row in enumerate(rows)
        )

    users = tuple(replace(user, utility=utility(i, user.utility)) for i, user in enumerate(game.users))
    return replace(game, users=users), team, WeakWeights(weights.providers, shares, (ZERO,) * len(users))


def _utilities_alone(game: Game, team: Team, weights: WeakWeights) -> Aligned:
    """Equation (2) alone: providers of T earn the mean of their components, those that count negatively turned round:
    w F = w + |w| (1 - F)."""
    n = len(game.users)

    def parts(j: int) -> Parts:
        pairs = zip(weights.providers[j].parts, weights.users[j], strict=True)
        return tuple(_flipped(part) if w < 0 else part for part, w in pairs)

    earned = {j: Components((Fraction(1, n),) * n, parts(j), ZERO) for j in weights.providers}
    providers = tuple(replace(who, payoff=earned[j]) if j in earned else who for j, who in enumerate(game.providers))
    shares = {j: tuple(abs(Fraction(w)) for w in row) for j, row in weights.users.items()}
    constants = tuple(
        c + sum((min(Fraction(row[i]), ZERO) for row in weights.users.values()), ZERO)
        for i, c in enumerate(weights.constants)
    )
    return replace(game, providers=providers), team, WeakWeights(earned, shares, constants)


def _value_task(game: Game, profile: Profile) -> Task:
    wanted = value_certificate(game, profile, outcome(RATIONAL, game, profile))
    return _task("value", game, "value", wanted["claim"], lambda: wanted)


def _play(game: Game, profile: Profile) -> dict[tuple[int, ...], list[Number]]:
    """The joint distribution of what users do and the state."""
    return joint_distribution(RATIONAL, game, outcome(RATIONAL, game, profile).users)


def _unstable_task(game: Game, profile: Profile) -> Task:
    def find() -> Document | None:
        answer = equilibrium(game, profile)
        return deviation_certificate(game, profile, answer) if isinstance(answer, Pays) else None

    return _task("no equilibrium", game, "not-equilibrium", play_claim(game, profile), find)


def _benchmark(game: Game, user: int, team: Team, reading: Reading) -> Benchmark:
    found = benchmark(game, user, team, reading)
    if isinstance(found, Unknown):
        raise NotShown(found.reason)
    if found.at_least is None:
        raise NotShown("the alphabet is too small for the optimal shared rule")
    return found


def _benchmark_task(game: Game, user: int, team: Team, reading: Reading, found: Benchmark) -> Task:
    claim = benchmark_claim(game, user, team, reading, found.value)
    shows = f"benchmark of {game.user_names[user]}, {game.protocol}"
    return _task(shows, game, "benchmark", claim, lambda: certificate("benchmark", claim, found.evidence))


def _largest_gain(talk: Game, instance: Instance) -> tuple[list[Task], Fraction]:
    """At least Delta, by what the benchmarks of all other users leave to gain; her own is certified anyway."""
    gains, tasks = [], []
    for i, who in enumerate(talk.users):
        found = _benchmark(talk, i, instance.team, instance.reading)
        gains.append(max(Fraction(u) for row in who.utility for u in row) - found.value)
        tasks += [_benchmark_task(talk, i, instance.team, instance.reading, found)] if i != instance.users[0] else []
    return tasks, max(gains)


def _revelation_task(instance: Instance) -> Task:
    """The deviator can name his feature in one message, which is user-dominant; provider 0 stands for him."""
    game, deviator = instance.game, instance.game.providers[_deviator(instance)]
    size = MarketSize(
        len(game.users),
        len(game.providers),
        len(instance.team),
        max(len(user.actions) for user in game.users),
        len(game.states),
        len(game.messages),
        max(len(user.features) for user in game.users),
        len(deviator.features),
        1,
    )
    where = Place(size, game.protocol, instance.profile.play)
    if len(deviator.features) > len(game.messages) or game.protocol != "P":
        raise NotShown("no rule is known to be user-dominant")
    claim = full_revelation.claim(where)
    return _task("user dominance", game, "theorem", claim, lambda: full_revelation.full_revelation_certificate(where))


def _task(shows: str, game: Game, kind: str, claim: Document, find: Callable[[], Document | None]) -> Task:
    def carried_out() -> Finding:
        found = find()
        return Finding("PROVED", found) if found else Finding("UNKNOWN", None, reason=f"{shows}: no evidence was found")

    return claim_task(shows, sizes(game), "PROVED", carried_out, kind, claim)
