"""Small files that ask for endless work are answered: refused by a count before the work begins, or by the clock."""

import json
import resource
import subprocess
import sys
from time import perf_counter

import pytest

from alignproof.checks.kernel import OutOfTime, answer, check, time_limit
from alignproof.checks.linear import Rejected
from alignproof.games import document as documents
from alignproof.games.document import MAX_COMMON_DIGITS, InputError, parse
from alignproof.games.polynomial import MOST_BITS, MOST_POWER, variable
from alignproof.verification.standalone import write
from tests.faults.hostile import HOSTILE, game, value
from tests.forged.valid import valid

REFUSED = {
    "tower_of_powers": "a product of polynomials has more than",
    "tower_of_monomials": "a power of more than",
    "tower_of_constants": "coefficients of more than",
    "tower_of_points": "coefficients of more than",
    "coefficients": "no common denominator",
    "coprime_denominators": "no common denominator",
    "coprime_weights": "no common denominator",
    "coprime_multipliers": "no common denominator",
    "long_conversation": "steps, more than",
    "joint_distribution": "steps, more than",
    "many_names": "expected from 1 to 10000 names",
    "long_names": "expected from 1 to 10000 names",
    "many_served_sets": "the key 'signals' is missing",
    "many_menus": "too-large: menus",
    "many_signals": "too-large: signals",
    "many_branches": "too-large",
    "many_profiles": "not-refuted",
    "many_strategies": "too-large: u0",
    "largest_market": "too-large: $.claim.setting.size",
    "long_talks": "too-large: $.claim.setting.size",
    "many_prior_atoms": "too-large: $.claim.setting.size",
    "many_splits": "nested deeper than 40 levels",
    "wide_and_deep": "the key 'format' is missing",
}
"""How the answer to a hostile document goes on. Those left out are not large by any count, and stopped by the clock."""

FAST = ("tower_of_constants", "long_conversation", "many_menus", "largest_market", "long_talks", "many_served_sets")


def test_every_hostile_document_is_looked_at():
    assert set(REFUSED) < set(HOSTILE)


def _text(name):
    document = HOSTILE[name]()
    return document if isinstance(document, str) else json.dumps(document)


@pytest.mark.parametrize("name", [n if n in FAST else pytest.param(n, marks=pytest.mark.slow) for n in REFUSED])
def test_refused_with_the_reason(name):
    with pytest.raises((InputError, Rejected)) as refusal:
        check(parse(_text(name).encode()))
    assert REFUSED[name] in str(refusal.value)


def _endless(tmp_path):
    path = tmp_path / "endless.json"
    path.write_text(_text("many_products"))
    return str(path)


def test_what_takes_too_long_has_no_verdict(tmp_path):
    path = _endless(tmp_path)
    assert answer(path, 1) == (3, f"{path}: no verdict, more than 1 seconds")


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(set(HOSTILE) - set(REFUSED)))
def test_what_no_count_refuses_the_clock_stops(tmp_path, name):
    """Or it is answered before."""
    path = tmp_path / "hostile.json"
    path.write_text(_text(name))
    code, said = answer(str(path), 1)
    assert code == 3 or "valid" in said


@pytest.mark.slow
def test_programs_say_no_verdict_too(tmp_path):
    path = _endless(tmp_path)
    write(tmp_path / "checker.py")
    for command in (
        [sys.executable, "-I", str(tmp_path / "checker.py")],
        [sys.executable, "-m", "alignproof", "check"],
    ):
        if command[1] == "-m":
            command = [sys.executable, "-c", "from alignproof.cli.app import main; main()", "check"]
        ran = subprocess.run([*command, "--seconds", "1", path], capture_output=True, text=True, check=False)
        assert (ran.returncode, ran.stdout) == (3, "")
        assert ran.stderr == f"{path}: no verdict, more than 1 seconds\n"


def test_a_file_in_time_is_not_affected(tmp_path):
    path = tmp_path / "valid.json"
    path.write_text(json.dumps(valid("value")))
    assert answer(str(path), 60)[0] == 0
    with time_limit(60):
        pass
    with pytest.raises(OutOfTime):
        _endless_loop()


@time_limit(1)
def _endless_loop():
    while True:
        pass


class _Deaf:
    """What is raised while one of these is deleted is lost."""

    def __del__(self):
        _busy(1.5)


def _lost_then_busy():
    _Deaf()
    _busy(5)


def _busy(seconds):
    until = perf_counter() + seconds
    while perf_counter() < until:
        pass


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_alarm_that_is_lost_goes_off_again():
    with pytest.raises(OutOfTime), time_limit(1):
        _lost_then_busy()


@pytest.mark.slow
def test_too_little_memory_is_no_verdict(tmp_path):
    path = tmp_path / "wide.json"
    path.write_text(_text("wide_and_deep"))

    def little():
        resource.setrlimit(resource.RLIMIT_AS, (200 << 20, 200 << 20))

    command = [sys.executable, "-m", "alignproof.checks", str(path)]
    ran = subprocess.run(command, preexec_fn=little, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout.strip()) == (3, f"{path}: no verdict, out of memory")


# The limits themselves ------------------------------------------------------------------------------------------------


def test_fractions_with_a_common_denominator_of_the_largest_length_are_read(monkeypatch):
    monkeypatch.setattr(documents, "MAX_COMMON_DIGITS", 3)
    for text, fits in (('["1/7", "1/11", "1/12"]', True), ('["1/7", "1/11", "1/13"]', False), ('["1/0", "7/9"]', True)):
        if fits:
            parse(text.encode())
        else:
            with pytest.raises(InputError, match="no common denominator of at most 3 digits"):
                parse(text.encode())


def test_escapes_do_not_hide_a_denominator(monkeypatch):
    monkeypatch.setattr(documents, "MAX_COMMON_DIGITS", 1)
    with pytest.raises(InputError, match="no common denominator"):
        parse(rb'["1\u002f7", "1/11"]')


def test_powers_and_coefficients_have_limits():
    x = variable("x")
    tall = x
    for _ in range(9):
        tall = tall * tall
    with pytest.raises(InputError, match=f"power of more than {MOST_POWER}"):
        tall * tall
    long = x * 2 ** (MOST_BITS - 10)
    assert (long * 2**4).terms
    with pytest.raises(InputError, match=f"coefficients of more than {MOST_BITS} bits"):
        long * long


def test_the_limits_leave_room():
    """A thousand shares of a thousand, as in survey answers."""
    states = [f"y{k}" for k in range(1000)]
    prior = [{"probability": "1/1000", "state": y, "users": ["f0"], "providers": ["-"]} for y in states]
    assert check(parse(json.dumps(value(game(states=states, prior=prior))).encode())) == "value"
    assert MAX_COMMON_DIGITS > 1000
