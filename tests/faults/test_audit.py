"""What the library may not do: evaluate or unpickle, reach for the network, use what is not declared or not locked."""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = sorted(path.name for path in (ROOT / "src" / "alignproof").iterdir() if path.is_dir())
FILES = sorted(path for name in FOLDERS for path in (ROOT / name).rglob("*.py"))

EVALUATES = {"eval", "exec", "compile", "__import__"}
UNPICKLES = {"pickle", "cPickle", "dill", "cloudpickle", "marshal", "shelve", "jsonpickle", "yaml"}
NETWORK = {"socket", "ssl", "http", "ftplib", "smtplib", "telnetlib", "xmlrpc", "requests", "httpx", "urllib3"}
SHELL = {("os", "system"), ("os", "popen"), ("subprocess", "getoutput"), ("subprocess", "getstatusoutput")}
TEXT_AS_CODE = {"sympify", "parse_expr", "lambdify", "read_pickle", "import_string"}
LITERALS = {"experiments/opinionqa.py": 1}
"""Where ast.literal_eval, which knows nothing but literals, reads lists that survey files write as Python does."""


def faults(tree):
    """What a module does that it may not."""
    for node in ast.walk(tree):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        for name in names:
            top = name.partition(".")[0]
            if top in UNPICKLES | NETWORK or name.startswith("urllib.request"):
                yield f"imports {name}"
        if isinstance(node, ast.Call):
            yield from _call(node)


def _call(node):
    called, words = node.func, {word.arg: word.value for word in node.keywords}
    owner = called.value.id if isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name) else ""
    name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
    if isinstance(called, ast.Name) and name in EVALUATES:
        yield f"calls {name}"
    if (owner, name) in SHELL or (name in TEXT_AS_CODE and not _constant(words, "strict", True)):
        yield f"calls {owner}.{name}"
    if owner in ("np", "numpy") and name in ARRAYS and not _constant(words, "allow_pickle", False):
        yield "numpy may pickle"
    if "shell" in words and not _constant(words, "shell", False):
        yield "starts a shell"


ARRAYS = {"load", "save", "savez", "savez_compressed"}


def _constant(words, name, value):
    return isinstance(words.get(name), ast.Constant) and words[name].value is value


def test_there_is_something_to_audit():
    assert len(FILES) > 150
    assert {"games", "checks", "cli", "verification", "oracles", "smt"} <= set(FOLDERS)


@pytest.mark.parametrize("folder", FOLDERS)
def test_nothing_is_evaluated_unpickled_or_fetched(folder):
    found = []
    for path in FILES:
        name = path.relative_to(ROOT).as_posix()
        if name.startswith(f"{folder}/"):
            text = path.read_text(encoding="utf-8")
            found += [f"{name}: {fault}" for fault in faults(ast.parse(text))]
            assert text.count("literal_eval(") == LITERALS.get(name, 0), name
    assert found == []


@pytest.mark.parametrize(
    "text",
    [
        "import pickle",
        "from pickle import loads",
        "import urllib.request",
        "from urllib import request",
        "import http.client",
        "eval('1')",
        "exec(text)",
        "compile(text, '', 'eval')",
        "import subprocess\nsubprocess.run(x, shell=True)",
        "import os\nos.system(x)",
        "np.load(path)",
        "np.load(path, allow_pickle=True)",
        "sympy.sympify(text)",
        "__import__(name)",
    ],
)
def test_the_audit_sees_what_it_should(text):
    assert list(faults(ast.parse(text)))


@pytest.mark.parametrize(
    "text",
    [
        "re.compile(x)",
        "model.eval(x)",
        "np.load(p, allow_pickle=False)",
        "import json",
        "sympy.sympify(x, strict=True)",
    ],
)
def test_the_audit_sees_no_ghosts(text):
    assert list(faults(ast.parse(text))) == []


# Writing --------------------------------------------------------------------------------------------------------------

WRITES = {"write_text", "write_bytes", "touch", "imsave", "to_csv", "to_json"}
WRITER = "formats/writing.py"


def writings(tree):
    """Where a module writes a file by itself."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            modes = [word.value for word in node.keywords if word.arg == "mode"] + node.args
            opens = name == "open" and any(
                isinstance(m, ast.Constant) and set(str(m.value)) & set("wax+") for m in modes
            )
            if name in WRITES or opens or (name == "savefig" and not isinstance(node.args[0], ast.Name)):
                yield name


def test_only_one_function_writes_files():
    """So that no file is ever there by half (test_writing.py)."""
    found = {p.relative_to(ROOT).as_posix(): list(writings(ast.parse(p.read_text(encoding="utf-8")))) for p in FILES}
    assert {name: names for name, names in found.items() if names} == {WRITER: ["write_bytes"]}


@pytest.mark.parametrize(
    "text", ["p.write_text(x)", "open(p, 'w')", "p.open('wb')", "p.open(mode='a')", "f.savefig(a / b)"]
)
def test_writing_by_oneself_is_seen(text):
    assert list(writings(ast.parse(text)))


# Network --------------------------------------------------------------------------------------------------------------

GUARDED = """
import sys

def guard(event, arguments):
    if event.startswith(("socket.connect", "socket.getaddrinfo", "socket.bind", "socket.sendto", "urllib.")):
        print("NETWORK", event, file=sys.stderr, flush=True)
        raise SystemExit(99)

sys.addaudithook(guard)
{then}
"""
MAIN = "from alignproof.cli.app import main; main()"
COMMANDS = [
    ["show", "Theorem 4.1"],
    ["analyze", "examples/two_drug_makers.json"],
    ["check", "counterexamples/catalogue/provider-opens/1.json"],
    ["checker", "--out", "{out}/checker.py"],
    ["gambit", "export", "examples/two_drug_makers.json", "--out", "{out}/game.nfg"],
    ["search", "thm4.1", "--out", "{out}"],
    ["verify", "Proposition A.2", "--out", "{out}", "--jobs", "1"],
    ["verify", "Theorem 3.1", "--out", "{out}", "--jobs", "1"],
    ["experiment", "--out", "{out}"],
]
QUICK = ("show", "check", "gambit")


def _cases():
    return [pytest.param(c, id=" ".join(c[:2]), marks=[] if c[0] in QUICK else pytest.mark.slow) for c in COMMANDS]


@pytest.mark.parametrize("command", _cases())
def test_no_command_reaches_for_the_network(tmp_path, command):
    """Not in this process, says an audit hook; and in a network of its own, with nothing in it, all goes as well."""
    words = [word.format(out=tmp_path) for word in command]
    alone = ["unshare", "--net"] if _can_unshare() else []
    guarded = [*alone, sys.executable, "-c", GUARDED.format(then=MAIN), *words]
    ran = subprocess.run(guarded, capture_output=True, text=True, check=False, cwd=ROOT)
    assert "NETWORK" not in ran.stderr
    assert ran.returncode == 0, ran.stderr


def _can_unshare():
    return shutil.which("unshare") and not subprocess.run(["unshare", "--net", "true"], check=False).returncode


def test_the_guard_sees_a_connection():
    code = GUARDED.format(then="import socket; socket.create_connection(('127.0.0.1', 9))")
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "NETWORK socket" in ran.stderr


# Dependencies ---------------------------------------------------------------------------------------------------------

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def _name(requirement):
    return re.split(r"[^A-Za-z0-9_.-]", requirement)[0].lower().replace("_", "-")


def _imported(files):
    """The distributions that files import."""
    known = packages_distributions()
    found = set()
    for path in files:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            else:
                names = [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
            tops = {name.partition(".")[0] for name in names} - {"", "alignproof"} - sys.stdlib_module_names
            found |= {known.get(top, [top])[0].lower().replace("_", "-") for top in tops}
    return found


def test_what_is_imported_is_declared_and_what_is_declared_is_imported():
    declared = {_name(item) for item in PROJECT["dependencies"]}
    optional = {_name(item) for part in ("testing", "cluster") for item in PROJECT["optional-dependencies"][part]}
    imported = _imported(FILES)
    assert imported <= declared | optional
    assert declared <= imported


def test_every_dependency_is_locked_with_hashes():
    text = (ROOT / "requirements.lock").read_text()
    entries = [entry for entry in re.split(r"\n(?=[a-zA-Z0-9])", text) if re.match("[a-zA-Z0-9]", entry)]
    locked = set()
    for entry in entries:
        assert re.match(r"[A-Za-z0-9_.-]+==[^\s;]+", entry), entry[:80]
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), entry[:80]
        locked.add(_name(entry.split("==")[0]))
    assert {_name(item) for item in [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"]]} <= locked
    assert "://" not in text
