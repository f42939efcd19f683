"""Many people at the page for a while: does each get an answer, and does its memory stay?

    python benchmarks/soak.py [--minutes 10] [--people 50]

Starts `scenegan serve`. Each of so many threads sends photos of several sizes and formats, some of
them damaged or no photos, as fast as they are answered, and asks for the motion of every tenth. An
answer is 200, 400 (of a photo that is none) or 503 (the page is busy), each with JSON; lost is a
request without one. Memory is the server's own, read every few seconds.
"""

import http.client
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import click

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "helpers")]

EVERY = 5            # seconds from one look at the memory to the next
PATIENCE = 120       # seconds after which an answer counts as lost


class Crowd:
    """Threads that send photos until a moment.

    Attributes:
        answers: Counter of the status of each answer; "lost" for none.
        longest: Seconds that the longest answer took.
    """

    def __init__(self, address, photos, until):
        self.address, self.photos, self.until = urlsplit(address), photos, until
        self.answers, self.longest = Counter(), 0.0
        self._lock = threading.Lock()

    def person(self, number):
        """Send photos, one after the other."""
        while time.monotonic() < self.until:
            content = self.photos[number % len(self.photos)]
            said = self.ask("photos", content)
            if said and "photo" in said and number % 10 == 0:
                self.ask("motion", json.dumps({"photo": said["photo"]}).encode())
            number += 1
            if said is None or "error" in said:
                time.sleep(0.2)

    def ask(self, path, body):
        """The JSON of an answer; None if there was none."""
        start, status, said = time.monotonic(), "lost", None
        connection = http.client.HTTPConnection(self.address.netloc, timeout=PATIENCE)
        try:
            connection.request("POST", f"{self.address.path.rstrip('/')}/{path}", body)
            answer = connection.getresponse()
            said = json.loads(answer.read())
            status = answer.status
        except (OSError, ValueError, http.client.HTTPException) as error:
            click.echo(f"{path}: {type(error).__name__}: {error}", err=True)
        finally:
            connection.close()
        with self._lock:
            self.answers[f"{path} {status}"] += 1
            self.longest = max(self.longest, time.monotonic() - start)
        return said


def photos():
    """Photos that are whole, damaged, and none."""
    from page_server import photo_bytes
    whole = [photo_bytes(1600, 1067, seed, kind) for seed, kind in
             enumerate(("JPEG", "PNG", "WEBP", "TIFF"))] + [photo_bytes(seed=9)]
    return [*whole, whole[0][:2000], b"no photo at all"]


def own_memory(process):
    """MB of a process that are not mapped from files."""
    text = Path(f"/proc/{process.pid}/status").read_text()
    return int(re.search(r"RssAnon:\s+(\d+)", text)[1]) / 1024


def watch(process, minutes, start):
    """Memory over the minutes: the most of each."""
    most = [0.0] * minutes
    while (minute := int((time.monotonic() - start) / 60)) < minutes:
        most[minute] = max(most[minute], own_memory(process))
        time.sleep(EVERY)
    return most


@click.command(help=__doc__)
@click.option("--minutes", default=10, show_default=True)
@click.option("--people", default=50, show_default=True)
def main(minutes, people):
    with tempfile.TemporaryDirectory() as folder, subprocess.Popen(
            [sys.executable, "-m", "scenegan", "serve", "--port", "0", "--no-browser"], cwd=ROOT,
            stdout=subprocess.PIPE, text=True,
            env=os.environ | {"TMPDIR": folder, "PYTHONUNBUFFERED": "1"}) as process:
        address = re.search(r"http://\S+", process.stdout.readline())[0]
        start = time.monotonic()
        crowd = Crowd(address, photos(), start + 60 * minutes)
        threads = [threading.Thread(target=crowd.person, args=(number,))
                   for number in range(people)]
        for thread in threads:
            thread.start()
        most = watch(process, minutes, start)
        for thread in threads:
            thread.join()
        left = [path.name for path in Path(folder).iterdir()]
        alive = process.poll() is None
        process.terminate()
    click.echo("| answer | times |\n|---|---|")
    for status, times in sorted(crowd.answers.items()):
        click.echo(f"| {status} | {times:,} |")
    click.echo(f"\nLongest answer: {crowd.longest:.1f} s. Temporary files left: {left}. Alive at "
               f"the end: {alive}.\nOwn MB, the most of each minute: "
               f"{', '.join(f'{value:.0f}' for value in most)}.")


if __name__ == "__main__":
    main()
