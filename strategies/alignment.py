"""Markets that are aligned (Definitions 2.13, 2.14), built from their weights."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal, Unpack

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument
from hypothesis.strategies import DrawFn, SearchStrategy

from alignproof.checks.benchmark import Team
from alignproof.counterexamples.violations import Instance
from alignproof.games.algebra import ONE, ZERO
from alignproof.games.alignment import StrongWeights, WeakWeights, Weights
from alignproof.games.augment import Entrant, augment
from alignproof.games.model import Components, Game, Payoff, Table
from alignproof.strategies.games import Bounds, PayoffForm, Shape, built, entrants, filled, lifted, payoffs, tabulated
from alignproof.strategies.numbers import Grid, residuals
from alignproof.strategies.rules import profiles
from alignproof.symbolic import theorem_3_1, theorem_4_3

Alignment = Literal["weak", "strong"]

Rows = Mapping[int, tuple[Fraction, ...]]
"""``[j][i]`` for the providers j of T and all users i."""

AS_PRINTED = Bounds(ties=("common",))
"""What the paper assumes of every game and :func:`.games` does not (Definition 2.5)."""


@dataclass(frozen=True)
class AlignedMarket:
    """A game in which T = ``team`` is aligned with these weights, up to the errors ``eps``: (eps_U, eps_P) if weakly,
    (eps,) if strongly. The errors made may be smaller, see ``weights.errors(game)``."""

    game: Game
    team: Team
    weights: Weights
    eps: tuple[Fraction, ...]


def weakly_aligned(
    eps_users: Fraction = ZERO, eps_providers: Fraction = ZERO, **bounds: Unpack[Bounds]
) -> SearchStrategy[AlignedMarket]:
    """Markets in which some providers are weakly aligned: equations (1) and (2) hold up to the errors.

    Components F_{j,i} lie in [0, 1], the weights of a provider, and those on a user, sum to at most 1; utilities and
    payoffs are then computed, with residuals within the errors. Payoffs of a form other than "table" are separable,
    whatever the errors. Providers outside T are anybody; ties are common unless bounds say otherwise. Shrinks as games
    do, to one aligned provider, to components of 0 and to no residuals. Raises InvalidArgument if an error is negative.
    """
    return _aligned("weak", (eps_users, eps_providers), bounds)


def strongly_aligned(eps: Fraction = ZERO, **bounds: Unpack[Bounds]) -> SearchStrategy[AlignedMarket]:
    """Markets in which some providers are strongly aligned: equation (3) holds up to ``eps``.

    Like :func:`weakly_aligned`, with the users' utilities, which are free, as components.
    """
    return _aligned("strong", (eps,), bounds)


def aligned_markets(eps: Fraction = ZERO, **bounds: Unpack[Bounds]) -> SearchStrategy[AlignedMarket]:
    """Markets that are weakly or strongly aligned, all errors at most ``eps``. Shrinks to weakly aligned ones."""
    return _aligned("weak", (eps, eps), bounds) | _aligned("strong", (eps,), bounds)


@st.composite
def _aligned(draw: DrawFn, form: Alignment, eps: tuple[Fraction, ...], bounds: Bounds) -> AlignedMarket:
    if min(eps) < 0:
        raise InvalidArgument("errors are not negative")
    given = filled(bounds, AS_PRINTED)
    content = {"weak": _weak, "strong": _strong}[form]

    def fill(draw: DrawFn, shape: Shape) -> tuple[Sequence[Grid], Sequence[Payoff], tuple[Team, Weights]]:
        team = tuple(sorted(draw(st.sets(st.integers(0, shape.providers - 1), min_size=1))))
        utilities, aligned, weights = content(draw, shape, team, eps, given["payoffs"])
        others = (j for j in range(shape.providers) if j not in team)
        every = aligned | {j: draw(payoffs(shape, given["payoffs"])) for j in others}
        return utilities, [every[j] for j in range(shape.providers)], (team, weights)

    game, (team, weights) = built(draw, given, fill)
    return AlignedMarket(game, team, weights, tuple(map(Fraction, eps)))


def _weak(
    draw: DrawFn, shape: Shape, team: Team, eps: tuple[Fraction, ...], forms: Sequence[PayoffForm]
) -> tuple[list[Grid], dict[int, Payoff], Weights]:
    lambdas, w = draw(_weights(team, len(shape.actions)))
    parts = {j: tuple(draw(shape.tables(i)) for i in range(len(shape.actions))) for j in team}
    utilities, constants = [], []
    for i, own in enumerate(shape.actions):
        mixed = Components(tuple(w[j][i] for j in team), tuple(parts[j][i] for j in team), ZERO)
        cells = tuple(tuple(mixed.value((a,) * len(team), y) for y in range(shape.states)) for a in range(len(own)))
        offset = draw(lifted(replace(shape, actions=(own,)), (ONE,), (cells,))).constant
        constants.append(offset)
        utilities.append(_near(draw, shape, i, _shifted(cells, offset), eps[0]))
    split, paid = _providers(draw, shape, lambdas, parts, eps[1], forms)
    return utilities, paid, WeakWeights(split, w, tuple(constants))


def _strong(
    draw: DrawFn, shape: Shape, team: Team, eps: tuple[Fraction, ...], forms: Sequence[PayoffForm]
) -> tuple[list[Grid], dict[int, Payoff], Weights]:
    lambdas, _ = draw(_weights(team, len(shape.actions)))
    utilities = [draw(shape.tables(i)) for i in range(len(shape.actions))]
    split, paid = _providers(draw, shape, lambdas, dict.fromkeys(team, tuple(utilities)), eps[0], forms)
    return utilities, paid, StrongWeights(lambdas, {j: split[j].constant for j in team})


@st.composite
def _weights(draw: DrawFn, team: Team, users: int) -> tuple[Rows, Rows]:
    """lambda_{j,i} and w_{j,i}, each user covered, w > 0 only where lambda > 0."""
    covers = [draw(st.sampled_from(team)) for _ in range(users)]
    some = st.integers(0, 2)
    shares = {j: [max(draw(some), int(covers[i] == j)) for i in range(users)] for j in team}
    columns = [[max(draw(some), int(covers[i] == j)) if shares[j][i] else 0 for j in team] for i in range(users)]
    lambdas = {j: _diluted(row, draw(some)) for j, row in shares.items()}
    by_user = [_diluted(column, draw(some)) for column in columns]
    return lambdas, dict(zip(team, zip(*by_user, strict=True), strict=True))


def _diluted(numbers: Sequence[int], spare: int) -> tuple[Fraction, ...]:
    """Numbers in proportion that sum to 1, or to less if something is to spare."""
    return tuple(Fraction(number, max(1, sum(numbers) + spare)) for number in numbers)


def _providers(
    draw: DrawFn,
    shape: Shape,
    lambdas: Rows,
    parts: Mapping[int, tuple[Grid, ...]],
    eps: Fraction,
    forms: Sequence[PayoffForm],
) -> tuple[dict[int, Components], dict[int, Payoff]]:
    """Decompositions, and payoffs that differ from them by at most ``eps``."""
    split, paid = dict[int, Components](), dict[int, Payoff]()
    for j, row in lambdas.items():
        form = draw(st.sampled_from(forms))
        if form == "table":
            split[j] = draw(lifted(shape, row, parts[j]))
            paid[j] = _near_table(draw, tabulated(shape, split[j]), eps)
        else:
            # Components lie in [0, 1], those that are paid too; the error is spread over the sum of the weights.
            apart = eps / sum(row) if any(row) else ZERO
            near = draw(lifted(shape, row, [_near(draw, shape, i, part, apart) for i, part in enumerate(parts[j])]))
            split[j] = Components(row, parts[j], near.constant)
            paid[j] = near if form == "components" else tabulated(shape, near)
    return split, paid


def _near(draw: DrawFn, shape: Shape, user: int, cells: Grid, eps: Fraction) -> Grid:
    """A table of the user's in [0, 1] that differs from this one, also in [0, 1], by at most ``eps``."""
    apart = draw(shape.tables(user, residuals(eps)))
    return tuple(
        tuple(_within(cell + r) for cell, r in zip(*rows, strict=True)) for rows in zip(cells, apart, strict=True)
    )


def _near_table(draw: DrawFn, table: Table, eps: Fraction) -> Table:
    return Table({a: tuple(_within(cell + draw(residuals(eps))) for cell in row) for a, row in table.entries.items()})


def _within(number: Fraction) -> Fraction:
    return min(max(number, ZERO), ONE)


def _shifted(cells: Grid, offset: Fraction) -> Grid:
    return tuple(tuple(cell + offset for cell in row) for row in cells)


@st.composite
def instances(
    draw: DrawFn, markets: SearchStrategy[AlignedMarket] | None = None, entering: bool = False, robust: bool = False
) -> Instance:
    """Instances of Theorem 3.1 (weakly aligned, personalized play) or 4.3 (strongly, anonymous), as hypotheses have
    it but for one: nobody has checked that the profile, which may be any, is an equilibrium.

    ``markets`` are aligned markets, by default :func:`aligned_markets`; with ``entering``, a new user comes in. The
    users are those of the aligned market, the factors those of the theorem. Shrinks to silence in a small market.
    """
    market = draw(aligned_markets() if markets is None else markets)
    entrant: Entrant | None = draw(entrants(market.game)) if entering else None
    played = market.game if entrant is None else augment(market.game, entrant)
    weak = isinstance(market.weights, WeakWeights)
    return Instance(
        market.game,
        draw(profiles(played, ("personalized" if weak else "anonymous",))),
        market.team,
        market.weights,
        (theorem_3_1 if weak else theorem_4_3).FACTORS,
        tuple(range(len(market.game.users))),
        entrant,
        robust,
    )
