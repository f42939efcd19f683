"""Videos of one's own, a good one, and a Flickr of this machine."""

import flickr_server
import flickrapi
import pytest
from flickr_server import KEY, SECRET, whole
from sample_videos import panning, texture, write_video

from scenegan.data.collect import flickr_api as flickr_room
from scenegan.data.collect.flickr_api import Flickr
from scenegan.data.collect.retries import Pace

# Videos of one's own

@pytest.fixture
def mine(tmp_path):
    folder = tmp_path / "mine"
    folder.mkdir()
    for name in ("one.mp4", "two und drei.mov"):
        write_video(folder / name, [texture(1)] * 2)
    (folder / "manifest.csv").write_text('file,group,tags\none.mp4,harbour,"sea,boats"\n')
    return folder


@pytest.fixture(scope="module")
def mp4(tmp_path_factory):
    """Bytes of a good video: 20 frames of 64x36."""
    path = write_video(tmp_path_factory.mktemp("mp4") / "a.mp4", panning(1, 20))
    return path.read_bytes()


@pytest.fixture
def server(monkeypatch, mp4):
    with flickr_server.serve() as server:
        monkeypatch.setattr(flickrapi.FlickrAPI, "REST_URL", server.rest)
        monkeypatch.setattr(flickr_room, "REQUESTS_AN_HOUR", 1e9)
        monkeypatch.setattr(flickr_room, "WAITS", (0.01, 0.02, 0.04))
        monkeypatch.setenv("FLICKR_API_KEY", KEY)
        monkeypatch.setenv("FLICKR_API_SECRET", SECRET)
        server.files["/good.mp4"] = whole(mp4)
        yield server


@pytest.fixture
def client(server):
    """A client of that Flickr, without a pace."""
    return Flickr(KEY, SECRET, pace=Pace(0))
