"""Cells of a sweep: one statement at one size, a mutant of it or itself, put to one solver with one seed.

What a verdict means: PROVED and REFUTED come with certificates that the kernel accepts. The one exception is a solver
of SMT-LIB 2 that says ``unsat``: that is PROVED with no certificate, and what has to be trusted says so. A proof that
fails, a query that has a model and a search that finds nothing refute nothing: they are UNKNOWN, with the reason.
"""

import re
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import astuple, dataclass, replace
from functools import cache
from importlib import import_module
from typing import NoReturn

from alignproof.counterexamples.search.bounds import MOST, Bounds
from alignproof.counterexamples.search.goal import GOALS, read_task
from alignproof.counterexamples.search.run import ENGINES, Found, NotFound, Plan, searched
from alignproof.formats.documents import dump
from alignproof.games.document import shown
from alignproof.smt.induction import induction_query
from alignproof.smt.smtlib import Query
from alignproof.smt.solvers import CVC5, Z3
from alignproof.smt.statements import sum_query
from alignproof.symbolic.mutants import mutants
from alignproof.symbolic.statement import Size, Statement
from alignproof.verification.run import result_of
from alignproof.verification.store import PARTS, digest
from alignproof.verification.store import environment as environment_of
from alignproof.verification.targets import named, read_target, search_target
from alignproof.verification.universal import (
    STATEMENTS,
    all_obligations,
    by_obligations,
    from_definitions,
    in_expectations,
)
from alignproof.verification.verdict import DEFINITIONS, EXPECTATIONS, KERNEL, WRITTEN_OUT, Refused, Task, Verdict

NONE = "none"
"""The mutant that is the statement itself."""

KERNEL_ALONE, VERIFY, SEARCH, DRAWN = "kernel", "verify", "search:", "drawn"
"""Solvers: a proof that the kernel checks; a row of ``alignproof verify``; an engine of ``alignproof search``, whose
name follows; and the name of the engine that searches for markets that break results."""

ASKED = {"z3": Z3, "cvc5": CVC5}
WITHOUT = "without "
READ_OFF = "hypotheses without a certificate are read off the game"
MARGIN = 0.9
"""The part of a cell's time after which solvers and searches are asked to stop, so that they can say what they did."""


@dataclass(frozen=True)
class Cell:
    """One thing to find out; ``seed`` is None where nothing is drawn. All texts are as :func:`settled` leaves them."""

    statement: str
    size: str
    mutant: str
    solver: str
    seed: int | None

    def key(self, environment: str) -> str:
        """What a result is kept under: a digest of the cell and of what it is carried out by."""
        return digest((*astuple(self), environment))

    def __str__(self) -> str:
        mutant = "" if self.mutant == NONE else f", {self.mutant}"
        seed = "" if self.seed is None else f", seed {self.seed}"
        return f"{self.statement}{mutant} at {self.size}: {self.solver}{seed}"


@dataclass(frozen=True)
class Outcome:
    """What came of a cell: the verdict, from what depth, what must be trusted, why it is UNKNOWN, how long it took, and
    the text of each certificate."""

    verdict: Verdict
    depth: str
    trusts: str
    reason: str
    seconds: float
    certificates: tuple[str, ...] = ()


def died(reason: str, seconds: float) -> Outcome:
    """No verdict, since what was to find it ended."""
    return Outcome("UNKNOWN", "", KERNEL, reason, seconds)


@cache
def environment() -> str:
    """A digest of the sources, Python and the solvers that cells are carried out by here."""
    return environment_of(parts=(*PARTS, "sweeps"))


class Misfit(ValueError):
    """A combination that makes no sense: ``axis`` is the name in Cell of what does not fit, and why."""

    def __init__(self, axis: str, reason: str) -> None:
        super().__init__(reason)
        self.axis = axis


# Sizes.


@dataclass(frozen=True)
class Every:
    """All sizes."""


@dataclass(frozen=True)
class Market:
    """A market's size, nine digits as for :func:`alignproof.verification.universal.market_size`, and a protocol; empty
    for the statement's own."""

    digits: str
    protocol: str


KINDS = {
    Every: "all",
    Market: "nine digits such as '222222222'",
    Size: "'n=2, |T|=2'",
    Bounds: "'n=2, k=2, |A|=2, |Y|=2, |M|=2'",
}
FITS: dict[str, tuple[type, ...]] = {KERNEL_ALONE: (Every, Market, Size)} | dict.fromkeys(ASKED, (Every, Size))


def read_size(text: str) -> Every | Market | Size | Bounds:
    """A size as a spec writes it. Raises Misfit."""
    if text == KINDS[Every]:
        return Every()
    if found := re.fullmatch(r"([1-9]{9})(?: ([PU]*P[PU]*))?", text):
        return Market(found[1], found[2] or "")
    parts = [re.fullmatch(r" *([^= ]+) *= *([0-9]{1,3}) *", part) for part in text.split(",")]
    names, numbers = [part[1] for part in parts if part], [int(part[2]) for part in parts if part]
    if all(parts) and all(1 <= number <= MOST for number in numbers):
        if names == ["n", "|T|"]:
            return Size(*numbers)
        if names == ["n", "k", "|A|", "|Y|", "|M|"]:
            return Bounds(*numbers)
    raise Misfit("size", f"{shown(text)!r} is no size; sizes are {', '.join(KINDS.values())}, numbers from 1 to {MOST}")


def _size_text(size: Every | Market | Size | Bounds, statement: Statement | None) -> str:
    if isinstance(size, Market):
        return f"{size.digits} {size.protocol or (statement.argument.protocols[0] if statement else 'P')}"
    if isinstance(size, Size):
        return f"n={size.users}, |T|={size.providers}"
    return str(size) if isinstance(size, Bounds) else KINDS[Every]


# What can be asked of what.


def settled(cell: Cell) -> Cell:
    """The cell with names as they are listed, and no seed where nothing is drawn. Raises Misfit."""
    if cell.solver == VERIFY:
        return _settled_row(cell)
    statement = named(cell.statement)
    if statement is None and cell.statement not in GOALS:
        known = ", ".join((*(s.result for s in STATEMENTS), *GOALS))
        raise Misfit("statement", f"{cell.solver} knows no {shown(cell.statement)!r}; known are {known}")
    if cell.solver.startswith(SEARCH):
        return _settled_search(cell, statement)
    if cell.solver not in FITS:
        engines = dict.fromkeys(f"{SEARCH}{name}" for own in ENGINES.values() for name in own)
        known = ", ".join((KERNEL_ALONE, *ASKED, VERIFY, f"{SEARCH}{DRAWN}", *engines))
        raise Misfit("solver", f"there is no solver {shown(cell.solver)!r}; there are {known}")
    if statement is None:
        raise Misfit("solver", f"{cell.statement} is a goal, which is only searched for")
    size = _size_for(cell, FITS[cell.solver])
    mutant(statement, cell.mutant)
    return replace(cell, statement=statement.result, size=_size_text(size, statement), seed=None)


def _settled_row(cell: Cell) -> Cell:
    row = rows().get((cell.statement.lower(), cell.size))
    if row is None:
        scopes = verified_scopes(cell.statement)
        raise Misfit("size", f"it is none of the scopes that verify has for this result: {'; '.join(scopes)}")
    if cell.mutant != NONE:
        raise Misfit("mutant", "verify has no mutants")
    return replace(cell, statement=row.result, seed=None)


def _settled_search(cell: Cell, statement: Statement | None) -> Cell:
    engine = cell.solver.removeprefix(SEARCH)
    known = (DRAWN,) if statement else tuple(ENGINES[cell.statement])
    if engine not in known:
        raise Misfit("solver", f"{cell.statement} has no engine {shown(engine)!r}; it has: {', '.join(known)}")
    size = _size_for(cell, (Bounds,))
    if cell.mutant != NONE and (statement is None or cell.mutant not in dropped(statement)):
        raise Misfit("mutant", f"a search can only drop hypotheses of a result, not {shown(cell.mutant)!r}")
    return replace(cell, statement=statement.result if statement else cell.statement, size=_size_text(size, statement))


def _size_for(cell: Cell, kinds: Sequence[type]) -> Every | Market | Size | Bounds:
    size = read_size(cell.size)
    if type(size) not in kinds:
        wanted = " or ".join(KINDS[kind] for kind in kinds)
        raise Misfit("size", f"{cell.solver} does not take {shown(cell.size)!r}, but {wanted}")
    return size


def mutant(statement: Statement, change: str) -> Statement:
    """The statement after a change; itself after none. Raises Misfit."""
    if change == NONE:
        return statement
    found = next((m.statement for m in mutants(statement) if m.change == change), None)
    return found or _no_mutant(statement, change)


def _no_mutant(statement: Statement, change: str) -> NoReturn:
    raise Misfit("mutant", f"{statement.result} has no mutant {shown(change)!r}; they are listed by `make mutants`")


def dropped(statement: Statement) -> list[str]:
    """The mutants that lack a hypothesis that is no step of the proof."""
    return [WITHOUT + h.name for h in statement.hypotheses if not h.derived]


def changes(statement: Statement) -> list[str]:
    """All mutants, by what was changed."""
    return list(dict.fromkeys(each.change for each in mutants(statement)))


@cache
def rows() -> dict[tuple[str, str], Task]:
    """The rows of ``alignproof verify``, by result in lower case and scope."""
    from alignproof.verification.results import tasks  # takes seconds to load, and only VERIFY needs it

    return {(task.result.lower(), task.scope): task for task in tasks()}


def verified_scopes(result: str) -> list[str]:
    """The scopes that ``alignproof verify`` has for a result. Raises Misfit if it has none."""
    scopes = [scope for name, scope in rows() if name == result.lower()]
    if not scopes:
        raise Misfit("statement", f"verify has no result {shown(result)!r}")
    return scopes


# Carrying out.


def prepare(cell: Cell) -> None:
    """Load what a cell needs and others will need again; processes that are forked after that have it."""
    if cell.solver == VERIFY:
        rows()
    elif cell.solver.startswith(SEARCH):
        with suppress(ImportError):  # without it the search says what it lacks
            import_module("highspy")


def carry_out(cell: Cell, seconds: float) -> Outcome:
    """What comes of a settled cell, sought for about ``seconds``; a crash of untrusted code is UNKNOWN."""
    start = time.perf_counter()
    try:
        outcome = _carried_out(cell, MARGIN * seconds)
    except (Exception, SystemExit) as error:
        outcome = died(f"{type(error).__name__}: {error}", 0.0)
    return replace(outcome, seconds=time.perf_counter() - start)


def _carried_out(cell: Cell, seconds: float) -> Outcome:
    if cell.solver == VERIFY:
        return _by_kernel(lambda: rows()[cell.statement.lower(), cell.size])
    if cell.solver.startswith(SEARCH):
        return _by_search(cell, seconds)
    statement, size = mutant(_statement(cell), cell.mutant), read_size(cell.size)
    if cell.solver == KERNEL_ALONE:
        return _by_kernel(lambda: _task(statement, size))
    depth = EXPECTATIONS if isinstance(size, Size) else WRITTEN_OUT
    return _by_solver(cell.solver, lambda: _query(statement, size), depth, seconds)


def _statement(cell: Cell) -> Statement:
    statement = named(cell.statement)
    if statement is None:
        raise Misfit("statement", f"there is no result {shown(cell.statement)!r}")
    return statement


def _task(statement: Statement, size: Every | Market | Size | Bounds) -> Task:
    if isinstance(size, Market):
        return from_definitions(statement, size.digits, size.protocol)
    if isinstance(size, Size):
        return in_expectations(statement, size, opinion=False)
    return by_obligations(statement.result, all_obligations(statement))


def _query(statement: Statement, size: Every | Market | Size | Bounds) -> Query:
    if isinstance(size, Size):
        return sum_query(statement, size)
    return induction_query(all_obligations(statement), [statement.result])


NO_PROOF = (Refused, KeyError, ValueError)
"""What goes wrong where a mutant lacks what its proof names."""


def _by_kernel(build: Callable[[], Task]) -> Outcome:
    """A proof as a certificate. A mutant's proof may fail before there is one."""
    try:
        task = build()
    except NO_PROOF as error:
        return _no_proof(error)
    found = result_of(task)
    certificates = (found.certificate.decode(),) if found.certificate else ()
    return Outcome(found.verdict, task.depth, found.trusts, found.reason, found.seconds, certificates)


def _no_proof(error: Exception) -> Outcome:
    return died(f"the proof fails: {type(error).__name__}: {error}", 0.0)


def _by_solver(name: str, build: Callable[[], Query], depth: str, seconds: float) -> Outcome:
    try:
        query = build()
    except NO_PROOF as error:
        return _no_proof(error)
    reply = ASKED[name].ask(query.text, seconds)
    if reply.answer == "unsat":
        return Outcome("PROVED", depth, f"{reply.solver} alone, no certificate", "", reply.seconds)
    why = f" ({reply.reason})" if reply.reason else ""
    sat = ": the proof's premises do not add up to the conclusion, which is no game that breaks it"
    return died(f"{reply.solver} says {reply.answer}{why}{sat if reply.answer == 'sat' else ''}", reply.seconds)


def _by_search(cell: Cell, seconds: float) -> Outcome:
    bounds, seed, statement = read_size(cell.size), cell.seed or 0, named(cell.statement)
    if not isinstance(bounds, Bounds):
        raise Misfit("size", f"{cell.size} bounds no search")
    found: Found | NotFound
    if statement is None:
        goal, plan = read_task(cell.statement, []), Plan(seed, bounds, [cell.solver.removeprefix(SEARCH)])
        found = next(searched(goal, seconds, plan))
    else:
        target = read_target(statement, [cell.mutant.removeprefix(WITHOUT)] if cell.mutant != NONE else [])
        found = search_target(target, seconds, seed, bounds)
    if isinstance(found, NotFound):
        return died(f"nothing found: {found}", 0.0)
    texts = tuple(map(dump, found.documents))
    if statement is None:
        return Outcome("PROVED", DEFINITIONS, KERNEL, "", 0.0, texts)
    return Outcome("REFUTED", DEFINITIONS, f"{KERNEL}; {READ_OFF}", "", 0.0, texts)
