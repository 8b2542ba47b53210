"""What a provider can gain by deviating to any rule whatever: the question, cut into linear systems.

For every subset S of a deviation's group, the *served* users, a system states: under some rule exactly the users in S
pick him, and he earns more than a target. If every system is refuted, no deviation earns more. The systems come from
:mod:`alignproof.checks.signals` or :mod:`alignproof.checks.menus`, which need separable payoffs.
:mod:`alignproof.checks.branches` asks the whole question at once, exactly, at tiny sizes.

Ties are the game's own. A *robust* bound breaks every tie in the deviator's favour instead: all strict rows become
weak, so it bounds the deviation under any tie-breaking whatever.
"""

from alignproof.checks.linear import NamedRow, above
from alignproof.games.deviation import Deviation, precedes
from alignproof.games.polynomial import Polynomial


def choice_row(deviation: Deviation, user: int, offer: Polynomial, serve: bool) -> NamedRow:
    """The row: ``offer``, what the user can get from the deviator, is worth picking him (``serve``), or is not."""
    best = deviation.outside[user]
    wins_tie = precedes(deviation.game.ties.providers[user], deviation.provider, best.picks.index(True))
    lead = offer - best.value
    return above(f"choice {user}", lead if serve else -lead, not deviation.robust and wins_tie != serve)
