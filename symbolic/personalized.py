"""The proof of Theorem 3.1, and of 5.1 beside it, from the game's definitions at a fixed size (user 0 stands for all).

Each provider j of T deviates to the shared rule, for user 0 alone: run ``dev j``.
"""

from collections.abc import Callable, Iterator
from itertools import product

import sympy

from alignproof.checks.universal.market import named
from alignproof.symbolic.derivation import (
    TALK,
    Document,
    Expression,
    Place,
    bound,
    by_choices,
    induced,
    joint,
    lemma,
    marginal,
    proof,
    worth,
)
from alignproof.symbolic.expectations import BENCHMARK, ERROR_PROVIDERS, ERROR_USERS, GUARANTEED, RATIOS
from alignproof.symbolic.statement import Quantities


def quantities(where: Place, deployer: int) -> Quantities:
    """What the symbols of the bound stand for."""
    return {
        GUARANTEED: sympy.Symbol(named("value:ne", 0)),
        BENCHMARK: sympy.Symbol(named(f"value:shared {deployer}", 0)),
        ERROR_USERS: sympy.Symbol("eps_U"),
        ERROR_PROVIDERS: sympy.Symbol("eps_P"),
        RATIOS: sympy.Add(*(sympy.Symbol(named("r", j)) for j in where.team)),
    }


SHARED = "shared 0"
"""The run in which T's first provider deploys the shared rule."""


def error_signs(where: Place) -> Iterator[Document]:
    """Errors are not negative, since equations (1) and (2) hold somewhere."""
    for error, family, at in ("eps_U", "aligned", (0, 0, 0)), ("eps_P", "separable", (0,) * (where.size.users + 2)):
        sides: Expression = [("1/2", named(f"{family} {side}", *at)) for side in ("above", "below")]
        yield lemma(f"sign of {error}", [(1, error)], proof(sides))


def run_of(j: int) -> str:
    """The name of provider j's deviation."""
    return f"dev {j}"


def shared_rule(where: Place, j: int) -> Document:
    """Provider j's rule: garble, then follow the shared rule for user 0."""
    size, values = where.size, range(where.size.values)

    def chance(x: int, m: int) -> Expression:
        return [(1, named("f", 0, j, x, z), named("S", 0, z, (), m)) for z in values]

    chances = [[chance(x, m) for m in range(size.messages)] for x in range(size.provider_features)]
    how = proof(reduce=("sum f", "sum S"))
    return {
        "name": f"share {j}",
        "provider": str(j),
        "chances": [[[list(map(str, monomial)) for monomial in cell] for cell in row] for row in chances],
        "sums": [how] * size.provider_features,
    }


def deviations(where: Place) -> Iterator[Document]:
    """Each provider of T deploys the shared rule for user 0."""
    for j in where.team:
        yield {"rule": shared_rule(where, j)}
        rules = [f"share {j}", *["own"] * (len(where.members) - 1)]
        yield {"deviate": {"run": run_of(j), "provider": str(j), "rules": rules}}


def conditions(where: Place, x: int) -> list[tuple[int, ...]]:
    """States and user 0's features, these being x: what her garblings are common given."""
    return [(y, x) for y in where.states]


def garbled_alike(where: Place, j: int, x: int, a: int, m: int, *names: str) -> list[tuple[str, Expression]]:
    """Multipliers of the common garbling's equations that turn what T's first provider brings about into what j does:
    user 0, features x, utility of action a on hearing m, times ``names``."""
    return [
        (named("common", 0, j, *at, z), [(1, named("u", 0, a, at[0]), named("S", 0, z, (), m), *names)])
        for at, z in product(conditions(where, x), range(where.size.values))
        if j
    ]


def same_outcome(where: Place) -> Iterator[Document]:
    """On hearing a message of the shared rule user 0 acts the same, whoever deployed it (before Definition 2.11)."""
    for j in where.team:
        yield from same_acts(where, f"shared {j}", j, 0) if j else ()
        yield from same_acts(where, run_of(j), j, j * where.size.user_features)


def same_acts(where: Place, run: str, j: int, first: int) -> Iterator[Document]:
    """On hearing a message of the shared rule that j deploys in ``run``, user 0 acts as if T's first provider did; her
    decisions there start with type ``first``."""
    size = where.size
    for x, m in product(range(size.user_features), range(size.messages)):
        here, there = str(x * size.messages + m), str((first + x) * size.messages + m)
        proofs = [proof(zero=garbled_alike(where, j, x, a, m), reduce=where.newcomer) for a in where.actions]
        decisions = [[f"{SHARED}:0", here], [f"{run}:0", there]]
        yield {"same": {"name": f"same:{run}:{x}:{m}", "decisions": decisions, "proofs": proofs}}


def worth_the_same(where: Place, run: str, value: str) -> Document:
    """``value``, what user 0 gets out of the shared rule in ``run``, is what she gets of T's first provider."""
    size = where.size
    zero = [
        (named(f"same:{run}:{x}:{m}", a), [(1, named(f"taken:{SHARED}:0", x * size.messages + m, a))])
        for x, m, a in product(range(size.user_features), range(size.messages), where.actions)
    ]
    difference: Expression = [(1, value), (-1, named(f"value:{SHARED}", 0))]
    decisions = [
        (SHARED, size.user_features),
        (run, size.user_features * (1 if run.startswith("shared") else size.providers)),
    ]
    scores = [f"score:{at}:0:{k}" for at, types in decisions for k in range(types * size.messages)]
    return lemma(f"the same:{run}", difference, proof(zero=zero, opaque=scores), True)


def switches(where: Place, proceed: list[Document]) -> list[Document]:
    """User 0 moves to each deviator, or the bounds hold at once; then ``proceed``."""
    steps = proceed
    for j in reversed(where.team):
        cases = [
            steps if other == j else [{"conclude": {bound(p): _already(where, j, other, p) for p in where.team}}]
            for other in range(where.size.providers)
        ]
        steps = [{"split": {"decision": [f"pick:{run_of(j)}:0", "0"], "cases": cases}}]
    return steps


def _already(where: Place, j: int, other: int, deployer: int) -> Document:
    """Provider ``other`` serves user 0 no worse than j's shared rule would, and did so before."""
    products: Expression = [(1, named("best:pick:ne:0", 0, other)), (1, named(f"best:pick:{run_of(j)}:0", 0, j))]
    zero = [(f"the same:{run_of(j)}", [(1,)]), *deployed_by(deployer)]
    values = [f"value:shared {p}" for p in where.team]
    return proof(products, zero, opaque=("offer:ne", f"offer:{run_of(j)}", *values))


def deployed_by(deployer: int) -> list[tuple[str, Expression]]:
    """The bound speaks of T's first provider, or is the same."""
    return [(f"the same:shared {deployer}", [(-1,)])] if deployer else []


def alike(where: Place, j: int) -> Iterator[Document]:
    """User 0's induced distribution under j's deviation is that of the shared rule."""
    for a, y in where.cells:
        value: Expression = [(1, named(f"q:{run_of(j)}", 0, a, y)), (-1, named(f"q:{SHARED}", 0, a, y))]
        yield lemma(named(f"alike:{j}", a, y), value, induced_alike(where, j, a, y), True)


def induced_alike(where: Place, j: int, a: int, y: int) -> Document:
    """The identity that j's deploying the shared rule gives user 0's action a and state y the chance that T's first
    provider's does, her acts being the same."""
    size = where.size
    zero = [
        (
            named("common", 0, j, *at, z),
            [
                (1, named("S", 0, z, (), m), named(f"taken:{SHARED}:0", x * size.messages + m, a))
                for m in range(size.messages)
            ],
        )
        for x in range(size.user_features)
        for at, z in product(conditions(where, x), range(size.values))
        if j and at[0] == y
    ]
    return proof(zero=zero, reduce=where.newcomer)


def others_unaffected(where: Place, j: int) -> Iterator[Document]:
    """The deviation changes user 0's outcome only."""
    run = run_of(j)
    for rest, y in product(product(where.actions, repeat=len(where.members) - 1), where.states):
        value = [(sign, named(f"Q:{at}", a, *rest, y)) for at, sign in ((run, 1), ("ne", -1)) for a in where.actions]
        yield lemma(named(f"others:{j}", *rest, y), value, by_choices((run, "ne")), True)


Rest = Callable[[int, tuple[int, ...], int], Expression]
"""What provider j's payoff is but for user 0's part, at the other users' actions and a state."""


def summed(j: int, others: tuple[int, ...], y: int) -> Expression:
    """Equation (1): the other users' parts, and a constant."""
    parts = ((1, named("lambda", j, i), named("F", j, i, a, y)) for i, a in enumerate(others, 1))
    return [*parts, (1, named("c_P", j))]


def unknown(j: int, others: tuple[int, ...], y: int) -> Expression:
    """Separable in user 0 alone: any number."""
    return [(1, named("rest", j, *others, y))]


def no_gain(where: Place, j: int, rest_of: Rest = summed) -> Document:
    """lambda_{j,0} E_dev[F_{j,0}] <= lambda_{j,0} E_ne[F_{j,0}] + 2 eps_P."""
    run, mine = run_of(j), (named("lambda", j, 0),)
    cells = [(named("F", j, 0, a, y), a, y) for a, y in where.cells]
    value = [
        (sign, *mine, part, named(f"q:{at}", 0, a, y)) for part, a, y in cells for at, sign in (("ne", 1), (SHARED, -1))
    ]
    share = (named("s", j),) if where.entrant else ()
    products: Expression = [(1, *share, f"no gain {run}")]
    everything = [(profile, y) for profile in where.profiles for y in where.states]
    for profile, y in everything:
        at = (j, *profile[: where.size.users], y)
        products.append((1, named("Q:ne", *profile, y), named("separable below", *at)))
        products.append((1, named(f"Q:{run}", *profile, y), named("separable above", *at)))
    zero: list[tuple[str, Expression]] = [("mass:ne", [(-1, "eps_P")]), (f"mass:{run}", [(-1, "eps_P")])]
    for part, a, y in cells:
        zero += [
            (named("marginal:ne", 0, a, y), [(-1, *mine, part)]),
            (named(f"marginal:{run}", 0, a, y), [(1, *mine, part)]),
            (named(f"alike:{j}", a, y), [(1, *mine, part)]),
        ]
    for rest, y in product(product(where.actions, repeat=len(where.members) - 1), where.states):
        others = rest_of(j, rest[: where.size.users - 1], y)
        wish: Expression = [(1, named("beta", j), *share, named("wish", j, rest[-1], y))] if where.entrant else []
        zero.append((named(f"others:{j}", *rest, y), [*others, *wish]))
    if where.entrant:
        payoffs = [
            (sign, named(f"Q:{at}", *profile, y), named("P", j, *profile[:-1], y))
            for at, sign in (("ne", -1), (run, 1))
            for profile, y in everything
        ]
        zero.append((named("keeps", j), payoffs))
    how = proof(products, zero, opaque=["Q:ne", f"Q:{run}", "q:ne", f"q:{run}", f"q:{SHARED}"])
    return lemma(f"gain {j}", [*value, (2, "eps_P")], how)


def conclusion(where: Place, deployer: int) -> Document:
    """Weighted by w_{j,0} / lambda_{j,0}, the deviators' conditions add up to the bound."""
    products: Expression = [(1, named("r", j), f"gain {j}") for j in where.team]
    zero: list[tuple[str, Expression]] = [
        (named("worth:ne", 0), [(1,)]),
        (named(f"worth:{SHARED}", 0), [(-1,)]),
        ("whole:ne", [(-1, "eps_U"), (1, named("c_U", 0))]),
        (f"whole:{SHARED}", [(-1, "eps_U"), (-1, named("c_U", 0))]),
    ]
    for a, y in where.cells:
        here, there = (named(f"q:{at}", 0, a, y) for at in ("ne", SHARED))
        products += [(1, here, named("aligned above", 0, a, y)), (1, there, named("aligned below", 0, a, y))]
    for j in where.team:
        weighted = [
            (sign, named("F", j, 0, a, y), named(f"q:{at}", 0, a, y))
            for a, y in where.cells
            for at, sign in (("ne", 1), (SHARED, -1))
        ]
        zero.append((named("ratio", j), weighted))
    zero += deployed_by(deployer)
    return proof(products, zero, opaque=["q:ne", f"q:{SHARED}", *(f"value:shared {p}" for p in where.team)])


def whole(where: Place, run: str, how: Document) -> Document:
    """User 0's induced distribution in a run sums up to 1."""
    value: Expression = [*((1, named(f"q:{run}", 0, a, y)) for a, y in where.cells), (-1,)]
    return lemma(f"whole:{run}", value, how, True)


def proof_of_3_1(where: Place, rest_of: Rest = summed) -> list[Document]:
    """The steps of the proof; ``rest_of``: what is assumed of payoffs."""
    steps = [*error_signs(where), *deviations(where), *same_outcome(where)]
    for j in where.team:
        steps += [worth_the_same(where, f"shared {j}", named(f"value:shared {j}", 0))] if j else []
        steps.append(worth_the_same(where, run_of(j), named(f"offer:{run_of(j)}", 0, j)))
    for i in where.members:
        steps += induced(where, "ne", i)
    steps += [worth(where, "ne", 0), worth(where, SHARED, 0), joint(where, "ne"), *marginal(where, "ne", 0)]
    steps.append(whole(where, "ne", by_choices(("ne",), "sum phi", *where.newcomer)))
    talk = (*TALK, f"sum taken:{SHARED}:0", "sum phi", *where.newcomer)
    steps.append(whole(where, SHARED, proof(reduce=talk)))
    for j in where.team:
        run = run_of(j)
        steps += [*induced(where, run, 0, [f"{SHARED}:0"]), joint(where, run, "ne")]
        steps += [*marginal(where, run, 0, "ne"), *others_unaffected(where, j)]
    last = [step for j in where.team for step in (*alike(where, j), no_gain(where, j, rest_of))]
    last.append({"conclude": {bound(p): conclusion(where, p) for p in where.team}})
    return [*steps, *switches(where, last)]
