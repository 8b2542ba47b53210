"""Lay out the sources of the documentation for Sphinx: the pages, the catalogue, the files they link to, the API.

Links between pages are written for people who read the repository. Here they are turned into links between the copies,
and a link that leads nowhere is an error.

Usage: python tools/pages.py OUT
"""

import ast
import re
import shutil
import sys
from collections.abc import Iterator
from os.path import relpath
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FRONT = Path("docs/README.md")
# Folder of the repository -> folder of the documentation.
FOLDERS = {Path("docs"): Path(), Path("counterexamples/catalogue"): Path("catalogue"), Path(): Path("project")}
FILES = Path("files")  # whatever else a page links to
LINK = re.compile(r"(?<=\]\()(?!https?:|mailto:|#)([^)\s#]+)")
# Page -> what is found below it, by caption; pages are found, not listed.
BELOW = {
    Path("index.md"): {
        "Tutorial": ["tutorial/*"],
        "How to": ["how-to/*"],
        "Explanation": ["explanation/*"],
        "Reference": ["reference/*", "api/index", "catalogue/README"],
        "Project": ["project/*"],
    },
    Path("api/index.md"): {"Packages": ["*"]},
    Path("catalogue/README.md"): {"Entries": ["*/README"]},
}
NOT_IN_API = {"cli"}  # its reference is a page of its own


def pages() -> list[Path]:
    """The Markdown files that are pages, relative to the root."""
    found = [ROOT.glob("*.md"), *((ROOT / folder).rglob("*.md") for folder in FOLDERS if folder != Path())]
    return sorted(path.relative_to(ROOT) for paths in found for path in paths)


def place(path: Path) -> Path:
    """Where a file of the repository is in the documentation."""
    if path == FRONT:
        return Path("index.md")
    for folder, new in FOLDERS.items():
        if folder in path.parents and (folder != Path() or (path.suffix == ".md" and len(path.parts) == 1)):
            return new / path.relative_to(folder)
    return FILES / path


def relinked(page: Path, text: str, linked: set[Path]) -> str:
    """A page's text with links between copies; what it links to is added to `linked`."""

    def new(found: re.Match[str]) -> str:
        target = (ROOT / page.parent / found[1]).resolve()
        if not target.is_file():
            raise SystemExit(f"{page}: there is no file {found[1]}")
        target = target.relative_to(ROOT)
        linked.add(target)
        return relpath(place(target), place(page).parent)

    return LINK.sub(new, text)


def navigation(page: Path) -> str:
    """What is added to a page so that those below it are found."""
    trees = (
        "\n".join(("", "```{toctree}", ":hidden:", ":glob:", f":caption: {caption}", "", *patterns, "```", ""))
        for caption, patterns in BELOW.get(page, {}).items()
    )
    return "".join(trees)


def packages() -> Iterator[tuple[str, list[str]]]:
    """Each package with its modules, by their names in full."""
    top = ROOT / "src" / "alignproof"
    for folder in sorted(path for path in top.iterdir() if path.is_dir() and path.name not in NOT_IN_API):
        for init in sorted(folder.rglob("__init__.py")):
            name = ".".join(("alignproof", *init.parent.relative_to(top).parts))
            modules = sorted(path.stem for path in init.parent.glob("*.py"))
            yield name, [f"{name}.{module}" for module in modules if not module.startswith("__")]


def api(package: str, modules: list[str]) -> str:
    """The page of a package: its docstring and those of everything in its modules."""
    lines = [package, "=" * len(package), "", f".. automodule:: {package}", ""]
    for module in modules:
        lines += [module, "-" * len(module), "", f".. automodule:: {module}", "   :members:", ""]
    return "\n".join(lines)


def summary(package: str) -> str:
    """The first sentence of a package's docstring."""
    init = ROOT.joinpath("src", *package.split("."), "__init__.py")
    docstring = ast.get_docstring(ast.parse(init.read_text(encoding="utf-8"))) or ""
    return docstring.partition("\n")[0].replace("``", "`")


def write(path: Path, text: str) -> None:
    """Write a page, and the folders that it is in."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def lay_out(out: Path) -> None:
    """Write the sources to an empty folder."""
    linked: set[Path] = set()
    for page in pages():
        text = relinked(page, (ROOT / page).read_text(encoding="utf-8"), linked)
        write(out / place(page), text + navigation(place(page)))
    for path in linked - set(pages()):
        (out / place(path)).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / path, out / place(path))
    index = ["# Python packages", ""]
    for package, modules in packages():
        name = package.removeprefix("alignproof.")
        write(out / "api" / f"{name}.rst", api(package, modules))
        index.append(f"- [{package}]({name}.rst): {summary(package)}")
    index.append(navigation(Path("api/index.md")))
    write(out / "api" / "index.md", "\n".join(index))


if __name__ == "__main__":
    shutil.rmtree(sys.argv[1], ignore_errors=True)
    lay_out(Path(sys.argv[1]))
