"""The table of all partitions against its parts."""

from fractions import Fraction

from alignproof.experiments.summary import best_teams, summaries, write_summaries
from alignproof.experiments.worst_case import scored, worst_case
from tests.experiments import market


def test_summary_says_what_its_parts_say(tmp_path):
    tables = market.tables(tmp_path, questions=8, groups=2, models=3)
    (found,) = summaries(tables)
    case = worst_case(scored(tables.panel("PART")))
    assert found.weak == {team: case.weak_error(team) for team in range(1, 8)}
    assert found.strong == {team: case.strong_error(team) for team in range(1, 8)}
    assert all(found.free[team].eps <= found.weak[team].eps for team in found.weak)
    for i, user in enumerate(found.users):
        assert user.weak == 2 * case.weak[i][7].eps
        assert user.weak_mean <= user.weak <= user.weak_fitted
        assert user.strong_mean <= min(user.strong, user.mean_range)
        assert user.strong <= min(user.range, user.strong_fitted or user.range)
        assert user.strong <= found.worst_user
    best = best_teams(found.weak)
    assert best[3] == (found.weak[7].eps, 7)
    assert best[1][0] == min(found.weak[team].eps for team in (1, 2, 4))
    assert found.weak[best[2][1]].eps == best[2][0]
    write_summaries([found], tables.source, tmp_path / "out")
    rows = market.read(tmp_path / "out" / "teams.csv")
    assert [Fraction(row["eps_U"]) for row in rows] == [found.weak[team].eps for team in range(1, 8)]
    assert rows[4]["T"] == "model 0 model 2"
    assert {row["data"] for row in rows} == {f"tables {tables.digest[:12]}"}
    assert len(market.read(tmp_path / "out" / "worst_case.csv")) == 2
