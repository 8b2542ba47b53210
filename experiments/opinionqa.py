"""The files that the OpinionQA authors publish (Santurkar et al. 2023), turned into tidy tables.

Read are, below one folder (or its folder ``data``):

- ``human_resp/American_Trends_Panel_W*/info.csv``: for each question its key, text, ``references`` (the options, those
  that mean a refusal last) and ``option_ordinal`` (one number for each option that is no refusal);
- ``human_resp/*/metadata.csv``: each partition's groups. Without it a partition has the groups of its file, but not
  "Refused";
- ``human_resp/*/PARTITION_data.json``: how often each group gave each answer;
- ``runs/opinions_qa:survey=...,context=default,...,model=.../scenario_state.json``: log probabilities of the first
  token.

As the authors do it: refusals are left out on both sides and the rest renormalised; an option whose letter is not among
the tokens that were returned gets the smaller of the least probability returned and an equal part of what is missing
from 1; crossed partitions (``POLPARTY_RACE``), ``NONE`` and steered contexts are left out.

A question is kept if every model answered it and everybody chose among its options; how many were left out, and why,
is counted. A file that does not have this form is refused.
"""

import ast
import csv
import json
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from alignproof.experiments.tables import (
    GROUP_COLUMNS,
    MODEL_COLUMNS,
    PARTITION_COLUMNS,
    QuestionId,
    read_tables,
    write_table,
)
from alignproof.games.document import InputError, shown

_WAVE = re.compile(r"_(W\d+)$")
NOT_GROUPS = ("MC_options", "question_text")
REFUSED = "Refused"
MODEL_DIGITS = 12


@dataclass
class Summary:
    """What was written, and what was left out and why."""

    questions: int = 0
    groups: int = 0
    models: tuple[str, ...] = ()
    left_out: Counter[str] = field(default_factory=Counter)

    def lines(self) -> Iterator[str]:
        """As text."""
        yield f"{self.questions} questions, {self.groups} groups, {len(self.models)} models: {', '.join(self.models)}"
        for reason, count in sorted(self.left_out.items()):
            yield f"left out: {count} ({reason})"


@dataclass(frozen=True)
class _Asked:
    """A question as info.csv has it; the first ``len(ordinal)`` of ``references`` are no refusals."""

    identity: QuestionId
    text: str
    references: tuple[str, ...]
    substantive: int

    @property
    def options(self) -> tuple[str, ...]:
        return self.references[: self.substantive]


Counts = dict[tuple[str, str], dict[QuestionId, tuple[int, ...]]]
Shares = dict[str, dict[QuestionId, tuple[float, ...]]]


def import_opinionqa(folder: Path, out: Path) -> Summary:
    """Write ``groups.csv``, ``models.csv`` and ``partitions.csv`` into ``out``, and read them back as a check.

    Raises InputError with the place of the first file that does not have the form, or if nothing is left; OSError if a
    file cannot be written.
    """
    root = next((at for at in (folder, folder / "data") if (at / "human_resp").is_dir()), None)
    if root is None:
        raise InputError(str(folder), "there is no folder human_resp in it")
    summary = Summary()
    asked: dict[QuestionId, _Asked] = {}
    counts: Counts = {}
    for wave_folder in sorted((root / "human_resp").iterdir()):
        if (match := _WAVE.search(wave_folder.name)) and wave_folder.is_dir():
            questions = _info(wave_folder / "info.csv", match[1])
            asked |= questions
            _responses(wave_folder, match[1], questions, counts, summary)
    shares = _runs(root / "runs", asked, summary)
    _write(out, asked, counts, shares, summary)
    read_tables(out)
    return summary


def _table(path: Path, columns: Sequence[str]) -> list[tuple[str, dict[str, str]]]:
    """Rows with their places."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            if missing := [name for name in columns if name not in (reader.fieldnames or ())]:
                raise InputError(str(path), f"no column is called {missing[0]!r}")
            rows = [(f"{path}:{reader.line_num}", row) for row in reader]
    except OSError as error:
        raise InputError(str(path), f"cannot be read: {error.strerror}") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(str(path), f"not CSV in UTF-8: {error}") from None
    for place, row in rows:
        if any(row[name] is None for name in columns):
            raise InputError(place, "the row is too short")
    return rows


def _list(place: str, column: str, text: str, kind: type) -> tuple[Any, ...]:
    """A list written as Python writes it; nothing is evaluated."""
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        value = None
    if not isinstance(value, list) or not all(isinstance(item, kind) for item in value):
        raise InputError(place, f"{column} is not a list: {shown(text)}")
    return tuple(value)


def _info(path: Path, wave: str) -> dict[QuestionId, _Asked]:
    found: dict[QuestionId, _Asked] = {}
    for place, row in _table(path, ("key", "question", "references", "option_ordinal")):
        references = _list(place, "references", row["references"], str)
        ordinal = _list(place, "option_ordinal", row["option_ordinal"], (float | int))  # type: ignore[arg-type]
        if len(ordinal) > len(references) or len(set(references)) != len(references):
            raise InputError(place, "references and option_ordinal do not fit each other, or an option is repeated")
        if (wave, row["key"]) in found:
            raise InputError(place, f"the key {shown(row['key'])!r} is there already")
        found[wave, row["key"]] = _Asked((wave, row["key"]), row["question"], references, len(ordinal))
    return found


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(str(path), f"cannot be read: {error.strerror}") from None
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise InputError(str(path), f"not JSON in UTF-8: {error}") from None


def _object(value: Any, place: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise InputError(place, "expected an object")
    return value


def _responses(folder: Path, wave: str, asked: Mapping[QuestionId, _Asked], counts: Counts, summary: Summary) -> None:
    """Add one wave's counts, by partition and group."""
    listed = folder / "metadata.csv"
    groups = (
        {row["key"]: _list(place, "options", row["options"], str) for place, row in _table(listed, ("key", "options"))}
        if listed.is_file()
        else None
    )
    for path in sorted(folder.glob("*_data.json")):
        partition = path.name.removesuffix("_data.json")
        if (partition not in groups) if groups is not None else ("_" in partition or partition == "NONE"):
            summary.left_out["files of crossed or unknown partitions"] += 1
            continue
        for key, answers in _object(_json(path), str(path)).items():
            if (wave, key) not in asked:
                summary.left_out[f"answers in {partition} to a question that info.csv does not have"] += 1
                continue
            place = f"{path}: {shown(key)}"
            present = {name: given for name, given in _object(answers, place).items() if name not in NOT_GROUPS}
            known = groups[partition] if groups is not None else [name for name in present if name != REFUSED]
            for group in known:
                cell = _counted(asked[wave, key], _object(present.get(group, {}), place), place, summary)
                if cell:
                    counts.setdefault((partition, group), {})[wave, key] = cell
            if outside := [name for name in present if name not in known and name != REFUSED]:
                summary.left_out[f"groups of {partition} that metadata.csv does not have"] += len(outside)


def _counted(asked: _Asked, given: Mapping[str, Any], place: str, summary: Summary) -> tuple[int, ...] | None:
    for answer, count in given.items():
        if isinstance(count, bool) or not isinstance(count, int | float) or count < 0 or count != int(count):
            raise InputError(place, f"{shown(answer)!r} was counted {shown(count)} times")
    if any(answer not in asked.references for answer in given):
        summary.left_out["cells with an answer that is none of the options"] += 1
        return None
    counts = tuple(int(given.get(option, 0)) for option in asked.options)
    if not sum(counts):
        summary.left_out["cells in which nobody answered"] += 1
        return None
    return counts


def _runs(folder: Path, asked: Mapping[QuestionId, _Asked], summary: Summary) -> Shares:
    """Each model's shares by question."""
    by_text: dict[tuple[str, str, frozenset[str]], list[_Asked]] = {}
    for question in asked.values():
        key = question.identity[0], question.text, frozenset(question.references)
        by_text.setdefault(key, []).append(question)
    shares: Shares = {}
    for path in sorted(folder.glob("*/scenario_state.json")):
        settings = dict(part.split("=", 1) for part in path.parent.name.split(":")[-1].split(",") if "=" in part)
        wave = _WAVE.search(settings.get("survey", ""))
        if not wave or settings.get("context") != "default" or "model" not in settings:
            summary.left_out["runs that are steered or not of one wave"] += 1
            continue
        mine = shares.setdefault(settings["model"], {})
        states = _object(_json(path), str(path)).get("request_states")
        if not isinstance(states, list):
            raise InputError(str(path), "request_states is not a list")
        for number, state in enumerate(states):
            place = f"{path}: request_states[{number}]"
            text, references, prefixes, logs = _state(state, place)
            found = by_text.get((wave[1], text, frozenset(references)), [])
            if len(found) != 1:
                summary.left_out["model answers to a question that info.csv does not have, or has twice"] += 1
            elif found[0].identity in mine:
                summary.left_out["further model answers to the same question"] += 1
            else:
                mine[found[0].identity] = _shares(found[0], prefixes, logs, place)
    if not shares:
        raise InputError(str(folder), "there are no runs with context=default")
    return shares


def _state(state: Any, place: str) -> tuple[str, list[str], dict[str, str], dict[str, float]]:
    """A request: its question, its options, each option's letter, and the tokens' log probabilities."""
    try:
        instance = state["instance"]
        text = instance["input"]["text"]
        references = [reference["output"]["text"] for reference in instance["references"]]
        prefixes = {option: letter for letter, option in state["output_mapping"].items()}
        logs = state["result"]["completions"][0]["tokens"][0]["top_logprobs"]
        numbers = {token: float(value) for token, value in logs.items()}
    except (KeyError, IndexError, TypeError, AttributeError, ValueError) as error:
        raise InputError(place, f"not a HELM request state: {type(error).__name__} {shown(error)}") from None
    if not numbers or not all(value <= 1e-6 for value in numbers.values()):
        raise InputError(place, "top_logprobs is empty or has a positive log probability")
    return text, references, prefixes, numbers


def _shares(asked: _Asked, prefixes: Mapping[str, str], logs: Mapping[str, float], place: str) -> tuple[float, ...]:
    """The model's distribution over the options that are no refusals."""
    if missing := [option for option in asked.references if option not in prefixes]:
        raise InputError(place, f"output_mapping lacks the option {shown(missing[0])!r}")
    found = []
    for option in asked.references:
        letter = prefixes[option]
        found.append(max((math.exp(logs[token]) for token in (f" {letter}", letter) if token in logs), default=None))
    if missed := found.count(None):
        left = max(0.0, 1 - sum(math.exp(value) for value in logs.values()))
        least = min(math.exp(min(logs.values())), left / missed)
        found = [least if value is None else value for value in found]
    kept = [value or 0.0 for value in found[: asked.substantive]]
    if not sum(kept):
        raise InputError(place, "every option has probability 0")
    return tuple(value / sum(kept) for value in kept)


def _write(out: Path, asked: Mapping[QuestionId, _Asked], counts: Counts, shares: Shares, summary: Summary) -> None:
    """Write what both sides have."""
    answered = set.intersection(*(set(mine) for mine in shares.values()))
    counted = {identity for mine in counts.values() for identity in mine}
    kept = [identity for identity in sorted(asked) if identity in answered and identity in counted]
    kept = [identity for identity in kept if len(asked[identity].options) >= 2]
    if not kept:
        raise InputError(str(out), "no question was answered by every model and by some group")
    if missing := len(counted) - len(kept):
        summary.left_out["questions that some model did not answer"] = missing
    groups = _groups_with_common_questions(counts, set(kept), summary)
    rows, model_rows = [], []
    for identity in kept:
        options = asked[identity].options
        for pair in groups:
            if identity in counts[pair]:
                cell = counts[pair][identity]
                for index, (option, count) in enumerate(zip(options, cell, strict=True)):
                    rows.append((*identity, *pair, index, option, f"{count / sum(cell):.6f}", count, sum(cell)))
        for model, mine in shares.items():
            for index, (option, share) in enumerate(zip(options, mine[identity], strict=True)):
                model_rows.append((*identity, model, index, option, f"{share:.{MODEL_DIGITS}f}"))
    write_table(out / "groups.csv", GROUP_COLUMNS, rows)
    write_table(out / "models.csv", MODEL_COLUMNS, model_rows)
    write_table(out / "partitions.csv", PARTITION_COLUMNS, groups)
    summary.questions, summary.groups, summary.models = len(kept), len(groups), tuple(shares)


def _groups_with_common_questions(counts: Counts, kept: set[QuestionId], summary: Summary) -> list[tuple[str, str]]:
    """The groups that answered something, of the partitions whose groups, two or more, all answered one question."""
    answering = {pair: set(mine) & kept for pair, mine in counts.items() if set(mine) & kept}
    partitions: dict[str, list[tuple[str, str]]] = {}
    for pair in answering:
        partitions.setdefault(pair[0], []).append(pair)
    chosen: list[tuple[str, str]] = []
    for partition in sorted(partitions):
        pairs = partitions[partition]
        if len(pairs) == 1:
            summary.left_out[f"groups of {partition}, of which there is one only"] += 1
        elif set.intersection(*(answering[pair] for pair in pairs)):
            chosen += pairs
        else:
            summary.left_out[f"groups of {partition}, which have no question in common"] += len(pairs)
    return chosen
