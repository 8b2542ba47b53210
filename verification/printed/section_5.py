"""Lines of Section 5: the proofs of Theorems 5.1 and 5.2."""

from collections.abc import Sequence
from fractions import Fraction
from functools import cache

from alignproof.counterexamples.entry import noisy_source
from alignproof.counterexamples.printed import half_told, rewarded, slight_interest, told, two_talks
from alignproof.formats.certificates import Document, alignment_document, team_claim
from alignproof.games.augment import augment
from alignproof.symbolic import theorem_5_2
from alignproof.symbolic.printed_algebra import newcomer_summed_out
from alignproof.symbolic.rules import anonymous_profile, revealing_rule, silent_profile
from alignproof.verification.printed.evidence import (
    algebra,
    instance,
    number,
    proved,
    rows,
    stable_task,
    theorem,
    together,
    valued,
)
from alignproof.verification.printed.lines import Evidence, Line
from alignproof.verification.printed.section_3 import deviations_differ, offset_line
from alignproof.verification.printed.section_4 import alike
from alignproof.verification.rows import benchmark_task, bound_task, deviation_task, sizes, stated_task
from alignproof.verification.universal import by_obligations
from alignproof.verification.verdict import Task

RESULT, BREAKS = "Theorem 5.1", "Theorem 5.2"
LETTER = "Theorem 5.1 with Definition 2.8 to the letter"
THIRDS = Fraction(2, 3)


def _k_for_t() -> Evidence:
    """A user below u(C*_{S,T}) who is not below u(C*_{S,K}), T being who sees the state."""
    game = noisy_source()
    made = (
        valued("K for T: she gets", game, half_told(), "T sees the state, and says it right with chance 7/8"),
        benchmark_task("K for T: benchmark of T", game, (0,), "1", "PROVED", note="T={sees}"),
        benchmark_task("K for T: benchmark of K", game, (0, 1), "3/4", "PROVED", note="T=K"),
    )

    def between(claims: Sequence[Document]) -> bool:
        return number(claims[2], "value") < number(claims[0], "values", 0) < number(claims[1], "value")

    return instance(game, *made, numbers=between)


def _converse() -> Evidence:
    """In G+ silence is no equilibrium, yet the line that equation (1) makes of the equilibrium's condition is true."""
    case, companion = slight_interest()
    if case.entrant is None:
        raise ValueError("nobody enters")
    game, error = augment(case.game, case.entrant), case.weights.errors(case.game)
    aligned = team_claim(case.game, (0,), alignment=alignment_document(case.weights, error))
    name, silent = "The first equivalence", companion.profile
    quiet, tells = told(companion)[0], told(companion)[1]
    made = (
        deviation_task(f"{name}: a deviation pays", sizes(case.game, "G+", entrants=1), game, case.profile),
        stated_task(f"{name}: equation (1)", sizes(case.game, f"eps_P={error[1]}"), "PROVED", "aligned", aligned),
        valued(f"{name}: silence, payoff as decomposed", quiet, silent, "G+"),
        valued(f"{name}: telling, payoff as decomposed", quiet, tells, "G+"),
    )
    (share,) = case.entrant.shares

    def allowed(claims: Sequence[Document]) -> bool:
        """(1 - beta)(sum lambda F + c - eps) + beta f after the deviation is at most the same with + eps before."""
        eps = Fraction(claims[1]["alignment"]["weak"]["eps"][1])
        before, after = (number(claim, "payoffs", 0) for claim in claims[2:])
        return after - (1 - Fraction(share)) * eps <= before + (1 - Fraction(share)) * eps

    return instance(game, *made, numbers=allowed)


def _one_acts() -> Evidence:
    """With positive chance user 1 acts and user 2 abstains, which earns the provider 3/4."""
    game, profile = two_talks()
    made = valued("Theorem 5.2, two talks", game, profile, "payoff: user 1 acts, user 2 abstains")
    return instance(game, made, numbers=lambda claims: number(claims[0], "payoffs", 0) > 0)


def _original() -> Evidence:
    """In G the provider tells the state: an equilibrium in which the user gets 1, her benchmark."""
    game = theorem_5_2.game()
    profile = anonymous_profile(game, (revealing_rule(game, 0),))
    exact = alignment_document(theorem_5_2.weights(), (Fraction(0),))
    made = (
        stated_task(
            "Theorem 5.2, G is aligned",
            sizes(game, "exact"),
            "PROVED",
            "aligned",
            team_claim(game, (0,), alignment=exact),
        ),
        valued("Theorem 5.2, G: the state is told", game, profile, "G"),
        stable_task("Theorem 5.2, G: to tell is an equilibrium", game, profile),
        benchmark_task("Theorem 5.2, G: benchmark", game, (0,), "1", "PROVED"),
    )
    return instance(game, *made, numbers=lambda claims: number(claims[1], "values", 0) == 1)


@cache
def _same_images() -> Task:
    return by_obligations("A garbling's image in G+", newcomer_summed_out())


@cache
def _below() -> Evidence:
    """No rule of G+ earns more than 2/3 less 5/12 p, p being the chance that user 1 does not abstain."""
    game = rewarded(augment(theorem_5_2.game(), theorem_5_2.entrant()), Fraction(5, 12))
    note = "half of payoff + 5/12 p"
    made = bound_task("Theorem 5.2, display 1", game, silent_profile(game, "anonymous"), "1/3", note)
    return instance(game, made)


@cache
def _silence() -> Evidence:
    """In G+, told nothing, both abstain: 2/3 for each, and for the provider."""
    game = augment(theorem_5_2.game(), theorem_5_2.entrant())
    profile = silent_profile(game, "anonymous")
    made = (
        valued("Theorem 5.2, silence", game, profile, "G+"),
        stable_task("Theorem 5.2, no deviation", game, profile),
    )

    def thirds(claims: Sequence[Document]) -> bool:
        users = all(number(claims[0], "values", i) == THIRDS for i in range(2))
        return users and number(claims[0], "payoffs", 0) == THIRDS

    return instance(game, *made, numbers=thirds)


def _section_5_1() -> tuple[Line, ...]:
    """Lines of the proof of Theorem 5.1, and of the text around it."""
    return (
        Line("Section 5", "definition of G+", "payoffs in G+ lie in [0, 1]", algebra("Section 5, range of payoffs")),
        Line(
            "Section 5",
            "after Theorem 5.1",
            "the newcomer leaves an old user's optimal shared rule as it is",
            together(
                Evidence("images in G+ are those in G, at all sizes", (_same_images(),)),
                rows("Section 5, the benchmark is unchanged, given her own features"),
                theorem(RESULT),
            ),
            note="not for garblings common given all users' features, which the definition does not ask for",
        ),
        Line(
            RESULT,
            "proof, deviation",
            "any provider can implement C*_S(i), she was worse off than with it",
            instance=_k_for_t(),
            survives=theorem(RESULT),
            note="with K for T she may be better off, with T not every provider can. Harmless: T is meant",
        ),
        Line(
            RESULT,
            "proof, deviation",
            "any provider of T can implement her optimal T-shared rule",
            proved(RESULT, rules=("share 0", "share 1")),
        ),
        Line(
            RESULT,
            "proof, deviation",
            "with Definition 2.8 to the letter: if below her benchmark, she moves to whoever deploys that rule",
            instance=rows(LETTER),
            note="as in Theorem 3.1; the theorem fails too",
        ),
        Line(
            RESULT,
            "proof, deviation",
            "the same, garblings common given her own features",
            proved(RESULT, "below her benchmark she moves", lemmas=("switch",)),
        ),
        Line(
            RESULT,
            "proof, equilibrium",
            "in G+ no provider of T gains by the deviation",
            proved(RESULT, "no incentive"),
        ),
        Line(
            RESULT,
            "proof, before display 1",
            "the deviation changes the induced distribution of user i only, and not the newcomer's",
            proved(RESULT, "others unaffected", lemmas=("unaffected: same part j i", "unaffected: new user j")),
        ),
        Line(
            RESULT,
            "display 1, line 1",
            "the condition of equilibrium implies the same with sum lambda F + c_j -+ eps_P for u_j",
            proved(
                RESULT,
                "weak alignment applied",
                lemmas=("average: dev payoff j", "average: ne payoff j", "the payoff in G+: no gain j"),
            ),
            note="checked divided by 1 - beta_j > 0",
        ),
        Line(
            RESULT,
            "display 1, line 1",
            "and is equivalent to it",
            instance=_converse(),
            survives=theorem(RESULT),
            note="only implies it: payoffs are known up to eps_P. Harmless: the proof goes this way only",
        ),
        Line(
            RESULT,
            "display 1, lines 2-4",
            "equivalent, as others' parts are the same: (1-beta) lambda E_dev[F] <= (1-beta)(lambda E_NE[F] + 2 eps_P)",
            proved(
                RESULT,
                "own part",
                "equivalence",
                "others unaffected",
                lemmas=("unaffected: same part j i", "unaffected: new user j"),
            ),
            note="checked divided by 1 - beta_j > 0",
        ),
        Line(
            RESULT,
            "display 2",
            "divided by (1-beta) lambda > 0: E_dev[F] <= E_NE[F] + 2 eps_P / lambda",
            algebra("Theorem 5.1, dividing by (1 - beta) lambda"),
        ),
        Line(RESULT, "display 3", "weighted by w >= 0", proved(RESULT, "weighted sum")),
        Line(
            RESULT,
            "display 4",
            "with the ties of Definition 2.5: sum w E_dev[F] is E_dev[sum w F] by linearity",
            instance=together(deviations_differ(), rows("Theorem 5.1 if ties depend on the provider")),
            note="as in Theorem 3.1; the theorem fails too",
        ),
        Line(
            RESULT,
            "display 4",
            "the same, with ties blind to the provider",
            proved(RESULT, "one outcome for all deviations", lemmas=("average: whoever deviates j",)),
        ),
        Line(
            RESULT,
            "before display 5, display 5, line 1",
            "by equation (2), E_dev[sum w F] >= E_dev[u_i + c_i - eps_U]",
            instance=offset_line(True, entered=True),
            survives=theorem(RESULT),
            note="- c_i; harmless: it cancels",
        ),
        Line(
            RESULT,
            "display 5, corrected",
            "E_dev[sum w F] >= E_dev[u_i] - c_i - eps_U",
            proved(RESULT, "equation (2) in expectation, shared 0", lemmas=("average: user at dev",)),
        ),
        Line(
            RESULT,
            "display 5, end",
            "E_dev[u_i] >= u_i(C*_{S,T}(i))",
            proved(RESULT, "she gets her benchmark", lemmas=("switch",)),
        ),
        Line(
            RESULT,
            "display 6",
            "E_NE[sum w F] <= E_NE[u_i] + c_i + eps_U",
            instance=offset_line(False, entered=True),
            survives=theorem(RESULT),
            note="- c_i; harmless: it cancels",
        ),
        Line(
            RESULT,
            "display 6, corrected",
            "E_NE[sum w F] <= E_NE[u_i] - c_i + eps_U",
            proved(RESULT, "equation (2) in expectation, ne", lemmas=("average: user at ne",)),
        ),
        Line(
            RESULT,
            "displays 7-9",
            "the three add up, c_i cancels, and the bound follows",
            together(
                theorem(RESULT), algebra("Theorem 3.1, adding up with + c_i", "Theorem 3.1, adding up with - c_i")
            ),
        ),
    )


def _section_5_2() -> tuple[Line, ...]:
    """Lines of the proof of Theorem 5.2."""
    return (
        Line(
            BREAKS,
            "statement",
            "read as being about every G",
            instance=rows("Theorem 5.2 read as 'for every G'"),
            note="a user with nothing to choose cannot be harmed; it holds for some G",
        ),
        Line(
            BREAKS,
            "proof, G",
            "G is exactly strongly aligned; to tell the state is an equilibrium and gives her 1, her benchmark",
            _original(),
            note="every equilibrium gives her 1, by Theorem 4.3",
        ),
        Line(
            BREAKS,
            "proof, G",
            "full disclosure is possible: the state can be named in one message",
            rows("Full revelation is user-dominant"),
        ),
        Line(
            BREAKS,
            "proof, G+",
            "the payoff in G+ is 1/4 for a match, 1/6 if user 1 abstains and 1/2 if user 2 does",
            together(algebra("Theorem 5.2, payoff in G+"), rows(BREAKS)),
        ),
        Line(BREAKS, "proof, silence", "told nothing both abstain, and the provider earns 2/3", _silence()),
        Line(
            BREAKS,
            "proof, deviations",
            "the users' actions have the same distribution under every rule",
            alike(),
            note='with common ties, though the result holds whatever the ties (row "Theorem 5.2 whatever the ties")',
        ),
        Line(
            BREAKS,
            "proof, deviations",
            "if both act the provider earns at most 1/4",
            algebra("Theorem 5.2, payoff in G+"),
        ),
        Line(
            BREAKS,
            "proof, deviations",
            "the cases are: both act, or both abstain",
            instance=_one_acts(),
            survives=rows(BREAKS, "Theorem 5.2 whatever the ties"),
            note="if only user 1 acts he earns up to 3/4. Harmless: what he earns is separable",
        ),
        Line(
            BREAKS,
            "display 1",
            "so he earns at most p/4 + (1-p) 2/3",
            together(algebra("Theorem 5.2, earnings"), alike(), _below()),
            note="by linearity, whatever the joint distribution",
        ),
        Line(
            BREAKS, "display 1", "which is less than 2/3, if p > 0", algebra("Theorem 5.2, earnings"), note="by 5/12 p"
        ),
        Line(
            BREAKS,
            "proof, end",
            "so in every equilibrium of G+ user 1 gets 2/3, less than 1",
            together(_silence(), _below(), algebra("Theorem 5.2, earnings"), alike(), rows(BREAKS)),
            note="silence is one, by certificate; p = 0 in all, by the line before",
        ),
        Line(BREAKS, "statement", "the newcomer is below her benchmark too (not shown in the proof)", rows(BREAKS)),
    )


def lines() -> tuple[Line, ...]:
    """All of them, in order."""
    return _section_5_1() + _section_5_2()
