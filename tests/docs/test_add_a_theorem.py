"""The code of docs/how-to/add-a-theorem.md is that of the example that it goes through."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "how-to" / "add-a-theorem.md").read_text()
EXAMPLE = (ROOT / "examples" / "weighted_alignment.py").read_text()
LEFT_OUT = {"show", "main"}
"""What the page does not go through."""
OF_ITS_OWN = {"judged", "market", "rows"}
"""What is on the page only."""


def definitions(code):
    found = {}
    for node in ast.parse(code).body:
        if isinstance(node, ast.FunctionDef):
            found[node.name] = ast.get_source_segment(code, node)
        elif isinstance(node, ast.Assign):
            found[node.targets[0].id] = ast.get_source_segment(code, node)
    return found


def test_the_page_has_the_examples_code():
    page = definitions("\n".join(re.findall(r"```python\n(.*?)```", PAGE, flags=re.S)))
    example = definitions(EXAMPLE)
    assert page.keys() - OF_ITS_OWN == example.keys() - LEFT_OUT
    for name in page.keys() - OF_ITS_OWN:
        assert page[name] == example[name], name
