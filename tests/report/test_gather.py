"""A row stands only if its certificate claims it and the kernel accepts it; files that make no sense are refused."""

import json
import shutil
from dataclasses import replace

import pytest

from alignproof.report.gather import Unusable, audited, gather, read_lines, read_listing, read_rows, regions, settle
from alignproof.verification.audit import KEYS as AUDIT
from alignproof.verification.audit import audit, questions, write_audit
from alignproof.verification.catalogue import KEPT
from alignproof.verification.mutation import KEYS as MUTANTS
from alignproof.verification.printed import lines as printed
from alignproof.verification.printed.catalogue import lines as printed_lines
from alignproof.verification.run import KEYS
from alignproof.verification.universal import STATEMENTS


def rows_of(folder):
    return json.loads((folder / "verify.json").read_text())


def settled(folder, known):
    return settle(read_rows(folder / "verify.json"), folder / "certificates", known)


def write(folder, rows):
    (folder / "verify.json").write_text(json.dumps(rows))


def test_what_verify_wrote_stands(contents, made):
    assert [item.row.result for item in contents.settled] == [row["result"] for row in rows_of(made)]
    assert all(item.row.reached and item.row.replayed for item in contents.settled)
    assert {item.row.verdict for item in contents.settled} == {"PROVED", "REFUTED"}
    assert contents.known > len(contents.settled)
    for item in contents.settled:
        assert (made / "certificates" / item.certificate.name).read_bytes() == item.certificate.data


def test_folders_may_be_moved(folder, known):
    """The names in verify.json are relative to where verify ran."""
    assert all(item.row.reached for item in settled(folder, known))


def test_a_forged_certificate_makes_its_row_unknown(folder, known):
    path = folder / "certificates" / rows_of(folder)[0]["certificate"].split("/")[-1]
    document = json.loads(path.read_text())
    document["evidence"] = {}
    path.write_text(json.dumps(document))
    first, *others = settled(folder, known)
    assert (first.row.verdict, first.row.reached) == ("UNKNOWN", False)
    assert first.row.reason.startswith("the replay failed: ")
    assert all(item.row.reached for item in others)


def test_a_true_certificate_of_something_else_makes_its_row_unknown(folder, known):
    rows = rows_of(folder)
    names = [row["certificate"].split("/")[-1] for row in rows]
    shutil.copy(folder / "certificates" / names[1], folder / "certificates" / names[0])
    first, *others = settled(folder, known)
    assert (first.row.verdict, first.row.replayed, first.row.reached) == ("UNKNOWN", True, False)
    assert first.row.reason.startswith("the certificate claims something else")
    assert all(item.row.reached for item in others)


@pytest.mark.parametrize("data", [b"", b"[]", b"null", b'{"kind": "theorem"}', b"\xff", b"[" * 100_000])
def test_what_is_no_certificate_makes_its_row_unknown(folder, known, data):
    path = folder / "certificates" / rows_of(folder)[0]["certificate"].split("/")[-1]
    path.write_bytes(data)
    assert settled(folder, known)[0].row.verdict == "UNKNOWN"


@pytest.mark.parametrize("name", ["", "no.json", "..", "/etc/passwd", "../verify.json", "a\0b"])
def test_a_row_without_its_file_is_unknown(folder, known, name):
    rows = rows_of(folder)
    rows[0]["certificate"] = name
    write(folder, rows)
    first = settled(folder, known)[0]
    assert first.row.verdict == "UNKNOWN"
    assert first.row.reason == "there is no file with its certificate"
    assert first.certificate is None


@pytest.mark.parametrize("key", ["result", "scope", "depth"])
def test_a_row_that_is_not_known_is_unknown(folder, known, key):
    rows = rows_of(folder)
    rows[0][key] = "Theorem 9.9"
    write(folder, rows)
    first = settled(folder, known)[0]
    assert (first.row.verdict, first.row.reached) == ("UNKNOWN", False)
    assert first.row.reason == "this version of alignproof has no such row"


def test_a_verdict_that_no_certificate_is_held_against_is_unknown(folder, known):
    rows = rows_of(folder)
    assert rows[0]["verdict"] == "PROVED"
    rows[0]["verdict"] = "REFUTED"
    write(folder, rows)
    first = settled(folder, known)[0]
    assert (first.row.verdict, first.row.expected, first.row.reached) == ("UNKNOWN", "PROVED", False)
    assert first.row.reason.startswith("verify.json says REFUTED")


def test_unknown_stays_unknown_whatever_the_certificate(folder, known):
    rows = rows_of(folder)
    rows[0]["verdict"] = "UNKNOWN"
    write(folder, rows)
    first = settled(folder, known)[0]
    assert (first.row.verdict, first.row.reached) == ("UNKNOWN", False)
    assert "alignproof verify" in first.row.reason


def test_a_run_that_has_just_ended_gives_its_reasons(folder, known):
    (row, *_) = read_rows(folder / "verify.json")
    told = replace(row, verdict="UNKNOWN", certificate="", reason="out of memory")
    assert gather(folder, [told], known).rows[0].reason == "out of memory"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no JSON"),
        ("[" * 100_000, "no JSON"),
        ("{}", "not a list"),
        ("[]", "no rows"),
        ("[1]", "row 0: the keys"),
        ('[{"result": "x"}]', "row 0: the keys"),
    ],
)
def test_a_file_that_makes_no_sense_is_refused(tmp_path, text, said):
    path = tmp_path / "verify.json"
    path.write_text(text)
    with pytest.raises(Unusable, match=said) as refused:
        read_rows(path)
    assert str(path) in str(refused.value)


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("verdict", "MAYBE", "MAYBE.? is none"),
        ("verdict", None, "not a text"),
        ("scope", 7, "not a text"),
        ("seconds", "1", "not a number"),
        ("seconds", True, "not a number"),
        ("seconds", -1, "not a time"),
        ("seconds", float("nan"), "not a time"),
        ("seconds", float("inf"), "not a time"),
    ],
)
def test_a_value_that_makes_no_sense_is_refused(folder, key, value, said):
    rows = rows_of(folder)
    rows[1][key] = value
    write(folder, rows)
    with pytest.raises(Unusable, match=f"row 1: .*{said}"):
        read_rows(folder / "verify.json")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(Unusable, match=r"verify\.json: No such file"):
        read_rows(tmp_path / "verify.json")


def test_lists_of_other_commands_are_read_if_they_are_there(folder, known):
    rows = read_rows(folder / "verify.json")
    assert gather(folder, rows, known).mutants is None
    (folder / "mutants.json").write_text(json.dumps([dict.fromkeys(MUTANTS, "x")]))
    found = gather(folder, rows, known).mutants
    assert found.columns == MUTANTS
    assert found.about("x").rows == (("x",) * 2,)
    assert found.about("y").rows == ()
    (folder / "mutants.json").write_text(json.dumps([dict.fromkeys(KEYS, "x")]))
    with pytest.raises(Unusable, match="row 0: the keys"):
        read_listing(folder / "mutants.json", MUTANTS)


def test_an_audit_is_settled_again_from_its_certificates(tmp_path):
    asked = [q for q in questions(STATEMENTS[:1]) if q.hypothesis in ("two users or more", "coverage")]
    write_audit(audit(asked, tmp_path / "certificates"), tmp_path / "audit.json")
    written = read_listing(tmp_path / "audit.json", AUDIT)
    assert audited(tmp_path) == written
    verdicts = {row[2]: row[3] for row in written.rows}
    assert verdicts["one user"] == "NOT NEEDED"
    for path in (tmp_path / "certificates").glob("*.json"):
        document = json.loads(path.read_text())
        document["evidence"] = {}
        path.write_text(json.dumps(document))
    assert {row[3] for row in audited(tmp_path).rows} == {"UNKNOWN"}
    shutil.rmtree(tmp_path / "certificates")
    gone = audited(tmp_path).rows
    assert {row[3] for row in gone} == {"UNKNOWN"}
    assert all("there is no file" in row[5] for row in gone)


def test_an_audit_row_that_nobody_asks_is_unknown(tmp_path):
    row = dict.fromkeys(AUDIT, "x") | {"verdict": "NEEDED", "certificates": ["build/audit/certificates/07-x.json"]}
    (tmp_path / "audit.json").write_text(json.dumps([row, row | {"verdict": "UNKNOWN"}]))
    found = audited(tmp_path).rows
    assert [row[3] for row in found] == ["UNKNOWN", "UNKNOWN"]
    assert found[0][4] == "this version of alignproof does not ask this"
    assert found[1] == ("x", "x", "x", "UNKNOWN", "x", "x", "07")


def test_printed_lines_are_settled_again_from_their_certificates(tmp_path):
    chosen = [line for line in printed_lines() if line.result == "Proposition A.1"]
    printed.write_lines(printed.settle(chosen, tmp_path / "certificates"), tmp_path / "lines.json")
    written = read_listing(tmp_path / "lines.json", printed.KEYS)
    assert read_lines(tmp_path) == written
    assert "UNKNOWN" not in {row[3] for row in written.rows}
    forged = [dict(zip(printed.KEYS, row, strict=True)) for row in written.rows]
    for row in forged:
        row["verdict"] = "FALSE" if row["verdict"] == "TRUE" else "TRUE"
    (tmp_path / "lines.json").write_text(json.dumps(forged))
    assert read_lines(tmp_path) == written
    shutil.rmtree(tmp_path / "certificates")
    assert {row[3] for row in read_lines(tmp_path).rows} == {"UNKNOWN"}


def test_regions_are_read_if_they_are_there(tmp_path):
    assert regions(tmp_path) is None
    whole = {"family": "5.2", "claim": "c", "region": [["a > b", "c >= d"], ["e > f"]], "settled": True}
    (tmp_path / "a.json").write_text(json.dumps(whole))
    (tmp_path / "b.json").write_text(json.dumps(whole | {"region": [], "settled": "true"}))
    assert regions(tmp_path).rows == (("5.2", "c", "a > b and c >= d or e > f", "yes"), ("5.2", "c", "nowhere", "no"))
    for broken in ([], {}, {"family": "5.2", "claim": "c", "settled": True, "region": [1]}):
        (tmp_path / "b.json").write_text(json.dumps(broken))
        with pytest.raises(Unusable, match="no region"):
            regions(tmp_path)


def test_the_catalogue_is_whole(contents):
    for shown in contents.counterexamples:
        kept = KEPT / shown.entry.name
        assert shown.picture == (kept / "game.svg").read_bytes()
        assert {a.name: a.data for a in shown.certificates} == {p.name: p.read_bytes() for p in kept.glob("*.json")}
        assert shown.certificates
