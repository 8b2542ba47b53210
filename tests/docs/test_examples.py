"""The examples run, and what they write is what they say."""

import subprocess
import sys
from pathlib import Path

from alignproof.checks.kernel import check
from alignproof.games.document import load
from alignproof.games.files import load_game

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def test_every_game_can_be_read():
    for path in EXAMPLES.glob("*.json"):
        game, profile = load_game(path)
        assert game.name
        assert profile is not None


def test_own_market_finds_the_deviation_and_certifies_it(tmp_path):
    done = subprocess.run(
        [sys.executable, EXAMPLES / "own_market.py"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout == "silence is no equilibrium: maker of A can earn 2/3\n"
    assert check(load(tmp_path / "deviation.json")) == "not-equilibrium"
