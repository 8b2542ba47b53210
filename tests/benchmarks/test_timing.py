"""What is measured ends or is stopped, and a limit is never shown as a time."""

import os
import time

import pytest
from bench import timing
from bench.rows import Row, Spread, read_row, row_document, table
from bench.timing import Measured, Ran, Stopped, alternated, apart, here, rows


def test_contestants_take_turns():
    order = []

    def contestant(name):
        return lambda: order.append(name) or Ran(1.0, name)

    measured = alternated({"a": contestant("a"), "b": contestant("b")}, 3)
    assert order == ["a", "b"] * 3
    assert measured["a"].seconds == [1.0] * 3
    assert measured["b"].value == "b"


def test_one_that_was_stopped_is_not_started_again():
    started = []

    def stops():
        started.append(1)
        return Stopped("stopped at 2 s", 2)

    measured = alternated({"a": lambda: Ran(0.5, None), "b": stops}, 4)
    assert len(started) == 1
    assert len(measured["a"].seconds) == 4


def test_a_limit_is_a_bound_on_the_ratio_and_no_time():
    measured = {"a": Measured([0.5, 0.4]), "b": Measured([1.9], None, Stopped("stopped at 2 s", 2))}
    base, stopped = rows("g", "s", measured, {})
    assert base.ratio is None
    assert stopped.seconds is stopped.ratio is None
    assert stopped.at_least == 4.0
    text = "\n".join(table([base, stopped]))
    assert ">= 4" in text
    assert "stopped at 2 s" in text


def test_nothing_is_said_about_the_ratio_to_one_that_was_stopped():
    measured = {
        "a": Measured([], None, Stopped("stopped at 2 s", 2)),
        "b": Measured([1.0]),
        "c": Measured([], None, Stopped("x")),
    }
    for row in rows("g", "s", measured, {}):
        assert row.ratio is None
        assert row.at_least == 0.0


def test_ratios_are_taken_round_by_round():
    _, row = rows("g", "s", {"a": Measured([1.0, 10.0, 2.0]), "b": Measured([3.0, 20.0, 2.0])}, {})
    assert row.ratio == Spread(2.0, 1.0, 3.0, 3)
    assert row.baseline == "a"


def test_a_call_is_timed_here_and_apart():
    for answer in (here(lambda: 7)(), apart(lambda: 7, 30)()):
        assert isinstance(answer, Ran)
        assert answer.value == 7
        assert answer.seconds > 0


def test_failures_are_rows_with_a_reason():
    def fails():
        raise ArithmeticError("no optimum")

    assert apart(fails, 5)() == Stopped("ArithmeticError: no optimum")
    assert apart(lambda: os._exit(3), 5)() == Stopped("process ended with code 3")


def test_too_much_memory_is_a_reason():
    assert apart(lambda: bytearray(3 << 30), 5, 2 << 30)() == Stopped("more than 2 GiB")


def test_a_busy_call_is_stopped(monkeypatch):
    monkeypatch.setattr(timing, "PATIENCE", 1000)  # the machine may be busy, too

    def busy():
        while True:
            pass

    assert apart(busy, 1)() == Stopped("stopped at 1 s", 1)


@pytest.mark.slow
def test_an_idle_call_is_stopped_by_the_clock():
    answer = apart(lambda: time.sleep(60), 1)()
    assert answer == Stopped("stopped at 10 s by the clock")
    assert next(rows("g", "s", {"a": Measured([], None, answer)}, {})).at_least == 0.0


@pytest.mark.parametrize(
    "row", [Row("g", "w", "s"), Row("g", "w", "s", Spread(1, 1, 2, 3), "b", Spread(1, 1, 1, 3), "", 0.0, "r")]
)
def test_rows_survive_json(row):
    assert read_row(row_document(row)) == row


@pytest.mark.parametrize(
    "change",
    [
        {"seconds": {"median": 1}},
        {"seconds": {"median": "1", "least": 1, "most": 1, "count": 1}},
        {"seconds": {"median": float("nan"), "least": 1, "most": 1, "count": 1}},
        {"ratio": {"median": -1, "least": -1, "most": -1, "count": 1}},
        {"what": 3},
        {"extra": 1},
        {"at_least": None},
    ],
)
def test_damaged_rows_are_noticed(change):
    with pytest.raises(TypeError):
        read_row(row_document(Row("g", "w", "s")) | change)
