"""Guarantees from tables: certificates, equilibria beside bounds, the bootstrap."""

import json
from fractions import Fraction

import pytest

from alignproof.checks.kernel import check
from alignproof.checks.linear import Rejected
from alignproof.experiments.averages import weak_mean
from alignproof.experiments.bootstrap import bootstrap
from alignproof.experiments.guarantee import Certificates, guarantees
from alignproof.experiments.synthetic import write_synthetic
from alignproof.experiments.tables import read_tables
from alignproof.experiments.worst_case import scored
from alignproof.games.document import InputError, load
from tests.experiments import market


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The guarantees of the market that is made up."""
    folder = tmp_path_factory.mktemp("made")
    write_synthetic(folder)
    return guarantees(read_tables(folder), "PLACE", [], folder / "out"), folder / "out"


def test_every_number_has_its_certificate(made):
    found, out = made
    assert sorted(found.certificates) == sorted(path.name for path in (out / "certificates").iterdir())
    claims = {}
    for name in found.certificates:
        node = load(out / "certificates" / name)
        claims[name] = check(node), node.value["claim"]
    for row in found.rows:
        for bound in (row.weak, row.strong):
            benchmark, aligned = (claims[name][1] for name in bound.certificates)
            assert Fraction(benchmark["value"]) == row.benchmark
            assert benchmark["user"] == row.group
            assert tuple(benchmark["providers"]) == tuple(aligned["providers"]) == bound.team
            assert bound.guarantee == row.benchmark - bound.slack
        assert [claims[name][0] for name in row.mean.certificates] == ["benchmark", "aligned"]
        place = found.rows.index(row)
        strong = claims[row.strong.certificates[1]][1]["alignment"]["strong"]
        rate = Fraction(strong["weights"]["lambda"][0][place])
        assert row.strong.slack == 2 * Fraction(strong["eps"][0]) / rate
        weak = claims[row.weak.certificates[1]][1]["alignment"]["weak"]
        assert row.weak.slack == 2 * Fraction(weak["eps"][0])
        assert row.weak.slack >= 2 * found.eps_users
        assert row.mean.slack <= row.weak.slack
        assert row.least <= row.benchmark


def test_equilibria_of_the_small_market_are_certified_and_keep_the_guarantee(made):
    found, out = made
    assert found.small
    for small, truth in [(one, truth) for one in found.small for truth in one.truths]:
        kinds = [check(load(out / "certificates" / name)) for name in truth.certificates]
        assert kinds == ["equilibrium", "value"]
        value = load(out / "certificates" / truth.certificates[1]).value["claim"]["values"]
        assert tuple(map(Fraction, value)) == truth.values
        if truth.play == "personalized":
            for benchmark, reached in zip(small.benchmarks, truth.values, strict=True):
                assert benchmark - small.slack <= reached <= benchmark


def test_some_equilibrium_is_found(made):
    assert any(small.truths for small in made[0].small)


def test_numbers_are_written_exactly(made):
    found, out = made
    document = json.loads((out / "guarantee.json").read_text())
    assert [Fraction(row["benchmark"]) for row in document["rows"]] == [row.benchmark for row in found.rows]
    lines = (out / "guarantee.csv").read_text().splitlines()
    assert len(lines) == len(found.rows) + 1


def test_a_rejected_certificate_is_not_written(tmp_path):
    files = Certificates(tmp_path / "certificates")
    with pytest.raises((Rejected, InputError)):
        files.write("false", {"format": "alignproof-certificate/1", "kind": "aligned", "claim": {}, "evidence": {}})
    assert not files.written
    assert not (tmp_path / "certificates").exists()


def test_models_may_be_chosen(tmp_path):
    tables = market.tables(tmp_path, questions=6, groups=2, models=3)
    found = guarantees(tables, "PART", ["model 2", "model 0"], tmp_path / "out")
    assert found.models == ("model 0", "model 2")
    with pytest.raises(InputError, match="no model is called 'model 9'"):
        guarantees(tables, "PART", ["model 9"], tmp_path / "out")


def test_bootstrap_of_the_same_question_over_and_over_does_not_move(tmp_path):
    groups, models = market.rows(questions=1, models=2, options=(3,))
    copies = [[{**row, "question_key": f"Q{k}"} for k in range(6) for row in rows] for rows in (groups, models)]
    data = scored(read_tables(market.write(tmp_path, *copies)).panel("PART"))
    w = weak_mean(data, 0).weights
    found = bootstrap(data, 0, w, resamples=200)
    assert found.questions == pytest.approx(found.point)
    assert found.respondents < found.point
    assert bootstrap(data, 0, w, resamples=200) == found
    assert bootstrap(data, 0, w, resamples=200, level=0.6).both > bootstrap(data, 0, w, resamples=200, level=0.99).both


def test_bootstrap_at_the_point_is_the_exact_guarantee(tmp_path):
    data = scored(market.tables(tmp_path, questions=8).panel("PART"))
    for user in range(3):
        found = weak_mean(data, user)
        exact = sum(max(row) for row in data.users[user]) / 8 - found.slack
        assert bootstrap(data, user, found.weights, resamples=10).point == pytest.approx(float(exact))


def test_without_counts_respondents_cannot_be_drawn(tmp_path):
    groups, models = market.rows(questions=6)
    for row in groups:
        row["count"] = row["n"] = ""
    data = scored(read_tables(market.write(tmp_path, groups, models)).panel("PART"))
    found = bootstrap(data, 0, weak_mean(data, 0).weights, resamples=50)
    assert found.respondents is None
    assert found.both is None
    assert found.questions <= found.point
