"""A theorem that is not in the paper, added in one file: a single user, and providers among whom her utility lies.

Collina, Goel, Roth, Ryu and Shi ("Emergent Alignment via Competition", 2025) let one user choose the best of several
providers. *Approximate weighted alignment*: there are weights w_j >= 0 and a constant c such that, for every action a
and state y, her utility u(a, y) is sum_j w_j u_j(a, y) + c up to eps, where u_j is what provider j earns. The theorem
here: in every equilibrium she gets at least what a shared rule gives her, minus 2 eps; so, if all providers see the
same, what a perfectly aligned provider would give her. ``docs/how-to/add-a-theorem.md`` goes through this file, and
says what of the predecessor's results is not in it.

    python examples/weighted_alignment.py    rows, hypotheses, mutants; certificates in build/examples
    alignproof verify --with examples/weighted_alignment.py    its rows beside the paper's
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial
from pathlib import Path

import sympy

from alignproof.checks.universal.market import named
from alignproof.counterexamples.tightness import Shape, tight
from alignproof.counterexamples.violations import Instance, certify_ratio, setting
from alignproof.formats.certificates import Document, alignment_document, certificate, team_claim
from alignproof.formats.documents import texts
from alignproof.games.algebra import ONE, ZERO
from alignproof.games.alignment import WeakWeights
from alignproof.games.model import Components, Game
from alignproof.symbolic import catalogue, personalized, theorem_3_1
from alignproof.symbolic.derivation import TALK, Expression, Place, bound, by_choices, induced, lemma, marginal, worth
from alignproof.symbolic.derivation import proof as identity
from alignproof.symbolic.expectations import (
    BENCHMARK,
    BENCHMARK_VALUE,
    COMMON,
    EPS_USERS,
    ERROR_USERS,
    GUARANTEED,
    symbol,
    value,
)
from alignproof.symbolic.lemmas import average, same_outcome, switch
from alignproof.symbolic.personalized import SHARED, run_of
from alignproof.symbolic.statement import (
    Argument,
    Hypothesis,
    Index,
    Line,
    Premise,
    Quantities,
    Size,
    Stated,
    Statement,
    Step,
    World,
)
from alignproof.verification.attempts import Case
from alignproof.verification.audit import AuditRow, audit, question
from alignproof.verification.conditions import NotShown
from alignproof.verification.mutation import Fate, fates
from alignproof.verification.rows import claim_task, finding, sizes
from alignproof.verification.run import verify
from alignproof.verification.standalone import write as write_checker
from alignproof.verification.targets import certified, read_target, search_target
from alignproof.verification.universal import statement_tasks
from alignproof.verification.verdict import Row, Task

NAME = "Weighted alignment of a single user"
FACTOR = Fraction(2)

# 1. Between expectations: what the proof adds up. ``ne`` is the equilibrium, ``dev`` provider j's deviation to the
# shared rule, ``shared`` that rule deployed by T's first provider; P is what a provider earns, 1 the user.


def weight(j: Index) -> sympy.Symbol:
    """w_j."""
    return symbol("w", j)


def payoff(where: str, j: Index) -> sympy.Symbol:
    """What provider j earns on average."""
    return symbol(f"P_{where}", j)


def weights(world: World) -> list[Premise]:
    """w_j >= 0."""
    return [Premise(f"weight {j}", weight(j)) for j in world.each_provider()]


def no_gain(world: World) -> list[Premise]:
    """No deviation pays. The proof counts provider j's condition w_j times."""
    return [
        Premise(f"no gain {j}", payoff("ne", j) - payoff("dev", j), factors=(f"weight {j}",))
        for j in world.each_provider()
    ]


def alignment(world: World) -> list[Premise]:
    """Weighted alignment on average, from above at the shared rule and from below in the equilibrium."""

    def fitted(where: str) -> sympy.Expr:
        return world.over_providers(lambda j: weight(j) * payoff(where, j)) + symbol("c")

    return [
        Premise("user at dev", EPS_USERS - value("dev", 1) + fitted("shared")),
        Premise("user at ne", EPS_USERS + value("ne", 1) - fitted("ne")),
    ]


def whoever(world: World) -> list[Premise]:
    """The shared rule brings about the same whoever deploys it."""
    return [
        Premise(f"whoever deviates {j}", payoff("dev", j) - payoff("shared", j), equal=True, multiplier=weight(j))
        for j in world.each_provider()
    ]


def moves(world: World) -> list[Premise]:
    """Below her benchmark she moves to the provider who offers it."""
    return [Premise("switch", value("dev", 1) - BENCHMARK_VALUE)]


# 2. From the definitions: what the kernel is told about the game, in the names of its numbers, and the proof's steps.


def names(where: Place) -> list[str]:
    """The numbers that the hypotheses bring in: weights, the constant, the error."""
    return [*(named("w", j) for j in where.team), "c", "eps_U"]


def signs(where: Place) -> dict[str, Expression]:
    """w_j >= 0."""
    return {named("w", j): [(1, named("w", j))] for j in where.team}


def residuals(where: Place) -> dict[str, Expression]:
    """In every cell (a, y), eps_U bounds u - sum_j w_j u_j - c from both sides."""
    found = {}
    for a, y in where.cells:
        fitted = [*((-1, named("w", j), named("P", j, a, y)) for j in where.team), (-1, "c")]
        above: Expression = [(1, "eps_U"), (1, named("u", 0, a, y)), *fitted]
        found[named("aligned above", a, y)] = above
        found[named("aligned below", a, y)] = [(1, "eps_U"), *((-c, *rest) for c, *rest in above[1:])]
    return found


def quantities(where: Place, deployer: int) -> Quantities:
    """What the symbols of the bound are in the kernel's market."""
    numbers = {GUARANTEED: "value:ne 0", BENCHMARK: f"value:shared {deployer} 0", ERROR_USERS: "eps_U"}
    return {printed: sympy.Symbol(number) for printed, number in numbers.items()}


def gain(where: Place, j: int) -> Document:
    """Provider j earns no more where the shared rule is deployed than in the equilibrium."""
    run = run_of(j)
    cells = [(named("P", j, a, y), a, y) for a, y in where.cells]
    difference = [(s, p, named(f"q:{at}", 0, a, y)) for p, a, y in cells for at, s in (("ne", 1), (SHARED, -1))]
    zero: list[tuple[str, Expression]] = []
    for p, a, y in cells:
        zero += [
            (named("marginal:ne", 0, a, y), [(-1, p)]),
            (named(f"marginal:{run}", 0, a, y), [(1, p)]),
            (named(f"alike:{j}", a, y), [(1, p)]),
        ]
    opaque = ["Q:ne", f"Q:{run}", "q:ne", f"q:{run}", f"q:{SHARED}"]
    return lemma(f"gain {j}", difference, identity([(1, f"no gain {run}")], zero, opaque))


def conclusion(where: Place, deployer: int) -> Document:
    """Weighted by w_j, the gains add up to the bound."""
    products: Expression = [(1, named("w", j), f"gain {j}") for j in where.team]
    for a, y in where.cells:
        here, there = (named(f"q:{at}", 0, a, y) for at in ("ne", SHARED))
        products += [(1, here, named("aligned above", a, y)), (1, there, named("aligned below", a, y))]
    zero: list[tuple[str, Expression]] = [
        (named("worth:ne", 0), [(1,)]),
        (named(f"worth:{SHARED}", 0), [(-1,)]),
        ("whole:ne", [(-1, "eps_U"), (1, "c")]),
        (f"whole:{SHARED}", [(-1, "eps_U"), (-1, "c")]),
        *personalized.deployed_by(deployer),
    ]
    return identity(products, zero, ["q:ne", f"q:{SHARED}", *(f"value:shared {p}" for p in where.team)])


def steps(where: Place) -> list[Document]:
    """The proof: each provider of T may deploy the shared rule; where the user would then move to him, his gain and
    her alignment add up to the bound, and where she would not she had her benchmark before."""
    halves: Expression = [("1/2", named(f"aligned {side}", 0, 0)) for side in ("above", "below")]
    found = [lemma("sign of eps_U", [(1, "eps_U")], identity(halves))]
    found += [*personalized.deviations(where), *personalized.same_outcome(where)]
    for j in where.team:
        alone = [(f"shared {j}", named(f"value:shared {j}", 0))] if j else []
        for run, number in (*alone, (run_of(j), named(f"offer:{run_of(j)}", 0, j))):
            found.append(personalized.worth_the_same(where, run, number))
    found += [*induced(where, "ne", 0), worth(where, "ne", 0), worth(where, SHARED, 0), *marginal(where, "ne", 0)]
    found.append(personalized.whole(where, "ne", by_choices(("ne",), "sum phi")))
    found.append(personalized.whole(where, SHARED, identity(reduce=(*TALK, f"sum taken:{SHARED}:0", "sum phi"))))
    for j in where.team:
        found += [*induced(where, run_of(j), 0, [f"{SHARED}:0"]), *marginal(where, run_of(j), 0, "ne")]
    last = [step for j in where.team for step in (*personalized.alike(where, j), gain(where, j))]
    last.append({"conclude": {bound(p): conclusion(where, p) for p in where.team}})
    return [*found, *personalized.switches(where, last)]


# 3. At all sizes: why each premise of 1 follows from what the definitions say in every cell.

AT_ALL_SIZES = (
    Step("user at dev", lambda s: average(s, "user at dev", {"u_dev_1": "u_c", "P_shared_j": "P_j_c"})),
    Step("user at ne", lambda s: average(s, "user at ne", {"u_ne_1": "u_c", "P_ne_j": "P_j_c"})),
    Step(
        "whoever deviates j",
        lambda s: same_outcome(s, "whoever deviates j", "P_dev_j", "P_shared_j"),
        ("common garbling", "ties"),
    ),
    Step("switch", lambda s: switch(s, ("eps_U",)), ("common garbling", "weighted alignment")),
)


# 4. In a market: the certificate that weighted alignment holds. It is weak alignment (Definition 2.13) of one user, the
# component of each provider being his payoff.


def cells(game: Game, j: int) -> tuple[tuple[Fraction, ...], ...]:
    """What provider j earns: a row for each action of the only user, with a number for each state."""
    earned = game.providers[j].payoff
    return tuple(
        tuple(Fraction(earned.value((a,), y)) for y in range(len(game.states)))
        for a in range(len(game.users[0].actions))
    )


def aligned(case: Instance) -> tuple[Document, Mapping[sympy.Symbol, Fraction]]:
    """The certificate, and the error. Raises NotShown if no provider counts.

    The kernel asks for w >= 0. Where w_j < 0 the certificate is about the market in which j earns 1 - u_j instead: the
    equation is the same, since w_j u_j = w_j + |w_j| (1 - u_j).
    """
    found, game = case.weights, case.game
    if not isinstance(found, WeakWeights) or len(game.users) != 1 or not any(row[0] for row in found.users.values()):
        raise NotShown("no provider counts in her utility")
    shares = {j: Fraction(row[0]) for j, row in found.users.items()}
    earned = {j: cells(game, j) for j in shares}
    for j, share in shares.items():
        if share < 0:
            earned[j] = tuple(tuple(1 - cell for cell in row) for row in earned[j])
    plain = {j: Components((ONE,), (rows,), ZERO) for j, rows in earned.items()}
    others = enumerate(game.providers)
    turned = replace(game, providers=tuple(replace(who, payoff=plain[j]) if j in plain else who for j, who in others))
    constant = Fraction(found.constants[0]) + sum((share for share in shares.values() if share < 0), ZERO)
    fit = WeakWeights(plain, {j: (abs(share),) for j, share in shares.items()}, (constant,))
    errors = fit.errors(turned)
    claim = team_claim(turned, tuple(shares), alignment=alignment_document(fit, errors))
    return certificate("aligned", claim, {}), {ERROR_USERS: errors[0]}


# The statement.

HYPOTHESES = (
    Hypothesis("weights", "w_j >= 0", "Weighted alignment", weights, stated=Stated(names, signs)),
    Hypothesis(
        "weighted alignment",
        "|u(a, y) - sum_j w_j u_j(a, y) - c| <= eps_U for every action a and state y",
        "Weighted alignment",
        alignment,
        stated=Stated(names, residuals),
        shown=aligned,
    ),
    Hypothesis("equilibrium", "no provider of T gains by deviating", "Definition 2.6", no_gain, "equilibrium"),
    Hypothesis(
        "common garbling",
        "the shared rule reads a garbling that is common given the state and the user's own features",
        "Definition 2.8, with her features",
        lambda world: [],
        "common given state and user",
    ),
    Hypothesis(
        "ties",
        "the user's ties between actions and messages do not depend on the provider she asks",
        "Definition 2.5",
        lambda world: [],
        "ties blind to the provider",
    ),
    Hypothesis("same outcome", "as the shared rule is deployed", "before Definition 2.11", whoever, derived=True),
    Hypothesis("switch", "she moves to a better offer", "proof of Theorem 3.1", moves, derived=True),
)

LINES = (
    Line(r"\mathbb{E}_{dev}[u_j] \le \mathbb{E}_{NE}[u_j]", "in an equilibrium no provider j of T gains"),
    Line(
        r"\sum_j w_j\,\mathbb{E}_{dev}[u_j] \le \sum_j w_j\,\mathbb{E}_{NE}[u_j]",
        "weighted by w_j; the shared rule brings about the same whoever deploys it",
    ),
    Line(
        r"u_i^U(C^*_{S,T}(i)) - \varepsilon_U \le \sum_j w_j\,\mathbb{E}_{dev}[u_j] + c",
        "weighted alignment under the shared rule, to which she moves",
    ),
    Line(
        r"\sum_j w_j\,\mathbb{E}_{NE}[u_j] + c \le \mathbb{E}_{NE}[u_i^U] + \varepsilon_U",
        "weighted alignment in the equilibrium",
    ),
)

PLACES = (("111111111", "P"), ("122222222", "P"), ("132222222", "P"), ("133333222", "P"))
"""n, k, |T|, |A|, |Y|, |M|, features of the user and of a provider, values of a garbling; and the protocol."""


def statement(factor: Fraction = FACTOR) -> Statement:
    """The theorem with slack ``factor * eps_U``."""
    return Statement(
        NAME,
        "One user whose utility is nearly a nonnegative combination of what providers earn",
        "examples/weighted_alignment.py, after Collina et al. 2025",
        HYPOTHESES,
        GUARANTEED,
        BENCHMARK - sympy.Rational(factor.numerator, factor.denominator) * ERROR_USERS,
        lambda world: COMMON,
        Argument(("P",), "personalized", quantities, steps, lemmas=AT_ALL_SIZES, places=PLACES),
        LINES,
    )


STATEMENT = statement()


# 5. Markets: one that meets the bound, and for each hypothesis one that breaks the theorem without it.


def weighted(case: Instance) -> Instance:
    """A market of one user with weak alignment, as one of weighted alignment: u_j = lambda_j F_j + c_j up to an error,
    so w_j F_j is (w_j / lambda_j) u_j up to a constant. Raises NotShown where w_j is not 0 and lambda_j is."""
    found, game = case.weights, case.game
    if not isinstance(found, WeakWeights) or len(game.users) != 1:
        raise NotShown("it is not weak alignment of one user")
    plain, shares, constant = {}, {}, Fraction(found.constants[0])
    for j, parts in found.providers.items():
        share, scale = Fraction(found.users[j][0]), Fraction(parts.weights[0])
        if share and not scale:
            raise NotShown("a component without weight")
        ratio = share / scale if share else ZERO
        plain[j], shares[j] = Components((ONE,), (cells(game, j),), ZERO), (ratio,)
        constant -= ratio * Fraction(parts.constant)
    return replace(case, weights=WeakWeights(plain, shares, (constant,)))


def meets() -> Task:
    """The user loses exactly 2 eps: no smaller factor will do."""
    case = weighted(tight("Theorem 3.1", Shape(1, 1, 3, 2, 2), ONE))
    wanted = setting(case) | {"factors": texts(case.factors)}
    scope = sizes(case.game, "she falls short by 2 eps", play="personalized")
    return claim_task(
        f"{NAME} is tight", scope, "PROVED", lambda: finding("PROVED", certify_ratio(case)), "bound-met", wanted
    )


def tasks(theorem: Statement = STATEMENT) -> Iterator[Task]:
    """The rows: ``alignproof verify --with`` asks for them."""
    yield from statement_tasks(theorem, [Size(1, k) for k in (1, 2, 3, 10)])
    yield meets()


def broken(hypothesis: str, seconds: float = 120.0) -> Instance | None:
    """A market, found by the search for Theorem 3.1, in which all but the hypothesis holds and the theorem fails."""
    theirs = {"weighted alignment": "user alignment"}.get(hypothesis, hypothesis)
    found: list[Instance] = []

    def documents(target: object, proposed: Instance) -> Sequence[Document]:
        try:
            case = weighted(proposed)
        except NotShown:
            return []
        shown = certified(replace(wanted, statement=STATEMENT.without(hypothesis)), case)
        found.extend([case] if shown else [])
        return shown

    wanted = read_target(theorem_3_1.statement(), [theirs])
    search_target(wanted, seconds, certify=documents)
    return found[0] if found else None


def needs(folder: Path) -> list[AuditRow]:
    """Whether the theorem needs each of its hypotheses."""
    asked = []
    for hypothesis in STATEMENT.hypotheses:
        if not hypothesis.derived:
            case = broken(hypothesis.name)
            asked.append(question(STATEMENT, hypothesis, Case(partial(replace, case)) if case else None))
    return audit(asked, folder)


def show(row: Row) -> str:
    """A verdict row."""
    return (
        f"{row.verdict:8} {row.result}: {row.scope} [{row.depth}; trusts {row.trusts}] {row.certificate} {row.reason}"
    )


def main(out: Path = Path("build/examples")) -> int:
    """Print the theorem and its rows, and write the certificates. 0 if all is as it should be, else 1."""
    print(catalogue.text(STATEMENT), end="\n\n")
    rows = verify(list(tasks()), out / "weighted_alignment", lambda task: None)
    print(*map(show, rows), sep="\n", end="\n\n")
    audited = needs(out / "weighted_alignment_hypotheses")
    print(*(f"{row.verdict:8} {row.hypothesis}: {row.scope}" for row in audited), sep="\n", end="\n\n")
    mutants: list[Fate] = list(fates([STATEMENT]))
    print(*(f"{'killed' if fate.killed else 'proved':8} {fate.mutant.change}" for fate in mutants), sep="\n")
    write_checker(out.parent / "alignproof-check.py")
    print(f"\ncertificates: {out}; checker: {out.parent / 'alignproof-check.py'}")
    good = all(row.reached for row in rows) and all(row.settled and not row.fault for row in audited)
    return 0 if good and all(fate.killed for fate in mutants) else 1


if __name__ == "__main__":
    sys.exit(main())
