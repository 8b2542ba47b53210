"""What a cell's verdict means: certificates that the kernel accepts, or a word of who is trusted; never a guess."""

import pytest

from alignproof.checks.kernel import check
from alignproof.games.document import parse
from alignproof.smt.solvers import Process
from alignproof.sweeps import cells
from alignproof.sweeps.cells import Cell, Misfit, Outcome, carry_out, changes, dropped, prepare, read_size, settled
from alignproof.symbolic.mutants import mutants
from alignproof.verification.universal import STATEMENTS

SMALL = "n=2, k=2, |A|=2, |Y|=2, |M|=2"


def outcome(statement, size, solver, mutant="none", seed=0, seconds=60.0):
    cell = settled(Cell(statement, size, mutant, solver, seed))
    prepare(cell)
    found = carry_out(cell, seconds)
    assert isinstance(found, Outcome)
    return found


def kinds(found):
    """The kernel accepts all certificates: what they are of."""
    return [check(parse(text.encode())) for text in found.certificates]


@pytest.mark.parametrize(
    ("size", "kind", "depth"),
    [
        ("all", "obligations", "definitions, written out"),
        ("n=2, |T|=3", "identity", "expectations"),
        ("111111111", "theorem", "definitions"),
    ],
)
def test_a_proof_is_a_certificate(size, kind, depth):
    found = outcome("theorem 4.3", size, "kernel")
    assert (found.verdict, found.depth, kinds(found)) == ("PROVED", depth, [kind])


@pytest.mark.parametrize("size", ["all", "n=2, |T|=2", "111111111"])
@pytest.mark.parametrize("mutant", ["without equilibrium", "half of what is guaranteed"])
def test_a_proof_that_fails_refutes_nothing(size, mutant):
    found = outcome("Theorem 4.3", size, "kernel", mutant)
    assert (found.verdict, found.certificates) == ("UNKNOWN", ())
    assert "kernel rejects" in found.reason or "the proof fails" in found.reason


def test_a_mutant_that_is_a_theorem_is_proved():
    assert kinds(outcome("Theorem 4.3", "all", "kernel", "without range")) == ["obligations"]


@pytest.mark.parametrize("solver", ["z3", "cvc5"])
def test_a_solver_alone_is_named_as_what_is_trusted(solver):
    found = outcome("Theorem 4.3", "n=2, |T|=2", solver)
    assert (found.verdict, found.depth, found.certificates) == ("PROVED", "expectations", ())
    assert found.trusts.startswith(solver)
    assert found.trusts.endswith("alone, no certificate")


@pytest.mark.parametrize("solver", ["z3", "cvc5"])
def test_a_model_of_the_query_is_no_game(solver):
    found = outcome("Theorem 4.3", "n=2, |T|=2", solver, "without equilibrium")
    assert (found.verdict, found.certificates) == ("UNKNOWN", ())
    assert "says sat" in found.reason


def test_a_solver_that_is_missing_or_fails_is_unknown(monkeypatch):
    for module, command, reason in (("no_such", ("x",), "not installed"), ("z3", ("false",), "failed with exit code")):
        monkeypatch.setitem(cells.ASKED, "z3", Process(module, "z3-solver", command))
        found = outcome("Theorem 4.3", "n=1, |T|=1", "z3")
        assert found.verdict == "UNKNOWN"
        assert reason in found.reason


def test_a_mutant_whose_query_cannot_be_written_is_unknown():
    found = outcome("Theorem 3.1", "all", "z3", "without weights")
    assert (found.verdict, found.reason) == ("UNKNOWN", "the proof fails: KeyError: 'ratio j'")


def test_a_search_refutes_by_certificates_and_the_same_seed_finds_the_same():
    found = outcome("Theorem 4.3", SMALL, "search:drawn", "without equilibrium", seed=3)
    assert (found.verdict, found.depth) == ("REFUTED", "definitions")
    assert set(kinds(found)) >= {"value", "not-equilibrium", "benchmark"}
    again = outcome("Theorem 4.3", SMALL, "search:drawn", "without equilibrium", seed=3)
    assert again.certificates == found.certificates


def test_a_search_keeps_to_its_size():
    found = outcome("Theorem 4.3", SMALL, "search:drawn", "without user dominance", seed=1)
    for text in found.certificates:
        claim = parse(text.encode()).value["claim"]
        if "game" in claim:
            sizes = (claim["game"]["users"], claim["game"]["providers"], claim["game"]["states"])
            assert max(map(len, sizes)) <= 3  # a companion may have one provider more


@pytest.mark.parametrize("mutant", ["none", "without range"])
def test_a_search_that_finds_nothing_refutes_nothing(mutant):
    found = outcome("Theorem 4.3", SMALL, "search:drawn", mutant, seconds=0.5)
    assert (found.verdict, found.certificates) == ("UNKNOWN", ())
    assert "nothing found" in found.reason


def test_a_search_with_no_market_within_its_size():
    found = outcome("Theorem 4.3", "n=1, k=1, |A|=1, |Y|=1, |M|=1", "search:drawn", "without ties", seconds=0.5)
    assert "no attempts" in found.reason


def test_a_goal_is_proved_by_its_market():
    found = outcome("propA.2", "n=2, k=2, |A|=2, |Y|=2, |M|=2", "search:fits")
    assert (found.verdict, set(kinds(found))) == ("PROVED", {"aligned", "not-aligned"})


@pytest.mark.slow
def test_a_row_of_verify_is_as_it_is_there():
    (scope,) = cells.verified_scopes("theorem 5.2")[:1]
    found = outcome("theorem 5.2", scope, "verify")
    assert (found.verdict, kinds(found)) == ("PROVED", ["bound-violated"])
    with pytest.raises(Misfit, match="none of the scopes"):
        settled(Cell("Theorem 5.2", "n=1", "none", "verify", 0))
    with pytest.raises(Misfit, match="no mutants"):
        settled(Cell("Theorem 5.2", scope, "without ties", "verify", 0))
    with pytest.raises(Misfit, match="no result 'Theorem 9'"):
        settled(Cell("Theorem 9", scope, "none", "verify", 0))


@pytest.mark.slow
def test_scopes_tell_the_rows_of_verify_apart():
    from alignproof.verification.results import tasks

    assert len(cells.rows()) == len(tasks())


def test_a_crash_is_unknown_with_its_reason(monkeypatch):
    for error in (MemoryError("no more"), RecursionError("too deep"), SystemExit(4)):
        monkeypatch.setattr(cells, "_by_kernel", lambda _, error=error: (_ for _ in ()).throw(error))
        found = outcome("Theorem 4.3", "all", "kernel")
        assert (found.verdict, found.reason) == ("UNKNOWN", f"{type(error).__name__}: {error}")


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda s: s.result)
def test_mutants_are_told_apart_by_their_names(statement):
    assert changes(statement) == [mutant.change for mutant in mutants(statement)]
    assert set(dropped(statement)) < set(changes(statement))


def test_nothing_is_drawn_without_a_search():
    assert settled(Cell("theorem 4.3", "all", "none", "kernel", 5)).seed is None
    assert settled(Cell("Theorem 4.3", SMALL.replace(" ", ""), "none", "search:drawn", 5)) == Cell(
        "Theorem 4.3", SMALL, "none", "search:drawn", 5
    )


def test_the_protocol_is_the_statements_own_unless_it_is_given():
    assert settled(Cell("Theorem 4.4", "222222222", "none", "kernel", 0)).size == "222222222 UP"
    assert settled(Cell("Theorem 4.4", "222222222 UUP", "none", "kernel", 0)).size == "222222222 UUP"


NO_SIZES = (
    "", "all ", "n=2", "n=0, |T|=1", "n=101, |T|=1", "n=2, |T|=2, k=3", "|T|=2, n=2", "n=2 |T|=2", "n=2, |T|=2,",
    "n=1/2, |T|=1", "n=-1, |T|=1", "n==2, |T|=2", "n=٢, |T|=2", "22222222", "022222222", "222222222 U",
)  # fmt: skip


@pytest.mark.parametrize("text", NO_SIZES)
def test_what_is_no_size(text):
    with pytest.raises(Misfit, match="is no size"):
        read_size(text)


def test_a_key_is_of_all_that_matters():
    cell = Cell("A", "all", "none", "kernel", None)
    others = [Cell("B", "all", "none", "kernel", None), Cell("A", "all", "none", "kernel", 0)]
    assert len({cell.key("x"), cell.key("y"), *(other.key("x") for other in others)}) == 4
    assert cell.key("x") == Cell("A", "all", "none", "kernel", None).key("x")
