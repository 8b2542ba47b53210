"""Rows of what the paper prints and does not hold, or holds only with more than it says: an instance each.

The statements that do hold are rows of :mod:`alignproof.verification.universal` and
:mod:`alignproof.verification.results`; ``docs/explanation/gaps.md`` puts the two side by side.
"""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from alignproof.checks.alignment import Error, separability_system, strong_system
from alignproof.counterexamples import corners, entry, garbling, rounds, turns
from alignproof.counterexamples.mutants import indifferent_provider
from alignproof.counterexamples.ties import ties_by_provider, with_ties_by_user
from alignproof.counterexamples.violations import Instance
from alignproof.formats.certificates import alignment_document, team_claim
from alignproof.games.augment import augment
from alignproof.symbolic import proposition_a_1, theorem_3_1, theorem_4_1, theorem_4_3, theorem_5_2
from alignproof.symbolic.rules import silent_profile
from alignproof.verification.rows import (
    benchmark_task,
    bound_task,
    deviation_task,
    misfit_task,
    shortfall_task,
    sizes,
    stated_task,
    value_task,
)
from alignproof.verification.verdict import Task

SECTION_6 = (Fraction(1), Fraction(2))
UNTIED_4_1 = (Fraction(1, 2), Fraction(1), Fraction(2), 3)
TALKATIVE_4_1 = (Fraction(2, 3), Fraction(1), Fraction(2), 2)


def gap_tasks() -> Iterator[Task]:
    """All rows about gaps, in the order of the paper."""
    yield from _readings()
    yield from _personalized()
    yield from _constructions()
    yield from _talk()
    yield from _entry()
    yield from _printed_a_1()
    yield from _corners()


def _readings() -> Iterator[Task]:
    """Definition 2.8 given the state alone, and what the definition given all users' features costs."""
    weak = garbling.literal_garbling(theorem_3_1.FACTORS)
    letter, best = "with Definition 2.8 to the letter", "the best deployer of T counts"
    yield shortfall_task(f"Theorem 3.1 {letter}", weak, "1/2", "1", best)
    yield shortfall_task(f"Theorem 4.3 {letter}", garbling.literal_garbling_anonymous("P"), "1/2", "1", best)
    yield shortfall_task(
        f"Theorem 4.4 {letter}", garbling.literal_garbling_anonymous("UP"), "1/2", "1", f"{best}; Delta without weight"
    )
    yield shortfall_task(f"Theorem 5.1 {letter}", entry.with_bystander(weak), "1/2", "1", best)
    remark = f"Remark after Definition 2.12, {letter}"
    yield benchmark_task(f"{remark}: of K", weak.game, (0, 1), "1", "PROVED", "state", f"T=K; {best}")
    yield benchmark_task(f"{remark}: of T", weak.game, (1,), "1/2", "REFUTED", "state", "T=who sees nothing")
    unchanged = "Section 5, the benchmark is unchanged, given all users' features"
    before, after = entry.noisy_source(), entry.noise_seen()
    yield benchmark_task(f"{unchanged}: in G", before, (0, 1), "3/4", "PROVED", "state and users", "T=K")
    yield benchmark_task(f"{unchanged}: in G+", after, (0, 1), "1/2", "REFUTED", "state and users", "T=K")
    unchanged = "Section 5, the benchmark is unchanged, given her own features"
    yield benchmark_task(unchanged, after, (0, 1), "3/4", "PROVED", note="T=K, in G+")


def _personalized() -> Iterator[Task]:
    """Theorems 3.1 and 5.1 with other ties, and with the slack of Section 6."""
    tied = ties_by_provider()
    note = "ties between two actions depend on the provider; no errors"
    yield shortfall_task("Theorem 3.1 if ties depend on the provider", tied, "3/4", "1", note)
    yield shortfall_task("Theorem 5.1 if ties depend on the provider", entry.with_bystander(tied), "3/4", "1", note)
    smaller = indifferent_provider(3, Fraction(1, 4), SECTION_6)
    yield shortfall_task(
        "Theorem 3.1 with Section 6's slack eps_U for 2 eps_U", smaller, "5/12", "3/4", "eps_U=1/4, eps_P=0"
    )


def _constructions() -> Iterator[Task]:
    """The games of Theorems 4.1 and 5.2 with other ties, and with more talk."""
    game = with_ties_by_user(theorem_4_1.game(*UNTIED_4_1))
    yield deviation_task(
        "Theorem 4.1 if ties depend on the user",
        "eps=1/2, c=1, D=2, M=3; in ties user 1 prefers a state, user 2 to abstain",
        game,
        silent_profile(game, "anonymous"),
    )
    eps, c, *_ = TALKATIVE_4_1
    talk = replace(theorem_4_1.game(*TALKATIVE_4_1), protocol="UPU")
    weights, profile = theorem_4_1.weights(eps, c, talk), silent_profile(talk, "anonymous")
    speaking = Instance(talk, profile, (0, 1), weights, theorem_3_1.FACTORS, (0, 1))
    yield shortfall_task("Theorem 4.1 if users speak too", speaking, "2/3", "1", "eps=2/3, c=1, D=2, M=2", "PROVED")
    old, new = theorem_5_2.game(), theorem_5_2.entrant()
    silent = silent_profile(augment(old, new), "anonymous")
    any_ties = Instance(old, silent, (0,), theorem_5_2.weights(), theorem_4_3.FACTORS, (0, 1), new, robust=True)
    note = "robust: no deviation pays even if users break ties for it"
    yield shortfall_task("Theorem 5.2 whatever the ties", any_ties, "2/3", "1", note, "PROVED")


def _talk() -> Iterator[Task]:
    """Theorem 4.4: who opens, how many openings there are and for whom, and what the proof says of branches."""
    first = "Theorem 4.4 if the provider speaks first"
    yield shortfall_task(first, turns.provider_opens(), "2/3", "1", "|M|>=n; Delta=0, no errors")
    yield benchmark_task(f"{first}: one round", turns.askers(2, "P"), (0,), "1", "PROVED", note="as good as two")
    few = "Theorem 4.4 with fewer messages than users"
    yield shortfall_task(few, turns.too_few_openings(), "2/3", "1", "Delta=0, no errors")
    yield benchmark_task(f"{few}: one round", turns.askers(3, "P"), (0,), "1", "PROVED", note="users are alike", user=2)
    types = "Theorem 4.4 without Delta_R(j), if types use up the messages"
    yield shortfall_task(types, rounds.instance(), "1/2", "1", "|M|>=n; no errors")
    yield benchmark_task(f"{types}: one round", rounds.one_round_less(), (0,), "1", "PROVED")
    lie = "Proof of Theorem 4.4, naming her own branch is best"
    yield value_task(
        f"{lie}: she gets more", "REFUTED", *turns.branches(), ("1", "1"), "the deviation, a branch a user"
    )
    yield bound_task(
        f"{lie}: her own at most", *turns.own_branch(), "5/6", "any rule of one round, if he earns her utility"
    )
    small = "Section 4, Delta is small if a round is worth little"
    rich = replace(entry.noisy_source(), protocol="UPUP")
    note = "the bound holds for every protocol and alphabet"
    yield benchmark_task(f"{small}: j alone", rich, (0,), "1", "PROVED", note="T={j}")
    yield benchmark_task(f"{small}: all of T", rich, (0, 1), "3/4", "REFUTED", note=f"T=K; {note}")


def _entry() -> Iterator[Task]:
    """Theorem 5.2 is about one G, not about every G."""
    game, every = entry.one_action(), "Theorem 5.2 read as 'for every G'"
    aligned = team_claim(game, (0,), alignment=alignment_document(entry.ALIGNED, (Fraction(0),)))
    yield stated_task(f"{every}: its hypothesis holds", sizes(game, "exact; |X_P|=|M|"), "PROVED", "aligned", aligned)
    profile = silent_profile(game, "anonymous")
    yield value_task(f"{every}: she gets in silence", "PROVED", game, profile, ("1/2",), "one action, so always")
    note = "one action: no rule of any G+ gives her less"
    yield benchmark_task(f"{every}: her benchmark", game, (0,), "1/2", "REFUTED", note=note)


def _printed_a_1() -> Iterator[Task]:
    """(T, eps)-strong implies (T, eps, 0)-weak."""
    game, name = proposition_a_1.game(), "Proposition A.1 as printed"
    scope = "(T, eps) strong gives (T, eps, 0) weak; n=2, k=1, |A|=2, |Y|=1; eps=1/4"
    holds = alignment_document(proposition_a_1.weights(), (proposition_a_1.EPS,))
    aligned = team_claim(game, (0,), alignment=holds)
    yield stated_task(f"{name}: its hypothesis holds", scope, "PROVED", "aligned", aligned)
    system, fails = (
        separability_system(game, 0, Error(Fraction(0), True)),
        {"separable": {"eps": "0", "attained": True}},
    )
    yield misfit_task(f"{name}: its conclusion fails", scope, "REFUTED", game, 0, system, fails)


def _corners() -> Iterator[Task]:
    """Proposition A.2 from the definitions; as it fails for each provider alone, strong alignment does for every T."""
    game, name = corners.game(), "Proposition A.2 with two actions and states"
    exact = alignment_document(corners.weights(game), (Fraction(0), Fraction(0)))
    weak = team_claim(game, (0, 1), alignment=exact)
    yield stated_task(f"{name}: weak alignment", sizes(game, "T=K, exact"), "PROVED", "aligned", weak)
    error = Error(Fraction(1, 2), attained=False)
    below = {"strong": {"eps": str(error.eps), "attained": error.attained}}
    for j, who in enumerate(game.provider_names):
        scope = sizes(game, f"T={{{who}}}; no error below {error.eps}")
        system = strong_system(game, j, error, None)
        yield misfit_task(f"{name}: no strong alignment", scope, "PROVED", game, j, system, below)
