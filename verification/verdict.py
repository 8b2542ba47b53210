"""Verdicts: what is established, for which scope, from what depth, and what must be believed besides the kernel."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from alignproof.formats.certificates import Document

Verdict = Literal["PROVED", "REFUTED", "EXHAUSTED", "UNKNOWN"]

DEFINITIONS = "definitions"
EXPECTATIONS = "expectations"
WRITTEN_OUT = "definitions, written out"
KERNEL = "kernel"


class Refused(Exception):
    """A finding is no verdict, for the reason given."""


DISAGREEMENT = "the solvers disagree"
"""How the reason of a row begins if solvers contradict each other: one of them is wrong, and the run fails."""


class Disagreement(Exception):
    """Solvers contradict each other."""

    def __str__(self) -> str:
        return f"{DISAGREEMENT}: {super().__str__()}"


def differences(kind: str, claim: Mapping[str, Any], wanted_kind: str, wanted: Mapping[str, Any]) -> list[str]:
    """Where a certificate's kind and claim differ from what is wanted. A ``theorem`` may have nothing besides, since
    its claim can state further hypotheses."""
    faults = [] if kind == wanted_kind else [f"kind {kind}"]
    besides = [key for key in claim if key not in wanted] if wanted_kind == "theorem" else []
    return faults + besides + [key for key, value in wanted.items() if claim.get(key) != value]


@dataclass(frozen=True)
class Finding:
    """What a producer found: a verdict with its certificate, or UNKNOWN with the reason."""

    verdict: Verdict
    certificate: Document | None
    trusts: str = KERNEL
    reason: str = ""


@dataclass(frozen=True)
class Task:
    """One row of the table: how to find it, which verdict is expected, and what its certificate has to claim.

    ``demands`` lists how a certificate's kind and claim fall short of the row, so that a true certificate of something
    else is worth nothing. It is computed from the result, not from what was found.
    """

    result: str
    scope: str
    depth: str
    expected: Verdict
    find: Callable[[], Finding]
    demands: Callable[[str, Document], list[str]]


@dataclass(frozen=True)
class Row:
    """One row of the report; ``certificate`` is a file name, empty if there is none.

    ``reused`` says that the verdict was stored by an earlier run, ``replayed`` that the isolated replay accepted the
    certificate.
    """

    result: str
    verdict: Verdict
    scope: str
    depth: str
    trusts: str
    seconds: float
    certificate: str
    expected: Verdict
    reason: str
    reused: bool = False
    replayed: bool = False

    @property
    def broken(self) -> bool:
        """Whether solvers contradicted each other."""
        return self.reason.startswith(DISAGREEMENT)

    @property
    def reached(self) -> bool:
        """Whether the expected verdict was reached. UNKNOWN never counts; a stored verdict does after its replay."""
        return self.verdict == self.expected != "UNKNOWN" and (self.replayed or not self.reused)
