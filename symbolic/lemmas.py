"""From the definitions to a statement's premises, for any numbers of everything, where the provider speaks once.

At the level of expectations a statement has premises that are not assumptions about the game but steps of the proof:
averages of equations (1)-(3), "the others do as before", "the same whoever deploys it", "nobody loses". Each follows
from lemmas here, proved like the statements themselves (:mod:`alignproof.symbolic.induction`).

Indices: c a cell of a distribution over actions and states, Q_c its chance; w a point of the prior, s what a rule reads
or a state with her features, and (s, w) a point that has them; l a provider whom a user may ask; m a message, or
a transcript in which the shared rule speaks its part with chance S_m if the garbling is z; a an action. (If the
provider spoke twice, deploying a shared rule would take a rule that remembers z: Kuhn's theorem.)

What a reader must trust here, besides :mod:`alignproof.symbolic.induction`: that the premises of a lemma are what the
definitions say at a point, a cell or a transcript, and how lemmas are put together, which is by induction over the
transcript from its end ("the end", "the provider speaks", "the user speaks") and over the users ("one more user"), by
cases (a deviator of T is asked, or one is not and the bound holds at once), and by sameness: whoever decides among
equal scores by the same order decides the same, and whoever hears the same rules does the same.
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import sympy

from alignproof.checks.universal.market import Size as MarketSize
from alignproof.games.algebra import ONE
from alignproof.games.polynomial import Polynomial, variable
from alignproof.symbolic.derivation import Place
from alignproof.symbolic.expectations import symbol
from alignproof.symbolic.induction import GENERIC, AnyNumber, Fact, Obligation, added, expression, inductive
from alignproof.symbolic.statement import Premise, Statement, polynomial

HALF = ONE / 2


@dataclass(frozen=True)
class Lemma:
    """``establishes``: the premises of a statement that it shows; none, if other lemmas or readers use it."""

    name: str
    text: str
    obligations: tuple[Obligation, ...]
    establishes: tuple[str, ...] = ()


def _lemma(
    name: str, text: str, premises: list[Premise], goal: sympy.Expr, world: AnyNumber, equal: bool = True
) -> Lemma:
    fact = Fact(polynomial(goal), "=" if equal else ">=")
    return Lemma(name, text, tuple(inductive(world, premises, fact)))


def _premise(statement: Statement, world: AnyNumber, name: str) -> Polynomial:
    """What a premise of a statement says to be nonnegative or zero."""
    (premise,) = (premise for premise in statement.premises(world) if premise.name == name)
    return polynomial(premise.value)


def average(statement: Statement, name: str, at_cell: Mapping[str, str]) -> Lemma:
    """The premise ``name``, which is an equation of the paper on average: it holds in each cell.

    ``at_cell`` says which number of a cell each of the premise's expectations is the expectation of. Payoffs, utilities
    and components are functions of the joint action profile and the state, so one joint distribution serves them all.
    """
    world = AnyNumber()
    value = _premise(statement, world, name)
    cell = world.defined(value, {symbol: (frozenset(), (number,)) for symbol, number in at_cell.items()})
    goal = world.defined(value, {symbol: (frozenset("c"), ("Q_c", number)) for symbol, number in at_cell.items()})
    fixed = Polynomial({m: c for m, c in cell.terms.items() if not any("c" in world.depends(name) for name, _ in m)})
    premises = [
        Premise("Q c", symbol("Q", "c")),
        Premise("in cell c", expression(cell), factors=("Q c",)),
        Premise("mass", world.over("c", symbol("Q", "c")) - 1, equal=True, multiplier=-expression(fixed)),
    ]
    text = "an inequality that holds for every action profile and state holds in expectation"
    return Lemma(f"average: {name}", text, tuple(inductive(world, premises, Fact(goal, ">="))), (name,))


def _conversation() -> Iterator[Lemma]:
    """Backward induction over a transcript, from each source s of the provider's rule, reached with chance r_s.

    Two things hold at the end, and whoever speaks they carry over from the longer transcripts: what the user does adds
    up to the chance of getting there, and her value is the expectation of her utility.
    """
    world = AnyNumber()
    reach, said = symbol("r", "s"), symbol("c", "s", "m")
    act, say, stake = symbol("d", "a"), symbol("d", "m"), symbol("g", "s", "a")
    later, worth = symbol("A", "m", "s", "a"), symbol("W", "m")
    one = Premise("one", world.over("a", act) - 1, equal=True, multiplier=reach)

    def expected(acts: sympy.Expr) -> sympy.Expr:
        return world.over("s", world.over("a", acts * stake))

    text = "Definitions 2.1, 2.5"
    yield _lemma("acts add up: the end", text, [one], world.over("a", act * reach) - reach, world)
    for who, chance, reached, weight in (("provider", said, reach * said, sympy.S.One), ("user", say, reach, say)):
        one = Premise("one", world.over("m", chance) - 1, equal=True, multiplier=reach)
        longer = Premise("longer m", world.over("a", later) - reached, equal=True, multiplier=weight)
        goal = world.over("a", world.over("m", weight * later)) - reach
        yield _lemma(f"acts add up: the {who} speaks", text, [one, longer], goal, world)
    best = world.over("a", act * world.over("s", stake * reach))
    yield _lemma("a value is an expected utility: the end", text, [], best - expected(act * reach), world)
    for who, weight in (("provider", sympy.S.One), ("user", say)):
        longer = Premise("longer m", worth - expected(later), equal=True, multiplier=weight)
        goal = world.over("m", weight * worth) - expected(world.over("m", weight * later))
        yield _lemma(f"a value is an expected utility: the {who} speaks", text, [longer], goal, world)


def _choice() -> Iterator[Lemma]:
    """She picks one provider; what she does and gets is what she does and gets with him."""
    world = AnyNumber()
    pick, acts = symbol("pick", "l"), symbol("A", "l", "a")
    premises = [
        Premise("pick", world.over("l", pick) - 1, equal=True),
        Premise("acts l", world.over("a", acts) - 1, equal=True, multiplier=pick),
    ]
    goal = world.over("a", world.over("l", pick * acts)) - 1
    yield _lemma("acts add up: the choice of a provider", "Definition 2.5", premises, goal, world)
    yield _points()
    worth, stake = symbol("v", "l"), symbol("g", "w", "a")
    acts = symbol("A", "l", "w", "a")
    each = worth - world.over("w", world.over("a", acts * stake))
    goal = world.over("l", pick * worth) - world.over("w", world.over("a", world.over("l", pick * acts) * stake))
    premises = [Premise("offer l", each, equal=True, multiplier=pick)]
    name = "a value is an expected utility: the choice of a provider"
    yield _lemma(name, "Definitions 2.4, 2.5, 2.10", premises, goal, world)


def _points() -> Lemma:
    """A conversation is about her features x and the source s; e says whether a point w has them (1 or 0)."""
    world = AnyNumber()
    has, acts, worth = symbol("e", "w", "x", "s"), symbol("A", "x", "s", "a"), symbol("g", "w", "a")
    stake = world.over("w", has * worth)
    at_point = world.over("x", world.over("s", has * acts))
    by_features = world.over("x", world.over("s", world.over("a", acts * stake)))
    goal = by_features - world.over("w", world.over("a", at_point * worth))
    return _lemma("a value is an expected utility: from features to points", "Definition 2.4", [], goal, world)


def _marginal() -> Iterator[Lemma]:
    """Users act independently given all features, so what one does is averaged as if she were alone: one more user's
    acts, which add up to 1, leave the average over the users so far (E) as it is. So does a whole prior.

    The average is of anything that depends on her action and the state; of 1, so that joint distributions add up to 1.
    """
    text = "after Definition 2.5: the joint distribution has the induced distributions as marginals"
    world = AnyNumber()
    average, acts = symbol("E"), symbol("A", "a")
    one = Premise("acts", world.over("a", acts) - 1, equal=True, multiplier=average)
    yield _lemma("marginals: one more user", text, [one], world.over("a", average * acts) - average, world)
    world = AnyNumber()
    joint, alone = symbol("E", "w"), symbol("q", "w")
    premises = [Premise("at w", joint - alone, equal=True, multiplier=symbol("phi", "w"))]
    goal = world.over("w", symbol("phi", "w") * joint) - world.over("w", symbol("phi", "w") * alone)
    yield _lemma("marginals: the prior", text, premises, goal, world)


def marginals_suffice() -> Lemma:
    """Footnote 1: what a user does with provider j depends on the joint distribution of (x_i, x_j, y) alone.

    Here s is such a triple, mu_s its chance, and g_s what an action is worth to her in it, times what j's rule and the
    conversation so far make of s: the scores on which she decides are sums of mu_s g_s.
    """
    world = AnyNumber()
    chance, worth = symbol("phi", "s", "w"), symbol("g", "s")
    marginal = world.over("w", chance) - symbol("mu", "s")
    premises = [Premise("marginal s", marginal, equal=True, multiplier=worth)]
    goal = world.over("s", world.over("w", chance * worth)) - world.over("s", symbol("mu", "s") * worth)
    return _lemma("The marginals of footnote 1 suffice", "Section 2, footnote 1", premises, goal, world)


def _same_scores() -> Iterator[Lemma]:
    """On hearing m from whoever deploys the shared rule, an action is worth the same to her, so she does the same; and
    then so is what she may say before."""
    text, name = "before Definition 2.11", "the same scores whoever deploys it"
    world = AnyNumber()
    chance, garbled, image = symbol("phi", "s", "w"), symbol("f", "s", "w", "z"), symbol("G", "s", "z")
    said, gain = symbol("S", "z"), symbol("u", "s")
    common = world.over("w", chance * garbled) - image
    premises = [Premise("common s z", common, equal=True, multiplier=said * gain)]
    deployed = world.over("s", gain * world.over("w", chance * world.over("z", garbled * said)))
    goal = deployed - world.over("s", gain * world.over("z", image * said))
    yield _lemma(f"{name}: the end", text, premises, goal, world)
    here, there, taken = symbol("v_here", "m"), symbol("v_there", "m"), symbol("d", "m")
    for who, weight in (("provider", sympy.S.One), ("user", taken)):
        world = AnyNumber()
        longer = Premise("longer m", here - there, equal=True, multiplier=weight)
        goal = world.over("m", weight * here) - world.over("m", weight * there)
        yield _lemma(f"{name}: the {who} speaks", text, [longer], goal, world)


def same_outcome(statement: Statement, name: str, deviation: str = "F_dev_j_1", shared: str = "F_shared_j_1") -> Lemma:
    """The premise ``name``, that two expectations are the same: with the same decisions any function of her action and
    the state has the same, in j's ``deviation`` to the shared rule and where the rule is ``shared``."""
    world = AnyNumber()
    chance, garbled, image = symbol("phi", "s", "w"), symbol("f", "s", "w", "z"), symbol("G", "s", "z")
    common = world.over("w", chance * garbled) - image
    heard = world.over("m", symbol("S", "z", "m") * world.over("a", symbol("d", "s", "m", "a") * symbol("g", "s", "a")))
    premises = [Premise("common s z", common, equal=True, multiplier=heard)]
    factors = ("S_z_m", "d_s_m_a", "g_s_a")
    goal = world.defined(
        _premise(statement, world, name),
        {
            deviation: (frozenset("swzma"), ("phi_s_w", "f_s_w_z", *factors)),
            shared: (frozenset("szma"), ("G_s_z", *factors)),
        },
    )
    text = "before Definition 2.11, for a garbling that is common given the state and her own features"
    return Lemma(f"average: {name}", text, tuple(inductive(world, premises, Fact(goal, "="))), (name,))


def _unaffected(statement: Statement, name: str, pairs: Mapping[str, str]) -> Lemma:
    """Users who hear what they heard do as they did: the same chances of their actions at every point."""
    world = AnyNumber()
    definitions = {s: (frozenset("wa"), ("phi_w", f"acts_{run}_w_a", "g_w_a")) for s, run in pairs.items()}
    same = symbol("acts_dev", "w", "a") - symbol("acts_ne", "w", "a")
    multiplier = symbol("phi", "w") * symbol("g", "w", "a")
    premises = [Premise("as before w a", same, equal=True, multiplier=multiplier)]
    goal = Fact(world.defined(_premise(statement, world, name), definitions), "=")
    text = "each user observes only the rules chosen for her (Definition 2.2), and marginals"
    return Lemma(f"unaffected: {name}", text, tuple(inductive(world, premises, goal)), (name,))


def _new_payoff(statement: Statement, name: str) -> Lemma:
    """What a provider does not gain in G+, (1 - beta_j) P_j + beta_j f_j in each cell, is what the premise says."""
    world, share = AnyNumber(), symbol("beta", "j")
    cell = (1 - share) * symbol("P", "j", "c") + share * symbol("f", "j", "c")
    ne, dev = (world.over("c", symbol(f"Q_{run}", "c") * cell) for run in ("ne", "dev"))
    definitions = {f"{x}_{run}_j": (frozenset("c"), (f"Q_{run}_c", f"{x}_j_c")) for x in "Pf" for run in ("ne", "dev")}
    goal = world.defined(_premise(statement, world, name), definitions)
    obligations = inductive(world, [Premise("no gain", ne - dev)], Fact(goal, ">="))
    return Lemma(f"the payoff in G+: {name}", "Section 5, Definition 2.6", tuple(obligations), (name,))


def _error_sign(name: str) -> Obligation:
    """An error that bounds a residual from both sides, e in some cell, is not negative."""
    error, residual = variable(name), variable("e_c")
    sides = Fact(error + residual, ">="), Fact(error - residual, ">=")
    return Obligation(f"{name} is not negative", sides, Fact(error, ">="), ((HALF, (0,)), (HALF, (1,))))


def switch(statement: Statement, errors: Sequence[str]) -> Lemma:
    """The premise ``switch``: below her benchmark she moves to the deviator, who offers it.

    If she asks another then she had it before, and the bound holds since the ``errors`` and ratios in its slack are not
    negative; errors are not since the equations that they are of hold somewhere.
    """
    before, after, other, offer = map(variable, ("u_ne_1", "u_dev_1", "v_l", "v_j"))
    world, benchmark = AnyNumber(), variable("benchmark")
    ratios = world.summed("j", variable("r_j"))
    numbers = [*map(variable, errors), ratios]
    had_it = Fact(before - benchmark, ">=")
    stays = (Fact(before - other, ">="), Fact(other - offer, ">="), Fact(offer - benchmark, "="))
    given = (had_it, *(Fact(value, ">=") for value in numbers))
    bound = Fact(polynomial(statement.conclusion(world)), ">=")
    slack = [(abs(c), m) for m, c in (bound.value - had_it.value).terms.items()]
    places = {name: k for k, number in enumerate(numbers, 1) for m in number.terms for name, _ in m}
    products = tuple((c, tuple(places[name] for name, _ in m)) for c, m in slack if all(n in places for n, _ in m))
    ratio = [Premise("ratio j", symbol("r", "j"))]
    moves = (Fact(after - offer, "="), Fact(offer - benchmark, "="))
    return Lemma(
        "switch",
        "proof of Theorem 3.1, with the case that she asks another provider l",
        (
            added("she asks another: she had it before", stays, had_it),
            *map(_error_sign, errors),
            *inductive(world, ratio, Fact(ratios, ">=")),
            Obligation("she had it before: the bound holds", given, bound, ((ONE, (0,)), *products)),
            added("she asks the deviator", moves, Fact(_premise(statement, world, "switch"), ">=")),
        ),
        ("switch",),
    )


def _weak_errors(statement: Statement) -> list[str]:
    """The errors of equations (1) and (2), those that are assumed."""
    equations = {"eps_U": "user alignment", "eps_P": "separable payoffs"}
    return [name for name, equation in equations.items() if statement.assumes(equation)]


def _best_of(statement: Statement, name: str, loss: Polynomial, own: Iterator[Obligation]) -> Lemma:
    """She asks the best of all; only the deviator's offer changed, and is no worse than before by ``own``, but for the
    ``loss``."""
    world = AnyNumber()
    pick, after, before = symbol("pick", "l"), symbol("v_dev", "l"), symbol("v_ne", "l")
    value, lost = symbol("u_dev", "i"), expression(loss)
    premises = [
        Premise("pick l", pick),
        Premise("best l", value - after, factors=("pick l",)),
        Premise("offer l", after - before + lost, factors=("pick l",)),
        Premise("one", world.over("l", pick) - 1, equal=True, multiplier=-(value + lost)),
    ]
    goal = world.defined(_premise(statement, world, name), {"u_ne_i": (frozenset("l"), ("pick_l", "v_ne_l"))})
    change = variable("v_dev") - variable("v_ne")
    kept = [Fact(change, "="), *([Fact(loss, ">=")] if loss.terms else [])]
    other = added("another's offer is as before", kept, Fact(change + loss, ">="))
    shown = (other, *own, *inductive(world, premises, Fact(goal, ">=")))
    return Lemma(f"best of all: {name}", "Definition 2.5, and what the deviator's rule is worth", shown, (name,))


def _by_dominance() -> Iterator[Obligation]:
    """The deviator's offer: user-dominance says so."""
    change = Fact(variable("v_dev") - variable("v_ne"), ">=")
    yield added("the deviator's offer is dominant", [change], change)


def _by_delta() -> Iterator[Obligation]:
    """The deviator's offer: at least the shared rule, and his old rule was worth at most Delta_R(j) more."""
    after, before, benchmark, delta = map(variable, ("v_dev", "v_ne", "benchmark_i", "Delta"))
    serves, bounded = Fact(after - benchmark, ">="), Fact(benchmark + delta - before, ">=")
    yield added("the deviator's offer is Delta worse at most", [serves, bounded], Fact(after - before + delta, ">="))
    also = Fact(benchmark + delta - after, ">=")
    yield added("Delta_R(j) is not negative: his new rule is one of his rules", [serves, also], Fact(delta, ">="))


def _by_old_openings() -> Iterator[Obligation]:
    """The deviator's offer, with a message to spare: after the first message of each of her types x, which is not the
    spare one, all is as before. (There is one: the types are fewer than the messages.)"""
    world = AnyNumber()
    value, later, before = symbol("v", "x"), symbol("later", "x"), symbol("before", "x")
    premises = [Premise("best x", value - later), Premise("as before x", later - before, equal=True)]
    goal = world.over("x", value) - world.over("x", before)
    yield from inductive(world, premises, Fact(polynomial(goal), ">="))


def _served(statement: Statement) -> Iterator[Lemma]:
    """A rule under which every decision is best is worth no less than doing as under the shared rule: at the end, and
    carried over from longer transcripts whoever speaks. In Theorem 4.4 her first message names her own branch."""
    text = "Definition 4.2, and the own branch of Theorem 4.4: she may do as she would under the shared rule"
    for where, index in (("the end", "a"), ("the user speaks", "m")):
        world = AnyNumber()
        taken, score, mine = symbol("d", index), symbol("score", index), symbol("later", index)
        value = symbol("v")
        premises = [
            Premise(f"d {index}", taken),
            Premise(f"best {index}", value - mine, factors=(f"d {index}",)),
            Premise(f"later {index}", mine - score, factors=(f"d {index}",)),
            Premise("one", world.over(index, taken) - 1, equal=True, multiplier=-value),
        ]
        goal = value - world.over(index, taken * score)
        yield _lemma(f"serving her: {where}", text, premises, goal, world, equal=False)
    world = AnyNumber()
    longer = symbol("v", "m") - symbol("score", "m")
    goal = world.over("m", symbol("v", "m")) - world.over("m", symbol("score", "m"))
    yield _lemma("serving her: the provider speaks", text, [Premise("longer m", longer)], goal, world, equal=False)
    chain = list(map(variable, ("u_dev_1", "v_dev", "v_shared", "benchmark")))
    given = [Fact(more - less, ">=") for more, less in pairwise(chain)]
    text = "she asks the best of all, the deviator's offer is worth what a deployed shared rule would be, or more"
    gets_it = added("she gets it", given, Fact(_premise(statement, world, "switch"), ">="))
    yield Lemma("serving her: the choice of a provider", text, (gets_it,), ("switch",))


@cache
def _general() -> tuple[Lemma, ...]:
    """The lemmas of all statements."""
    return (*_conversation(), *_choice(), *_marginal())


@cache
def lemmas(statement: Statement) -> tuple[Lemma, ...]:
    """The lemmas from which a statement's premises follow, by its hypotheses about the game."""
    return tuple(_lemmas(statement))


def _own(statement: Statement, premises: Set[str], hypotheses: Set[str]) -> Iterator[Lemma]:
    """The lemmas that the statement brings along, of those premises and under those hypotheses that it has."""
    for step in statement.argument.lemmas:
        if step.premise in premises and set(step.needs) <= hypotheses:
            yield step.build(statement)


def _lemmas(statement: Statement) -> Iterator[Lemma]:
    names = {premise.name for premise in statement.premises(AnyNumber())}
    hypotheses = {hypothesis.name for hypothesis in statement.hypotheses}
    common = statement.assumes("common given state and user")
    yield from _general()
    if common:
        yield from _same_scores()
    yield from _own(statement, names, hypotheses)
    names -= {step.premise for step in statement.argument.lemmas}
    if "dev payoff j" in names:
        for run in ("dev", "ne"):
            parts = {f"F_{run}_j_{i}": f"F_j_{i}_c" for i in "1i"} | {f"rest_{run}_j": "rest_j_c"}
            yield average(statement, f"{run} payoff j", {f"P_{run}_j": "P_j_c", **parts})
    if "user at dev" in names:
        yield average(statement, "user at dev", {"u_dev_1": "u_c", "F_shared_j_1": "F_j_c"})
        yield average(statement, "user at ne", {"u_ne_1": "u_c", "F_ne_j_1": "F_j_c"})
    if "same part j i" in names:
        yield _unaffected(statement, "same part j i", {"F_dev_j_i": "dev", "F_ne_j_i": "ne"})
    if "same rest j" in names:
        yield _unaffected(statement, "same rest j", {"rest_dev_j": "dev", "rest_ne_j": "ne"})
    if "whoever deviates j" in names and common and statement.assumes("ties blind to the provider"):
        yield same_outcome(statement, "whoever deviates j")
    if "switch" in names and common and statement.argument.play == "personalized":
        yield switch(statement, _weak_errors(statement))
    if "new user j" in names:
        yield _unaffected(statement, "new user j", {"f_dev_j": "dev", "f_ne_j": "ne"})
        yield _new_payoff(statement, "no gain j")
    if "dev payoff" in names:
        for run in ("dev", "ne"):
            utilities = {f"u_{run}_{i}": f"u_{i}_c" for i in "1i"}
            yield average(statement, f"{run} payoff", {f"P_{run}": "P_c", **utilities})
    if "switch" in names and common and statement.argument.play == "anonymous":
        yield from _served(statement)
    spare = "spare message" in hypotheses
    if "no worse i" in names and ("opening" in hypotheses or not spare):
        offers = _by_old_openings() if spare else _by_dominance()
        yield _best_of(statement, "no worse i", Polynomial({}), offers)
    if "loss i" in names and {"opening", "messages"} <= hypotheses:
        yield _best_of(statement, "loss i", variable("Delta"), _by_delta())


def open_premises(statement: Statement) -> set[str]:
    """Premises, other than the hypotheses about weights and the equilibrium, that no lemma establishes.

    Those are about the numbers of a game or a profile as they are: signs, quotients, and that deviating does not pay.
    So is a premise about nothing but the numbers that the statement's hypotheses bring in themselves.
    """
    world = AnyNumber()
    taken = ("user weights", "provider weights", "coverage", "equilibrium", "shares")
    found = (p for h in statement.hypotheses if (h.part_of or h.kernel) not in taken for p in h.premises(world))
    stated = _stated_families(statement)
    steps = {p.name for p in found if not {_family(s.name) for s in p.value.free_symbols} <= stated}
    return steps - {name for lemma in lemmas(statement) for name in lemma.establishes}


def _family(symbol: str) -> str:
    """A symbol's name without its indices."""
    words = symbol.split("_")
    while len(words) > 1 and (words[-1].isdigit() or words[-1] in GENERIC):
        words.pop()
    return "_".join(words)


def _stated_families(statement: Statement) -> set[str]:
    """The families of numbers that hypotheses bring in, which do not depend on the size."""
    argument = statement.argument
    where = Place(MarketSize(*[1] * 9), argument.protocols[0], argument.play, argument.entrant)
    stated = (h.stated for h in statement.hypotheses if h.stated)
    return {name.partition(" ")[0] for one in stated for name in one.variables(where)}
