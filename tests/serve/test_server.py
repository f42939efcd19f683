"""The page's server: who may ask, what is refused, and that it stays up."""

import base64
import contextlib
import io
import json
import socket
import struct
import threading
import zlib
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from even_predictor import EvenPredictor, PaintingPredictor
from page_server import ask, photo_bytes, running, upload
from PIL import Image

from scenegan.serve.jobs import Busy, Queue
from scenegan.serve.server import LARGEST_PHOTO, Server


@pytest.fixture(scope="module")
def examples(tmp_path_factory):
    folder = tmp_path_factory.mktemp("examples")
    (folder / "lake.jpg").write_bytes(photo_bytes(format="JPEG"))
    (folder / "secret.txt").write_text("not a photo")
    return folder


@pytest.fixture(scope="module")
def server(examples):
    with running(EvenPredictor(), examples) as server:
        yield server


@pytest.fixture(scope="module")
def photo(server):
    return upload(server, photo_bytes())[1]["photo"]


def test_the_page_and_its_files_are_served_with_strict_headers(server):
    for name, kind in (("", "text/html"), ("app.js", "text/javascript"), ("style.css", "text/css")):
        status, headers, body = ask(server, "GET", name)
        assert status == 200 and body and headers["Content-Type"].startswith(kind)
        assert headers["X-Content-Type-Options"] == "nosniff"
        policy = headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy and "frame-ancestors 'none'" in policy
    assert server.server_address[0] == "127.0.0.1"


@pytest.mark.parametrize(("path", "headers"), [
    ("/", {}), ("/index.html", {}), ("/wrong/", {}), ("", {"Host": "evil.example"}),
    ("", {"Origin": "http://evil.example"})])
def test_who_does_not_know_the_address_or_is_another_page_is_refused(server, path, headers):
    status, _, body = ask(server, "GET", path, **headers)
    assert status == 403 and list(json.loads(body)) == ["error"]


@pytest.mark.parametrize("path", [
    "../server.py", "%2e%2e%2fserver.py", "gone.js", "examples/secret.txt",
    "examples/../secret.txt", "a/b/c", ".", "photos/a/b"])
def test_nothing_else_is_served(server, path):
    assert ask(server, "GET", path)[0] == 404


def test_a_photo_comes_back_as_the_page_shows_it(server, photo):
    status, headers, body = ask(server, "GET", f"photos/{photo}")
    assert status == 200 and headers["Content-Type"] == "image/png"
    with Image.open(io.BytesIO(body)) as shown, Image.open(io.BytesIO(photo_bytes())) as sent:
        assert (np.asarray(shown) == np.asarray(sent)).all()
    about = json.loads(ask(server, "GET", "about.json")[2])
    assert about["examples"] == ["lake.jpg"] and {"mp4", "gif", "webp"} <= set(about["formats"])


def wish(server, path, **fields):
    status, headers, body = ask(server, "POST", path, json.dumps(fields))
    return status, headers["Content-Type"], body


def test_a_motion_is_the_predictors_own(server, photo):
    mask = io.BytesIO()
    Image.new("L", (16, 10), 255).save(mask, "PNG")
    status, _, body = wish(server, "motions", photo=photo, seed=3, strength=2, direction=90,
                           still=["water"], moving=base64.b64encode(mask.getvalue()).decode())
    told = json.loads(body)
    assert status == 200 and told["frames"] == 32 and told["chances"]["shape"] == [48, 64, 3]
    fields = np.frombuffer(base64.b64decode(told["fields"]["data"]), np.float32).reshape(
        told["fields"]["shape"])
    _, seed, dials = server.studio.predictor.asked[-1]
    assert (seed, dials.strength, dials.direction, dials.still) == (3, 2, 90, ("water",))
    assert dials.moving.shape == (10, 16, 1) and (dials.moving == 255).all()
    assert (fields[:, :, 1] == 0).all() and (fields[0, 0, 0, 0] * [0, 1]).sum() < 0


@pytest.mark.parametrize(("format", "start"), [
    ("gif", b"GIF89a"), ("webp", b"RIFF"), ("mp4", None)])
def test_a_download_is_what_animate_writes(server, photo, format, start):
    status, kind, body = wish(server, "films", photo=photo, format=format, seconds=0.4, size=64,
                              fps=10)
    assert status == 200 and kind.endswith(format)
    if start:
        assert body.startswith(start)
        with Image.open(io.BytesIO(body)) as film:
            assert (film.size, film.n_frames) == ((64, 40), 4)
    else:
        assert body[4:8] == b"ftyp"


@pytest.mark.parametrize(("fields", "said"), [
    ({"seed": -1}, "whole number"), ({"seed": "x"}, "number"), ({"strength": 99}, "strength"),
    ({"direction": "up"}, "number"), ({"still": ["rock"]}, "rock"), ({"still": 3}, "list"),
    ({"photo": "gone"}, "Choose it again"), ({"moving": "????"}, "PNG"),
    ({"moving": "AAAA"}, "PNG"), ({"format": "avi"}, "mp4"), ({"size": 99999}, "size"),
    ({"seconds": 1e9}, "seconds"),
    ({"loop": "up"}, "loop"), ({"size": 8192, "seconds": 60, "fps": 60}, "too many pixels")])
def test_a_wish_that_is_none_is_one_line(server, photo, fields, said):
    status, _, body = wish(server, "films", **{"photo": photo, "format": "gif"} | fields)
    error = json.loads(body)["error"]
    assert status == 400 and said in error and "\n" not in error


@pytest.mark.parametrize("body", ["[1]", "{", "[" * 100_000, '{"photo": NaN}'])
def test_json_that_is_none_is_refused(server, body):
    assert ask(server, "POST", "motions", body)[0] == 400


# Uploads

def bomb(side=60_000):
    """A PNG of a few bytes that says it has 3,600 megapixels."""
    def chunk(kind, data):
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
            + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b""))


@pytest.mark.parametrize(("body", "said"), [
    (b"<html><script>alert(1)</script></html>", "must be an image"), (b"", "must have content"),
    (bomb(), "megapixels"), (bomb(9_000), "64 megapixels"), (photo_bytes()[:2000], "must be whole"),
    (photo_bytes(8, 8), "at least 16x16")])
def test_what_is_no_photo_is_told_by_its_name_and_the_page_stays_up(server, body, said):
    status, told = upload(server, body, **{"X-Name": "my%20sea.jpg"})
    assert status == 400 and said in told["error"] and "my sea.jpg" in told["error"]
    assert "/tmp" not in told["error"] and ask(server, "GET", "")[0] == 200


def test_a_photo_that_is_too_large_is_refused_before_it_is_read(server):
    size = 200_000_000
    with socket.create_connection(("127.0.0.1", server.server_port)) as connection:
        connection.sendall(f"POST /{server.token}/photos HTTP/1.1\r\nHost: 127.0.0.1:"
                           f"{server.server_port}\r\nContent-Length: {size}\r\n\r\n".encode())
        said = connection.recv(65536)                  # nothing of it has been sent
        assert b" 413 " in said.split(b"\r\n")[0]
        if b"error" not in said:
            said += connection.recv(65536)
        assert b"64 MB" in said and size > LARGEST_PHOTO
    status, told = upload(server, bytes(size))
    assert status == 413 and "191 MB" in told["error"]
    assert ask(server, "GET", "")[0] == 200


def test_a_body_of_unknown_length_is_refused(server):
    assert upload(server, iter([b"abc"]), **{"Transfer-Encoding": "chunked"})[0] == 411


def test_ten_uploads_at_once_are_all_taken(server):
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda seed: upload(server, photo_bytes(seed=seed)), range(10)))
    assert [status for status, _ in answers] == [200] * 10
    assert len({told["photo"] for _, told in answers}) == 10


def test_who_is_too_many_is_told_to_come_again():
    queue, inside, end = Queue(waiting=1), threading.Event(), threading.Event()

    def work():
        with queue.turn():
            inside.set()
            end.wait(10)
    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    inside.wait(10)
    while queue._room._value:                          # until the second one waits
        pass
    with pytest.raises(Busy, match="Try again"), queue.turn():
        pass
    end.set()
    for thread in threads:
        thread.join()
    with queue.turn():
        pass


def test_busy_is_status_503(server, monkeypatch):
    monkeypatch.setattr(server.studio, "_network", Queue(-1))
    status, told = upload(server, photo_bytes())
    assert status == 503 and "busy" in told["error"]


def test_what_tells_no_velocities_is_rendered_here_and_says_what_it_lacks():
    with running(PaintingPredictor()) as server:
        about = json.loads(ask(server, "GET", "about.json")[2])
        assert about["rendered"] and about["lacks"] == ["seed", "direction", "still", "compare"]
        _, told = upload(server, photo_bytes())
        wish = {"photo": told["photo"], "seed": 0}
        status, _, said = ask(server, "POST", "motions", json.dumps(wish))
        assert status == 404 and b"does not tell velocities" in said
        status, _, film = ask(server, "POST", "films", json.dumps(wish | {"format": "gif"}))
        assert status == 200 and film[:3] == b"GIF"


def test_many_may_come_at_once():
    """Before anybody is answered; the system has no room for more than the server asks for."""
    with Server(None, port=0) as server, contextlib.ExitStack() as stack:
        for _ in range(50):
            stack.enter_context(socket.create_connection(("127.0.0.1", server.server_port), 1))
