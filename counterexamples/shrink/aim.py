"""What a shrunken instance has to show: certificates that the kernel accepts, and that reach what was asked for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from alignproof.checks.kernel import check
from alignproof.checks.linear import Rejected
from alignproof.counterexamples.search.goal import Task
from alignproof.counterexamples.shrink.select import played
from alignproof.counterexamples.violations import Instance, certify
from alignproof.formats.certificates import Document, alignment_document, certificate, team_claim
from alignproof.formats.documents import dump
from alignproof.games.algebra import RATIONAL
from alignproof.games.alignment import WeakWeights
from alignproof.games.document import InputError, parse
from alignproof.games.outcome import user_outcome
from alignproof.games.response import stakes
from alignproof.oracles.alignments import smallest_strong
from alignproof.oracles.systems import Unknown

SECONDS = 20.0
"""For each solver call."""


@dataclass(frozen=True)
class Aim:
    """``reached`` decides on the claims of valid certificates; ``exact``: alignment is without errors.

    ``low`` and ``high``: what users get at most, and their benchmarks at least, where this is asked for; instances that
    fail it are not looked at further.
    """

    reached: Callable[[Sequence[Document]], bool]
    robust: bool = False
    exact: bool = True
    low: Fraction | None = None
    high: Fraction | None = None

    def documents(self, instance: Instance) -> Sequence[Document]:
        """The instance's certificates; none if it does not reach the aim."""
        if not self.hopeful(instance) or not self._aligned(instance):
            return []
        documents = _written(instance)
        return documents if documents and _accepted(documents) and self.reached(documents) else []

    def hopeful(self, instance: Instance) -> bool:
        """Whether users' values leave room for the aim, payoffs apart. It saves solver calls, and decides nothing."""
        if instance.users and instance.robust != self.robust:
            return False
        game = played(instance)
        for i in instance.users:
            got = user_outcome(RATIONAL, game, instance.profile, i).value
            if self.low is not None and got > self.low:
                return False
            most = ceiling(instance, i, got)
            if got >= most or (self.high is not None and most < self.high):
                return False
        return True

    def _aligned(self, instance: Instance) -> bool:
        """Whether the weights are what the definitions demand, without errors if this is asked for."""
        exact = not self.exact or not any(instance.weights.errors(instance.game))
        return exact and not instance.weights.faults(instance.game)


def ceiling(instance: Instance, user: int, got: Fraction) -> Fraction:
    """A bound on the user's benchmark: what she would get if she knew what a provider of T sees, and what she gets
    times the number of conversations, since any part of her benchmark she could have had uninformed."""
    game = played(instance)
    worths = [
        sum(max(row[x] for row in by_action) for by_action in stakes(game, user, j) for x in range(len(by_action[0])))
        for j in instance.team
    ]
    known = max(worths) if instance.reading == "state" else min(worths)
    conversations = Fraction(len(game.messages) ** len(game.protocol))
    return min(Fraction(known), got * conversations)


def aim_of(task: Task) -> Aim:
    """What the search's task asks for."""
    low, high = task.values.get("eps") if task.goal.equilibrium else None, task.values.get("c")
    return Aim(lambda documents: task.goal.reached(task.values, documents), task.robust, True, low, high)


def aim_of_claim(claim: Document) -> Aim:
    """To break the same bound: in the same kind of game and reading, at errors that are no larger, for all users if all
    fall short, whatever the ties if so before."""
    everyone = _everyone(claim)

    def reached(documents: Sequence[Document]) -> bool:
        (found,) = (document["claim"] for document in documents)
        same = all(found[key] == claim[key] for key in ("robust", "reading", "factors"))
        played_alike = found["profile"]["play"] == claim["profile"]["play"]
        protocol = found["game"]["protocol"] == claim["game"]["protocol"]
        enters = ("entrant" in found) == ("entrant" in claim)
        short = _everyone(found) or not everyone
        return same and played_alike and protocol and enters and short and _no_larger(found, claim)

    ((_, aligned),) = claim["alignment"].items()
    return Aim(reached, claim["robust"], all(Fraction(eps) == 0 for eps in aligned["eps"]))


def _everyone(claim: Document) -> bool:
    new = [claim["entrant"]["user"]["name"]] if "entrant" in claim else []
    return bool(claim["users"] == [user["name"] for user in claim["game"]["users"]] + new)


def _no_larger(found: Document, claim: Document) -> bool:
    """Whether the errors are of the same form and no larger."""
    (form, old), (now, new) = next(iter(claim["alignment"].items())), next(iter(found["alignment"].items()))
    pairs = zip(old["eps"], new["eps"], strict=False)
    return form == now and all(Fraction(b) <= Fraction(a) for a, b in pairs)


def _written(instance: Instance) -> Sequence[Document]:
    """The documents, not checked yet: of an equilibrium, or of weak without strong alignment if nobody falls short."""
    if instance.users:
        document = certify(instance, SECONDS)
        return [] if isinstance(document, Unknown) else [document]
    if not isinstance(instance.weights, WeakWeights):
        return []
    fit = smallest_strong(instance.game, instance.team, SECONDS)
    if isinstance(fit, Unknown):
        return []
    weak = alignment_document(instance.weights, instance.weights.errors(instance.game))
    return [
        certificate("aligned", team_claim(instance.game, instance.team, alignment=weak), {}),
        certificate("not-aligned", team_claim(instance.game, instance.team, alignment=fit.claim), fit.evidence),
    ]


def _accepted(documents: Sequence[Document]) -> bool:
    try:
        for document in documents:
            check(parse(dump(document).encode()))
    except (Rejected, InputError):
        return False
    return True
