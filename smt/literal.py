"""A deviation asked literally: the game's definitions over Z3 terms, with the deviator's chances unknown.

Nothing is reformulated, so this is slow; it is a yardstick for the programs of :mod:`alignproof.checks`.
"""

import z3

from alignproof.games.deviation import Deviation
from alignproof.games.outcome import outcome
from alignproof.smt.algebra import SolverTerms


def paying_rule_exists(deviation: Deviation, seconds: float) -> str:
    """Z3's answer (``sat``, ``unsat`` or ``unknown``) to whether some rule for the group earns more than now.

    ``unsat`` for every provider and group is what an equilibrium claims.
    """
    game, j = deviation.game, deviation.provider
    solver = z3.Solver()
    solver.set("timeout", max(1, int(1000 * seconds)))
    rule = {}
    for x in range(len(game.providers[j].features)):
        for prefix in game.prefixes("P"):
            chances = z3.Reals(" ".join(f"c_{x}_{'_'.join(map(str, prefix))}_{m}" for m in range(len(game.messages))))
            solver.add(*(chance >= 0 for chance in chances), z3.Sum(chances) == 1)
            rule[x, prefix] = tuple(chances)
    kept = deviation.profile.rules[j]
    rules = tuple(rule if i in deviation.group else old for i, old in enumerate(kept))
    after = outcome(SolverTerms(), game, deviation.profile.deviate(j, rules)).payoffs[j]
    before = outcome(SolverTerms(), game, deviation.profile).payoffs[j]
    solver.add(after > z3.simplify(before))
    return str(solver.check())
