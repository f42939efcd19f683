"""The page's server in a thread, and requests to it."""

import http.client
import io
import json
import threading
from contextlib import contextmanager

import numpy as np
from PIL import Image

from scenegan.serve.server import Server
from scenegan.serve.studio import Studio


@contextmanager
def running(predictor, examples=None):
    """A `Server` that answers."""
    with Server(Studio(predictor), port=0, examples=examples) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def ask(server, method, path, body=None, **headers):
    """Send a request under the token; (status, headers, bytes)."""
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=30)
    path = path if path.startswith("/") else f"/{server.token}/{path}"
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


def upload(server, body, **headers):
    """Send a photo; (status, what the answer's JSON says)."""
    status, _, said = ask(server, "POST", "photos", body, **headers)
    return status, json.loads(said)


def photo_bytes(width=160, height=100, seed=0, format="PNG", before_sky=False):
    """A photo of smooth colours with some grain; with a mast and the sun if asked."""
    random = np.random.default_rng(seed)
    coarse = Image.fromarray(random.integers(0, 256, (12, 18, 3), np.uint8))
    smooth = np.asarray(coarse.resize((width, height), Image.Resampling.BICUBIC)).astype(int)
    grain = random.integers(-9, 10, (height, width, 1))
    pixels = np.clip(smooth + grain, 0, 250).astype(np.uint8)
    if before_sky:
        pixels[8:height, 100:102] = 0
        pixels[10:20, 40:50] = 255
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, format)
    return stream.getvalue()
