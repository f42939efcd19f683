"""A server on this machine that answers as Flickr does, and hands out files, good and bad."""

import json
import re
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from oauthlib.oauth1.rfc5849 import signature

KEY, SECRET = "0123456789abcdef0123456789abcdef", "fedcba9876543210"
CAP = 4000                                            # results of one query
FIRST_DAY = 1_200_000_000                             # upload time of photo 0, seconds since 1970
CC = "https://creativecommons.org"
# As flickr.photos.licenses.getInfo lists them since Flickr has version 4.0 of Creative Commons, in
# its two kinds of numbers; the last one is of a time to come.
LICENCES = [{"id": number, "name": name, "url": url} for number, name, url in (
    ("0", "All Rights Reserved", "https://www.flickrhelp.com/hc/en-us/articles/10710266545556"),
    ("1", "Attribution-NonCommercial-ShareAlike License", f"{CC}/licenses/by-nc-sa/2.0/"),
    (2, "", f"{CC}/licenses/by-nc/2.0/"),
    ("3", "Attribution-NonCommercial-NoDerivs License", f"{CC}/licenses/by-nc-nd/2.0/"),
    ("4", "Attribution License", f"{CC}/licenses/by/2.0/"),
    ("5", "Attribution-ShareAlike License", f"{CC}/licenses/by-sa/2.0/"),
    ("6", "Attribution-NoDerivs License", f"{CC}/licenses/by-nd/2.0/"),
    ("7", "No known copyright restrictions", "https://www.flickr.com/commons/usage/"),
    ("8", "United States Government Work", "http://www.usa.gov/copyright.shtml"),
    ("9", "Public Domain Dedication (CC0)", f"{CC}/publicdomain/zero/1.0/"),
    ("10", "Public Domain Mark", f"{CC}/publicdomain/mark/1.0/"),
    (11, "CC BY 4.0", f"{CC}/licenses/by/4.0/"),
    ("12", "CC BY-SA 4.0", f"{CC}/licenses/by-sa/4.0/"),
    ("13", "CC BY-ND 4.0", f"{CC}/licenses/by-nd/4.0/"),
    ("14", "CC BY-NC 4.0", f"{CC}/licenses/by-nc/4.0/"),
    ("15", "CC BY-NC-SA 4.0", f"{CC}/licenses/by-nc-sa/4.0/"),
    ("16", "CC BY-NC-ND 4.0", f"{CC}/licenses/by-nc-nd/4.0/"),
    ("77", "A licence of the future", "https://example.org/"))]


class Flickr:
    """What the server knows; a test fills it.

    Attributes:
        tagged: Tag -> numbers of its photos, rising with their upload time, a second each.
        photos: Number -> fields that differ from the usual ones.
        sizes: Number -> list of entries, or a function that gives one.
        files: Path -> function of the request's handler that answers it.
        faults: Answers to the next calls: an HTTP status, (status, headers) or a dict.
        calls: (time, method, parameters) of each call.
        fetched: Paths of the files that were asked for.
    """

    def __init__(self, url):
        self.url, self.rest = url, f"{url}/services/rest/"
        self.tagged, self.photos, self.sizes, self.files = {}, {}, {}, {}
        self.faults, self.calls, self.fetched, self.nonces = [], [], [], set()

    def named(self, method):
        return [parameters for _, name, parameters in self.calls if name == method]

    def photo(self, number):
        return {"id": str(number), "owner": f"{number % 7}@N00", "ownername": f"Owner {number % 7}",
                "title": f"Title {number}", "license": "4", "tags": "sea sky", "media": "video",
                **self.photos.get(number, {})}

    def search(self, query):
        wanted = set(query["license"].split(","))
        earliest, latest = (int(query.get(name, edge)) - FIRST_DAY for name, edge in (
            ("min_upload_date", 0), ("max_upload_date", 1 << 40)))
        numbers = [number for number in reversed(self.tagged.get(query["tags"], ()))
                   if earliest <= number <= latest
                   and (not self.photos or self.photo(number)["license"] in wanted)]
        size, page = int(query["per_page"]), int(query["page"])
        page = min(page, CAP // size)                 # further pages repeat the last one
        return {"photos": {"page": page, "pages": -(-len(numbers) // size), "perpage": size,
                           "total": str(len(numbers)),
                           "photo": [self.photo(number)
                                     for number in numbers[(page - 1) * size:page * size]]}}

    def get_sizes(self, query):
        number = int(query["photo_id"])
        if number not in self.sizes:
            return {"stat": "fail", "code": 1, "message": "Photo not found"}
        sizes = self.sizes[number]
        return {"sizes": {"size": sizes() if callable(sizes) else sizes}}

    def answer(self, method, query):
        if method == "flickr.photos.licenses.getInfo":
            return {"licenses": {"license": LICENCES}}
        return {"flickr.photos.search": self.search,
                "flickr.photos.getSizes": self.get_sizes}[method](query)

    def knows(self, handler, body):
        """Whether a request is signed as OAuth demands, by the key, and for the first time."""
        headers = {"Authorization": handler.headers["Authorization"]}
        fields = dict(re.findall(r'(oauth_\w+)="([^"]*)"', headers["Authorization"]))
        parameters = signature.collect_parameters(body=body, headers=headers)
        text = signature.signature_base_string(
            "POST", signature.base_string_uri(self.rest),
            signature.normalize_parameters(parameters))
        right = signature.sign_hmac_sha1_with_client(text, _Client)
        given = next(value for name, value in signature.collect_parameters(
            headers=headers, exclude_oauth_signature=False) if name == "oauth_signature")
        fresh = fields["oauth_nonce"] not in self.nonces
        self.nonces.add(fields["oauth_nonce"])
        return fields["oauth_consumer_key"] == KEY and given == right and fresh


class _Client:
    client_secret, resource_owner_secret = SECRET, None


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def reply(self, status, body=b"", kind="video/mp4", length=None, **headers):
        self.send_response(status)
        headers = {"Content-Type": kind, "Content-Length": length or len(body), **headers}
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        flickr = self.server.flickr
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        query = {name: values[0] for name, values in parse_qs(body).items()}
        flickr.calls.append((time.monotonic(), query["method"], query))
        fault = flickr.faults.pop(0) if flickr.faults else None
        if isinstance(fault, int):
            fault = fault, {}
        if isinstance(fault, tuple):
            self.reply(fault[0], b"busy", "text/plain", **fault[1])
        elif not flickr.knows(self, body):
            self.reply(401, b"oauth_problem=signature_invalid", "text/plain")
        else:
            answer = {"stat": "ok", **(fault or flickr.answer(query["method"], query))}
            self.reply(200, json.dumps(answer).encode(), "application/json")

    def do_HEAD(self):
        self.do_GET()

    def do_GET(self):
        path = urlsplit(self.path).path
        self.server.flickr.fetched.append(path)
        answer = self.server.flickr.files.get(path)
        try:
            if answer is None:
                self.reply(404, b"Not here", "text/plain")
            else:
                answer(self)
        except (BrokenPipeError, ConnectionResetError):
            pass


def whole(body, kind="video/mp4"):
    """Answer with a file."""
    return lambda handler: handler.reply(200, body, kind)


def status(number, **headers):
    return lambda handler: handler.reply(number, b"no", "text/plain", **headers)


def broken(body):
    """Announce a whole file, and send half of it."""
    return lambda handler: handler.reply(200, body[:len(body) // 2], length=len(body))


def dripping(body, seconds=0.05):
    """Send a byte now and then, for as long as anyone listens."""
    def answer(handler):
        handler.reply(200, body[:200], length=len(body))
        for place in range(200, min(len(body), 1200)):
            handler.wfile.write(body[place:place + 1])
            handler.wfile.flush()
            time.sleep(seconds)
    return answer


def lying(body):
    """Announce less than is sent, as a proxy does that counts another encoding."""
    return lambda handler: handler.reply(200, body, length=len(body) // 3)


def page(text=b"<!DOCTYPE html><p>Please sign in</p>"):
    """Answer with a page where a video should be, and call it one."""
    return lambda handler: handler.reply(200, text, "video/mp4")


def slow(body, seconds=0.3):
    """Begin late, and send at once."""
    def answer(handler):
        time.sleep(seconds)
        handler.reply(200, body)
    return answer


def in_turn(*answers):
    """The first answer to the first request and so on; the last one stays."""
    left = list(answers)
    return lambda handler: (left.pop(0) if len(left) > 1 else left[0])(handler)


def size(label, source, side=360, media="video"):
    """An entry of getSizes; numbers are text, as Flickr sometimes has them."""
    return {"label": label, "source": source, "media": media,
            "width": side and str(side * 16 // 9), "height": side and str(side)}


@contextmanager
def serve():
    """Start the server; gives its `Flickr`."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.flickr = Flickr(f"http://127.0.0.1:{server.server_port}")
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield server.flickr
    finally:
        server.shutdown()
        server.server_close()
