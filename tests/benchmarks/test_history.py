"""Runs are read as they were written, damaged files are named, and only changes beyond both spreads count."""

import json
import shutil

import compare
import pytest
from bench.history import Run, Unusable, facts, last_two, load, save
from bench.rows import Row, Spread

SECONDS = Spread(1.0, 0.9, 1.2, 5)
ROWS = (Row("g", "a", "1", SECONDS), Row("g", "b", "1", SECONDS, "a", Spread(2.0, 1.8, 2.2, 5)))


def saved(folder, rows=ROWS, **changes):
    return save(rows, facts() | changes, folder)


def test_a_run_is_read_as_it_was_written(tmp_path):
    run = load(saved(tmp_path, time="2026-01-02T03:04:05+00:00", commit="abc"))
    assert run.rows == ROWS
    assert run.name == "20260102T030405Z-abc.json"
    assert run.facts["packages"]["highspy"] != "missing"
    assert {"cpus", "python", "load", "load at end"} <= set(run.facts)
    assert list(tmp_path.iterdir()) == [tmp_path / run.name]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        "{}",
        '{"format": "alignproof-bench/0", "facts": {}, "rows": []}',
        '{"format": "alignproof-bench/1", "facts": {}}',
        '{"format": "alignproof-bench/1", "facts": 3, "rows": []}',
        '{"format": "alignproof-bench/1", "facts": {}, "rows": [3]}',
        '{"format": "alignproof-bench/1", "facts": {}, "rows": [{"group": "g"}]}',
        "[" * 100_000,
    ],
)
def test_damaged_files_are_named(tmp_path, text):
    path = tmp_path / "run.json"
    path.write_text(text)
    with pytest.raises(Unusable, match=r"run\.json"):
        load(path)


@pytest.mark.parametrize("cut", [10, 100, 1000])
def test_a_file_that_was_cut_is_named(tmp_path, cut):
    path = saved(tmp_path)
    path.write_bytes(path.read_bytes()[:-cut])
    with pytest.raises(Unusable, match="damaged"):
        load(path)


def test_bytes_that_are_no_text_and_files_that_are_not_there(tmp_path):
    (tmp_path / "run.json").write_bytes(b"\xff\xfe\x00")
    for name in ("run.json", "none.json"):
        with pytest.raises(Unusable, match=name):
            load(tmp_path / name)


def test_a_comparison_needs_two_runs(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(Unusable, match="0 of the two"):
        last_two(tmp_path)
    assert compare.main([]) == 2
    one = saved(tmp_path)
    with pytest.raises(Unusable, match="1 of the two"):
        last_two(tmp_path)
    assert compare.main([]) == 2
    assert compare.main([str(one)] * 3) == 2
    assert compare.main([str(one), str(tmp_path / "none.json")]) == 2
    assert "none.json" in capsys.readouterr().err


def test_the_last_two_runs_are_compared(tmp_path):
    years = [saved(tmp_path, time=f"20{year}-01-01T00:00:00+00:00") for year in (24, 26, 25)]
    assert last_two(tmp_path) == (years[2], years[1])


def spread(least, median, most, count=5):
    return Spread(median, least, most, count)


@pytest.mark.parametrize(
    ("old", "new", "counts"),
    [
        (spread(1, 2, 3), spread(2, 4, 5), False),  # spreads overlap
        (spread(1, 2, 3), spread(3, 4, 5), False),  # they touch
        (spread(1, 2, 3), spread(3.1, 4, 5), True),
        (spread(3.1, 4, 5), spread(1, 2, 3), True),
        (spread(1, 1, 1, 1), spread(9, 9, 9, 1), False),  # measured once: the spread is not known
        (spread(1, 1, 1, 1), spread(8, 9, 10), False),
    ],
)
def test_only_what_exceeds_both_spreads_counts(old, new, counts):
    found = compare.change(old, new)
    assert found.counts is counts
    assert found.factor == new.median / old.median
    assert found.least <= found.factor <= found.most


def test_what_was_not_measured_has_no_change():
    assert compare.change(None, SECONDS) is None
    assert compare.change(SECONDS, None) is None
    assert compare.change(spread(0, 0, 0), SECONDS) is None


def lines(old_rows, new_rows, old_facts=None, new_facts=None):
    same = facts()
    return list(compare.compared(Run("o", old_facts or same, old_rows), Run("n", new_facts or same, new_rows)))


def test_a_change_is_marked_by_what_changed():
    slower = Row("g", "b", "1", spread(3, 4, 5), "a", ROWS[1].ratio)
    (line,) = [line for line in lines(ROWS, (ROWS[0], slower)) if "CHANGED" in line]
    assert line.endswith("CHANGED: seconds")
    slower = Row("g", "b", "1", SECONDS, "a", spread(3, 4, 5))
    (line,) = [line for line in lines(ROWS, (ROWS[0], slower)) if "CHANGED" in line]
    assert line.endswith("CHANGED: ratio")
    assert not any("CHANGED" in line for line in lines(ROWS, ROWS))


def test_another_environment_is_said():
    text = "\n".join(lines(ROWS, ROWS, new_facts=facts() | {"cpus": 1000}))
    assert "environments differ" in text
    assert "1000 now" in text
    assert "environments differ" not in "\n".join(lines(ROWS, ROWS, new_facts=facts() | {"commit": "x", "load": [9]}))


def test_rows_of_one_run_alone_and_rows_that_stopped_are_shown():
    stopped = Row("g", "b", "1", None, "a", None, "stopped at 2 s", 4.0)
    text = "\n".join(lines(ROWS, (stopped, Row("g", "c", "1", SECONDS))))
    assert "stopped" in text
    assert "only in the old run: 1 rows, a 1" in text
    assert "only in the new run: 1 rows, c 1" in text


def test_the_command_shows_the_table_of_one_file(tmp_path, capsys):
    assert compare.main([str(saved(tmp_path))]) == 0
    assert "2 [1.8, 2.2]" in capsys.readouterr().out


def test_the_command_compares_two_files(tmp_path, capsys):
    old = saved(tmp_path)
    new = shutil.copy(old, tmp_path / "new.json")
    document = json.loads(old.read_text())
    document["rows"][0]["seconds"] = {"median": 9, "least": 8, "most": 10, "count": 5}
    new.write_text(json.dumps(document))
    assert compare.main([str(old), str(new)]) == 0
    assert "x 9 [6.67, 11.1]" in capsys.readouterr().out
