"""The benchmark u_i(C*_{S,T}(i)): the optimal shared rule and its value (Definition 2.12)."""

from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

from alignproof.checks.benchmark import Team, benchmark_system, producers
from alignproof.checks.linear import Rejected
from alignproof.formats.certificates import multipliers_document
from alignproof.formats.documents import rule_on_document, texts
from alignproof.games.algebra import ONE, ZERO
from alignproof.games.garbling import Reading, SharedRule
from alignproof.games.model import Game
from alignproof.oracles.systems import Point, Refutation, Unknown, at, decide, largest, without


@dataclass(frozen=True)
class Benchmark:
    """The benchmark's value, with evidence from above, and from below an optimal rule if the alphabet can carry it.

    Without a rule (``shared`` None) the value is only an upper bound.
    """

    value: Fraction
    at_most: Any
    at_least: Any | None
    shared: SharedRule | None

    @property
    def evidence(self) -> Any:
        """The evidence of a benchmark certificate."""
        return {"at_least": self.at_least, "at_most": self.at_most}


def benchmark(game: Game, user: int, team: Team, reading: Reading, seconds: float = 60.0) -> Benchmark | Unknown:
    """The value of the user's optimal T-shared rule, certified."""
    try:
        return _benchmark(game, user, team, reading, seconds)
    except Rejected as error:
        return Unknown(str(error))


def _benchmark(game: Game, user: int, team: Team, reading: Reading, seconds: float) -> Benchmark | Unknown:
    best: tuple[Fraction, int, Point] | None = None
    for j in producers(team, reading):
        system = benchmark_system(game, user, team, reading, j, ZERO)
        rest = without(system, "value")
        found = largest(rest, system.rows["value"].value, seconds)
        if found is None:
            return Unknown("the best garbling was not found in time")
        if best is None or found.value > best[0]:
            best = found.value, j, found.point
    if best is None:
        return Unknown("no provider may deploy a shared rule")
    value, producer, point = best
    above = []
    for j in producers(team, reading):
        decided = decide(benchmark_system(game, user, team, reading, j, value), seconds)
        if not isinstance(decided, Refutation):
            return Unknown("the value could not be certified from above")
        above.append(multipliers_document(decided.multipliers))
    built = _shared_rule(game, user, team, point)
    if built is None:
        return Benchmark(value, above, None, None)
    shared, names = built
    below = {
        "producer": game.provider_names[producer],
        "sources": list(names),
        "garblings": [texts(shared.garblings[j]) for j in team],
        "rule": rule_on_document(game, names, shared.rule),
    }
    return Benchmark(value, above, below, shared)


def _shared_rule(game: Game, user: int, team: Team, point: Point) -> tuple[SharedRule, tuple[str, ...]] | None:
    """The rule that names the user's strategy; None if there are fewer messages than strategies in use."""
    who = game.users[user]
    options = list(product(range(len(who.actions)), repeat=len(who.features)))
    tables = {j: [[at(point, f"{j} {s} {x}") for s in options] for x in _features(game, j)] for j in team}
    drawn = {j: {atom.provider_features[j] for atom in game.prior if atom.probability} for j in team}
    used = [k for k in range(len(options)) if any(tables[j][x][k] for j in team for x in drawn[j])]
    turns, alphabet = game.protocol.count("P"), len(game.messages)
    if len(used) > alphabet**turns:
        return None
    never = [ONE if k == used[0] else ZERO for k in range(len(options))]
    garblings = {
        j: tuple(tuple((row if x in drawn[j] else never)[k] for k in used) for x, row in enumerate(rows))
        for j, rows in tables.items()
    }
    rule = {}
    for z in range(len(used)):
        for prefix in game.prefixes("P"):
            said = game.protocol[: len(prefix)].count("P")
            digit = z // alphabet ** (turns - 1 - said) % alphabet
            rule[z, prefix] = tuple(ONE if m == digit else ZERO for m in range(alphabet))
    names = tuple("/".join(who.actions[a] for a in options[k]) for k in used)
    return SharedRule(garblings, rule), names


def _features(game: Game, provider: int) -> range:
    return range(len(game.providers[provider].features))
