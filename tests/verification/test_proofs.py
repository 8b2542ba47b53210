"""Solvers' proofs become certificates."""

import json

from alignproof.checks.kernel import check
from alignproof.games.document import parse
from alignproof.oracles.farkas import PROVERS
from alignproof.oracles.systems import Refutation, Unknown
from alignproof.symbolic.linear import NEGATED, identity_claim
from alignproof.symbolic.statement import Size
from alignproof.verification import proofs
from alignproof.verification.universal import STATEMENTS

SIZE = Size(2, 2)


def test_every_result_by_both_solvers():
    found = list(proofs.translated(sizes=(SIZE,)))
    assert [(item.statement, item.solver) for item in found] == [(s.result, p) for s in STATEMENTS for p in PROVERS]
    for item in found:
        assert check(parse(item.certificate.encode())) == "identity"
        (statement,) = (s for s in STATEMENTS if s.result == item.statement)
        claim = json.loads(item.certificate)["claim"]
        assert claim == json.loads(json.dumps(identity_claim(statement, SIZE)))


def test_a_hypothesis_dropped_leaves_no_proof():
    weaker = STATEMENTS[0].without("switch")
    for item in proofs.translated([weaker], (SIZE,)):
        assert (item.certificate, item.reason) == ("", f"{item.solver} says sat")


def test_what_is_missing_is_said(monkeypatch, tmp_path, capsys):
    lies = {"liar": lambda *_: Refutation({NEGATED: 1}), "tired": lambda *_: Unknown("tired")}
    monkeypatch.setattr(proofs, "PROVERS", lies)
    assert proofs.main(tmp_path / "deep") == 3
    said = capsys.readouterr().out
    assert "tired: tired" in said
    assert "0 of " in said
    assert list((tmp_path / "deep").iterdir()) == []
