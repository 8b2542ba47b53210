"""The stand-alone checker: the kernel in a single file, to send along with a certificate.

The file is ``games`` and ``checks`` one after the other, definitions before use, with nothing changed but their import
statements: those of the standard library stand at the top, once, and those of the project fall away. That is sound
because no name at the top level of a module means something else in another, which :func:`program` makes sure of.
"""

import ast
import builtins
import hashlib
import symtable
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

from alignproof import __version__
from alignproof.formats.writing import write_file

ROOT = Path(__file__).parent.parent
FOLDERS = ("games", "checks")
PROJECT = "alignproof"
NEEDED = ("argparse", "signal", "sys")
"""What the command line of the checker imports."""
NAME = "alignproof-check.py"

HEAD = '''\
#!/usr/bin/env python3
"""Check certificates of alignproof, with nothing but Python 3.11 or later: python -I {name} CERTIFICATE...

This is the checker of alignproof {version} in one file: the definitions of market games and the checks of every kind
of certificate, each part as it stands in the project, without its imports. It reads the files that it is given; it
writes, loads and runs nothing else. A certificate names its claim under "claim", with the whole game; "evidence" is
never believed, only checked.

For each certificate a line says whether it is valid (and of which kind), INVALID (and why), unusable (no certificate
at all) or without a verdict (it took too much time or memory). Exit code 0: all are valid; 1: one is invalid; 2: one is
unusable; 3: one has no verdict.

SHA-256 of the parts, by name: {digest}
"""

'''

TAIL = '''\

# {rule}
# The command line
# {rule}

VERSION = "{version}"


def command() -> int:
    """Check the files named on the command line; return the largest of their codes."""
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # a closed pipe ends the run quietly
    parser = argparse.ArgumentParser(description="Check certificates of alignproof.")
    parser.add_argument("certificates", nargs="+", metavar="CERTIFICATE", help="a certificate, as JSON")
    parser.add_argument("--seconds", type=int, default=SECONDS, help="how long to look at one certificate")
    parser.add_argument("--version", action="version", version=f"alignproof {{VERSION}}")
    worst, options = 0, parser.parse_args()
    for path in options.certificates:
        code, line = answer(path, max(1, options.seconds))
        print(line, file=sys.stderr if code >= 2 else sys.stdout)
        worst = max(worst, code)
    return worst


if __name__ == "__main__":
    sys.exit(command())
'''


@dataclass(frozen=True)
class Source:
    """A module: its name, its text and what it imports, as (module, name, known as); an empty name is the module."""

    module: str
    text: str
    tree: ast.Module
    imports: tuple[tuple[str, str, str], ...]

    @property
    def needs(self) -> list[str]:
        """The modules of the project that must have been run before: a name imported from a package may be one."""
        return [part for origin, name, _ in self.imports for part in (origin, f"{origin}.{name}") if _ours(part)]


class NotOneFile(ValueError):
    """The modules cannot be put into one file as they are."""


def sources(root: Path = ROOT) -> dict[str, Source]:
    """The modules of games and checks by name; packages' own files say nothing, and command lines are left out."""
    found = {}
    for path in (path for folder in FOLDERS for path in sorted((root / folder).rglob("*.py"))):
        if path.name != "__main__.py":
            parts = path.relative_to(root).with_suffix("").parts
            module = ".".join((PROJECT, *parts)).removesuffix(".__init__")
            found[module] = _source(module, path.read_text(encoding="utf-8"))
    return found


def _ours(module: str) -> bool:
    return module.partition(".")[0] == PROJECT


def _source(module: str, text: str) -> Source:
    tree = ast.parse(text)
    statements = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    if any(node not in tree.body for node in statements):
        raise NotOneFile(f"{module} imports within a definition")
    found: list[tuple[str, str, str]] = []
    for node in statements:
        if isinstance(node, ast.ImportFrom):
            if node.module is None or node.level or node.module == "__future__":
                raise NotOneFile(f"{module}:{node.lineno}: an import that cannot be moved")
            found += [(node.module, alias.name, alias.asname or alias.name) for alias in node.names]
        else:
            found += [(alias.name, "", alias.asname or alias.name) for alias in node.names]
    return Source(module, text, tree, tuple(found))


def ordered(modules: Mapping[str, Source]) -> list[Source]:
    """The modules, each after those it imports, otherwise by name."""
    done: dict[str, Source] = {}

    def visit(module: str) -> None:
        if module in modules and module not in done:
            for other in modules[module].needs:
                visit(other)
            done[module] = modules[module]

    for module in sorted(modules):
        visit(module)
    return list(done.values())


def _defined(source: Source) -> list[str]:
    """The names that a module binds at its top level other than by importing."""
    table = symtable.symtable(source.text, source.module, "exec")
    return [symbol.get_name() for symbol in table.get_symbols() if symbol.is_assigned()]


def _meanings(modules: Iterable[Source], names: Mapping[str, Source]) -> Iterator[tuple[str, str]]:
    """(name, what it stands for) for each name at the top level of each module."""
    for source in modules:
        yield from ((name, f"{source.module}.{name}") for name in _defined(source))
        for origin, name, known in source.imports:
            if not _ours(origin):
                yield known, f"{origin}.{name}"
            elif f"{origin}.{name}" in names:
                yield known, f"the module {origin}.{name}"
            elif known == name:
                yield known, f"{origin}.{name}"
            else:
                raise NotOneFile(f"{source.module} renames {origin}.{name}")


def _checked_names(modules: list[Source]) -> dict[str, str]:
    """What each name at the top level stands for. Raises NotOneFile if one stands for two things."""
    meaning = dict.fromkeys(dir(builtins), "a builtin") | {name: f"{name}." for name in NEEDED}
    for name, stands_for in _meanings(modules, {source.module: source for source in modules}):
        if meaning.setdefault(name, stands_for) != stands_for:
            raise NotOneFile(f"{name} is both {meaning[name]} and {stands_for}")
    for name in ("VERSION", "command"):
        if name in meaning:
            raise NotOneFile(f"{name} is both {meaning[name]} and part of the command line")
    return meaning


def _library_imports(modules: list[Source]) -> str:
    """The standard library's imports of all modules, once each."""
    whole, parts = set(NEEDED), dict[str, set[str]]()
    for origin, name, known in (entry for source in modules for entry in source.imports):
        if not _ours(origin) and name:
            parts.setdefault(origin, set()).add(name if name == known else f"{name} as {known}")
        elif not _ours(origin):
            whole.add(origin if origin == known else f"{origin} as {known}")
    lines = [f"import {name}" for name in sorted(whole)]
    return "\n".join(lines + [f"from {origin} import {', '.join(sorted(parts[origin]))}" for origin in sorted(parts)])


def _body(source: Source) -> str:
    """The module's text without its import statements."""
    lines = source.text.splitlines()
    for node in reversed(source.tree.body):
        if isinstance(node, ast.Import | ast.ImportFrom):
            del lines[node.lineno - 1 : node.end_lineno]
    return "\n".join(lines).strip("\n")


def _section(source: Source) -> str:
    rule = "-" * 118
    digest = hashlib.sha256(source.text.encode()).hexdigest()
    return f"# {rule}\n# {source.module}, SHA-256 {digest}\n# {rule}\n\n{_body(source)}\n"


def digest(modules: Iterable[Source]) -> str:
    """SHA-256 over the names and texts of modules in order of their names."""
    every = hashlib.sha256()
    for source in sorted(modules, key=lambda source: source.module):
        every.update(f"{source.module}\n{len(source.text.encode())}\n{source.text}".encode())
    return every.hexdigest()


def program(modules: Mapping[str, Source] | None = None) -> str:
    """The text of the stand-alone checker, the same for the same sources. Raises NotOneFile if two modules at their top
    level give one name two meanings, or import in a way that cannot be moved to the top."""
    parts = [source for source in ordered(sources() if modules is None else modules) if len(source.tree.body) > 1]
    meaning = _checked_names(parts)
    shared = sorted(name for name, stands_for in meaning.items() if stands_for.startswith("the module "))
    aliases = "".join(f"{name} = sys.modules[__name__]  # all parts are one module here\n" for name in shared)
    head = HEAD.format(name=NAME, version=__version__, digest=digest(parts))
    tail = dedent(TAIL).format(version=__version__, rule="-" * 118)
    return f"{head}{_library_imports(parts)}\n\n{aliases}\n\n" + "\n\n".join(map(_section, parts)) + "\n" + tail


def write(path: Path) -> None:
    """Write the stand-alone checker to ``path``, in one step. Raises OSError."""
    write_file(path, program())
