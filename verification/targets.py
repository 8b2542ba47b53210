"""Statements as targets of the search: their negation, with hypotheses dropped or replaced.

A market counts only if the kernel accepts a certificate of every kept hypothesis that needs one, the others can be read
off the game, and the conclusion fails: the same as in the audit (:mod:`alignproof.verification.conditions`).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple, replace
from random import Random
from time import monotonic

from alignproof.checks.kernel import check
from alignproof.checks.linear import Rejected
from alignproof.counterexamples.search import statements
from alignproof.counterexamples.search.bounds import DEFAULT, Bounds
from alignproof.counterexamples.search.run import Found, NotFound, facts
from alignproof.counterexamples.search.setting import Shape, shapes
from alignproof.counterexamples.search.target import TIE_BREAKINGS, Target
from alignproof.counterexamples.violations import Instance, certify
from alignproof.formats.certificates import Document
from alignproof.formats.documents import dump
from alignproof.games.document import InputError, parse, shown
from alignproof.games.garbling import READINGS
from alignproof.games.model import PLAYS
from alignproof.oracles.systems import Unknown
from alignproof.symbolic.statement import Statement
from alignproof.verification.conditions import EQUATIONS, NotShown, broken
from alignproof.verification.universal import STATEMENTS
from alignproof.verification.verdict import Task

REPLACED = {"protocol": "opening", "ties": "ties", "garbling": "common garbling"}
"""The hypotheses that options replace."""

SMALL = 8
"""How large shapes are in the first round."""

LEAST_ATTEMPTS, PATIENCE = 1, 200
"""How often at least a shape is tried in a round, and how often one with a single cell would be."""


def named(text: str) -> Statement | None:
    """The statement that is called so, in any case; None if there is none."""
    return next((s for s in STATEMENTS if s.result.lower() == text.lower()), None)


def read_target(
    statement: Statement, drop: Sequence[str], protocol: str = "", ties: str = "", garbling: str = "", game: str = ""
) -> Target:
    """The negation of a statement without the hypotheses ``drop``; options that are not empty replace hypotheses.

    Where nothing is put in the place of a dropped hypothesis about ties, garblings or the opening, ties are by
    provider, garblings common given the state, and the provider opens. Raises InputError.
    """
    names = [h.name for h in statement.hypotheses if not h.derived]
    for name in drop:
        if name not in names:
            raise InputError(
                "--drop", f"{statement.result} has no hypothesis {shown(name)!r}; it has: {', '.join(names)}"
            )
    choices = (("--ties", ties, TIE_BREAKINGS), ("--garbling", garbling, READINGS), ("--game", game, PLAYS))
    for option, text, known in choices:
        if text and text not in known:
            raise InputError(option, f"expected one of {', '.join(known)}")
    if protocol and (set(protocol) - set("PU") or "P" not in protocol):
        raise InputError("--protocol", "expected a word over P and U in which P speaks")
    replaced = {"protocol": protocol, "ties": ties, "garbling": garbling}
    gone = {*drop, *(REPLACED[option] for option, text in replaced.items() if text)} & set(names)
    argument = statement.argument
    kept = tuple(h for h in statement.hypotheses if h.name not in gone)
    play = next((play for play in PLAYS if play == game), argument.play)
    altered = {"game"} if play != argument.play else set()
    altered |= {"protocol"} if protocol and protocol not in argument.protocols else set()
    instead = ties or ("by-provider" if "ties" in gone else "common")
    given = garbling or ("state" if "common garbling" in gone else "state and user")
    return Target(
        replace(statement, hypotheses=kept, argument=replace(argument, play=play)),
        frozenset(gone | altered),
        protocol or ("PU" if "opening" in gone else argument.protocols[0]),
        next(kind for kind in TIE_BREAKINGS if kind == instead),
        next(reading for reading in READINGS if reading == given),
        play,
    )


def asks(target: Target) -> str:
    """What is searched for, in words."""
    gone = sorted(target.gone - {"game", "protocol"})
    without = f" without {', '.join(gone)}" if gone else ""
    where = f"protocol {target.protocol}, ties {target.ties}, garblings common given the {target.reading}"
    return f"a market in which {target.statement.result}{without} fails: {target.play} game, {where}"


def target_facts(documents: Sequence[Document]) -> list[str]:
    """What the certificates of an instance show, a line each."""
    return [_fact(document["kind"], document["claim"]) for document in documents]


def _fact(kind: str, claim: Document) -> str:
    if kind == "value":
        names = [user["name"] for user in claim["game"]["users"]]
        return "in the profile " + ", ".join(f"{who} gets {u}" for who, u in zip(names, claim["values"], strict=True))
    if kind == "benchmark":
        return f"the benchmark of {claim['user']} is {claim['value']} (protocol {claim['game']['protocol']})"
    if kind in ("aligned", "bound-violated"):
        return facts([{"kind": kind, "claim": claim}])[0]
    return {"equilibrium": "no deviation pays", "not-equilibrium": "a deviation pays"}.get(
        kind, f"a {kind} certificate"
    )


Certify = Callable[[Target, Instance], Sequence[Document]]
"""Certificates of a proposed instance, empty if it will not do; see :func:`certified`."""


def search_target(
    target: Target, seconds: float, seed: int = 0, bounds: Bounds = DEFAULT, certify: Certify | None = None
) -> Found | NotFound:
    """An instance of what is kept of the statement in which its conclusion fails; certified, or not found in time.

    ``certify`` may make something else of the instances that are proposed, such as certificates of another statement.
    """
    accepted = certify or certified
    deadline, random = monotonic() + seconds, Random(seed)
    attempts, last = 0, None
    for shape in _order(target, bounds):
        left = deadline - monotonic()
        if left <= 0:
            break
        attempts, last = attempts + 1, shape if last is None or shape.cells > last.cells else last
        for instance in statements.propose(target, shape, random, left):
            if documents := accepted(target, instance):
                return Found(shape, statements.NAME, documents, attempts)
    return NotFound(attempts, last, (statements.NAME,), bounds)


def _order(target: Target, bounds: Bounds) -> Iterator[Shape]:
    """All shapes within bounds from small to large, again and again, every time up to twice the size; small ones more
    often."""
    hopeful = [shape for shape in shapes() if _within(shape, bounds) and statements.hopeful(target, shape)]
    largest = SMALL
    while hopeful:
        for shape in hopeful:
            if shape.cells <= largest:
                yield from (shape for _ in range(LEAST_ATTEMPTS + PATIENCE // shape.cells))
        largest *= 2


def _within(shape: Shape, bounds: Bounds) -> bool:
    counts = (shape.users, shape.providers, shape.actions, shape.states, shape.messages)
    return all(count <= most for count, most in zip(counts, astuple(bounds), strict=True))


def certified(target: Target, instance: Instance) -> Sequence[Document]:
    """Certificates of an instance's hypotheses and figures, if all can be had and the conclusion fails; else none.

    Where a single one says it all, that comes first.
    """
    try:
        documents = [_document(task) for task in broken(target.statement, instance)[0].tasks]
    except NotShown:
        return []
    if any(document is None for document in documents):
        return []
    return [document for document in (*_in_one(target, instance), *documents) if document]


IN_ONE = ("weights", "coverage", "equilibrium", *EQUATIONS)
"""Hypotheses without which no certificate of kind ``bound-violated`` can be had."""


def _in_one(target: Target, instance: Instance) -> Sequence[Document]:
    """Alignment, equilibrium and shortfall in one certificate, if the bound speaks of the usual benchmark."""
    if target.shorter or target.gone & {*IN_ONE, "shares"}:
        return []
    found = certify(instance)
    return [] if isinstance(found, Unknown) or not _accepted(found) else [found]


def _document(task: Task) -> Document | None:
    """The task's certificate, if the kernel accepts it and it claims what it has to."""
    document = task.find().certificate
    if document is None or task.demands(document["kind"], document["claim"]) or not _accepted(document):
        return None
    return document


def _accepted(document: Document) -> bool:
    """Whether the kernel accepts a certificate as it will be written."""
    try:
        check(parse(dump(document).encode()))
    except (Rejected, InputError):
        return False
    return True
