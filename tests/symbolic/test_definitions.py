"""Universal statements from the definitions: every size is proved, and a proof proves nothing else."""

from copy import deepcopy
from fractions import Fraction
from itertools import product as tuples

import pytest

from alignproof.symbolic import theorem_3_1, theorem_4_3, theorem_4_4, theorem_4_4_spare, theorem_5_1
from alignproof.symbolic.catalogue import RESULTS, text
from alignproof.symbolic.definitions import place, theorem_certificate, theorem_claim
from alignproof.symbolic.statement import Size, Statement
from alignproof.verification.universal import STATEMENTS, market_size
from tests.evidence import accepted

MODULES = (theorem_3_1, theorem_4_3, theorem_4_4, theorem_4_4_spare, theorem_5_1)
SMALL = {
    "Theorem 3.1": "222222222",
    "Theorem 4.3": "222222222",
    "Theorem 4.4": "222222222",
    "Theorem 4.4 with a spare message": "222222122",
    "Theorem 5.1": "222222222",
}
EVERY = pytest.mark.parametrize("statement", STATEMENTS, ids=lambda s: s.result)


def somewhere(statement, digits=None, protocol=None):
    return place(statement, market_size(digits or SMALL[statement.result]), protocol or statement.argument.protocols[0])


def certified(statement, digits=None, protocol=None):
    return theorem_certificate(statement, somewhere(statement, digits, protocol))


def proves(document, claim):
    return accepted({**document, "claim": claim})


@EVERY
def test_small_sizes_are_proved(statement):
    for digits in ("111111111", SMALL[statement.result], "133212113", "121221121", "211112111"):
        assert accepted(certified(statement, digits)), digits


@EVERY
@pytest.mark.parametrize("digits", ["221222111", "121222122"])
def test_so_are_other_protocols_of_theorem_4_4(statement, digits):
    for protocol in statement.argument.protocols[1:]:
        assert accepted(certified(statement, digits, protocol)), protocol


@EVERY
def test_each_hypothesis_of_the_claim_is_needed_by_the_proof(statement):
    document = certified(statement)
    claim = document["claim"]
    named = [h.kernel for h in statement.hypotheses if h.kernel]
    assert claim["hypotheses"] == named
    assert len(set(named)) == len(named) > 3
    for dropped in named:
        assert not proves(document, claim | {"hypotheses": [name for name in named if name != dropped]}), dropped


@EVERY
def test_a_statement_without_a_hypothesis_claims_without_it(statement):
    where = somewhere(statement)
    for hypothesis in statement.hypotheses:
        less = theorem_claim(statement.without(hypothesis.name), where)["hypotheses"]
        assert less == [h.kernel for h in statement.hypotheses if h.kernel and h is not hypothesis]


SLACKS = [(module, k) for module in MODULES for k in range(len(getattr(module, "FACTORS", theorem_3_1.FACTORS)))]
SIGNED = {(theorem_3_1, 0), (theorem_3_1, 1), (theorem_5_1, 0), (theorem_5_1, 1), (theorem_4_4, 0)}
"""Terms of a slack that are known to be nonnegative: eps_U, eps_P mu_i, and Delta_R(j)."""


def with_factor(module, k, change):
    """The statement with one of the factors of its slack multiplied by ``change``."""
    factors = list(getattr(module, "FACTORS", theorem_3_1.FACTORS))
    factors[k] *= Fraction(change)
    return module.statement(tuple(factors))


@pytest.mark.parametrize(("module", "k"), SLACKS)
@pytest.mark.parametrize("change", ["1/2", "99/100", "0", "-1", "2"])
def test_the_proof_proves_no_other_slack(module, k, change):
    """A larger one is a weaker claim where the error is nonnegative, which 4.3 and 4.4 do not assume of eps."""
    other, document = with_factor(module, k, change), certified(module.statement())
    weaker = change == "2" and (module, k) in SIGNED
    assert proves(document, theorem_claim(other, somewhere(other))) == weaker
    assert accepted(certified(other)) == weaker


@EVERY
def test_the_proof_proves_nothing_else(statement):
    document = certified(statement)
    claim = document["claim"]
    setting = claim["setting"]
    other_play = {"personalized": "anonymous", "anonymous": "personalized"}[setting["play"]]
    changes = [
        {"setting": setting | {"play": other_play}},
        {"setting": setting | {"entrant": not setting["entrant"]}},
        {"setting": setting | {"protocol": setting["protocol"] + "P"}},
        {"setting": setting | {"size": setting["size"] | {"users": "1"}}},
        {"setting": setting | {"size": setting["size"] | {"actions": "3"}}},
        {"shared": []},
        {"conclusions": {name: [*value, ["-1/1000"]] for name, value in claim["conclusions"].items()}},
        {"conclusions": claim["conclusions"] | {"more": [["-1"]]}},
    ]
    for change in changes:
        assert not proves(document, deepcopy(claim) | change), change


@EVERY
def test_every_provider_of_t_may_deploy_the_benchmark(statement):
    claim = certified(statement)["claim"]
    assert len(claim["conclusions"]) == market_size(SMALL[statement.result]).team == 2
    for p, value in enumerate(claim["conclusions"].values()):
        assert ["-1", f"value:shared {p} 0"] in value
        assert ["1", "value:ne 0"] in value


@pytest.mark.parametrize(("digits", "protocol"), [("222221222", "UP"), ("222222222", "PU"), ("222222222", "P")])
@pytest.mark.parametrize("module", [theorem_4_4, theorem_4_4_spare])
def test_theorem_4_4_needs_an_opening_and_messages(module, digits, protocol):
    with pytest.raises(ValueError, match="has to"):
        certified(module.statement(), digits, protocol)


@pytest.mark.parametrize("module", [theorem_4_3, theorem_4_4, theorem_4_4_spare])
def test_the_provider_has_to_speak_once(module):
    for protocol in ("UU", "UPP"):
        with pytest.raises(ValueError, match="has to speak once"):
            certified(module.statement(), protocol=protocol)


@pytest.mark.parametrize("module", [theorem_3_1, theorem_5_1])
@pytest.mark.parametrize("protocol", ["PP", "UP"])
def test_the_personalized_proofs_are_for_one_message(module, protocol):
    try:
        document = certified(module.statement(), "111222122", protocol)
    except ValueError:
        return
    assert not accepted(document)


# All sizes up to three: n, k, |A|, |Y|, |M|.


def sizes(n, top=3):
    return tuples([n], *[range(1, top + 1)] * 4)


def provable(statement, n, messages, features):
    """Whether Theorem 4.4 has the messages that it asks for."""
    needed = {"Theorem 4.4": n, "Theorem 4.4 with a spare message": (n - 1) * features + 1}
    return messages >= needed.get(statement.result, 0)


@pytest.mark.slow
@pytest.mark.parametrize("n", [1, 2, 3])
@EVERY
def test_all_sizes_up_to_three(statement, n):
    """T is everybody and only providers have features and garblings, two of each; then T lacks one, where there are
    two, and only users have features, two of them."""
    for n_, k, actions, states, messages in sizes(n):
        for team, features in ((k, (1, 2, 2)), (max(1, k - 1), (2, 1, 1))):
            digits = "".join(map(str, (n_, k, team, actions, states, messages, *features)))
            if provable(statement, n, messages, features[0]):
                assert accepted(certified(statement, digits)), digits
            else:
                with pytest.raises(ValueError, match="has to"):
                    certified(statement, digits)


@pytest.mark.slow
@pytest.mark.parametrize("protocol", ["UUP", "UPU"])
@pytest.mark.parametrize("module", [theorem_4_4, theorem_4_4_spare])
def test_longer_protocols_of_theorem_4_4_up_to_two(module, protocol):
    """T is everybody; users have no features, providers and garblings two."""
    statement = module.statement()
    for n, k, actions, states, messages in (*sizes(1, 2), *sizes(2, 2)):
        digits = "".join(map(str, (n, k, k, actions, states, messages, 1, 2, 2)))
        if provable(statement, n, messages, 1):
            assert accepted(certified(statement, digits, protocol)), digits


# For people.


def balanced(latex):
    """Whether braces close what they open, and environments and delimiters come in pairs."""
    depth = 0
    for before, sign in zip(" " + latex, latex, strict=False):
        depth += (sign == "{") - (sign == "}") if before != "\\" else 0
        if depth < 0:
            return False
    return depth == 0 and latex.count(r"\left") - latex.count(r"\leftarrow") == latex.count(r"\right") - latex.count(
        r"\rightarrow"
    )


@pytest.mark.parametrize("latex", ["{", "}{", r"\frac{a}{b", r"\left( a"])
def test_what_is_not_balanced(latex):
    assert not balanced(latex)
    assert balanced(r"\frac{a}{b} \{")


@pytest.mark.parametrize("result", RESULTS, ids=lambda r: r.result)
def test_the_latex_of_every_result_and_line_is_there_and_balanced(result):
    formulas = [result.latex(), *(line.formula for line in result.lines)]
    assert all(formula.strip() and balanced(formula) for formula in formulas)
    assert result.lines
    assert all(line.why.strip() for line in result.lines)
    shown = text(result)
    assert all(formula in shown for formula in formulas)
    if isinstance(result, Statement):
        for hypothesis in result.hypotheses:
            assert (hypothesis.text in shown) or hypothesis.derived
            assert hypothesis.source


MENTIONED = {
    "Theorem 3.1": (r"\varepsilon_U", r"2\varepsilon_P", r"\mu_i", r"w_{j,i}", r"\lambda_{j,i}", "C^*_{S,T}(i)"),
    "Theorem 4.3": (r"\pm \varepsilon", r"2\varepsilon", r"C^*_{P_j}", "C^*_{S,T}(i)", r"\lambda_{j,i}"),
    "Theorem 4.4": (r"\Delta_R(j)", r"2\varepsilon", "C^*_{S,T,R-1}(i)", r"\lambda_{j,i}"),
    "Theorem 4.4 with a spare message": (r"2\varepsilon", "C^*_{S,T,R-1}(i)", r"\lambda_{j,i}"),
    "Theorem 5.1": (r"\beta_j", "f_j", r"2\varepsilon_P", r"\mu_i", "C^*_{S,T}(i)"),
}


@EVERY
def test_lines_mention_what_they_should(statement):
    lines = " ".join(line.formula for line in statement.lines)
    assert all(part in lines for part in MENTIONED[statement.result])
    if "spare" in statement.result:
        assert r"\Delta" not in lines + statement.latex()


@EVERY
def test_every_symbol_of_the_bound_is_explained_at_every_depth(statement):
    """Nothing is left of the symbols for people once a size or a place is put in."""
    printed = statement.bound.free_symbols | statement.guaranteed.free_symbols
    assert not printed & statement.conclusion(Size(2, 2)).free_symbols
    claim = theorem_claim(statement, somewhere(statement))
    names = {name for value in claim["conclusions"].values() for _, *factors in value for name in factors}
    assert not {symbol.name for symbol in printed} & names
