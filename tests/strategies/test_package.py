"""The package: what it exports, and that hypothesis is only needed by it."""

import subprocess
import sys
from pathlib import Path

import alignproof
from alignproof import strategies

SOURCE = Path(alignproof.__file__).parent
PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "property-tests.md"


def run(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


def test_without_hypothesis_the_message_names_the_extra():
    done = run("import sys; sys.modules['hypothesis'] = None; import alignproof.strategies")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        "ImportError: alignproof.strategies needs hypothesis: pip install 'alignproof[testing]'"
    )


def test_nothing_else_needs_hypothesis():
    """Everything but strategies can be imported where hypothesis is not."""
    names = sorted(
        ".".join(("alignproof", *path.relative_to(SOURCE).with_suffix("").parts))
        for folder in SOURCE.iterdir()
        if folder.is_dir() and folder.name not in ("strategies", "__pycache__")
        for path in folder.resolve().rglob("*.py")
        for path in [SOURCE / folder.name / path.relative_to(folder.resolve())]
        if path.stem not in ("__init__", "__main__")
    )
    assert len(names) > 50
    done = run(
        "import sys; sys.modules['hypothesis'] = None\n"
        f"import importlib\nfor name in {names!r}: importlib.import_module(name)"
    )
    assert done.returncode == 0, done.stderr


def test_the_page_lists_every_public_name():
    listed = [line.split("`")[1].split("(")[0] for line in PAGE.read_text().splitlines() if line.startswith("| `")]
    assert sorted(listed) == sorted(strategies.__all__)


def test_public_names_say_what_they_are():
    for name in strategies.__all__:
        thing = getattr(strategies, name)
        if callable(thing):
            assert len(thing.__doc__) > 40, name
