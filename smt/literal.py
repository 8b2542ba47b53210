"""Questions asked literally: the game's definitions over Z3 terms, with rules, or the whole game, unknown.

Nothing is reformulated, so this is slow; it is a yardstick for the programs of :mod:`alignproof.checks` and for the
linearised statements. Z3 is asked for a counterexample to a universal result among all games of some size: prior,
utilities, payoffs, weights, errors and rules are unknown. There is one provider, so every rule of his is a T-shared
rule; users have no features, he has as many as there are states.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import z3

from alignproof.games.algebra import ONE, ZERO
from alignproof.games.alignment import StrongWeights, WeakWeights
from alignproof.games.augment import Entrant, augment
from alignproof.games.deviation import Deviation
from alignproof.games.model import Atom, Components, Game, Play, Provider, User, common_ties
from alignproof.games.outcome import Outcome, outcome
from alignproof.games.rules import Profile, Rule
from alignproof.smt.algebra import SolverTerms
from alignproof.symbolic import theorem_3_1, theorem_4_3, theorem_4_4

ALGEBRA = SolverTerms()


def paying_rule_exists(deviation: Deviation, seconds: float) -> str:
    """Z3's answer (``sat``, ``unsat`` or ``unknown``) to whether some rule for the group earns more than now.

    ``unsat`` for every provider and group is what an equilibrium claims.
    """
    solver, j = _solver(seconds), deviation.provider
    rule = _rule(solver, deviation.game, j, "c")
    kept = deviation.profile.rules[j]
    rules = tuple(rule if i in deviation.group else old for i, old in enumerate(kept))
    after = outcome(ALGEBRA, deviation.game, deviation.profile.deviate(j, rules)).payoffs[j]
    before = outcome(ALGEBRA, deviation.game, deviation.profile).payoffs[j]
    solver.add(after > z3.simplify(before))
    return str(solver.check())


def theorem_3_1_fails(
    actions: int, states: int, messages: int, seconds: float, factors: Sequence[object] = theorem_3_1.FACTORS
) -> str:
    """Z3's answer to whether Theorem 3.1 fails in some game of one user and one provider, R = 1.

    A counterexample is any two rules, ``ne`` and ``shared``: the provider does not gain by going from the first to the
    second, and yet with the first the user falls short of the second's value by more than the slack.
    """
    solver = _solver(seconds)
    game = _unknown_game(solver, 1, actions, states, messages)
    slack = _weakly_aligned(solver, game, factors)
    ne, shared = (_rule(solver, game, 0, name) for name in ("ne", "shared"))
    now, then = (_played(game, "personalized", (rule,)) for rule in (ne, shared))
    return _answer(solver, now, then, then.users[0].value - slack)


def theorem_4_3_fails(
    users: int,
    actions: int,
    states: int,
    messages: int,
    seconds: float,
    factors: Sequence[object] = theorem_4_3.FACTORS,
) -> str:
    """Z3's answer to whether Theorem 4.3 fails in some game of one provider with a separable payoff, R = 1.

    A counterexample is any two rules, ``ne`` and ``dominant``: he does not gain by going from the first, which is one
    of his shared rules, to the second, which every user likes as well as that; yet with the first, user 0 falls short
    of the second's value by more than the slack.
    """
    solver = _solver(seconds)
    game = _unknown_game(solver, users, actions, states, messages)
    _, eps, ratio = _strongly_aligned(solver, game)
    ne, dominant = (_rule(solver, game, 0, name) for name in ("ne", "dominant"))
    now, then = (_played(game, "anonymous", (rule,) * users) for rule in (ne, dominant))
    solver.add(*(after.value >= before.value for before, after in zip(now.users[1:], then.users[1:], strict=True)))
    return _answer(solver, now, then, then.users[0].value - factors[0] * eps * ratio)


def theorem_4_4_fails(
    users: int,
    actions: int,
    states: int,
    messages: int,
    seconds: float,
    factors: Sequence[object] = theorem_4_4.FACTORS,
) -> str:
    """Z3's answer to whether Theorem 4.4 fails in some game of one provider with a separable payoff, R = 2.

    The user speaks first. A counterexample is a rule ``ne``, and for each user a rule of one round: he does not gain by
    asking who is there and playing that user's rule, no other user likes ``ne`` more than her own rule by more than
    Delta, and yet user 0 falls short of the value of hers. Needs a message per user.
    """
    solver = _solver(seconds)
    game = _unknown_game(solver, users, actions, states, messages, "UP")
    short = replace(game, protocol="P")
    weights, eps, ratio = _strongly_aligned(solver, game)
    own = [_rule(solver, short, 0, f"shared {i}") for i in range(users)]
    asking: Rule = {(x, (m,)): own[min(m, users - 1)][x, ()] for x in range(states) for m in range(messages)}
    now = _played(game, "anonymous", (_rule(solver, game, 0, "ne"),) * users)
    then = _played(game, "anonymous", (asking,) * users)
    worth = [who.value for who in _played(short, "personalized", own).users]
    gain = z3.Real("Delta")
    solver.add(gain >= 0, *(now.users[i].value <= worth[i] + gain for i in range(1, users)))
    slack = (factors[0] * gain * sum(weights[1:], ZERO) + factors[1] * eps) * ratio
    return _answer(solver, now, then, worth[0] - slack)


def theorem_5_1_fails(
    actions: int, states: int, messages: int, seconds: float, factors: Sequence[object] = theorem_3_1.FACTORS
) -> str:
    """Z3's answer to whether Theorem 5.1 fails in some game of one user and one provider whom a second user joins.

    As for Theorem 3.1, except that he does not gain in the augmented game, where the new user keeps her rule.
    """
    solver = _solver(seconds)
    game = _unknown_game(solver, 1, actions, states, messages)
    slack = _weakly_aligned(solver, game, factors)
    share = z3.Real("beta")
    utility, wish = (_unit_table(solver, name, actions, states) for name in ("v", "f"))
    user = User("new user", ("-",), _names("b", actions), utility)
    ties = common_ties((*game.users, user), 1, messages)
    grown = augment(game, Entrant(user, ((ONE,),) * len(game.prior), (share,), (wish,), ties))
    solver.add(share >= 0, share < 1)
    ne, shared, new = (_rule(solver, game, 0, name) for name in ("ne", "shared", "new"))
    now, then = (_played(grown, "personalized", (rule, new)) for rule in (ne, shared))
    return _answer(solver, now, then, then.users[0].value - slack)


def _played(game: Game, play: Play, rules: Sequence[Rule]) -> Outcome:
    """What comes of the only provider's rules, one per user."""
    return outcome(ALGEBRA, game, Profile(play, (tuple(rules),)))


def _answer(solver: z3.Solver, now: Outcome, then: Outcome, guaranteed: z3.ArithRef) -> str:
    """Whether the provider may not gain by going from ``now`` to ``then``, and user 0 have less than is guaranteed."""
    solver.add(now.payoffs[0] >= then.payoffs[0], now.users[0].value < guaranteed)
    return str(solver.check())


def _solver(seconds: float) -> z3.Solver:
    solver = z3.Solver()
    solver.set("timeout", max(1, int(1000 * seconds)))
    return solver


def _chances(solver: z3.Solver, names: Sequence[str]) -> tuple[z3.ArithRef, ...]:
    """An unknown distribution."""
    chances = tuple(map(z3.Real, names))
    solver.add(*(chance >= 0 for chance in chances), z3.Sum(*chances) == 1)
    return chances


def _rule(solver: z3.Solver, game: Game, provider: int, name: str) -> Rule:
    """An unknown rule of the provider."""
    return {
        (x, prefix): _chances(
            solver, [f"{name}_{x}_{'_'.join(map(str, prefix))}_{m}" for m in range(len(game.messages))]
        )
        for x in range(len(game.providers[provider].features))
        for prefix in game.prefixes("P")
    }


def _table(name: str, actions: int, states: int) -> tuple[tuple[z3.ArithRef, ...], ...]:
    return tuple(tuple(z3.Real(f"{name}_{a}_{y}") for y in range(states)) for a in range(actions))


def _cells(table: Sequence[Sequence[z3.ArithRef]]) -> Iterator[z3.ArithRef]:
    return (cell for row in table for cell in row)


def _unit_table(solver: z3.Solver, name: str, actions: int, states: int) -> tuple[tuple[z3.ArithRef, ...], ...]:
    """An unknown table ``[a][y]`` of numbers in [0, 1]."""
    table = _table(name, actions, states)
    solver.add(*(z3.And(cell >= 0, cell <= 1) for cell in _cells(table)))
    return table


def _unknown_game(solver: z3.Solver, users: int, actions: int, states: int, messages: int, protocol: str = "P") -> Game:
    """Users without features, one provider with as many as there are states; utilities and parts in [0, 1]."""
    everyone = tuple(
        User(f"user {i}", ("-",), _names("a", actions), _unit_table(solver, f"u{i}", actions, states))
        for i in range(users)
    )
    parts = tuple(_unit_table(solver, f"p{i}", actions, states) for i in range(users))
    provider = Provider("provider", _names("x", states), Components((ONE,) * users, parts, ZERO))
    pairs = [(y, x) for y in range(states) for x in range(states)]
    prior = _chances(solver, [f"prior_{y}_{x}" for y, x in pairs])
    atoms = tuple(Atom(chance, y, (0,) * users, (x,)) for chance, (y, x) in zip(prior, pairs, strict=True))
    ties = common_ties(everyone, 1, messages)
    return Game(everyone, (provider,), _names("y", states), atoms, _names("m", messages), protocol, ties)


def _names(letter: str, number: int) -> tuple[str, ...]:
    return tuple(f"{letter}{k}" for k in range(number))


def _weakly_aligned(solver: z3.Solver, game: Game, factors: Sequence[object]) -> z3.ArithRef:
    """Weak alignment (Definition 2.13) of one user's game with unknown weights; returns the slack of Theorem 3.1."""
    eps_users, eps_providers, ratio = z3.Reals("eps_U eps_P r")
    weight, constant, user_constant = z3.Reals("lambda c_P c_U")
    components = _table("F", len(game.users[0].actions), len(game.states))
    solver.add(weight > 0, ratio > 0, *(cell >= 0 for cell in _cells(components)))
    decomposition = Components((weight,), (components,), constant)
    weights = WeakWeights({0: decomposition}, {0: (ratio * weight,)}, (user_constant,))
    _within(solver, weights.separability_residuals(game, 0), eps_providers)
    _within(solver, weights.user_residuals(game, 0), eps_users)
    return factors[0] * eps_users + factors[1] * eps_providers * ratio


def _strongly_aligned(solver: z3.Solver, game: Game) -> tuple[tuple[z3.ArithRef, ...], z3.ArithRef, z3.ArithRef]:
    """Strong alignment (Definition 2.14) with unknown weights: these, the error, and 1 / lambda of user 0."""
    weights = tuple(z3.Real(f"lambda_{i}") for i in range(len(game.users)))
    eps, ratio = z3.Reals("eps r")
    solver.add(weights[0] * ratio == 1, *(weight >= 0 for weight in weights))
    _within(solver, StrongWeights({0: weights}, {0: z3.Real("c")}).residuals(game, 0), eps)
    return weights, eps, ratio


def _within(solver: z3.Solver, residuals: Iterator[z3.ArithRef], error: z3.ArithRef) -> None:
    for residual in residuals:
        solver.add(residual <= error, -residual <= error)
