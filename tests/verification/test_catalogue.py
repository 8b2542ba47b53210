"""The catalogue that is kept is what its commands make, and a certificate of something else is noticed."""

import json
import re

import pytest

from alignproof.checks.kernel import check
from alignproof.counterexamples.catalogue.entries import ENTRIES, Rows, Searched
from alignproof.formats.documents import dump
from alignproof.games.document import parse
from alignproof.verification import catalogue
from alignproof.verification.catalogue import KEPT, SHOWS, catalogue_tasks, items, write_catalogue
from alignproof.verification.results import result_tasks
from alignproof.verification.verdict import Refused

ROWS = result_tasks()
NAMES = [entry.name for entry in ENTRIES]


def kept(entry):
    return {path.name: json.loads(path.read_text("utf-8")) for path in (KEPT / entry.name).glob("*.json")}


def test_names_are_folders_and_every_folder_is_an_entry():
    assert len(set(NAMES)) == len(NAMES)
    assert {path.parent.name for path in KEPT.glob("*/README.md")} == set(NAMES)


@pytest.mark.parametrize("entry", ENTRIES, ids=NAMES)
def test_what_is_kept_is_what_is_made_from_scratch(entry):
    made = {item.file: item.make() for item in items(entry, ROWS)}
    assert {name: document["claim"] for name, document in made.items()} == {
        name: document["claim"] for name, document in kept(entry).items()
    }
    assert all(document["kind"] in SHOWS for document in made.values())


def test_rows_hold_what_is_kept_against_the_entries():
    for task in catalogue_tasks(ROWS):
        document = task.find().certificate
        assert task.demands(document["kind"], document["claim"]) == []
        check(parse(dump(document).encode()))


def test_a_certificate_of_another_entry_is_not_taken():
    """Every row refuses the certificates of all others, except where two entries are about the same claim."""
    tasks = list(catalogue_tasks(ROWS))
    documents = [task.find().certificate for task in tasks]
    for k, task in enumerate(tasks):
        for other, document in enumerate(documents):
            if other != k and document["claim"] != documents[k]["claim"]:
                assert task.demands(document["kind"], document["claim"]), (task.result, tasks[other].result)


def test_a_file_that_is_missing_or_broken_is_no_certificate(tmp_path, monkeypatch):
    monkeypatch.setattr(catalogue, "KEPT", tmp_path)
    task = next(iter(catalogue_tasks(ROWS)))
    with pytest.raises(Refused):
        task.find()


def test_an_entry_without_rows_is_refused():
    entry = next(entry for entry in ENTRIES if isinstance(entry.source, Rows))
    lost = type(entry)(**{**vars(entry), "source": Rows("Theorem 9.9")})
    with pytest.raises(KeyError):
        items(lost, ROWS)


def test_commands_are_commands():
    """What a page says makes the instance names rows that there are, or a goal with its parameters."""
    results = {task.result for task in ROWS}
    for entry in ENTRIES:
        if isinstance(entry.source, Rows):
            (name,) = re.findall(r'"(.*)"', entry.source.command)
            assert any(name.lower() in result.lower() for result in results)
        else:
            assert catalogue._wanted(entry.source).goal.name == entry.source.goal


def test_pages_pictures_and_the_list(tmp_path, monkeypatch):
    some = tuple(entry for entry in ENTRIES if isinstance(entry.source, Rows))[:2]
    monkeypatch.setattr(catalogue, "ENTRIES", some)
    write_catalogue(tmp_path, ROWS)
    for entry in some:
        page = (tmp_path / entry.name / "README.md").read_text("utf-8")
        assert page == (KEPT / entry.name / "README.md").read_text("utf-8")
        for text in (entry.title, entry.knows, entry.wants, entry.does, entry.hence, entry.source.command):
            assert text in page
        for link in re.findall(r"\]\(([^)]*)\)", page):
            assert (tmp_path / entry.name / link).is_file()
        assert (tmp_path / entry.name / "game.svg").read_text("utf-8").startswith("<?xml")
        assert f"{entry.name}/README.md" in (tmp_path / "README.md").read_text("utf-8")


def test_searched_entries_know_their_kinds():
    for entry in ENTRIES:
        if isinstance(entry.source, Searched):
            assert sorted(document["kind"] for document in kept(entry).values()) == sorted(entry.source.kinds)
