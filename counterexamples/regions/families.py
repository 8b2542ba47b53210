"""The families: games of the paper's constructions with their numbers free, and where the claims about them hold.

A region is proposed here, as inequalities, and nothing more: cells have to cover it, and what is outside
(:mod:`alignproof.counterexamples.regions.covering`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from alignproof.checks.linear import Row
from alignproof.counterexamples import corners
from alignproof.counterexamples.regions.cells import Candidate, Misfit, Silence, Values
from alignproof.counterexamples.regions.parameters import Point
from alignproof.games.algebra import ONE, ZERO, Number
from alignproof.games.augment import augment
from alignproof.games.model import Game
from alignproof.games.polynomial import Polynomial, as_polynomial, variable
from alignproof.games.rules import Rule
from alignproof.symbolic import theorem_4_1, theorem_5_2
from alignproof.symbolic.rules import revealing_rule

HALF = Fraction(1, 2)


@dataclass(frozen=True)
class Edge:
    """A piece of the region's boundary: its name, a point on it, and a direction that leads outside.

    ``closed``: the claim holds on it. ``thin``: the opposite direction leads outside too.
    """

    name: str
    on: Point
    outward: Point
    closed: bool = True
    thin: bool = False

    def beyond(self, distance: Fraction) -> Point:
        """The point at a distance outside, or inside if it is negative."""
        return {name: value + distance * self.outward.get(name, ZERO) for name, value in self.on.items()}


@dataclass(frozen=True)
class Family:
    """A family of games: its parameters, the ``box`` they lie in, a claim, and the ``region`` where that is said to
    hold: any of several lists of inequalities. ``paper`` are the paper's own values, or an example of them."""

    name: str
    about: str
    parameters: tuple[str, ...]
    box: tuple[Row, ...]
    region: tuple[tuple[Row, ...], ...]
    claim: Silence | Misfit
    paper: Point
    edges: tuple[Edge, ...]


def _at_least(value: Polynomial) -> Row:
    return Row(as_polynomial(value), ">=")


def _above(value: Polynomial) -> Row:
    return Row(as_polynomial(value), ">")


def noisy_rule(game: Game, provider: int, right: Number) -> Rule:
    """Names what he sees with chance ``right``, and anything else with equal chances."""
    size = len(game.messages)
    wrong = Fraction(1, size - 1) * (1 - right)
    return {(x, ()): tuple(right if m == x else wrong for m in range(size)) for x in range(size)}


def _levels(game: Game, values: Sequence[Number]) -> Iterable[Candidate]:
    """Full revelation, and rules that are right with chances half way between two of ``values``."""
    for j in range(len(game.providers)):
        yield Candidate(j, revealing_rule(game, j), "revealing the state")
    for k, low in enumerate(values):
        for high in values[k + 1 :]:
            for j in range(len(game.providers)):
                level = HALF * (as_polynomial(low) + high)
                yield Candidate(j, noisy_rule(game, j, level), "naming the state with some chance")


EPS, C, SHARE, LEFT, RIGHT = (variable(name) for name in ("eps", "c", "s", "e1", "e2"))
SHARES = (_above(SHARE), _above(1 - SHARE))


def _at_most_eps(values: Values, users: Sequence[Number]) -> tuple[Row, ...]:
    return tuple(_at_least(values["eps"] - value) for value in users)


def theorem_4_1_family(states: int, abstain_first: bool = False) -> Family:
    """Theorem 4.1's game with eps, c and s = D / (D + 1) free."""

    def build(values: Values) -> Game:
        eps = values["eps"]
        priority = ("abstain",) if abstain_first else ()
        return theorem_4_1.market((eps, eps), values["c"], values["s"], states, priority)

    informed = states * EPS - C
    return Family(
        f"4.1, M={states}" + (", abstaining first" if abstain_first else ""),
        "silence is an equilibrium worth at most eps to each user",
        ("eps", "c", "s"),
        (_above(EPS), _above(C - EPS), _at_least(1 - C), *SHARES),
        (((_at_least if abstain_first else _above)(informed), _at_least(2 * SHARE - 1)),),
        Silence(build, _at_most_eps, lambda values, game: _levels(game, ())),
        {"eps": HALF, "c": ONE, "s": Fraction(2, 3)},
        (
            Edge("s = 1/2 (D = 1)", {"eps": Fraction(7, 10), "c": ONE, "s": HALF}, {"s": -ONE}),
            Edge(
                f"{states} eps = c",
                {"eps": Fraction(9, 10 * states), "c": Fraction(9, 10), "s": Fraction(2, 3)},
                {"eps": -ONE},
                closed=abstain_first,
            ),
        ),
    )


def unlike_family(states: int) -> Family:
    """Theorem 4.1's game with c = 1 and users to whom abstaining is worth e1 and e2."""

    def build(values: Values) -> Game:
        return theorem_4_1.market((values["e1"], values["e2"]), ONE, values["s"], states)

    def promised(values: Values, users: Sequence[Number]) -> tuple[Row, ...]:
        return tuple(_at_least(values[name] - value) for name, value in zip(("e1", "e2"), users, strict=True))

    def candidates(values: Values, game: Game) -> Iterable[Candidate]:
        return _levels(game, (Fraction(1, states), values["e1"], values["e2"]))

    box = (_above(LEFT), _above(1 - LEFT), _above(RIGHT), _above(1 - RIGHT), *SHARES)
    same = (_at_least(LEFT - RIGHT), _at_least(RIGHT - LEFT))
    return Family(
        f"4.1 with users unlike, M={states}",
        "silence is an equilibrium in which user i gets at most e_i",
        ("e1", "e2", "s"),
        box,
        ((*same, _above(states * LEFT - 1), _at_least(2 * SHARE - 1)),),
        Silence(build, promised, candidates),
        {"e1": HALF, "e2": HALF, "s": Fraction(2, 3)},
        (
            Edge("e1 = e2", {"e1": Fraction(3, 4), "e2": Fraction(3, 4), "s": Fraction(2, 3)}, {"e1": ONE}, thin=True),
            Edge("s = 1/2 (D = 1)", {"e1": Fraction(3, 4), "e2": Fraction(3, 4), "s": HALF}, {"s": -ONE}),
        ),
    )


BETA, OLD, NEW = (variable(name) for name in ("beta", "o1", "o2"))


def theorem_5_2_family() -> Family:
    """Theorem 5.2's augmented game with beta and the values of abstaining, o1 to the old user and o2 to the new."""

    def build(values: Values) -> Game:
        return augment(theorem_5_2.game(values["o1"]), theorem_5_2.entrant(values["beta"], values["o2"]))

    def promised(values: Values, users: Sequence[Number]) -> tuple[Row, ...]:
        return tuple(_above(1 - value) for value in users)

    def candidates(values: Values, game: Game) -> Iterable[Candidate]:
        return _levels(game, (HALF, values["o1"], values["o2"]))

    sides = [row for value in (OLD, NEW) for row in (_at_least(value), _at_least(1 - value))]

    def at(*values: str) -> Point:
        return dict(zip(("beta", "o1", "o2"), map(Fraction, values), strict=True))

    worth = 2 * BETA - (1 - BETA) * (1 - OLD)
    region = (_above(2 * NEW - 1), _at_least(OLD - NEW), _above(1 - OLD), _at_least(worth))
    return Family(
        "5.2",
        "silence is an equilibrium of the augmented game, in which both users get less than 1, their benchmark",
        ("beta", "o1", "o2"),
        (_above(BETA), _above(1 - BETA), *sides),
        (region,),
        Silence(build, promised, candidates),
        {"beta": HALF, "o1": Fraction(2, 3), "o2": Fraction(2, 3)},
        (
            Edge("2 beta = (1 - beta)(1 - o1)", at("1/7", "2/3", "2/3"), {"beta": -ONE}),
            Edge("o1 = o2", at("1/2", "2/3", "2/3"), {"o2": ONE}),
            Edge("o2 = 1/2", at("1/2", "2/3", "1/2"), {"o2": -ONE}, closed=False),
            Edge("o1 = 1", at("1/2", "1", "2/3"), {"o1": ONE}, closed=False),
        ),
    )


FIRST, SECOND, ERROR = variable("s1"), variable("s2"), variable("e")
WEIGHTS = tuple(row for value in (FIRST, SECOND) for row in (_at_least(value), _at_least(1 - value)))


def _a_2(values: Values) -> Game:
    return corners.game((values["s1"], values["s2"]))


def proposition_a_2_family() -> Family:
    """Proposition A.2's market, where user i's utility is s_i F_{1,i} + (1 - s_i) F_{2,i}."""
    low = tuple(_at_least(1 - 2 * value) for value in (FIRST, SECOND))
    high = tuple(_at_least(2 * value - 1) for value in (FIRST, SECOND))
    return Family(
        "A.2",
        "the two providers are not strongly aligned with any error below 1/2",
        ("s1", "s2"),
        WEIGHTS,
        (low, high),
        Misfit(_a_2, (0, 1), lambda values: HALF),
        {"s1": HALF, "s2": HALF},
        (
            Edge("s1 = 1/2", {"s1": HALF, "s2": Fraction(1, 4)}, {"s1": ONE}),
            Edge("s2 = 1/2", {"s1": Fraction(3, 4), "s2": HALF}, {"s2": -ONE}),
        ),
    )


def _misfit_of(first: Polynomial, second: Polynomial, weights: Sequence[Number] = (ONE, ONE)) -> tuple[Row, ...]:
    """That e is at most a quarter of the sum over users of lambda min(1, (1 - s) / s), multiplied out."""
    one, two = (as_polynomial(weight) for weight in weights)
    return (
        _at_least(one + two - 4 * ERROR),
        _at_least(one * (1 - first) + two * first - 4 * ERROR * first),
        _at_least(one * second + two * (1 - second) - 4 * ERROR * second),
        _at_least(one * (1 - first) * second + two * (1 - second) * first - 4 * ERROR * first * second),
    )


def smallest_error_family(team: tuple[int, ...]) -> Family:
    """The same market: errors e below which the providers of ``team`` are not strongly aligned, so that the largest
    such e is the smallest error."""
    regions = (_misfit_of(FIRST, SECOND), _misfit_of(1 - FIRST, 1 - SECOND))
    low = Fraction(5, 12)
    who = "the two providers are" if len(team) > 1 else "the first provider is"
    return Family(
        "A.2, smallest error" + ("" if len(team) > 1 else ", first provider"),
        f"{who} not strongly aligned with any error below e",
        ("s1", "s2", "e"),
        (*WEIGHTS, _above(ERROR), _at_least(1 - ERROR)),
        tuple(regions[j] for j in team),
        Misfit(_a_2, team, lambda values: values["e"]),
        {"s1": HALF, "s2": HALF, "e": HALF},
        (
            Edge("e = 1/2", {"s1": HALF, "s2": HALF, "e": HALF}, {"e": ONE}),
            Edge("4 e = 1 + (1 - s2)/s2", {"s1": Fraction(1, 5), "s2": Fraction(3, 5), "e": low}, {"e": ONE}),
        ),
    )


def any_weights_family() -> Family:
    """The same market with lambda free as well: l1 and l2 are what F_{1,1} and F_{1,2} count for the first provider."""
    one, two = variable("l1"), variable("l2")
    shares = {"s1": Fraction(1, 5), "s2": Fraction(3, 5)}

    def build(values: Values) -> Game:
        return corners.game((values["s1"], values["s2"]), (values["l1"], values["l2"]))

    return Family(
        "A.2, smallest error, first provider, any weights",
        "the first provider is not strongly aligned with any error below e",
        ("s1", "s2", "l1", "l2", "e"),
        (*WEIGHTS, _above(one), _above(two), _at_least(2 - one - two), _above(ERROR), _at_least(1 - ERROR)),
        (_misfit_of(FIRST, SECOND, (one, two)),),
        Misfit(build, (0,), lambda values: values["e"]),
        {"s1": HALF, "s2": HALF, "l1": ONE, "l2": ONE, "e": HALF},
        (
            Edge("4 e = l1 + l2", {"s1": HALF, "s2": HALF, "l1": HALF, "l2": ONE, "e": Fraction(3, 8)}, {"e": ONE}),
            Edge("4 e = l1 + l2 (1 - s2)/s2", shares | {"l1": HALF, "l2": ONE, "e": Fraction(7, 24)}, {"e": ONE}),
        ),
    )


def rivals_family(states: int) -> Family:
    """Theorem 4.1's game with c = 1 and users who rank the providers differently if both are as good."""

    def build(values: Values) -> Game:
        game = theorem_4_1.market((values["eps"], values["eps"]), ONE, values["s"], states)
        return replace(game, ties=replace(game.ties, providers=((0, 1), (1, 0))))

    def candidates(values: Values, game: Game) -> Iterable[Candidate]:
        yield from _levels(game, ())
        yield Candidate(0, noisy_rule(game, 0, values["eps"]), "naming the state with chance eps")

    return Family(
        f"4.1 with ties of providers by user, M={states}",
        "silence is an equilibrium worth at most eps to each user",
        ("eps", "s"),
        (_above(EPS), _above(1 - EPS), *SHARES),
        (),
        Silence(build, _at_most_eps, candidates),
        {"eps": HALF, "s": Fraction(2, 3)},
        (),
    )


def families() -> tuple[Family, ...]:
    """All families."""
    return (
        *(theorem_4_1_family(states) for states in (2, 3, 4)),
        theorem_4_1_family(2, True),
        unlike_family(2),
        unlike_family(3),
        rivals_family(3),
        theorem_5_2_family(),
        proposition_a_2_family(),
        smallest_error_family((0,)),
        smallest_error_family((0, 1)),
        any_weights_family(),
    )
