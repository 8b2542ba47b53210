"""Markets as the search sees them: their size, what is drawn at random, and the game that this makes."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from random import Random

from alignproof.checks.linear import Row
from alignproof.counterexamples.search.linear import best, value
from alignproof.games.algebra import ZERO, dot
from alignproof.games.model import Atom, Components, Game, Provider, User, common_ties
from alignproof.games.polynomial import gather, variable

Table = tuple[tuple[Fraction, ...], ...]
"""A utility ``[a][y]``."""


@dataclass(frozen=True)
class Size:
    """How many users, providers, actions of each user, states and messages. As many messages as actions suffice to
    say what to do."""

    users: int
    providers: int
    actions: int
    states: int

    def __str__(self) -> str:
        return f"n={self.users}, k={self.providers}, |A|={self.actions}, |Y|={self.states}, |M|={self.actions}"


@dataclass(frozen=True)
class Start:
    """What is drawn: the prior of the states, the users' utilities, ``scales[j][i]``, what provider j earns for each
    unit of his share in user i's utility, and ``told[j][y]``, the message that he sends in each state."""

    prior: tuple[Fraction, ...]
    tables: tuple[Table, ...]
    scales: tuple[tuple[Fraction, ...], ...]
    told: tuple[tuple[int, ...], ...]


def draw_prior(random: Random, states: int, plain: bool) -> tuple[Fraction, ...]:
    """Equal chances if ``plain``, else chances in proportion to small integers."""
    counts = [1 if plain else random.randint(1, 3) for _ in range(states)]
    return tuple(Fraction(count, sum(counts)) for count in counts)


def draw_scales(random: Random, size: Size) -> tuple[tuple[Fraction, ...], ...]:
    """Small integers."""
    return tuple(tuple(Fraction(random.randint(1, 3)) for _ in range(size.users)) for _ in range(size.providers))


def draw_table(random: Random, size: Size) -> Table:
    """Utilities 0, 1/2 and 1."""
    return tuple(tuple(Fraction(random.randint(0, 2), 2) for _ in range(size.states)) for _ in range(size.actions))


def draw_gap(
    random: Random,
    prior: Sequence[Fraction],
    actions: int,
    low: Fraction,
    high: Fraction,
    told: Sequence[Sequence[int]] = (),
) -> Table | None:
    """A random utility worth at most ``low`` to the uninformed and at least ``high`` to the informed.

    It is a corner of all such utilities. Which action is to be good in which state is drawn too, each in about as
    many states. Each of ``told`` says which message is sent in which state, as of a provider whom a user might ask: the
    utility is worth at most ``low`` to whoever hears it, too. None if there are none.
    """
    states = len(prior)
    cells = {(a, y): variable(f"utility {a} {y}") for a in range(actions) for y in range(states)}
    rows = [Row(1 - cell, ">=") for cell in cells.values()]
    for k, messages in enumerate([(0,) * states, *told]):
        worth = {m: variable(f"worth {k} {m}") for m in messages}
        for (m, best_worth), a in product(worth.items(), range(actions)):
            rows.append(
                Row(best_worth - gather(p * cells[a, y] for y, p in enumerate(prior) if messages[y] == m), ">=")
            )
        rows.append(Row(low - gather(worth.values()), ">="))
    order, names = random.sample(range(states), states), random.sample(range(actions), actions)
    informed = gather(prior[y] * cells[names[place % actions], y] for place, y in enumerate(order))
    rows.append(Row(informed - high, ">="))
    point = best(rows, gather(random.randint(-1, 1) * cell for cell in cells.values()), seconds=10)
    if point is None:
        return None
    return tuple(tuple(value(cells[a, y], point) for y in range(states)) for a in range(actions))


def silence(size: Size) -> tuple[tuple[int, ...], ...]:
    """Every provider always says the same."""
    return ((0,) * size.states,) * size.providers


def draw_told(random: Random, size: Size) -> tuple[tuple[int, ...], ...]:
    """What each provider says in each state: some of them something, the others always the same."""
    talks = random.choice([who for who in product((False, True), repeat=size.providers) if any(who)])
    messages = random.randint(2, max(2, min(size.actions, size.states - 1)))
    return tuple(tuple(random.randrange(messages) if t else 0 for _ in range(size.states)) for t in talks)


def falls_short(prior: Sequence[Fraction], table: Table, said: Sequence[int]) -> bool:
    """Whether knowing the state is worth more to a user than hearing ``said[y]`` in state y."""
    heard = [[p if m == said[y] else ZERO for y, p in enumerate(prior)] for m in set(said)]
    informed = dot(prior, [max(column) for column in zip(*table, strict=True)])
    return bool(sum(max(dot(chances, row) for row in table) for chances in heard) < informed)


def users_of(tables: Sequence[Table]) -> tuple[User, ...]:
    """Users without features, their actions named alike."""
    actions = tuple(f"a{a + 1}" for a in range(len(tables[0])))
    return tuple(User(f"user {i + 1}", ("-",), actions, table) for i, table in enumerate(tables))


def market(start: Start, payoffs: Sequence[Components]) -> Game:
    """The game in which every provider sees the state and speaks once, and ties are common."""
    users = users_of(start.tables)
    states = tuple(f"y{y + 1}" for y in range(len(start.prior)))
    messages = tuple(str(m + 1) for m in range(len(users[0].actions)))
    providers = tuple(Provider(f"provider {j + 1}", states, payoff) for j, payoff in enumerate(payoffs))
    prior = tuple(Atom(p, y, (0,) * len(users), (y,) * len(payoffs)) for y, p in enumerate(start.prior))
    return Game(users, providers, states, prior, messages, "P", common_ties(users, len(payoffs), len(messages)))


def largest_payoff(weights: Sequence[Fraction], parts: Sequence[Table]) -> Fraction:
    """A bound on a payoff: what it would be if every user's action and the state were the best for it."""
    return sum((w * max(map(max, part)) for w, part in zip(weights, parts, strict=True)), ZERO)
