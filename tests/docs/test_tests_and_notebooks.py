"""The code of docs/how-to/tests-and-notebooks.md runs, and its tests pass and can fail."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "how-to" / "tests-and-notebooks.md").read_text()


def test_the_code_is_a_test_module_that_passes(tmp_path):
    code = "\n".join(re.findall(r"```python\n(.*?)```", PAGE, flags=re.S))
    for folder in ("examples", "counterexamples"):
        (tmp_path / folder).symlink_to(ROOT / folder)
    (tmp_path / "test_page.py").write_text(code)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_page.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "2 passed" in done.stdout
