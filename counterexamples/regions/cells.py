"""Cells: sets of parameters on which one and the same argument shows that a claim holds, or that it fails."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from alignproof.checks.alignment import Error, strong_system
from alignproof.checks.equilibrium import served_name
from alignproof.checks.linear import Row, System
from alignproof.checks.signals import exclusion_system, signal_system, signals
from alignproof.counterexamples.deviations import deviation_certificate
from alignproof.counterexamples.regions.farkas import Combination, Solved, generalised, identity_certificate, solution
from alignproof.counterexamples.regions.fields import factored
from alignproof.counterexamples.regions.parameters import (
    ParametricDeviation,
    Point,
    Traced,
    holds,
    specialised,
    value_at,
)
from alignproof.formats.certificates import (
    Document,
    alignment_document,
    certificate,
    multipliers_document,
    play_claim,
    team_claim,
    value_certificate,
)
from alignproof.games.algebra import RATIONAL, ZERO, Number
from alignproof.games.alignment import StrongWeights
from alignproof.games.deviation import Served
from alignproof.games.model import Game
from alignproof.games.outcome import outcome
from alignproof.games.polynomial import as_polynomial, variable
from alignproof.games.rules import Rule
from alignproof.oracles.deviations import Pays
from alignproof.oracles.systems import Refutation, Unknown, decide, largest, without
from alignproof.symbolic.rules import silent_profile

Side = Literal["holds", "fails"]
Values = Mapping[str, Number]


@dataclass(frozen=True)
class Cell:
    """Where an argument works: ``rows``, inequalities in the parameters; and what the argument is.

    ``documents`` are identity certificates, one for each linear system that is refuted with the parameters symbolic.
    ``certify`` makes the kernel's certificate of the verdict at any rational point of the cell, from the argument
    alone: nothing is solved again.
    """

    side: Side
    point: Point
    rows: tuple[Row, ...]
    argument: str
    documents: tuple[Document, ...]
    certify: Callable[[Point], Document]


@dataclass(frozen=True)
class Candidate:
    """A deviation to try: the provider, his rule for all users, its chances being polynomials, and its name."""

    provider: int
    rule: Rule
    name: str


@dataclass(frozen=True)
class Refuted:
    """Why no rule that serves a set of users pays: a refutation, and those of the signals that are left out."""

    system: Combination
    excluded: Mapping[str, Combination]

    def combinations(self) -> list[Combination]:
        """All refutations."""
        return [*self.excluded.values(), self.system]

    def evidence(self, point: Point) -> Document:
        """The kernel's evidence at a point."""
        excluded = {label: multipliers_document(reason.at(point)) for label, reason in self.excluded.items()}
        return {"signals": multipliers_document(self.system.at(point)), "excluded": excluded}


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
        return (
            self._broken_promise(values, game, point)
            or self._paying(values, game, point)
            or self._stable(values, game, point)
        )

    def _broken_promise(self, values: Values, game: Game, point: Point) -> Cell | None:
        """Some user does not get what is promised."""
        traced = Traced(point)
        users = outcome(traced, game, silent_profile(game, "anonymous")).users

        def certify(there: Point) -> Document:
            played = self.build(there)
            profile = silent_profile(played, "anonymous")
            return value_certificate(played, profile, outcome(RATIONAL, played, profile))

        for row in self.promised(values, [who.value for who in users]):
            if not holds(row, point):
                broken = Row(-row.value, ">=" if row.sense == ">" else ">")
                rows = tidy([broken, *traced.rows], tuple(values), point)
                return Cell("fails", point, rows, "users get something else", (), certify)
        return None

    def _paying(self, values: Values, game: Game, point: Point) -> Cell | None:
        """The deviation of some candidate pays."""
        for candidate in self.candidates(values, game):
            rows = _gain(game, candidate, point)
            if all(holds(row, point) for row in rows):
                argument = f"provider {candidate.provider + 1} gains by {candidate.name}"
                return Cell(
                    "fails", point, tidy(rows, tuple(values), point), argument, (), self._certified_gain(candidate)
                )
        return None

    def _certified_gain(self, candidate: Candidate) -> Callable[[Point], Document]:
        def certify(there: Point) -> Document:
            played, j = self.build(there), candidate.provider
            profile = silent_profile(played, "anonymous")
            rule = {at: tuple(value_at(p, there) for p in split) for at, split in candidate.rule.items()}
            rules = (rule,) * len(played.users)
            payoff = Fraction(outcome(RATIONAL, played, profile.deviate(j, rules)).payoffs[j])
            return deviation_certificate(played, profile, Pays(j, rules, payoff))

        return certify

    def _stable(self, values: Values, game: Game, point: Point) -> Cell | Unknown:
        """No deviation pays."""
        parameters, traced, users = tuple(values), Traced(point), tuple(range(len(game.users)))
        profile = silent_profile(game, "anonymous")
        reached = outcome(traced, game, profile).users
        proofs: list[dict[str, Refuted]] = []
        for j in range(len(game.providers)):
            deviation = ParametricDeviation(game, profile, j, users, False, traced)
            proofs.append({})
            for served in deviation.served_sets():
                found = _refuted(deviation, served, parameters, point)
                if isinstance(found, Unknown):
                    return Unknown(f"provider {j + 1} serving {served_name(served)}: {found.reason}")
                proofs[-1][served_name(served)] = found

        def certify(there: Point) -> Document:
            played = self.build(there)
            evidence = [[{"served": {name: r.evidence(there) for name, r in sets.items()}}] for sets in proofs]
            claim = play_claim(played, silent_profile(played, "anonymous"), robust=False)
            return certificate("equilibrium", claim, evidence)

        combinations = [c for sets in proofs for refuted in sets.values() for c in refuted.combinations()]
        promised = self.promised(values, [who.value for who in reached])
        rows = [*promised, *traced.rows, *(row for c in combinations for row in c.rows())]
        documents = tuple(identity_certificate(c, parameters, point) for c in combinations)
        return Cell("holds", point, tidy(rows, parameters, point), "no deviation pays", documents, certify)


def _gain(game: Game, candidate: Candidate, point: Point) -> list[Row]:
    """That the deviation pays, that its rule is one, and why users do what they do."""
    chances = [Row(as_polynomial(p), ">=") for split in candidate.rule.values() for p in split]
    if not all(holds(row, point) for row in chances):
        return chances
    traced, profile, j = Traced(point), silent_profile(game, "anonymous"), candidate.provider
    deviant = profile.deviate(j, (candidate.rule,) * len(game.users))
    before, after = (outcome(traced, game, played).payoffs[j] for played in (profile, deviant))
    return [Row(as_polynomial(after - before), ">"), *traced.rows, *chances]


def _refuted(
    deviation: ParametricDeviation, served: Served, parameters: Sequence[str], point: Point
) -> Refuted | Unknown:
    """Why no rule that serves exactly ``served`` pays. No more signals are left out than necessary."""
    known = signals(deviation, served)
    target = deviation.earned(deviation.algebra, deviation.now)

    def system(labels: Iterable[str]) -> System:
        return signal_system(deviation, served, {label: known[label] for label in labels}, target)

    def refutes(labels: Iterable[str]) -> bool:
        return isinstance(decide(specialised(system(labels), point)), Refutation)

    allowed, reasons = list(known), dict[str, Combination]()
    if not refutes(allowed):
        for label, signal in known.items():
            reason = refuted(exclusion_system(deviation, served, label, signal), parameters, point)
            if reason is not None:
                reasons[label] = reason
        allowed = [label for label in allowed if label not in reasons]
        for label in list(reasons):
            if refutes([*allowed, label]):
                allowed.append(label)
                del reasons[label]
    combination = refuted(system(allowed), parameters, point)
    return Unknown("some rule may pay") if combination is None else Refuted(combination, reasons)


def refuted(system: System, parameters: Sequence[str], point: Point) -> Combination | None:
    """A refutation of the system at a point, with the parameters symbolic; None if none is found."""
    decided = decide(specialised(system, point))
    return generalised(system, parameters, point, decided) if isinstance(decided, Refutation) else None


@dataclass(frozen=True)
class Misfit:
    """The claim that no weights align the providers ``team`` of a game strongly with an error below ``bound``."""

    build: Callable[[Values], Game]
    team: tuple[int, ...]
    bound: Callable[[Values], Number]

    def cell(self, parameters: Sequence[str], point: Point) -> Cell | Unknown:
        """The claim decided at a point, and as far around it as the argument reaches."""
        values = {name: variable(name) for name in parameters}
        game, error = self.build(values), Error(self.bound(values), False)
        for j in self.team:
            found = refuted(strong_system(game, j, error, None), parameters, point)
            if found is not None:
                rows, document = tidy(found.rows(), parameters, point), identity_certificate(found, parameters, point)
                argument = f"no weights fit provider {j + 1}"
                return Cell("holds", point, rows, argument, (document,), self._certified_misfit(j, found))
        return self._fitting(parameters, game, error, point)

    def _certified_misfit(self, provider: int, found: Combination) -> Callable[[Point], Document]:
        def certify(there: Point) -> Document:
            game = self.build(there)
            alignment = {"strong": {"eps": str(self.bound(there)), "attained": False}}
            evidence = {"provider": game.provider_names[provider], "multipliers": multipliers_document(found.at(there))}
            return certificate("not-aligned", team_claim(game, self.team, alignment=alignment), evidence)

        return certify

    def _fitting(self, parameters: Sequence[str], game: Game, error: Error, point: Point) -> Cell | Unknown:
        """The best weights of each provider. If one is 0 that must not be, a larger one still keeps below the bound."""
        solutions: dict[int, Solved] = {}
        for j in self.team:
            form = strong_system(game, j, error, None)
            best = largest(specialised(without(form, "error"), point), -variable("error"))
            found = None if best is None else solution(form, parameters, point, best.point)
            if found is None:
                return Unknown(f"the best weights of provider {j + 1} were not found")
            solutions[j] = found

        def certify(there: Point) -> Document:
            played, bound, users = self.build(there), self.bound(there), range(len(game.users))
            constants = {j: s.at("c", there) for j, s in solutions.items()}
            exact = {j: tuple(s.at(f"lambda {i}", there) for i in users) for j, s in solutions.items()}
            (reached,) = StrongWeights(exact, constants).errors(played)
            uncovered = any(all(row[i] == 0 for row in exact.values()) for i in users)
            more = (bound - reached) / (2 * len(users)) if uncovered else ZERO
            weights = StrongWeights({j: tuple(w + more for w in row) for j, row in exact.items()}, constants)
            alignment = alignment_document(weights, weights.errors(played))
            return certificate("aligned", team_claim(played, self.team, alignment=alignment), {})

        rows = tidy([row for s in solutions.values() for row in s.rows(parameters)], parameters, point)
        return Cell("fails", point, rows, "weights fit", (), certify)


def tidy(rows: Iterable[Row], parameters: Sequence[str], point: Point) -> tuple[Row, ...]:
    """Rows that hold at the point as signs of factors that imply them, each once.

    A row that does not hold is kept as it is.
    """
    kept: dict[str, Row] = {}
    for row in rows:
        if row.sense == "=" or not holds(row, point):
            parts = [row]
        else:
            factors = factored(row.value, point, parameters).factors
            parts = [Row(f, row.sense) for f, power in factors if power % 2 or row.sense == ">"]
        for part in parts:
            key = str(sorted(part.value.terms.items()))
            if key not in kept or kept[key].sense == ">=":
                kept[key] = part
    return tuple(row for row in kept.values() if not row.value.terms.keys() <= {()} or not holds(row, point))
