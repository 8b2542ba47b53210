"""The runner of pages notices what is wrong with a page."""

import pytest

from tests.docs.blocks import blocks, calls, fits, parse, run, understood

WRONG = {
    "output": ("```console\n$ echo yes\nno\n```\n", "printed"),
    "more output": ("```console\n$ printf 'yes\\nno\\n'\nyes\n```\n", "printed"),
    "less output": ("```console\n$ echo yes\nyes\nno\n```\n", "printed"),
    "exit code": ("```sh\nfalse\n```\n", "exit code 1"),
    "another exit code": ("```sh\nexit_with() { return $1; }; exit_with 3  # exit code 2\n```\n", "exit code 3"),
    "exit code that is shown": ("```console\n$ false\n$ echo $?\n0\n```\n", "printed"),
    "exit code that is not shown": ("```console\n$ false\n$ echo done\ndone\n```\n", "exit code 1"),
    "the first part of a pipe": ("```sh\nfalse | cat\n```\n", "exit code 1"),
    "indented command": ("    python -c 'raise SystemExit(4)'\n", "exit code 4"),
    "end of the shell": ("```sh\nexit 0\ntrue\n```\n", "ended early"),
    "setting up": ("<!-- first: false -->\n```sh\ntrue\n```\n", "exit code 1"),
    "print": ("```python\nprint(1 + 1)  # 3\n```\n", r"\['2'\], not \['3'\]"),
    "too little printed": ("```python\nif False:\n    print(1)  # 1\n```\n", "not"),
    "test": ("```python\ndef test_it():\n    assert 1 == 2, 'it fails'\n```\n", "it fails"),
    "make": ("```sh\nmake no-such-target\n```\n", "exit code 2"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_page_that_is_wrong_fails(name, tmp_path):
    page, message = WRONG[name]
    (tmp_path / "Makefile").write_text("all:\n\tfalse\n")
    with pytest.raises(AssertionError, match=message):
        run(page, tmp_path)


def test_a_page_that_is_right_passes(tmp_path):
    (tmp_path / "Makefile").write_text("all:\n\tfalse\n")
    page = """
<!-- file: a/b.txt -->
```text
one 1
```

```console
$ cat a/b.txt
one ...
$ seq 1 9
1
...
9
$ false
$ echo $?
1
$ echo a \\
> b
a b
```

```python
number = 2


def test_is_called():
    global number
    number += 1
```

```python
print(number)  # 3: it was called
```

```sh
make all
cat FOLDER/that/is/not/there
```

<!-- not run: it would fail -->
```sh
false
```
"""
    run(page, tmp_path)
    for block in blocks(page):
        understood(block)


@pytest.mark.parametrize(
    "page",
    [
        "```bash\ntrue\n```\n",
        "```\ntrue\n```\n",
        "```text\n.venv/bin/alignproof check FILE\n```\n",
        "```text\n$ make verify\n```\n",
        "```json\n{'a': 1}\n```\n",
        "```toml\na = \n```\n",
        "```console\ntrue\n```\n",
        "```sh\n.venv/bin/alignproof prove X\n```\n",
        "```sh\n.venv/bin/alignproof check --loudly FILE\n```\n",
        "```sh\necho 1 | alignproof gambit check --sloppy -\n```\n",
        "    .venv/bin/alignproof verify --fast\n",
    ],
)
def test_blocks_that_are_not_understood(page):
    (block,) = blocks(page)
    with pytest.raises((AssertionError, ValueError)):
        understood(block)


def test_python_that_is_not_python():
    (block,) = blocks("```python\nprint(\n```\n")
    with pytest.raises(SyntaxError):
        understood(block)


def test_calls_are_found_in_pipes_and_lists():
    command = "cd x && alignproof check a.json | cat; .venv/bin/alignproof show 'theorem 4.4' > out.txt"
    assert list(calls(command)) == [["check", "a.json"], ["show", "theorem 4.4"]]
    parse(["show", "theorem 4.4"])


def test_a_marker_holds_for_the_next_block_only():
    first, second = blocks("<!-- not run: it would fail -->\n```sh\nfalse\n```\n\n```sh\ntrue\n```\n")
    assert "not run" in first.markers
    assert not second.markers
    (far,) = blocks("<!-- not run: it would fail -->\n\nwords\n\n```sh\ntrue\n```\n")
    assert not far.markers


@pytest.mark.parametrize(
    ("said", "printed", "expected"),
    [
        ("a b", "a b", True),
        ("a", "a b", False),
        ("a... b", "a1 b", True),
        ("x... x", "xy x", True),
        ("* c", "a b c", True),
        ("* c", "c", True),
        ("a *", "a", True),
        ("a * c", "a b c d", False),
        ("a * b * c", "a c b c", True),
        ("a * b * c", "a c c b", False),
        ("a * b a", "a b", False),
        ("* b * b", "b", False),
        ("*", "", True),
        ("", "", True),
        ("", "a", False),
        ("a", "", False),
    ],
)
def test_what_stands_for_anything(said, printed, expected):
    """A word is a line here, and * a line of three dots."""
    assert fits(["..." if line == "*" else line for line in said.split()], printed.split()) == expected


def test_long_outputs_are_compared_quickly():
    assert not fits(["...", "b"] * 30, ["b"] * 29 + ["a"] * 3000)
