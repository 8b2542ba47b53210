"""Blocks of code in Markdown pages, and how they are run.

What a block is, its language says:

- ``python``: executed; the blocks of a page share their names. What a print statement prints is what the comment on its
  line says (up to a colon: what follows explains), and functions named ``test_*`` are called.
- ``console``: commands after ``$ `` (``> `` continues one), and after each what it prints; ``...`` stands for anything.
  A command whose exit code is not 0 is followed by ``$ echo $?``.
- ``sh``, and indented blocks that begin with a command: commands, one a line, with exit code 0, or N if the line ends
  with ``# exit code N`` and perhaps a reason.
- ``json``, ``toml``: data, which can be read.
- ``text``, and other indented blocks: neither code nor commands.

A comment before a block may say more: ``<!-- file: NAME -->`` writes it to a file, ``<!-- first: COMMAND -->`` runs
a command that the reader need not see, ``<!-- not run: REASON -->`` leaves the block alone. Commands with a placeholder
such as FOLDER are left alone too, and ``make`` is run as ``make -n``: its targets take minutes and are what continuous
integration runs. What is not run has to be understood all the same, see `understood`.
"""

import contextlib
import io
import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer
from markdown_it import MarkdownIt

from alignproof.cli.app import app

sys.path.append(str(Path(__file__).resolve().parents[2] / "tools"))
import pages as layout

ROOT = layout.ROOT
PAGES = [ROOT / page for page in layout.pages()]

PROGRAMS = r"(?:\.venv/bin/|(?:make|python|alignproof|gunzip|git|cd|cp|sha256sum) |gambit-|[A-Z_]+=\S+ \S)"
COMMAND = re.compile(PROGRAMS)
PLACEHOLDER = re.compile(r"(?<![A-Z_=])(?:FILE|FOLDER|GAME|ADDRESS|DIR|CERT|SPEC)(?![A-Z_=])")
MAKE = re.compile(r"(?P<before>^|&& )(?P<variables>(?:[A-Z_]+=\S+ )*)make (?P<targets>[a-z0-9 -]+)")
MARKER = re.compile(r"<!--\s*(file|first|not run):\s*(.*?)\s*-->", flags=re.S)
LANGUAGES = {"python", "console", "sh", "json", "toml", "text"}


@dataclass(frozen=True)
class Block:
    """A block of a page: its first line, its language, its text and the markers before it."""

    line: int
    language: str
    text: str
    markers: dict[str, str]

    @property
    def commands(self) -> list[tuple[str, str | None]]:
        """Its commands, each with what it prints according to the page; None if the page does not say."""
        if self.language == "console":
            parts = re.split(r"^\$ ", self.text, flags=re.M)
            assert parts.pop(0) == "", f"line {self.line}: a console block begins with $"
            return [_shown(part) for part in parts]
        if self.language == "sh":
            lines = self.text.replace("\\\n", " ").splitlines()
            return [(line, None) for line in lines if line.strip() and not line.startswith("#")]
        return []


def _shown(part: str) -> tuple[str, str]:
    first, *rest = part.splitlines()
    command = [first]
    while rest and rest[0].startswith("> "):
        command.append(rest.pop(0)[2:])
    return "\n".join(command), "\n".join(rest)


def blocks(text: str) -> list[Block]:
    """The blocks of a page, in order."""
    found, markers = [], {}
    for token in MarkdownIt("commonmark").parse(text):
        if token.type == "html_block":
            markers |= dict(MARKER.findall(token.content))
            continue
        if token.type in ("fence", "code_block"):
            language = token.info.strip()
            if token.type == "code_block":
                language = "sh" if COMMAND.match(token.content) else "text"
            found.append(Block(token.map[0] + 1, language, token.content, markers))
        if token.nesting >= 0:
            markers = {}
    return found


def understood(block: Block) -> None:
    """Raise AssertionError if a block is of no known language, hides commands, or has some that cannot be parsed."""
    where = f"line {block.line}"
    assert block.language in LANGUAGES, f"{where}: {block.language!r} is none of {sorted(LANGUAGES)}"
    if block.language == "json":
        json.loads(block.text)
    elif block.language == "toml":
        tomllib.loads(block.text)
    elif block.language == "python":
        compile(block.text, where, "exec")
    elif block.language == "text":
        hidden = [line for line in block.text.splitlines() if re.match(rf"(?:\$ )?{PROGRAMS}", line.lstrip())]
        assert not hidden, f"{where}: these are commands, and the block is text: {hidden}"
    for command, _ in block.commands:
        for arguments in calls(command):
            parse(arguments)


def calls(command: str) -> Iterator[list[str]]:
    """The arguments of each call of alignproof in a command."""
    lexer = shlex.shlex(command, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    call: list[str] | None = None
    for word in (*lexer, ";"):
        if call is not None and set(word) <= set("();<>|&"):
            yield call
            call = None
        elif call is not None:
            call.append(word)
        elif word in ("alignproof", ".venv/bin/alignproof"):
            call = []


def parse(arguments: list[str]) -> None:
    """Parse arguments as ``alignproof`` would; raise AssertionError if it would refuse them."""
    command: Any = typer.main.get_command(app)
    rest = list(arguments)
    while hasattr(command, "get_command") and rest and not rest[0].startswith("-"):
        command, name = command.get_command(None, rest[0]), rest.pop(0)
        assert command is not None, f"there is no command {name!r} in {arguments}"
    if hasattr(command, "get_command"):
        return
    try:
        command.make_context(command.name, rest)
    except typer.Exit:
        pass
    except Exception as error:
        raise AssertionError(f"{arguments}: {error}") from error


def run(page: str, folder: Path) -> None:
    """Run a page's blocks in a folder that is laid out like the root. Raises AssertionError, or what they raise."""
    names: dict[str, Any] = {"__name__": "page"}
    for block in blocks(page):
        if "first" in block.markers:
            shell([(block.markers["first"], None)], folder, block.line)
        if "not run" in block.markers:
            continue
        if "file" in block.markers:
            path = folder / block.markers["file"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text)
        elif block.language == "python":
            execute(block, names, folder)
        elif block.commands:
            shell(block.commands, folder, block.line)


def execute(block: Block, names: dict[str, Any], folder: Path) -> None:
    """Execute Python, call the tests that it defines, and compare what it prints with its comments."""
    before = set(names)
    printed = io.StringIO()
    with contextlib.chdir(folder), contextlib.redirect_stdout(printed):
        exec(compile("\n" * block.line + block.text, "page", "exec"), names)
        for name in [name for name in names if name.startswith("test_") and name not in before]:
            names[name]()
    promised = re.findall(r"^\s*print\(.*\)\s+# (.+)$", block.text, flags=re.M)
    lines = printed.getvalue().splitlines()
    same = [there == said or said.startswith(f"{there}: ") for there, said in zip(lines, promised, strict=False)]
    assert not promised or (all(same) and len(lines) == len(promised)), f"line {block.line}: {lines}, not {promised}"


def shell(commands: list[tuple[str, str | None]], folder: Path, line: int) -> None:
    """Run commands in one shell, and compare exit codes and what is printed."""
    commands = [(command, said) for command, said in commands if not PLACEHOLDER.search(command)]
    mark = "=== end of a command:"
    script = ["status=0"]
    for command, _ in commands:
        dry = MAKE.sub(r"\g<before>\g<variables>make -n \g<targets>", command)
        script += ["( exit $status )", dry, "status=$?", f"echo '{mark}' $status"]
    programs = Path(sys.executable).parent
    environment = {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}", "COLUMNS": "200", "PYTHONUNBUFFERED": "1"}
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", "\n".join(script)],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=900,
        check=False,
    )
    outputs = re.split(rf"^{mark} (\d+)\n", done.stdout, flags=re.M)
    results = list(zip(outputs[::2], outputs[1::2], strict=False))
    assert len(results) == len(commands), f"line {line}: the shell ended early: {done.stdout}"
    followers = [command for command, _ in commands[1:]] + [""]
    for (command, said), (output, code), follower in zip(commands, results, followers, strict=True):
        stated = re.search(r"# exit code (\d+)", command)
        expected = code == stated[1] if stated else code == "0" or follower == "echo $?"
        assert expected, f"line {line}: {command}: exit code {code}: {output}"
        if said is not None and not MAKE.search(command):
            assert fits(tidy(said), tidy(output)), f"line {line}: {command} printed\n{output}\nnot\n{said}"


def tidy(output: str) -> list[str]:
    """The lines of an output, without spaces at their ends and empty lines at its end."""
    return "\n".join(line.rstrip() for line in output.splitlines()).strip("\n").splitlines()


def fits(said: list[str], printed: list[str]) -> bool:
    """Whether lines are as a page says: ``...`` as a line stands for any lines, within a line for any characters."""
    *chunks, last = _chunks(said)
    if not chunks:
        return _same(last, printed)
    if not _same(chunks[0], printed[: len(chunks[0])]):
        return False
    rest = printed[len(chunks[0]) :]
    for chunk in chunks[1:]:  # the first place is as good as any
        places = (k for k in range(len(rest) + 1) if _same(chunk, rest[k : k + len(chunk)]))
        if (place := next(places, None)) is None:
            return False
        rest = rest[place + len(chunk) :]
    return len(last) <= len(rest) and _same(last, rest[len(rest) - len(last) :])


def _chunks(said: list[str]) -> list[list[str]]:
    """The lines between lines that stand for any."""
    found: list[list[str]] = [[]]
    for line in said:
        if line.strip() == "...":
            found.append([])
        else:
            found[-1].append(line)
    return found


def _same(said: list[str], printed: list[str]) -> bool:
    pairs = zip(said, printed, strict=False)
    return len(said) == len(printed) and all(
        re.fullmatch(".*".join(map(re.escape, line.split("..."))), there) for line, there in pairs
    )
