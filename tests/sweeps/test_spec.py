"""Specs: every combination is carried out or refused with its place; nothing is skipped."""

import pytest

from alignproof.games.document import InputError
from alignproof.sweeps.cells import dropped
from alignproof.sweeps.spec import Limits, load_spec, read_spec
from alignproof.symbolic import theorem_4_3
from alignproof.symbolic.mutants import mutants

SEARCHED = "n=2, k=2, |A|=2, |Y|=2, |M|=2"


def block(statements='["Theorem 4.3"]', sizes='["all"]', solvers='["kernel"]', **more):
    lines = [f"statements = {statements}", f"sizes = {sizes}", f"solvers = {solvers}"]
    return "\n".join(["[[sweep]]", *lines, *(f"{key} = {value}" for key, value in more.items())]) + "\n"


def read(*parts):
    return read_spec("".join(parts).encode())


def cells(*parts):
    return [str(each.cell) for each in read(*parts)]


def test_every_combination_is_a_cell():
    found = cells(block(sizes='["all", "n=1, |T|=2"]', solvers='["kernel", "z3"]', mutants='["none", "without ties"]'))
    assert found == [
        f"Theorem 4.3{mutant} at {size}: {solver}"
        for size in ("all", "n=1, |T|=2")
        for mutant in ("", ", without ties")
        for solver in ("kernel", "z3")
    ]


def test_seeds_count_once_where_nothing_is_drawn():
    assert cells(block(seeds="[0, 1, 1]")) == ["Theorem 4.3 at all: kernel"]
    found = cells(block(sizes=f'["{SEARCHED}"]', solvers='["search:drawn"]', seeds="[0, 1, 1]"))
    assert found == [f"Theorem 4.3 at {SEARCHED}: search:drawn, seed {seed}" for seed in (0, 1)]


def test_a_cell_that_is_listed_twice_is_one():
    assert len(cells(block(statements='["theorem 4.3", "Theorem 4.3"]'), block())) == 1


def test_all_mutants_and_those_that_drop_a_hypothesis():
    statement = theorem_4_3.statement()
    assert len(cells(block(mutants='["all"]'))) == len(list(mutants(statement)))
    found = [each.cell.mutant for each in read(block(mutants='["none", "dropped"]'))]
    assert found == ["none", *dropped(statement)]


def test_limits_of_a_block_go_before_those_of_the_spec():
    found = read("seconds = 5\n", block(), block(sizes='["n=1, |T|=1"]', memory=512))
    assert [each.limits for each in found] == [Limits(5, 2048), Limits(5, 512)]
    assert read(block())[0].limits == Limits(60, 2048)


def test_a_statement_is_expected_to_be_proved_and_a_mutant_may_go_either_way():
    (whole, mutant) = read(block(mutants='["none", "without ties"]'))
    assert (whole.expected, mutant.expected) == ("PROVED", "any")
    assert read(block(expect='"REFUTED"'))[0].expected == "REFUTED"


@pytest.mark.slow
def test_each_scope_of_verify():
    found = read(block(statements='["theorem 5.2"]', sizes='["each"]', solvers='["verify"]'))
    assert len(found) > 1
    assert {each.cell.statement for each in found} == {"Theorem 5.2"}
    assert {each.expected for each in found} == {"PROVED"}


WRONG = {
    "": "$: the key 'sweep' is missing",
    "sweep = 3": "$.sweep: expected an array",
    "sweep = []": "$.sweep: there are no cells",
    "sweep = [3]": "$.sweep[0]: expected a table",
    "sweep = [1979-05-27]": "$.sweep[0]: expected a table",
    "= 3": "$: not TOML: Invalid statement (at line 1, column 1)",
    "a = 1\na = 2\n": "$: not TOML: Cannot overwrite a value (at line 2, column 6)",
    "x = 1\n" + block(): "$.x: unknown key",
    "seconds = 0\n" + block(): "$.seconds: expected a whole number from 1 to 1000000",
    "seconds = true\n" + block(): "$.seconds: expected a whole number",
    "seconds = 1.5\n" + block(): "$.seconds: expected a whole number",
    "memory = 10\n" + block(): "$.memory: expected a whole number from 256",
    block() + "seed = [1]": "$.sweep[0].seed: unknown key",
    "[[sweep]]\nsizes = []\nsolvers = []": "$.sweep[0]: the key 'statements' is missing",
    block(statements="[]"): "$.sweep[0].statements: at least one is needed",
    block(statements='"Theorem 4.3"'): "$.sweep[0].statements: expected an array",
    block(statements="[7]"): "$.sweep[0].statements[0]: expected a string",
    block(statements='["Theorem 4.3", "Theorem 9"]'): "$.sweep[0].statements[1]: kernel knows no 'Theorem 9'",
    block(statements='["thm4.1"]'): "$.sweep[0].solvers[0]: thm4.1 is a goal, which is only searched for",
    block(sizes='["all", "huge"]'): "$.sweep[0].sizes[1]: 'huge' is no size",
    block(sizes='["222222222"]', solvers='["kernel", "z3"]'): "$.sweep[0].sizes[0]: z3 does not take '222222222', but",
    block(sizes=f'["{SEARCHED}"]'): "$.sweep[0].sizes[0]: kernel does not take",
    block(solvers='["search:drawn"]'): "$.sweep[0].sizes[0]: search:drawn does not take 'all'",
    block(solvers='["yices"]'): "$.sweep[0].solvers[0]: there is no solver 'yices'",
    block(solvers='["search:cegis"]'): "$.sweep[0].solvers[0]: Theorem 4.3 has no engine 'cegis'; it has: drawn",
    block('["thm5.2"]', f'["{SEARCHED}"]', '["search:z3"]'): "$.sweep[0].solvers[0]: thm5.2 has no engine 'z3'",
    block('["thm5.2"]', f'["{SEARCHED}"]', '["search:cegis"]', mutants='["all"]'): "$.sweep[0].mutants[0]: thm5.2 has",
    block(mutants='["none", "without luck"]'): "$.sweep[0].mutants[1]: Theorem 4.3 has no mutant 'without luck'",
    block(sizes=f'["{SEARCHED}"]', solvers='["search:drawn"]', mutants='["all"]'): "$.sweep[0].mutants[0]: a search",
    block(sizes=f'["{SEARCHED}"]', solvers='["search:drawn"]', mutants='["without switch"]'): "a search can only drop",
    block(seeds="[]"): "$.sweep[0].seeds: at least one seed is needed",
    block(seeds="[-1]"): "$.sweep[0].seeds[0]: expected a whole number from 0",
    block(seeds='["1"]'): "$.sweep[0].seeds[0]: expected a whole number",
    block(expect='"UNKNOWN"'): "$.sweep[0].expect: expected one of PROVED, REFUTED, EXHAUSTED, any",
    block() + block(expect='"any"'): "$.sweep[1]: Theorem 4.3 at all: kernel is in $.sweep[0] too, with other limits",
    block() + block(seconds=3): "$.sweep[1]: Theorem 4.3 at all: kernel is in $.sweep[0] too",
    block(seeds=list(range(1001)), statements='["Theorem 4.3"]', sizes=['all'] * 1000): "a sweep has at most 1000000",
}  # fmt: skip


@pytest.mark.parametrize("text", WRONG, ids=range(len(WRONG)))
def test_a_spec_that_makes_no_sense_is_refused_with_its_place(text):
    with pytest.raises(InputError) as error:
        read(text)
    assert WRONG[text] in str(error.value)


def test_what_is_no_text_is_refused():
    with pytest.raises(InputError, match="not UTF-8 text \\(byte 0\\)"):
        read_spec(b"\xff")


def test_a_file_that_cannot_be_read_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"nothing\.toml: cannot be read: No such file"):
        load_spec(tmp_path / "nothing.toml")
