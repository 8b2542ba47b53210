"""How Sphinx builds the pages. `make docs` lays out their sources first, see tools/pages.py."""

import re
from typing import Any

from docutils.nodes import SkipNode
from sphinx.util.logging import getLogger

from alignproof import __version__
from alignproof.report.mathml import Unknown, math

logger = getLogger(__name__)
project = "alignproof"
author = "alignproof contributors"
release = __version__
extensions = ["myst_parser", "sphinx.ext.autodoc"]
root_doc = "index"
html_theme = "furo"
html_title = f"alignproof {__version__}"
html_copy_source = False
html_math_renderer = "mathml"
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 3
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
toc_object_entries = False  # they make building twice as slow
nitpicky = True
# Types of other libraries have their pages elsewhere, and type variables and private types have none.
nitpick_ignore_regex = [("py:class", r"(?!alignproof\b).*\..*"), ("py:.*", r"alignproof\..*\.(_\w+|T|Key)")]


def formula(page: Any, node: Any) -> None:
    """Write a formula as MathML, which needs no fonts and no scripts."""
    display = node.tagname == "math_block"
    try:
        written = math(node.astext(), display)
    except Unknown as error:
        logger.warning("%s in %s", error, node.astext(), location=node)
    else:
        page.body.append(f'<div class="math" style="padding: 0.5em 0">{written}</div>' if display else str(written))
    raise SkipNode


def keep_bars(app: Any, what: str, name: str, thing: Any, options: Any, lines: list[str]) -> None:
    """In docstrings ``|A|`` is the size of a set, and never a substitution."""
    text = re.sub(r"``.*?``|\|", lambda found: r"\|" if found[0] == "|" else found[0], "\n".join(lines), flags=re.S)
    lines[:] = text.split("\n")


def made_anew(app: Any, what: str, name: str, thing: Any, options: Any, signature: str, returns: str) -> Any:
    """Write a default that a dataclass makes anew for each object so that the signature is still Python."""
    return signature and signature.replace("<factory>", "..."), returns


def setup(app: Any) -> None:
    """Connect these."""
    app.add_html_math_renderer("mathml", inline_renderers=(formula, None), block_renderers=(formula, None))
    app.connect("autodoc-process-docstring", keep_bars)
    app.connect("autodoc-process-signature", made_anew)
