"""Fits find the law that made the points; series stop where a point does and say why."""

import csv
from fractions import Fraction
from types import SimpleNamespace

import pytest
from bench import growth
from bench.families import Shape, market
from bench.growth import Parameter, Point, Series, certified, fitted, series, write_points
from bench.picture import draw_growth
from bench.rows import Spread
from bench.settings import Settings
from bench.timing import Stopped

from alignproof.formats.documents import dump, game_document
from alignproof.games.document import parse
from alignproof.games.files import read_game


@pytest.mark.parametrize("power", [0.5, 1, 2, 3.25])
def test_powers_are_found(power):
    fit = fitted([(x, 0.01 * x**power) for x in (2, 3, 4, 6, 8, 12)])
    assert fit.polynomial
    assert fit.power == pytest.approx(power)
    assert fit.at(10) == pytest.approx(0.01 * 10**power)
    assert fit.power_error < 1e-9 < fit.base_error


@pytest.mark.parametrize("base", [1.1, 2, 4])
def test_exponentials_are_found(base):
    fit = fitted([(x, 0.01 * base**x) for x in range(1, 7)])
    assert not fit.polynomial
    assert fit.base == pytest.approx(base)
    assert fit.at(7) == pytest.approx(0.01 * base**7)
    assert fit.base_error < 1e-9 < fit.power_error


def test_both_laws_are_named_and_the_better_one_first():
    assert str(fitted([(x, x**2) for x in (2, 4, 8)])).startswith("x^2.00")
    assert str(fitted([(x, 3**x) for x in (2, 4, 8)])).startswith("3^x")


def test_fixed_costs_at_small_sizes_do_not_count():
    points = [(x, 1.0) for x in (1, 2)] + [(x, x**2) for x in (4, 8, 16, 32, 64)]
    assert fitted(points).power == pytest.approx(2)


def test_too_few_points_have_no_fit():
    assert fitted([]) is fitted([(1, 1.0), (2, 4.0)]) is None


def shown(size):
    return Point(size, Spread(2.0 * size, size, 3.0 * size, 3), Spread(0.1, 0.1, 0.1, 3), 7.0)


PARAMETER = Parameter("n", "n", Shape(), (1, 2, 3, 4, 5))


def test_a_series_ends_where_a_point_stops(monkeypatch):
    asked = []

    def fake(shape, size, settings):
        asked.append(size)
        assert shape == Shape(n=size)
        return shown(size) if size < 4 else Stopped("stopped at 2 s", 2)

    monkeypatch.setattr(growth, "point", fake)
    found = series(PARAMETER, Settings())
    assert asked == [1, 2, 3, 4]
    assert [one.size for one in found.points] == [1, 2, 3]
    assert found.stop == (4, "stopped at 2 s")
    monkeypatch.setattr(growth, "point", lambda shape, size, settings: shown(size))
    assert series(PARAMETER, Settings()).stop is None


def test_an_unknown_stops_a_series_with_its_reason(monkeypatch):
    monkeypatch.setattr(growth, "best_deviation", lambda *_, **__: SimpleNamespace(reason="too-large: signals"))
    found = series(PARAMETER, Settings(seeds=1))
    assert found.points == ()
    assert found.stop == (1, "Undecided: too-large: signals")


def test_points_and_stops_are_written_and_drawn(tmp_path):
    everything = [Series(PARAMETER, tuple(map(shown, (1, 2, 3))), (4, "stopped at 2 s")), Series(PARAMETER, (), None)]
    write_points(everything, tmp_path / "growth.csv")
    rows = list(csv.DictReader((tmp_path / "growth.csv").open()))
    assert [row["size"] for row in rows] == ["1", "2", "3", "4"]
    assert (rows[1]["made"], rows[1]["made least"], rows[1]["made most"]) == ("4.0", "2", "6.0")
    assert (rows[3]["made"], rows[3]["stopped"]) == ("", "stopped at 2 s")
    for path in draw_growth(everything, 2.0, tmp_path / "growth"):
        assert path.stat().st_size > 1000


def test_games_are_drawn_from_the_seed_and_are_games():
    shape = Shape(n=3, k=2, actions=2, states=4, messages=2, rounds=3)
    game, profile = market(shape, 5)
    assert (game, profile) == market(shape, 5)
    assert game != market(shape, 6)[0]
    assert game.protocol == "PUP"
    assert read_game(parse(dump(game_document(game)).encode())) == game
    assert sum((atom.probability for atom in game.prior), Fraction(0)) == 1
    assert all(sum(said) == 1 for rules in profile.rules for rule in rules for said in rule.values())


def test_what_is_timed_is_certified():
    made, checked, kib = certified(Shape(actions=2, states=2, messages=2), 0, 60.0)
    assert min(made, checked, kib) > 0


def test_the_kernel_s_limit_on_signals_is_met():
    sizes = {one.name: growth.refused(one) for one in growth.PARAMETERS}
    assert sizes == {"n": 11, "k": None, "|A|": 317, "|Y|": None, "|M|": None, "R": None}
