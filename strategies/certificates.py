"""Certificates that hold, of every kind that the kernel knows, and certificates broken on purpose."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cache
from itertools import combinations
from typing import Any, NamedTuple

from hypothesis import reject
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument
from hypothesis.strategies import DrawFn, SearchStrategy

from alignproof.checks.benchmark import Team
from alignproof.checks.universal.market import Size
from alignproof.counterexamples import tightness
from alignproof.counterexamples.mutants import indifferent_provider
from alignproof.counterexamples.violations import certify, certify_ratio
from alignproof.formats.certificates import (
    Document,
    alignment_document,
    benchmark_claim,
    certificate,
    play_claim,
    team_claim,
    value_certificate,
)
from alignproof.formats.documents import polynomial_document, rule_document
from alignproof.games.algebra import ONE, RATIONAL, ZERO
from alignproof.games.garbling import READINGS
from alignproof.games.model import Atom, Components, Game, Provider, User, common_ties
from alignproof.games.outcome import outcome
from alignproof.games.polynomial import Polynomial, as_polynomial, gather, variable
from alignproof.games.rules import Profile
from alignproof.oracles import alignments
from alignproof.oracles.benchmarks import benchmark
from alignproof.oracles.deviations import Best, Bounded, Pays, best_deviation, equilibrium
from alignproof.oracles.systems import Unknown
from alignproof.strategies.alignment import aligned_markets
from alignproof.strategies.documents import Path, at, drop, keys, places, put, rationals, shown
from alignproof.strategies.games import Bounds, games
from alignproof.strategies.rules import markets
from alignproof.symbolic import theorem_3_1, theorem_4_3, theorem_5_1
from alignproof.symbolic.definitions import place, theorem_certificate
from alignproof.symbolic.induction import obligation_documents, obligations
from alignproof.symbolic.rules import silent_profile
from alignproof.symbolic.statement import Statement

QUICK = Bounds(
    users=(1, 2),
    providers=(1, 2),
    states=(1, 2),
    actions=(2, 2),
    messages=(2, 2),
    protocols=("P",),
    payoffs=("components", "separable table"),
)
"""Markets in which the oracles answer within a fraction of a second, nearly always."""


@st.composite
def _value(draw: DrawFn) -> Document:
    game, profile = draw(markets())
    return value_certificate(game, profile, outcome(RATIONAL, game, profile))


@st.composite
def _equilibrium(draw: DrawFn) -> Document:
    game, profile = draw(markets(**QUICK))
    robust = draw(st.booleans())
    answer = equilibrium(game, profile, robust)
    if not isinstance(answer, Bounded):
        game, profile, robust = *_uninformed(game, profile), False
        answer = equilibrium(game, profile)
    if not isinstance(answer, Bounded):
        reject()
    return certificate("equilibrium", play_claim(game, profile, robust=robust), answer.evidence)


def _uninformed(game: Game, profile: Profile) -> tuple[Game, Profile]:
    """The game in which providers know nothing, so that what they say changes nothing: they say what they said at
    their first feature. Every profile of it is an equilibrium."""
    providers = tuple(replace(who, features=who.features[:1]) for who in game.providers)
    prior = dict[tuple[int, tuple[int, ...]], Any]()
    for atom in game.prior:
        seen = atom.state, atom.user_features
        prior[seen] = prior.get(seen, ZERO) + atom.probability
    atoms = tuple(Atom(chance, y, xs, (0,) * len(providers)) for (y, xs), chance in prior.items())
    rules = tuple(
        tuple({key: said for key, said in rule.items() if key[0] == 0} for rule in row) for row in profile.rules
    )
    return replace(game, providers=providers, prior=atoms), Profile(profile.play, rules)


@st.composite
def _not_equilibrium(draw: DrawFn) -> Document:
    game, profile = draw(markets(**QUICK))
    answer = equilibrium(game, profile)
    if not isinstance(answer, Pays):
        game = draw(_worth_telling())
        profile = silent_profile(game, profile.play)
        answer = equilibrium(game, profile)
    if not isinstance(answer, Pays):
        reject()
    rules = [rule_document(game, answer.provider, rule) for rule in answer.rules]
    evidence = {
        "provider": game.provider_names[answer.provider],
        "rules": rules[0] if profile.play == "anonymous" else rules,
    }
    return certificate("not-equilibrium", play_claim(game, profile), evidence)


@st.composite
def _worth_telling(draw: DrawFn) -> Game:
    """Games in which silence is no equilibrium: a provider sees the state, users want to match it, he wants it too."""
    stake = st.sampled_from((ONE, Fraction(1, 2), Fraction(1, 4)))
    n, states = draw(st.integers(1, 2)), ("y0", "y1")
    utilities = [((draw(stake), ZERO), (ZERO, draw(stake))) for _ in range(n)]
    users = tuple(User(f"U{i}", ("x0",), ("a", "b"), utility) for i, utility in enumerate(utilities))
    payoff = Components((Fraction(1, n),) * n, tuple(utilities), ZERO)
    likely = draw(st.sampled_from((Fraction(1, 2), Fraction(1, 3), Fraction(3, 4))))
    prior = tuple(Atom(chance, y, (0,) * n, (y,)) for y, chance in enumerate((likely, 1 - likely)))
    provider = Provider("P0", ("x0", "x1"), payoff)
    return Game(users, (provider,), states, prior, ("m0", "m1"), "P", common_ties(users, 1, 2))


@st.composite
def _deviation_bound(draw: DrawFn) -> Document:
    game, profile = draw(markets(**QUICK))
    provider, robust = draw(st.integers(0, len(game.providers) - 1)), draw(st.booleans())
    best = best_deviation(game, profile, provider, robust)
    if not isinstance(best, Best):
        game, profile = _uninformed(game, profile)
        best = best_deviation(game, profile, provider, robust)
    if not isinstance(best, Best):
        reject()
    claim = play_claim(game, profile, robust=robust, provider=game.provider_names[provider], bound=str(best.bound))
    return certificate("deviation-bound", claim, best.evidence)


@st.composite
def _benchmark(draw: DrawFn) -> Document:
    # A message for each of the user's strategies, at most 2 actions to the power of 2 features.
    game = draw(games(**QUICK | Bounds(messages=(4, 4), features=(1, 2))))
    user = draw(st.integers(0, len(game.users) - 1))
    team, reading = draw(_teams(game)), draw(st.sampled_from(READINGS))
    found = benchmark(game, user, team, reading)
    if isinstance(found, Unknown) or found.at_least is None:
        reject()
    return certificate("benchmark", benchmark_claim(game, user, team, reading, found.value), found.evidence)


def _teams(game: Game) -> SearchStrategy[Team]:
    """Sets T of providers. Shrinks to the first."""
    return st.sets(st.integers(0, len(game.providers) - 1), min_size=1).map(lambda team: tuple(sorted(team)))


@st.composite
def _aligned(draw: DrawFn) -> Document:
    market = draw(aligned_markets(draw(st.sampled_from((ZERO, Fraction(1, 8))))))
    alignment = alignment_document(market.weights, market.eps)
    return certificate("aligned", team_claim(market.game, market.team, alignment=alignment), {})


@st.composite
def _not_aligned(draw: DrawFn) -> Document:
    game = draw(games(**QUICK))
    team = draw(_teams(game))
    fit: alignments.StrongFit | alignments.WeakFit | Unknown
    if draw(st.booleans()):
        parts = alignments.decomposition(game, team)
        fit = Unknown("no decomposition") if parts is None else alignments.smallest_weak(game, team, parts)
    else:
        fit = alignments.smallest_strong(game, team)
    if isinstance(fit, Unknown):
        reject()
    return certificate("not-aligned", team_claim(game, team, alignment=fit.claim), fit.evidence)


@st.composite
def _bound_violated(draw: DrawFn) -> Document:
    """With less than half the slack of Theorem 3.1."""
    quarters = st.integers(0, 3).map(lambda k: Fraction(k, 4))
    eps = draw(st.sampled_from((Fraction(1, 2), Fraction(1, 4), Fraction(1, 7))))
    return _found(certify(indifferent_provider(draw(st.integers(2, 3)), eps, (draw(quarters), draw(quarters)))))


@st.composite
def _bound_met(draw: DrawFn) -> Document:
    result = draw(st.sampled_from(tightness.RESULTS))
    n, k = draw(st.integers(1, 2)), draw(st.integers(1, 2))
    shape = tightness.Shape(n, k, 3, 2, 2, draw(st.integers(1, 2)))
    stake = draw(st.sampled_from((Fraction(1, 12), Fraction(1, 10), Fraction(1, 30))))
    alone = draw(st.booleans())
    stakes = (stake, *(ZERO if alone else stake for _ in range(n - 1)))
    share = draw(st.sampled_from((Fraction(1, 2), ONE, Fraction(1, 3))))
    users = (0,) if alone else tuple(range(n))
    return _found(certify_ratio(tightness.instance(result, shape, stakes, share, users)))


def _found(document: Document | Unknown) -> Document:
    if isinstance(document, Unknown):
        reject()
    return document


@st.composite
def _identity(draw: DrawFn) -> Document:
    """A conclusion that is a nonnegative combination of products of hypotheses, plus multiples of a zero."""
    variables = ("x", "y")[: draw(st.integers(1, 2))]
    small = st.integers(-2, 2).map(Fraction)
    affine = st.tuples(*[small] * (1 + len(variables))).map(lambda c: _affine(variables, c))
    names = [f"h{k}" for k in range(draw(st.integers(1, 3)))]
    hypotheses = {name: draw(affine) for name in names}
    zero, factor = draw(affine), draw(affine)
    positive = st.integers(1, 4).map(lambda k: Fraction(k, 2))
    factors = st.lists(st.sampled_from(names), min_size=1, max_size=2).map(sorted)
    products = [(draw(positive), draw(factors)) for _ in range(draw(st.integers(1, 3)))]
    terms = [_product(coefficient, [hypotheses[name] for name in chosen]) for coefficient, chosen in products]
    claim = {
        "variables": list(variables),
        "definitions": {},
        "nonnegative": {name: polynomial_document(value) for name, value in hypotheses.items()},
        "zero": {"z": polynomial_document(zero)},
        "conclusions": {"it": polynomial_document(gather([*terms, zero * factor]))},
    }
    shown = [{"coefficient": str(coefficient), "factors": chosen} for coefficient, chosen in products]
    return certificate("identity", claim, {"it": {"products": shown, "zero": {"z": polynomial_document(factor)}}})


def _affine(variables: Sequence[str], coefficients: Sequence[Fraction]) -> Polynomial:
    constant, *slopes = coefficients
    return gather([constant, *(variable(name) * slope for name, slope in zip(variables, slopes, strict=True))])


def _product(coefficient: Fraction, factors: Sequence[Polynomial]) -> Polynomial:
    value = as_polynomial(coefficient)
    for factor in factors:
        value = value * factor
    return value


@cache
def _steps() -> list[tuple[Document, Document]]:
    """The obligations of the proof of Theorem 3.1 at all sizes: claim and proof."""
    return [obligation_documents(obligation) for obligation in obligations(theorem_3_1.statement())]


@st.composite
def _obligations(draw: DrawFn) -> Document:
    chosen = draw(st.lists(st.integers(0, len(_steps()) - 1), min_size=1, max_size=3, unique=True))
    claims, proofs = zip(*(_steps()[k] for k in chosen), strict=True)
    return certificate("obligations", {"obligations": list(claims)}, {"proofs": list(proofs)})


@st.composite
def _theorem(draw: DrawFn) -> Document:
    result = draw(st.sampled_from(list(_STATEMENTS)))
    return _theorem_at(result, draw(st.sampled_from(_SIZES)))


_STATEMENTS: dict[str, Callable[[], Statement]] = {
    "3.1": theorem_3_1.statement,
    "4.3": theorem_4_3.statement,
    "5.1": theorem_5_1.statement,
}
_SIZES = ("111111111", "211111111", "121111111", "122222222")


@cache
def _theorem_at(result: str, digits: str) -> Document:
    statement = _STATEMENTS[result]()
    return theorem_certificate(statement, place(statement, Size(*map(int, digits)), "P"))


_KINDS: dict[str, Callable[[], SearchStrategy[Document]]] = {
    "value": _value,
    "aligned": _aligned,
    "identity": _identity,
    "equilibrium": _equilibrium,
    "not-equilibrium": _not_equilibrium,
    "deviation-bound": _deviation_bound,
    "benchmark": _benchmark,
    "not-aligned": _not_aligned,
    "bound-violated": _bound_violated,
    "bound-met": _bound_met,
    "obligations": _obligations,
    "theorem": _theorem,
}

KINDS = tuple(_KINDS)
"""The kinds of certificates that are drawn: all that the kernel knows, cheapest first."""


def certificates(kinds: Sequence[str] = KINDS) -> SearchStrategy[Document]:
    """Certificate documents that the kernel accepts, of the given kinds.

    Equilibria, deviations, bounds and benchmarks are those of small markets, found by the oracles; where an oracle has
    no answer of the kind asked for, the market is changed to one where it has. What all markets share (kinds theorem
    and obligations) is drawn from the paper's theorems at a few sizes. Shrinks to the first kind and to a small market.
    Raises InvalidArgument for a kind that there is not.
    """
    unknown = [kind for kind in kinds if kind not in _KINDS]
    if unknown or not kinds:
        raise InvalidArgument(f"no such kinds of certificates: {unknown}; there are {', '.join(KINDS)}")
    return st.sampled_from(kinds).flatmap(lambda kind: _KINDS[kind]())


class Broken(NamedTuple):
    """A certificate with something changed, and what was."""

    document: Document
    change: str


@st.composite
def broken(draw: DrawFn, documents: SearchStrategy[Document] | None = None) -> Broken:
    """Certificates in which one thing is changed, by default those of :func:`certificates`.

    A number is changed, an entry dropped, two entries or two names swapped, or a flag turned, anywhere in claim or
    evidence. A checker should reject it, unless the claim happens to be true and shown all the same. Shrinks to a
    change of a number in a simple certificate.
    """
    document = draw(certificates() if documents is None else documents)
    changes = {name: found for name, where in _CHANGES.items() if (found := where(document)) is not None}
    return draw(changes[draw(st.sampled_from(list(changes)))])


def _numbers(document: Document) -> SearchStrategy[Broken] | None:
    def change(found: tuple[Path, Fraction]) -> SearchStrategy[Broken]:
        path, number = found
        near = (number + 1, number - 1, -number, ZERO, number / 2, number + Fraction(1, 1000))
        others = [other for other in near if other != number]
        return st.sampled_from(others).map(
            lambda other: Broken(put(document, path, str(other)), f"{shown(path)}: {other} for {number}")
        )

    found = [(path, number) for path, number in rationals(document) if path[0] in ("claim", "evidence")]
    return st.sampled_from(found).flatmap(change) if found else None


def _entries(document: Document) -> SearchStrategy[Broken]:
    paths = [path for path, _ in places(document) if len(path) > 1]
    return st.sampled_from(paths).map(lambda path: Broken(drop(document, path), f"{shown(path)}: dropped"))


def _swaps(document: Document) -> SearchStrategy[Broken] | None:
    pairs = [
        (path, one, two)
        for path, value in places(document)
        if path
        for one, two in combinations(keys(value)[:12], 2)
        if value[one] != value[two]
    ]
    return st.sampled_from(pairs).map(lambda pair: _swapped(document, *pair)) if pairs else None


def _swapped(document: Document, path: Path, one: str | int, two: str | int) -> Broken:
    value = at(document, path)
    swapped = put(put(value, (one,), value[two]), (two,), value[one])
    return Broken(put(document, path, swapped), f"{shown(path)}: {one} and {two} swapped")


def _names(document: Document) -> SearchStrategy[Broken] | None:
    numbers = {path for path, _ in rationals(document)}
    named = [(p, v) for p, v in places(document) if isinstance(v, str) and len(p) > 1 and p not in numbers]
    names = list(dict.fromkeys(name for _, name in named))
    pairs = [(path, name, other) for path, name in named for other in names if other != name]

    def change(pair: tuple[Path, str, str]) -> Broken:
        path, name, other = pair
        return Broken(put(document, path, other), f"{shown(path)}: {other} for {name}")

    return st.sampled_from(pairs).map(change) if pairs else None


def _flags(document: Document) -> SearchStrategy[Broken] | None:
    flags = [(path, value) for path, value in places(document) if isinstance(value, bool)]
    return (
        st.sampled_from(flags).map(
            lambda flag: Broken(put(document, flag[0], not flag[1]), f"{shown(flag[0])}: turned")
        )
        if flags
        else None
    )


_CHANGES: dict[str, Callable[[Document], SearchStrategy[Broken] | None]] = {
    "number": _numbers,
    "entry": _entries,
    "swap": _swaps,
    "name": _names,
    "flag": _flags,
}
