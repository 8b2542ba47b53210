"""Lines of printed proofs as steps of proofs from the definitions: accepted, and only the true ones."""

import random
from fractions import Fraction

import pytest

from alignproof.formats.certificates import certificate
from alignproof.symbolic import printed as steps
from alignproof.symbolic import theorem_3_1, theorem_4_3, theorem_4_4, theorem_4_4_spare, theorem_5_1
from alignproof.symbolic.definitions import place
from alignproof.symbolic.induction import obligation_documents
from alignproof.symbolic.printed import dominant_certificate, inserted, printed_proof, printed_rules, rules_in, steps_in
from alignproof.symbolic.printed_algebra import ALGEBRA, alike_users, newcomer_summed_out
from alignproof.verification.universal import market_size
from tests.evidence import accepted

THEOREMS = (theorem_3_1, theorem_4_3, theorem_4_4, theorem_5_1)
SIZES = ("111111111", "222222222")


def printed(theorem, digits="111111111"):
    statement = theorem.statement()
    protocol = "UP" if theorem is theorem_4_4 else "P"
    return printed_proof(statement, place(statement, market_size(digits), protocol))


def proof_of(document):
    return document["evidence"]["steps"]


@pytest.mark.parametrize("digits", SIZES)
@pytest.mark.parametrize("theorem", THEOREMS, ids=lambda theorem: theorem.__name__)
def test_the_kernel_accepts_proofs_that_contain_the_lines(theorem, digits):
    document, lines = printed(theorem, digits)
    assert accepted(document)
    found = set(steps_in(proof_of(document)))
    assert lines
    for said in lines.values():
        assert said
        assert set(said) <= found


@pytest.mark.slow
@pytest.mark.parametrize("theorem", THEOREMS, ids=lambda theorem: theorem.__name__)
def test_the_kernel_accepts_them_where_there_are_three_of_most(theorem):
    document, _ = printed(theorem, "333333122")
    assert accepted(document)


@pytest.mark.parametrize("theorem", THEOREMS, ids=lambda theorem: theorem.__name__)
def test_the_claim_is_the_theorem(theorem):
    document, _ = printed(theorem)
    statement = theorem.statement()
    protocol = "UP" if theorem is theorem_4_4 else "P"
    where = place(statement, market_size("111111111"), protocol)
    assert document["claim"] == steps.theorem_claim(statement, where)


def changed(document, change):
    """The certificate with each line's lemma changed in turn."""
    before = proof_of(document)
    for k, step in enumerate(before):
        if step.get("lemma", {}).get("name", "").startswith("line: "):
            lemma = change(step["lemma"])
            if lemma is not None:
                proof = [*before[:k], {"lemma": lemma}, *before[k + 1 :]]
                yield certificate("theorem", document["claim"], {"rules": [], "steps": proof})


def turned(lemma):
    """The opposite inequality."""
    if lemma["equal"]:
        return None
    return lemma | {"value": [[str(-Fraction(c)), *names] for c, *names in lemma["value"]]}


def lowered(lemma):
    """Something less, which may be negative."""
    return lemma | {"value": [*lemma["value"], ["-1"]]}


@pytest.mark.parametrize("change", [turned, lowered])
@pytest.mark.parametrize("theorem", THEOREMS, ids=lambda theorem: theorem.__name__)
def test_a_line_that_is_changed_is_rejected(theorem, change):
    document, _ = printed(theorem)
    attempts = list(changed(document, change))
    assert attempts
    assert not any(map(accepted, attempts))


@pytest.mark.parametrize(("run", "sign"), [("shared 0", "1"), ("ne", "-1")])
def test_equation_2_as_printed_is_rejected(run, sign):
    """With + c_i for - c_i."""

    def as_printed(lemma):
        if not lemma["name"].startswith(f"line: equation (2) in expectation, {run}"):
            return None
        assert [sign, "c_U 0"] in lemma["value"]
        value = [[str(-int(sign)), "c_U 0"] if term == [sign, "c_U 0"] else term for term in lemma["value"]]
        return lemma | {"value": value}

    (attempt,) = changed(printed(theorem_3_1)[0], as_printed)
    assert not accepted(attempt)


def lemma_of(proof, wanted, path=()):
    """The lemma that says a step, under a name of its own; None if it is in none of the cases."""
    for step in proof:
        if "lemma" in step and list(steps_in([step], path)) == [wanted]:
            return {"lemma": step["lemma"] | {"name": "once more"}}
        if "split" in step:
            group, number = step["split"]["decision"]
            for option, case in enumerate(step["split"]["cases"]):
                found = lemma_of(case, wanted, (*path, (group, number, str(option))))
                if found:
                    return found
    return None


def test_lines_hold_in_their_cases_only():
    """That who asks another had her benchmark is false of whom asks the deviator, and rejected there."""
    document, lines = printed(theorem_3_1, "222222222")
    before = lines["below her benchmark she moves"][0]
    assert before.path
    lemma = lemma_of(proof_of(document), before)
    misplaced = inserted(proof_of(document), {(): [lemma]})
    assert not accepted(certificate("theorem", document["claim"], {"rules": [], "steps": misplaced}))
    again = inserted(proof_of(document), {before.path: [lemma]})
    assert accepted(certificate("theorem", document["claim"], {"rules": [], "steps": again}))


def test_steps_are_found_with_their_cases():
    lemma = {"lemma": {"name": "a", "value": [["1", "x"]], "equal": False, "proof": {}}}
    split = {"split": {"decision": ["g", "0"], "cases": [[lemma, {"conclude": {}}], [{"conclude": {}}]]}}
    (step,) = steps_in([split])
    assert (step.value, step.equal, step.path) == ((("1", "x"),), False, (("g", "0", "0"),))
    assert list(steps_in(inserted([split], {(("g", "0", "1"),): [lemma]})))[1].path == (("g", "0", "1"),)


def test_rules_are_found():
    for theorem, names, protocol in ((theorem_3_1, ["share 0", "share 1"], "P"), (theorem_4_4, ["branches"], "UP")):
        document, _ = printed(theorem, "222222222")
        statement = theorem.statement()
        rules = printed_rules(statement, place(statement, market_size("222222222"), protocol))
        assert list(rules) == names
        assert list(rules_in(proof_of(document))) == list(rules.values())
        step = next(step for step in proof_of(document) if "rule" in step)
        other = step["rule"] | {"chances": step["rule"]["chances"][::-1]}
        assert not set(rules.values()) & set(rules_in([{"rule": other}]))


def test_there_is_no_printed_proof_of_what_the_paper_does_not_print():
    statement = theorem_4_4_spare.statement()
    with pytest.raises(ValueError, match="no printed proof"):
        printed_proof(statement, place(statement, market_size("111122122"), "UP"))


@pytest.mark.parametrize("digits", SIZES)
def test_the_dominant_rule_stands_for_the_benchmark(digits):
    statement = theorem_4_3.statement()
    document = dominant_certificate(statement, place(statement, market_size(digits), "P"))
    assert accepted(document)
    ((value,),) = [document["claim"]["conclusions"].values()]
    for k in range(len(value)):
        smaller = {"nearly dominant": [*value[:k], *value[k + 1 :]]}
        assert k == 1 or not accepted(document | {"claim": document["claim"] | {"conclusions": smaller}})


@pytest.mark.parametrize("name", ALGEBRA)
def test_identities_are_accepted(name):
    claim, evidence = ALGEBRA[name]()
    assert accepted(certificate("identity", claim, evidence))


@pytest.mark.parametrize("name", ALGEBRA)
def test_an_identity_is_of_its_conclusion(name):
    """Any other conclusion is rejected."""
    claim, evidence = ALGEBRA[name]()
    for goal, value in claim["conclusions"].items():
        more = [*value, {"coefficient": "-1", "powers": {"new": "1"}}]
        other = claim | {"variables": [*claim["variables"], "new"], "conclusions": claim["conclusions"] | {goal: more}}
        assert not accepted(certificate("identity", other, evidence))


@pytest.mark.parametrize("name", ALGEBRA)
def test_identities_need_their_hypotheses(name):
    """A hypothesis that the evidence names cannot be left out."""
    claim, evidence = ALGEBRA[name]()
    for part in ("nonnegative", "zero"):
        for hypothesis in claim[part]:
            used = any(
                hypothesis in proof["zero"] or any(hypothesis in term["factors"] for term in proof["products"])
                for proof in evidence.values()
            )
            less = claim | {part: {k: v for k, v in claim[part].items() if k != hypothesis}}
            assert accepted(certificate("identity", less, evidence)) == (not used)


def test_the_algebra_of_4_1_and_5_2_holds_of_numbers():
    """The bounds in numbers drawn at random, without polynomials."""
    draw = random.Random(1)
    for _ in range(200):
        match, abstain, err = (Fraction(draw.randint(0, 20)) for _ in range(3))
        total = match + abstain + err or Fraction(1)
        match, abstain, p = match / total, abstain / total, 1 - abstain / total
        d = 1 + Fraction(draw.randint(1, 20), draw.randint(1, 5))
        earned = match / (d + 1) + d / (d + 1) * abstain
        bounded = p / (d + 1) + d * (1 - p) / (d + 1)
        assert earned <= bounded == (p - d * p) / (d + 1) + d / (d + 1) <= d / (d + 1)
        other = match / 4 + abstain / 6 + abstain / 2
        assert other <= p / 4 + (1 - p) * Fraction(2, 3) == Fraction(2, 3) - Fraction(5, 12) * p


@pytest.mark.parametrize("build", [alike_users, newcomer_summed_out])
def test_obligations_are_accepted(build):
    parts = [obligation_documents(obligation) for obligation in build()]
    claim, evidence = {"obligations": [c for c, _ in parts]}, {"proofs": [e for _, e in parts]}
    assert accepted(certificate("obligations", claim, evidence))
