"""All lines, in the order of the paper."""

from functools import cache

from alignproof.verification.printed import appendix_a, section_2, section_3, section_4, section_5, section_6
from alignproof.verification.printed.lines import Line


@cache
def lines() -> tuple[Line, ...]:
    """All lines; proofs are written down when this is first called, which takes seconds."""
    parts = (section_2, section_3, section_4, section_5, section_6, appendix_a)
    return tuple(line for part in parts for line in part.lines())
