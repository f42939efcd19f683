"""The page's server: for one person, on this machine alone."""

import contextlib
import hmac
import json
import re
import secrets
import tempfile
import time
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources
from pathlib import Path
from urllib.parse import unquote, urlsplit

from scenegan.errors import InputError
from scenegan.serve import wishes
from scenegan.serve.jobs import Busy
from scenegan.serve.numbers import javascript
from scenegan.serve.studio import PIXELS, motion_fields, png

HOST = "127.0.0.1"
PORT = 8765
LARGEST_PHOTO = 64 << 20       # bytes
LARGEST_WISH = 32 << 20        # bytes of JSON: a painted mask is in it
PATIENCE = 30                  # seconds that a connection may say nothing
TYPES = {".html": "text/html; charset=utf-8", ".css": "text/css", ".js": "text/javascript",
         ".svg": "image/svg+xml", ".jpg": "image/jpeg", ".png": "image/png", ".json":
         "application/json", ".mp4": "video/mp4", ".webm": "video/webm", ".gif": "image/gif",
         ".webp": "image/webp"}
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' blob: data:; media-src 'self' "
                               "blob:; object-src 'none'; base-uri 'none'; form-action 'none'; "
                               "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY", "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin", "Cache-Control": "no-store"}
NAME = re.compile(r"[\w-]+\.\w+")


class Server(ThreadingHTTPServer):
    """Serves the page under an address that only who started it knows.

    Args:
        studio: A `Studio`.
        port: 0 for one that is free.
        examples: Folder of photos that the page offers, or None.

    Raises:
        OSError: If the port is taken.
    """

    daemon_threads = True
    request_queue_size = 128           # connections that wait to be taken; of 5, many are reset
    allow_reuse_address = False        # on Windows it would let two servers share a port

    def __init__(self, studio, *, port=PORT, examples=None):
        self.studio, self.token = studio, secrets.token_urlsafe(16)
        self.examples = {path.name: path for path in sorted(examples.glob("*.jpg"))} if (
            examples) else {}
        super().__init__((HOST, port), Handler)

    @property
    def address(self):
        return f"http://{HOST}:{self.server_port}/{self.token}/"

    def handle_error(self, request, client_address):
        """A browser that left does not matter; what else goes wrong was told where it did."""


class Refused(Exception):
    """A request that is answered by a status and one line."""

    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


class Handler(BaseHTTPRequestHandler):
    """Answers one connection. Every answer has HEADERS; errors are JSON with one line."""

    protocol_version = "HTTP/1.1"
    server_version, sys_version = "scenegan", ""
    timeout = PATIENCE

    def do_GET(self):
        self._answer({"photos": self._photo, "examples": self._example, "about.json": self._about,
                      "numbers.js": lambda: (".js", javascript().encode())}, self._page)

    def do_POST(self):
        self._answer({"photos": self._add, "motions": self._motion, "films": self._film})

    def log_message(self, format, *values):
        """Nothing: the terminal is for what a person has to know."""

    def _answer(self, table, other=None):
        try:
            first, *rest = self._path()
            act = table.get(first, other)
            if act is None or len(rest) > 1 or (act is other and rest):
                raise Refused(HTTPStatus.NOT_FOUND, "There is no such page.")
            kind, body = act(*(rest or ([first] if act is other else [])))
            self._send(HTTPStatus.OK, kind, body)
        except Refused as refused:
            self._fail(refused.status, refused)
        except Busy as busy:
            self._fail(HTTPStatus.SERVICE_UNAVAILABLE, busy)
        except InputError as error:
            self._fail(HTTPStatus.BAD_REQUEST, error)
        except (ConnectionError, TimeoutError):
            self.close_connection = True
        except Exception as error:                    # a bug, or no memory: the page stays up
            self._fail(HTTPStatus.INTERNAL_SERVER_ERROR,
                       f"This went wrong: {type(error).__name__}: {error}")

    def _path(self):
        """The parts of the address behind the token."""
        host, port = self.headers.get("Host", ""), self.server.server_port
        if host not in (f"{HOST}:{port}", f"localhost:{port}"):
            raise Refused(HTTPStatus.FORBIDDEN, "The page is for this machine alone.")
        if self.headers.get("Origin", f"http://{host}") != f"http://{host}":
            raise Refused(HTTPStatus.FORBIDDEN, "Other pages may not ask here.")
        _, token, *parts = unquote(urlsplit(self.path).path, errors="replace").split("/")
        if not hmac.compare_digest(token.encode(), self.server.token.encode()):
            raise Refused(HTTPStatus.FORBIDDEN, "The address is not complete. Use the one that "
                                                "scenegan serve printed.")
        return [part for part in parts if part] or ["index.html"]

    # What is read

    def _page(self, name):
        if not NAME.fullmatch(name) or not (file := _files() / name).is_file():
            raise Refused(HTTPStatus.NOT_FOUND, "There is no such page.")
        return Path(name).suffix, file.read_bytes()

    def _about(self):
        studio = self.server.studio
        return ".json", _json({
            "examples": list(self.server.examples), "formats": wishes.downloads(),
            "photoBytes": LARGEST_PHOTO, "photoPixels": PIXELS,
            "channels": studio.predictor.channels, "rendered": studio.rendered,
            "lacks": [*studio.predictor.lacks, *["compare"] * studio.rendered]})

    def _example(self, name):
        if name not in self.server.examples:
            raise Refused(HTTPStatus.NOT_FOUND, "There is no such example.")
        return ".jpg", self.server.examples[name].read_bytes()

    def _photo(self, key):
        return ".png", png(self.server.studio.photo(key))

    # What is sent

    def _add(self):
        name = unquote(self.headers.get("X-Name", "photo"), errors="replace")[:200]
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "photo"
            with path.open("wb") as file:
                for part in self._body(LARGEST_PHOTO, "A photo"):
                    file.write(part)
            key, size = self.server.studio.add(path, name)
        return ".json", _json({"photo": key, "size": size})

    def _motion(self):
        studio = self.server.studio
        if studio.rendered:
            raise Refused(HTTPStatus.NOT_FOUND, "This generator does not tell velocities.")
        return ".json", _json(motion_fields(studio.motion(wishes.motion_wish(self._wish()))))

    def _film(self):
        fields = self._wish()
        format, size, timing = wishes.film_wish(fields)
        return f".{format}", self.server.studio.film(wishes.motion_wish(fields), format, size,
                                                     timing)

    def _wish(self):
        """The JSON object that was sent."""
        try:
            fields = json.loads(b"".join(self._body(LARGEST_WISH, "A wish")))
        except (ValueError, RecursionError) as error:
            raise Refused(HTTPStatus.BAD_REQUEST, "A wish must be JSON.") from error
        if not isinstance(fields, dict):
            raise Refused(HTTPStatus.BAD_REQUEST, "A wish must be a JSON object.")
        return fields

    def _body(self, limit, what):
        """The parts of a request's body, of which there are at most so many bytes."""
        length = self.headers.get("Content-Length", "")
        if not length.isascii() or not length.isdigit():
            raise Refused(HTTPStatus.LENGTH_REQUIRED, f"{what} must say how long it is.")
        if int(length) > limit:
            raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                          f"{what} must have at most {limit >> 20} MB. Received: "
                          f"{int(length) / 2 ** 20:,.0f} MB. Shrink it first.")
        left = int(length)
        while left:
            part = self.rfile.read(min(left, 1 << 16))
            if not part:
                raise ConnectionAbortedError
            left -= len(part)
            yield part

    # What is answered

    def _fail(self, status, error):
        """Answer by one line, and let what is still being sent arrive, or it would not be read."""
        self.close_connection = True
        with contextlib.suppress(OSError):
            self._send(status, ".json", _json({"error": " ".join(str(error).split())}))
            self._drain()

    def _drain(self):
        self.connection.settimeout(1)
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and self.rfile.read1(1 << 16):
            pass

    def _send(self, status, kind, body):
        self.send_response(status)
        for name, value in HEADERS.items():
            self.send_header(name, value)
        self.send_header("Content-Type", TYPES[kind])
        self.send_header("Content-Length", str(len(body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()


def _files():
    return resources.files("scenegan.serve") / "page"


def _json(value):
    return json.dumps(value).encode()
