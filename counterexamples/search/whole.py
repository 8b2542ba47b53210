"""The engine that asks Z3 for a whole market at once, see :mod:`alignproof.counterexamples.search.existential`."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from alignproof.counterexamples.search import weak
from alignproof.counterexamples.search.goal import Task
from alignproof.counterexamples.search.market import Size, draw_prior, draw_scales
from alignproof.counterexamples.violations import certify
from alignproof.formats.certificates import Document
from alignproof.oracles.systems import Unknown

MOST_CELLS = 4
"""No question is asked about users with more utilities than this."""
MOST_SECONDS = 20.0
"""For one question."""


@dataclass(frozen=True)
class WholeMarket:
    """The engine for exact weak alignment. It looks for equilibria that survive all ties, whether asked to or not.

    The first question of a size leaves everything open; further ones have prior and ratios drawn from small integers.
    """

    name: str = "Z3, with utilities, prior, payoffs and prices all unknown"
    patience: int = 0
    asked: set[Size] = field(default_factory=set, compare=False)

    def hopeful(self, task: Task, size: Size) -> bool:
        """See :class:`~alignproof.counterexamples.search.engine.Engine`."""
        small = size.actions * size.states <= MOST_CELLS and size.users <= 2
        return small and not task.talk and weak.hopeful(task, size)

    def propose(self, task: Task, size: Size, random: Random, seconds: float) -> Sequence[Document]:
        """See :class:`~alignproof.counterexamples.search.engine.Engine`. Nothing, if Z3 is not installed."""
        try:
            from alignproof.counterexamples.search import existential
        except ImportError:
            return []
        prior, scales = draw_prior(random, size.states, random.random() < 0.5), draw_scales(random, size)
        known = existential.given(prior, scales) if size in self.asked else {}
        self.asked.add(size)
        instance = existential.asked(task, size, known, min(seconds, MOST_SECONDS))
        document = None if instance is None else certify(instance, seconds)
        return [] if document is None or isinstance(document, Unknown) else [document]
