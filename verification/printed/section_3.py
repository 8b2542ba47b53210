"""Lines of the proof of Theorem 3.1."""

from collections.abc import Sequence
from fractions import Fraction
from functools import cache

from alignproof.counterexamples.entry import with_bystander
from alignproof.counterexamples.printed import offset, told
from alignproof.counterexamples.ties import ties_by_provider
from alignproof.counterexamples.violations import Instance
from alignproof.formats.certificates import Document, alignment_document, team_claim
from alignproof.games.model import Game
from alignproof.games.rules import Profile
from alignproof.symbolic import theorem_3_1
from alignproof.symbolic.rules import revealing_rule
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
from alignproof.verification.rows import sizes, stated_task

RESULT = "Theorem 3.1"
LETTER = "Theorem 3.1 with Definition 2.8 to the letter"


@cache
def offset_line(positive: bool, entered: bool = False) -> Evidence:
    """Equation (2) with + c_i for - c_i fails in an equilibrium of G, or of G+, in which the state is told."""
    market, profile, weights = offset(positive)
    game, share = market, Fraction(1)
    if entered:
        case = with_bystander(Instance(market, profile, (0,), weights, theorem_3_1.FACTORS, (0,)))
        game, profile = told(case)
        share = 1 - Fraction(case.entrant.shares[0]) if case.entrant else share
    name = f"equation (2) with + c_i, c = {weights.constants[0]}{', in G+' if entered else ''}"
    claim = team_claim(market, (0,), alignment=alignment_document(weights, (Fraction(0), Fraction(0))))
    w, constant = Fraction(weights.users[0][0]), Fraction(weights.constants[0])

    def broken(claims: Sequence[Document]) -> bool:
        """w E[F] >= E[u] + c_i if c_i > 0, and <= if not, is what is printed; he earns F, in G+ 1 - beta of it."""
        combined = w * number(claims[1], "payoffs", 0) / share
        printed = number(claims[1], "values", 0) + constant
        return combined < printed if positive else combined > printed

    made = (
        stated_task(f"{name}: alignment", sizes(market, "T=K, exact"), "PROVED", "aligned", claim),
        valued(f"{name}: values", game, profile, "the provider tells the state"),
        stable_task(f"{name}: equilibrium", game, profile),
    )
    return instance(game, *made, numbers=broken)


def _reveals(game: Game, profile: Profile, j: int) -> Profile:
    return profile.deviate(j, (revealing_rule(game, j),))


@cache
def deviations_differ() -> Evidence:
    """With ties that depend on the provider, F_j after j's own deviation add up to less than after one deviation."""
    case = ties_by_provider()
    told = (_reveals(case.game, case.profile, j) for j in range(2))
    made = (
        valued(f"ties by provider: {j + 1} tells", case.game, profile, f"provider {j + 1} deviates")
        for j, profile in enumerate(told)
    )

    def differ(claims: Sequence[Document]) -> bool:
        """w is 1 for both, and they earn F."""
        own = number(claims[0], "payoffs", 0) + number(claims[1], "payoffs", 1)
        return all(own != sum(number(claim, "payoffs", j) for j in range(2)) for claim in claims)

    return instance(case.game, *made, numbers=differ)


def lines() -> tuple[Line, ...]:
    """All of them, in order."""
    return (
        Line(
            "Section 3",
            "before Theorem 3.1",
            "a provider can change one user's rule and leave what the others see and do as it was",
            proved(RESULT, "others unaffected", lemmas=("unaffected: same part j i",)),
        ),
        Line(
            "Section 3",
            "before Theorem 3.1",
            "if a user does poorly, a provider could profit by offering her a better rule",
            theorem(RESULT),
            note="below the bound; the proof uses the deviations to her optimal T-shared rule alone",
        ),
        Line(
            "Section 3",
            "before Theorem 3.1",
            "the result holds if further providers, who are not aligned, are in the market",
            theorem(RESULT),
            note="proved for T smaller than K",
        ),
        Line(
            RESULT,
            "proof, deviation",
            "any provider in T can implement user i's optimal T-shared rule",
            proved(RESULT, rules=("share 0", "share 1")),
        ),
        Line(
            RESULT,
            "proof, deviation",
            "with Definition 2.8 to the letter: if below her benchmark, she moves to whoever deploys that rule",
            instance=rows(LETTER),
            note="deployed by a provider who sees nothing it may be worth less to her; the theorem fails too",
        ),
        Line(
            RESULT,
            "proof, deviation",
            "the same, garblings common given her own features: where she asks another, she had her benchmark before",
            proved(RESULT, "below her benchmark she moves", lemmas=("switch",)),
            note="so the bound holds at once: errors and ratios are not negative",
        ),
        Line(
            RESULT,
            "proof, deviation",
            "to be below the bound is to be below the benchmark: the slack is not negative (used, not printed)",
            proved(RESULT, "errors", lemmas=("switch",)),
            note="errors bound residuals from both sides, and ratios w / lambda are not negative",
        ),
        Line(
            RESULT,
            "proof, equilibrium",
            "no provider of T gains by the deviation: E_dev[u_j] <= E_NE[u_j]",
            proved(RESULT, "no incentive"),
        ),
        Line(
            RESULT,
            "proof, before display 1",
            "the deviation changes the induced distribution of user i only",
            proved(RESULT, "others unaffected", lemmas=("unaffected: same part j i",)),
        ),
        Line(
            RESULT,
            "display 1, line 1",
            "by equation (1), E_dev[sum lambda F + c_j - eps_P] <= E_NE[sum lambda F + c_j + eps_P]",
            proved(RESULT, "weak alignment applied", lemmas=("average: dev payoff j", "average: ne payoff j")),
        ),
        Line(
            RESULT,
            "display 1, lines 2-4",
            "equivalent, as the others' parts are the same: lambda E_dev[F] <= lambda E_NE[F] + 2 eps_P",
            proved(RESULT, "own part", "equivalence", "others unaffected", lemmas=("unaffected: same part j i",)),
        ),
        Line(
            RESULT,
            "display 2",
            "divided by lambda > 0: E_dev[F] <= E_NE[F] + 2 eps_P / lambda",
            algebra("Theorem 3.1, dividing by lambda"),
        ),
        Line(
            RESULT,
            "display 3",
            "weighted by w >= 0: sum w E_dev[F] <= sum w E_NE[F] + 2 eps_P mu",
            proved(RESULT, "weighted sum"),
            note="E_dev is another distribution for each j",
        ),
        Line(
            RESULT,
            "after display 3",
            "w > 0 only where lambda > 0, so all terms of the sum are covered",
            proved(RESULT, "weighted sum"),
            note="terms with w = 0 vanish",
        ),
        Line(
            RESULT,
            "display 4",
            "with the ties of Definition 2.5: sum w E_dev[F] is E_dev[sum w F] by linearity",
            instance=deviations_differ(),
            note="each term has its own deviation; if ties depend on the provider, 1/2 and 1, and the theorem fails",
        ),
        Line(
            RESULT,
            "display 4",
            "the same, with ties blind to the provider",
            proved(RESULT, "one outcome for all deviations", lemmas=("average: whoever deviates j",)),
            note="not linearity: the shared rule brings about the same whoever deploys it",
        ),
        Line(
            RESULT,
            "before display 5",
            "by equation (2), sum w F is u_i + c_i up to eps_U",
            instance=offset_line(True),
            survives=theorem(RESULT),
            note="it is u_i - c_i; harmless: c_i cancels",
        ),
        Line(
            RESULT,
            "display 5, line 1",
            "E_dev[sum w F] >= E_dev[u_i + c_i - eps_U]",
            instance=offset_line(True),
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
            instance=offset_line(False),
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
            "display 7",
            "the three add up: u_i(C*) + c_i - eps_U <= E_NE[u_i] + c_i + eps_U + 2 eps_P mu",
            algebra("Theorem 3.1, adding up with + c_i", "Theorem 3.1, adding up with - c_i"),
            note="the print has eps_B for eps_P; holds with either sign of c_i",
        ),
        Line(
            RESULT,
            "displays 8 and 9",
            "c_i cancels, and the bound follows",
            together(theorem(RESULT), algebra("Theorem 3.1, adding up with - c_i")),
        ),
    )
