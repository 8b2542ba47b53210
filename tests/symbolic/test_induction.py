"""The induction glue against plain loops over random numbers, and broken on purpose."""

import random
from fractions import Fraction
from functools import reduce
from math import prod
from operator import add, mul

import pytest
import z3

from alignproof.formats.certificates import certificate
from alignproof.games.algebra import ONE
from alignproof.games.polynomial import as_polynomial, variable
from alignproof.smt.discharge import discharge
from alignproof.smt.induction import induction_query
from alignproof.smt.smtlib import nonlinear, script
from alignproof.smt.smtlib import symbol as quoted
from alignproof.symbolic import induction, proposition_a_1
from alignproof.symbolic.expectations import symbol
from alignproof.symbolic.induction import (
    GENERIC,
    RULES,
    AnyNumber,
    Fact,
    Obligation,
    Total,
    added,
    expression,
    indices,
    inductive,
    obligation_documents,
    obligations,
)
from alignproof.symbolic.lemmas import lemmas, marginals_suffice
from alignproof.symbolic.statement import Premise, Size, polynomial
from alignproof.verification.universal import STATEMENTS, all_obligations
from tests.evidence import accepted
from tests.symbolic.numbers import Numbers

EVERY = pytest.mark.parametrize("statement", STATEMENTS, ids=lambda s: s.result)
FAULTS = (AssertionError, ValueError, KeyError)
"""How broken glue is noticed."""

# Sums against loops.

SYMBOLS = ("p", "q_i", "r_ne_j_1", "s_i_j", "t_dev_i_j", "u_j_i", "v_j_c", "w_eq_c")


def formula(rng, depth):
    """A random formula: a name, or ``+``, ``*`` or a sum over an index of formulas."""
    kind = rng.choice(["name", "+", "*", "*", "sum", "sum"]) if depth else "name"
    if kind == "name":
        return rng.choice(SYMBOLS)
    if kind == "sum":
        return "sum", rng.choice("ijc"), formula(rng, depth - 1)
    return kind, formula(rng, depth - 1), formula(rng, depth - 1)


def in_totals(made, world):
    if isinstance(made, str):
        return symbol(made)
    kind, left, right = made
    if kind == "sum":
        return world.over(left, in_totals(right, world))
    return {"+": add, "*": mul}[kind](in_totals(left, world), in_totals(right, world))


def by_loops(made, numbers, at):
    if isinstance(made, str):
        return numbers.named(made, at)
    kind, left, right = made
    if kind == "sum":
        return sum((by_loops(right, numbers, {**at, left: e}) for e in numbers.ranges[left]), Fraction(0))
    return {"+": add, "*": mul}[kind](by_loops(left, numbers, at), by_loops(right, numbers, at))


def sums_agree(seeds=range(400)):
    """Every formula is worth what loops say, if the glue does not refuse it; how many there were, and how many not."""
    found = refused = 0
    for seed in seeds:
        rng = random.Random(seed)
        made, world = formula(rng, 5), AnyNumber()
        numbers = Numbers(rng, {index: range(rng.randint(0, 4)) for index in "ijc"})
        at = dict.fromkeys("ijc", "other")
        try:
            value = polynomial(in_totals(made, world))
        except ValueError:
            refused += 1
            continue
        assert numbers.value(value, at) == by_loops(made, numbers, at), made
        found += 1
    return found, refused


def test_sums_are_what_loops_say():
    found, refused = sums_agree()
    assert found > 300
    assert refused > 5


def test_the_order_of_sums_does_not_matter():
    world, term = AnyNumber(), symbol("s", "i", "j") * symbol("q", "i") * symbol("r", "j")
    assert world.over("i", world.over("j", term)) == world.over("j", world.over("i", term))
    assert world.over("i", symbol("q", "i")) != world.over("j", symbol("r", "j"))


def test_constants_are_counted():
    world, numbers = AnyNumber(), Numbers(random.Random(1), {"i": range(3), "j": range(4)})
    twice = polynomial(world.over("j", world.over("i", symbol("p") * 2)))
    assert numbers.value(twice) == 24 * numbers.named("p")


@pytest.mark.parametrize(
    "build",
    [
        # x_i is not the x of the sum over i: moved into it, it would be.
        lambda world: world.over("j", symbol("s", "i", "j") * world.over("i", symbol("s", "i", "j"))),
        lambda world: world.over("j", world.over("i", symbol("s", "i", "j")) ** 2),
        lambda world: world.over("j", world.over("i", symbol("s", "i", "j")) * world.over("i", symbol("x", "i", "j"))),
    ],
)
def test_an_index_is_not_captured(build):
    with pytest.raises(ValueError, match="bound twice, or captured"):
        build(AnyNumber())


def test_a_total_of_another_world_is_refused():
    """What it depends on is not known here."""
    foreign = AnyNumber().over("i", symbol("s", "i", "j"))
    with pytest.raises(KeyError):
        AnyNumber().over("j", foreign)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("r", ""),
        ("c", ""),
        ("r_j", "j"),
        ("s_j", "j"),
        ("lambda_j_i", "ij"),
        ("F_dev_j_1", "j"),
        ("c_P_j", "j"),
        ("u_ne_1", ""),
        ("eps_U", ""),
        ("acts_dev_w_a", "wa"),
        ("i_j_P", ""),
        ("after 0", ""),
    ],
)
def test_a_name_ends_with_its_indices(name, found):
    assert indices(name) == frozenset(found)


def test_no_symbol_of_a_statement_ends_like_an_index_that_it_does_not_have():
    """At a size there are numbers in place of indices, and no letters left."""
    for statement in STATEMENTS:
        premises = statement.premises(Size(3, 2))
        values = [*(p.value for p in premises), *(p.multiplier for p in premises), statement.conclusion(Size(3, 2))]
        assert not {s.name for value in values for s in value.free_symbols if indices(s.name)}


# Sums put in for symbols.

DEFINITIONS = {
    "u_i": (frozenset("c"), ("Q_c", "g_i_c")),
    "v_j": (frozenset("wa"), ("phi_w", "acts_w_a", "h_j_a")),
    "k": (frozenset(), ("y", "y")),
}


def test_definitions_are_put_in():
    for seed in range(30):
        rng = random.Random(seed)
        numbers, world = Numbers(rng, {index: range(rng.randint(0, 3)) for index in "ijcwa"}), AnyNumber()
        u, v, weight = symbol("u", "i"), symbol("v", "j"), symbol("lambda", "j", "i")
        terms = [u * v, symbol("k") ** 2 * v, world.over("i", weight * u), world.over("j", world.over("i", weight) * v)]
        value = polynomial(sum(rng.randint(-2, 2) * term for term in terms) + world.over("j", symbol("b", "j") * v) * 3)
        at = {"i": "one", "j": "other"}
        for name, (bound, factors) in DEFINITIONS.items():
            for place in [at, *({"i": i, "j": j} for i in numbers.ranges["i"] for j in numbers.ranges["j"])]:
                total = f"sum_{','.join(bound)}[{'*'.join(factors)}]" if bound else None
                worth = numbers.worth(total, place) if total else prod(numbers.named(f, place) for f in factors)
                numbers.known["_".join([name[0], *(str(place[index]) for index in name.split("_")[1:])])] = worth
            for i in numbers.ranges["i"]:
                numbers.known[f"u_{i}"] = numbers.worth("sum_c[Q_c*g_i_c]", {"i": i})
            for j in numbers.ranges["j"]:
                numbers.known[f"v_{j}"] = numbers.worth("sum_w,a[phi_w*acts_w_a*h_j_a]", {"j": j})
        assert numbers.value(world.defined(value, DEFINITIONS), at) == numbers.value(value, at)


@pytest.mark.parametrize(
    "definitions",
    [
        {"u_i": (frozenset("i"), ("Q_i",))},
        {"u_i": (frozenset("c"), ("Q_c", "g_i_c")), "x_i": (frozenset("c"), ("Q_c", "h_i_c"))},
        {"u_i": (frozenset("c"), ("Q_c", "g_c"))},
        {"u_i": (frozenset("c"), ("Q_c", "g_i_c")), "x_i": (frozenset(), ("h_i_c",))},
        {"k": (frozenset(), ("h_i",))},
    ],
    ids=["bound already", "bound by both", "lost", "captured", "captured by the total"],
)
def test_definitions_that_bind_what_they_must_not_are_refused(definitions):
    world = AnyNumber()
    value = polynomial(world.over("i", symbol("u", "i") * symbol("x", "i")))
    value += polynomial(world.over("i", symbol("k") * symbol("x", "i") + symbol("x", "i")))
    world.totals[Total(frozenset("i"), ("k", "x_i")).name] = Total(frozenset("i"), ("k", "x_i"))
    value += variable(Total(frozenset("i"), ("k", "x_i")).name)
    with pytest.raises(ValueError, match="binds an index twice, captures or loses one"):
        world.defined(value, definitions)


# Obligations against loops.


def chains_agree(shown, seeds=range(3)):
    """Bases and steps build up the sum, term by term, and what is built up is what is used."""
    for seed in seeds:
        rng = random.Random(seed)
        numbers = Numbers(rng, {index: range(rng.randint(0, 2)) for index in GENERIC})
        for k, step in enumerate(shown):
            if not step.name.startswith("step over"):
                continue
            base, index = shown[k - 1], step.name.removeprefix("step over ")[0]
            assert base.name == step.name.replace("step", "base", 1)
            _chain(numbers, index, base, step)
            later = [fact for o in shown[k + 1 :] for fact in o.given]
            assert step.given[0] in later


def _chain(numbers, index, base, step):
    totals, (so_far, term, *_) = [fact.value for fact in base.given], step.given
    places = list(numbers.ranges[index])
    before = numbers.narrowed(index, 0)
    assert so_far == base.goal
    assert {before.value(total) for total in totals} <= {0}
    assert before.value(so_far.value) == 0
    for length, place in enumerate(places):
        now, grown = numbers.narrowed(index, length), numbers.narrowed(index, length + 1)
        after = {f"after {k}": grown.value(total) for k, total in enumerate(totals)}
        for fact in step.given[2:]:
            assert fact.sense == "="
            assert now.value(fact.value, {index: place}, after) == 0
        terms = [now.value(term.value, {index: earlier}) for earlier in places[: length + 1]]
        assert now.value(so_far.value) == sum(terms[:-1])
        assert grown.value(so_far.value) == now.value(step.goal.value, put=after) == sum(terms)
    assert {so_far.sense, term.sense} == {step.goal.sense}


@EVERY
def test_bases_and_steps_build_up_the_sums(statement):
    chains_agree(obligations(statement))


def test_so_do_those_of_lemmas():
    for statement in STATEMENTS:
        for lemma in lemmas(statement):
            chains_agree(lemma.obligations, range(1))
    chains_agree(marginals_suffice().obligations)


def kind(name):
    """A premise's name without its indices."""
    return " ".join(word for word in name.split() if word not in GENERIC and not word.isdigit())


def worlds_agree(statement, seeds=range(2)):
    """What the induction uses of the premises is the sum of the premises at a size, and so is its conclusion."""
    world = AnyNumber()
    generic = statement.premises(world)
    factors = {name for premise in generic for name in premise.factors}
    used = [premise for premise in generic if premise.name not in factors]
    shown = obligations(statement)
    summed = [(p.name, index) for p in used for index in p.name.split() if index in GENERIC]
    wanted = {f"{part} over {index}: {name}" for name, index in summed for part in ("base", "step")}
    assert {o.name for o in shown if " over " in o.name} == wanted
    conclusion = shown[-1]
    assert conclusion.name == "conclusion"
    assert len(conclusion.given) == len(used)
    for seed, n, k in ((seed, n, k) for seed in seeds for n in range(1, 5) for k in range(1, 5)):
        numbers = Numbers(random.Random(f"{seed} {n} {k}"), {"i": range(2, n + 1), "j": range(1, k + 1)})
        written_out = statement.premises(Size(n, k))
        names = {p.name for p in written_out}
        assert len(names) == len(written_out)
        assert _instances(generic, numbers) == {p.name: numbers.value(polynomial(p.value)) for p in written_out}
        for premise, fact in zip(used, conclusion.given, strict=True):
            alike = [p for p in written_out if kind(p.name) == kind(premise.name)]
            total = sum((_multiplied(p, written_out, numbers) for p in alike), Fraction(0))
            assert numbers.value(fact.value) == total, premise.name
            assert fact.sense == ("=" if premise.equal else ">=")
        assert numbers.value(conclusion.goal.value) == numbers.value(polynomial(statement.conclusion(Size(n, k))))


def _instances(generic, numbers):
    """The generic premises at each of their indices, by name."""
    found = {}
    for premise in generic:
        words = premise.name.split()
        places = [{}]
        for index in (word for word in words if word in GENERIC):
            places = [{**place, index: e} for place in places for e in numbers.ranges[index]]
        for place in places:
            name = " ".join(str(place.get(word, word)) for word in words)
            found[name] = numbers.value(polynomial(premise.value), place)
    return found


def _multiplied(premise, everything, numbers):
    value = numbers.value(polynomial(premise.value))
    if premise.equal:
        return value * numbers.value(polynomial(premise.multiplier))
    by_name = {p.name: p for p in everything}
    return value * prod(numbers.value(polynomial(by_name[name].value)) for name in premise.factors)


@EVERY
def test_any_number_is_any_size(statement):
    worlds_agree(statement)


def identities_hold(shown):
    """What an obligation says of its goal is so for all numbers, and it uses no inequality with a negative sign."""
    for obligation in shown:
        numbers = Numbers(random.Random(obligation.name), {index: range(2) for index in GENERIC})
        given = [numbers.value(fact.value) for fact in obligation.given]
        total = sum(c * prod(given[k] for k in places) for c, places in obligation.products)
        total += sum(numbers.value(multiplier) * given[k] for k, multiplier in obligation.zero)
        assert numbers.value(obligation.goal.value) == total, obligation.name
        assert all(c >= 0 for c, _ in obligation.products)
        assert all(obligation.given[k].sense == "=" for k, _ in obligation.zero)
        assert not obligation.products or obligation.goal.sense == ">="


@EVERY
def test_obligations_follow_as_they_say(statement):
    identities_hold(all_obligations(statement))


def proves(shown):
    parts = [obligation_documents(obligation) for obligation in shown]
    claims, proofs = [claim for claim, _ in parts], [proof for _, proof in parts]
    return accepted(certificate("obligations", {"obligations": claims}, {"proofs": proofs}))


@EVERY
def test_the_kernel_and_both_solvers_accept_them(statement):
    shown = all_obligations(statement)
    assert proves(shown)
    assert discharge(induction_query(shown, [])).answer == "unsat"


@EVERY
def test_no_premises_contradict_each_other(statement):
    """What an obligation is given can be, for real numbers."""
    for obligation in all_obligations(statement):
        names = {name for fact in obligation.given for monomial in fact.value.terms for name, _ in monomial}
        rows = [("given", f"({fact.sense} {nonlinear(fact.value)} 0)") for fact in obligation.given]
        constants = [quoted(((name, 1),)) for name in sorted(names)]
        solver = z3.SolverFor("QF_NRA")
        solver.from_string(script("QF_NRA", [], constants, rows, "sat").text)
        assert solver.check() == z3.sat, obligation.name


# Premises that the glue refuses.


def test_two_premises_of_the_same_name_are_refused():
    """An equation with another's value would be an equation that nobody gave."""
    both = [Premise("it", symbol("p") - symbol("p"), equal=True), Premise("it", symbol("q"))]
    with pytest.raises(ValueError, match="same name"):
        inductive(AnyNumber(), both, Fact(variable("q"), "="))


def test_a_premise_about_an_index_that_is_not_summed_over_is_refused():
    """With no other user there is no i for which it would hold: 0 >= x_i >= 1 says nothing then."""
    both = [Premise("low", symbol("x", "i") - 1), Premise("high", -symbol("x", "i"))]
    with pytest.raises(ValueError, match="low depends on i, over which it is not summed"):
        inductive(AnyNumber(), both, Fact(as_polynomial(-1), ">="))


def test_a_factor_with_an_index_of_its_own_is_refused():
    both = [Premise("sign i", symbol("x", "i")), Premise("it", symbol("p"), factors=("sign i",))]
    with pytest.raises(ValueError, match="it depends on i"):
        inductive(AnyNumber(), both, Fact(variable("p"), ">="))


def test_an_index_that_the_goal_has_is_fixed():
    shown = inductive(AnyNumber(), [Premise("it", symbol("x", "i"))], Fact(variable("x_i"), ">="))
    assert [o.name for o in shown] == ["conclusion"]
    assert proves(shown)


def test_a_factor_that_is_not_there_is_refused():
    with pytest.raises(KeyError, match="sign"):
        inductive(AnyNumber(), [Premise("it", symbol("p"), factors=("sign",))], Fact(variable("p"), ">="))


def test_premises_that_serve_for_their_sign_are_used_for_nothing_else():
    both = [Premise("sign", symbol("x")), Premise("it", symbol("p"), factors=("sign",))]
    shown = inductive(AnyNumber(), both, Fact(variable("x"), ">="))
    assert [fact.value for fact in shown[-1].given] == [variable("p") * variable("x")]
    assert not proves(shown)


def test_an_equation_does_not_follow_from_inequalities():
    shown = [added("it", [Fact(variable("p"), ">=")], Fact(variable("p"), "="))]
    assert not proves(shown)
    assert discharge(induction_query(shown, [], "sat")).answer == "sat"


def test_expressions_and_polynomials_are_the_same():
    value = variable("p") * variable("p") * Fraction(-2, 3) + variable("sum_i[x_i]") - 5
    assert polynomial(expression(value)) == value


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_rules_need_all_that_they_are_given(rule):
    assert proves([rule])
    assert discharge(induction_query([rule], [])).answer == "unsat"
    for k, _ in rule.zero:
        less = Obligation(rule.name, rule.given, rule.goal, zero=tuple(item for item in rule.zero if item[0] != k))
        assert not proves([less])
        assert discharge(induction_query([less], [], "sat")).answer == "sat"


def test_proposition_a_1_for_any_number():
    shown = proposition_a_1.any_number()
    assert proves(shown)
    identities_hold(shown)
    chains_agree([o for o in shown if o not in RULES])
    assert discharge(induction_query(shown, [])).answer == "unsat"


# Broken on purpose.


def glue_is_right():
    """All that the tests above find out about the glue. Raises one of FAULTS if it is broken."""
    sums_agree(range(150))
    for statement in STATEMENTS:
        shown = obligations(statement)
        worlds_agree(statement, range(1))
        chains_agree(shown, range(1))
        identities_hold(shown)
        assert proves(shown)


def merging(self, index, inner):
    """Totals are put together whatever they bind and depend on."""
    names = [name for name, power in inner for _ in range(power)]
    merged = [self.totals.get(name, Total(frozenset(), (name,))) for name in names]
    bound = reduce(frozenset.union, (part.bound for part in merged), frozenset({index}))
    total = Total(bound, tuple(sorted(factor for part in merged for factor in part.factors)))
    self.totals[total.name] = total
    return total.name


def without_powers(original):
    return lambda self, index, inner: original(self, index, tuple((name, 1) for name, _ in inner))


def only(kept):
    """``_sum`` that shows less."""
    original = induction._sum
    return lambda *args: (o for o in original(*args) if o.name.startswith(kept))


def one_index(self):
    """A name by one of its indices only."""
    return f"sum_{min(self.bound)}[{'*'.join(self.factors)}]"


BROKEN = {
    "totals capture": lambda m: m.setattr(AnyNumber, "_total", merging),
    "powers are lost": lambda m: m.setattr(AnyNumber, "_total", without_powers(AnyNumber._total)),
    "totals depend on nothing": lambda m: m.setattr(
        AnyNumber, "depends", lambda self, name: frozenset() if "[" in name else indices(name)
    ),
    "totals with an index in common are one": lambda m: m.setattr(Total, "name", property(one_index)),
    "names have their last index only": lambda m: m.setattr(
        induction, "indices", lambda name: indices("x_" + name.split("_")[-1])
    ),
    "no base": lambda m: m.setattr(induction, "_sum", only("step")),
    "no step": lambda m: m.setattr(induction, "_sum", only("base")),
    "factors are forgotten": lambda m: m.setattr(induction, "_multiplied", lambda p, values: values[p.name]),
    "the wrong index": lambda m: m.setattr(
        induction, "named_indices", lambda p: [{"i": "j", "j": "i"}[w] for w in p.name.split() if w in "ij"]
    ),
    "no index": lambda m: m.setattr(induction, "named_indices", lambda p: []),
    "signs do not matter": lambda m: m.setattr(
        induction, "added", lambda name, given, goal, linear=False: Obligation(name, tuple(given), goal, ((ONE, ()),))
    ),
    "inequalities are equations": lambda m: m.setattr(induction, "Fact", lambda value, sense: Fact(value, "=")),
}


def test_the_glue_is_right():
    glue_is_right()


@pytest.mark.parametrize("fault", BROKEN)
def test_broken_glue_is_caught(monkeypatch, fault):
    BROKEN[fault](monkeypatch)
    with pytest.raises(FAULTS):
        glue_is_right()
