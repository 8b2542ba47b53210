"""What settles lines: steps of proofs from the definitions, lemmas at all sizes, identities, and rows of ``verify``."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cache

from alignproof.formats.certificates import Document, certificate, play_claim, value_certificate
from alignproof.games.algebra import RATIONAL
from alignproof.games.model import Game
from alignproof.games.outcome import outcome
from alignproof.games.rules import Profile
from alignproof.oracles.deviations import Bounded, equilibrium
from alignproof.symbolic.definitions import place, theorem_claim
from alignproof.symbolic.induction import RULES, Obligation, obligation_documents
from alignproof.symbolic.lemmas import lemmas
from alignproof.symbolic.printed import Step, dominant_certificate, printed_proof, printed_rules
from alignproof.symbolic.printed_algebra import ALGEBRA
from alignproof.symbolic.statement import Statement
from alignproof.verification.printed.lines import Evidence
from alignproof.verification.results import tasks
from alignproof.verification.rows import claim_task, sizes
from alignproof.verification.universal import GLUE, STATEMENTS, all_obligations, market_size, size_text
from alignproof.verification.verdict import DEFINITIONS, KERNEL, WRITTEN_OUT, Finding, Task, differences

Numbers = Callable[[Sequence[Document]], bool]

PLACES = {
    "Theorem 3.1": ("232222222", "P"),
    "Theorem 4.3": ("232222222", "P"),
    "Theorem 4.4": ("232222222", "UP"),
    "Theorem 5.1": ("232222222", "P"),
}
"""Where the printed proofs are checked from the definitions: n = 2, T two of three providers, two of all else."""


@cache
def _known() -> tuple[Task, ...]:
    return tuple(tasks())


def rows(*names: str, numbers: Numbers = lambda claims: True, but: str = "at no scope") -> Evidence:
    """The rows of ``verify`` of these names, or of the parts that begin so, ``but`` those with this text in their
    scope. Raises KeyError if there are none."""
    known = [task for task in _known() if but not in task.scope]
    found = tuple(t for name in names for t in known if t.result == name or t.result.startswith(f"{name}: "))
    if missing := [n for n in names if not any(t.result.startswith(n) for t in found)]:
        raise KeyError(missing)
    return Evidence(" and ".join(f'row "{name}"' for name in names), found, numbers=numbers)


def _statement(result: str) -> Statement:
    (statement,) = (s for s in STATEMENTS if s.result == result)
    return statement


@cache
def printed(result: str) -> tuple[Task, dict[str, tuple[Step, ...]]]:
    """The proof of a theorem from the definitions with the lines of the printed one, and these lines by name."""
    statement, (digits, protocol) = _statement(result), PLACES[result]
    where = place(statement, market_size(digits), protocol)
    document, lines = printed_proof(statement, where)
    wanted = theorem_claim(statement, where)

    def demands(kind: str, claim: Document) -> list[str]:
        return differences(kind, claim, "theorem", wanted)

    scope = f"{size_text(where.size)}, {protocol}"
    name = f"{result}, printed proof"
    return Task(name, scope, DEFINITIONS, "PROVED", lambda: Finding("PROVED", document), demands), lines


@cache
def at_all_sizes(result: str, names: tuple[str, ...] = ()) -> Task:
    """The lemmas of these names in the proof of a theorem for all sizes; all that it takes, if none is named.

    Raises KeyError at an unknown name.
    """
    statement = _statement(result)
    if not names:
        return by_obligations(f"{result} at all sizes", all_obligations(statement))
    found = {lemma.name: lemma for lemma in lemmas(statement)}
    shown = [obligation for name in names for obligation in found[name].obligations]
    return by_obligations(f"{result}, {', '.join(names)}", [*RULES, *shown])


def by_obligations(name: str, shown: Sequence[Obligation]) -> Task:
    """What follows from obligations by induction."""
    parts = [obligation_documents(obligation) for obligation in shown]
    wanted = {"obligations": [claim for claim, _ in parts]}
    document = certificate("obligations", wanted, {"proofs": [evidence for _, evidence in parts]})

    def demands(kind: str, claim: Document) -> list[str]:
        return differences(kind, claim, "obligations", wanted)

    found = Finding("PROVED", document, f"{KERNEL} + {GLUE}")
    return Task(name, "all finite games", WRITTEN_OUT, "PROVED", lambda: found, demands)


def proved(result: str, *lines: str, lemmas: Sequence[str] = (), rules: Sequence[str] = ()) -> Evidence:
    """Lines that stand in the proof of a theorem from the definitions, or rules that it shows to be rules; and lemmas
    that say the same at all sizes."""
    task, found = printed(result)
    steps = tuple(step for line in lines for step in found[line])
    every = (at_all_sizes(result, tuple(lemmas)),) if lemmas else ()
    statement, (digits, protocol) = _statement(result), PLACES[result]
    known = printed_rules(statement, place(statement, market_size(digits), protocol)) if rules else {}
    by = f"step of {result} from the definitions" + (", lemma at all sizes" if lemmas else "")
    return Evidence(by, (task, *every), steps, tuple(known[name] for name in rules))


def theorem(result: str) -> Evidence:
    """The theorem itself, from the definitions and at all sizes."""
    return Evidence(f"{result}, from the definitions and at all sizes", (printed(result)[0], at_all_sizes(result)))


@cache
def _identity(name: str) -> Task:
    def demands(kind: str, claim: Document) -> list[str]:
        return differences(kind, claim, "identity", ALGEBRA[name]()[0])

    def find() -> Finding:
        return Finding("PROVED", certificate("identity", *ALGEBRA[name]()))

    return Task(name, "any numbers", "the algebra of the line", "PROVED", find, demands)


def algebra(*names: str) -> Evidence:
    """Identities: the algebra of a line, from the lines before."""
    return Evidence("identity: the algebra of the line", tuple(map(_identity, names)))


def together(*parts: Evidence) -> Evidence:
    """All of it."""

    def numbers(claims: Sequence[Document]) -> bool:
        rest = list(claims)
        taken = [[rest.pop(0) for _ in part.tasks] for part in parts]
        return all(part.numbers(some) for part, some in zip(parts, taken, strict=True))

    first, *others = parts
    if any(part.steps or part.rules for part in others):
        raise ValueError("steps stand in the first proof")
    every = tuple(task for part in parts for task in part.tasks)
    return Evidence("; ".join(part.by for part in parts), every, first.steps, first.rules, numbers)


def instance(game: Game, *made: Task, numbers: Numbers = lambda claims: True) -> Evidence:
    """Certificates about a market."""
    return Evidence(f"market: {game.name}", made, numbers=numbers)


def valued(name: str, game: Game, profile: Profile, note: str) -> Task:
    """What users get and providers earn."""
    document = value_certificate(game, profile, outcome(RATIONAL, game, profile))
    claim = document["claim"]
    scope = sizes(game, note, f"users get {', '.join(claim['values'])}", play=profile.play)
    return claim_task(name, scope, "PROVED", lambda: Finding("PROVED", document), "value", claim)


def stable_task(name: str, game: Game, profile: Profile) -> Task:
    """The profile is an equilibrium."""

    def find() -> Finding:
        answer = equilibrium(game, profile)
        if not isinstance(answer, Bounded):
            return Finding("UNKNOWN", None, reason="no bound on all deviations was found")
        return Finding("PROVED", certificate("equilibrium", wanted, answer.evidence))

    wanted = play_claim(game, profile, robust=False)
    return claim_task(name, sizes(game, play=profile.play), "PROVED", find, "equilibrium", wanted)


def number(claim: Document, key: str, place: int | None = None) -> Fraction:
    """A certified number."""
    return Fraction(claim[key] if place is None else claim[key][place])


@cache
def dominant_theorem() -> Evidence:
    """Theorem 4.3 with what the deviator's user-dominant rule is worth to the user for her benchmark."""
    statement, (digits, protocol) = _statement("Theorem 4.3"), PLACES["Theorem 4.3"]
    where = place(statement, market_size(digits), protocol)
    document = dominant_certificate(statement, where)

    def demands(kind: str, claim: Document) -> list[str]:
        return differences(kind, claim, "theorem", document["claim"])

    scope = f"{size_text(where.size)}, {protocol}"
    name = "Theorem 4.3 with the dominant rule for the benchmark"
    task = Task(name, scope, DEFINITIONS, "PROVED", lambda: Finding("PROVED", document), demands)
    return Evidence(f"{name}, from the definitions", (task,))
