"""Cutting on the workers of a Dask cluster: real processes of this machine."""

import os
import signal
import threading
import time

import pytest
from click.testing import CliRunner
from sample_videos import RULES, panning, write_video

from scenegan.commands.cli import main
from scenegan.data.clips.cut_videos import cut_videos
from scenegan.data.collect.sources import find_sources
from scenegan.errors import InputError

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def cluster():
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True,
                                  dashboard_address=None, silence_logs=50) as cluster:
        yield cluster


@pytest.fixture(scope="module")
def sources(tmp_path_factory):
    folder = tmp_path_factory.mktemp("many")
    for number in range(8):
        write_video(folder / f"k{number}.mp4", panning(number, 240))
    (folder / "text.mp4").write_bytes(b"no video\n" * 99)
    return find_sources([folder])


@pytest.fixture(scope="module")
def whole(sources, tmp_path_factory):
    """What one process makes of the sources: names and contents."""
    out = tmp_path_factory.mktemp("whole") / "clips"
    cut_videos(sources, out, RULES, workers=1)
    return contents(out)


def contents(folder):
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_a_cluster_cuts_what_one_process_cuts(cluster, sources, whole, tmp_path):
    cut_videos(sources, tmp_path / "clips", RULES, cluster=cluster.scheduler_address)
    assert contents(tmp_path / "clips") == whole
    assert [file.name for file in tmp_path.iterdir()] == ["clips"]


def test_a_killed_worker_loses_nothing(cluster, sources, whole, tmp_path):
    killed = []

    def kill():
        """Kill the first worker that is in the middle of a video."""
        while not list(tmp_path.glob(".clips.parts/.*.raw")):
            time.sleep(0.002)
        worker = cluster.workers[0]
        killed.append(worker.pid)
        os.kill(worker.pid, signal.SIGKILL)

    thread = threading.Thread(target=kill, daemon=True)
    thread.start()
    cut_videos(sources, tmp_path / "clips", RULES, cluster=cluster.scheduler_address)
    thread.join()
    assert killed and contents(tmp_path / "clips") == whole


def test_workers_must_see_the_folder(cluster, sources, tmp_path, monkeypatch):
    monkeypatch.setattr("scenegan.data.clips.cluster._sees", lambda path: False)
    with pytest.raises(InputError, match="does not see .* a disk that all machines see"):
        cut_videos(sources, tmp_path / "clips", RULES, cluster=cluster.scheduler_address)


def test_a_cluster_that_is_not_there_is_one_line(sources, tmp_path, monkeypatch):
    monkeypatch.setattr("scenegan.data.clips.cluster.WAIT", 0.5)
    for address in ("tcp://127.0.0.1:9", "nonsense://x"):
        done = CliRunner().invoke(main, ["data", "clips", str(sources[0].path), "--cluster",
                                         address, "--out", str(tmp_path / "clips")])
        assert done.exit_code == 1 and done.stderr.count("\n") == 1
        assert done.stderr.startswith(f"Error: No worker answers at --cluster {address}. Start")
        assert not (tmp_path / "clips").exists()
