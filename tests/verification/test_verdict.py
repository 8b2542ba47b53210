"""What a row demands of a claim."""

from alignproof.verification.verdict import differences

WANTED = {"setting": {}, "hypotheses": ["range"]}


def test_a_theorem_must_not_state_more_hypotheses_than_wanted():
    assert differences("theorem", WANTED, "theorem", WANTED) == []
    false = {"nonnegative": {"false": "-1"}}
    assert differences("theorem", WANTED | false, "theorem", WANTED) == ["nonnegative"]
    assert differences("theorem", WANTED, "theorem", WANTED | false) == ["nonnegative"]
    assert differences("identity", WANTED, "theorem", WANTED) == ["kind identity"]
