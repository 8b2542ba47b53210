"""Certificates in a folder: taken if they claim what a task asks for and the kernel accepts them, and only then."""

import json

import pytest

from alignproof.verification.kept import kept, unfit
from alignproof.verification.results import tasks
from alignproof.verification.run import verify

NAME = "Proposition A.1 as printed: its conclusion fails"


@pytest.fixture(scope="module")
def task():
    return next(task for task in tasks() if task.result == NAME)


@pytest.fixture
def made(task, tmp_path):
    (row,) = verify([task], tmp_path, lambda task: None)
    return row


def test_what_a_run_left_is_taken_and_replayed(task, made, tmp_path):
    (row,) = kept([task], tmp_path)
    assert row.reached
    assert row.replayed
    assert row.certificate == made.certificate


def test_of_files_with_one_name_the_one_that_fits_is_taken(task, made, tmp_path):
    (tmp_path / made.certificate).rename(tmp_path / made.certificate.replace("01-", "02-"))
    (tmp_path / made.certificate).write_text("{}")
    (row,) = kept([task], tmp_path)
    assert row.reached
    assert "/02-" in row.certificate


@pytest.mark.parametrize("data", [b"", b"{}", b"\xff", b"[]", b'{"kind": "value", "claim": {}}'])
def test_what_is_no_certificate_fits_no_task(task, made, tmp_path, data):
    assert unfit(task, data)
    (tmp_path / made.certificate).write_bytes(data)
    (row,) = kept([task], tmp_path)
    assert row.verdict == "UNKNOWN"
    assert row.reason


def test_what_the_kernel_refuses_is_unknown(task, made, tmp_path):
    path = tmp_path / made.certificate
    path.write_text(json.dumps(json.loads(path.read_bytes()) | {"evidence": {}}))
    (row,) = kept([task], tmp_path)
    assert row.verdict == "UNKNOWN"
    assert row.reason.startswith("the replay failed")


def test_without_a_file_nothing_is_known(task, tmp_path):
    (row,) = kept([task], tmp_path)
    assert (row.verdict, row.certificate) == ("UNKNOWN", "")
