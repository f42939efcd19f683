"""Asking Flickr: waits, pace, keys that are wrong or must stay secret, answers that are none."""

import logging
import threading
import time

import flickrapi
import pytest
from flickr_server import KEY, SECRET
from search_command import error_line, numbers, search

from scenegan.data.collect import flickr_api as flickr_room
from scenegan.data.collect import retries
from scenegan.data.collect.flickr_api import Flickr
from scenegan.data.collect.flickr_search import search_flickr
from scenegan.data.collect.licences import FREE
from scenegan.data.collect.retries import Pace


@pytest.mark.parametrize("fault", [
    429, 500, 503, (429, {"Retry_After": "0"}), {"stat": "fail", "code": 105, "message": "Busy"},
    {"stat": "fail", "code": 0, "message": "Rate limit exceeded"}])
def test_a_busy_moment_passes(server, client, fault):
    server.tagged["sea"] = [1]
    server.faults = [fault, fault]
    assert numbers(search_flickr(client, ["sea"], FREE, 10)) == [1]
    assert len(server.calls) == 4                     # two in vain


def test_retry_after_is_heard(server, client):
    server.tagged["sea"] = [1]
    server.faults = [(429, {"Retry_After": "1"})]
    assert numbers(search_flickr(client, ["sea"], FREE, 10)) == [1]
    assert server.calls[1][0] - server.calls[0][0] >= 1


def test_nobody_waits_for_hours(server, tmp_path):
    server.faults = [(429, {"Retry_After": "7200"})]
    assert "HTTP 429" in error_line(search(tmp_path, "--tag", "sea"))
    assert len(server.calls) == 1


def test_patience_ends(server, tmp_path):
    server.faults = [503] * 99
    assert "Flickr cannot be reached" in error_line(search(tmp_path, "--tag", "sea"))
    assert len(server.calls) == 4                     # the first, and one after each wait


def test_what_is_tried_and_what_is_waited_for_is_said(server, tmp_path):
    server.tagged["sea"] = [1]
    server.faults = [503, (429, {"Retry_After": "1"})]
    result = search(tmp_path, "--tag", "sea", "--tag", "waves")
    assert result.exit_code == 0
    assert result.stderr.splitlines() == [
        "Searching Flickr for sea, waves ...", "Flickr: HTTP 503; trying again in 0.01 s.",
        "Flickr: HTTP 429; trying again in 1 s."]


def test_pace_is_even_over_threads(server):
    client = Flickr(KEY, SECRET, pace=Pace(0.05))
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(client.licences()))
               for _ in range(6)]
    since = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert time.monotonic() - since >= 5 * 0.05
    assert len(server.calls) == len(answers) == 6


def test_pace_stays_below_what_a_key_may():
    assert 3600 / Pace(3600 / flickr_room.REQUESTS_AN_HOUR).seconds < 3600


@pytest.mark.parametrize("key, secret", [("wrong", SECRET), (KEY, "wrong")])
def test_wrong_key_is_one_line(server, tmp_path, monkeypatch, key, secret):
    monkeypatch.setenv("FLICKR_API_KEY", key)
    monkeypatch.setenv("FLICKR_API_SECRET", secret)
    line = error_line(search(tmp_path, "--tag", "sea"))
    assert "an invalid key" in line and KEY not in line
    assert len(server.calls) == 1


def test_key_that_flickr_does_not_know_is_one_line(server, tmp_path):
    server.faults = [{"stat": "fail", "code": 100, "message": f"Invalid API Key ({KEY})"}]
    line = error_line(search(tmp_path, "--tag", "sea"))
    assert "an invalid key" in line and KEY not in line


@pytest.mark.parametrize("missing", ["FLICKR_API_KEY", "FLICKR_API_SECRET"])
def test_missing_key_says_where_to_get_one(server, tmp_path, monkeypatch, missing):
    monkeypatch.setenv(missing, " ")
    line = error_line(search(tmp_path, "--tag", "sea"))
    assert "https://www.flickr.com/services/apps/create/" in line
    assert f"{missing} is not set" in line
    assert not server.calls


def test_no_network_is_one_line(server, tmp_path, monkeypatch):
    monkeypatch.setattr(flickrapi.FlickrAPI, "REST_URL", "http://127.0.0.1:9/services/rest/")
    assert "no connection" in error_line(search(tmp_path, "--tag", "sea"))
    assert not (tmp_path / "manifest.jsonl").exists()


@pytest.mark.parametrize("answer", [
    {"photos": None}, {"photos": {"photo": []}}, {"stat": "fail", "code": 3, "message": "No"}])
def test_strange_answer_is_one_line(server, tmp_path, answer):
    server.search = lambda query: answer
    assert "a search for 'sea'" in error_line(search(tmp_path, "--tag", "sea"))


def test_key_is_nowhere(server, tmp_path, caplog):
    server.tagged["sea"] = [1]
    server.faults = [500]
    with caplog.at_level(logging.DEBUG):
        result = search(tmp_path, "--tag", "sea")
    assert result.exit_code == 0
    written = "".join(path.read_text() for path in tmp_path.rglob("*") if path.is_file())
    for secret in (KEY, SECRET):
        assert secret not in result.output + caplog.text + written


def test_no_nonce_is_used_twice(server, client):
    server.faults = [500]                             # the server refuses a repeated signature
    assert client.licences()["9"]["name"] == "cc0"


def test_asked_wait_knows_dates():
    class Response:
        headers = {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}
    assert retries.asked_wait(Response) == 0
    Response.headers = {"Retry-After": "soon"}
    assert retries.asked_wait(Response) is None
