"""Lines of Section 4: the proofs of Theorems 4.1, 4.3 and 4.4, and what the text says before them."""

from collections.abc import Sequence
from fractions import Fraction
from functools import cache

from alignproof.checks.alignment import Error, strong_system
from alignproof.counterexamples.garbling import literal_garbling
from alignproof.counterexamples.printed import alone, leaver, leaver_weights, rewarded
from alignproof.formats.certificates import Document, alignment_document, team_claim
from alignproof.games.algebra import ONE, ZERO
from alignproof.games.alignment import StrongWeights
from alignproof.symbolic import theorem_3_1, theorem_4_1
from alignproof.symbolic.printed_algebra import alike_users
from alignproof.symbolic.rules import anonymous_profile, revealing_rule, silent_profile
from alignproof.verification.printed.evidence import (
    algebra,
    dominant_theorem,
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
from alignproof.verification.rows import benchmark_task, bound_task, misfit_task, sizes, stated_task
from alignproof.verification.universal import by_obligations

EXAMPLE_4_1 = (Fraction(1, 2), Fraction(1), Fraction(2), 3)
"""eps, c, D, M."""

T41, T43, T44 = "Theorem 4.1", "Theorem 4.3", "Theorem 4.4"
LIE = "Proof of Theorem 4.4, naming her own branch is best"


def breaks_4_1() -> Evidence:
    """Theorem 4.1 from the definitions at M = 3, and for all parameters as an identity; other rows take longer."""
    return rows(T41, but="eps=1/10")


@cache
def _silent_4_1() -> Evidence:
    """In silence users get eps and providers earn D / (D + 1), which is an equilibrium."""
    eps, _, d, _ = EXAMPLE_4_1
    game = theorem_4_1.game(*EXAMPLE_4_1)
    profile = silent_profile(game, "anonymous")
    made = (
        valued("Theorem 4.1, silence", game, profile, "D=2"),
        stable_task("Theorem 4.1, no deviation", game, profile),
    )

    def as_printed(claims: Sequence[Document]) -> bool:
        users = all(number(claims[0], "values", i) == eps for i in range(2))
        return users and all(number(claims[0], "payoffs", j) == d / (d + 1) for j in range(2))

    return instance(game, *made, numbers=as_printed)


def below_4_1() -> Evidence:
    """No rule of provider 1 earns more than D / (D + 1) less p (D - 1) / (D + 1), which is what display 1 says."""
    d = EXAMPLE_4_1[2]
    game = rewarded(theorem_4_1.game(*EXAMPLE_4_1), (d - 1) / (d + 1))
    bound = str(d / (d + 1) / 2)
    note = "half of payoff + p (D - 1) / (D + 1)"
    made = bound_task("Theorem 4.1, display 1", game, silent_profile(game, "anonymous"), bound, note)
    return instance(game, made)


@cache
def _told_4_1() -> Evidence:
    """If the state is told both users get c, their benchmark."""
    _, c, _, _ = EXAMPLE_4_1
    game = theorem_4_1.game(*EXAMPLE_4_1)
    profile = anonymous_profile(game, tuple(revealing_rule(game, j) for j in range(2)))
    benchmarks = (
        benchmark_task(f"Theorem 4.1, benchmark of user {i + 1}", game, (0, 1), str(c), "PROVED", user=i)
        for i in range(2)
    )
    told = valued("Theorem 4.1, the state is told", game, profile, "all is revealed")
    return instance(
        game, told, *benchmarks, numbers=lambda claims: all(number(claims[0], "values", i) == c for i in range(2))
    )


@cache
def alike() -> Evidence:
    """Users alike, by one order of ties, decide alike."""
    return Evidence(
        "alike users score alike, at all sizes", (by_obligations("Alike users score alike", alike_users()),)
    )


def _leaver() -> Evidence:
    """User 2 asks the deviator before and somebody else after: each time the other offers are worth less."""
    game, before, after = leaver()
    errors = (Fraction(0),)
    aligned = team_claim(game, (0, 1), alignment=alignment_document(leaver_weights(), errors))
    name = "A user who leaves"
    made = (
        valued(f"{name}: before", game, before, "the profile"),
        *(
            valued(f"{name}: provider {j + 1} alone, before", *alone(game, before, j), "no other offers")
            for j in (1, 2)
        ),
        valued(f"{name}: after", game, after, "the deviation"),
        valued(f"{name}: the deviator alone, after", *alone(game, after, 0), "no other offers"),
        stated_task(f"{name}: alignment", sizes(game, "T=1,2, exact"), "PROVED", "aligned", aligned),
    )

    def leaves(claims: Sequence[Document]) -> bool:
        first, *others, then, deviator, _ = (number(claim, "values", 1) if "values" in claim else 0 for claim in claims)
        return first > max(others) and then > deviator and then < first

    return instance(game, *made, numbers=leaves)


def _outsider() -> Evidence:
    """A provider outside T who wants the user to miss, while the one in T is devoted to her."""
    game = literal_garbling(theorem_3_1.FACTORS).game
    name, exact = "An outsider", alignment_document(StrongWeights({1: (ONE,)}, {1: ZERO}), (Fraction(0),))
    fails = {"strong": {"eps": "0", "attained": True}}
    system = strong_system(game, 0, Error(Fraction(0), True), None)
    made = (
        stated_task(
            f"{name}: T is aligned", sizes(game, "exact"), "PROVED", "aligned", team_claim(game, (1,), alignment=exact)
        ),
        misfit_task(f"{name}: he is not", sizes(game, "exact"), "PROVED", game, 0, system, fails),
    )
    return instance(game, *made)


def _section_4_1() -> tuple[Line, ...]:
    """Lines of the proof of Theorem 4.1."""
    return (
        Line(
            T41,
            "before, and proof",
            "users with one utility and one information, who hear the same, do the same",
            alike(),
            note="with one order of ties for both (Definition 2.5); else a deviation pays",
        ),
        Line(
            T41,
            "proof, construction",
            "the market is exactly weakly aligned",
            together(algebra("Theorem 4.1, alignment"), breaks_4_1()),
        ),
        Line(T41, "proof, construction", "all utilities lie in [0, 1]", algebra("Theorem 4.1, ranges")),
        Line(
            T41,
            "proof, silence",
            "told nothing, a user gets eps by abstaining and c / M < eps by any other action",
            together(_silent_4_1(), breaks_4_1()),
            note='M > c / eps; the identity of row "Theorem 4.1" has all M',
        ),
        Line(T41, "proof, silence", "then each provider earns D / (D + 1)", together(_silent_4_1(), breaks_4_1())),
        Line(
            T41,
            "display 1",
            "1/(D+1) Pr[a_1 = y] + D/(D+1) Pr[a_2 = abstain] <= p/(D+1) + D(1-p)/(D+1)",
            together(algebra("Theorem 4.1, earnings"), alike(), below_4_1()),
        ),
        Line(T41, "display 1", "which is (p - Dp)/(D+1) + D/(D+1)", algebra("Theorem 4.1, earnings")),
        Line(
            T41,
            "display 1",
            "which is at most D/(D+1), since D > 1",
            algebra("Theorem 4.1, earnings"),
            note="D >= 1 is enough",
        ),
        Line(
            T41,
            "after display 1",
            "no deviation of any provider pays: silence is an equilibrium",
            together(_silent_4_1(), breaks_4_1()),
            note="from the definitions at eps=1/2, c=1, D=2, M=3; for all of them with the steps above",
        ),
        Line(
            T41,
            "proof, end",
            "the optimal shared rule tells y; users then match it and get c",
            together(_told_4_1(), breaks_4_1()),
            note="from the definitions at eps=1/2, c=1, D=2, M=3; nobody gets more than c",
        ),
    )


def _section_4_3() -> tuple[Line, ...]:
    """Lines of the proof of Theorem 4.3, and of the text before it."""
    return (
        Line(
            "Section 4",
            "footnote 2",
            "a provider who can reveal what he knows has a user-dominant rule: to reveal it",
            rows("Full revelation is user-dominant"),
        ),
        Line(
            "Section 4",
            "before Theorem 4.3",
            "every user gets nearly what the user-dominant rule gives her, not only her benchmark",
            dominant_theorem(),
            note="the rule of a provider with a positive weight on her; up to 2 eps over that weight",
        ),
        Line(
            "Section 4",
            "before Theorem 4.3",
            "who earns a nonnegative combination of utilities does not lose by deploying a user-dominant rule",
            proved(T43, "nobody loses", "linearity", lemmas=("best of all: no worse i",)),
            note="if eps = 0",
        ),
        Line(
            T43,
            "proof, choice of provider",
            "the largest lambda_{j,i} in T is positive",
            theorem(T43),
            note="coverage (Definition 2.14) is the hypothesis lambda cover = 1",
        ),
        Line(
            T43,
            "proof, deviation",
            "with Definition 2.8 to the letter: by definition the dominant rule gives her her benchmark",
            instance=rows("Theorem 4.3 with Definition 2.8 to the letter"),
            note="if the provider knows nothing it gives 1/2, and her benchmark is 1; the theorem fails too",
        ),
        Line(
            T43,
            "proof, deviation",
            "the same, garblings common given her own features",
            proved(
                T43,
                "dominant rule and benchmark",
                lemmas=("serving her: the end", "serving her: the provider speaks", "serving her: the user speaks"),
            ),
        ),
        Line(
            T43,
            "proof, deviation",
            "user i now asks the deviator: where she asks another, she had what he offers before",
            proved(T43, "below it she moves"),
        ),
        Line(
            T43,
            "proof, deviation",
            "she then gets what the dominant rule gives her, more than 2 eps / lambda above what she had",
            proved(T43, "she gets what he offers", lemmas=("serving her: the choice of a provider",)),
        ),
        Line(
            T43,
            "proof, other users",
            "no other user gets less from the dominant rule than from the deviator's old one",
            proved(T43, "no offer falls"),
        ),
        Line(
            T43,
            "proof, other users",
            "so nobody's utility falls",
            proved(T43, "nobody loses", lemmas=("best of all: no worse i",)),
            note="who asked others still may",
        ),
        Line(
            T43,
            "display 1, line 1",
            "E_dev[u_j] >= E_dev[sum lambda u + c_j - eps]",
            proved(T43, "equation (3) in expectation, dev", lemmas=("average: dev payoff",)),
        ),
        Line(
            T43,
            "display 1, line 2",
            "expectation and sum change places",
            proved(T43, "linearity", lemmas=("marginals: one more user", "marginals: the prior")),
        ),
        Line(
            T43,
            "display 1, line 3",
            "strictly more than with user i's gain put at 2 eps / lambda and the others' at 0",
            together(proved(T43, "all gains weighed"), algebra("Theorem 4.3, strictness")),
            note="strict, since her gain is more than that and lambda > 0; the print calls this the third inequality",
        ),
        Line(
            T43, "display 1, lines 4-5", "which is E_NE[sum lambda u + c_j] + eps", algebra("Theorem 4.3, strictness")
        ),
        Line(
            T43,
            "display 1, lines 6-7",
            "which is at least E_NE[u_j]",
            proved(T43, "equation (3) in expectation, ne", lemmas=("average: ne payoff",)),
        ),
        Line(T43, "proof, end", "so the deviation pays, and the bound holds in every equilibrium", theorem(T43)),
    )


def _section_4_4() -> tuple[Line, ...]:
    """Lines of the proof of Theorem 4.4, and of the text before it."""
    return (
        Line(
            "Section 4",
            "before Theorem 4.4",
            "whoever speaks first: a provider can use the first round to learn who is there, if |M| >= n",
            instance=rows("Theorem 4.4 if the provider speaks first"),
            note="if the user speaks first; else the theorem fails",
        ),
        Line(
            "Section 4",
            "before Theorem 4.4",
            "the same, if the user speaks first: |M| >= n messages are enough",
            proved(T44, rules=("branches",)),
            note="with fewer the theorem fails",
        ),
        Line(
            "Section 4",
            "before Theorem 4.4",
            "under the branching rule no user has an incentive to name another",
            instance=rows(LIE, numbers=lambda claims: number(claims[0], "values", 0) > number(claims[1], "bound")),
            survives=theorem(T44),
            note="a user with features gets 1 instead of 5/6; harmless: more for her is no loss to others",
        ),
        Line(
            "Section 4",
            "before Theorem 4.4",
            "if one more round is worth little, as for large R, then so is Delta_R(j)",
            instance=rows(
                "Section 4, Delta is small if a round is worth little",
                numbers=lambda claims: number(claims[0], "value") - number(claims[1], "value") >= Fraction(1, 4),
            ),
            survives=theorem(T44),
            note='the print has "often"; it also counts what j knows and T does not share: 1/4 for every R. Harmless: '
            "the bound holds",
        ),
        Line(
            T44,
            "proof, equation (3)",
            "every provider, in T or not, earns a nonnegative combination of utilities, up to eps",
            instance=_outsider(),
            survives=theorem(T44),
            note="those in T do. Harmless: the proof needs no other",
        ),
        Line(
            T44,
            "proof, deviation",
            "asking who is there and answering with the named user's shared rule is a rule of R rounds",
            proved(T44, rules=("branches",)),
            note="if the user speaks first; with R = 1 no round is left",
        ),
        Line(
            T44,
            "proof, own branch",
            "a user who names herself can have her (R-1)-round benchmark",
            together(
                proved(T44, "own branch", lemmas=("serving her: the end", "serving her: the user speaks")),
                rows("A user loses nothing by naming her own branch"),
            ),
        ),
        Line(
            T44,
            "proof, own branch",
            "a user who names another gets the same as by naming herself",
            instance=rows(LIE, numbers=lambda claims: number(claims[0], "values", 0) > number(claims[1], "bound")),
            survives=theorem(T44),
            note="not if her types name different users: 1, and 5/6. Harmless: she gets at least her benchmark",
        ),
        Line(
            T44,
            "proof, own branch",
            "so to name herself is best for her",
            instance=rows(LIE, numbers=lambda claims: number(claims[0], "values", 0) > number(claims[1], "bound")),
            survives=theorem(T44),
            note="as above",
        ),
        Line(
            T44,
            "proof, user i*",
            "if she asks the deviator she has her benchmark",
            proved(T44, "she gets her benchmark", lemmas=("serving her: the choice of a provider",)),
            note="whomever she asks then, she has it",
        ),
        Line(
            T44,
            "proof, user i*",
            "she does ask him (not printed): where she asks another, she had her benchmark before",
            proved(T44, "below it she moves"),
        ),
        Line(
            T44,
            "proof, user i*",
            "her utility rises by at least delta",
            proved(T44, "she gets her benchmark"),
            note="by more than delta_{i*}, since she was below; the strict line of display 2 needs that",
        ),
        Line(
            T44,
            "proof, other users",
            "Delta_R(j) >= 0 (used, not printed), for j in T",
            proved(T44, "Delta is not negative", lemmas=("best of all: loss i",)),
            note="garblings common given her own features: j could waste a round",
        ),
        Line(
            T44,
            "proof, other users",
            "Delta_R(j) >= 0, with Definition 2.8 to the letter",
            instance=rows(
                "Remark after Definition 2.12, with Definition 2.8 to the letter",
                numbers=lambda claims: number(claims[1], "value") - number(claims[0], "value") < 0,
            ),
            note="all rules of a provider who knows nothing are worth 1/2 at most, the shared rule 1",
        ),
        Line(
            T44,
            "proof, case 1",
            "who asked j* had at most her shared rule and Delta_R(j*)",
            proved(T44, "case 1", "own branch"),
            note="the print has j for j*",
        ),
        Line(
            T44,
            "proof, case 2",
            "who asked another before and after loses nothing: the others' rules are as they were",
            proved(T44, "cases 2 and 3", "other offers stay"),
        ),
        Line(
            T44,
            "proof, case 3",
            "who moves to j* from another does not lose: she might have stayed",
            proved(T44, "cases 2 and 3", "other offers stay"),
        ),
        Line(
            T44,
            "proof, cases",
            "these are all: who asked j* has at most Delta_R(j*) less, whomever she asks then",
            together(proved(T44, "at most Delta is lost", "own branch"), _leaver()),
            note="she may leave j* for another, which the print passes over: she might have stayed",
        ),
        Line(
            T44,
            "proof, after the cases",
            "no other user loses more than Delta_R(j*)",
            proved(T44, "at most Delta is lost", lemmas=("best of all: loss i",)),
        ),
        Line(
            T44,
            "display 2, line 1",
            "by equation (3): E_dev[u_j*] - E_NE[u_j*] is at least the difference of combinations, each off by eps",
            proved(
                T44,
                "equation (3) in expectation, dev",
                "equation (3) in expectation, ne",
                lemmas=("average: dev payoff", "average: ne payoff"),
            ),
            note="the print has c_j for c_j*",
        ),
        Line(
            T44,
            "display 2, lines 2-3",
            "2 eps is pulled out, and expectation and sum change places",
            proved(T44, "linearity"),
        ),
        Line(
            T44,
            "display 2, line 4",
            "strictly more than lambda delta - Delta sum lambda - 2 eps",
            proved(T44, "all gains weighed"),
            note="strict, since i* gains more than delta and lambda > 0; the print has delta for delta_{i*}",
        ),
        Line(T44, "display 2, lines 5-6", "with delta put in, this is 0", algebra("Theorem 4.4, strictness")),
        Line(T44, "proof, end", "so j* gains, and the bound holds in every equilibrium", theorem(T44)),
    )


def lines() -> tuple[Line, ...]:
    """All of them, in order."""
    return _section_4_1() + _section_4_3() + _section_4_4()
