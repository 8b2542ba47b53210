"""All lines, in the order of the paper."""

from alignproof.verification.printed import appendix_a, section_2, section_3, section_4, section_5
from alignproof.verification.printed.lines import Line

LINES: tuple[Line, ...] = (
    *section_2.LINES,
    *section_3.LINES,
    *section_4.LINES,
    *section_5.LINES,
    *appendix_a.LINES,
)
