"""Every group of rows says what it should at its smallest; a wrong answer ends the run instead of making a row."""

from fractions import Fraction

import pytest
import run
from bench import literal, menus, programs, replay
from bench.families import Shape, market
from bench.history import load
from bench.literal import Question
from bench.settings import QUICK

from alignproof.checks.kernel import KINDS, check
from alignproof.formats.documents import dump
from alignproof.games.document import parse
from alignproof.oracles.program import Program

PROGRAM = Program(
    [Fraction(1), Fraction(1)], [{0: Fraction(3)}, {0: Fraction(1), 1: Fraction(7)}], [Fraction(1)] * 2, [False] * 2
)


def test_three_ways_to_the_same_optimum():
    assert programs.exact_optimum(PROGRAM) == programs.z3_optimum(PROGRAM) == Fraction(3, 7)
    assert programs.float_optimum(PROGRAM) == pytest.approx(3 / 7)


def test_no_optimum_is_no_number():
    unbounded = Program([Fraction(1)], [], [], [])
    for optimum in (programs.exact_optimum, programs.float_optimum):
        with pytest.raises(ArithmeticError):
            optimum(unbounded)


def test_programs_are_those_that_are_solved():
    game, profile = market(Shape(actions=2, states=2, messages=2), 0)
    asked, exact = programs.asked(lambda: programs.equilibrium(game, profile))
    assert asked
    assert 0 <= exact <= len(asked)


def test_optima_that_differ_end_the_run(monkeypatch):
    monkeypatch.setattr(programs, "signal_programs", lambda quick: [("a", PROGRAM)])
    monkeypatch.setattr(programs, "drawn_programs", lambda quick: [])
    monkeypatch.setattr(programs, "exact_optimum", lambda program: Fraction(1))
    with pytest.raises(SystemExit, match="differ"):
        list(programs.measure(QUICK))


@pytest.mark.parametrize("seed", range(3))
def test_no_menu_beats_the_bound(seed):
    game, profile = market(Shape(actions=2, states=2, messages=2), seed)
    best, (count, payoff) = menus.certified_best(game, profile), menus.best_of_menu(game, profile)
    assert count == 4
    assert payoff <= best.bound
    profiles, stable = menus.finite_game(game)
    assert profiles == 16
    assert 0 <= stable <= 16


def test_a_menu_that_beats_the_bound_ends_the_run():
    game, profile = market(Shape(actions=2, states=2, messages=2), 0)
    best = menus.certified_best(game, profile)
    with pytest.raises(SystemExit, match="above the bound"):
        menus._gap(best, best.bound + Fraction(1, 1000))


@pytest.mark.parametrize("size", [replay.SMALL, pytest.param(replay.LARGE, marks=pytest.mark.slow)])
def test_there_is_a_maker_for_every_kind(size):
    made = {kind: check(parse(dump(make()).encode())) for kind, make in replay.producers(*size).items()}
    assert made == {kind: kind for kind in KINDS}


def question(literal_answer, certified=lambda: "proved"):
    return Question("Theorem", "size", certified, lambda seconds: literal_answer)


def rows_of(monkeypatch, *questions):
    monkeypatch.setattr(literal, "questions", lambda quick: questions)
    return list(literal.measure(QUICK))


def test_a_counterexample_by_z3_ends_the_run(monkeypatch):
    with pytest.raises(SystemExit, match="does not hold"):
        rows_of(monkeypatch, question("sat"))


def test_what_is_not_certified_ends_the_run(monkeypatch):
    def fails():
        raise ArithmeticError

    with pytest.raises(SystemExit, match="does not hold"):
        rows_of(monkeypatch, question("unsat", fails))


def test_an_unknown_is_no_time_and_larger_sizes_are_not_asked(monkeypatch):
    certified, stopped, larger = rows_of(monkeypatch, question("unknown"), question("unsat"))
    assert certified.seconds
    assert stopped.seconds is stopped.ratio is None
    assert "gave up" in stopped.stopped
    assert larger.what.endswith("certified")


def test_certificates_of_a_folder_are_re_checked(tmp_path):
    assert list(replay.kept(tmp_path)) == []
    document = replay.producers(*replay.SMALL)["identity"]()
    (tmp_path / "1.json").write_text(dump(document))
    (tmp_path / "2.json").write_text(dump(document | {"evidence": {}}))
    (tmp_path / "3.json").write_text("{")
    refused, identity = replay.kept(tmp_path)
    assert refused.result.startswith("2 files")
    assert (identity.what, identity.seconds.count) == ("identity: re-checked", 1)


@pytest.mark.slow
def test_a_quick_run_is_kept(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run.main(["--quick", "--repeats", "1", "--limit", "1", "--point", "1"]) == 0
    text = capsys.readouterr().out
    (kept,) = (tmp_path / "build/bench/history").iterdir()
    rows = load(kept).rows
    assert len({row.group for row in rows}) == len(run.MEASURES)
    assert all(row.group in text for row in rows)
    assert {path.name for path in (tmp_path / "build/bench").glob("growth.*")} == {
        "growth.csv",
        "growth.png",
        "growth.svg",
    }
    assert all(row.at_least == 0 or row.seconds is None for row in rows)
