"""All results, in the order of the paper."""

from alignproof.symbolic import (
    counting,
    full_revelation,
    proposition_a_1,
    proposition_a_2,
    self_selection,
    shared_rules,
    theorem_3_1,
    theorem_4_1,
    theorem_4_1_robust,
    theorem_4_3,
    theorem_4_4,
    theorem_4_4_spare,
    theorem_5_1,
    theorem_5_2,
)
from alignproof.symbolic.statement import Claim, Statement

RESULTS: tuple[Statement | Claim, ...] = (
    shared_rules.CLAIM,
    shared_rules.SUBSET,
    theorem_3_1.statement(),
    theorem_4_1.CLAIM,
    theorem_4_1_robust.CLAIM,
    theorem_4_3.statement(),
    full_revelation.CLAIM,
    theorem_4_4.statement(),
    self_selection.CLAIM,
    theorem_4_4_spare.statement(),
    theorem_5_1.statement(),
    theorem_5_2.CLAIM,
    proposition_a_1.CLAIM,
    proposition_a_2.CLAIM,
    counting.COUNTING,
    counting.SINGLE,
    counting.POINT,
)


def text(result: Statement | Claim) -> str:
    """A result for people: title, source, LaTeX of the claim, hypotheses, and the proof's lines."""
    lines = [f"{result.result}. {result.title}", f"{result.source}", "", f"  {result.latex()}"]
    if isinstance(result, Statement):
        assumed = [h for h in result.hypotheses if not h.derived]
        lines += ["", "Hypotheses:", *(f"  {h.name} ({h.source}): {h.text}" for h in assumed)]
    lines += ["", "Proof:"]
    for number, line in enumerate(result.lines, start=1):
        lines += [f"  {number}. {line.formula}", f"     {line.why}"]
    return "\n".join(lines)
