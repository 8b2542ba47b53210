"""The code of docs/how-to/property-tests.md runs, and prints what it says."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "property-tests.md"


@pytest.mark.slow
def test_the_code_is_a_test_module_that_passes(tmp_path):
    code = "\n".join(re.findall(r"```python\n(.*?)```", PAGE.read_text(), flags=re.S))
    (tmp_path / "test_page.py").write_text(code)
    command = [sys.executable, "-m", "pytest", "-q", "-s", "-p", "no:cacheprovider", "test_page.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    names = re.findall(r"^def (test_\w+)", code, flags=re.M)
    assert len(names) == 3
    assert f"{len(names)} passed" in done.stdout
    promised = [line.split("# ")[1] for line in code.splitlines() if line.startswith("print")]
    assert len(promised) == 2
    assert [line for line in done.stdout.splitlines() if line in promised] == promised
