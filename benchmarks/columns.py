"""Best deviations with all signals listed and by columns: seconds, ratios in the same run, and where each one stops.

Usage: python benchmarks/columns.py [MOST USERS] [LIMIT]

Random markets from a seed: users with 4 actions, a deviator who sees which of 8 states holds, and a rival who sees in
which half it is and says so. Seconds are those of the processor, in processes of their own, so that other work on the
machine matters little. Listing is tried up to LIMIT seconds, and no more once it has run into it.
"""

import multiprocessing
import random
import resource
import sys
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

from bench.rows import Row, Spread, table
from bench.settings import Settings

from alignproof.checks.kernel import check
from alignproof.formats.certificates import certificate, play_claim
from alignproof.formats.documents import dump
from alignproof.games.algebra import ZERO
from alignproof.games.deviation import deviations
from alignproof.games.document import parse
from alignproof.games.model import Atom, Components, Game, Provider, User, common_ties
from alignproof.games.rules import Profile
from alignproof.oracles import deviations as oracle
from alignproof.symbolic.rules import anonymous_profile, constant_rule, revealing_rule

GROUP = "Best deviation, columns against listing"
LIMIT = 300.0
MESSAGES = 64


def market(users: int, actions: int = 4, states: int = 8, seed: int = 0, shared: Fraction = ZERO) -> Game:
    """A random market; in no state are two actions worth the same to a user. Of what the deviator gains from her, the
    part ``shared`` is what she gains herself."""
    rng = random.Random(seed)

    def table() -> tuple[tuple[Fraction, ...], ...]:
        by_state = [rng.sample(range(21), actions) for _ in range(states)]
        return tuple(tuple(Fraction(u, 20) for u in row) for row in zip(*by_state, strict=True))

    def mixed(own: Any, wish: Any) -> tuple[tuple[Fraction, ...], ...]:
        rows = (zip(*pair, strict=True) for pair in zip(own, wish, strict=True))
        return tuple(tuple(shared * u + (1 - shared) * g for u, g in row) for row in rows)

    names = tuple(f"a{a}" for a in range(actions))
    people = tuple(User(f"user {i}", ("-",), names, table()) for i in range(users))
    features = tuple(f"y{y}" for y in range(states)), ("low", "high")
    weights = (Fraction(1, users),) * users
    payoffs = [Components(weights, tuple(mixed(u.utility, table()) for u in people), ZERO) for _ in features]
    providers = tuple(Provider(f"provider {j}", f, p) for j, (f, p) in enumerate(zip(features, payoffs, strict=True)))
    prior = tuple(Atom(Fraction(1, states), y, (0,) * users, (y, 2 * y // states)) for y in range(states))
    messages = tuple(f"m{m}" for m in range(MESSAGES))
    return Game(people, providers, features[0], prior, messages, "P", common_ties(people, 2, MESSAGES))


def rival_reveals(game: Game) -> Profile:
    """The deviator is silent."""
    return anonymous_profile(game, (constant_rule(game, 0), revealing_rule(game, 1)))


def all_reveal(game: Game) -> Profile:
    """Everybody says what he knows."""
    return anonymous_profile(game, tuple(revealing_rule(game, j) for j in range(len(game.providers))))


def everybody_listed(users: int) -> tuple[Fraction, int]:
    """The most that rules earn that serve everybody, bounded by the multipliers of the listed program; no evidence."""
    deviation = _deviation(users)
    case = oracle.case_of(deviation, deviation.group, LIMIT)
    best = oracle._largest(case, LIMIT)
    if best is None or not isinstance(oracle.decide(case.system(best), LIMIT), oracle.Refutation):
        raise SystemExit("listing gives no bound")
    return best, len(case.allowed or {})


def everybody_by_columns(users: int) -> tuple[Fraction, int]:
    """The same by columns, with the number of signals that were needed."""
    deviation = _deviation(users)
    search = oracle.Search(deviation, deviation.group, LIMIT)
    best = search.supremum(None)
    if best is None or search.bound(best) is None:
        raise SystemExit("columns give no bound")
    return best, len(search.found)


def _deviation(users: int) -> oracle.Deviation:
    game = market(users)
    return deviations(game, rival_reveals(game), 0, False)[0]


def best_deviation(users: int) -> bytes:
    """The best deviation whoever is served, as a certificate."""
    game = market(users)
    found = oracle.best_deviation(game, rival_reveals(game), 0, False, LIMIT)
    if isinstance(found, oracle.Unknown):
        raise SystemExit(found.reason)
    claim = play_claim(game, rival_reveals(game), robust=False, provider="provider 0", bound=str(found.bound))
    print(f"  {users} users: bound {float(found.bound):.9f}, a rule earns {float(found.payoff):.9f}", file=sys.stderr)
    return dump(certificate("deviation-bound", claim, found.evidence)).encode()


def equilibrium(users: int) -> bytes:
    """That everybody reveals what he knows is an equilibrium where interests are shared to 7/8, as a certificate."""
    game = market(users, shared=Fraction(7, 8))
    found = oracle.equilibrium(game, all_reveal(game), False, LIMIT)
    if not isinstance(found, oracle.Bounded):
        raise SystemExit("that everybody reveals is not shown to be an equilibrium")
    return dump(certificate("equilibrium", play_claim(game, all_reveal(game), robust=False), found.evidence)).encode()


def rechecked(document: bytes) -> str:
    """What kind of certificate the kernel accepts."""
    return check(parse(document))


def timed(action: Callable[[Any], Any], argument: Any, limit: float | None = None) -> tuple[float, Any] | None:
    """Seconds of the processor in a process of its own, and the result; None if it fails, or exceeds the limit."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_measure, args=(theirs, action, argument, limit))
    process.start()
    theirs.close()
    try:
        return ours.recv()
    except EOFError:
        return None
    finally:
        process.join()


def _measure(answers: Any, action: Callable[[Any], Any], argument: Any, limit: float | None) -> None:
    if limit is not None:
        resource.setrlimit(resource.RLIMIT_CPU, (round(limit), round(limit)))
    start = time.process_time()
    result = action(argument)
    answers.send((time.process_time() - start, result))


def measure(settings: Settings) -> Iterator[Row]:
    """The rows for the table of ``run.py``: quick runs end at 4 users."""
    return rows(4 if settings.quick else 8, settings.limit)


def rows(most: int = 8, limit: float = LIMIT) -> Iterator[Row]:
    """Listing against columns for everybody served, and whole certificates for ``most`` users."""
    listing = True
    for users in range(2, most + 1):
        size = f"n={users}, {4**users} signals"
        columns = timed(everybody_by_columns, users)
        listed = timed(everybody_listed, users, limit) if listing else None
        if columns is None:
            yield Row(GROUP, "columns", size, stopped="stopped")
            continue
        seconds, (best, needed) = columns
        yield Row(GROUP, "columns", size, Spread.of([seconds]), result=f"{float(best):.6f} with {needed} signals")
        if listed is not None:
            if listed[1][0] != best:
                raise SystemExit(f"{size}: listing and columns differ")
            yield Row(GROUP, "listed", size, Spread.of([listed[0]]), "columns", Spread.of([listed[0] / seconds]))
        elif listing:
            why = f"stopped at {limit:g} s"
            yield Row(GROUP, "listed", size, baseline="columns", stopped=why, at_least=limit / seconds)
            listing = False
    for what, make in (("best deviation", best_deviation), ("equilibrium", equilibrium)):
        yield from certified(what, f"n={most}, {2**most} served sets", make, most)


def certified(what: str, size: str, make: Callable[[int], bytes], users: int) -> Iterator[Row]:
    """Rows for a certificate that is made and checked."""
    made = timed(make, users)
    if made is None:
        yield Row(GROUP, f"{what}, certified", size, stopped="stopped")
        return
    seconds, document = made
    yield Row(GROUP, f"{what}, certified", size, Spread.of([seconds]), result=f"{len(document) // 1024} KiB")
    checked = timed(rechecked, document)
    if checked is None:
        raise SystemExit(f"{what}, {size}: the kernel does not accept the certificate")
    ratio = Spread.of([checked[0] / seconds])
    yield Row(GROUP, f"{what}, re-checked", size, Spread.of([checked[0]]), f"{what}, certified", ratio)


def main(arguments: list[str]) -> int:
    most, limit = int(arguments[0]) if arguments else 8, float(arguments[1]) if arguments[1:] else LIMIT
    for line in table(rows(most, limit)):
        print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
