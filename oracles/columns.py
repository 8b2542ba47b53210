"""Deviations by column generation: signals as they are needed, and a tree that shows the others to be of no use.

A program over the signals found so far gives prices of masses and weights of users' choices, a
:class:`~alignproof.checks.columns.Cut`. Branch and bound over what types do looks for a signal that breaks it. A
branch is bounded by letting every type that it leaves free split the posterior on her own, as if each were spoken to
in private; branches stay from one cut to the next. When none is left that breaks the cut, they are the tree of the
certificate. Floating point guides all of this; multipliers are then made exact, by rounding where the target leaves
room and by an exact basis where it does not.
"""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alignproof.checks.columns import Cut
from alignproof.checks.linear import Rejected, System, above, refute
from alignproof.checks.signals import Moves, Signal, Type, exclusion_system, obedience, signal_system
from alignproof.formats.certificates import multipliers_document
from alignproof.games.deviation import Deviation, Served
from alignproof.games.document import Node
from alignproof.games.polynomial import gather, variable
from alignproof.oracles.program import Program, maximise
from alignproof.oracles.systems import Refutation, Solution, Unknown, decide, largest, without

Array = NDArray[np.float64]
Vector = Sequence[Fraction]
ZERO, ONE = Fraction(0), Fraction(1)
PENALTY, MOST_PENALTY = 4.0, 3e4
"""The largest weight of a user's choice while floating point guides: raised where it is too small."""
CLOSED, NEW, ROOM = 1e-8, 1e-7, 1e-6
"""In floating point: a branch that breaks a cut by less is closed; a signal that breaks it by more is new; a target
that leaves more is not tight."""
DIGITS = (8, 12, 20, 32, 44)
"""Binary digits to which multipliers are rounded where there is room."""
MOST_BRANCHES, MOST_NEW = 5_000, 8
"""How many branches a tree may have, and about how many signals are taken in between two cuts."""


class Unsettled(Exception):
    """No answer: the time is up, there are too many branches, or floating point misleads."""


class _Model:
    """A linear program in floating point that grows: maximise."""

    def __init__(self) -> None:
        try:
            import highspy
        except ImportError as error:
            raise Unsettled(f"columns need HiGHS: {error}") from None
        self.solver = highspy.Highs()  # type: ignore[no-untyped-call]
        self.solver.setOptionValue("output_flag", False)
        self.solver.setOptionValue("threads", 1)
        self.solver.changeObjectiveSense(highspy.ObjSense.kMaximize)
        self.infinity = highspy.kHighsInf
        self.columns = self.rows = 0

    def column(self, cost: float = 0.0, entries: Mapping[int, float] = {}, free: bool = False) -> int:
        places, values = np.array(list(entries), dtype=np.int32), np.array(list(entries.values()))
        self.solver.addCol(cost, -self.infinity if free else 0.0, self.infinity, len(places), places, values)
        self.columns += 1
        return self.columns - 1

    def row(self, entries: Mapping[int, float], lower: float = 0.0, equal: bool = False) -> int:
        places, values = np.array(list(entries), dtype=np.int32), np.array(list(entries.values()))
        self.solver.addRow(lower, lower if equal else self.infinity, len(places), places, values)
        self.rows += 1
        return self.rows - 1

    def run(self) -> tuple[float, Array, Array] | None:
        """Value, primal and dual; None if there is no optimum."""
        import highspy

        self.solver.run()
        if self.solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        solution = self.solver.getSolution()
        value = self.solver.getInfo().objective_function_value
        return value, np.array(solution.col_value), np.array(solution.row_dual)


Piece = tuple[Type, int] | None
"""What a free type hears before she takes an action; None: what everybody hears."""

Added = Mapping[Type, Sequence[Vector]]
"""``[of][a][x]``: what a served type's action adds to a cut's left side, by the deviator's feature."""

Key = tuple[str, Piece, Type, int]
"""A row of a branch's program: ``obey`` (a type likes her action as well as another), ``worth`` (of an unserved type,
by action) or ``split`` (of a free type, by the deviator's feature)."""


@dataclass(frozen=True)
class Tables:
    """What a search looks up again and again."""

    deviation: Deviation
    served: Served

    @cached_property
    def types(self) -> list[Type]:
        """The served types."""
        return [(i, x) for i in self.served for x in range(len(self.deviation.stakes[i]))]

    @cached_property
    def others(self) -> list[Type]:
        """The unserved types."""
        users = [i for i in self.deviation.group if i not in self.served]
        return [(i, x) for i in users for x in range(len(self.deviation.stakes[i]))]

    @cached_property
    def gains(self) -> tuple[Fraction, Mapping[int, Any]]:
        """The deviator's constant payoff, and what served users bring him."""
        return self.deviation.gains(self.served)

    @cached_property
    def sources(self) -> range:
        """The deviator's features."""
        return range(len(self.deviation.game.providers[self.deviation.provider].features))

    def stakes(self, of: Type) -> Sequence[Vector]:
        """A type's stakes with the deviator, ``[a][x]``."""
        return self.deviation.stakes[of[0]][of[1]]

    def added(self, cut: Cut) -> Added:
        """What served types add to a cut, exactly."""
        return {
            (i, x): [
                [cut.gain * g + cut.offers[i] * u for g, u in zip(*rows, strict=True)]
                for rows in zip(self.gains[1][i][x], self.stakes((i, x)), strict=True)
            ]
            for i, x in self.types
        }

    @cached_property
    def leads(self) -> dict[tuple[Type, int, int], list[Fraction]]:
        """By how much a type prefers one action to another, by the deviator's feature."""
        return {
            ((i, x), own, other): [u - v for u, v in zip(mine, others, strict=True)]
            for i, x in self.types
            for own, mine in enumerate(self.deviation.stakes[i][x])
            for other, others in enumerate(self.deviation.stakes[i][x])
            if own != other
        }

    @cached_property
    def arrays(self) -> dict[Type, tuple[Array, Array]]:
        """Stakes and gains of the served types in floating point."""
        tables = {(i, x): (self.deviation.stakes[i][x], self.gains[1][i][x]) for i, x in self.types}
        return {of: (_floats(stakes), _floats(gains)) for of, (stakes, gains) in tables.items()}


def _floats(table: Any) -> Array:
    return np.array([[float(u) for u in by_source] for by_source in table])


@dataclass(frozen=True)
class Weights:
    """A cut in floating point: prices of masses, the weight of the gain, and those of users' worths."""

    prices: Array
    gain: float
    offers: Mapping[int, float]

    def added(self, tables: Tables, of: Type) -> Array:
        """``[a][x]``: what a served type's action adds to the left side."""
        stakes, gains = tables.arrays[of]
        return self.gain * gains + self.offers[of[0]] * stakes


class Branch:
    """All signals at which types do as ``acts`` says: a leaf of the tree, or with a branch per action of ``next``."""

    def __init__(self, tables: Tables, acts: Moves, never: Mapping[tuple[Type, int], Mapping[str, Fraction]]) -> None:
        self.tables, self.acts, self.never = tables, acts, never
        self.next: tuple[Type, list[Branch]] | None = None
        self.excluded: Mapping[str, Fraction] | None = None
        self.excess = np.inf
        self.duals: Array = np.zeros(0)
        self.keys: list[Key] = []
        actions = ((of, a) for of in tables.types if of not in acts for a in range(len(tables.arrays[of][0])))
        size = len(tables.sources)
        self.parts = {part: size * (k + 1) for k, part in enumerate(p for p in actions if p not in never)}
        first = size * (len(self.parts) + 1)
        self.worths = {of: first + k for k, of in enumerate(tables.others)}
        self.size = first + len(self.worths)

    def leaves(self) -> "Iterator[Branch]":
        """The leaves below."""
        if self.next is None:
            yield self
        else:
            for branch in self.next[1]:
                yield from branch.leaves()

    def forget(self) -> None:
        """Drops the programs of all branches, which take much memory; they can be made again."""
        self.__dict__.pop("model", None)
        for branch in self.next[1] if self.next else ():
            branch.forget()

    @property
    def free(self) -> list[Type]:
        """The types that split what is said."""
        return [of for of in self.tables.types if of not in self.acts]

    def rows(self) -> Iterator[tuple[Key, dict[int, Fraction]]]:
        """The rows of the program: ``= 0`` for ``split``, else ``>= 0``. Variables: masses, those of parts, worths."""
        sources, deviation = self.tables.sources, self.tables.deviation
        for piece, base in [(None, 0), *self.parts.items()]:
            obeyed = self.acts if piece is None else {**self.acts, piece[0]: piece[1]}
            for of, own in obeyed.items():
                for other in range(len(self.tables.arrays[of][0])):
                    if other != own:
                        lead = self.tables.leads[of, own, other]
                        yield ("obey", piece, of, other), {base + x: u for x, u in enumerate(lead) if u}
        for of in self.free:
            bases = [base for (t, _), base in self.parts.items() if t == of]
            for x in sources:
                yield ("split", None, of, x), {x: ONE, **{base + x: -ONE for base in bases}}
        for (i, x_user), worth in self.worths.items():
            for a, table in enumerate(deviation.stakes[i][x_user]):
                yield ("worth", None, (i, x_user), a), {worth: ONE, **{x: -u for x, u in enumerate(table) if u}}

    @cached_property
    def model(self) -> _Model:
        """The program in floating point; the masses add up to 1."""
        model, self.keys = _Model(), []
        for v in range(self.size):
            model.column(free=v in self.worths.values())
        for key, entries in self.rows():
            self.keys.append(key)
            model.row({v: float(u) for v, u in entries.items()}, equal=key[0] == "split")
        model.row(dict.fromkeys(self.tables.sources, 1.0), 1.0, equal=True)
        return model

    def solve(self, weights: Weights) -> Array | None:
        """By how much the branch may break a cut (into ``excess``), and where; None if it is empty or excluded."""
        if self.excluded is not None:
            self.excess = -np.inf
            return None
        size = len(self.tables.sources)
        costs = np.zeros(self.size)
        costs[:size] = -weights.prices
        added = {of: weights.added(self.tables, of) for of in self.tables.types}
        for of, a in self.acts.items():
            costs[:size] += added[of][a]
        for (of, a), base in self.parts.items():
            costs[base : base + size] = added[of][a]
        for (i, _), worth in self.worths.items():
            costs[worth] = weights.offers[i]
        self.model.solver.changeColsCost(self.size, np.arange(self.size, dtype=np.int32), costs)
        found = self.model.run()
        if found is None:
            self.excess = -np.inf
            return None
        self.excess, point, self.duals = found
        return point

    def exclusion(self) -> System:
        """Types do best by their actions at some posterior, ties as they count."""
        masses = [variable(f"mass {x}") for x in self.tables.sources]
        rows = obedience(self.tables.deviation, self.acts, masses, not self.tables.deviation.robust)
        return System(dict([above("sent", gather(masses), True), *rows]))

    def exact(self, cut: Cut, added: Added) -> Program:
        """The program with exact numbers, maximising what breaks the cut."""
        size = len(self.tables.sources)
        objective = [ZERO] * self.size
        objective[:size] = [-price for price in cut.prices]
        for of, a in self.acts.items():
            _add(objective, added[of][a])
        for (of, a), base in self.parts.items():
            objective[base : base + size] = added[of][a]
        for (i, _), worth in self.worths.items():
            objective[worth] = cut.offers[i]
        keyed = list(self.rows())
        rows = [entries if key[0] == "split" else {v: -u for v, u in entries.items()} for key, entries in keyed]
        whole = dict.fromkeys(self.tables.sources, ONE)
        equal = [key[0] == "split" for key, _ in keyed]
        bounds = [ZERO] * len(rows)
        return Program(objective, [*rows, whole], [*bounds, ONE], [*equal, True], frozenset(self.worths.values()))

    def multipliers(self) -> dict[Key, Fraction]:
        """Those of the rows in the latest optimum in floating point; of splits none, they follow from the others."""
        pairs = zip(self.keys, self.duals, strict=False)
        return {key: Fraction(-float(dual)) for key, dual in pairs if key[0] != "split" and dual < 0}

    def exact_multipliers(self, cut: Cut, added: Added, seconds: float) -> dict[Key, Fraction] | None:
        """The same, exactly; None if the cut is broken, or the optimum was not found."""
        optimum = maximise(self.exact(cut, added), seconds)
        if optimum is None or optimum.value > 0:
            return None
        pairs = zip((key for key, _ in self.rows()), optimum.dual, strict=False)
        return {key: dual for key, dual in pairs if key[0] != "split" and dual}

    def proof(
        self, cut: Cut, added: Added, multipliers: Mapping[Key, Fraction], digits: int | None
    ) -> dict[str, Any] | None:
        """The leaf of a certificate, with multipliers and bounds rounded; None if that is not enough."""
        own: dict[Piece, list[tuple[Type, int, Fraction]]] = {}
        for (kind, piece, of, a), multiplier in multipliers.items():
            if kind == "obey" and (rounded := _rounded(multiplier, digits)) > 0:
                own.setdefault(piece, []).append((of, a, rounded))
        rest = [-price for price in cut.prices]
        for of, a in self.acts.items():
            _add(rest, added[of][a])
        bounds: dict[str, Any] = {}
        for of in self.free:
            if not any(map(any, added[of])):
                continue
            tops, proofs = [], []
            for a, add in enumerate(added[of]):
                if (of, a) in self.never:
                    proofs.append(multipliers_document(self.never[of, a]))
                    continue
                tops.append(list(add))
                proofs.append(self._used(own.get((of, a), []), {**self.acts, of: a}, tops[-1]) | {"excess": "1"})
            most = [_rounded(max(column), digits, up=True) for column in zip(*tops, strict=True)]
            bounds[_name(of)] = _bound(rest, most, proofs)
        for of in self.tables.others:
            if cut.offers[of[0]]:
                shares, table = self._worths(of, -cut.offers[of[0]], multipliers, digits), self.tables.stakes(of)
                most = [
                    -sum((s * u for s, u in zip(shares, column, strict=True)), ZERO)
                    for column in zip(*table, strict=True)
                ]
                rows = {b: (f"obey {_name(of)} {b}", str(share)) for b, share in enumerate(shares) if share}
                kept = [[named for b, named in rows.items() if b != a] for a in range(len(table))]
                proofs = [dict(named) | {"excess": "1"} for named in kept]
                bounds[_name(of)] = _bound(rest, most, proofs)
        told = self._used(own.get(None, []), self.acts, rest) | {"excess": "1"}
        return None if any(u > 0 for u in rest) else {"bounds": bounds, "rest": told}

    def _used(self, rows: Iterable[tuple[Type, int, Fraction]], obeyed: Moves, top: list[Fraction]) -> dict[str, str]:
        """Multipliers of rows of obedience by name; what they come to is added to ``top``."""
        named = {}
        for of, other, multiplier in rows:
            _add(top, self.tables.leads[of, obeyed[of], other], multiplier)
            named[f"obey {_name(of)} {other}"] = str(multiplier)
        return named

    def _worths(self, of: Type, total: Fraction, multipliers: Mapping[Key, Fraction], digits: int | None) -> Vector:
        """An unserved type's multipliers, which must add up to ``total``."""
        actions = range(len(self.tables.stakes(of)))
        shares = [_rounded(multipliers.get(("worth", None, of, a), ZERO), digits) for a in actions]
        k = max(actions, key=lambda a: shares[a])
        shares[k] = total - (sum(shares) - shares[k])
        return shares if shares[k] >= 0 else [total if a == k else ZERO for a in actions]


def _bound(rest: list[Fraction], most: Vector, proofs: list[dict[str, str]]) -> dict[str, Any]:
    """A type's bound, which is added to ``rest``."""
    _add(rest, most)
    return {"most": [str(u) for u in most], "actions": proofs}


def _add(left: list[Fraction], right: Vector, factor: Fraction = ONE) -> None:
    for x, u in enumerate(right):
        left[x] += factor * u


def _name(of: Type) -> str:
    return f"{of[0]} {of[1]}"


def _rounded(value: Fraction, digits: int | None, up: bool = False) -> Fraction:
    """To a multiple of 2^-digits; upwards, if so asked; as it is if ``digits`` is None."""
    if digits is None:
        return value
    scaled = value * 2**digits
    return Fraction(-(-scaled.numerator // scaled.denominator) if up else round(scaled), 2**digits)


class Search:
    """The rules of a deviation that serve exactly ``served``: signals found so far, and the tree."""

    def __init__(self, deviation: Deviation, served: Served, seconds: float) -> None:
        """Raises Unsettled if there is no solver."""
        self.tables = Tables(deviation, served)
        self.found: dict[str, Signal] = {}
        self._never = set[str]()
        self.allow(seconds)
        self._branches = 1
        self._master, self._choice = _Model(), dict[int, int]()
        self._penalty, self._broken = PENALTY, list[int]()
        self._prepare()
        never: dict[tuple[Type, int], Mapping[str, Fraction]] = {}
        self.root = Branch(self.tables, {}, never)
        if not deviation.robust:
            for of in self.tables.types:
                for a in range(len(self.tables.arrays[of][0])):
                    decided = decide(Branch(self.tables, {of: a}, {}).exclusion(), self._left())
                    if isinstance(decided, Refutation):
                        never[of, a] = decided.multipliers
            self.root = Branch(self.tables, {}, never)
        self._seed()

    def allow(self, seconds: float) -> None:
        """How long what is asked next may take."""
        self._end = time.monotonic() + seconds

    def _left(self) -> float:
        """Seconds left. Raises Unsettled."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise Unsettled("the time is up")
        return left

    def _prepare(self) -> None:
        """The rows of the program over signals: plausibility, and users' choices, which may be broken at a price."""
        for _ in self.tables.sources:
            self._master.row({}, 1.0, equal=True)
        for i, best in self.tables.deviation.outside.items():
            value = float(best.value)
            self._choice[i] = self._master.row({}, value if i in self.tables.served else -value)
            self._broken.append(self._master.column(-self._penalty, {self._choice[i]: 1.0}))

    def _seed(self) -> None:
        """The replies when each feature is revealed, ties as the game states: there is a rule that sends just these."""
        ties = self.tables.deviation.game.ties.actions
        orders = {of: ties[of[0]][self.tables.deviation.provider] for of in self.tables.types}
        for x in self.tables.sources:
            scores = {of: [by_source[x] for by_source in self.tables.stakes(of)] for of in orders}
            self._find({of: next(a for a in orders[of] if of_all[a] == max(of_all)) for of, of_all in scores.items()})

    def _reply(self, posterior: Array, weights: Weights) -> dict[Type, int]:
        """What served types do, in floating point; near ties are broken as the weights like."""
        acts = {}
        for of in self.tables.types:
            scores = self.tables.arrays[of][0] @ posterior
            added = np.where(scores >= scores.max() - CLOSED, weights.added(self.tables, of) @ posterior, -np.inf)
            acts[of] = int(added.argmax())
        return acts

    def _find(self, acts: Moves) -> bool:
        """Takes a signal into the program; whether it is a new one, and not excluded."""
        deviation, sizes = self.tables.deviation, {i: len(self.tables.deviation.stakes[i]) for i in self.tables.served}
        signal = tuple(tuple(acts[i, x] for x in range(size)) for i, size in sizes.items())
        label = ";".join(",".join(map(str, strategy)) for strategy in signal)
        if label in self.found or label in self._never:
            return False
        if not deviation.robust:
            system = exclusion_system(deviation, self.tables.served, label, signal)
            if isinstance(decide(system, self._left()), Refutation):
                self._never.add(label)
                return False
        self.found[label] = signal
        arrays = self.tables.arrays
        say = []
        for x in self.tables.sources:
            entries = {x: 1.0}
            if self._choice:
                for i in self.tables.served:
                    own = (t for t in self.tables.types if t[0] == i)
                    entries[self._choice[i]] = float(sum(arrays[t][0][acts[t], x] for t in own))
            gain = sum(arrays[t][1][acts[t], x] for t in self.tables.types)
            say.append(self._master.column(float(gain), entries))
        for t, own_action in acts.items():
            for other in range(len(arrays[t][0])):
                if other != own_action:
                    lead = self.tables.leads[t, own_action, other]
                    self._master.row({v: float(u) for v, u in zip(say, lead, strict=True)})
        for i, x_user in self.tables.others if self._choice else ():
            worth = self._master.column(entries={self._choice[i]: -1.0}, free=True)
            for table in deviation.stakes[i][x_user]:
                self._master.row({worth: 1.0, **{v: -float(u) for v, u in zip(say, table, strict=True)}})
        return True

    def _relaxed(self) -> tuple[float, Weights]:
        """The best over the signals found, constant included, and the weights that go with it."""
        found = self._master.run()
        while found is not None and any(found[1][v] > NEW for v in self._broken) and self._penalty < MOST_PENALTY:
            self._penalty *= 8
            for v in self._broken:
                self._master.solver.changeColCost(v, -self._penalty)
            found = self._master.run()
        if found is None:
            raise Unsettled("the program over the signals found has no optimum in floating point")
        value, _, duals = found
        signs = {i: 1.0 if i in self.tables.served else -1.0 for i in self.tables.deviation.group}
        offers = {i: sign * max(0.0, -duals[self._choice[i]]) if self._choice else 0.0 for i, sign in signs.items()}
        prices = np.array(duals[: len(self.tables.sources)])
        return value + float(self.tables.gains[0]), Weights(prices, 1.0, offers)

    def _price(self, weights: Weights) -> bool:
        """Whether no branch breaks a cut, in floating point; otherwise new signals have been found."""
        new = 0
        open_branches = sorted(self.root.leaves(), key=lambda branch: branch.excess)
        while open_branches and new < MOST_NEW:
            self._left()
            branch = open_branches.pop()
            point = branch.solve(weights)
            if point is None or branch.excess <= CLOSED:
                continue
            fresh = self._fresh(branch, point, weights)
            new += fresh
            if not new and not self._excluded(branch) and branch.free:
                branch.next = self._split(branch, point, weights)
                open_branches += branch.next[1]
        return not new

    def _fresh(self, branch: Branch, point: Array, weights: Weights) -> int:
        """How many new signals break the cut at the posterior that a branch proposes, or at those of its parts."""
        size, fresh = len(self.tables.sources), 0
        for base in (0, *branch.parts.values()):
            posterior = point[base : base + size]
            if posterior.sum() > NEW:
                posterior = posterior / posterior.sum()
                reply = self._reply(posterior, weights)
                for acts in (reply, {**reply, **branch.acts}):
                    if self._excess(acts, posterior, weights) > NEW:
                        fresh += self._find(acts)
        return fresh

    def _excess(self, acts: Moves, posterior: Array, weights: Weights) -> float:
        """By how much a signal breaks the cut."""
        excess = sum(float(weights.added(self.tables, of)[a] @ posterior) for of, a in acts.items())
        for i in self.tables.deviation.group:
            if i not in self.tables.served:
                tables = (_floats(table) @ posterior for table in self.tables.deviation.stakes[i])
                excess += weights.offers[i] * sum(float(scores.max()) for scores in tables)
        return excess - float(weights.prices @ posterior)

    def _excluded(self, branch: Branch) -> bool:
        """Whether the branch is empty, ties as they count."""
        decided = decide(branch.exclusion(), self._left()) if branch.acts else None
        if isinstance(decided, Refutation):
            branch.excluded = decided.multipliers
        return branch.excluded is not None

    def _split(self, branch: Branch, point: Array, weights: Weights) -> "tuple[Type, list[Branch]]":
        """Branches on the free type who gains most by splitting what is said."""
        size = len(self.tables.sources)
        reply = self._reply(point[:size], weights)

        def gained(of: Type) -> float:
            added = weights.added(self.tables, of)
            parts = ((a, base) for (t, a), base in branch.parts.items() if t == of)
            split = sum(float(added[a] @ point[base : base + size]) for a, base in parts)
            return split - float(added[reply[of]] @ point[:size])

        of = max(branch.free, key=gained)
        actions = range(len(self.tables.arrays[of][0]))
        branches = [Branch(self.tables, {**branch.acts, of: a}, branch.never) for a in actions]
        for a, one in enumerate(branches):
            one.excluded = branch.never.get((of, a))
        self._branches += len(branches)
        if self._branches > MOST_BRANCHES:
            raise Unsettled(f"more than {MOST_BRANCHES} branches")
        return of, branches

    def _system(self, target: Fraction) -> System:
        return signal_system(self.tables.deviation, self.tables.served, self.found, target)

    def supremum(self, floor: Fraction | None) -> Fraction | None:
        """The most that rules that serve just these users earn; None if that is at most ``floor``, or there are none.

        What is found may be too small if floating point misleads; the proof will tell. Raises Unsettled.
        """
        try:
            return self._supremum(floor)
        finally:
            self.root.forget()

    def bound(self, target: Fraction) -> dict[str, Any] | None:
        """Evidence that no rule that serves just these users earns more; None if a rule does that uses signals found,
        ties in the deviator's favour. Raises Unsettled."""
        try:
            return self._bound(target)
        finally:
            self.root.forget()

    def _supremum(self, floor: Fraction | None) -> Fraction | None:
        while True:
            value, weights = self._relaxed()
            room = 0.0 if floor is None else float(floor) - value
            if self._price(_shifted(weights, 0.8 * room) if room > ROOM else weights):
                if room > ROOM:
                    return None
                break
        system = self._system(ZERO if floor is None else floor)
        if floor is not None and not isinstance(decide(system, self._left()), Solution):
            return None
        rest = without(system, "payoff")
        if isinstance(decide(rest, self._left()), Refutation):
            return None
        found = largest(rest, self._system(ZERO).rows["payoff"].value, self._left())
        if found is None:
            raise Unsettled("the largest payoff over the signals found is not known")
        return found.value

    def _bound(self, target: Fraction) -> dict[str, Any] | None:
        while True:
            value, weights = self._relaxed()
            room = float(target) - value
            if room > ROOM:
                if self._price(_shifted(weights, 0.8 * room)):
                    return self._evidence(self._loose(_shifted(weights, 0.9 * room), room), target, False)
            elif room < -ROOM or self._price(weights):
                decided = decide(self._system(target), self._left())
                if isinstance(decided, Solution):
                    return None
                if isinstance(decided, Unknown):
                    raise Unsettled(decided.reason)
                cut = self._tight(decided.multipliers)
                if self._price(_guide(cut)):
                    return self._evidence(cut, target, True)

    def _loose(self, weights: Weights, room: float) -> Cut:
        """The cut with numbers that are as short as the room allows."""
        digits = max(DIGITS[0], round(10 - np.log2(room / len(weights.prices))))
        prices = tuple(_rounded(Fraction(float(price)), digits, up=True) for price in weights.prices)
        offers = {i: _rounded(Fraction(float(offer)), digits) for i, offer in weights.offers.items()}
        return Cut(self.tables.deviation, self.tables.served, prices, ONE, offers)

    def _tight(self, multipliers: Mapping[str, Fraction]) -> Cut:
        """The cut by the multipliers of the program over the signals found."""
        scale = multipliers.get("payoff", ZERO) or ONE
        prices = tuple(multipliers.get(f"plausible {x}", ZERO) / scale for x in self.tables.sources)
        signs = {i: ONE if i in self.tables.served else -ONE for i in self.tables.deviation.group}
        offers = {i: sign * multipliers.get(f"choice {i}", ZERO) / scale for i, sign in signs.items()}
        gain = multipliers.get("payoff", ZERO) / scale
        return Cut(self.tables.deviation, self.tables.served, prices, gain, offers)

    def _evidence(self, cut: Cut, target: Fraction, tight: bool) -> dict[str, Any]:
        """The evidence once no branch breaks the cut in floating point. Raises Unsettled if one does, exactly."""
        combined = {"cut": ONE, "payoff": cut.gain, **{f"choice {i}": abs(u) for i, u in cut.offers.items() if u}}
        document = multipliers_document({name: u for name, u in combined.items() if u})
        try:
            refute(cut.combined(target), Node(document), "cut")
        except Rejected as error:
            raise Unsettled(str(error)) from None
        return {
            "prices": [str(price) for price in cut.prices],
            "gain": str(cut.gain),
            "offers": [str(offer) for offer in cut.offers.values()],
            "combined": document,
            "tree": self._tree(self.root, cut, self.tables.added(cut), tight),
        }

    def _tree(self, branch: Branch, cut: Cut, added: Added, tight: bool) -> dict[str, Any]:
        if branch.next is None:
            leaf = self._leaf(branch, cut, added, tight)
            if leaf is not None:
                return {"leaf": leaf}
            branch.next = self._again(branch, _guide(cut))
        of, branches = branch.next
        return {_name(of): [self._tree(one, cut, added, tight) for one in branches]}

    def _again(self, branch: Branch, weights: Weights) -> "tuple[Type, list[Branch]]":
        """A branch divided although it breaks no cut in floating point. Raises Unsettled."""
        point = branch.solve(weights)
        if point is None or not branch.free:
            raise Unsettled("what floating point shows does not hold exactly")
        divided = self._split(branch, point, weights)
        for one in divided[1]:
            one.solve(weights)
        return divided

    def _leaf(self, branch: Branch, cut: Cut, added: Added, tight: bool) -> dict[str, Any] | None:
        """A leaf's proof; None if none is found."""
        self._left()
        if branch.excluded is None and branch.excess == -np.inf:
            self._excluded(branch)
        if branch.excluded is not None:
            return {"bounds": {}, "rest": multipliers_document(branch.excluded)}
        for digits in DIGITS:
            leaf = branch.proof(cut, added, branch.multipliers(), digits)
            if leaf is not None:
                return leaf
        exact = branch.exact_multipliers(cut, added, self._left()) if tight else None
        return None if exact is None else branch.proof(cut, added, exact, None)


def _shifted(weights: Weights, room: float) -> Weights:
    """The cut with room added to its prices."""
    return Weights(weights.prices + room / len(weights.prices), weights.gain, weights.offers)


def _guide(cut: Cut) -> Weights:
    """An exact cut in floating point."""
    prices = np.array([float(price) for price in cut.prices])
    return Weights(prices, float(cut.gain), {i: float(offer) for i, offer in cut.offers.items()})
