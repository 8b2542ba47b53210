"""The commands and the code of docs/how-to/gambit.md do what it says."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "how-to" / "gambit.md").read_text()
PROGRAMS = Path(sys.executable).parent


def test_the_page(tmp_path):
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    export, said, _, check, *block = re.findall(r"^    (.+)$", PAGE, flags=re.M)
    commands = [line.replace(".venv/bin/", f"{PROGRAMS}/") for line in (export, check)]
    commands[1] = f"{PROGRAMS}/{commands[1]}"
    first, second = (
        subprocess.run(line, cwd=tmp_path, shell=True, capture_output=True, text=True, check=True).stdout
        for line in commands
    )
    assert first == f"{said}\n"
    assert second.splitlines()[:3] == block
    (count,) = re.findall(r"each of the ([0-9]+)", PAGE)
    assert second.count("a Nash equilibrium") == int(count)
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, flags=re.S)
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == re.findall(r"# (.+)", code)
