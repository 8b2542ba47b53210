"""A statement to be broken: which of its hypotheses have to hold, and what is put in the place of the others."""

from dataclasses import dataclass
from typing import Literal

from alignproof.games.garbling import Reading
from alignproof.games.model import Play
from alignproof.symbolic.expectations import LARGEST_GAIN, RATIOS, SHORTER_BENCHMARK
from alignproof.symbolic.statement import Statement

TieBreaking = Literal["common", "by-user", "by-provider"]
TIE_BREAKINGS: tuple[TieBreaking, ...] = ("common", "by-user", "by-provider")


@dataclass(frozen=True)
class Target:
    """``statement`` holds the hypotheses that are kept; ``gone`` names the others, and ``game`` and ``protocol`` if
    these are not the statement's own; the rest says in which games the hypotheses are to fail to suffice."""

    statement: Statement
    gone: frozenset[str]
    protocol: str
    ties: TieBreaking
    reading: Reading
    play: Play

    def assumes(self, name: str) -> bool:
        """Whether the hypothesis of this name is kept."""
        return any(hypothesis.name == name for hypothesis in self.statement.hypotheses)

    @property
    def entrant(self) -> bool:
        """Whether the statement is about a new user."""
        return self.statement.argument.entrant

    @property
    def weak(self) -> bool:
        """Whether it is about weak alignment."""
        return RATIOS in self.statement.bound.free_symbols

    @property
    def shorter(self) -> bool:
        """Whether users are promised what a round less is worth."""
        return SHORTER_BENCHMARK in self.statement.bound.free_symbols

    @property
    def gain(self) -> bool:
        """Whether the bound has the term with Delta, and this is defined."""
        return LARGEST_GAIN in self.statement.bound.free_symbols and self.assumes("largest gain")
