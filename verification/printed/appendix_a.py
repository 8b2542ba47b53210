"""Lines of Appendix A: the proofs of Propositions A.1 and A.2."""

from alignproof.verification.printed.evidence import algebra, rows, together
from alignproof.verification.printed.lines import Line

FIRST, SECOND = "Proposition A.1", "Proposition A.2"
AS_PROVED = "Proposition A.1 as proved"
STRONG_FAILS = "Proposition A.2: strong alignment fails below 1/2"
WEAK_HOLDS = "Proposition A.2: weak alignment holds exactly"


def lines() -> tuple[Line, ...]:
    """All of them, in order."""
    return (
        Line(
            FIRST,
            "statement",
            "(T, eps)-strong alignment implies (T, eps, 0)-weak",
            instance=rows("Proposition A.1 as printed"),
            note="it implies (T, 0, eps)-weak, which is what the proof shows",
        ),
        Line(FIRST, "statement", "if eps = 0, strong alignment implies weak alignment", rows(AS_PROVED)),
        Line(
            FIRST,
            "display 1",
            "with F_{j,i} = u_i the residuals of equations (1) and (3) are the same",
            rows(AS_PROVED),
        ),
        Line(
            FIRST,
            "after display 1",
            "with w = 1/n* for the n* providers who weigh the user, equation (2) holds with error 0",
            rows(AS_PROVED),
            note="n* is the user's, and counts providers in T; it is not 0, by coverage",
        ),
        Line(
            SECOND,
            "construction",
            "u_i = F_{1,i}/2 + F_{2,i}/2 = a_i (y_1 + y_2)/4",
            algebra("Proposition A.2, the market"),
        ),
        Line(
            SECOND,
            "construction",
            "F lies in [0, 1/2]",
            together(algebra("Proposition A.2, the market"), rows(WEAK_HOLDS)),
        ),
        Line(SECOND, "construction", "payoffs and utilities lie in [0, 1]", rows(WEAK_HOLDS)),
        Line(SECOND, "construction", "the market is exactly weakly aligned", rows(WEAK_HOLDS)),
        Line(SECOND, "display 3", "u_1^P = (a_1 + a_2) y_1 / 2", algebra("Proposition A.2, the market")),
        Line(
            SECOND,
            "proof, two points",
            "at a = (1, 1) utilities are 1/4 in both states, the first payoff is 0 and 1",
            algebra("Proposition A.2, two points"),
        ),
        Line(
            SECOND,
            "proof, two points",
            "equation (3) gives |v| <= eps and |1 - v| <= eps, so eps >= 1/2",
            rows(STRONG_FAILS),
        ),
        Line(
            SECOND,
            "proof, end",
            "the same for the second provider, with the coordinates of y swapped",
            rows(STRONG_FAILS),
        ),
        Line(
            SECOND,
            "proof, end",
            "so no T is strongly aligned with an error below 1/2",
            rows(STRONG_FAILS, "Proposition A.2 with two actions and states"),
            note="each provider alone fails",
        ),
    )
