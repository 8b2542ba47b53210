"""How much to measure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """``limit`` is for one query, ``point`` for one game of a growth series, in seconds; ``seeds`` games per point."""

    repeats: int = 5
    limit: int = 20
    point: int = 20
    seeds: int = 3
    quick: bool = False


QUICK = Settings(repeats=2, limit=2, point=2, seeds=1, quick=True)
"""Everything, but little of each."""
