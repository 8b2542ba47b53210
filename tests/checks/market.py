"""What tests of the programs share: suprema by each program, and what rules on a grid earn."""

from fractions import Fraction
from itertools import product as tuples

from alignproof.checks.branches import branch_systems
from alignproof.checks.linear import System
from alignproof.checks.menus import menu_system
from alignproof.checks.signals import exclusion_system, signal_system, signals
from alignproof.games.algebra import RATIONAL
from alignproof.games.deviation import deviations
from alignproof.games.outcome import outcome
from alignproof.oracles.systems import Refutation, decide, largest


def only(game, profile, provider=0, robust=False):
    """The deviations of a provider when they form one group."""
    (part,) = deviations(game, profile, provider, robust)
    return part


def supremum(system):
    """The largest payoff over a system that asks for more than 0; None if it has no solution at all."""
    rest = System({name: row for name, row in system.rows.items() if name != "payoff"}, system.free)
    if isinstance(decide(rest), Refutation):
        return None
    payoff = system.rows["payoff"].value
    constant = payoff.terms.get((), Fraction(0))
    return largest(rest, payoff).value if payoff.terms.keys() - {()} else constant


def _best(values):
    return max((value for value in values if value is not None), default=None)


def by_branches(part):
    return _best(supremum(system) for system in branch_systems(part, Fraction(0)))


def allowed(part, served):
    """The signals that cannot be excluded."""
    known = signals(part, served)
    return {
        label: signal
        for label, signal in known.items()
        if not isinstance(decide(exclusion_system(part, served, label, signal)), Refutation)
    }


def by_signals(part):
    return _best(supremum(signal_system(part, s, allowed(part, s), Fraction(0))) for s in part.served_sets())


def by_menus(part):
    return _best(supremum(menu_system(part, s, Fraction(0))) for s in part.served_sets())


def rules(game, provider, size):
    """All rules whose chances are multiples of 1/size."""
    cut = [Fraction(k, size) for k in range(size + 1)]
    sent = [p for p in tuples(cut, repeat=len(game.messages)) if sum(p) == 1]
    cases = list(tuples(range(len(game.providers[provider].features)), game.prefixes("P")))
    return [dict(zip(cases, chosen, strict=True)) for chosen in tuples(sent, repeat=len(cases))]


def on_grid(part, size):
    """The most that the deviator earns in truth, ties broken as the game states, by any rule on the grid."""
    game, j = part.game, part.provider
    return max(payoff(game, part.profile, j, (rule,) * len(game.users)) for rule in rules(game, j, size))


def payoff(game, profile, provider, offered):
    """What a provider earns in truth if he offers these rules instead."""
    return outcome(RATIONAL, game, profile.deviate(provider, offered)).payoffs[provider]
