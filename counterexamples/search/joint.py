"""Payoffs that are not separable: strong alignment with some error, and no decomposition without one.

That is what (T, eps)-strong alignment would have to exclude if it implied (T, eps, 0)-weak alignment.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import product
from random import Random

from alignproof.checks.alignment import Error, separability_system
from alignproof.counterexamples.search.drafts import distinct
from alignproof.counterexamples.search.enumeration import Candidate
from alignproof.counterexamples.search.goal import Task
from alignproof.counterexamples.search.market import Size, Start, draw_table, market, silence
from alignproof.formats.certificates import Document, alignment_document, certificate, multipliers_document, team_claim
from alignproof.games.algebra import ZERO
from alignproof.games.model import Components, Game, Provider
from alignproof.games.model import Table as Listed
from alignproof.oracles.alignments import smallest_strong
from alignproof.oracles.systems import Refutation, Unknown, decide

EXACTLY = Error(ZERO, attained=True)
MOST_TABLES = 5_000
"""No more payoffs than this are gone through for given users."""


@dataclass(frozen=True)
class JointPayoffs:
    """Random users, and payoffs near a combination of their utilities; as candidates: small integers for all."""

    name: str = "random users, payoffs a random error away from their utilities"
    patience: int = 100

    def hopeful(self, task: Task, size: Size) -> bool:
        """With one user, or one action each, every payoff is separable."""
        return size.users > 1 and size.actions > 1

    def propose(self, task: Task, size: Size, random: Random, seconds: float) -> Sequence[Document]:
        """See :class:`~alignproof.counterexamples.search.engine.Engine`."""
        tables = tuple(draw_table(random, size) for _ in range(size.users))
        eps = min(task.values["eps"], Fraction(1, 2))
        share = (1 - 2 * eps) / size.users

        def payoff(actions: tuple[int, ...], y: int) -> Fraction:
            wanted = sum((share * table[a][y] for a, table in zip(actions, tables, strict=True)), eps)
            return wanted + random.randint(-1, 1) * eps

        drawn = []
        for _ in range(size.providers):
            profiles = product(range(size.actions), repeat=size.users)
            drawn.append(Listed({at: tuple(payoff(at, y) for y in range(size.states)) for at in profiles}))
        return _shown(task, _game(size, tables, drawn), seconds)

    def candidates(self, task: Task, size: Size) -> Iterator[Candidate]:
        """Utilities 0 and 1, payoffs 0, eps and 2 eps, the same for all providers."""
        profiles = list(product(range(size.actions), repeat=size.users))
        step = min(task.values["eps"], Fraction(1, 2))
        if 3 ** (len(profiles) * size.states) > MOST_TABLES:
            return
        rows = list(product((ZERO, step, 2 * step), repeat=size.states))
        for tables in distinct(size, 1, alike=True):
            for entries in product(rows, repeat=len(profiles)):
                listed = Listed(dict(zip(profiles, entries, strict=True)))
                yield partial(_shown, task, _game(size, tables, [listed] * size.providers))


def _game(size: Size, tables: Sequence[tuple[tuple[Fraction, ...], ...]], payoffs: Sequence[Listed]) -> Game:
    """The market of these users, with payoffs listed by action profiles."""
    prior, nothing = (Fraction(1, size.states),) * size.states, Components((ZERO,) * size.users, tuple(tables), ZERO)
    plain = market(Start(prior, tuple(tables), (), silence(size)), [nothing] * size.providers)
    providers = tuple(
        Provider(who.name, who.features, payoff) for who, payoff in zip(plain.providers, payoffs, strict=True)
    )
    return Game(plain.users, providers, plain.states, plain.prior, plain.messages, plain.protocol, plain.ties)


def _shown(task: Task, game: Game, seconds: float) -> Sequence[Document]:
    """That all providers are strongly aligned, with the smallest error, and one of them not separably paid."""
    team = tuple(range(len(game.providers)))
    systems = {j: separability_system(game, j, EXACTLY) for j in team}
    refuted = ((j, decide(system, seconds)) for j, system in systems.items())
    found = next(((j, answer) for j, answer in refuted if isinstance(answer, Refutation)), None)
    if found is None:
        return []
    fit = smallest_strong(game, team, seconds)
    if isinstance(fit, Unknown) or fit.weights is None or fit.eps > task.values["eps"]:
        return []
    j, refutation = found
    held = alignment_document(fit.weights, fit.weights.errors(game))
    failed = {"separable": {"eps": str(EXACTLY.eps), "attained": EXACTLY.attained}}
    evidence = {"provider": game.provider_names[j], "multipliers": multipliers_document(refutation.multipliers)}
    return [
        certificate("aligned", team_claim(game, team, alignment=held), {}),
        certificate("not-aligned", team_claim(game, team, alignment=failed), evidence),
    ]
