"""Answer distributions of groups and of models, read from two CSV files into exact rationals.

``groups.csv`` has the columns wave, question_key, partition, group, option_index, option, p, count, n (the last two may
be empty), ``models.csv`` has wave, question_key, model, option_index, option, q; ``groups_core.csv`` and
``models_core.csv`` are read too, and other columns are ignored, but for three: a row whose ``source`` is ``synthetic``
makes the tables synthetic, a group whose ``in_metadata`` is 0 is not one of the survey's, and ``n_samples`` says how
many answers a model's shares are from. If ``partitions.csv``
(partition, group) is there, it lists all groups, in order.

A share is count/n where counts are given; the printed p must agree with it up to rounding. Without counts it is the
decimal p, divided by the sum of its distribution, so that every distribution sums to 1 exactly. So is every q.
Whatever does not fit is refused with the file and the row (the line in the file; the header is line 1).
"""

import csv
import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from alignproof.formats.writing import csv_text, write_file
from alignproof.games.document import InputError, shown

GROUP_COLUMNS = ("wave", "question_key", "partition", "group", "option_index", "option", "p", "count", "n")
MODEL_COLUMNS = ("wave", "question_key", "model", "option_index", "option", "q")
PARTITION_COLUMNS = ("partition", "group")
SYNTHETIC = "synthetic"
MADE_UP = "SYNTHETIC DATA: made up, not a finding"
ROUNDING = Fraction(1, 100_000)
"""How far a printed share may be from its count, and a distribution's sum from 1."""

MOST_MODELS = 14
"""All subsets of the models are looked at."""
MOST_GROUPS = 12
"""And all subsets of a partition's groups."""
_NUMBER = re.compile(r"[0-9]{1,30}(\.[0-9]{0,30})?([eE][-+]?[0-9]{1,2})?")

_Who = TypeVar("_Who")
QuestionId = tuple[str, str]
"""Wave and key."""


@dataclass(frozen=True, order=True)
class Question:
    """A question with its options, by option index."""

    wave: str
    key: str
    options: tuple[str, ...]

    @property
    def identity(self) -> QuestionId:
        """What the tables know it by."""
        return self.wave, self.key


@dataclass(frozen=True)
class Answers:
    """How often each option is chosen: nonnegative shares that sum to 1, and the counts behind them if known."""

    shares: tuple[Fraction, ...]
    counts: tuple[int, ...] | None = None


@dataclass(frozen=True)
class Panel:
    """One partition: the questions all its groups answered, and everybody's answers to them.

    ``groups[i][y]`` and ``models[j][y]`` are the answers of group i and of model j to question y.
    """

    partition: str
    group_names: tuple[str, ...]
    model_names: tuple[str, ...]
    questions: tuple[Question, ...]
    groups: tuple[tuple[Answers, ...], ...]
    models: tuple[tuple[Answers, ...], ...]


@dataclass(frozen=True)
class Tables:
    """Both tables. ``digest`` is that of the files' content."""

    questions: Mapping[QuestionId, Question]
    partitions: Mapping[str, tuple[str, ...]]
    model_names: tuple[str, ...]
    group_answers: Mapping[tuple[str, str], Mapping[QuestionId, Answers]]
    model_answers: Mapping[str, Mapping[QuestionId, Answers]]
    synthetic: bool
    digest: str

    def panel(self, partition: str) -> Panel:
        """The panel of a partition. Raises InputError if there is no such partition."""
        if partition not in self.partitions:
            raise InputError(
                "partition", f"no partition is called {shown(partition)!r}; known are {', '.join(self.partitions)}"
            )
        names = self.partitions[partition]
        answers = [self.group_answers[partition, name] for name in names]
        common = [key for key in sorted(self.questions) if all(key in mine for mine in answers)]
        return Panel(
            partition,
            names,
            self.model_names,
            tuple(self.questions[key] for key in common),
            tuple(tuple(mine[key] for key in common) for mine in answers),
            tuple(tuple(self.model_answers[name][key] for key in common) for name in self.model_names),
        )

    def only(self, waves: Sequence[str], least: int) -> "Tables":
        """The tables of some waves, without partitions that keep fewer than ``least`` questions.

        Raises InputError if there is no such wave, or if no partition is left.
        """
        known = sorted({wave for wave, _ in self.questions})
        for wave in waves:
            if wave not in known:
                raise InputError("wave", f"no wave is called {shown(wave)!r}; known are {', '.join(known)}")
        kept = replace(
            self,
            questions={key: question for key, question in self.questions.items() if key[0] in waves},
            group_answers={who: _of_waves(mine, waves) for who, mine in self.group_answers.items()},
            model_answers={who: _of_waves(mine, waves) for who, mine in self.model_answers.items()},
            digest=hashlib.sha256(f"{self.digest} {sorted(set(waves))}".encode()).hexdigest(),
        )
        partitions = {
            name: groups for name, groups in self.partitions.items() if len(kept.panel(name).questions) >= least
        }
        if not partitions:
            raise InputError("wave", f"no partition has {least} questions in {', '.join(waves)}")
        return replace(kept, partitions=partitions)

    @property
    def source(self) -> str:
        """What every row of a table computed from these says: that they are made up, or else their digest."""
        return MADE_UP if self.synthetic else f"tables {self.digest[:12]}"

    @cached_property
    def smallest_share(self) -> Fraction:
        """The smallest positive share that any model gives any option."""
        return min(s for mine in self.model_answers.values() for a in mine.values() for s in a.shares if s > 0)


@dataclass(frozen=True)
class _Row:
    place: str
    cells: Mapping[str, str]

    def fail(self, reason: str) -> InputError:
        return InputError(self.place, reason)

    def name(self, column: str) -> str:
        value = self.cells[column].strip()
        if not value or not value.isprintable():
            raise self.fail(f"{column} is {'empty' if not value else 'not printable'}")
        return value

    def number(self, column: str) -> Fraction:
        value = self.cells[column].strip()
        if not _NUMBER.fullmatch(value):
            raise self.fail(f"{column} is {shown(value)!r}, not a nonnegative number")
        return Fraction(value)

    def whole(self, column: str) -> int:
        value = self.number(column)
        if value.denominator != 1:
            raise self.fail(f"{column} is {shown(self.cells[column])!r}, not a whole number")
        return int(value)


@dataclass(frozen=True)
class _Cell:
    """One distribution: its rows by option index."""

    rows: Mapping[int, _Row]

    @property
    def first(self) -> _Row:
        return next(iter(self.rows.values()))

    @property
    def options(self) -> tuple[tuple[int, str], ...]:
        return tuple((index, self.rows[index].name("option")) for index in sorted(self.rows))

    def numbers(self, column: str) -> tuple[Fraction, ...]:
        return tuple(self.rows[index].number(column) for index in sorted(self.rows))


def read_tables(folder: Path | str) -> Tables:
    """The tables in a folder. Raises InputError with the file and the row of the first fault."""
    groups_path, models_path = _find(Path(folder), "groups"), _find(Path(folder), "models")
    listed_path = Path(folder) / "partitions.csv"
    group_rows, model_rows = _rows(groups_path, GROUP_COLUMNS), _rows(models_path, MODEL_COLUMNS)
    groups = _cells(group_rows, ("wave", "question_key", "partition", "group"))
    models = _cells(model_rows, ("wave", "question_key", "model"))
    questions = _questions(groups, models)
    model_names = tuple(dict.fromkeys(key[2] for key in models))
    if not 2 <= len(model_names) <= MOST_MODELS:
        raise InputError(models_path.name, f"{len(model_names)} models; from 2 to {MOST_MODELS} can be looked at")
    partitions = _partitions(groups, listed_path)
    return Tables(
        questions,
        partitions,
        model_names,
        _grouped({((key[2], key[3]), (key[0], key[1])): _counted(cell) for key, cell in groups.items()}),
        _grouped({(key[2], (key[0], key[1])): _sampled(cell) for key, cell in models.items()}),
        any(row.cells.get("source") == SYNTHETIC for row in (*group_rows, *model_rows)),
        _digest(path for path in (groups_path, models_path, listed_path) if path.is_file()),
    )


def _find(folder: Path, stem: str) -> Path:
    names = (f"{stem}.csv", f"{stem}_core.csv")
    found = [folder / name for name in names if (folder / name).is_file()]
    if not found:
        raise InputError(str(folder), f"there is no {' or '.join(names)}")
    if len(found) > 1:
        raise InputError(str(folder), f"there are both {' and '.join(names)}")
    return found[0]


def _rows(path: Path, columns: Sequence[str]) -> list[_Row]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            header = next(reader, [])
            if missing := [name for name in columns if name not in header]:
                raise InputError(path.name, f"no column is called {missing[0]!r}")
            if len(set(header)) != len(header):
                raise InputError(path.name, "two columns have the same name")
            rows = []
            for cells in reader:
                place = f"{path.name}:{reader.line_num}"
                if len(cells) != len(header):
                    raise InputError(place, f"{len(cells)} cells, not {len(header)}")
                rows.append(_Row(place, dict(zip(header, cells, strict=True))))
    except OSError as error:
        raise InputError(str(path), f"cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise InputError(path.name, f"not UTF-8 text (byte {error.start})") from None
    except csv.Error as error:
        raise InputError(f"{path.name}:{reader.line_num}", f"not CSV: {error}") from None
    if not rows:
        raise InputError(path.name, "no rows")
    return rows


def _cells(rows: Iterable[_Row], columns: Sequence[str]) -> dict[tuple[str, ...], _Cell]:
    """The rows of each distribution. Raises InputError if an option is there twice."""
    found: dict[tuple[str, ...], dict[int, _Row]] = {}
    for row in rows:
        cell = found.setdefault(tuple(row.name(column) for column in columns), {})
        index = row.whole("option_index")
        if index in cell:
            raise row.fail(f"option {index} is there already ({cell[index].place})")
        for other in cell.values():
            if other.name("option") == row.name("option"):
                raise row.fail(f"the option {shown(row.name('option'))!r} is there already ({other.place})")
        cell[index] = row
    return {key: _Cell(cell) for key, cell in found.items()}


def _questions(
    groups: Mapping[tuple[str, ...], _Cell], models: Mapping[tuple[str, ...], _Cell]
) -> dict[QuestionId, Question]:
    """The questions, after making sure that everybody chose among the same options, and every model answered."""
    reference: dict[QuestionId, _Cell] = {}
    for key, cell in (*groups.items(), *models.items()):
        _same_options(cell, reference.setdefault((key[0], key[1]), cell))
    names = dict.fromkeys(key[2] for key in models)
    asked = {(key[0], key[1]) for key in groups}
    for key, cell in models.items():
        if (key[0], key[1]) not in asked:
            raise cell.first.fail(f"no group answered the question {shown(key[1])!r} of wave {shown(key[0])!r}")
    for identity in sorted(asked):
        for name in names:
            if (*identity, name) not in models:
                raise reference[identity].first.fail(f"the model {shown(name)!r} did not answer this question")
        if len(reference[identity].rows) < 2:
            raise reference[identity].first.fail("a question needs at least two options")
    return {
        identity: Question(*identity, tuple(option for _, option in reference[identity].options))
        for identity in sorted(asked)
    }


def _same_options(cell: _Cell, other: _Cell) -> None:
    for index, option in cell.options:
        if (index, option) not in other.options:
            raise cell.rows[index].fail(f"option {index}, {shown(option)!r}, is not one at {other.first.place}")
    for index, option in other.options:
        if index not in cell.rows:
            raise cell.first.fail(f"option {index}, {shown(option)!r}, is missing; it is at {other.rows[index].place}")


def _partitions(groups: Mapping[tuple[str, ...], _Cell], listed: Path) -> dict[str, tuple[str, ...]]:
    """Each partition's groups, in the order of the list if there is one, else of the table."""
    first: dict[tuple[str, str], _Row] = {}
    questions: dict[tuple[str, str], set[QuestionId]] = {}
    for key, cell in groups.items():
        first.setdefault((key[2], key[3]), cell.first)
        questions.setdefault((key[2], key[3]), set()).add((key[0], key[1]))
        if cell.first.cells.get("in_metadata", "1") == "0":
            raise cell.first.fail(f"the survey has no group {shown(key[3])!r} in {shown(key[2])!r}")
    known: dict[tuple[str, str], _Row] = {}
    for row in _rows(listed, PARTITION_COLUMNS) if listed.is_file() else ():
        pair = row.name("partition"), row.name("group")
        if pair in known:
            raise row.fail(f"the group is there already ({known[pair].place})")
        if pair not in first:
            raise row.fail(f"the partition {shown(pair[0])!r} is empty: nobody in {shown(pair[1])!r} answered")
        known[pair] = row
    for pair, row in first.items():
        if known and pair not in known:
            raise row.fail(f"{listed.name} lists no group {shown(pair[1])!r} in {shown(pair[0])!r}")
    partitions: dict[str, tuple[str, ...]] = {}
    for partition, group in known or first:
        partitions[partition] = (*partitions.get(partition, ()), group)
    for partition, names in partitions.items():
        row = first[partition, names[0]]
        if not set.intersection(*(questions[partition, name] for name in names)):
            raise row.fail(f"the partition {shown(partition)!r} is empty: no question was answered by all its groups")
        if len(names) < 2:
            raise row.fail(f"{shown(partition)!r} has one group only")
        if len(names) > MOST_GROUPS:
            raise row.fail(f"{shown(partition)!r} has {len(names)} groups; at most {MOST_GROUPS} can be looked at")
    return partitions


def _counted(cell: _Cell) -> Answers:
    """A group's answers: counts if the rows have them."""
    rows = [cell.rows[index] for index in sorted(cell.rows)]
    given = [row for row in rows if row.cells["count"].strip() or row.cells["n"].strip()]
    if not given:
        return _printed(cell, "p")
    counts = tuple(row.whole("count") for row in rows)
    for row, count in zip(rows, counts, strict=True):
        if row.whole("n") != sum(counts):
            raise row.fail(f"n is {row.whole('n')}, but the counts sum to {sum(counts)}")
        if not sum(counts):
            raise row.fail("nobody answered")
        if abs(row.number("p") - Fraction(count, sum(counts))) > ROUNDING:
            raise row.fail(f"p is {shown(row.cells['p'])}, but count/n is {count}/{sum(counts)}")
    return Answers(tuple(Fraction(count, sum(counts)) for count in counts), counts)


def _sampled(cell: _Cell) -> Answers:
    """A model's answers; with counts, if the number of samples is given and every share is a whole number of them."""
    printed, rows = _printed(cell, "q"), [cell.rows[index] for index in sorted(cell.rows)]
    if not all(row.cells.get("n_samples", "").strip() for row in rows):
        return printed
    samples = rows[0].whole("n_samples")
    for row in rows:
        if row.whole("n_samples") != samples:
            raise row.fail(f"n_samples is {row.whole('n_samples')}, but {samples} at {rows[0].place}")
    counts = tuple(round(share * samples) for share in printed.shares)
    exact = samples > 0 and all(
        abs(share - Fraction(count, samples)) <= ROUNDING for share, count in zip(printed.shares, counts, strict=True)
    )
    return Answers(printed.shares, counts) if exact and sum(counts) == samples else printed


def _printed(cell: _Cell, column: str) -> Answers:
    """Answers from decimals alone, which sum to 1 up to rounding."""
    values = cell.numbers(column)
    for index, value in zip(sorted(cell.rows), values, strict=True):
        if value > 1:
            raise cell.rows[index].fail(f"{column} is {shown(cell.rows[index].cells[column])}, more than 1")
    total = sum(values, Fraction(0))
    if abs(total - 1) > ROUNDING:
        raise cell.first.fail(f"{column} sums to {float(total):.6g} over the {len(values)} options, not to 1")
    return Answers(tuple(value / total for value in values))


def _grouped(answers: Mapping[tuple[_Who, QuestionId], Answers]) -> dict[_Who, dict[QuestionId, Answers]]:
    grouped: dict[_Who, dict[QuestionId, Answers]] = {}
    for (who, question), given in answers.items():
        grouped.setdefault(who, {})[question] = given
    return grouped


def _of_waves(answers: Mapping[QuestionId, Answers], waves: Sequence[str]) -> dict[QuestionId, Answers]:
    return {key: given for key, given in answers.items() if key[0] in waves}


def _digest(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def write_findings(path: Path, source: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A CSV file whose first column, ``data``, is the ``source`` of :class:`Tables`. Raises OSError."""
    write_table(path, ("data", *columns), ((source, *row) for row in rows))


def write_table(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A CSV file with these columns. Raises OSError if it cannot be written."""
    write_file(path, csv_text(columns, rows))
