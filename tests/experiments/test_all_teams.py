"""Certificates for every set of models: the table against exact worst cases, and against files that lie."""

import json
import zipfile
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alignproof.checks.kernel import check
from alignproof.experiments.all_teams import (
    MARGIN,
    TABLE,
    Market,
    NotShown,
    all_teams,
    confirm,
    markets,
    representatives,
    table_path,
    why_not_above,
    why_not_below,
    write_market,
)
from alignproof.experiments.market import survey_game
from alignproof.experiments.tables import Answers, Panel, Question, read_tables
from alignproof.experiments.worst_case import TeamError, scored, worst_case
from alignproof.games.document import load, parse
from tests.experiments import market

HALF = Fraction(1, 2)
SIZES = {"questions": 5, "groups": 2, "models": 3, "options": (2, 3)}


@given(st.dictionaries(st.integers(1, 31), st.integers(0, 3), min_size=1), st.booleans())
@settings(deadline=None)
def test_representatives_have_the_same_value_and_contain_or_are_contained(drawn, larger):
    values = {team: TeamError(Fraction(value), True) for team, value in drawn.items()}
    found = representatives(values, larger)
    assert set(found) == set(values)
    for team, end in found.items():
        assert values[end] == values[team]
        assert team & end == (team if larger else end)
        assert found[end] == end


def panel(groups, models):
    """A panel from shares ``[who][y][a]``."""
    rows = [tuple(tuple(Answers(tuple(map(Fraction, row))) for row in who) for who in whose) for whose in
            (groups, models)]  # fmt: skip
    questions = tuple(Question("W", f"Q{y}", ("a", "b")) for y in range(len(groups[0])))
    names = [tuple(f"{kind} {k}" for k in range(len(who))) for kind, who in zip("gm", rows, strict=True)]
    return Panel("PART", *names, questions, *rows)


def opposed():
    """The first two models say the opposite of the group, so that their weights are 0; the third says nothing."""
    group, against, nothing = [("1", "0"), ("0", "1")], [("0", "1"), ("1", "0")], [("1/2", "1/2")] * 2
    return Market("one", "PART", None, scored(panel([group], [against, against, nothing])))


@pytest.fixture
def written(tmp_path):
    """The market of all groups of small tables, and its file."""
    one = markets(market.tables(tmp_path / "tables", **SIZES), ["PART"])[0]
    write_market(one, tmp_path / "one.zip", "key")
    return one, tmp_path / "one.zip"


def test_every_set_of_every_market_has_its_exact_error(tmp_path):
    tables = market.tables(tmp_path, **SIZES)
    found = all_teams(tables, ["PART"], tmp_path / "teams")
    assert [one.market.group for one in found] == [None, "group 0", "group 1"]
    case = worst_case(scored(tables.panel("PART")))
    both, *alone = ({(line.form, line.team): line.error for line in one.lines} for one in found)
    for team in range(1, 8):
        assert both["weak", team] == case.weak_error(team)
        assert both["strong", team] == case.strong_error(team)
        for errors, fits in zip(alone, case.weak, strict=True):
            assert errors["weak", team] == TeamError(fits[team].eps, fits[team].covered)
    assert [len(errors) for errors in (both, *alone)] == [14, 7, 7]
    rows = market.read(tmp_path / "teams" / "teams.csv")
    assert len(rows) == 28
    for row in rows:
        with zipfile.ZipFile(tmp_path / "teams" / row["file"]) as archive:
            kinds = [check(parse(archive.read(row[end]))) for end in ("lower", "upper")]
        assert kinds == ["not-aligned", "aligned"]


def test_the_table_of_some_partitions_does_not_replace_that_of_all(tmp_path):
    groups, models = market.rows(**SIZES)
    more = [row | {"partition": "OTHER"} for row in groups]
    tables = read_tables(market.write(tmp_path, groups + more, models))
    names = [table_path(tables, chosen, tmp_path).name for chosen in (["PART", "OTHER"], ["OTHER"], ["PART"])]
    assert names == ["teams.csv", "teams-02.csv", "teams-01.csv"]


def test_certificates_are_whole_files_for_the_kernel(written, tmp_path):
    with zipfile.ZipFile(written[1]) as archive:
        archive.extractall(tmp_path / "out")
    files = [path for path in (tmp_path / "out").iterdir() if path.name != TABLE]
    assert {check(load(path)) for path in files} == {"aligned", "not-aligned"}


def test_errors_that_are_approached_are_bounded_from_both_sides(tmp_path):
    one = opposed()
    write_market(one, tmp_path / "one.zip", "key")
    lines, _ = confirm(one, tmp_path / "one.zip")
    errors = {(line.form, line.team): line.error for line in lines}
    for team in range(1, 8):
        assert errors["weak", team] == TeamError(HALF, bool(team & 4))
    assert errors["strong", 1] == errors["strong", 3] == TeamError(HALF, False)
    for line in lines:
        with zipfile.ZipFile(tmp_path / "one.zip") as archive:
            lower, upper = (json.loads(archive.read(name))["claim"]["alignment"] for name in (line.lower, line.upper))
        assert lower[line.form]["attained"] != line.error.attained
        assert Fraction(upper[line.form]["eps"][0]) == line.error.eps + (0 if line.error.attained else MARGIN)


# Files that lie -------------------------------------------------------------------------------------------------------


def rewritten(path, change):
    """The file after ``change(names to texts)``."""
    with zipfile.ZipFile(path) as archive:
        texts = {name: archive.read(name).decode() for name in archive.namelist()}
        comment = archive.comment
    change(texts)
    with zipfile.ZipFile(path, "w") as archive:
        archive.comment = comment
        for name, text in texts.items():
            archive.writestr(name, text)


def edit_rows(path, edit):
    """The file with other lines in its table; a line is a list of cells."""

    def change(texts):
        header, *lines = texts[TABLE].splitlines()
        rows = [line.split(",") for line in lines]
        texts[TABLE] = "\n".join([header, *(",".join(row) for row in edit(rows) or rows)])

    rewritten(path, change)


def edit_certificate(path, name, edit):
    def change(texts):
        document = json.loads(texts[name])
        edit(document)
        texts[name] = json.dumps(document)

    rewritten(path, change)


def moved(cell, by):
    return str(Fraction(cell) + by)


@pytest.mark.parametrize("by", [Fraction(1, 10**9), Fraction(-1, 10**9)])
@pytest.mark.parametrize("place", [0, 6, 7, 13])
def test_other_errors_are_not_shown(written, place, by):
    one, path = written
    confirm(one, path)
    edit_rows(path, lambda rows: rows[place].__setitem__(2, moved(rows[place][2], by)))
    with pytest.raises(NotShown, match="about another error"):
        confirm(one, path)


@pytest.mark.parametrize("place", [0, 6, 7, 13])
def test_that_an_error_is_attained_or_not_is_shown_too(written, place):
    one, path = written
    turned = {"True": "False", "False": "True"}
    edit_rows(path, lambda rows: rows[place].__setitem__(3, turned[rows[place][3]]))
    with pytest.raises(NotShown, match="about another error"):
        confirm(one, path)


@pytest.mark.parametrize(
    "edit",
    [
        lambda rows: rows[:-1],
        lambda rows: [*rows, rows[0]],
        lambda rows: [*rows[1:], rows[1]],
        lambda rows: rows[0].__setitem__(1, "nobody"),
        lambda rows: rows[0].__setitem__(0, "feeble"),
        lambda rows: rows[0].__setitem__(2, "1/0"),
        lambda rows: rows[0].__setitem__(3, "perhaps"),
    ],
)
def test_tables_that_are_not_whole_are_refused(written, edit):
    one, path = written
    edit_rows(path, edit)
    with pytest.raises(NotShown, match=TABLE):
        confirm(one, path)


@pytest.mark.parametrize(("form", "end"), [("weak", "lower"), ("weak", "upper"), ("strong", "lower")])
def test_a_certificate_serves_exactly_the_sets_that_inclusion_allows(written, form, end):
    """Every certificate for every set, at the certificate's own error."""
    one, path = written
    lines, _ = confirm(one, path)
    game, why_not = survey_game(one.data), {"lower": why_not_below, "upper": why_not_above}[end]
    tried = set()
    for of in (line for line in lines if line.form == form):
        document = certificate_in(path, getattr(of, end))
        team = sum(1 << game.provider_names.index(name) for name in document["claim"]["providers"])
        for other in range(1, 8):
            allowed = {
                ("weak", "lower"): not other & ~team,
                ("weak", "upper"): not team & ~other,
                ("strong", "lower"): bool(team & other) if of.error.attained else team == other,
            }[form, end]
            assert (why_not(game, replace(of, team=other), document) is None) == allowed
            tried.add(allowed)
    assert tried == {True, False}


def certificate_in(path, name):
    with zipfile.ZipFile(path) as archive:
        return json.loads(archive.read(name))


def test_a_certificate_of_another_kind_bounds_nothing(written):
    one, path = written
    lines, _ = confirm(one, path)
    game = survey_game(one.data)
    for line in lines:
        lower, upper = (certificate_in(path, name) for name in (line.lower, line.upper))
        assert why_not_below(game, line, upper) == why_not_above(game, line, lower) == "it is of another kind"
        turned = replace(line, form="strong" if line.form == "weak" else "weak")
        assert why_not_below(game, turned, lower) == why_not_above(game, turned, upper) == "it is of another kind"


def test_strong_weights_that_do_not_cover_a_set_do_not_serve_it(tmp_path):
    """Each model can be fitted with a weight on one group only: together they cover both."""
    groups = [[("1", "0"), ("1/2", "1/2")], [("1/2", "1/2"), ("0", "1")]]
    models = [[("1", "0"), ("1", "0")], [("0", "1"), ("0", "1")]]
    one, path = Market("one", "PART", None, scored(panel(groups, models))), tmp_path / "one.zip"
    write_market(one, path, "key")
    lines, _ = confirm(one, path)
    first, second, both = (line for line in lines if line.form == "strong")
    assert first.error == second.error == TeamError(HALF, False)
    assert both.error == TeamError(HALF, True)
    edit_rows(path, lambda rows: rows[3].__setitem__(slice(2, 6), rows[5][2:6]))
    with pytest.raises(NotShown, match="do not cover all users"):
        confirm(one, path)
    # And multipliers for both models are not taken for one that has an error of its own to show.
    uncovered = certificate_in(path, first.lower)
    assert (
        why_not_below(survey_game(one.data), replace(both, error=first.error), uncovered) == "it is about other models"
    )


def scale(parts):
    """The same payoffs, written with weights half as large and parts twice as large."""
    for components in parts:
        components["weights"] = [str(Fraction(w) / 2) for w in components["weights"]]
        components["parts"] = [[[str(2 * Fraction(x)) for x in row] for row in table] for table in components["parts"]]


@pytest.mark.parametrize("side", ["weak-lower", "weak-upper"])
def test_another_decomposition_is_not_the_one_that_is_asked_about(written, side):
    """The kernel accepts the certificate, but the table is about F_{j,i} = v_j."""
    one, path = written
    with zipfile.ZipFile(path) as archive:
        name = next(name for name in archive.namelist() if name.startswith(side))

    def edit(document):
        weak = document["claim"]["alignment"]["weak"]
        if side == "weak-lower":
            scale(weak["providers"])
        else:
            scale(weak["weights"]["providers"])
            weak["weights"]["w"] = [[str(Fraction(x) / 2) for x in row] for row in weak["weights"]["w"]]
        assert check(parse(json.dumps(document).encode())) in ("aligned", "not-aligned")

    edit_certificate(path, name, edit)
    with pytest.raises(NotShown, match="another decomposition"):
        confirm(one, path)


def test_any_decomposition_is_another_question(written):
    one, path = written
    with zipfile.ZipFile(path) as archive:
        name = next(name for name in archive.namelist() if name.startswith("weak-lower"))
    edit_certificate(path, name, lambda document: document["claim"]["alignment"]["weak"].pop("providers"))
    with pytest.raises(NotShown, match=r"rejects|another decomposition"):
        confirm(one, path)


def test_certificates_about_another_game_are_refused(written, tmp_path):
    _, path = written
    other = markets(market.tables(tmp_path / "other", **SIZES, seed=1), ["PART"])[0]
    with pytest.raises(NotShown, match="not the market of the tables"):
        confirm(other, path)


def test_a_broken_certificate_and_a_missing_one_are_found(written):
    one, path = written
    with zipfile.ZipFile(path) as archive:
        lower = next(name for name in archive.namelist() if name.startswith("weak-lower"))
    multipliers = {"error": "1", "above 0": "1"}
    edit_certificate(path, lower, lambda document: document["evidence"].update(multipliers=multipliers))
    with pytest.raises(NotShown, match="the kernel rejects it"):
        confirm(one, path)
    rewritten(path, lambda texts: texts.pop(lower))
    with pytest.raises(NotShown, match=f"there is no certificate {lower}"):
        confirm(one, path)
    path.write_bytes(b"not a zip")
    with pytest.raises(NotShown, match="cannot be read"):
        confirm(one, path)


def test_finished_markets_are_used_again_and_read_again_on_demand(tmp_path):
    tables, folder = market.tables(tmp_path, **SIZES | {"models": 2}), tmp_path / "teams"
    seen = []
    run = lambda **how: [  # noqa: E731
        one.reused for one in all_teams(tables, ["PART"], folder, announce=lambda one, *_: seen.append(one), **how)
    ]
    assert run() == [False] * 3
    before = (folder / "teams.csv").read_bytes()
    assert run() == [True] * 3
    assert run(recheck=True) == [True] * 3
    assert (folder / "teams.csv").read_bytes() == before
    assert len(seen) == 9
    (folder / "01.zip").write_bytes(b"broken")
    (folder / "01-01.zip").unlink()
    assert run() == [False, False, True]
    rewritten(folder / "01-02.zip", lambda texts: texts.popitem() and texts.update({TABLE: texts.pop(TABLE, "")}))
    assert run() == [True, True, False]
    edit_rows(folder / "01.zip", lambda rows: rows[0].__setitem__(2, moved(rows[0][2], 1)))
    with pytest.raises(NotShown, match="about another error"):
        run(recheck=True)
    assert not list(folder.glob("*.partial"))
