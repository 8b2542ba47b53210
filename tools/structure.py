"""Check that games and checks stay small, free of assert, and on the standard library alone.

Usage: python tools/structure.py [ROOT]
"""

import ast
import io
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path

# Folder -> (code lines allowed, parts of alignproof it may import).
# A folder with an entry of its own does not count towards the one that it is in.
LIMITS = {
    "games": (951, {"games"}),
    "checks": (765, {"games", "checks"}),
    "checks/universal": (770, {"games", "checks"}),
}
NOT_CODE = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENCODING,
    tokenize.ENDMARKER,
}


def code_lines(source: str) -> int:
    """Count the lines that are not blank, comment or docstring."""
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in NOT_CODE:
            lines.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0] if node.body else None
            if first is not None and ast.get_docstring(node, clean=False) is not None:
                lines.difference_update(range(first.lineno, (first.end_lineno or first.lineno) + 1))
    return len(lines)


def imported_modules(node: ast.AST, package: list[str]) -> list[str]:
    """Name in full the modules that an import statement in `package` asks for."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        start = package[: len(package) + 1 - node.level] if node.level else []
        origin = ".".join([*start, *([node.module] if node.module else [])])
        # `from alignproof import x` and `from .. import x` may ask for the module x.
        return [f"{origin}.{alias.name}" for alias in node.names]
    return []


def is_allowed(module: str, parts: set[str]) -> bool:
    """Tell whether a module is in the standard library or in the given parts of alignproof."""
    top, _, rest = module.partition(".")
    if top == "alignproof":
        return rest.partition(".")[0] in parts
    # importlib would let any other import pass unseen.
    return top in sys.stdlib_module_names and top != "importlib"


def problems(root: Path) -> Iterator[str]:
    """Yield each breach of the limits in the tree at `root`."""
    for name, (budget, parts) in LIMITS.items():
        inner = [root / other for other in LIMITS if other.startswith(f"{name}/")]
        files = [path for path in sorted((root / name).rglob("*.py")) if not set(inner) & set(path.parents)]
        if not files and "/" not in name:
            yield f"{name}: no Python files found"
        total = 0
        for path in files:
            source = path.read_text(encoding="utf-8")
            total += code_lines(source)
            package = ["alignproof", *path.relative_to(root).parent.parts]
            for node in ast.walk(ast.parse(source)):
                where = f"{path.relative_to(root)}:{getattr(node, 'lineno', 0)}"
                if isinstance(node, ast.Assert):
                    yield f"{where}: assert"
                if isinstance(node, ast.Name) and node.id in {"__debug__", "__import__"}:
                    yield f"{where}: {node.id}"
                for module in imported_modules(node, package):
                    if not is_allowed(module, parts):
                        yield f"{where}: imports {module}"
        if total > budget:
            yield f"{name}: {total} lines of code, over the limit of {budget}"


def main() -> int:
    """Print the breaches; return 1 if there are any."""
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent
    found = list(problems(root))
    for problem in found:
        print(problem)
    if not found:
        print("structure: games and checks keep their limits")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
