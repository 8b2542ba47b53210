"""Hypothesis strategies for games, rules, aligned markets and certificates. Needs the extra ``testing``."""

try:
    import hypothesis  # noqa: F401
except ImportError as error:
    raise ImportError("alignproof.strategies needs hypothesis: pip install 'alignproof[testing]'") from error

from alignproof.strategies.alignment import AlignedMarket, aligned_markets, instances, strongly_aligned, weakly_aligned
from alignproof.strategies.certificates import KINDS, Broken, broken, certificates
from alignproof.strategies.games import PROTOCOLS, Bounds, entrants, games
from alignproof.strategies.numbers import VALUES, distributions, tables, values
from alignproof.strategies.rules import garblings, markets, meetings, offers, profiles, rules

__all__ = [
    "KINDS",
    "PROTOCOLS",
    "VALUES",
    "AlignedMarket",
    "Bounds",
    "Broken",
    "aligned_markets",
    "broken",
    "certificates",
    "distributions",
    "entrants",
    "games",
    "garblings",
    "instances",
    "markets",
    "meetings",
    "offers",
    "profiles",
    "rules",
    "strongly_aligned",
    "tables",
    "values",
    "weakly_aligned",
]
