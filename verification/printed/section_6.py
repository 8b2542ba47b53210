"""Lines of Section 6 about the theorems."""

from alignproof.verification.printed.evidence import algebra, rows, theorem
from alignproof.verification.printed.lines import Line

RESULT = "Section 6"


def lines() -> tuple[Line, ...]:
    """All of them, in order."""
    return (
        Line(
            RESULT,
            "measurement",
            "the root mean square error is at most the worst-case error",
            algebra("Section 6, root mean square"),
            note="of the same weights; those fitted to other questions may err more than the best ones at their worst",
        ),
        Line(
            RESULT,
            "findings",
            "the slack in the personalized game, without eps_P, is eps_U",
            instance=rows("Theorem 3.1 with Section 6's slack eps_U for 2 eps_U"),
            note="it is 2 eps_U (Theorem 3.1)",
        ),
        Line(RESULT, "findings", "the slack in the anonymous game is 2 eps / lambda*", theorem("Theorem 4.3")),
    )
