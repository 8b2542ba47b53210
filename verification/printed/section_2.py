"""Lines of Section 2: what the definitions are said to imply."""

from alignproof.verification.printed.evidence import algebra, number, proved, rows, theorem, together
from alignproof.verification.printed.lines import Line

RESULT = "Section 2"


def lines() -> tuple[Line, ...]:
    """All of them, in order."""
    return (
        Line(
            RESULT,
            "footnote 1",
            "a user needs to know the joint distribution of (x_i, x_j, y) for each provider j only",
            rows("The marginals of footnote 1 suffice"),
        ),
        Line(
            RESULT,
            "after Definition 2.5",
            "the rules alone determine each user's induced distribution, and a joint one with these marginals",
            proved(
                "Theorem 3.1",
                "marginals",
                lemmas=("marginals: one more user", "marginals: the prior", "acts add up: the choice of a provider"),
            ),
            note="how two users' talks with one provider are correlated is left open; here, independent given features",
        ),
        Line(
            RESULT,
            "before Definition 2.8",
            "what providers who see sets of independent coordinates have in common is the intersection of the sets",
            algebra("Section 2, intersections"),
            note="where the values of coordinates are combined freely",
        ),
        Line(
            RESULT,
            "before Definition 2.8",
            "features that all providers see are a common garbling",
            algebra("Section 2, the shared feature"),
        ),
        Line(
            RESULT,
            "before Definition 2.11",
            "a provider who can generate z can implement a rule that reads z: one round",
            proved("Theorem 3.1", rules=("share 0", "share 1")),
        ),
        Line(
            RESULT,
            "before Definition 2.11",
            "the same, if he speaks again and his rule cannot remember which z he drew",
            algebra("Section 2, remembering a garbling"),
            note="he draws z anew, given the talk so far (Kuhn's theorem)",
        ),
        Line(
            RESULT,
            "before Definition 2.11",
            "with Definition 2.8 to the letter a shared rule brings about the same whoever deploys it",
            instance=rows(
                "Remark after Definition 2.12, with Definition 2.8 to the letter",
                numbers=lambda claims: number(claims[0], "value") > number(claims[1], "value"),
            ),
            note="false if users have features: one deployer gives her 1, another at most 1/2",
        ),
        Line(
            RESULT,
            "before Definition 2.11",
            "the same, for garblings that are common given her own features too, and ties blind to the provider",
            together(
                proved("Theorem 3.1", "one outcome for all deviations", lemmas=("average: whoever deviates j",)),
                rows("Shared rules bring about the same whoever deploys them"),
            ),
        ),
        Line(
            RESULT,
            "Definitions 2.5 and 2.12",
            "the arg max exist: best responses, and an optimal shared rule",
            instance=algebra("Section 2, no best action"),
            survives=theorem("Theorem 3.1"),
            note="not with infinitely many actions. Harmless: the bounds hold for every shared rule",
        ),
        Line(
            RESULT,
            "after Definition 2.12",
            "a rule shared by all of K is shared by any T in it",
            rows("What all of K share, T shares"),
        ),
        Line(
            RESULT,
            "after Definition 2.12",
            "with Definition 2.8 to the letter the benchmark does not fall as T shrinks",
            instance=rows(
                "Remark after Definition 2.12, with Definition 2.8 to the letter",
                numbers=lambda claims: number(claims[0], "value") > number(claims[1], "value"),
            ),
            note="one of T may see nothing",
        ),
        Line(
            RESULT,
            "after Definition 2.12",
            "the same, garblings common given her own features",
            rows("What all of K share, T shares", "Shared rules bring about the same whoever deploys them"),
            note="a maximum over more rules, whoever deploys them; the print has arg max for max",
        ),
        Line(
            RESULT,
            "after Definition 2.14",
            "strong alignment is an instance of weak alignment with F_{j,i} = u_i",
            rows("Proposition A.1 as proved"),
            note="(T, eps)-strong gives (T, 0, eps)-weak",
        ),
        Line(
            RESULT,
            "after Definition 2.14",
            "weak alignment is strictly weaker",
            rows("Proposition A.2", "Proposition A.2 with two actions and states"),
        ),
    )
