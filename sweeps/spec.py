"""Reading a sweep's spec: TOML in, cells out, and the place of every fault."""

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from pathlib import Path
from typing import get_args

from alignproof.games.document import MAX_BYTES, InputError, Node, shown
from alignproof.sweeps.cells import NONE, VERIFY, Cell, Misfit, changes, dropped, rows, settled, verified_scopes
from alignproof.verification.targets import named
from alignproof.verification.verdict import Verdict

ANY = "any"
"""What is expected where PROVED and REFUTED are both an answer."""

EACH, ALL, DROPPED = "each", "all", "dropped"
"""Every scope that ``alignproof verify`` has; every mutant; every mutant that lacks a hypothesis."""

EXPECTED = tuple(v for v in get_args(Verdict) if v != "UNKNOWN")
MOST_CELLS = 1_000_000
LEAST_MEMORY, MOST_MEMORY = 256, 2**20
MOST_SECONDS = 10**6
AXES = {"statement": "statements", "size": "sizes", "mutant": "mutants", "solver": "solvers", "seed": "seeds"}


@dataclass(frozen=True)
class Limits:
    """What a cell may use: seconds in all, and MiB of memory in each of its processes."""

    seconds: int = 60
    memory: int = 2048


@dataclass(frozen=True)
class Planned:
    """A cell, what it may use, and the verdict that is expected: :data:`ANY` for any that is decided."""

    cell: Cell
    limits: Limits
    expected: str


def load_spec(path: Path) -> list[Planned]:
    """The cells of the spec in a file, each once. Raises InputError."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise InputError(str(path), f"cannot be read: {error.strerror or type(error).__name__}") from None
    if len(data) > MAX_BYTES:
        raise InputError(str(path), f"the file is larger than {MAX_BYTES // 2**20} MiB")
    return read_spec(data)


def read_spec(data: bytes) -> list[Planned]:
    """The cells of a spec, each once, in its order. Raises InputError."""
    try:
        root = Node(tomllib.loads(data.decode()))
    except UnicodeDecodeError as error:
        raise InputError("$", f"not UTF-8 text (byte {error.start})") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError("$", f"not TOML: {error}") from None
    fields = root.fields(("sweep",), ("seconds", "memory"))
    limits = _limits(fields, Limits())
    planned: dict[Cell, tuple[Planned, str]] = {}
    for block in _array(fields["sweep"]):
        for each in _block(block, limits, MOST_CELLS - len(planned)):
            before, where = planned.setdefault(each.cell, (each, block.path))
            if before != each:
                raise block.fail(f"{each.cell} is in {where} too, with other limits or another expectation")
    if not planned:
        raise fields["sweep"].fail("there are no cells")
    return [each for each, _ in planned.values()]


def _block(block: Node, limits: Limits, most: int) -> Iterator[Planned]:
    if not isinstance(block.value, dict):
        raise block.fail("expected a table")
    optional = ("mutants", "seeds", "expect", "seconds", "memory")
    fields = block.fields(("statements", "sizes", "solvers"), optional)
    own = _limits(fields, limits)
    expect = _text(fields["expect"]) if "expect" in fields else ""
    if expect and expect not in (*EXPECTED, ANY):
        raise fields["expect"].fail(f"expected one of {', '.join((*EXPECTED, ANY))}")
    axes = [_axis(fields, name) for name in ("statements", "sizes", "mutants", "solvers")]
    seeds = [_whole(node, 0, 2**63 - 1) for node in _array(fields["seeds"])] if "seeds" in fields else [0]
    if not seeds:
        raise fields["seeds"].fail("at least one seed is needed")
    if prod(map(len, axes)) * len(seeds) > most:
        raise block.fail(f"a sweep has at most {MOST_CELLS} cells")
    for statement, size, mutant, solver in product(*axes):
        nodes = {"statement": statement, "size": size, "mutant": mutant, "solver": solver}
        for cell in _cells(nodes, seeds):
            yield Planned(cell, own, expect or _expected(cell))


def _axis(fields: dict[str, Node], name: str) -> list[Node]:
    if name not in fields:
        return [Node(NONE, f"mutants, which by default is {NONE!r}")]
    found = _array(fields[name])
    if not found:
        raise fields[name].fail("at least one is needed")
    for node in found:
        _text(node)
    return found


def _cells(nodes: dict[str, Node], seeds: Sequence[int]) -> Iterator[Cell]:
    statement, size, mutant, solver = (node.text() for node in nodes.values())
    try:
        for where, change in product(_sizes(statement, size, solver), _mutants(statement, mutant)):
            alike = {settled(Cell(statement, where, change, solver, seed)): None for seed in seeds}
            yield from alike
    except Misfit as error:
        others = [f"{AXES[axis]} {shown(node.text())!r}" for axis, node in nodes.items() if axis != error.axis]
        raise nodes[error.axis].fail(f"{error} (with {', '.join(others)})") from None


def _sizes(statement: str, size: str, solver: str) -> list[str]:
    return verified_scopes(statement) if (size, solver) == (EACH, VERIFY) else [size]


def _mutants(statement: str, mutant: str) -> list[str]:
    made_by = {ALL: changes, DROPPED: dropped}
    known = named(statement)
    if mutant in made_by and known is None:
        raise Misfit("mutant", f"{shown(statement)} has no mutants")
    return made_by[mutant](known) if mutant in made_by and known else [mutant]


def _expected(cell: Cell) -> str:
    """A row of verify is expected to come out as it does there, a statement to be proved, and a mutant either way. So
    is a search for a market that breaks a result, unless the result is whole."""
    if cell.solver == VERIFY:
        return rows()[cell.statement.lower(), cell.size].expected
    return "PROVED" if cell.mutant == NONE else ANY


def _limits(fields: dict[str, Node], limits: Limits) -> Limits:
    seconds = _whole(fields["seconds"], 1, MOST_SECONDS) if "seconds" in fields else limits.seconds
    memory = _whole(fields["memory"], LEAST_MEMORY, MOST_MEMORY) if "memory" in fields else limits.memory
    return Limits(seconds, memory)


# TOML has more kinds of values than the JSON documents that Node reads.


def _whole(node: Node, least: int, most: int) -> int:
    if type(node.value) is not int or not least <= node.value <= most:
        raise node.fail(f"expected a whole number from {least} to {most}")
    return node.value


def _array(node: Node) -> list[Node]:
    if not isinstance(node.value, list):
        raise node.fail("expected an array")
    return node.items()


def _text(node: Node) -> str:
    if not isinstance(node.value, str):
        raise node.fail("expected a string")
    return node.text()
