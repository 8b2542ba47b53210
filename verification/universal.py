"""Rows of the universal results: proved from the definitions at fixed sizes and at all sizes, and asked of solvers."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields

from alignproof.checks.universal.market import Size as MarketSize
from alignproof.formats.certificates import Document, certificate
from alignproof.smt.discharge import discharge
from alignproof.smt.induction import induction_query
from alignproof.smt.smtlib import Query
from alignproof.smt.statements import sum_query
from alignproof.symbolic import (
    full_revelation,
    self_selection,
    shared_rules,
    theorem_3_1,
    theorem_4_3,
    theorem_4_4,
    theorem_4_4_spare,
    theorem_5_1,
)
from alignproof.symbolic.definitions import place, theorem_certificate, theorem_claim
from alignproof.symbolic.derivation import Place as Where
from alignproof.symbolic.induction import RULES, Obligation, obligation_documents, obligations
from alignproof.symbolic.lemmas import lemmas, marginals_suffice, open_premises
from alignproof.symbolic.linear import identity_claim, uniform_certificate
from alignproof.symbolic.statement import Size, Statement
from alignproof.verification.verdict import (
    DEFINITIONS,
    EXPECTATIONS,
    KERNEL,
    WRITTEN_OUT,
    Disagreement,
    Finding,
    Refused,
    Task,
    differences,
)

STATEMENTS: tuple[Statement, ...] = tuple(
    result.statement() for result in (theorem_3_1, theorem_4_3, theorem_4_4, theorem_4_4_spare, theorem_5_1)
)
SIZES = tuple(Size(n, n) for n in (1, 2, 3, 10))
GLUE = "induction glue"

Place = tuple[str, str]
"""Digits for a market's size, see :func:`market_size`, and a protocol."""

WHERE: dict[str, tuple[Place, ...]] = {
    "Theorem 3.1": (("111111111", "P"), ("222222222", "P"), ("232222222", "P"), ("333333222", "P")),
    "Theorem 4.3": (("111111111", "P"), ("222222222", "P"), ("232222222", "P"), ("333333222", "P")),
    "Theorem 4.4": (
        ("111111111", "UP"),
        ("222222222", "UP"),
        ("232222222", "UP"),
        ("222222222", "UUP"),
        ("222222222", "UPU"),
        ("333333122", "UP"),
    ),
    "Theorem 4.4 with a spare message": (
        ("111111111", "UP"),
        ("222222122", "UP"),
        ("222223222", "UP"),
        ("222222122", "UUP"),
        ("233333122", "UP"),
    ),
    "Theorem 5.1": (("111111111", "P"), ("222222222", "P"), ("232222222", "P"), ("333333122", "P")),
}
"""Sizes that ``verify`` proves from the definitions; the slow tests go through all up to three."""


def places(statement: Statement) -> tuple[Place, ...]:
    """Where a statement is proved from the definitions, from small to large: its own places, or those of :data:`WHERE`.
    Raises KeyError if there are none."""
    return statement.argument.places or WHERE[statement.result]


def market_size(digits: str) -> MarketSize:
    """n, k, |T|, |A|, |Y|, |M|, features of a user and of a provider, values of a garbling, a digit each."""
    return MarketSize(*map(int, digits))


def universal_tasks() -> Iterator[Task]:
    """All rows of the universal results, and of claims that the paper makes in passing."""
    for statement in STATEMENTS:
        yield from statement_tasks(statement, SIZES)
    yield from in_passing()


def statement_tasks(statement: Statement, sizes: Sequence[Size]) -> Iterator[Task]:
    """All rows of a universal result: at all sizes, from the definitions at its places, and between expectations."""
    yield all_sizes(statement)
    yield from (from_definitions(statement, *where) for where in places(statement))
    yield from (in_expectations(statement, size) for size in sizes)


def second_opinion(query: Query) -> str:
    """Which solvers agree that a query is unsat. Raises Disagreement if they contradict each other, and Refused if they
    do not say so."""
    found = discharge(query)
    if found.disagreement:
        raise Disagreement(found.said)
    if found.answer != query.expected:
        raise Refused(found.said)
    return f"{found.solvers} agree"


def all_obligations(statement: Statement) -> list[Obligation]:
    """Everything that has to be shown so that a statement holds at all sizes. Raises Refused if a step is left open."""
    if left := open_premises(statement):
        raise Refused(f"no lemma shows {', '.join(sorted(left))}")
    return [*RULES, *obligations(statement), *(o for lemma in lemmas(statement) for o in lemma.obligations)]


def by_obligations(name: str, shown: Sequence[Obligation]) -> Task:
    """What follows from obligations by induction; no solver is asked."""
    parts = [obligation_documents(obligation) for obligation in shown]
    wanted = {"obligations": [claim for claim, _ in parts]}
    document = certificate("obligations", wanted, {"proofs": [evidence for _, evidence in parts]})

    def demands(kind: str, claim: Document) -> list[str]:
        return differences(kind, claim, "obligations", wanted)

    found = Finding("PROVED", document, f"{KERNEL} + {GLUE}")
    return Task(name, "all finite games", WRITTEN_OUT, "PROVED", lambda: found, demands)


def by_induction(result: str, scope: str, trusts: str, shown: list[Obligation], notes: list[str]) -> Task:
    """A result that follows from obligations by induction, both solvers agreeing."""
    wanted = {"obligations": [obligation_documents(o)[0] for o in shown]}

    def find() -> Finding:
        agreed = second_opinion(induction_query(shown, [f"{result}: {len(shown)} obligations.", *notes]))
        evidence = {"proofs": [obligation_documents(o)[1] for o in shown]}
        return Finding("PROVED", certificate("obligations", wanted, evidence), f"{trusts}; {agreed}")

    def demands(kind: str, claim: Document) -> list[str]:
        return differences(kind, claim, "obligations", wanted)

    return Task(result, scope, WRITTEN_OUT, "PROVED", find, demands)


def all_sizes(statement: Statement) -> Task:
    """A universal result for all finite games."""
    opening = "the user opens and " if statement.argument.protocols[0].startswith("U") else ""
    scope = f"all finite games in which {opening}the provider speaks once"
    trusts = f"{KERNEL} + {GLUE}" + (" + own lemmas" if statement.argument.lemmas else "")
    return by_induction(statement.result, scope, trusts, all_obligations(statement), [statement.latex()])


def in_passing() -> Iterator[Task]:
    """Claims that the proofs lean on without a number, at fixed sizes."""
    same = shared_rules.CLAIM.result
    for digits in ("222222222", "333333222"):
        yield _in_passing(same, digits, shared_rules.same_outcome_claim, shared_rules.same_outcome_certificate)
    subset = shared_rules.SUBSET.result
    yield _in_passing(subset, "333333222", shared_rules.subset_claim, shared_rules.subset_certificate)
    for digits in ("222222221", "333333231"):
        name = full_revelation.CLAIM.result
        yield _in_passing(name, digits, full_revelation.claim, full_revelation.full_revelation_certificate)
    own, show = self_selection.CLAIM.result, self_selection.self_selection_certificate
    yield _in_passing(own, "233332222", self_selection.claim, show, "UP")
    yield _in_passing(own, "222222222", self_selection.claim, show, "UUP")
    found = marginals_suffice()
    shown = [*RULES, *found.obligations]
    yield by_induction(found.name, "all finite games", f"{KERNEL} + {GLUE}", shown, [found.text])


def _in_passing(
    result: str,
    digits: str,
    claim: Callable[[Where], Document],
    build: Callable[[Where], Document],
    protocol: str = "P",
) -> Task:
    where = Where(market_size(digits), protocol, "anonymous")

    def demands(kind: str, found: Document) -> list[str]:
        return differences(kind, found, "theorem", claim(where))

    scope = f"{size_text(where.size)}, {protocol}"
    return Task(result, scope, DEFINITIONS, "PROVED", lambda: Finding("PROVED", build(where)), demands)


def from_definitions(statement: Statement, digits: str, protocol: str) -> Task:
    """A universal result at one size, from the game's definitions."""
    size = market_size(digits)
    where = place(statement, size, protocol)

    def demands(kind: str, claim: Document) -> list[str]:
        return differences(kind, claim, "theorem", theorem_claim(statement, where))

    return Task(
        statement.result,
        f"{size_text(size)}, {protocol}",
        DEFINITIONS,
        "PROVED",
        lambda: Finding("PROVED", theorem_certificate(statement, where)),
        demands,
    )


def size_text(size: MarketSize) -> str:
    """The numbers of a market's size."""
    names = ("n", "k", "|T|", "|A|", "|Y|", "|M|", "|X_U|", "|X_P|", "|Z|")
    return ", ".join(f"{name}={getattr(size, f.name)}" for name, f in zip(names, fields(size), strict=True))


def in_expectations(statement: Statement, size: Size, opinion: bool = True) -> Task:
    """A universal result at the level of expectations, at one size: an identity, and solvers' second ``opinion``."""
    scope = f"n={size.users}, |T|={size.providers}; any actions, states, messages"

    def find() -> Finding:
        trusts = f"{KERNEL}; {second_opinion(sum_query(statement, size))}" if opinion else KERNEL
        return Finding("PROVED", uniform_certificate(statement, size), trusts)

    def demands(kind: str, claim: Document) -> list[str]:
        return differences(kind, claim, "identity", identity_claim(statement, size))

    return Task(statement.result, scope, EXPECTATIONS, "PROVED", find, demands)
