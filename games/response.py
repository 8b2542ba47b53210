"""A user's best response to a conversation rule (Definition 2.5), by backward induction.

A user's side of a conversation depends on the game only through her *stakes*: ``stakes[x][a][s]`` is the expectation
of u_i(a, y) on the event that her features are x and the rule's source is s. The source is what the rule reads: a
provider's private feature, or a common garbling. Since a rule reads only source and transcript, the state is summed
out beforehand.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from alignproof.games.algebra import ONE, ZERO, Algebra, Number, dot, total
from alignproof.games.model import Game
from alignproof.games.rules import Rule, Transcript

Stakes = tuple[tuple[tuple[Number, ...], ...], ...]

Acts = tuple[tuple[Number, ...], ...]
"""``acts[s][a]``: the chance that the user takes action a when the rule's source is s."""


@dataclass(frozen=True)
class Response:
    """A best response: its value, and ``acts[x][s][a]``, the chance of action a given her features and the source."""

    value: Number
    acts: tuple[Acts, ...]


def expectations(game: Game, user: int, provider: int, table: Sequence[Sequence[Number]]) -> Stakes:
    """``[x_U][a][x_P]``: the expectation of ``table[a][y]`` on the event that the two features are x_U and x_P."""
    who, sources = game.users[user], len(game.providers[provider].features)
    sums = [[[ZERO] * sources for _ in who.actions] for _ in who.features]
    for atom in game.prior:
        for a, row in enumerate(table):
            sums[atom.user_features[user]][a][atom.provider_features[provider]] += atom.probability * row[atom.state]
    return tuple(tuple(tuple(by_source) for by_source in by_action) for by_action in sums)


def stakes(game: Game, user: int, provider: int) -> Stakes:
    """User ``user``'s stakes ``[x_U][a][x_P]`` in a conversation with ``provider``."""
    return expectations(game, user, provider, game.users[user].utility)


def garbled(at: Stakes, garbling: Sequence[Sequence[Number]]) -> Stakes:
    """The stakes when the source s is first garbled to z with chance ``garbling[s][z]``."""
    columns = list(zip(*garbling, strict=True))
    return tuple(tuple(tuple(dot(cell, column) for column in columns) for cell in row) for row in at)


def best_response(algebra: Algebra, game: Game, user: int, provider: int, rule: Rule, at: Stakes) -> Response:
    """User ``user``'s best conversation and decision rules against ``rule``, with ties as for ``provider``.

    ``at`` are her stakes, and ``rule`` reads the same source as they do.
    """
    talks = [_Conversation(algebra, game, user, provider, rule, by_action) for by_action in at]
    outcomes = [talk.continuation((), (ONE,) * len(talk.by_action[0])) for talk in talks]
    return Response(total(value for value, _ in outcomes), tuple(acts for _, acts in outcomes))


@dataclass(frozen=True)
class _Conversation:
    """One conversation of a user whose features are known: ``by_action[a][s]`` are her stakes."""

    algebra: Algebra
    game: Game
    user: int
    provider: int
    rule: Rule
    by_action: tuple[tuple[Number, ...], ...]

    def continuation(self, transcript: Transcript, reach: tuple[Number, ...]) -> tuple[Number, Acts]:
        """Value and acts from ``transcript`` on; ``reach[s]`` is the chance that the rule got here from source s."""
        if len(transcript) == len(self.game.protocol):
            return self._decision(reach)
        if self.game.protocol[len(transcript)] == "U":
            return self._reply(transcript, reach)
        return self._listen(transcript, reach)

    def _decision(self, reach: tuple[Number, ...]) -> tuple[Number, Acts]:
        scores = [dot(row, reach) for row in self.by_action]
        best = self.algebra.first_best(scores, self.game.ties.actions[self.user][self.provider])
        acts = tuple(tuple(self.algebra.choose(chosen, r, ZERO) for chosen in best) for r in reach)
        return self._chosen(best, scores), acts

    def _reply(self, transcript: Transcript, reach: tuple[Number, ...]) -> tuple[Number, Acts]:
        options = [self.continuation((*transcript, m), reach) for m in range(len(self.game.messages))]
        scores = [value for value, _ in options]
        best = self.algebra.first_best(scores, self.game.ties.messages[self.user][self.provider])
        chosen = [
            [[self.algebra.choose(picked, p, ZERO) for p in row] for row in acts]
            for picked, (_, acts) in zip(best, options, strict=True)
        ]
        return self._chosen(best, scores), _added(chosen)

    def _listen(self, transcript: Transcript, reach: tuple[Number, ...]) -> tuple[Number, Acts]:
        said = [self.rule[s, transcript] for s in range(len(reach))]
        options = [
            self.continuation((*transcript, m), tuple(r * said[s][m] for s, r in enumerate(reach)))
            for m in range(len(self.game.messages))
        ]
        return total(value for value, _ in options), _added([acts for _, acts in options])

    def _chosen(self, best: Sequence[object], scores: Sequence[Number]) -> Number:
        return total(self.algebra.choose(b, score, ZERO) for b, score in zip(best, scores, strict=True))


def _added(tables: Sequence[Sequence[Sequence[Number]]]) -> Acts:
    return tuple(tuple(total(cells) for cells in zip(*rows, strict=True)) for rows in zip(*tables, strict=True))
