"""What ``alignproof verify`` leaves for some rows, and what a report gathers from it."""

import shutil

import pytest

from alignproof.report.gather import gather, read_rows
from alignproof.verification.results import tasks
from alignproof.verification.run import verify, write_rows

CHOSEN = {
    "Catalogue: theorem-4-1",
    "Proposition A.1 as printed: its conclusion fails",
    "Theorem 3.1 is tight in eps_P",
    "Theorem 5.1 is not vacuous",
    "Theorem 5.2",
}
LARGE = ("Theorem 3.1", "n=2, k=2")
"""Result and scope of a row whose certificate is packed."""


@pytest.fixture(scope="session")
def known():
    return tasks()


@pytest.fixture(scope="session")
def made(known, tmp_path_factory):
    """A folder with verify.json and certificates. Change only copies of it."""
    folder = tmp_path_factory.mktemp("build")
    chosen = [task for task in known if task.result in CHOSEN or (task.result, task.scope[: len(LARGE[1])]) == LARGE]
    write_rows(verify(chosen, folder / "certificates", lambda task: None), folder / "verify.json")
    return folder


@pytest.fixture
def folder(made, tmp_path):
    return shutil.copytree(made, tmp_path / "build")


@pytest.fixture(scope="session")
def contents(made, known):
    return gather(made, read_rows(made / "verify.json"), known)
