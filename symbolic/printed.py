"""Lines of the printed proofs of Theorems 3.1, 4.3, 4.4 and 5.1, as steps of proofs from the definitions.

A :class:`Step` is a lemma that the kernel checks within a certificate of kind ``theorem``: it holds in every game of
the size, at every profile, under the theorem's hypotheses and in the cases that its ``path`` names. Cases are what a
user does when a proof splits; the lines that need none have an empty path.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from alignproof.checks.universal.market import named
from alignproof.formats.certificates import certificate
from alignproof.symbolic import anonymous, personalized
from alignproof.symbolic.anonymous import DEVIATION, deviator
from alignproof.symbolic.definitions import theorem_claim
from alignproof.symbolic.derivation import Document, Expression, Place, joint, lemma, marginal, proof, times, written
from alignproof.symbolic.personalized import SHARED, run_of
from alignproof.symbolic.statement import Statement

Path = tuple[tuple[str, str, str], ...]
"""Cases: the group and number of a decision, and the option taken."""


@dataclass(frozen=True)
class Step:
    """A lemma in a proof: ``value`` is nonnegative, or zero if ``equal``, in the cases of ``path``."""

    value: tuple[tuple[str, ...], ...]
    equal: bool = False
    path: Path = ()


Said = tuple[str, Step, Document]
"""The name of a line, what it says, and its lemma."""


def said(line: str, value: Expression, how: Document, equal: bool = False, path: Path = ()) -> Said:
    """A line that the paper prints, with its proof."""
    terms = tuple(map(tuple, written(value)))
    return line, Step(terms, equal, path), lemma(_fact(line, value), value, how, equal)


def _fact(line: str, value: Expression) -> str:
    """The name of a line as a fact: with its first two terms, which tell it from what is said of other indices."""
    return f"line: {line}: {' + '.join(' '.join(term) for term in written(value[:2]))}"


def steps_in(steps: list[Document], path: Path = ()) -> Iterator[Step]:
    """All lemmas of a proof, with the cases that they are in."""
    for step in steps:
        ((kind, part),) = step.items()
        if kind == "lemma":
            yield Step(tuple(tuple(term) for term in part["value"]), part["equal"], path)
        elif kind == "split":
            group, number = part["decision"]
            for option, case in enumerate(part["cases"]):
                yield from steps_in(case, (*path, (group, number, str(option))))


def rule_text(rule: Document) -> str:
    """A rule's name, provider and chances."""
    return json.dumps([rule["name"], rule["provider"], rule["chances"]])


def rules_in(steps: list[Document]) -> Iterator[str]:
    """The rules that a proof shows to be rules before it splits, each by its :func:`rule_text`."""
    return (rule_text(step["rule"]) for step in steps if "rule" in step)


def printed_rules(statement: Statement, where: Place) -> dict[str, str]:
    """The rules to which the printed proof has providers deviate, by name, each by its :func:`rule_text`."""
    if statement.argument.play == "personalized":
        rules = [personalized.shared_rule(where, j) for j in where.team]
    else:
        rules = [anonymous.branches(where)["rule"]] if where.protocol.startswith("U") else []
    return {rule["name"]: rule_text(rule) for rule in rules}


def inserted(steps: list[Document], lemmas: Mapping[Path, list[Document]], path: Path = ()) -> list[Document]:
    """The proof with lemmas put in before the last step of each case."""
    *before, last = steps
    if "split" in last:
        group, number = last["split"]["decision"]
        cases = [
            inserted(case, lemmas, (*path, (group, number, str(option))))
            for option, case in enumerate(last["split"]["cases"])
        ]
        last = {"split": last["split"] | {"cases": cases}}
    return [*before, *lemmas.get(path, []), last]


def printed_proof(statement: Statement, where: Place) -> tuple[Document, dict[str, tuple[Step, ...]]]:
    """The certificate of a theorem whose proof contains the lines of the printed one, and these lines by name.

    Raises ValueError if the statement is none of the four.
    """
    steps = statement.argument.steps(where)
    if statement.argument.play == "personalized":
        lines = list(_personalized(where))
    elif statement.result == "Theorem 4.3":
        steps, lines = _split_on_choice(where, steps), list(_dominant(where))
    elif statement.result == "Theorem 4.4":
        steps, lines = _split_on_choice(where, steps), list(_branching(where))
    else:
        raise ValueError(f"no printed proof of {statement.result}")
    put: dict[Path, list[Document]] = {}
    named_lines: dict[str, tuple[Step, ...]] = {}
    for name, step, document in lines:
        put.setdefault(step.path, []).append(document)
        named_lines[name] = (*named_lines.get(name, ()), step)
    if statement.argument.play == "personalized":
        named_lines["errors"] = tuple(steps_in(list(personalized.error_signs(where))))
    named_lines["marginals"] = tuple(steps_in([joint(where, "ne"), *marginal(where, "ne", 0)]))
    evidence = {"rules": [], "steps": inserted(steps, put)}
    return certificate("theorem", theorem_claim(statement, where), evidence), named_lines


# Theorems 3.1 and 5.1.


def _asked(where: Place, *options: int) -> Path:
    """The first of T's deviators are asked, each in his own deviation, and then ``options``."""
    return tuple((f"pick:{run_of(j)}:0", "0", str(option)) for j, option in enumerate(options))


def _personalized(where: Place) -> Iterator[Said]:
    for j in where.team:
        yield from _deviation(where, j)
    yield from _all_deviations(where)
    yield from _moves(where)


def _parts(where: Place, j: int, run: str, rest: Expression) -> Expression:
    """The expectation, in a run, of sum_i lambda_{j,i} F_{j,i} + ``rest``; in G+, of that and s_j beta_j f_j."""
    value: Expression = []
    for profile, y in product(where.profiles, where.states):
        chance = named(f"Q:{run}", *profile, y)
        for i in range(where.size.users):
            value.append((1, chance, named("lambda", j, i), named("F", j, i, profile[i], y)))
        value += times(rest, 1, chance)
        if where.entrant:
            value.append((1, chance, named("beta", j), named("s", j), named("wish", j, profile[-1], y)))
    return value


def _separated(where: Place, j: int) -> tuple[Expression, list[tuple[str, Expression]]]:
    """That the deviation does not pay, with equation (1) in every cell: products and multipliers."""
    run, share = run_of(j), (named("s", j),) if where.entrant else ()
    products: Expression = [(1, *share, f"no gain {run}")]
    payoffs: Expression = []
    for profile, y in product(where.profiles, where.states):
        cell = (*profile[: where.size.users], y)
        products.append((1, named("Q:ne", *profile, y), named("separable below", j, *cell)))
        products.append((1, named(f"Q:{run}", *profile, y), named("separable above", j, *cell)))
        for at, sign in (("ne", -1), (run, 1)):
            payoffs.append((sign, named(f"Q:{at}", *profile, y), named("P", j, *cell)))
    return products, [(named("keeps", j), payoffs)] if where.entrant else []


def _deviation(where: Place, j: int) -> Iterator[Said]:
    """What is said of provider j's deviation, whomever user 0 asks then."""
    run = run_of(j)
    gain: Expression = [(1, named("payoff:ne", j)), (-1, named(f"payoff:{run}", j))]
    yield said("no incentive", gain, proof([(1, f"no gain {run}")], opaque=["Q:ne", f"Q:{run}"]))
    for i in where.members[1:]:
        for a, y in where.cells:
            change: Expression = [(1, named(f"q:{run}", i, a, y)), (-1, named("q:ne", i, a, y))]
            yield said("others unaffected", change, proof(), equal=True)
    products, zero = _separated(where, j)
    after = times(_parts(where, j, run, [(1, named("c_P", j)), (-1, "eps_P")]), -1)
    before = _parts(where, j, "ne", [(1, named("c_P", j)), (1, "eps_P")])
    yield said("weak alignment applied", [*before, *after], proof(products, zero, opaque=["Q:ne", f"Q:{run}"]))
    own = personalized.no_gain(where, j)["lemma"]["proof"]
    yield said("own part", _own_part(where, j, run), _without(own, f"alike:{j}", f"q:{SHARED}"))
    kept = [item for item in own["zero"] if not item[0].startswith((f"alike:{j} ", "keeps "))]
    turned = [(name, [(-Fraction(c), *factors) for c, *factors in value]) for name, value in kept]
    difference: Expression = [*before, *after, *times(_own_part(where, j, run), -1)]
    opaque = ["Q:ne", f"Q:{run}", "q:ne", f"q:{run}"]
    yield said("equivalence", difference, proof(zero=turned, opaque=opaque), equal=True)
    offered: Expression = [(1, named(f"value:{run}", 0)), (-1, named(f"value:{SHARED}", 0))]
    families = (f"offer:{run}", f"value:{SHARED}")
    best = proof([(1, named(f"best:pick:{run}:0", 0, j))], [(f"the same:{run}", [(1,)])], opaque=families)
    yield said("she gets her benchmark", offered, best)


def _own_part(where: Place, j: int, run: str) -> Expression:
    """lambda E_NE[F] + 2 eps - lambda E_dev[F], of user 0."""
    cells = [(named("lambda", j, 0), named("F", j, 0, a, y), a, y) for a, y in where.cells]
    value: Expression = [
        (sign, weight, part, named(f"q:{at}", 0, a, y))
        for weight, part, a, y in cells
        for at, sign in (("ne", 1), (run, -1))
    ]
    return [*value, (2, "eps_P")]


def _without(how: Document, family: str, opaque: str) -> Document:
    """A proof without the multipliers of some facts."""
    kept = [item for item in how["zero"] if not item[0].startswith(f"{family} ")]
    view = how["view"] | {"opaque": [name for name in how["view"]["opaque"] if name != opaque]}
    return how | {"zero": kept, "view": view}


def _weighted(where: Place, j: int, run: str, sign: int) -> Expression:
    """The expectation of w_j F_j for user 0."""
    return [(sign, named("w", j, 0), named("F", j, 0, a, y), named(f"q:{run}", 0, a, y)) for a, y in where.cells]


def _all_deviations(where: Place) -> Iterator[Said]:
    """The weighted sum and equation (2)."""
    families = ["q:ne", *(f"q:{run_of(j)}" for j in where.team)]
    value: Expression = [(2, "eps_P", named("r", j)) for j in where.team]
    products: Expression = []
    zero: list[tuple[str, Expression]] = []
    for j in where.team:
        run, cells = run_of(j), [(named("F", j, 0, a, y), a, y) for a, y in where.cells]
        value += [*_weighted(where, j, "ne", 1), *_weighted(where, j, run, -1)]
        products.append((1, named("r", j), _fact("own part", _own_part(where, j, run))))
        change = [
            (sign, part, named(f"q:{at}", 0, a, y)) for part, a, y in cells for at, sign in (("ne", 1), (run, -1))
        ]
        zero.append((named("ratio", j), change))
    yield said("weighted sum", value, proof(products, zero, opaque=families))
    every = _asked(where, *where.team)
    difference: Expression = []
    zero = []
    for j in where.team:
        difference += [*_weighted(where, j, run_of(j), 1), *_weighted(where, j, SHARED, -1)]
        zero += [(named(f"alike:{j}", a, y), [(1, named("w", j, 0), named("F", j, 0, a, y))]) for a, y in where.cells]
    families = [f"q:{SHARED}", *(f"q:{run_of(j)}" for j in where.team)]
    yield said("one outcome for all deviations", difference, proof(zero=zero, opaque=families), True, every)
    for run, sign, side in ((SHARED, 1, "below"), ("ne", -1, "above")):
        value = [term for j in where.team for term in _weighted(where, j, run, sign)]
        value += [(-sign, named(f"value:{run}", 0)), (sign, named("c_U", 0)), (1, "eps_U")]
        products = [(1, named(f"q:{run}", 0, a, y), named(f"aligned {side}", 0, a, y)) for a, y in where.cells]
        zero = [(named(f"worth:{run}", 0), [(-sign,)]), (f"whole:{run}", [(-1, "eps_U"), (-sign, named("c_U", 0))])]
        how = proof(products, zero, opaque=[f"q:{run}", f"value:{run}"])
        yield said(f"equation (2) in expectation, {run}", value, how)


def _moves(where: Place) -> Iterator[Said]:
    """Where user 0 asks somebody else after the deviation she had her benchmark before."""
    had: Expression = [(1, named("value:ne", 0)), (-1, named(f"value:{SHARED}", 0))]
    for j, other in product(where.team, range(where.size.providers)):
        if other != j:
            path = _asked(where, *range(j), other)
            how = _had_it(where, j, other)
            yield said("below her benchmark she moves", had, how, path=path)


def _had_it(where: Place, j: int, other: int) -> Document:
    products: Expression = [(1, named("best:pick:ne:0", 0, other)), (1, named(f"best:pick:{run_of(j)}:0", 0, j))]
    families = ("offer:ne", f"offer:{run_of(j)}", f"value:{SHARED}")
    return proof(products, [(f"the same:{run_of(j)}", [(1,)])], opaque=families)


# Theorems 4.3 and 4.4.


def _split_on_choice(where: Place, steps: list[Document]) -> list[Document]:
    """The proof by cases on whom user 0 asks after the deviation, which the proof itself does not need."""
    *before, last = steps
    cases = [[last] for _ in range(where.size.providers)]
    return [*before, {"split": {"decision": [f"pick:{DEVIATION}:0", "0"], "cases": cases}}]


def _elsewhere(where: Place) -> Iterator[tuple[int, Path]]:
    """Whom user 0 asks but the deviator, as cases."""
    for other in range(where.size.providers):
        if other != deviator(where):
            yield other, ((f"pick:{DEVIATION}:0", "0", str(other)),)


def _who_asks_another(where: Place, line: str, offered: str, facts: list[str]) -> Iterator[Said]:
    """Where user 0 asks another provider after the deviation, she had what the deviator offers before."""
    d = deviator(where)
    value: Expression = [(1, named("value:ne", 0)), (-1, offered)]
    for other, path in _elsewhere(where):
        products: Expression = [
            (1, named("best:pick:ne:0", 0, other)),
            (1, named(f"best:pick:{DEVIATION}:0", 0, d)),
            *((1, fact) for fact in facts),
        ]
        families = ("offer:ne", f"offer:{DEVIATION}", offered.split()[0], "value:share")
        yield said(line, value, proof(products, opaque=families), path=path)


def _combined(where: Place, run: str, rest: Expression) -> Expression:
    """The expectation, in a run, of sum_i lambda_i u_i + ``rest``."""
    d = deviator(where)
    value: Expression = []
    for profile, y in product(where.profiles, where.states):
        chance = named(f"Q:{run}", *profile, y)
        for i in range(where.size.users):
            value.append((1, chance, named("lambda", d, i), named("u", i, profile[i], y)))
        value += times(rest, 1, chance)
    return value


def _strong_alignment(where: Place) -> Iterator[Said]:
    """Equation (3) in expectation, after the deviation and before, and what it comes to."""
    d = deviator(where)
    constant = named("c_P", d)
    for run, sign, side in ((DEVIATION, 1, "above"), ("ne", -1, "below")):
        combined = _combined(where, run, [(1, constant), (-sign, "eps")])
        value: Expression = [(sign, named(f"payoff:{run}", d)), *times(combined, -sign)]
        products: Expression = [
            (1, named(f"Q:{run}", *profile, y), named(f"combined {side}", d, *profile, y))
            for profile, y in product(where.profiles, where.states)
        ]
        yield said(f"equation (3) in expectation, {run}", value, proof(products, opaque=[f"Q:{run}"]))
        sums: Expression = _combined(where, run, [(1, constant)])
        zero: list[tuple[str, Expression]] = [(f"mass:{run}", [(1, constant)])]
        for i in range(where.size.users):
            weight = named("lambda", d, i)
            sums.append((-1, weight, named(f"value:{run}", i)))
            zero.append((named(f"worth:{run}", i), [(-1, weight)]))
            for a, y in where.cells:
                zero.append((named(f"marginal:{run}", i, a, y), [(1, weight, named("u", i, a, y))]))
        families = [f"Q:{run}", f"q:{run}", f"value:{run}"]
        yield said("linearity", [*sums, (-1, constant)], proof(zero=zero, opaque=families), equal=True)
    gain: Expression = [(1, named("payoff:ne", d)), (-1, named(f"payoff:{DEVIATION}", d))]
    how = proof([(1, f"no gain {DEVIATION}")], opaque=["Q:ne", f"Q:{DEVIATION}"])
    yield said("no incentive", gain, how)


def _rise(where: Place, target: str, served: list[str], loss: str = "") -> Said:
    """sum_i lambda_i (after - before) is at least what user 0 gains by ``target``, less what the others lose."""
    d = deviator(where)
    mine = named("lambda", d, 0)
    value: Expression = [(-1, mine, target), (1, mine, named("value:ne", 0))]
    products: Expression = [(1, mine, fact) for fact in served]
    for i in range(where.size.users):
        weight = named("lambda", d, i)
        value += [(1, weight, named(f"value:{DEVIATION}", i)), (-1, weight, named("value:ne", i))]
        if i:
            products.append((1, weight, named("keeps", i)))
            value += [(1, weight, loss)] if loss else []
    families = (f"value:{DEVIATION}", "value:ne", target.split()[0])
    return said("all gains weighed", value, proof(products, opaque=families))


def _dominant(where: Place) -> Iterator[Said]:
    """The printed proof of Theorem 4.3."""
    d = deviator(where)
    dominant = named("value:dominant", 0)
    for p in where.team:
        value: Expression = [(1, dominant), (-1, named(f"value:shared {p}", 0))]
        facts: Expression = [(1, named("dominates share", 0)), (1, named(f"serves:{p}", 0))]
        families = ("value:dominant", "value:share", f"value:shared {p}")
        yield said("dominant rule and benchmark", value, proof(facts, opaque=families))
    gets: Expression = [(1, named(f"value:{DEVIATION}", 0)), (-1, dominant)]
    how = proof([(1, named(f"best:pick:{DEVIATION}:0", 0, d))], opaque=("value:dominant", f"value:{DEVIATION}"))
    yield said("she gets what he offers", gets, how)
    yield from _who_asks_another(where, "below it she moves", dominant, [])
    for i in where.members[1:]:
        kept: Expression = [(1, named("value:dominant", i)), (-1, named("offer:ne", i, d))]
        yield said("no offer falls", kept, proof([(1, named("dominates own", i))]))
        rises: Expression = [(1, named(f"value:{DEVIATION}", i)), (-1, named("value:ne", i))]
        yield said("nobody loses", rises, proof([(1, named("keeps", i))]))
    how = anonymous.compared(where, 0, kept=[named("dominates own", 0)])["lemma"]["proof"]
    stays: Expression = [(1, named(f"value:{DEVIATION}", 0)), (-1, named("value:ne", 0))]
    yield said("nobody loses", stays, how)
    yield from _strong_alignment(where)
    yield _rise(where, dominant, [_fact("she gets what he offers", gets)])


def _branching(where: Place) -> Iterator[Said]:
    """The printed proof of Theorem 4.4."""
    d, benchmark = deviator(where), named("value:shared 0", 0)
    for i in where.members:
        own: Expression = [(1, named("value:branches", i)), (-1, named("value:shared 0", i))]
        yield said("own branch", own, proof([(1, named("serves:0", i))]))
    if where.size.users > 1:  # alone she has nobody whose gains Delta could bound
        yield said("Delta is not negative", [(1, "Delta")], proof([(1, "Delta")]))
    gets: Expression = [(1, named(f"value:{DEVIATION}", 0)), (-1, benchmark)]
    yield said("she gets her benchmark", gets, proof([(1, "served:0")]))
    yield from _who_asks_another(where, "below it she moves", benchmark, [named("serves:0", 0)])
    for i in where.members[1:]:
        best: Expression = [(1, named("value:shared 0", i)), (1, "Delta"), (-1, named("offer:ne", i, d))]
        yield said("case 1", best, proof([(1, named("gains own", i))]))
        for j in range(where.size.providers):
            if j != d:
                same: Expression = [(1, named(f"offer:{DEVIATION}", i, j)), (-1, named("offer:ne", i, j))]
                yield said("other offers stay", same, proof(), equal=True)
                kept: Expression = [(1, named(f"value:{DEVIATION}", i)), (-1, named("offer:ne", i, j))]
                yield said("cases 2 and 3", kept, proof([(1, named(f"best:pick:{DEVIATION}:{i}", 0, j))]))
        loss: Expression = [(1, named(f"value:{DEVIATION}", i)), (-1, named("value:ne", i)), (1, "Delta")]
        yield said("at most Delta is lost", loss, proof([(1, named("keeps", i))]))
    yield from _strong_alignment(where)
    yield _rise(where, benchmark, ["served:0"], "Delta")


def dominant_certificate(statement: Statement, where: Place) -> Document:
    """The certificate of what Section 4 says before Theorem 4.3: user 0 gets what the deviator's user-dominant rule is
    worth to her, up to 2 eps / lambda. The proof is that of Theorem 4.3 (``statement``)."""
    dominant: Expression = [(1, named("value:ne", 0)), (-1, named("value:dominant", 0)), (2, "eps", _ratio(where))]
    claim = theorem_claim(statement, where) | {"conclusions": {"nearly dominant": written(dominant)}}
    *steps, _ = statement.argument.steps(where)
    steps += [document for name, _, document in _dominant(where) if name == "she gets what he offers"]
    how = anonymous.conclusion(where, 0)
    served = [term for term in how["products"] if term[-1] != "served:0"]
    gets: Expression = [(1, named(f"value:{DEVIATION}", 0)), (-1, named("value:dominant", 0))]
    view = {"opaque": ["value:ne", f"value:{DEVIATION}", "value:dominant"], "reduce": []}
    last = how | {"products": [*served, ["1", _fact("she gets what he offers", gets)]], "view": view}
    return certificate("theorem", claim, {"rules": [], "steps": [*steps, {"conclude": {"nearly dominant": last}}]})


def _ratio(where: Place) -> str:
    """1 / lambda of the deviator for user 0."""
    return named("cover", deviator(where))
