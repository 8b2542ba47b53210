"""The fuzzer itself: it is reproducible, and it finds what is there to be found."""

import json
import time
from random import Random

import pytest

from alignproof.checks import kernel
from tests.faults import formats, fuzz
from tests.faults.formats import FORMATS, NotJudged

SEED = 11


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(fuzz, "MEMORY", -1)  # no limit: this process goes on


def test_some_inputs(tmp_path):
    """`make fuzz` tries many more."""
    counts, failed = fuzz.batch(SEED, 0, 200, tmp_path)
    assert failed == []
    assert sum(counts.values()) == 200
    ended = {end for _, end, _ in counts}
    assert {"refused", "accepted"} <= ended


def test_an_input_depends_on_nothing_but_its_number():
    assert fuzz.drawn(SEED, 5) == fuzz.drawn(SEED, 5)
    assert len({fuzz.drawn(SEED, k)[3] for k in range(40)}) > 35


def test_every_format_is_tried():
    assert {fuzz.drawn(SEED, k)[0] for k in range(300)} == set(FORMATS)
    assert sum(kind.share for kind in FORMATS.values()) == 100


def test_every_kind_of_certificate_is_a_seed():
    assert {document["kind"] for document in formats.certificates().values()} == set(kernel.KINDS)


@pytest.mark.parametrize("name", FORMATS)
def test_unspoilt_files_are_accepted_and_judged_right(name):
    for _, document in fuzz.seeds(name)[:4]:
        data = document.encode() if isinstance(document, str) else json.dumps(document).encode()
        ended, how = fuzz.tried(name, document, data)
        assert ended == "accepted" or (ended, how) == ("not judged", "the game is too large for enumeration")


def _failures(monkeypatch, broken, tmp_path):
    """What the fuzzer says of a certificate reader that is broken."""
    kind = FORMATS["certificate"]
    monkeypatch.setitem(FORMATS, "certificate", formats.Format(**{**vars(kind), "read": broken, "share": 10_000}))
    counts, failed = fuzz.batch(SEED, 0, 60, tmp_path)
    assert failed
    assert (tmp_path / f"{SEED}-{failed[0]}.certificate").exists()
    again = (tmp_path / f"{SEED}-{failed[0]}.txt").read_text()
    assert f"--seed {SEED} --only {failed[0]}" in again
    return " ".join(how for _, ended, how in counts if ended == "FAILED")


def test_a_traceback_is_found(monkeypatch, tmp_path):
    assert "KeyError" in _failures(monkeypatch, lambda data: json.loads(data)["claim"]["gone"], tmp_path)


def test_a_hang_is_found(monkeypatch, tmp_path):
    monkeypatch.setattr(fuzz, "SECONDS", 0.02)
    monkeypatch.setitem(FORMATS, "certificate", formats.Format(**{**vars(FORMATS["certificate"]), "seeds": _one}))

    def slow(data):
        end = time.process_time() + 0.1
        while time.process_time() < end:
            pass

    assert "more than" in _failures(monkeypatch, slow, tmp_path)


def _one():
    return {"value": formats.valid("value")}


def test_a_false_claim_that_is_accepted_is_found(monkeypatch, tmp_path):
    """A kernel that believes everything that it can read."""

    def gullible(data):
        document = formats.parse(data)
        document.fields(("format", "kind", "claim", "evidence"))
        found = json.loads(data)
        if found["kind"] == "value":
            return found
        raise formats.Rejected("not tried", "")

    kind = FORMATS["certificate"]
    values = {name: d for name, d in kind.seeds().items() if d["kind"] == "value"}
    random = Random(0)

    def spoilt(_, document, other):
        number = str(random.randint(2, 9))
        return json.dumps(document | {"claim": document["claim"] | {"values": [number, number]}}).encode()

    changed = {"read": gullible, "spoil": spoilt, "seeds": lambda: values, "share": 10_000}
    monkeypatch.setitem(FORMATS, "certificate", formats.Format(**{**vars(kind), **changed}))
    fuzz.seeds.cache_clear()
    counts, failed = fuzz.batch(SEED, 0, 20, tmp_path)
    fuzz.seeds.cache_clear()
    assert failed
    assert any("accepted, and it is false" in how for _, _, how in counts)


def test_what_nobody_can_judge_is_listed():
    def judge(*_):
        raise NotJudged("nobody knows")

    kind = FORMATS["settings"]
    document = kind.seeds()["thm4.1"]
    changed = formats.Format(**{**vars(kind), "judge": judge})
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(FORMATS, "settings", changed)
        assert fuzz.tried("settings", document, document.encode()) == ("not judged", "nobody knows")
    assert "nobody knows" in fuzz.report({("settings", "not judged", "nobody knows"): 3})


def test_a_failure_is_in_the_report():
    assert "       2 game: Oops" in fuzz.report({("game", "FAILED", "Oops"): 2, ("game", "refused", "InputError"): 5})
