"""Every check of proofs about all games is needed: a kernel without it accepts a claim that is false.

Kernels are broken by changing a piece of their source. Where what is broken is the market or a premise, concrete games
tell. (For the kernel's other kinds of certificates see ``tests/forged``.)
"""

import inspect
import random
import sys
from itertools import product
from types import ModuleType

import pytest

from alignproof.checks.universal import hypotheses, kinds, market, terms, theorem
from alignproof.strategies.documents import drop
from alignproof.symbolic.derivation import lemma, proof, written
from tests.checks.universal import test_twin
from tests.checks.universal.certificates import certificate, theorem_3_1, theorem_4_3, theorem_4_4, verdict
from tests.checks.universal.truth import refuted


def conclude(**how):
    """The last step, for a claim with the conclusion ``false``."""
    return {"conclude": {"false": proof(**how)}}


def claims(*expression):
    """Conclusions."""
    return {"false": written(expression)}


def given(name, provider, chances, how=None):
    """A rule, as in a claim or a step; no proofs in a claim."""
    fields = {"name": name, "provider": provider, "chances": [[written(cell) for cell in row] for row in chances]}
    return fields if how is None else {"rule": fields | {"sums": [how] * len(chances)}}


CHANCE, UTILITY, PAYOFF = "phi 0,0,0", "u 0,0,0", "P 0,0,0"
SUMS = ["sum phi", "sum say", "sum taken:ne:0", "sum taken:pick:ne:0"]


def negative_multiplier():
    """A chance is not at most 0."""
    return certificate(conclusions=claims((-1, CHANCE)), steps=[conclude(products=[(-1, CHANCE)])])


def negative_rest():
    return certificate(steps=[conclude()])


def unknown_rest():
    """Utilities may be negative here."""
    return certificate(conclusions=claims((1, UTILITY)), steps=[conclude()])


def unknown_factor():
    return certificate(conclusions=claims((1, UTILITY)), steps=[conclude(products=[(1, UTILITY)])])


def not_zero():
    """A chance that is nonnegative is used as if it vanished."""
    return certificate(conclusions=claims((-1, CHANCE)), steps=[conclude(zero=[(CHANCE, [(-1,)])])])


def products_for_zero():
    steps = [lemma("none", [(1, CHANCE)], proof([(1, CHANCE)]), True), conclude(zero=[("none", [(-1,)])])]
    return certificate(conclusions=claims((-1, CHANCE)), steps=steps)


def rest_for_zero():
    steps = [lemma("none", [(1, CHANCE)], proof(), True), conclude(zero=[("none", [(-1,)])])]
    return certificate(conclusions=claims((-1, CHANCE)), steps=steps)


def rule_of_nothing():
    """By a rule that says nothing at all a provider would lose what he has; so he would have at least 0."""
    steps = [
        given("mute", "0", [[[]]], proof()),
        {"deviate": {"run": "dev", "provider": "0", "rules": ["mute"]}},
        conclude(products=[(1, "no gain dev")], reduce=SUMS),
    ]
    return certificate(hypotheses=["equilibrium"], conclusions=claims((1, PAYOFF)), steps=steps)


def rule_with_a_negative_chance():
    """What is said with chances 2 and -1 would be worth more than the dominant rule."""
    steps = [
        given("rash", "0", [[[(2,)], [(-1,)]]], proof()),
        conclude(
            products=[(1, "dominates rash 0"), (1, "best:rash:0 0,0"), (1, "best:rash:0 1,1")], reduce=["sum phi"]
        ),
    ]
    wrong = claims((1, "value:dominant 0"), (-2, "u 0,0,0"), (1, "u 0,1,0"))
    return certificate("111212111", hypotheses=["user dominance"], conclusions=wrong, steps=steps)


def dominance_of_another():
    """The dominant rule of one provider may be worse than what another one knows to say."""
    rule = given("his", "0", [[[(1,)], []], [[], [(1,)]]])
    return certificate(
        "122222121",
        hypotheses=["user dominance"],
        rules=[rule],
        rule_proofs=[[proof()] * 2],
        conclusions=claims((1, "value:dominant 0"), (-1, "value:his 0")),
        steps=[conclude(products=[(1, "dominates his 0")], opaque=["value:dominant", "value:his"])],
    )


def silent(name, provider):
    return given(name, provider, [[[(1,)]]])


def other_ties():
    """Two providers have nothing to say, but she breaks ties otherwise with one than with the other."""
    wrong = claims((1, "q:one 0,0,0"), (-1, "q:two 0,0,0"))
    same = {"name": "alike", "decisions": [["one:0", "0"], ["two:0", "0"]], "proofs": [proof()] * 2}
    return certificate(
        "121211111",
        rules=[silent("one", "0"), silent("two", "1")],
        rule_proofs=[[proof()]] * 2,
        conclusions=wrong,
        steps=[{"same": same}, conclude()],
    )


def other_scores():
    """She decides otherwise if she sees something else."""
    wrong = claims((1, "taken:ne:0 0,0"), (-1, "taken:ne:0 1,0"))
    same = {"name": "alike", "decisions": [["ne:0", "0"], ["ne:0", "1"]], "proofs": [proof()] * 2}
    return certificate("111211211", conclusions=wrong, steps=[{"same": same}, conclude()])


def one_case():
    """An action is taken if it is taken."""
    split = {"decision": ["ne:0", "0"], "cases": [[conclude()], [conclude()]]}
    return certificate("111211111", conclusions=claims((1, "taken:ne:0 0,0"), (-1,)), steps=[{"split": split}])


def facts_of_another_case():
    wrong = [(1, "taken:ne:0 0,0"), (-1,)]
    cases = [[lemma("so", wrong, proof()), conclude()], [conclude(products=[(1, "so")])]]
    split = {"decision": ["ne:0", "0"], "cases": cases}
    return certificate("111211111", conclusions=claims(*wrong), steps=[{"split": split}])


def run_under_another_name():
    """If a deviation could be called the equilibrium, any rule would be as good for a provider as any other."""
    rules = [given("tells", "0", [[[(1,)], []], [[], [(1,)]]]), given("hides", "0", [[[(1,)], []], [[(1,)], []]])]
    cells = [(a, y) for a in range(2) for y in range(2)]
    wrong = claims(
        *((sign, f"q:{at} 0,{a},{y}", f"P 0,{a},{y}") for a, y in cells for at, sign in (("tells", 1), ("hides", -1)))
    )
    steps = [
        {"deviate": {"run": run, "provider": "0", "rules": [rule]}} for run, rule in (("ne", "tells"), ("x", "hides"))
    ]
    how = {"products": [(1, "no gain x")], "reduce": ["sum taken:pick:ne:0", "sum taken:pick:x:0"]}
    return certificate(
        "111222121",
        hypotheses=["equilibrium"],
        rules=rules,
        rule_proofs=[[proof()] * 2] * 2,
        conclusions=wrong,
        steps=[*steps, conclude(**how)],
    )


def sign_of_a_case():
    """What an impossible case shows of a utility is used in another."""
    mine = [(1, "taken:ne:0 0,1"), (-1,)]
    impossible = [lemma("so", [(1, "u 0,1,0")], proof(zero=[("second", [(-1, "u 0,1,0")])])), conclude()]
    again = {"split": {"decision": ["ne:0", "0"], "cases": [impossible, [conclude()]]}}
    split = {"decision": ["ne:0", "0"], "cases": [[conclude()], [lemma("second", mine, proof(), True), again]]}
    wrong = claims((1, "taken:ne:0 0,1", "u 0,1,0"))
    return certificate("111211111", conclusions=wrong, steps=[{"split": split}])


def minus_a_chance():
    return certificate(conclusions=claims((-1, CHANCE)), steps=[conclude()])


def one_less():
    """-1 = -2 + 1, and 1 is nonnegative."""
    return certificate(steps=[conclude(products=[(1,)])])


def lacking(document, hypothesis):
    """A theorem without one of its hypotheses."""
    return drop(document, ("claim", "hypotheses", document["claim"]["hypotheses"].index(hypothesis)))


FALSEHOODS = {
    "negative multiplier": (negative_multiplier, "negative-multiplier"),
    "negative rest": (negative_rest, "not-an-identity"),
    "unknown rest": (unknown_rest, "not-an-identity"),
    "unknown factor": (unknown_factor, "sign-unknown"),
    "not zero": (not_zero, "not-zero"),
    "products for zero": (products_for_zero, "unusable"),
    "rest for zero": (rest_for_zero, "not-an-identity"),
    "rule of nothing": (rule_of_nothing, "not-an-identity"),
    "negative chance": (rule_with_a_negative_chance, "not-a-rule"),
    "dominance of another": (dominance_of_another, "unknown-name"),
    "other ties": (other_ties, "not-the-same"),
    "other scores": (other_scores, "not-an-identity"),
    "one case": (one_case, "not-an-identity"),
    "facts of another case": (facts_of_another_case, "unknown-name"),
    "another name": (run_under_another_name, "name-taken"),
    "sign of a case": (sign_of_a_case, "not-an-identity"),
    "minus a chance": (minus_a_chance, "not-an-identity"),
    "one less": (one_less, "not-an-identity"),
    "nothing": (certificate, "proof-is-open"),
    "no equilibrium": (lambda: lacking(theorem_3_1("211222122"), "equilibrium"), "unknown-name"),
    "no equilibrium, anonymous": (lambda: lacking(theorem_4_3("211222122"), "equilibrium"), "unknown-name"),
    "no dominance": (lambda: lacking(theorem_4_3("211222122"), "user dominance"), "unknown-name"),
    "no largest gain": (lambda: lacking(theorem_4_4("211222122"), "largest gain"), "unknown-name"),
    "ties not blind": (lambda: lacking(theorem_3_1("222222122"), "ties blind to the provider"), "not-the-same"),
    "not aligned": (lambda: lacking(theorem_3_1("111222122"), "user alignment"), "unknown-name"),
    "not common": (lambda: lacking(theorem_3_1("122222122"), "common given state and user"), "unknown-name"),
}
"""Certificates of claims that are false, and why they are rejected."""


@pytest.mark.parametrize("what", FALSEHOODS)
def test_a_false_claim_is_rejected(what):
    document, reason = FALSEHOODS[what]
    assert verdict(document()) == reason


AT_AN_EQUILIBRIUM = {
    "rule of nothing",
    "another name",
    "no dominance",
    "no largest gain",
    "ties not blind",
    "not aligned",
    "not common",
}
"""Claims about equilibria, which random profiles are not."""


@pytest.mark.parametrize("what", [what for what in FALSEHOODS if what not in AT_AN_EQUILIBRIUM])
def test_the_claim_is_false(what):
    assert refuted(FALSEHOODS[what][0](), random.Random(what), 3000)


ASSUMED = 'OWN = "own"\n{} = EQUILIBRIUM'
IN_THEOREM = {
    "signs of coefficients": (
        "(scale := coefficient.rational()) < 0",
        "not (scale := coefficient.rational())",
        "negative multiplier",
    ),
    "signs of the rest": ("if coefficient < 0 or not all(", "if not all(", "negative rest"),
    "factors of the rest": (" or not all(state.nonnegative(terms[place]) for place in monomial)", "", "unknown rest"),
    "factors": ("if not state.nonnegative(term):", "if False:", "unknown factor"),
    "vanishing": ("if not fact.equal:\n            raise", "if False:\n            raise", "not zero"),
    "products": ('("view", "zero") if equal else', "", "products for zero"),
    "rest": ("if equal and rest:", "if False:", "rest for zero"),
    "variables": (
        'term.sign != "constant" or term.left < 0',
        'term.sign == "constant" and term.left < 0',
        "unknown rest",
    ),
    "constants": ('term.sign != "constant" or term.left < 0', 'term.sign != "constant"', "negative chance"),
    "sums": ("_identity(state, market.book.term(total(chances) - 1), True, proof)", "pass", "rule of nothing"),
    "chances": ("if not all(map(state.nonnegative, chances)):", "if False:", "negative chance"),
    "whose rules": ("if provider == market.size.team - 1 and name", "if name", "dominance of another"),
    "orders": ("first.order != second.order or ", "", "other ties"),
    "scores": ("_identity(state, b - a, True, proof)", "pass", "other scores"),
    "cases": ('enumerate(fields["cases"].items(len(taken)))', 'enumerate(fields["cases"].items()[:1])', "one case"),
    "facts of cases": ("case = state.branch()", "case = state", "facts of another case"),
    "signs of cases": ("set(self.signed)", "self.signed", "sign of a case"),
    "names": ("if name in self.facts:", "if False:", "another name"),
    "ends": ("if ends != [False] * (len(items) - 1) + [True]:", "if False:", "nothing"),
    "conclusions": ("_identity(state, goal[0], False, proofs[name])", "pass", "negative rest"),
    "equilibrium": ("if EQUILIBRIUM in state.hypotheses:", "if True:", "no equilibrium"),
    "equilibrium, anonymous": ("if EQUILIBRIUM in state.hypotheses:", "if True:", "no equilibrium, anonymous"),
    "dominance": ('OWN = "own"', ASSUMED.format("DOMINANCE"), "no dominance"),
    "largest gain": ('OWN = "own"', ASSUMED.format("LARGEST_GAIN"), "no largest gain"),
    "blind ties": ('OWN = "own"', ASSUMED.format("BLIND"), "ties not blind"),
    "alignment": ("[h for h in PREMISES if h in hypotheses]", "PREMISES", "not aligned"),
    "common garblings": ("[h for h in PREMISES if h in hypotheses]", "PREMISES", "not common"),
}
IN_TERMS = {
    "orders of decisions": (
        "key = tuple(term.place for term in terms), order",
        "key = tuple(term.place for term in terms)",
        "other ties",
    ),
    "signs of products": ("c * d for n, d in", "abs(c * d) for n, d in", "minus a chance"),
    "signs of sums": ("(c if coefficient == 1 else coefficient * c)", "c", "one less"),
}
BREAKS = {
    **{what: (theorem, *change) for what, change in IN_THEOREM.items()},
    **{what: (terms, *change) for what, change in IN_TERMS.items()},
}
"""What is broken: where, how, and which false claim is then accepted."""


def break_(monkeypatch, module, old, new):
    """Use a module with another piece of source in place of the real one."""
    source = inspect.getsource(module)
    assert source.count(old) == 1, f"not found once: {old}"
    changed = ModuleType(module.__name__)
    monkeypatch.setitem(sys.modules, module.__name__, changed)
    exec(compile(source.replace(old, new), module.__file__, "exec"), vars(changed))
    real = {name: value for name, value in vars(module).items() if not name.startswith("__")}
    for user, (name, value) in product((kinds, theorem, hypotheses, market, terms, test_twin), real.items()):
        if getattr(user, name, None) is value is not vars(changed)[name]:
            monkeypatch.setattr(user, name, vars(changed)[name])


@pytest.mark.parametrize("what", BREAKS)
def test_a_false_claim_exposes_the_broken_kernel(what, monkeypatch):
    module, old, new, claim = BREAKS[what]
    document = FALSEHOODS[claim][0]()
    assert verdict(document) != "valid"
    break_(monkeypatch, module, old, new)
    assert verdict(document) == "valid"


PREMISES = {
    "best": (hypotheses, "Fact(decision.value - score)", "Fact(score - decision.value)"),
    "sum": (hypotheses, "Fact(total(row) - 1, True", "Fact(total(row) - 2, True"),
    "solved": (hypotheses, "{(chance.place,): -1 for", "{(chance.place,): 1 for"),
    "benchmark": (market, 'protocol[1:] if protocol.startswith("U") else protocol', "protocol"),
    "garbling": (market, "user, provider), garblings[provider])", "user, provider), garblings[0])"),
    "asked": (market, "ONE if j == provider", "ONE if j == 0"),
    "ties": (market, "j % len(askable)", "0"),
    "heard": (market, '0 if setting.play == "anonymous" else i for', "i for"),
    "deviator": (market, '("pick", i) for i', '("pick", 0) for i'),
}


def enumerate_games():
    for setting, seed in product(test_twin.MARKETS[:5], range(4)):
        test_twin.test_names_mean_what_enumeration_finds(setting, seed)


@pytest.mark.parametrize("what", PREMISES)
def test_concrete_games_expose_a_broken_market(what, monkeypatch):
    break_(monkeypatch, *PREMISES[what])
    with pytest.raises((AssertionError, KeyError)):
        enumerate_games()


WEIGHTS = {
    "error": ("Fact(error - residual)", "Fact(-error - residual)"),
    "share": ("inverse * (1 - share) - 1", "inverse * share - 1"),
    "coverage": ("deviator, 0) - 1, True", "deviator, 0) - 2, True"),
    "ratio": ("weights.users[j][0] - ratio", "weights.users[j][0] + ratio"),
    "common": ("images[0][at][z], True", "images[0][at][0], True"),
}


def try_hypotheses():
    for weak in (True, False):
        test_twin.test_hypotheses_hold_where_they_should(weak, "personalized")


@pytest.mark.parametrize("what", WEIGHTS)
def test_concrete_games_expose_a_broken_hypothesis(what, monkeypatch):
    break_(monkeypatch, hypotheses, *WEIGHTS[what])
    with pytest.raises(AssertionError):
        try_hypotheses()
