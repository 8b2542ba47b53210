"""The same sweep on a dask cluster: a scheduler and worker processes of their own."""

import os
import signal
import threading

import pytest
from distributed import Client, LocalCluster

from alignproof.sweeps import cells, pools
from alignproof.sweeps.pools import Cluster, OneMachine, Unusable
from alignproof.sweeps.run import sweep
from alignproof.sweeps.spec import read_spec
from alignproof.sweeps.store import Store, StoreFailed
from tests.sweeps.helpers import Log, fake, gone, sql, wait_until
from tests.sweeps.runner import planned

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """Two workers with one thread each, that know the fake cells; and the log of these."""
    log = Log(tmp_path_factory.mktemp("cluster") / "log")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in log.environ.items():
            patch.setenv(name, value)
        with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as found:
            found.log = log
            yield found


@pytest.fixture
def path(tmp_path):
    return tmp_path / "results.sqlite"


@pytest.fixture
def log(cluster):
    cluster.log.path.unlink(missing_ok=True)
    return cluster.log


def workers(cluster):
    with Client(cluster.scheduler_address, set_as_default=False) as client:
        return client.run(os.getpid)


def test_each_cell_is_carried_out_once_by_both_workers(cluster, log, path):
    pool, told = Cluster(cluster.scheduler_address, "fake_cells"), []
    found = sweep(planned(30), Store(path, "now"), pool, told.append)
    assert (len(found), sum(told)) == (30, 30)
    assert sorted(log.seeds("end")) == list(range(30))
    assert sweep(planned(30), Store(path, "now"), pool, pytest.fail) == found
    assert len(log.seeds("begin")) == 30
    assert sql(path, "SELECT * FROM claims") == []


def test_a_worker_that_is_killed_in_the_middle_costs_nothing(cluster, log, path):
    found, pool = {}, Cluster(cluster.scheduler_address, "fake_cells")
    thread = threading.Thread(
        target=lambda: found.update(sweep(planned(6, "takes long"), Store(path, "now"), pool, lambda _: None))
    )
    thread.start()
    wait_until(lambda: len(log.seeds("begin")) >= 2)
    os.kill(next(iter(workers(cluster).values())), signal.SIGKILL)
    thread.join(120)
    assert len(found) == 6
    assert {outcome.verdict for outcome in found.values()} == {"PROVED"}
    assert len(sql(path, "SELECT * FROM rows")) == 6
    wait_until(lambda: all(map(gone, log.processes())))


def test_limits_hold_on_workers(cluster, log, path):
    asked = [fake("hangs", seconds=1), fake("crashes"), fake("eats memory"), fake("is quick")]
    found = sweep(asked, Store(path, "now"), Cluster(cluster.scheduler_address, "fake_cells"), lambda _: None)
    reasons = [found[each.cell].reason for each in asked]
    assert reasons[0] == "the time limit of 1 s was reached"
    assert "killed by signal 11" in reasons[1]
    assert "ended with code 1" in reasons[2]
    assert [found[each.cell].verdict for each in asked] == ["UNKNOWN"] * 3 + ["PROVED"]
    wait_until(lambda: all(map(gone, log.grandchildren())))


def test_a_cell_that_kills_its_workers_is_unknown(cluster, log, path, monkeypatch):
    asked = [fake("kills its worker"), fake("is quick")]
    found = sweep(asked, Store(path, "now"), Cluster(cluster.scheduler_address, "fake_cells"), lambda _: None)
    assert found[asked[0].cell].reason == "all workers that were given it died"
    assert found[asked[1].cell].verdict == "PROVED"


def test_a_cluster_finds_what_one_machine_finds(cluster, tmp_path):
    spec = """
        [[sweep]]
        statements = ["Theorem 4.3"]
        sizes = ["n=2, |T|=2", "111111111"]
        mutants = ["none", "without equilibrium"]
        solvers = ["kernel"]

        [[sweep]]
        statements = ["Theorem 4.3"]
        sizes = ["n=2, k=2, |A|=2, |Y|=2, |M|=2"]
        mutants = ["without equilibrium"]
        solvers = ["search:drawn"]
    """
    asked = read_spec(spec.encode())
    found = []
    for name, pool in (("here", OneMachine(2)), ("there", Cluster(cluster.scheduler_address))):
        outcomes = sweep(asked, Store(tmp_path / name, cells.environment()), pool, lambda _: None)
        found.append([(outcomes[each.cell].verdict, outcomes[each.cell].certificates) for each in asked])
    assert found[0] == found[1]
    assert [verdict for verdict, _ in found[0]] == ["PROVED", "UNKNOWN", "PROVED", "UNKNOWN", "REFUTED"]


def test_workers_with_other_sources_are_refused(cluster, log, path, monkeypatch):
    monkeypatch.setattr(cells, "environment", lambda: "other sources")
    with pytest.raises(Unusable, match="the worker has other sources, another Python or other solvers"):
        sweep(planned(3), Store(path, "now"), Cluster(cluster.scheduler_address, "fake_cells"), lambda _: None)
    assert log.lines() == []
    assert sql(path, "SELECT * FROM rows") == sql(path, "SELECT * FROM claims") == []


def test_a_store_that_fails_ends_the_sweep(cluster, log, path):
    def break_it(_):
        sql(path, "DROP TABLE claims")
        sql(path, "CREATE TABLE claims (a)")

    with pytest.raises(StoreFailed):
        sweep(planned(30), Store(path, "now"), Cluster(cluster.scheduler_address, "fake_cells"), break_it)


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nonsense://x", "no-such-host:8786"])
def test_no_scheduler(address, path, monkeypatch):
    monkeypatch.setattr(pools, "PATIENCE", 1.0)
    with pytest.raises(Unusable, match=f"{address}: no scheduler answers within 1 s"):
        sweep(planned(3), Store(path, "now"), Cluster(address), lambda _: None)


def test_no_worker(path, monkeypatch):
    monkeypatch.setattr(pools, "PATIENCE", 1.0)
    with (
        LocalCluster(n_workers=0, dashboard_address=None) as empty,
        pytest.raises(Unusable, match="no worker came within 1 s"),
    ):
        sweep(planned(3), Store(path, "now"), Cluster(empty.scheduler_address), lambda _: None)
