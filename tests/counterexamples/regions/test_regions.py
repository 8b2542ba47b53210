"""Regions are what brute force, the kernel and both solvers say they are."""

import json
import random
import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from alignproof.checks.linear import Row
from alignproof.counterexamples.regions import covering, picture, run
from alignproof.counterexamples.regions.cells import Silence
from alignproof.counterexamples.regions.covering import inside, missing_point, uncovered_query
from alignproof.counterexamples.regions.families import families, theorem_4_1_family, theorem_5_2_family
from alignproof.counterexamples.regions.parameters import holds
from alignproof.counterexamples.regions.report import (
    DISTANCES,
    cell_of,
    covering_text,
    document,
    expected,
    line,
    settle,
    within,
    write,
)
from alignproof.games.algebra import RATIONAL
from alignproof.games.outcome import outcome
from alignproof.games.polynomial import read_polynomial, variable
from alignproof.oracles.alignments import smallest_strong
from alignproof.oracles.deviations import Bounded, Pays, equilibrium
from alignproof.oracles.systems import Unknown
from alignproof.smt.discharge import discharge
from alignproof.symbolic.rules import silent_profile
from tests.evidence import accepted, reread

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs/explanation/regions.md").read_text()
FAMILIES = families()
LARGE = {
    "4.1, M=2, abstaining first",
    "4.1, M=3",
    "4.1, M=4",
    "4.1 with users unlike, M=3",
    "A.2, smallest error",
    "A.2, smallest error, first provider",
    "A.2, smallest error, first provider, any weights",
}
FAST = [family for family in FAMILIES if family.name not in LARGE]
EVERY = [pytest.param(f, marks=pytest.mark.slow) if f.name in LARGE else f for f in FAMILIES]
VALUES = [Fraction(v) for v in ("0", "1/8", "1/4", "1/3", "2/5", "1/2", "2/3", "3/4", "9/10", "1")]
KINDS = {"holds": {"equilibrium", "not-aligned"}, "fails": {"not-equilibrium", "value", "aligned"}}


class Reports(dict):
    """Reports of families, made when first asked for."""

    def __missing__(self, name):
        (family,) = (family for family in FAMILIES if family.name == name)
        self[name] = settle(family)
        return self[name]


@pytest.fixture(scope="module")
def reports():
    return Reports()


def by_name(family):
    return family.name


def grid(family, most):
    """Some points of the box with values on a grid, boundary included."""
    rng, points = random.Random(family.name), []
    while len(points) < most:
        point = {name: rng.choice(VALUES) for name in family.parameters}
        if within(family.box, point):
            points.append(point)
    return points


def near(family, most):
    """Random points of the box, and some close to the region's boundary."""
    rng = random.Random(f"near {family.name}")
    points = [{n: Fraction(rng.randint(0, 997), 997) for n in family.parameters} for _ in range(most)]
    for edge in family.edges:
        points += [edge.beyond(Fraction(sign, 10**6)) for sign in (-1, 1)]
    return [point for point in points if within(family.box, point)]


def brute(family, point):
    """Whether the claim holds at a point, by the oracles for single games."""
    game = family.claim.build(point)
    if isinstance(family.claim, Silence):
        profile = silent_profile(game, "anonymous")
        users = [who.value for who in outcome(RATIONAL, game, profile).users]
        if not within(family.claim.promised(point, users), {}):
            return False
        answer = equilibrium(game, profile)
        assert isinstance(answer, Bounded | Pays)
        return isinstance(answer, Bounded)
    return smallest_strong(game, family.claim.team).eps >= family.claim.bound(point)


@pytest.mark.parametrize("family", EVERY, ids=by_name)
def test_regions_are_exact(family, reports):
    report = reports[family.name]
    assert not isinstance(report, Unknown), report
    assert report.settled, report.faults
    assert covering_text(report).startswith("both solvers; the kernel, ")
    assert all(len(reply.replies) == 2 for reply in report.covering.replies.values())


@pytest.mark.parametrize("family", EVERY, ids=by_name)
def test_the_kernel_agrees_with_the_inequalities_on_a_grid(family, reports):
    """At every point some cell's argument, put into numbers, convinces the kernel of what the inequalities say."""
    cells = reports[family.name].covering.cells
    for point in [*grid(family, 25), *near(family, 10)]:
        cell = cell_of(cells, point)
        certified = cell.certify(point)
        assert cell.side == ("holds" if inside(family.region, point) else "fails"), point
        assert certified["kind"] in KINDS[cell.side]
        assert accepted(certified), point


@pytest.mark.parametrize("family", EVERY, ids=by_name)
def test_brute_force_agrees_with_the_inequalities(family):
    for point in [*grid(family, 10), *near(family, 2), family.paper]:
        assert brute(family, point) == inside(family.region, point), point


@pytest.mark.slow
@pytest.mark.parametrize("family", FAMILIES, ids=by_name)
def test_brute_force_agrees_on_a_larger_grid(family):
    for point in [*grid(family, 250), *near(family, 250)]:
        assert brute(family, point) == inside(family.region, point), point


@pytest.mark.parametrize("family", EVERY, ids=by_name)
def test_edges_are_certified_from_both_sides(family, reports):
    report = reports[family.name]
    for edge in family.edges:
        sides = {spot.distance: spot.side for spot in report.spots if spot.edge == edge.name}
        reachable = {d for d in (*DISTANCES, 0, *(-d for d in DISTANCES)) if within(family.box, edge.beyond(d))}
        assert sides == {d: expected(edge, d) for d in reachable}
        assert set(sides.values()) == {"holds", "fails"} or not family.region


@pytest.mark.parametrize("family", EVERY, ids=by_name)
def test_identities_assume_no_more_than_their_cell(family, reports):
    """What an identity assumes of the parameters is an inequality of the cell, or the sign of a square."""
    for cell in reports[family.name].covering.cells:
        known = [row.value for row in cell.rows]
        for item in cell.documents:
            claim = reread(item).fields(("format", "kind", "claim", "evidence"))["claim"]
            fields = claim.fields(("variables", "definitions", "nonnegative", "zero", "conclusions"))
            names = fields["variables"].names()
            assert accepted(item)
            for part in ("nonnegative", "zero"):
                for name, node in fields[part].object().items():
                    value = read_polynomial(node, names)
                    about = {v for monomial in value.terms for v, _ in monomial}
                    if about and about <= set(family.parameters):
                        assert value in known or "^2 >= 0" in name, name


def test_an_identity_cannot_be_bent(reports):
    (cell,) = [cell for cell in reports["5.2"].covering.cells if cell.side == "holds"]
    (item,) = cell.documents
    goal = item["claim"]["conclusions"]["refuted"]
    bent = [{**goal[0], "coefficient": str(Fraction(goal[0]["coefficient"]) + 1)}, *goal[1:]]
    assert accepted(item)
    assert not accepted(item | {"claim": item["claim"] | {"conclusions": {"refuted": bent}}})


@pytest.mark.parametrize("family", EVERY, ids=by_name)
def test_arguments_end_where_their_cells_do(family, reports):
    """Outside the region, however close, the argument of no cell where the claim holds convinces the kernel."""
    cells = [cell for cell in reports[family.name].covering.cells if cell.side == "holds"]
    outside = [point for point in near(family, 12) if not inside(family.region, point)]
    assert outside
    for point in outside:
        assert not any(accepted(cell.certify(point)) for cell in cells), point


def wrong_regions():
    s, o1, o2 = variable("s"), variable("o1"), variable("o2")
    first, second = theorem_4_1_family(2), theorem_5_2_family()
    (rows,) = first.region
    (others,) = second.region
    yield first, replace(first, region=((rows[0], Row(3 * s - 1, ">=")),)), "holds"
    yield first, replace(first, region=((rows[0], Row(2 * s - 1, ">")),)), "fails"
    yield first, replace(first, region=((Row(rows[0].value, ">="), rows[1]),)), "holds"
    yield first, replace(first, region=((Row(rows[0].value - Fraction(1, 1000), ">"), rows[1]),)), "fails"
    yield second, replace(second, region=((others[0], *others[2:]),)), "holds"
    yield second, replace(second, region=((*others, Row(o1 - o2, ">")),)), "fails"


@pytest.mark.parametrize(
    ("family", "wrong", "side"), list(wrong_regions()), ids=lambda value: getattr(value, "name", value)
)
def test_wrong_regions_are_refuted(family, wrong, side, reports):
    """A boundary moved, opened or closed is noticed by both solvers, on the side where something is left over."""
    cells = reports[family.name].covering.cells
    assert discharge(uncovered_query(wrong, cells, side)).answer == "sat"
    other = "fails" if side == "holds" else "holds"
    assert discharge(uncovered_query(wrong, cells, other)).answer == "unsat"


@pytest.mark.parametrize("name", ["5.2", "A.2"])
def test_no_cell_can_be_left_out(name, reports):
    (family,) = (family for family in FAMILIES if family.name == name)
    cells = reports[name].covering.cells
    for cell in cells:
        point = missing_point(family, [other for other in cells if other is not cell], 10)
        assert all(holds(row, point) for row in cell.rows)


def test_a_claim_that_cannot_be_decided_is_unknown(monkeypatch):
    family = theorem_5_2_family()
    idle = replace(family.claim, candidates=lambda values, game: ())
    answer = settle(replace(family, claim=idle))
    assert isinstance(answer, Unknown)
    assert "some rule may pay" in answer.reason
    monkeypatch.setattr(covering, "MOST_CELLS", 2)
    assert "do not cover the box" in settle(family).reason


def test_reports_are_written_with_certificates(reports, tmp_path):
    path = write(reports["A.2"], tmp_path)
    written = json.loads(path.read_text())
    assert list(written) == list(document(reports["A.2"]))
    assert path.name == "a-2.json"
    files = sorted((tmp_path / "certificates").glob("*.json"))
    cells = sum(len(cell["identities"]) for cell in written["cells"])
    cases = sum(len(leaves) for leaves in written["cases"].values())
    assert len(files) == cells + cases + len(written["edges"])


def rows_of_the_page():
    (table,) = re.findall(r"\| family .*\n\| ---.*\n((?:\|.*\n)+)", PAGE)
    return [tuple(cell.strip() for cell in row.strip("|").split("|")) for row in table.splitlines()]


def test_the_page_shows_the_table(reports):
    rows = {row[0]: row for row in rows_of_the_page()}
    assert list(rows) == [family.name for family in FAMILIES]
    for family in FAST:
        assert rows[family.name] == line(reports[family.name])


@pytest.mark.slow
def test_the_page_shows_the_whole_table(reports):
    assert rows_of_the_page() == [line(reports[family.name]) for family in FAMILIES]


def test_pictures_are_the_same_every_time(tmp_path):
    for one in picture.pictures():
        drawn = {path.suffix: path.read_bytes() for path in picture.save(one, tmp_path)}
        kept = ROOT / "docs/explanation/pictures" / f"{one.name}.svg"
        assert kept.read_bytes() == drawn[".svg"]
        assert len(drawn[".svg"]) < 60_000
        assert f"pictures/{kept.name}" in PAGE
        assert drawn[".png"].startswith(b"\x89PNG")


def test_families_are_chosen_by_name():
    assert [f.name for f in run.chosen(["a.2"])] == ["A.2"]
    assert [f.name for f in run.chosen(["4.1, m=3"])] == ["4.1, M=3"]
    assert [f.name for f in run.chosen(["any weights", "5.2"])] == ["5.2", FAMILIES[-1].name]
    assert [f.name for f in run.chosen([])] == [f.name for f in FAMILIES]
    assert run.chosen(["nothing"]) == []


@pytest.mark.parametrize("family", EVERY, ids=by_name)
def test_every_point_is_in_a_case_and_its_cell(family, reports):
    """Where the covering is proved by cases, these leave no point out."""
    report = reports[family.name]
    for point in [*grid(family, 40), *near(family, 20)]:
        leaves = report.cases["holds" if inside(family.region, point) else "fails"]
        if leaves is not None:
            (leaf,) = [leaf for leaf in leaves if within(leaf.case, point)][:1]
            assert within(leaf.cell.rows, point)
            assert accepted(leaf.document)
