"""The reference is complete and not stale: every command and option, every kind of certificate, and nothing else."""

import re

import pytest
import typer
from markdown_it import MarkdownIt

from alignproof.checks.kernel import KINDS, check
from alignproof.cli.app import app
from alignproof.formats.certificates import certificate
from alignproof.formats.documents import dump
from alignproof.games.document import parse
from tests.checks.universal.certificates import theorem_3_1
from tests.docs.blocks import ROOT
from tests.forged.valid import BUILDERS, valid

REFERENCE = ROOT / "docs" / "reference"
EVERYWHERE = {"--quiet"}
"""Options that the page explains once, for all commands."""


def commands(command=None, name=()):
    """Every command by its name, with its options: those of the program itself under the empty name."""
    command = command or typer.main.get_command(app)
    several = hasattr(command, "list_commands")
    yield " ".join(name), {option for p in command.params for option in p.opts if option.startswith("--")}
    for inner in command.list_commands(None) if several else ():
        yield from commands(command.get_command(None, inner), (*name, inner))


def synopses(page):
    """Every command that a page gives a synopsis of, with its options."""
    found = {name: set() for name in COMMANDS}
    for token in MarkdownIt("commonmark").enable("table").parse(page):
        for span in (child.content for child in token.children or () if child.type == "code_inline"):
            if not re.match(r"alignproof( |$)", span):
                continue
            words = re.split(r"[\s\[\]]+", span.removeprefix("alignproof").strip())
            names = [" ".join(words[:k]) for k in range(len(words) + 1) if " ".join(words[:k]) in found]
            assert names != [""] or not words[0] or words[0].startswith("--"), f"there is no such command: {span}"
            found[names[-1]] |= {word for word in words if word.startswith("--")}
    return found


def own(name, options):
    """Options but for those that are said once, and those of the shell that a group repeats."""
    return options - EVERYWHERE - ({"--install-completion", "--show-completion"} if name else set())


COMMANDS = dict(commands())
PAGE = (REFERENCE / "cli.md").read_text()


@pytest.mark.parametrize("name", COMMANDS)
def test_the_page_has_the_command_and_its_options(name):
    assert synopses(PAGE)[name] - EVERYWHERE == own(name, COMMANDS[name])
    assert f"`alignproof {name}".strip() in PAGE


def test_every_option_that_is_mentioned_exists():
    known = set().union(*COMMANDS.values()) | {"--help"}
    assert known > EVERYWHERE
    assert set(re.findall(r"`(--[a-z-]+)", PAGE)) <= known
    assert "`--quiet`" in PAGE


def test_a_command_or_option_that_is_not_there_is_noticed():
    with pytest.raises(AssertionError, match="no such command"):
        synopses("`alignproof prove X`")
    assert synopses("`alignproof check [--loudly] FILE`")["check"] == {"--loudly"}
    assert synopses("`alignproof gambit check FILE --loudly`")["gambit check"] == {"--loudly"}


def rows(page, column):
    """The rows of a page's table whose first column has this name: the code in the first cell, and the others."""
    _, table = page.split(f"| {column} |", 1)
    lines = table.split("\n\n", 1)[0].splitlines()[2:]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {name.strip("`"): rest for name, *rest in cells}


def test_every_kind_of_certificate_is_explained():
    page = (ROOT / "docs" / "explanation" / "certificates.md").read_text()
    explained = [
        kind for heading in re.findall(r"^### (.+)$", page, flags=re.M) for kind in re.findall("`(.+?)`", heading)
    ]
    assert sorted(explained) == sorted(KINDS)
    assert list(rows(page, "kind")) == list(KINDS)


def test_the_formats_have_every_kind_with_its_keys():
    table = rows((REFERENCE / "formats.md").read_text(), "kind")
    assert list(table) == list(KINDS)
    documents = [*map(valid, BUILDERS), theorem_3_1()]
    identity = next(document for document in documents if document["kind"] == "identity")
    induction = {"obligations": [identity["claim"]]}, {"proofs": [identity["evidence"]]}
    documents.append(certificate("obligations", *induction))
    used = {kind: set() for kind in KINDS}
    for document in documents:
        assert check(parse(dump(document).encode())) == document["kind"]
        used[document["kind"]] |= set(document["claim"])
    assert {kind: set(re.findall("`([a-z_]+)`", claim)) for kind, (claim, _) in table.items()} == used
