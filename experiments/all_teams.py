"""Every set T of models of every partition: its smallest errors, each with certificates from below and from above.

A market is a partition's, or that of one of its groups alone: a group's weak error is about nobody else. Few
certificates serve many sets, by inclusion alone:

* weak: weights for S are weights for every T that contains S (the other models get 0); so what no weights for T' do, no
  weights for a T inside T' do;
* strong: weights for T' are, without the other models, weights for every T inside T' whose models cover all users; a
  model that does not fit, does not fit in any T.

A smallest error at which some user is left with weight 0 everywhere is approached, not attained. Then the certificate
from below says that no weights attain it, and the one from above allows ``MARGIN`` more.

Per market there is one file, ``NAME.zip``: the certificates, whole ones that the kernel reads, and ``table.csv``, which
says for every T which of them bound its error. :func:`confirm` reads both, asks the kernel about each certificate,
makes sure that all are about the market of the tables, and goes through the table line by line.
"""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any, Literal

from alignproof.checks import alignment, kernel, linear
from alignproof.experiments import market, tables, worst_case
from alignproof.experiments.market import (
    aligned_certificate,
    own_parts,
    restricted,
    strong_refutation,
    strong_weights,
    survey_game,
    uncovered_refutation,
    weak_refutation,
    weak_weights,
)
from alignproof.experiments.tables import Tables, write_findings
from alignproof.experiments.worst_case import ZERO, Scored, TeamError, WorstCase, members, scored, weak_errors
from alignproof.formats.certificates import decomposition_document
from alignproof.formats.documents import game_document
from alignproof.formats.writing import csv_text
from alignproof.games.deviation import NotSeparable
from alignproof.games.document import InputError, parse
from alignproof.games.model import Game

MARGIN = Fraction(1, 10**6)
"""What the certificate from above adds to an error that is approached."""
SOURCES = (alignment, kernel, linear, market, tables, worst_case)
TABLE = "table.csv"
COLUMNS = ("form", "T", "eps", "attained", "lower", "upper")

Form = Literal["weak", "strong"]
FORMS: dict[str, Form] = {"weak": "weak", "strong": "strong"}
ATTAINED = {"True": True, "False": False}
Document = dict[str, Any]


class NotShown(Exception):
    """A file that does not show what its table says; the message says where."""


@dataclass(frozen=True)
class Line:
    """The smallest error of a set: ``team`` holds models by bit, ``lower`` and ``upper`` name the certificates."""

    form: Form
    team: int
    error: TeamError
    lower: str
    upper: str


@dataclass(frozen=True)
class Market:
    """A partition's market, or that of one of its groups; ``name`` is its file's."""

    name: str
    partition: str
    group: str | None
    data: Scored

    @property
    def forms(self) -> tuple[Form, ...]:
        """Strong errors are about all users together."""
        return ("weak", "strong") if self.group is None else ("weak",)


@dataclass(frozen=True)
class Settled:
    """A market whose lines were all shown, and by how many certificates; ``reused`` if an earlier run did it."""

    market: Market
    lines: tuple[Line, ...]
    certificates: int
    reused: bool


def markets(panels: Tables, partitions: Sequence[str]) -> list[Market]:
    """The markets of some partitions: that of all groups first."""
    found = []
    for place, partition in enumerate(panels.partitions, 1):
        if partition in partitions:
            data = scored(panels.panel(partition))
            found.append(Market(f"{place:02d}", partition, None, data))
            questions, models = range(len(data.panel.questions)), range(len(data.models))
            for i, group in enumerate(data.panel.group_names):
                alone = restricted(data, questions, [i], models)
                found.append(Market(f"{place:02d}-{i + 1:02d}", partition, group, alone))
    return found


# Making ---------------------------------------------------------------------------------------------------------------


def representatives(values: Mapping[int, TeamError], larger: bool) -> dict[int, int]:
    """For each set one with the same value that contains it (``larger``), or that it contains; few in all."""
    chosen: list[int] = []
    found = {}
    for team in sorted(values, key=lambda team: (team.bit_count(), team), reverse=larger):
        alike = (end for end in chosen if values[end] == values[team])
        end = next((end for end in alike if not (team & ~end if larger else end & ~team)), team)
        if end == team:
            chosen.append(team)
        found[team] = end
    return found


def certify_weak(case: WorstCase, game: Game) -> tuple[list[Line], Iterator[tuple[str, Document]]]:
    """A line for every T, and the certificates that they name."""
    values = {team: case.weak_error(team) for team in case.weak[0]}
    lower, upper = representatives(values, True), representatives(values, False)
    lines = [
        Line("weak", team, values[team], f"weak-lower-{lower[team]}.json", f"weak-upper-{upper[team]}.json")
        for team in sorted(values)
    ]

    def certificates() -> Iterator[tuple[str, Document]]:
        for team in sorted(set(lower.values())):
            # The worst group; if the error is not attained, one that is not covered.
            fits = [fits[team] for fits in case.weak]
            user = min(range(len(fits)), key=lambda i: (-fits[i].eps, fits[i].covered))
            inside = members(team, len(case.data.models))
            yield f"weak-lower-{team}.json", weak_refutation(case.data, game, inside, user, fits[user])
        for team in sorted(set(upper.values())):
            inside, margin = members(team, len(case.data.models)), _margin(values[team])
            weights = weak_weights(game, inside, [fits[team] for fits in case.weak], margin)
            document = aligned_certificate(game, inside, weights, (values[team].eps + margin, ZERO))
            yield f"weak-upper-{team}.json", document

    return lines, certificates()


def _margin(value: TeamError) -> Fraction:
    return ZERO if value.attained else MARGIN


def certify_strong(case: WorstCase, game: Game) -> tuple[list[Line], Iterator[tuple[str, Document]]]:
    """A line for every T, and the certificates that they name."""
    fits, count = case.strong, len(case.strong)
    lines, needed = [], dict[str, Callable[[], Document]]()
    for team in sorted(case.weak[0]):
        value, inside = case.strong_error(team), members(team, count)
        worst = next(j for j in inside if fits[j].eps == value.eps)
        if value.attained:
            lower = f"strong-lower-{1 << worst}.json"
            needed[lower] = partial(strong_refutation, game, worst, fits[worst])
        else:
            lower = f"strong-uncovered-{team}.json"
            nobody = min(set.intersection(*(set(fits[j].uncovered) for j in inside)))
            needed[lower] = partial(uncovered_refutation, game, {j: fits[j] for j in inside}, nobody)
        # All models with no larger error.
        within = {j: fit for j, fit in enumerate(fits) if fit.eps <= value.eps}
        upper = f"strong-upper-{sum(1 << j for j in within)}{'' if value.attained else '-approached'}.json"
        needed[upper] = partial(_strongly, game, within, value)
        lines.append(Line("strong", team, value, lower, upper))
    return lines, ((name, make()) for name, make in sorted(needed.items()))


def _strongly(game: Game, fits: Mapping[int, worst_case.StrongFit], value: TeamError) -> Document:
    margin = _margin(value)
    return aligned_certificate(game, sorted(fits), strong_weights(fits, margin), (value.eps + margin,))


def write_market(one: Market, path: Path, key: str) -> None:
    """Write a market's certificates and table, unchecked. Raises NotSolved, OSError."""
    data, game = one.data, survey_game(one.data)
    if one.group is None:
        case = worst_case.worst_case(data)
        made = [certify_weak(case, game), certify_strong(case, game)]
    else:
        made = [certify_weak(WorstCase(data, (weak_errors(data, 0),), ()), game)]
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for _, certificates in made:
            for name, document in certificates:
                archive.writestr(name, json.dumps(document, ensure_ascii=False, separators=(",", ":")))
        archive.writestr(TABLE, csv_text(COLUMNS, (_cells(data, line) for lines, _ in made for line in lines)))
        archive.comment = key.encode()


def _cells(data: Scored, line: Line) -> tuple[object, ...]:
    error = line.error
    return line.form, team_name(data, line.team), error.eps, error.attained, line.lower, line.upper


def team_name(data: Scored, team: int) -> str:
    """The models of a set, in a cell of a table."""
    return " + ".join(data.panel.model_names[j] for j in members(team, len(data.models)))


# Checking -------------------------------------------------------------------------------------------------------------


def read_lines(one: Market, archive: zipfile.ZipFile) -> tuple[Line, ...]:
    """A market's table. Raises NotShown, also if it does not have each set once, and KeyError if there is none."""
    teams = {team_name(one.data, team): team for team in range(1, 1 << len(one.data.models))}
    rows = list(csv.DictReader(io.StringIO(archive.read(TABLE).decode())))
    try:
        lines = tuple(
            Line(form, teams[row["T"]], TeamError(Fraction(row["eps"]), ATTAINED[row["attained"]]), lower, upper)
            for row in rows
            for form, lower, upper in [(FORMS[row["form"]], row["lower"], row["upper"])]
        )
    except (KeyError, ValueError, ZeroDivisionError) as error:
        raise NotShown(f"{one.name}.zip: {TABLE} has a cell that cannot be read: {error}") from None
    expected = [(form, team) for form in one.forms for team in teams.values()]
    if sorted(expected) != sorted((line.form, line.team) for line in lines):
        raise NotShown(f"{one.name}.zip: {TABLE} does not have every set of models once")
    return lines


def confirm(one: Market, path: Path) -> tuple[tuple[Line, ...], int]:
    """The lines of a market's table, all of them shown by certificates that the kernel accepts; and their number.

    Raises NotShown.
    """
    game = survey_game(one.data)
    document, accepted = game_document(game), {}
    try:
        with zipfile.ZipFile(path) as archive:
            lines = read_lines(one, archive)
            for name in archive.namelist():
                if name != TABLE:
                    accepted[name] = _accepted(archive.read(name), document, f"{path.name}/{name}")
    except (OSError, KeyError, zipfile.BadZipFile, UnicodeDecodeError) as error:
        raise NotShown(f"{path.name}: cannot be read: {error}") from None
    for line in lines:
        for name, fault in ((line.lower, why_not_below), (line.upper, why_not_above)):
            if name not in accepted:
                raise NotShown(f"{path.name}: there is no certificate {name}")
            if reason := fault(game, line, accepted[name]):
                raise NotShown(f"{path.name}/{name} does not bound the {line.form} error of set {line.team}: {reason}")
    return lines, len(accepted)


def _accepted(text: bytes, game: Document, name: str) -> Document:
    """A certificate that the kernel accepts and that is about this game."""
    try:
        node = parse(text)
        kernel.check(node)
    except (linear.Rejected, NotSeparable, InputError) as error:
        raise NotShown(f"{name}: the kernel rejects it: {error}") from None
    document: Document = node.value
    if document["claim"].get("game") != game:
        raise NotShown(f"{name}: its game is not the market of the tables")
    return document


def why_not_below(game: Game, line: Line, document: Document) -> str | None:
    """Why a certificate does not show that no weights of T do better than the line says."""
    claim, proof = document["claim"], document["evidence"]
    if document["kind"] != "not-aligned" or list(claim["alignment"]) != [line.form]:
        return "it is of another kind"
    bound, team = claim["alignment"][line.form], _team(game, claim)
    if Fraction(bound["eps"]) != line.error.eps or bound["attained"] == line.error.attained:
        return "it is about another error"
    if line.form == "weak":
        if bound.get("providers") != decomposition_document(own_parts(game, members(team, len(game.providers)))):
            return "it is about another decomposition"
        return "it is about models that do not include T" if line.team & ~team else None
    if "provider" in proof:
        model = 1 << game.provider_names.index(proof["provider"])
        return None if line.team & model else "the model that does not fit is not in T"
    return None if line.team == team else "it is about other models"


def why_not_above(game: Game, line: Line, document: Document) -> str | None:
    """Why a certificate does not show that some weights of T do as well as the line says."""
    claim = document["claim"]
    if document["kind"] != "aligned" or list(claim["alignment"]) != [line.form]:
        return "it is of another kind"
    held, team = claim["alignment"][line.form], _team(game, claim)
    error, *others = map(Fraction, held["eps"])
    if error != line.error.eps + _margin(line.error) or any(others):
        return "it is about another error"
    inside = members(team, len(game.providers))
    if line.form == "weak":
        if held["weights"]["providers"] != decomposition_document(own_parts(game, inside)):
            return "it is about another decomposition"
        return "it needs models that are not in T" if team & ~line.team else None
    if line.team & ~team:
        return "it is about models that do not include T"
    rows = [row for j, row in zip(inside, held["weights"]["lambda"], strict=True) if line.team >> j & 1]
    covered = all(any(Fraction(row[i]) > 0 for row in rows) for i in range(len(game.users)))
    return None if covered else "the models of T do not cover all users"


def _team(game: Game, claim: Document) -> int:
    """The models that a claim is about; the order is that of the game, or the kernel would not have read it."""
    return sum(1 << game.provider_names.index(name) for name in claim["providers"])


# All of it ------------------------------------------------------------------------------------------------------------


def settle(one: Market, folder: Path, key: str, recheck: bool) -> Settled:
    """A market's file, written and confirmed; one that an earlier run confirmed is read again only on demand.

    Raises NotSolved, NotShown, OSError.
    """
    path = folder / f"{one.name}.zip"
    stored = _stored(one, path, key)
    if stored and not recheck:
        return stored
    if stored:
        lines, count = confirm(one, path)
        return Settled(one, lines, count, True)
    unconfirmed = path.with_suffix(".partial")
    write_market(one, unconfirmed, key)
    lines, count = confirm(one, unconfirmed)
    unconfirmed.replace(path)
    return Settled(one, lines, count, False)


def _stored(one: Market, path: Path, key: str) -> Settled | None:
    """What an earlier run wrote, if it can be read and was made from the same."""
    try:
        with zipfile.ZipFile(path) as archive:
            if archive.comment != key.encode():
                return None
            return Settled(one, read_lines(one, archive), len(archive.namelist()) - 1, True)
    except (OSError, KeyError, NotShown, zipfile.BadZipFile, UnicodeDecodeError):
        return None  # not there, or not whole: it is made anew


def all_teams(
    panels: Tables,
    partitions: Sequence[str],
    folder: Path,
    recheck: bool = False,
    jobs: int = 2,
    announce: Callable[[Settled, int, int], None] = lambda *_: None,
) -> list[Settled]:
    """Settle all markets of some partitions, and write all their tables in one (:func:`table_path`).

    ``announce(market, done, of)`` is called after each. Raises NotSolved, NotShown, OSError.
    """
    chosen = markets(panels, partitions)
    key = _key(panels)
    found = {}
    with ProcessPoolExecutor(jobs) as pool:
        waiting = [pool.submit(settle, one, folder, key, recheck) for one in chosen]
        try:
            for done, future in enumerate(as_completed(waiting), 1):
                one = future.result()
                found[one.market.name] = one
                announce(one, done, len(chosen))
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    settled = [found[one.name] for one in chosen]
    write_findings(
        table_path(panels, partitions, folder), panels.source, ("partition", "group", "file", *COLUMNS), _rows(settled)
    )
    return settled


def table_path(panels: Tables, partitions: Sequence[str], folder: Path) -> Path:
    """``teams.csv`` if it is about all partitions, else with their numbers."""
    chosen = [f"-{place:02d}" for place, name in enumerate(panels.partitions, 1) if name in partitions]
    return folder / f"teams{'' if len(chosen) == len(panels.partitions) else ''.join(chosen)}.csv"


def _rows(settled: Iterable[Settled]) -> Iterator[tuple[object, ...]]:
    for one in settled:
        of = one.market
        for line in one.lines:
            yield of.partition, of.group or "", f"{of.name}.zip", *_cells(of.data, line)


def _key(panels: Tables) -> str:
    digest = hashlib.sha256(panels.digest.encode())
    for path in (*(str(module.__file__) for module in SOURCES), __file__):
        digest.update(Path(path).read_bytes())
    return digest.hexdigest()
