"""What docs/how-to/check-a-certificate.md says of the checker."""

import hashlib
import re
import subprocess
import sys
from pathlib import Path

from alignproof.verification.standalone import program, sources

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "how-to" / "check-a-certificate.md").read_text()


def test_the_first_command_prints_what_it_says(tmp_path):
    (tmp_path / "alignproof-check.py").write_text(program())
    found = ROOT / "counterexamples" / "catalogue" / "too-few-openings" / "1.json"
    (tmp_path / "certificate.json").write_bytes(found.read_bytes())
    command, said = re.findall(r"^    (.+)$", PAGE, flags=re.M)[:2]
    words = command.split()
    assert words.pop(0) == "python"
    done = subprocess.run([sys.executable, *words], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, said + "\n", "")


def test_the_parts_begin_with_the_digests_of_their_files():
    text = program()
    for module in sources():
        path = ROOT / (module.removeprefix("alignproof.").replace(".", "/") + ".py")
        if path.is_file():
            assert f"# {module}, SHA-256 {hashlib.sha256(path.read_bytes()).hexdigest()}\n" in text


def test_its_length():
    (lines,) = re.findall(r"([0-9],[0-9]{3}) lines", PAGE)
    assert abs(int(lines.replace(",", "")) - program().count("\n")) < 100
