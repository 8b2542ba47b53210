"""One market that meets the bounds of Theorems 3.1, 4.3, 4.4 and 5.1, and shows that their hypotheses can be met.

A user plays safe or bets on the state. Safe play is worth 1 - 2 h to her, a winning bet 1, a losing one 0; h is her
*stake*. She plays safe unless she is told the state. A provider is paid in full if everybody plays safe or wins, so
silence is an equilibrium, against all deviations and with ties as they like, and costs each user 2 h.
"""

from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product as tuples
from math import prod
from typing import Literal

from alignproof.counterexamples.violations import Instance
from alignproof.formats.certificates import Document, benchmark_claim, certificate
from alignproof.games.algebra import ONE, ZERO
from alignproof.games.alignment import StrongWeights, WeakWeights
from alignproof.games.augment import Entrant, augment
from alignproof.games.model import Atom, Components, Game, Play, Provider, User, common_ties
from alignproof.oracles.benchmarks import benchmark
from alignproof.oracles.systems import Unknown
from alignproof.symbolic import theorem_3_1, theorem_4_3
from alignproof.symbolic.rules import silent_profile

Result = Literal["Theorem 3.1", "Theorem 4.3", "Theorem 4.4", "Theorem 5.1"]

RESULTS: tuple[Result, ...] = ("Theorem 3.1", "Theorem 4.3", "Theorem 4.4", "Theorem 5.1")
"""The paper's results about every equilibrium."""

STAKE = Fraction(1, 12)
SHARE = Fraction(1, 2)
"""The entrant's share beta in a provider's payoff."""


LARGEST = 3
"""Witnesses are certified for n, k, |A|, |Y| and |M| from 1 to this."""


@dataclass(frozen=True)
class Shape:
    """n, k, |A|, |Y|, |M|, and the number of private features of each user."""

    users: int
    providers: int
    actions: int
    states: int
    messages: int
    features: int = 1

    def __str__(self) -> str:
        sizes = f"n={self.users}, k={self.providers}, |A|={self.actions}, |Y|={self.states}, |M|={self.messages}"
        return f"{sizes}, |X_U|={self.features}"

    @property
    def informative(self) -> bool:
        """Whether users can be told anything of use."""
        return min(self.actions, self.states, self.messages) > 1


def shapes(result: Result, features: int = 1) -> list[Shape]:
    """All sizes up to the largest at which the result says something: Theorem 4.4 asks for |M| >= n."""
    numbers = range(1, LARGEST + 1)
    sizes = (Shape(n, k, a, y, m, features) for n, k, a, y, m in tuples(*[numbers] * 5))
    return [shape for shape in sizes if result != "Theorem 4.4" or shape.messages >= shape.users]


def winner(shape: Shape, state: int) -> int:
    """The action that is best in a state, 0 being safe play.

    With two bets or more, safe play is best nowhere; as many are used as a single message can tell apart.
    """
    bets = min(shape.actions - 1, shape.states, max(shape.messages, 2))
    return 1 + state % bets if bets > 1 else min(state, bets)


def _cells(shape: Shape, safe: Fraction, wins: Fraction, loses: Fraction) -> tuple[tuple[Fraction, ...], ...]:
    rows = [[wins if winner(shape, y) == a else loses for y in range(shape.states)] for a in range(shape.actions)]
    return ((safe,) * shape.states, *(tuple(row) for row in rows[1:]))


def _user(shape: Shape, name: str, stake: Fraction, features: int) -> User:
    actions = ("safe", *(f"bet {a}" for a in range(1, shape.actions)))
    return User(name, tuple(f"x{x}" for x in range(features)), actions, _cells(shape, 1 - 2 * stake, ONE, ZERO))


def market(shape: Shape, stakes: tuple[Fraction, ...], protocol: str) -> Game:
    """The market, a stake per user. Providers see which bet wins, if they can say anything; a user's private feature
    makes some states twice as likely as others. Raises ValueError unless stakes lie in [0, 1/10]."""
    if any(not 0 <= stake <= Fraction(1, 10) for stake in stakes):
        raise ValueError("stakes lie in [0, 1/10], or uninformed users may bet")
    n, k = shape.users, shape.providers
    views = sorted({winner(shape, y) for y in range(shape.states)}) if shape.messages > 1 else []
    sees = tuple(f"bet {a}" if a else "safe" for a in views) or ("-",)
    payoff = Components((Fraction(1, n),) * n, tuple(_cells(shape, ONE, ONE, stake) for stake in stakes), ZERO)
    users = tuple(_user(shape, f"user {i + 1}", stake, shape.features) for i, stake in enumerate(stakes))
    cases = list(tuples(range(shape.states), *[range(shape.features)] * n))
    odds = {(y, *xs): prod(2 if x == y % shape.features else 1 for x in xs) for y, *xs in cases}
    prior = tuple(
        Atom(Fraction(odd, sum(odds.values())), y, tuple(xs), (views.index(winner(shape, y)) if views else 0,) * k)
        for (y, *xs), odd in odds.items()
    )
    providers = tuple(Provider(f"provider {j + 1}", sees, payoff) for j in range(k))
    states = tuple(f"y{y + 1}" for y in range(shape.states))
    messages = tuple(f"m{m + 1}" for m in range(shape.messages))
    ties = common_ties(users, k, shape.messages)
    return Game(users, providers, states, prior, messages, protocol, ties, "Safe play")


def weak_weights(shape: Shape, stakes: tuple[Fraction, ...], users_share: Fraction) -> WeakWeights:
    """Weak alignment with ``users_share`` of the error made in equation (2) and the rest in equation (1).

    eps_U is that share of the largest stake, eps_P mu_i the rest of the sum of all stakes.
    """
    n, k = shape.users, shape.providers
    wedges = [(1 - users_share) * stake for stake in stakes]
    parts = tuple(_cells(shape, 1 - e, 1 + e, stake) for e, stake in zip(wedges, stakes, strict=True))
    components = Components((Fraction(1, n),) * n, parts, ZERO)
    w = dict.fromkeys(range(k), (Fraction(1, k),) * n)
    return WeakWeights(dict.fromkeys(range(k), components), w, tuple(-stake for stake in stakes))


def strong_weights(shape: Shape, stakes: tuple[Fraction, ...]) -> StrongWeights:
    """Strong alignment: eps / lambda*_i is the sum of all stakes."""
    n, team = shape.users, range(shape.providers)
    return StrongWeights(dict.fromkeys(team, (Fraction(1, n),) * n), dict.fromkeys(team, sum(stakes, ZERO) / n))


def entrant(shape: Shape, game: Game) -> Entrant:
    """A user like the others, whom all providers want to play safe even if a bet would win."""
    user = _user(shape, "entrant", STAKE, 1)
    part = tuple((ONE if a == 0 else ZERO,) * shape.states for a in range(shape.actions))
    ties = common_ties((*game.users, user), shape.providers, shape.messages)
    k = shape.providers
    return Entrant(user, ((ONE,),) * len(game.prior), (SHARE,) * k, (part,) * k, ties)


def instance(
    result: Result, shape: Shape, stakes: tuple[Fraction, ...], users_share: Fraction, users: tuple[int, ...]
) -> Instance:
    """Silence in the market under the hypotheses of ``result``, at the paper's factors; ``users`` fall short.

    ``users_share`` is for weak alignment, see :func:`weak_weights`. Theorem 4.4 has the protocol in which the user
    speaks first; two rounds are then worth no more than one, see :func:`delta_certificates`. Raises ValueError for
    Theorem 4.4 with fewer messages than users.
    """
    strong = result in ("Theorem 4.3", "Theorem 4.4")
    if result == "Theorem 4.4" and shape.messages < shape.users:
        raise ValueError("Theorem 4.4 needs as many messages as users")
    game = market(shape, stakes, "UP" if result == "Theorem 4.4" else "P")
    new = entrant(shape, game) if result == "Theorem 5.1" else None
    play: Play = "anonymous" if strong else "personalized"
    profile = silent_profile(game if new is None else augment(game, new), play)
    weights = strong_weights(shape, stakes) if strong else weak_weights(shape, stakes, users_share)
    factors = theorem_4_3.FACTORS if strong else theorem_3_1.FACTORS
    return Instance(game, profile, tuple(range(shape.providers)), weights, factors, users, new, robust=True)


def tight(result: Result, shape: Shape, users_share: Fraction) -> Instance:
    """Only the first user has a stake: at three actions and two states and messages she loses all of her slack."""
    stakes = (STAKE, *(ZERO,) * (shape.users - 1))
    return instance(result, shape, stakes, users_share, (0,))


def witness(result: Result, shape: Shape) -> Instance:
    """All users have the same stake, and all errors are positive."""
    stakes = (STAKE,) * shape.users
    return instance(result, shape, stakes, SHARE, tuple(range(shape.users)))


def delta_certificates(case: Instance, seconds: float = 60.0) -> list[Document] | Unknown:
    """For an instance of Theorem 4.4: Delta_R(j) = 0 for the first provider of T, as benchmark certificates.

    Two a user, of the same value: what he alone can give her in all rounds, and what all of T can with one round less.
    """
    documents = []
    for i in range(len(case.game.users)):
        values = set()
        for protocol, team in ((case.game.protocol, case.team[:1]), (case.game.protocol[1:], case.team)):
            game = replace(case.game, protocol=protocol)
            found = benchmark(game, i, team, case.reading, seconds)
            if isinstance(found, Unknown):
                return found
            values.add(found.value)
            claim = benchmark_claim(game, i, team, case.reading, found.value)
            documents.append(certificate("benchmark", claim, found.evidence))
        if len(values) > 1:
            return Unknown(f"a round is worth something to user {i}")
    return documents
