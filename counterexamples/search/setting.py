"""What a search for a broken statement draws first: who knows what, what users want, how ties are broken.

Everything here but the payoffs, which do not matter to users. Features are functions on a small space of equally likely
*points*; every rational prior is of this form.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from random import Random

from alignproof.counterexamples.search.market import Table
from alignproof.counterexamples.search.target import Target, TieBreaking
from alignproof.games.algebra import ONE, ZERO
from alignproof.games.model import Atom, Components, Game, Provider, Ties, User, common_ties

HALF = Fraction(1, 2)


@dataclass(frozen=True)
class Shape:
    """The sizes of a market: of users, providers, actions, states, messages, features of a user and of a provider, and
    points. If there are as many points as states, and no user has features, providers see the state."""

    users: int
    providers: int
    actions: int
    states: int
    messages: int
    features: int
    sources: int
    points: int

    def __str__(self) -> str:
        counts = f"n={self.users}, k={self.providers}, |A|={self.actions}, |Y|={self.states}, |M|={self.messages}"
        return counts if self.plain else f"{counts}, |X_U|={self.features}, |X_P|={self.sources}"

    @property
    def plain(self) -> bool:
        """Whether providers see the state, and users nothing."""
        return self.points == self.states

    @property
    def cells(self) -> int:
        """About how much there is to draw."""
        return self.users * self.providers * self.actions * self.points * self.features


def shapes() -> list[Shape]:
    """All shapes that are tried, from small to large."""
    counts = product(range(1, 4), (1, 2), (2, 3), (2, 3), (2, 3))
    plain = [Shape(*count, 1, count[3], count[3]) for count in counts]
    seen = product((1, 2), (1, 2), (2, 3), (2, 3), (2, 3), (1, 2), (2, 3, 4), (4, 6, 8))
    partial = [shape for shape in (Shape(*count) for count in seen) if shape.points > max(shape.states, shape.sources)]
    used = (shape for shape in [*plain, *partial] if shape.messages <= max(shape.actions, shape.sources))
    return sorted(used, key=lambda s: (s.cells, s.messages, s.sources))


def draw_game(random: Random, target: Target, shape: Shape) -> Game:
    """A game of the shape, in which providers earn nothing whatever users do."""
    atoms = _plain_prior(shape) if shape.plain else _drawn_prior(random, shape)
    actions, states = _names("a", shape.actions), _names("y", shape.states)
    features = [_names("x", size) for size in _features(shape, target)]
    users = tuple(User(f"user {i + 1}", features[i], actions, _draw_wishes(random, shape)) for i in range(shape.users))
    nothing = Components((ZERO,) * shape.users, tuple(user.utility for user in users), ZERO)
    sources = _names("x", shape.states if shape.plain else shape.sources)
    providers = tuple(Provider(f"provider {j + 1}", sources, nothing) for j in range(shape.providers))
    ties = draw_ties(random, target.ties, users, shape.providers, shape.messages)
    messages = tuple(str(m + 1) for m in range(shape.messages))
    prior = _merged(atoms, [len(names) for names in features])
    return Game(users, providers, states, prior, messages, target.protocol, ties)


def _names(letter: str, count: int) -> tuple[str, ...]:
    return tuple(f"{letter}{k + 1}" for k in range(count))


def _features(shape: Shape, target: Target) -> list[int]:
    """How many features each user has; a new user, who comes last, has none."""
    return [1 if target.entrant and i == shape.users - 1 else shape.features for i in range(shape.users)]


def _plain_prior(shape: Shape) -> list[Atom]:
    chance, none = Fraction(1, shape.states), (0,) * shape.users
    return [Atom(chance, y, none, (y,) * shape.providers) for y in range(shape.states)]


def _drawn_prior(random: Random, shape: Shape) -> list[Atom]:
    width = random.choice([d for d in range(2, shape.points) if shape.points % d == 0])
    states = _draw_feature(random, shape.points, width, shape.states)
    users = [_draw_feature(random, shape.points, width, shape.features) for _ in range(shape.users)]
    sources = [_draw_feature(random, shape.points, width, shape.sources) for _ in range(shape.providers)]
    chance = Fraction(1, shape.points)
    return [
        Atom(chance, states[p], tuple(x[p] for x in users), tuple(x[p] for x in sources)) for p in range(shape.points)
    ]


def _draw_feature(random: Random, points: int, width: int, values: int) -> list[int]:
    """A function of the point: any; or one of the point's two coordinates, ``width`` being the number of the first."""
    kind, shift = random.randrange(3), random.randrange(values)
    if kind == 0:
        return [random.randrange(values) for _ in range(points)]
    return [((p % width if kind == 1 else p // width) + shift) % values for p in range(points)]


def _merged(atoms: Sequence[Atom], features: Sequence[int]) -> tuple[Atom, ...]:
    """Each point of the prior once; users with a single feature have no other."""
    counts: Counter[tuple[int, tuple[int, ...], tuple[int, ...]]] = Counter()
    for atom in atoms:
        known = tuple(x if size > 1 else 0 for x, size in zip(atom.user_features, features, strict=True))
        counts[atom.state, known, atom.provider_features] += 1
    return tuple(Atom(Fraction(count, len(atoms)), *at) for at, count in sorted(counts.items()))


def _draw_wishes(random: Random, shape: Shape) -> Table:
    """Utilities of 0, 1/2 and 1; or in each state one action is right, whose utility is 1."""
    if random.random() < 0.5:
        right = [random.randrange(shape.actions) for _ in range(shape.states)]
        return tuple(tuple(ONE if a == best else ZERO for best in right) for a in range(shape.actions))
    cells = product(range(shape.actions), range(shape.states))
    drawn = {cell: HALF * random.randint(0, 2) for cell in cells}
    return tuple(tuple(drawn[a, y] for y in range(shape.states)) for a in range(shape.actions))


def draw_ties(random: Random, kind: TieBreaking, users: Sequence[User], providers: int, messages: int) -> Ties:
    """Common ties are in the order of listing; others have actions in any order."""
    common = common_ties(users, providers, messages)
    if kind == "common":
        return common

    def order(user: User) -> tuple[int, ...]:
        return tuple(random.sample(range(len(user.actions)), len(user.actions)))

    by_user = [[order(user)] * providers for user in users]
    by_provider = [[order(user) for _ in range(providers)] for user in users]
    orders = by_user if kind == "by-user" else by_provider
    return Ties(common.providers, tuple(map(tuple, orders)), common.messages)
