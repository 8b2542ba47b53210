"""Parts are stored, used again only for the same input, and whole runs end with figures and a page."""

import re
import warnings

import numpy as np
import pytest

from alignproof.experiments.claims import DOES_NOT, HOLDS, NOT_ASKED, claims, falls_with_more_providers, number
from alignproof.experiments.figures import draw_all, save, sentence
from alignproof.experiments.report import experiment, steps
from alignproof.experiments.run import Settings, compute
from alignproof.experiments.synthetic import write_synthetic
from alignproof.experiments.tables import read_tables
from alignproof.experiments.weak import NNLS
from alignproof.games.document import InputError
from tests.experiments import market

FEW = Settings(profiles=20)


def reused(data, folder, settings=FEW):
    seen = []
    parts = compute(data, folder, settings, lambda _, was_there: seen.append(was_there))
    return parts, seen


@pytest.fixture(scope="module")
def made_up(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made-up")
    write_synthetic(folder / "tables")
    data = read_tables(folder / "tables")
    return data, compute(data, folder / "parts", FEW)


def test_stored_parts_are_used_again_and_say_the_same(tmp_path):
    data = market.tables(tmp_path, questions=10)
    first, seen = reused(data, tmp_path / "parts")
    assert seen == [False] * 3
    second, seen = reused(data, tmp_path / "parts")
    assert seen == [True] * 3
    for key, part in first.items():
        assert (part.strong.weights == second[key].strong.weights).all()
        assert all((part.weak.rmse[method] == second[key].weak.rmse[method]).all() for method in part.weak.rmse)


def test_other_input_is_computed_anew(tmp_path):
    data = market.tables(tmp_path / "a", questions=10)
    reused(data, tmp_path / "parts")
    assert reused(data, tmp_path / "parts", Settings(seed=1, profiles=20))[1] == [False] * 3
    assert reused(data, tmp_path / "parts", Settings(seed=1, profiles=21))[1] == [False] * 3
    other = market.tables(tmp_path / "b", questions=10, seed=1)
    assert reused(other, tmp_path / "parts", Settings(seed=1, profiles=21))[1] == [False] * 3


def test_a_broken_part_is_computed_anew(tmp_path):
    data = market.tables(tmp_path, questions=10)
    reused(data, tmp_path / "parts")
    paths = sorted((tmp_path / "parts").iterdir())
    paths[0].write_bytes(b"broken")
    paths[1].write_bytes(paths[1].read_bytes()[:500])
    np.savez(paths[2], nothing=np.zeros(1))
    assert reused(data, tmp_path / "parts")[1] == [False] * 3
    assert reused(data, tmp_path / "parts")[1] == [True] * 3


def test_too_few_questions_are_refused(tmp_path):
    data = market.tables(tmp_path, questions=4)
    with pytest.raises(InputError, match="4 questions were answered by all its groups; 5 folds need more"):
        compute(data, tmp_path / "parts", FEW)


def test_claims_follow_the_numbers(made_up):
    """The same parts with errors turned round give the other verdict."""
    _, parts = made_up
    assert falls_with_more_providers(parts).verdict == HOLDS
    turned = {}
    for key, part in parts.items():
        rmse = {**part.weak.rmse, NNLS: 1 - part.weak.rmse[NNLS]}
        turned[key] = type(part)(part.panel, part.score, type(part.weak)(rmse, part.weak.weights), part.strong)
    assert falls_with_more_providers(turned).verdict == DOES_NOT


def test_claims_about_groups_that_are_not_there_cannot_be_asked(made_up):
    asked = claims(made_up[1])
    assert {c.verdict for c in asked if "RELIG" in c.claim or "POLIDEOLOGY" in c.claim} == {NOT_ASKED}
    assert not any("nan" in c.numbers for c in asked)


def test_the_smallest_market_has_figures_and_claims(tmp_path):
    data = market.tables(tmp_path, questions=10, groups=2, models=2, options=(2,))
    parts = compute(data, tmp_path / "parts", FEW)
    asked = {claim.claim: claim.verdict for claim in claims(parts)}
    assert asked["More users: lower error, but a larger transfer factor"] == NOT_ASKED
    assert asked["Each further provider brings less than the one before"] == NOT_ASKED
    drawn = list(draw_all(parts, synthetic=False))
    assert [d.name for d in drawn] == ["1", "2", "3", "4", "5", "6-7", "8", "9", "10"]
    with warnings.catch_warnings(action="error"):  # all factors are infinite in one of them; the layout still fits
        save(drawn[3], tmp_path, data.source)
    assert all(d.rows and d.shows and len(row) == len(d.columns) for d in drawn for row in d.rows)


def test_numbers_say_when_they_are_infinite():
    assert [number(value) for value in (float("inf"), float("nan"), 0.12345, 12345.6)] == [
        "infinite",
        "undefined",
        "0.123",
        "12346",
    ]


def test_a_figure_says_that_its_data_are_made_up_and_marks_infinity(made_up, tmp_path):
    data, parts = made_up
    drawn = next(d for d in draw_all(parts, synthetic=True) if d.name == "3")
    save(drawn, tmp_path, data.source)
    text = (tmp_path / "figure-3.svg").read_text()
    assert "SYNTHETIC DATA" in text
    assert "∞" in text
    table = market.read(tmp_path / "figure-3.csv")
    assert {row["data"] for row in table} == {"SYNTHETIC DATA: made up, not a finding"}
    assert table[0]["mean"] == "inf"
    assert int(table[0]["infinite"]) > 0
    assert "By |T| = 3" in sentence(drawn, claims(parts))


@pytest.mark.slow
def test_the_whole_run(tmp_path):
    write_synthetic(tmp_path / "tables")
    data = read_tables(tmp_path / "tables")
    announced = []
    report = experiment(data, tmp_path / "out", FEW, announced.append)
    assert (report.parts, report.reused, len(announced)) == (6, 0, steps(data))
    page = report.page.read_text()
    assert not re.search(r"(src|href)='(?!data:|#|figures/)", page)
    assert "http" not in re.sub(r"base64,[^']*", "", page)
    for link in re.findall(r"href='(figures/[^']*)'", page):
        assert (tmp_path / "out" / link).is_file()
    for path in (tmp_path / "out" / "figures").glob("*.svg"):
        assert "SYNTHETIC DATA" in path.read_text(), path
    for path in (tmp_path / "out").rglob("*.csv"):
        assert all(row["data"].startswith("SYNTHETIC DATA") for row in market.read(path)), path
    before = {path.name: path.read_bytes() for path in (tmp_path / "out" / "figures").iterdir()}
    again = experiment(data, tmp_path / "out", FEW, announced.append)
    assert again.reused == again.parts
    assert {path.name: path.read_bytes() for path in (tmp_path / "out" / "figures").iterdir()} == before
