"""Questions asked literally: the game's definitions over Z3 terms, with rules, or the whole game, unknown.

Nothing is reformulated, so this is slow; it is a yardstick for the programs of :mod:`alignproof.checks` and for the
linearised statements.
"""

from collections.abc import Iterator, Sequence

import z3

from alignproof.games.algebra import ONE, ZERO
from alignproof.games.alignment import WeakWeights
from alignproof.games.deviation import Deviation
from alignproof.games.model import Atom, Components, Game, Provider, User, common_ties
from alignproof.games.outcome import outcome
from alignproof.games.rules import Profile, Rule
from alignproof.smt.algebra import SolverTerms
from alignproof.symbolic.theorem_3_1 import FACTORS

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
    actions: int, states: int, messages: int, seconds: float, factors: Sequence[object] = FACTORS
) -> str:
    """Z3's answer to whether Theorem 3.1 fails in some game of one user and one provider, R = 1.

    Prior, utilities, payoffs, weights, errors and rules are all unknown. With one provider every rule of his is a
    T-shared rule, so a counterexample is any two rules, ``ne`` and ``shared``: he does not gain by going from the first
    to the second, and yet with the first the user falls short of the second's value by more than the slack.
    """
    solver = _solver(seconds)
    game = _unknown_game(solver, actions, states, messages)
    eps_users, eps_providers, ratio = z3.Reals("eps_U eps_P r")
    _weakly_aligned(solver, game, eps_users, eps_providers, ratio)
    profile = Profile("personalized", ((_rule(solver, game, 0, "ne"),),))
    now = outcome(ALGEBRA, game, profile)
    then = outcome(ALGEBRA, game, profile.deviate(0, (_rule(solver, game, 0, "shared"),)))
    solver.add(now.payoffs[0] >= then.payoffs[0])
    slack = factors[0] * eps_users + factors[1] * eps_providers * ratio
    solver.add(now.users[0].value < then.users[0].value - slack)
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


def _unknown_game(solver: z3.Solver, actions: int, states: int, messages: int) -> Game:
    """One user without features, one provider with as many features as there are states, everything in [0, 1]."""
    utility, payoff = _table("u", actions, states), _table("p", actions, states)
    solver.add(*(z3.And(cell >= 0, cell <= 1) for table in (utility, payoff) for cell in _cells(table)))
    user = User("user", ("-",), _names("a", actions), utility)
    provider = Provider("provider", _names("x", states), Components((ONE,), (payoff,), ZERO))
    pairs = [(y, x) for y in range(states) for x in range(states)]
    prior = _chances(solver, [f"prior_{y}_{x}" for y, x in pairs])
    atoms = tuple(Atom(chance, y, (0,), (x,)) for chance, (y, x) in zip(prior, pairs, strict=True))
    ties = common_ties((user,), 1, messages)
    return Game((user,), (provider,), _names("y", states), atoms, _names("m", messages), "P", ties)


def _names(letter: str, number: int) -> tuple[str, ...]:
    return tuple(f"{letter}{k}" for k in range(number))


def _weakly_aligned(
    solver: z3.Solver, game: Game, eps_users: z3.ArithRef, eps_providers: z3.ArithRef, ratio: z3.ArithRef
) -> None:
    """Weak alignment (Definition 2.13) with unknown weights, where ``ratio`` = w / lambda."""
    weight, constant, user_constant = z3.Reals("lambda c_P c_U")
    components = _table("F", len(game.users[0].actions), len(game.states))
    solver.add(weight > 0, ratio > 0, *(cell >= 0 for cell in _cells(components)))
    decomposition = Components((weight,), (components,), constant)
    weights = WeakWeights({0: decomposition}, {0: (ratio * weight,)}, (user_constant,))
    _within(solver, weights.separability_residuals(game, 0), eps_providers)
    _within(solver, weights.user_residuals(game, 0), eps_users)


def _within(solver: z3.Solver, residuals: Iterator[z3.ArithRef], error: z3.ArithRef) -> None:
    for residual in residuals:
        solver.add(residual <= error, -residual <= error)
