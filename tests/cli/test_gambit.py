"""``alignproof gambit``: files in, files out, exit codes."""

import json
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from alignproof.cli.app import app
from alignproof.interop.efg import read_efg
from alignproof.interop.nfg import read_nfg

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "two_drug_makers.json"
ALL = ("--menu", "silent", "--menu", "deterministic", "--menu", "profile")


def gambit(*arguments, **options):
    return CliRunner().invoke(app, ["gambit", *map(str, arguments)], **options)


@pytest.fixture
def game(tmp_path):
    path = tmp_path / "game.nfg"
    assert gambit("export", EXAMPLE, *ALL, "--out", path).exit_code == 0
    return path


def test_export_and_check(game, tmp_path):
    assert read_nfg(game.read_text()).widths == [4, 4]
    silence, talk = "NE,1,0,0,0,1,0,0,0", "0,1,0,0,0,1,0,0"
    found = gambit("check", game, "-", input=f"{talk}\n\n")
    assert (found.exit_code, found.output.count("a Nash equilibrium")) == (0, 1)
    (tmp_path / "profiles").write_text(f"{talk}\n{silence}\n1/2,1/2,0,0,0,1,0,0\n")
    found = gambit("check", game, tmp_path / "profiles", "--quiet")
    assert found.exit_code == 1
    assert found.output.count("NOT a Nash equilibrium") == 1
    assert "line 2" in found.output
    assert "maker of B: earns 0, a best reply 1/3 more" in found.output


def test_trees_are_the_same_game(tmp_path, game):
    tree = tmp_path / "game.efg"
    assert gambit("export", EXAMPLE, *ALL, "--out", tree, "--quiet").output == ""
    profile = tuple((1, 0, 0, 0) for _ in range(2))
    assert read_efg(tree.read_text()).regrets(profile) == read_nfg(game.read_text()).regrets(profile)
    assert gambit("check", tree, "-", input="1,0,0,0,1,0,0,0").exit_code == 1


def test_a_file_of_menus_and_personalized_play(tmp_path):
    document = json.loads(EXAMPLE.read_text())
    rules = document["profile"]["rules"]
    menus = {p["name"]: {"as now": own[0]} for p, own in zip(document["providers"], rules, strict=True)}
    (tmp_path / "menus.json").write_text(json.dumps(menus))
    out = tmp_path / "game.nfg"
    options = ("--menu", tmp_path / "menus.json", "--menu", "silent", "--play", "personalized", "--out", out)
    assert gambit("export", EXAMPLE, *options).exit_code == 0
    assert all("|" in name for own in read_nfg(out.read_text()).strategies for name in own)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("export", EXAMPLE, "--out", "game.txt"), ".nfg or .efg"),
        (("export", EXAMPLE, "--out", "game.nfg", "--menu", "none"), "--menu is one of"),
        (("export", EXAMPLE, "--out", "game.nfg", "--menu", "none.json"), "cannot be read"),
        (("export", EXAMPLE, "--out", "game.nfg", "--play", "none"), "--play is one of"),
        (("export", "missing.json", "--out", "game.nfg"), "missing.json"),
        (("check", "missing.nfg", "-"), "cannot be read"),
        (("check", EXAMPLE, "-"), "line 1: expected NFG"),
        (("check", "good.nfg", "missing"), "cannot be read"),
        (("check", "good.nfg", "empty"), "line 1: expected a profile"),
        (("check", "good.nfg", "short"), "line 1: a profile of this game has 8 probabilities, found 2"),
        (("check", "good.nfg", "rounded"), "line 2: 1/3, 1/3, 33/100, 0 are no probabilities"),
        (("check", "good.nfg", "words"), "line 1: expected a number, found 'x'"),
        (("check", "forgetful.efg", "one"), "no perfect recall"),
    ],
)
def test_bad_input_gets_one_message(game, tmp_path, arguments, says):
    game.rename(tmp_path / "good.nfg")
    texts = {
        "empty": "\n",
        "short": "1,0",
        "rounded": "1,0,0,0,1,0,0,0\n1/3,1/3,.33,0,1,0,0,0",
        "words": "NE,x",
        "one": "1,0",
        "forgetful.efg": 'EFG 2 R "" { "driver" } p "" 1 1 "" { "B" "E" } 0 p "" 1 1 0 t "" 0 t "" 0 t "" 0',
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    before = Path.cwd()
    os.chdir(tmp_path)
    try:
        found = gambit(*arguments)
    finally:
        os.chdir(before)
    assert found.exit_code == 2
    assert says in found.output
    assert found.output.count("\n") == 1
