"""The stand-alone checker: the same answers as the kernel's, from one file that needs nothing."""

import ast
import json
import os
import subprocess
import sys
from itertools import islice
from pathlib import Path
from types import ModuleType

import pytest

from alignproof.checks import kernel
from alignproof.formats.certificates import certificate
from alignproof.verification import standalone
from tests.checks.universal.certificates import theorem_3_1
from tests.forged.forgeries import HARMFUL, MALFORMED, with_repeated_keys
from tests.forged.valid import BUILDERS, valid

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = sorted((ROOT / "counterexamples" / "catalogue").glob("*/*.json"))
COMMAND = Path(sys.executable).parent / "alignproof"
EACH = 2
"""How many forgeries of each kind are tried on each certificate; the slow test tries them all."""


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    path = tmp_path_factory.mktemp("checker") / standalone.NAME
    standalone.write(path)
    return path


@pytest.fixture(scope="module")
def checker(program):
    """The program as a module, to ask it many things without starting it anew."""
    module = ModuleType("checker")
    sys.modules[module.__name__] = module
    exec(compile(program.read_text(), program, "exec"), module.__dict__)
    yield module
    del sys.modules[module.__name__]


def ran(command, folder, *files):
    """What a command says of files, seen from an empty folder and environment."""
    folder.mkdir(exist_ok=True)
    done = subprocess.run(
        [*command, *files], cwd=folder, capture_output=True, text=True, check=False, timeout=300, env={}
    )
    return done.returncode, done.stdout, done.stderr


def same(program, tmp_path, *files):
    """The answer of the program, after finding that the command gives the same."""
    alone = ran([sys.executable, "-I", "-S", program], tmp_path / "empty", *files)
    assert alone == ran([COMMAND, "check"], tmp_path / "empty", *files)
    return alone


def answer(check, module, text):
    """What a kernel says of a text: a kind, or why not."""
    try:
        return check(module.parse(text.encode()))
    except (module.Rejected, module.NotSeparable, module.InputError) as error:
        return f"{type(error).__name__}: {error}"


def packaged(text):
    known = ModuleType("kernel")
    known.__dict__.update({name: getattr(kernel, name) for name in ("Rejected", "NotSeparable", "InputError")})
    known.parse = sys.modules["alignproof.games.document"].parse
    return answer(kernel.check, known, text)


def test_it_says_of_the_catalogue_what_the_command_says(program, tmp_path):
    code, said, _ = same(program, tmp_path, *CATALOGUE)
    assert (code, said.count(": valid ")) == (0, len(CATALOGUE))


def test_invalid_unusable_and_missing_files(program, tmp_path):
    good = json.dumps(valid("value"))
    texts = {"good": good, "bad": good.replace('"values": ["1/2"', '"values": ["1/3"'), "none": "{}", "text": "no"}
    assert texts["bad"] != good
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    files = [*(tmp_path / name for name in texts), tmp_path / "missing", tmp_path]
    code, said, complaints = same(program, tmp_path, *files)
    assert code == 2
    assert (said.count("\n"), complaints.count("\n")) == (2, 4)
    alone = [sys.executable, "-I", program]
    assert [ran(alone, tmp_path, file)[0] for file in files] == [0, 1, 2, 2, 2, 2]
    assert ran(alone, tmp_path, *files[:2])[0] == 1
    code, _, complaint = ran(alone, tmp_path)
    assert code == 2
    assert "usage" in complaint


def test_it_imports_nothing_but_the_standard_library(program):
    tree = ast.parse(program.read_text())
    names = {
        alias.name if isinstance(node, ast.Import) else node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    assert {name.partition(".")[0] for name in names} <= set(sys.stdlib_module_names) - {"importlib"}
    called = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    assert not called & {"exec", "eval", "compile", "__import__"}
    assert [node for node in ast.walk(tree) if isinstance(node, ast.Assert)] == []


def test_every_line_of_the_sources_is_in_it(program):
    """All that is left out are import statements."""
    lines = set(program.read_text().splitlines())
    for path in [*(ROOT / "games").rglob("*.py"), *(ROOT / "checks").rglob("*.py")]:
        source = path.read_text()
        imports = [n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.Import | ast.ImportFrom)]
        left_out = {line for n in imports for line in range(n.lineno, n.end_lineno + 1)}
        if path.name not in ("__init__.py", "__main__.py"):
            assert {x for k, x in enumerate(source.splitlines(), 1) if k not in left_out} <= lines


def test_it_is_the_same_each_time(program):
    code = "from alignproof.verification.standalone import program; print(program(), end='')"
    for seed in ("0", "1"):
        done = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env=os.environ | {"PYTHONHASHSEED": seed},
        )
        assert done.stdout == program.read_text()


def _forgeries(document, each):
    for forge in (HARMFUL | MALFORMED).values():
        yield from (json.dumps(forged) for _, forged in islice(forge(document), each))
    yield from (text for _, text in islice(with_repeated_keys(document), each))


def _agree(checker, document, each):
    assert packaged(json.dumps(document)) == document["kind"]
    for text in [json.dumps(document), *_forgeries(document, each)]:
        assert answer(checker.check, checker, text) == packaged(text)


@pytest.mark.parametrize("name", [name for name in BUILDERS if "branches-UP" not in name])
def test_it_says_of_forgeries_what_the_kernel_says(checker, name):
    _agree(checker, valid(name), EACH)


def test_it_says_of_forged_theorems_and_obligations_what_the_kernel_says(checker):
    _agree(checker, theorem_3_1("111111111"), EACH)
    square = valid("identity")
    obligations = {"obligations": [square["claim"]] * 2}, {"proofs": [square["evidence"]] * 2}
    _agree(checker, certificate("obligations", *obligations), EACH)


@pytest.mark.slow
@pytest.mark.parametrize("name", BUILDERS)
def test_it_says_of_many_forgeries_what_the_kernel_says(checker, name):
    _agree(checker, valid(name), 40)


@pytest.mark.slow
def test_it_accepts_every_certificate_of_the_results(program, tmp_path):
    done = subprocess.run([COMMAND, "verify", "--no-cache", "--quiet"], cwd=tmp_path, check=False, timeout=900)
    assert done.returncode == 0
    files = sorted((tmp_path / "build" / "certificates").glob("*.json"))
    assert (tmp_path / "build" / standalone.NAME).read_text() == program.read_text()
    code, said, _ = same(program, tmp_path, *files)
    assert (code, said.count(": valid ")) == (0, len(files))
    assert len(files) > 100


def _modules(**texts):
    return {f"alignproof.{name}": standalone._source(f"alignproof.{name}", text) for name, text in texts.items()}


@pytest.mark.parametrize(
    "texts",
    [
        {"one": '"""One."""\nx = 1', "two": '"""Two."""\nx = 2'},
        {"one": '"""One."""\nfrom math import prod', "two": '"""Two."""\ndef prod(): ...'},
        {"one": '"""One."""\nfrom math import prod', "two": '"""Two."""\nfrom numpy import prod'},
        {"one": '"""One."""\nx = 1', "two": '"""Two."""\nfrom alignproof.one import x as y'},
        {"one": '"""One."""\nif 1:\n    def sum(): ...'},
        {"one": '"""One."""\ndef command(): ...'},
        {"one": '"""One."""\nimport signal as sys'},
    ],
)
def test_names_with_two_meanings_are_refused(texts):
    with pytest.raises(standalone.NotOneFile):
        standalone.program(_modules(**texts))


@pytest.mark.parametrize("text", ["def f():\n    import math", "from . import x", "from __future__ import annotations"])
def test_imports_that_cannot_be_moved_are_refused(text):
    with pytest.raises(standalone.NotOneFile):
        _modules(one=text)


def test_modules_come_after_what_they_import():
    modules = _modules(
        a='"""A."""\nfrom alignproof.b import x', b='"""B."""\nx = 1', c='"""C."""\nfrom alignproof import a'
    )
    assert [source.module for source in standalone.ordered(modules)] == ["alignproof.b", "alignproof.a", "alignproof.c"]
    text = standalone.program(modules)
    assert text.index("x = 1") < text.index("alignproof.a,")
    assert "\na = sys.modules[__name__]" in text
