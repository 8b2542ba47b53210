"""Best deviations over all rules against enumerating the rules without chance, in one's own code and with Gambit."""

from collections.abc import Iterator
from fractions import Fraction
from functools import partial
from io import BytesIO
from statistics import median

import pygambit

from alignproof.games.algebra import RATIONAL
from alignproof.games.model import Game
from alignproof.games.outcome import outcome
from alignproof.games.rules import Profile
from alignproof.interop.menus import deterministic, strategic
from alignproof.interop.nfg import nfg
from alignproof.oracles.deviations import Best, best_deviation
from bench.families import Shape, market
from bench.rows import Row
from bench.settings import Settings
from bench.timing import alternated, apart, rows

GROUP = "Best deviations against menus of rules without chance"
ORACLE, DEVIATOR, GAMBIT = "all rules, certified", "the deviator's menu, enumerated", "everybody's menus, Gambit"


def certified_best(game: Game, profile: Profile) -> Best:
    """Provider 0's best deviation. Raises ArithmeticError if it is not found."""
    found = best_deviation(game, profile, 0)
    if not isinstance(found, Best):
        raise ArithmeticError(found.reason)
    return found


def best_of_menu(game: Game, profile: Profile) -> tuple[int, Fraction]:
    """How many rules without chance provider 0 has, and what the best of them earns him."""
    users = len(game.users)
    payoffs = [
        outcome(RATIONAL, game, profile.deviate(0, (rule,) * users)).payoffs[0]
        for rule in deterministic(game, 0).values()
    ]
    return len(payoffs), Fraction(max(payoffs))


def finite_game(game: Game) -> tuple[int, int]:
    """How many profiles the game has in which all rules are without chance, and how many of them are equilibria among
    these, as Gambit finds them."""
    finite = strategic(game, "anonymous", [deterministic(game, j) for j in range(len(game.providers))])
    theirs = pygambit.read_nfg(BytesIO(nfg(finite).encode()))
    return len(finite.payoffs), len(pygambit.nash.enumpure_solve(theirs).equilibria)


def measure(settings: Settings) -> Iterator[Row]:
    """Three rows per size |Y| = |M|, and the gap over many games. Nobody may beat the bound."""
    overran: set[str] = set()
    for size in (2, 3) if settings.quick else (2, 3, 4, 5, 6):
        shape = Shape(actions=3, states=size, messages=size)
        game, profile = market(shape, 0)
        contestants = {
            ORACLE: apart(partial(certified_best, game, profile), 60),
            DEVIATOR: apart(partial(best_of_menu, game, profile), settings.limit),
            GAMBIT: apart(partial(finite_game, game), settings.limit),
        }
        measured = alternated({n: c for n, c in contestants.items() if n not in overran}, settings.repeats)
        overran |= {name for name, one in measured.items() if one.stopped}
        best, results = measured[ORACLE].value, {}
        if isinstance(best, Best):
            results[ORACLE] = f"bound {float(best.bound):.4f}, a rule found earns {float(best.payoff):.4f}"
        if DEVIATOR in measured and measured[DEVIATOR].value:
            count, payoff = measured[DEVIATOR].value
            results[DEVIATOR] = f"{count} rules, the best earns {float(payoff):.4f}{_gap(best, payoff)}"
        if GAMBIT in measured and measured[GAMBIT].value:
            results[GAMBIT] = "{} profiles, {} pure equilibria".format(*measured[GAMBIT].value)
        yield from rows(GROUP, str(shape), measured, results)
    yield gaps(Shape(), 5 if settings.quick else 50)


def _gap(best: Best | None, payoff: Fraction) -> str:
    if best is None:
        return ""
    if payoff > best.bound:
        raise SystemExit(f"a rule earns {payoff}, above the bound {best.bound}")
    return f", {float(best.bound - payoff):.4f} below the bound"


def gaps(shape: Shape, seeds: int) -> Row:
    """How far the best rule without chance stays below the bound over all rules, and how near rules found come."""
    below, unreached = [], 0
    for seed in range(seeds):
        game, profile = market(shape, seed)
        best, (_, payoff) = certified_best(game, profile), best_of_menu(game, profile)
        _gap(best, payoff)
        below.append(best.bound - payoff)
        unreached += best.payoff < best.bound
    more = [gap for gap in below if gap]
    middle = f", by {float(median(more)):.3f} in the middle and {float(max(more)):.3f} at most" if more else ""
    result = f"chance earns more in {len(more)} of {seeds} games{middle}; bound not attained in {unreached}"
    return Row(GROUP, "what menus without chance miss", str(shape), result=result)
