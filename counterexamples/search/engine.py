"""The interface of engines. What they propose is believed by nobody: the kernel checks it again."""

from collections.abc import Sequence
from random import Random
from typing import Protocol

from alignproof.counterexamples.search.goal import Task
from alignproof.counterexamples.search.market import Size
from alignproof.formats.certificates import Document


class Engine(Protocol):
    """Something that proposes markets of a given size."""

    @property
    def name(self) -> str:
        """How the engine searches, in a few words."""
        ...

    @property
    def patience(self) -> int:
        """How many attempts a market with a single number in it would be worth; larger ones are worth fewer."""
        ...

    def hopeful(self, task: Task, size: Size) -> bool:
        """Whether an attempt at the size may reach the goal; False where none can, or where this engine is no use."""
        ...

    def propose(self, task: Task, size: Size, random: Random, seconds: float) -> Sequence[Document]:
        """Certificates that together may reach the goal; none if this attempt found nothing. Another at every call."""
        ...
