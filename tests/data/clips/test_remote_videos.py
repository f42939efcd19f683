"""Videos in an object store: a real server of the S3 protocol on this machine, or fsspec's own.

The server needs `pip install s3fs 'moto[s3]' flask flask-cors`. They are not in the extra `dev`:
pip finds no boto3 for both of moto and s3fs beside the rest.
"""

import json

import pytest
from click.testing import CliRunner
from sample_videos import RULES, panning, write_video

from scenegan.commands.cli import main
from scenegan.data.clips.cut_videos import cut_videos
from scenegan.data.collect.sources import find_sources
from scenegan.errors import InputError
from scenegan.files.addresses import find_remote, is_address

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def store():
    """A client of a bucket `scenery` whose server the environment names."""
    pytest.importorskip("s3fs")
    server = pytest.importorskip("moto.server").ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
                            "AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret",
                            "AWS_DEFAULT_REGION": "us-east-1"}.items():
            patch.setenv(name, value)
        import boto3
        client = boto3.client("s3")
        client.create_bucket(Bucket="scenery")
        yield client
    server.stop()


@pytest.fixture(scope="module")
def folder(store, tmp_path_factory):
    """Videos on the disk that are in the bucket, too."""
    folder = tmp_path_factory.mktemp("videos")
    for number in range(3):
        write_video(folder / f"v{number}.mp4", panning(number, 20))
        store.upload_file(str(folder / f"v{number}.mp4"), "scenery", f"sea/v{number}.mp4")
    store.put_object(Bucket="scenery", Key="sea/notes.txt", Body=b"no video")
    return folder


def contents(folder):
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_videos_of_a_bucket_are_cut_as_those_of_a_disk_are(store, folder, tmp_path):
    cut_videos(find_sources([folder]), tmp_path / "near", RULES, workers=1)
    far = find_sources(["s3://scenery/sea"])
    assert [str(source.path) for source in far] == [f"s3://scenery/sea/v{number}.mp4"
                                                    for number in range(3)]
    cut_videos(far, tmp_path / "far", RULES, workers=1)
    assert contents(tmp_path / "far") == contents(tmp_path / "near")


def test_a_bucket_video_that_is_no_video_is_skipped_by_its_address(store, folder, tmp_path):
    store.put_object(Bucket="scenery", Key="bad/text.mp4", Body=b"no video\n" * 99)
    sources = find_sources(["s3://scenery/bad/text.mp4", str(folder)])
    summary = cut_videos(sources, tmp_path / "clips", RULES, workers=1)
    assert list(summary.skipped) == ["s3://scenery/bad/text.mp4"]
    reason = summary.skipped["s3://scenery/bad/text.mp4"]
    assert "Received: 's3://scenery/bad/text.mp4', which is none" in reason


def test_a_video_that_goes_stops_the_cutting_and_keeps_what_is_done(store, folder, tmp_path):
    store.put_object(Bucket="scenery", Key="gone/1.mp4", Body=b"x")
    sources = find_sources([str(folder), "s3://scenery/gone"])
    store.delete_object(Bucket="scenery", Key="gone/1.mp4")
    with pytest.raises(InputError, match="s3://scenery/gone/1.mp4' cannot be read"):
        cut_videos(sources, tmp_path / "clips", RULES, workers=1)
    assert len(list((tmp_path / ".clips.parts").glob("[!.]*.json"))) == 3


@pytest.mark.parametrize(("address", "says"), [
    ("s3://no-such-bucket/sea", "cannot be read"), ("s3://scenery/none", "nothing is there"),
    ("nonsense://x/y", "cannot be read"), ("gs://scenery/x", "Run: pip install")])
def test_an_address_with_nothing_is_one_line(store, address, says, tmp_path):
    done = CliRunner().invoke(main, ["data", "clips", address, "--out", str(tmp_path / "clips")])
    assert done.exit_code == 1 and done.stderr.count("\n") == 1
    assert done.stderr.startswith(f"Error: '{address}' ") and says in done.stderr


def test_records_hold_the_name_and_the_manifest_its_tags(store, folder, tmp_path):
    (tmp_path / "manifest.csv").write_text("file,tags\nv0.mp4,sea\n")
    done = CliRunner().invoke(main, [
        "data", "clips", "s3://scenery/sea", "--size", "32x18", "--frames", "8",
        "--max-camera-motion", "inf", "--workers", "1", "--out", str(tmp_path / "clips"),
        "--manifest", str(tmp_path / "manifest.csv")])
    assert done.exit_code == 0, done.output
    line = json.loads((tmp_path / "clips" / "clips.jsonl").read_text().splitlines()[0])
    assert (line["video"], line["group"], line["tags"]) == ("v0.mp4", "v0", ["sea"])


def test_addresses_are_told_from_paths(tmp_path):
    pytest.importorskip("fsspec")
    assert is_address("s3://a/b") and is_address("gs://a")
    assert not is_address("C://videos") and not is_address("./s3:/a") and not is_address(tmp_path)
    (tmp_path / "A.MP4").write_bytes(b"1")
    (tmp_path / ".b.mp4").write_bytes(b"1")
    assert [file.name for file in find_remote(f"file://{tmp_path}", {".mp4"})] == ["A.MP4"]


def test_only_videos_of_the_disk_are_added(tmp_path):
    done = CliRunner().invoke(main, ["data", "add", "s3://scenery/sea", "--out", str(tmp_path)])
    assert done.exit_code == 1
    assert done.stderr == ("Error: Only videos on the disk can be added. Received: "
                           "'s3://scenery/sea'. Give the address to `scenegan data clips` "
                           "itself.\n")


@pytest.fixture
def memory(tmp_path):
    """Videos on the disk that are in fsspec's store in memory, too; it needs no server."""
    system = pytest.importorskip("fsspec").filesystem("memory")
    (tmp_path / "videos").mkdir()
    for number in range(2):
        write_video(tmp_path / "videos" / f"v{number}.mp4", panning(number, 20))
        system.put_file(str(tmp_path / "videos" / f"v{number}.mp4"), f"/lake/v{number}.mp4")
    system.pipe_file("/lake/text.mp4", b"no video\n" * 99)
    yield system
    system.rm("/lake", recursive=True)


def test_videos_of_any_store_of_fsspec_are_cut(memory, tmp_path):
    sources = find_sources([tmp_path / "videos"])
    cut_videos(sources, tmp_path / "near", RULES, workers=1)
    far = find_sources(["memory://lake"])
    assert [source.path.name for source in far] == ["text.mp4", "v0.mp4", "v1.mp4"]
    summary = cut_videos(far, tmp_path / "far", RULES, workers=1)
    assert [address.rpartition("/")[2] for address in summary.skipped] == ["text.mp4"]
    near, far = (contents(tmp_path / name) for name in ("near", "far"))
    assert far["clips-00000.npy"] == near["clips-00000.npy"]


def test_a_copy_that_came_short_is_refused(memory, tmp_path, monkeypatch):
    far = find_sources(["memory://lake/v0.mp4"])
    memory.pipe_file("/lake/v0.mp4", b"half")
    with pytest.raises(InputError, match="4 of [0-9]+ bytes came"):
        cut_videos(far, tmp_path / "clips", RULES, workers=1)
