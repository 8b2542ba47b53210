"""The tasks of ``verify``: each result of the paper at the sizes and parameters verified so far."""

from collections.abc import Callable
from fractions import Fraction
from functools import partial
from pathlib import Path
from runpy import run_path

from alignproof.counterexamples.violations import Instance, certify
from alignproof.formats.certificates import Document, certificate
from alignproof.formats.documents import entrant_document, game_document, texts
from alignproof.games.augment import augment
from alignproof.games.document import InputError, shown
from alignproof.symbolic import proposition_a_1, proposition_a_2, theorem_3_1, theorem_4_1, theorem_4_3, theorem_5_2
from alignproof.symbolic.rules import silent_profile
from alignproof.symbolic.statement import Size
from alignproof.verification.catalogue import catalogue_tasks
from alignproof.verification.gaps import gap_tasks
from alignproof.verification.regions import region_tasks
from alignproof.verification.rows import finding
from alignproof.verification.smallest import smallest_tasks
from alignproof.verification.tightness import tightness_tasks
from alignproof.verification.universal import GLUE, by_induction, universal_tasks
from alignproof.verification.verdict import DEFINITIONS, KERNEL, WRITTEN_OUT, Finding, Task, differences

A_1_SIZES = tuple(Size(n, m) for n in (1, 3) for m in (1, 3))

STRONG_FACTORS = theorem_4_3.FACTORS
EXAMPLES_4_1 = (
    (Fraction(1, 2), Fraction(1), Fraction(2), 3),
    (Fraction(1, 10), Fraction(7, 10), Fraction(3, 2), 8),
    (Fraction(1, 10), Fraction(1), Fraction(2), 11),
)


def tasks() -> list[Task]:
    """All tasks: those of results, then the certificates of the catalogue."""
    found = result_tasks()
    return [*found, *catalogue_tasks(found)]


def own_tasks(path: Path) -> list[Task]:
    """The rows of somebody's own file, which is run as Python: what its function ``tasks()`` yields.

    Raises InputError if there is no such file or function, if it fails, or if a row is called like a result of ours.
    """
    where, found = str(path), list[Task]()
    try:
        found = list(run_path(where, run_name="own")["tasks"]())
    except (Exception, SystemExit) as error:
        missing = isinstance(error, KeyError) and error.args == ("tasks",)
        reason = "it has no function tasks()" if missing else f"it cannot be run: {type(error).__name__}: {error}"
        raise InputError(where, " ".join(reason.split())) from None
    taken = {task.result for task in tasks()}
    for task in found:
        if not isinstance(task, Task):
            raise InputError(where, f"tasks() yields a {type(task).__name__}, not a Task")
        if task.result in taken:
            raise InputError(where, f"a result is called {shown(task.result)!r} already")
    return found


def result_tasks() -> list[Task]:
    """Results in the order of the paper; gaps; how much bounds leave; regions' boundaries; how small instances get."""
    return [
        *universal_tasks(),
        *(_theorem_4_1(*parameters) for parameters in EXAMPLES_4_1),
        _written_out("Theorem 4.1", "any eps, c, D, M; users alike act alike", theorem_4_1.any_size),
        _theorem_5_2(),
        _written_out("Theorem 5.2", "any beta and value of abstaining; users alike act alike", theorem_5_2.any_share),
        by_induction(
            "Proposition A.1 as proved", "all finite games", f"{KERNEL} + {GLUE}", proposition_a_1.any_number(), []
        ),
        *(_proposition_a_1(size) for size in A_1_SIZES),
        _proposition_a_2("weak alignment holds exactly", proposition_a_2.weak_claim),
        _proposition_a_2("strong alignment fails below 1/2", proposition_a_2.not_strong_claim),
        *gap_tasks(),
        *tightness_tasks(),
        *region_tasks(),
        _written_out("Theorem 4.1's region", "any eps, c, M: not D < 1 or M < c / eps", theorem_4_1.any_size_elsewhere),
        *smallest_tasks(),
    ]


def _theorem_4_1(eps: Fraction, c: Fraction, d: Fraction, states: int) -> Task:
    def find() -> Finding:
        game = theorem_4_1.game(eps, c, d, states)
        weights, profile = theorem_4_1.weights(eps, c, game), silent_profile(game, "anonymous")
        return finding("PROVED", certify(Instance(game, profile, (0, 1), weights, theorem_3_1.FACTORS, (0, 1))))

    def demands(kind: str, claim: Document) -> list[str]:
        game = theorem_4_1.game(eps, c, d, states)
        wanted = {"game": game_document(game), "users": list(game.user_names), "factors": texts(theorem_3_1.FACTORS)}
        if faults := differences(kind, claim, "bound-violated", wanted | {"providers": list(game.provider_names)}):
            return faults
        exact = claim["alignment"].get("weak", {}).get("eps") == ["0", "0"]
        low, high = Fraction(claim["at_most"]) <= eps, Fraction(claim["at_least"]) >= c
        anonymous = claim["profile"]["play"] == "anonymous" and "entrant" not in claim
        return [] if exact and low and high and anonymous else ["not the theorem's numbers"]

    scope = f"eps={eps}, c={c}, D={d}, M={states}: n=k=2, |A|={states + 1}, |Y|=|M|={states}, R=1, anonymous"
    return Task("Theorem 4.1", scope, DEFINITIONS, "PROVED", find, demands)


def _theorem_5_2() -> Task:
    game, entrant, weights = theorem_5_2.game(), theorem_5_2.entrant(), theorem_5_2.weights()
    augmented = augment(game, entrant)

    def find() -> Finding:
        profile = silent_profile(augmented, "anonymous")
        return finding("PROVED", certify(Instance(game, profile, (0,), weights, STRONG_FACTORS, (0, 1), entrant)))

    def demands(kind: str, claim: Document) -> list[str]:
        wanted: Document = {"game": game_document(game), "entrant": entrant_document(game, entrant)}
        wanted |= {"users": list(augmented.user_names), "factors": texts(STRONG_FACTORS)}
        if faults := differences(kind, claim, "bound-violated", wanted):
            return faults
        exact = claim["alignment"].get("strong", {}).get("eps") == ["0"]
        return [] if exact and claim["profile"]["play"] == "anonymous" else ["not the theorem's setting"]

    scope = "the proof's G, beta=1/2: n=1+1, k=1, |A|=3, |Y|=|M|=2, R=1, anonymous"
    return Task("Theorem 5.2", scope, DEFINITIONS, "PROVED", find, demands)


def _proposition_a_1(size: Size) -> Task:
    build = partial(proposition_a_1.repaired_claim, size.users, size.providers)

    def demands(kind: str, claim: Document) -> list[str]:
        return differences(kind, claim, "identity", build()[0])

    scope = f"(T, eps) strong gives (T, 0, eps) weak; n={size.users}, {size.providers} with lambda > 0 on a user"
    return Task("Proposition A.1 as proved", scope, WRITTEN_OUT, "PROVED", partial(_found_identity, build), demands)


def _written_out(result: str, scope: str, build: Callable[[], tuple[Document, Document]]) -> Task:
    def demands(kind: str, claim: Document) -> list[str]:
        return differences(kind, claim, "identity", build()[0])

    return Task(result, scope, WRITTEN_OUT, "PROVED", partial(_found_identity, build), demands)


def _proposition_a_2(half: str, build: Callable[[], tuple[Document, Document]]) -> Task:
    return _written_out(f"Proposition A.2: {half}", "the proof's market: n=k=2, continuous actions and states", build)


def _found_identity(build: Callable[[], tuple[Document, Document]]) -> Finding:
    return Finding("PROVED", certificate("identity", *build()))
