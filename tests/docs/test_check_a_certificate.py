"""What docs/how-to/check-a-certificate.md says of the checker."""

import hashlib
import re
from pathlib import Path

from alignproof.verification.standalone import program, sources

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "how-to" / "check-a-certificate.md").read_text()


def test_the_parts_begin_with_the_digests_of_their_files():
    text = program()
    for module in sources():
        path = ROOT / (module.removeprefix("alignproof.").replace(".", "/") + ".py")
        if path.is_file():
            assert f"# {module}, SHA-256 {hashlib.sha256(path.read_bytes()).hexdigest()}\n" in text


def test_its_length():
    (lines,) = re.findall(r"([0-9],[0-9]{3}) lines", PAGE)
    assert abs(int(lines.replace(",", "")) - program().count("\n")) < 100
