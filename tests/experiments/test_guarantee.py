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
        kind, limit = claims[row.strong_limit]
        assert kind == "not-aligned"
        assert limit["alignment"]["slack"] == {"users": [row.group], "eps": str(row.least_strong), "attained": False}
        assert tuple(limit["providers"]) == found.models
        assert row.least_strong <= row.strong.slack
        assert row.least <= row.benchmark


def test_the_worst_group_is_between_two_certificates(made):
    found, out = made
    worst = found.worst_user
    aligned, limit = (json.loads((out / "certificates" / name).read_text()) for name in worst.certificates)
    assert (aligned["kind"], limit["kind"]) == ("aligned", "not-aligned")
    names = [row.group for row in found.rows]
    slack = {"users": names, "eps": str(worst.least), "attained": False}
    assert limit["claim"]["alignment"]["slack"] == slack
    assert tuple(limit["claim"]["providers"]) == found.models
    strong = aligned["claim"]["alignment"]["strong"]
    rates = [max(map(Fraction, column)) for column in zip(*strong["weights"]["lambda"], strict=True)]
    assert worst.slack == 2 * Fraction(strong["eps"][0]) / min(rates)
    assert max(row.least_strong for row in found.rows) <= worst.least <= worst.slack


def test_no_model_has_a_smaller_strong_error_by_certificate(made):
    found, out = made
    for j, (name, eps) in enumerate(zip(found.models, found.eps_models, strict=True), 1):
        node = load(out / "certificates" / f"strong-not-better-{j}.json")
        assert check(node) == "not-aligned"
        assert node.value["claim"]["providers"] == [name]
        assert node.value["claim"]["alignment"]["strong"] == {"eps": str(eps), "attained": False}


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
    assert found.models is found.everything is found.refitted is None
    assert bootstrap(data, 0, w, resamples=200) == found
    assert bootstrap(data, 0, w, resamples=200, level=0.6).both > bootstrap(data, 0, w, resamples=200, level=0.99).both


def test_bootstrap_at_the_point_is_the_exact_guarantee(tmp_path):
    data = scored(market.tables(tmp_path, questions=8).panel("PART"))
    for user in range(3):
        found = weak_mean(data, user)
        exact = sum(max(row) for row in data.users[user]) / 8 - found.slack
        assert bootstrap(data, user, found.weights, resamples=10).point == pytest.approx(float(exact))


def test_models_answers_are_drawn_anew_if_their_number_is_known(tmp_path):
    groups, models = market.rows(questions=8)
    few, many = ([row | {"n_samples": n} for row in models] for n in (20, 20_000))
    found = []
    for samples in (few, many):
        data = scored(read_tables(market.write(tmp_path, groups, samples)).panel("PART"))
        found.append(bootstrap(data, 0, weak_mean(data, 0).weights, resamples=200))
    assert found[0].both == found[1].both
    assert found[0].models < found[1].models < found[1].point + 0.001
    assert found[0].everything < found[0].both
    assert found[0].refitted is None


def test_weights_fitted_anew_are_the_best_of_their_draw(tmp_path):
    """With so many respondents and answers that only the questions move, and all questions alike, nothing moves."""
    groups, models = market.rows(questions=1, models=2, options=(3,))
    groups = [row | {"count": row["count"] * 10**9, "n": row["n"] * 10**9} for row in groups]
    models = [row | {"n_samples": 20 * 10**9} for row in models]
    copies = [[{**row, "question_key": f"Q{k}"} for k in range(6) for row in rows] for rows in (groups, models)]
    data = scored(read_tables(market.write(tmp_path, *copies)).panel("PART"))
    best = weak_mean(data, 0)
    found = bootstrap(data, 0, best.weights, resamples=20, refits=10)
    assert found.refitted == pytest.approx(found.point, abs=1e-3)
    worse = bootstrap(data, 0, [w / 2 for w in best.weights], resamples=20, refits=10)
    assert worse.refitted == pytest.approx(found.refitted)
    assert worse.everything < found.everything


def test_refitting_every_draw_is_at_least_as_good_as_keeping_the_weights(tmp_path):
    groups, models = market.rows(questions=8)
    data = scored(
        read_tables(market.write(tmp_path, groups, [row | {"n_samples": 20} for row in models])).panel("PART")
    )
    found = bootstrap(data, 0, weak_mean(data, 0).weights, resamples=30, refits=30)
    assert found.refitted >= found.everything


def test_without_counts_respondents_cannot_be_drawn(tmp_path):
    groups, models = market.rows(questions=6)
    for row in groups:
        row["count"] = row["n"] = ""
    data = scored(read_tables(market.write(tmp_path, groups, models)).panel("PART"))
    found = bootstrap(data, 0, weak_mean(data, 0).weights, resamples=50)
    assert found.respondents is None
    assert found.both is None
    assert found.questions <= found.point
