"""The tasks of ``verify``: each result of the paper at the sizes and parameters verified so far."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import partial

from alignproof.checks.alignment import Error, separability_system
from alignproof.counterexamples.deviations import deviation_certificate
from alignproof.counterexamples.garbling import literal_garbling
from alignproof.counterexamples.mutants import indifferent_provider
from alignproof.counterexamples.violations import Instance, certify
from alignproof.formats.certificates import (
    Document,
    alignment_document,
    certificate,
    multipliers_document,
    play_claim,
    team_claim,
)
from alignproof.formats.documents import entrant_document, game_document, texts
from alignproof.games.augment import augment
from alignproof.games.model import Game
from alignproof.oracles.deviations import Pays, equilibrium
from alignproof.oracles.systems import Refutation, Unknown, decide
from alignproof.symbolic import proposition_a_1, proposition_a_2, theorem_3_1, theorem_4_1, theorem_4_3, theorem_5_2
from alignproof.symbolic.rules import silent_profile
from alignproof.symbolic.statement import Size
from alignproof.verification.universal import GLUE, by_induction, universal_tasks
from alignproof.verification.verdict import DEFINITIONS, KERNEL, WRITTEN_OUT, Finding, Task, Verdict, differences

A_1_SIZES = tuple(Size(n, m) for n in (1, 3) for m in (1, 3))

HALVED = (Fraction(1), Fraction(2))
STRONG_FACTORS = theorem_4_3.FACTORS
EXAMPLES_4_1 = (
    (Fraction(1, 2), Fraction(1), Fraction(2), 3),
    (Fraction(1, 10), Fraction(7, 10), Fraction(3, 2), 8),
    (Fraction(1, 10), Fraction(1), Fraction(2), 11),
)
MOST_STATES = 5


def tasks() -> list[Task]:
    """All tasks, in the order of the paper."""
    return [
        *universal_tasks(),
        _halved_slack(),
        _literal_garbling(),
        *(_theorem_4_1(*parameters) for parameters in EXAMPLES_4_1),
        _theorem_4_1_with_other_ties(),
        _written_out("Theorem 4.1", "any eps, c, D, M; users alike act alike", theorem_4_1.any_size),
        _theorem_5_2(),
        _written_out("Theorem 5.2", "any beta and value of abstaining; users alike act alike", theorem_5_2.any_share),
        by_induction(
            "Proposition A.1 as proved", "all finite games", f"{KERNEL} + {GLUE}", proposition_a_1.any_number(), []
        ),
        *(_proposition_a_1(size) for size in A_1_SIZES),
        _printed_a_1("its hypothesis holds", "PROVED", "aligned", A_1_HOLDS, {}),
        _printed_a_1("its conclusion fails", "REFUTED", "not-aligned", A_1_FAILS, None),
        _proposition_a_2("weak alignment holds exactly", proposition_a_2.weak_claim),
        _proposition_a_2("strong alignment fails below 1/2", proposition_a_2.not_strong_claim),
    ]


def _finding(verdict: Verdict, document: Document | Unknown) -> Finding:
    if isinstance(document, Unknown):
        return Finding("UNKNOWN", None, reason=document.reason)
    return Finding(verdict, document)


def _halved_slack() -> Task:
    def find() -> Finding:
        for states in range(2, MOST_STATES + 1):
            document = certify(indifferent_provider(states, Fraction(1, 4), HALVED))
            if isinstance(document, Unknown):
                return _finding("REFUTED", document)
            claim = document["claim"]
            eps = Fraction(claim["alignment"]["weak"]["eps"][0])
            if Fraction(claim["at_most"]) < Fraction(claim["at_least"]) - HALVED[0] * eps:
                return Finding("REFUTED", document)
        return Finding("UNKNOWN", None, reason=f"no instance with up to {MOST_STATES} states")

    def demands(kind: str, claim: Document) -> list[str]:
        if faults := differences(kind, claim, "bound-violated", {"factors": texts(HALVED)}):
            return faults
        weak = "weak" in claim["alignment"] and claim["profile"]["play"] == "personalized" and "entrant" not in claim
        return [] if weak else ["not a personalized game with weak alignment"]

    scope = "n=k=1, |A|=|Y|=|M|=3, R=1, personalized; eps_U=1/4"
    return Task("Theorem 3.1 with eps_U for 2 eps_U", scope, DEFINITIONS, "REFUTED", find, demands)


def _literal_garbling() -> Task:
    instance = literal_garbling(theorem_3_1.FACTORS)

    def demands(kind: str, claim: Document) -> list[str]:
        wanted: Document = {"game": game_document(instance.game), "factors": texts(theorem_3_1.FACTORS)}
        if faults := differences(kind, claim, "bound-violated", wanted | {"reading": "state"}):
            return faults
        return [] if "weak" in claim["alignment"] and claim["profile"]["play"] == "personalized" else ["the setting"]

    scope = "n=1, k=2, |A|=|Y|=|M|=2, R=1, personalized; the best deployer of T counts"
    name = "Theorem 3.1 with Definition 2.8 to the letter"
    return Task(name, scope, DEFINITIONS, "REFUTED", lambda: _finding("REFUTED", certify(instance)), demands)


def _theorem_4_1(eps: Fraction, c: Fraction, d: Fraction, states: int) -> Task:
    def find() -> Finding:
        game = theorem_4_1.game(eps, c, d, states)
        weights, profile = theorem_4_1.weights(eps, c, game), silent_profile(game, "anonymous")
        return _finding("PROVED", certify(Instance(game, profile, (0, 1), weights, theorem_3_1.FACTORS, (0, 1))))

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


def _theorem_4_1_with_other_ties() -> Task:
    game = with_ties_by_user(theorem_4_1.game(*EXAMPLES_4_1[0]))
    profile = silent_profile(game, "anonymous")

    def find() -> Finding:
        answer = equilibrium(game, profile)
        if not isinstance(answer, Pays):
            return Finding("UNKNOWN", None, reason="no deviation that pays was found")
        return Finding("REFUTED", deviation_certificate(game, profile, answer))

    def demands(kind: str, claim: Document) -> list[str]:
        return differences(kind, claim, "not-equilibrium", play_claim(game, profile))

    scope = "eps=1/2, c=1, D=2, M=3; in ties user 1 prefers a state, user 2 to abstain"
    return Task("Theorem 4.1 if ties depend on the user", scope, DEFINITIONS, "REFUTED", find, demands)


def with_ties_by_user(game: Game) -> Game:
    """The game of two users in which the second breaks ties between actions in reverse order."""
    first, second = game.ties.actions
    return replace(game, ties=replace(game.ties, actions=(first, tuple(order[::-1] for order in second))))


def _theorem_5_2() -> Task:
    game, entrant, weights = theorem_5_2.game(), theorem_5_2.entrant(), theorem_5_2.weights()
    augmented = augment(game, entrant)

    def find() -> Finding:
        profile = silent_profile(augmented, "anonymous")
        return _finding("PROVED", certify(Instance(game, profile, (0,), weights, STRONG_FACTORS, (0, 1), entrant)))

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


A_1_HOLDS = alignment_document(proposition_a_1.weights(), (proposition_a_1.EPS,))
A_1_FAILS = {"separable": {"eps": "0", "attained": True}}


def _printed_a_1(half: str, verdict: Verdict, kind: str, alignment: Document, evidence: Document | None) -> Task:
    """One half of the refutation of (T, eps)-strong implies (T, eps, 0)-weak; ``evidence`` None: to be found."""
    game = proposition_a_1.game()
    wanted = team_claim(game, (0,), alignment=alignment)

    def find() -> Finding:
        if evidence is not None:
            return Finding(verdict, certificate(kind, wanted, evidence))
        refutation = decide(separability_system(game, 0, Error(Fraction(0), True)))
        if not isinstance(refutation, Refutation):
            return Finding("UNKNOWN", None, reason="the payoff may be separable")
        multipliers = multipliers_document(refutation.multipliers)
        return Finding(verdict, certificate(kind, wanted, {"provider": "provider", "multipliers": multipliers}))

    def demands(found: str, claim: Document) -> list[str]:
        return differences(found, claim, kind, wanted)

    scope = "(T, eps) strong gives (T, eps, 0) weak; n=2, k=1, |A|=2, |Y|=1; eps=1/4"
    return Task(f"Proposition A.1 as printed: {half}", scope, DEFINITIONS, verdict, find, demands)


def _written_out(result: str, scope: str, build: Callable[[], tuple[Document, Document]]) -> Task:
    def demands(kind: str, claim: Document) -> list[str]:
        return differences(kind, claim, "identity", build()[0])

    return Task(result, scope, WRITTEN_OUT, "PROVED", partial(_found_identity, build), demands)


def _proposition_a_2(half: str, build: Callable[[], tuple[Document, Document]]) -> Task:
    return _written_out(f"Proposition A.2: {half}", "the proof's market: n=k=2, continuous actions and states", build)


def _found_identity(build: Callable[[], tuple[Document, Document]]) -> Finding:
    return Finding("PROVED", certificate("identity", *build()))
