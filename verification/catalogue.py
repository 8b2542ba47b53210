"""The catalogue: entries with their certificates, a picture of the game and a page each.

``alignproof catalogue`` makes everything from scratch. The certificates that are kept, in
``counterexamples/catalogue``, are rows of ``make verify``: held against what their entries claim, and replayed.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from alignproof.counterexamples.catalogue.entries import ENTRIES, Entry, Rows, Searched
from alignproof.counterexamples.search.goal import Task as Wanted
from alignproof.counterexamples.search.goal import read_task
from alignproof.counterexamples.search.run import Found, search
from alignproof.counterexamples.shrink.aim import aim_of
from alignproof.counterexamples.shrink.read import instance_of
from alignproof.counterexamples.shrink.run import shrink
from alignproof.formats.certificates import Document
from alignproof.formats.documents import dump
from alignproof.formats.writing import write_file
from alignproof.games.document import Node
from alignproof.games.files import read_game
from alignproof.verification.rows import sizes
from alignproof.verification.verdict import DEFINITIONS, Finding, Refused, Task

KEPT = Path(__file__).resolve().parent.parent / "counterexamples" / "catalogue"
"""Where the catalogue is kept."""

SECONDS = 60.0
"""How long a search may take; those of the catalogue take a second or two."""

SHOWS = {
    "aligned": "the alignment",
    "not-aligned": "that no weights align",
    "benchmark": "a benchmark",
    "value": "what everybody gets",
    "deviation-bound": "that no rule earns more",
    "not-equilibrium": "a deviation that pays",
    "bound-violated": "alignment, equilibrium against all deviations, values, benchmarks",
}
"""What certificates of a kind show."""


@dataclass(frozen=True)
class Item:
    """A certificate of an entry: its file's name, how it is made, and how another claim falls short of its own."""

    file: str
    make: Callable[[], Document]
    demands: Callable[[str, Document], list[str]]


def items(entry: Entry, rows: Sequence[Task]) -> list[Item]:
    """The certificates of an entry. Raises KeyError if there are no rows of the name that the entry gives."""
    source = entry.source
    if isinstance(source, Searched):
        return [
            Item(f"{kind}.json", partial(_sought, source, k), partial(_falls_short, entry.name, source, k))
            for k, kind in enumerate(source.kinds)
        ]
    chosen = [task for task in rows if source.covers(task.result, task.scope)]
    if not chosen:
        raise KeyError(source.name)
    return [Item(_file(k, task, source), partial(_made, task), task.demands) for k, task in enumerate(chosen, 1)]


def _file(number: int, task: Task, source: Rows) -> str:
    said = "-".join(re.findall("[a-z0-9]+", task.result.removeprefix(source.name).lower()))
    return f"{number}-{said}.json" if said else f"{number}.json"


def _made(task: Task) -> Document:
    found = task.find()
    if found.certificate is None:
        raise Refused(f"{task.result}: {found.reason}")
    return found.certificate


# Instances that are searched for.


def _wanted(source: Searched) -> Wanted:
    return read_task(source.goal, source.settings, source.robust)


@cache
def _found(source: Searched) -> tuple[Document, ...]:
    """What the search finds, shrunk and in canonical form. Raises Refused if it finds nothing."""
    result = search(_wanted(source), SECONDS)
    if not isinstance(result, Found):
        raise Refused(f"{source.command}: {result}")
    aim = aim_of(_wanted(source))
    return tuple(aim.documents(shrink(instance_of(result.documents), aim)))


def _sought(source: Searched, place: int) -> Document:
    return _found(source)[place]


def _falls_short(name: str, source: Searched, place: int, kind: str, claim: Document) -> list[str]:
    """Whether a claim, beside the other certificates that are kept, does not reach the goal."""
    if kind != source.kinds[place]:
        return [f"kind {kind}"]
    wanted = _wanted(source)
    beside = [_read(KEPT / name / f"{other}.json") for other in source.kinds]
    beside[place] = beside[place] | {"kind": kind, "claim": claim}
    robust = claim.get("robust", wanted.robust) == wanted.robust
    return [] if robust and wanted.goal.reached(wanted.values, beside) else [f"the goal {source.goal}"]


# Rows of what is kept.


def catalogue_tasks(rows: Sequence[Task]) -> Iterator[Task]:
    """A row of every certificate that is kept."""
    for entry in ENTRIES:
        for item in items(entry, rows):
            kept = partial(_kept, KEPT / entry.name / item.file)
            yield Task(f"Catalogue: {entry.name}", item.file, DEFINITIONS, "PROVED", kept, item.demands)


def _kept(path: Path) -> Finding:
    return Finding("PROVED", _read(path))


def _read(path: Path) -> Document:
    try:
        document: Document = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise Refused(f"{path.parent.name}/{path.name}: {error}") from None
    if not isinstance(document, dict) or not {"kind", "claim"} <= document.keys():
        raise Refused(f"{path.parent.name}/{path.name}: this is no certificate")
    return document


# Writing it.


@dataclass(frozen=True)
class Written:
    """An entry as it was made: its certificates by file, and the instance's sizes."""

    entry: Entry
    documents: dict[str, Document]

    @property
    def size(self) -> str:
        """The sizes of the first certificate's game."""
        claim = next(iter(self.documents.values()))["claim"]
        play = claim["profile"]["play"] if "profile" in claim else ""
        return sizes(read_game(Node(claim["game"], "claim.game")), play=play, entrants=int("entrant" in claim))


def write_catalogue(folder: Path, rows: Sequence[Task], announce: Callable[[Entry], None] = lambda entry: None) -> None:
    """Make every entry from scratch and write it to a folder of its name, and the list of all."""
    made = []
    for entry in ENTRIES:
        announce(entry)
        written = Written(entry, {item.file: item.make() for item in items(entry, rows)})
        made.append(written)
        _write_entry(folder / entry.name, written)
    write_file(folder / "README.md", _list(made))


def _write_entry(folder: Path, written: Written) -> None:
    # Pictures take a while to load, and nothing else here needs them.
    from alignproof.pictures.certificate import certificate_figure
    from alignproof.pictures.figure import write

    for name, document in written.documents.items():
        write_file(folder / name, dump(document))
    write(certificate_figure(next(iter(written.documents.values())), written.entry.title), folder / "game")
    (folder / "game.png").unlink()
    write_file(folder / "README.md", _page(written))


def _page(written: Written) -> str:
    entry = written.entry
    certificates = [f"- [{name}]({name}): {SHOWS[document['kind']]}" for name, document in written.documents.items()]
    story = [
        f"**Knows.** {entry.knows}",
        f"**Wants.** {entry.wants}",
        f"**Does.** {entry.does}",
        f"**Hence.** {entry.hence}",
    ]
    facts = [
        f"- size: {written.size}",
        f"- smallest: {entry.smallest}",
        f"- made by: `{entry.source.command}`",
        *certificates,
    ]
    blocks = [f"# {entry.title}", entry.shows, "![the game](game.svg)", *story, "\n".join(facts)]
    return "\n\n".join(blocks) + "\n"


LIST = """# Catalogue of counterexamples

Each entry has its certificates, a picture of the game, and a page with its story. `make catalogue` makes all of it
again, from scratch; `make verify` replays every certificate; `alignproof check FILE` checks one.

| entry | what it shows | size | smallest |
| --- | --- | --- | --- |
"""


def _list(made: Sequence[Written]) -> str:
    rows = [
        f"| [{w.entry.title}]({w.entry.name}/README.md) | {w.entry.shows} | {w.size} | {w.entry.smallest} |"
        for w in made
    ]
    return LIST + "".join(f"{row}\n" for row in rows).replace("|A|", "\\|A\\|").replace("|Y|", "\\|Y\\|").replace(
        "|M|", "\\|M\\|"
    )
