"""Cells: sets of parameters on which one and the same argument shows that a claim holds, or that it fails."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from alignproof.checks.alignment import Error, strong_system
from alignproof.checks.equilibrium import served_name
from alignproof.checks.linear import Row, System
from alignproof.checks.signals import exclusion_system, signal_system, signals
from alignproof.counterexamples.regions.farkas import Combination, generalised, identity_certificate, solution
from alignproof.counterexamples.regions.fields import factored
from alignproof.counterexamples.regions.parameters import ParametricDeviation, Point, Traced, holds, specialised, value_at
from alignproof.formats.certificates import Document
from alignproof.games.algebra import Number
from alignproof.games.deviation import Served
from alignproof.games.model import Game
from alignproof.games.outcome import outcome
from alignproof.games.polynomial import as_polynomial, variable
from alignproof.games.rules import Rule
from alignproof.oracles.systems import Refutation, Unknown, decide, largest, without
from alignproof.symbolic.rules import silent_profile

Side = Literal["holds", "fails"]
Values = Mapping[str, Number]


@dataclass(frozen=True)
class Cell:
    """Where an argument works: ``rows``, inequalities in the parameters; and what the argument is.

    ``documents`` are identity certificates, one for each linear system that is refuted with the parameters symbolic.
    """

    side: Side
    point: Point
    rows: tuple[Row, ...]
    argument: str
    documents: tuple[Document, ...]


@dataclass(frozen=True)
class Candidate:
    """A deviation to try: the provider, his rule for all users, its chances being polynomials, and its name."""

    provider: int
    rule: Rule
    name: str


@dataclass(frozen=True)
class Silence:
    """The claim that silence is an equilibrium of an anonymous game, and that users get what ``promised`` says.

    ``build`` makes the game from the parameters' values, numbers or polynomials alike. ``promised`` lists inequalities
    in the parameters and what users get. ``candidates`` are deviations that may pay.
    """

    build: Callable[[Values], Game]
    promised: Callable[[Values, Sequence[Number]], tuple[Row, ...]]
    candidates: Callable[[Values, Game], Iterable[Candidate]]

    def cell(self, parameters: Sequence[str], point: Point) -> Cell | Unknown:
        """The claim decided at a point, and as far around it as the argument reaches."""
        values = {name: variable(name) for name in parameters}
        game = self.build(values)
        fails = self.broken_promise(values, game, point) or self.paying(values, game, point)
        return fails or self._stable(parameters, values, game, point)

    def broken_promise(self, values: Values, game: Game, point: Point) -> Cell | None:
        """A cell in which some user does not get what is promised."""
        traced = Traced(point)
        users = outcome(traced, game, silent_profile(game, "anonymous")).users
        for row in self.promised(values, [who.value for who in users]):
            if not holds(row, point):
                broken = Row(-row.value, ">=" if row.sense == ">" else ">")
                return Cell("fails", point, tidy([broken, *traced.rows], parameters_of(values), point), "what users get", ())
        return None

    def paying(self, values: Values, game: Game, point: Point) -> Cell | None:
        """A cell in which a candidate's deviation pays."""
        for candidate in self.candidates(values, game):
            rows = self.gain(game, candidate, point)
            if all(holds(row, point) for row in rows):
                argument = f"provider {candidate.provider + 1} gains by {candidate.name}"
                return Cell("fails", point, tidy(rows, parameters_of(values), point), argument, ())
        return None

    def gain(self, game: Game, candidate: Candidate, point: Point) -> list[Row]:
        """That the deviation pays, that its rule is one, and why users do what they do."""
        traced, profile, j = Traced(point), silent_profile(game, "anonymous"), candidate.provider
        chances = [Row(as_polynomial(p), ">=") for split in candidate.rule.values() for p in split]
        if not all(holds(row, point) for row in chances):
            return [Row(as_polynomial(0), ">")]
        deviant = profile.deviate(j, (candidate.rule,) * len(game.users))
        before, after = (outcome(traced, game, played).payoffs[j] for played in (profile, deviant))
        return [Row(as_polynomial(after - before), ">"), *traced.rows, *chances]

    def _stable(self, parameters: Sequence[str], values: Values, game: Game, point: Point) -> Cell | Unknown:
        traced, users = Traced(point), tuple(range(len(game.users)))
        profile = silent_profile(game, "anonymous")
        reached = outcome(traced, game, profile).users
        rows = list(self.promised(values, [who.value for who in reached]))
        documents: list[Document] = []
        for j in range(len(game.providers)):
            deviation = ParametricDeviation(game, profile, j, users, False, traced)
            for served in deviation.served_sets():
                found = _refuted(deviation, served, parameters, point)
                if isinstance(found, Unknown):
                    where = f"provider {j + 1} serving {served_name(served)}"
                    return Unknown(f"{where}: {found.reason}")
                for combination in found:
                    rows += combination.rows()
                    documents.append(identity_certificate(combination, parameters, point))
        rows += traced.rows
        return Cell("holds", point, tidy(rows, parameters, point), "no deviation pays", tuple(documents))


def parameters_of(values: Values) -> tuple[str, ...]:
    """The names of the parameters."""
    return tuple(values)


def _refuted(
    deviation: ParametricDeviation, served: Served, parameters: Sequence[str], point: Point
) -> list[Combination] | Unknown:
    """Why no rule that serves exactly ``served`` pays: the system's refutation, and those of the signals left out.

    No more signals are left out than necessary.
    """
    known = signals(deviation, served)
    target = deviation.earned(deviation.algebra, deviation.now)

    def system(labels: Iterable[str]) -> System:
        return signal_system(deviation, served, {label: known[label] for label in labels}, target)

    def refutation(form: System) -> Refutation | None:
        decided = decide(specialised(form, point))
        return decided if isinstance(decided, Refutation) else None

    labels, excluded = list(known), list[Combination]()
    if refutation(system(labels)) is None:
        reasons = {}
        for label, signal in known.items():
            form = exclusion_system(deviation, served, label, signal)
            found = refutation(form)
            if found is not None:
                reasons[label] = generalised(form, parameters, point, found)
        labels = [label for label in labels if label not in reasons]
        if refutation(system(labels)) is None:
            return Unknown("some rule may pay")
        for label in reasons:
            if refutation(system([*labels, label])) is not None:
                labels.append(label)
        for label, reason in reasons.items():
            if label not in labels:
                if reason is None:
                    return Unknown("no corner was found")
                excluded.append(reason)
    form = system(labels)
    found = refutation(form)
    combination = None if found is None else generalised(form, parameters, point, found)
    return Unknown("no corner was found") if combination is None else [*excluded, combination]


@dataclass(frozen=True)
class Misfit:
    """The claim that no weights align all providers of a game strongly with an error below ``eps``."""

    build: Callable[[Values], Game]
    eps: Fraction

    def cell(self, parameters: Sequence[str], point: Point) -> Cell | Unknown:
        """The claim decided at a point, and as far around it as the argument reaches."""
        game = self.build({name: variable(name) for name in parameters})
        for j in range(len(game.providers)):
            form = strong_system(game, j, Error(self.eps, False), None)
            decided = decide(specialised(form, point))
            if isinstance(decided, Refutation):
                found = generalised(form, parameters, point, decided)
                if found is None:
                    return Unknown("no corner was found")
                document = identity_certificate(found, parameters, point)
                argument = f"no weights fit provider {j + 1}"
                return Cell("holds", point, tidy(found.rows(), parameters, point), argument, (document,))
        return self._fitting(parameters, game, point)

    def _fitting(self, parameters: Sequence[str], game: Game, point: Point) -> Cell | Unknown:
        """The best weights of each provider, which together cover every user."""
        rows: list[Row] = []
        uncovered = set(range(len(game.users)))
        for j in range(len(game.providers)):
            form = strong_system(game, j, Error(self.eps, False), None)
            best = largest(specialised(without(form, "error"), point), -variable("error"))
            found = None if best is None else solution(form, parameters, point, best.point)
            if found is None:
                return Unknown("no corner was found")
            rows += found.rows(parameters)
            for i in sorted(uncovered):
                weight = found.at(f"lambda {i}")
                if value_at(weight, point) > 0:
                    rows.append(Row(weight, ">"))
                    uncovered.discard(i)
        if uncovered:
            return Unknown(f"the best weights leave user {min(uncovered) + 1} uncovered")
        if not all(holds(row, point) for row in rows):
            return Unknown("the best weights are off")
        return Cell("fails", point, tidy(rows, parameters, point), "weights fit all providers", ())


def tidy(rows: Iterable[Row], parameters: Sequence[str], point: Point) -> tuple[Row, ...]:
    """Rows that hold at the point as signs of irreducible factors, each once: they imply the rows."""
    senses: dict[str, Row] = {}
    for row in rows:
        if row.sense == "=":
            kept = [row] if row.value.terms else []
        else:
            parts = factored(row.value, point, parameters).factors
            kept = [Row(f, row.sense) for f, power in parts if power % 2 or row.sense == ">"]
        for one in kept:
            key = str(sorted(one.value.terms.items()))
            if key not in senses or senses[key].sense == ">=":
                senses[key] = one
    return tuple(row for row in senses.values() if not row.value.terms.keys() <= {()})
