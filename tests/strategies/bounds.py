"""How an instance's users fare against the bound of its theorem."""

from fractions import Fraction

from alignproof.games.algebra import RATIONAL
from alignproof.games.outcome import outcome
from alignproof.oracles.benchmarks import benchmark
from alignproof.oracles.deviations import Bounded, equilibrium


def stable(instance):
    """Whether the profile is certified to be an equilibrium."""
    return isinstance(equilibrium(instance.game, instance.profile), Bounded)


def shortfalls(instance):
    """By how much each user is below her benchmark, and her slack: (benchmark - value, slack)."""
    game, errors = instance.game, instance.weights.errors(instance.game)
    reached = outcome(RATIONAL, game, instance.profile).users
    for i in instance.users:
        found = benchmark(game, i, instance.team, instance.reading)
        # Without a rule the value is only an upper bound: the alphabet is too small for what the benchmark says.
        if found.shared is not None:
            yield found.value - reached[i].value, instance.weights.slack(i, errors, instance.factors)


def violated(instance, share=Fraction(1)):
    """Whether a user is below her benchmark by more than a share of her slack."""
    return any(difference > share * slack for difference, slack in shortfalls(instance))
