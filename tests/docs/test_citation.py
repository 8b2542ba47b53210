"""CITATION.cff has what version 1.2.0 of the format asks for, and says what the project says elsewhere."""

import tomllib

import yaml

from alignproof import __version__
from tests.docs.blocks import ROOT

CITATION = yaml.safe_load((ROOT / "CITATION.cff").read_text())
REQUIRED = {"cff-version", "message", "title", "authors"}
KEYS = REQUIRED | {"abstract", "keywords", "license", "references", "type", "version"}


def test_what_the_format_asks_for():
    assert CITATION["cff-version"] == "1.2.0"
    assert REQUIRED <= set(CITATION) <= KEYS
    assert CITATION["type"] == "software"
    for reference in CITATION["references"]:
        assert {"type", "title", "authors"} <= set(reference)
    for author in CITATION["authors"] + [a for reference in CITATION["references"] for a in reference["authors"]]:
        assert set(author) in ({"name"}, {"family-names", "given-names"})


def test_it_agrees_with_the_project():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert CITATION["version"] == __version__
    assert CITATION["license"] == project["license"]
    assert CITATION["authors"] == project["authors"]
    assert set(CITATION["keywords"]) <= set(project["keywords"])
