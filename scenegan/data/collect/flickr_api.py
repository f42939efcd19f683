"""Flickr: its calls at an even pace, its licences, and a video's files."""

import logging
import os
import re
import threading

from scenegan.data.collect.licences import name_licence
from scenegan.data.collect.renditions import Rendition
from scenegan.data.collect.retries import Pace, Passing, Trouble, asked_wait, patiently
from scenegan.data.collect.transfer import open_session
from scenegan.errors import InputError
from scenegan.text import clean_text

KEY_PAGE = "https://www.flickr.com/services/apps/create/"
REQUESTS_AN_HOUR = 3500                               # a key may make 3,600
WAITS = (1, 2, 4, 8, 16, 32)                          # seconds before each further attempt
TIMEOUTS = (10, 30)                                   # seconds to connect, and to hear something
BUSY = {0, 10, 105}                                   # Flickr's codes for "not just now"
BAD_KEY = {96, 97, 98, 99, 100}
GONE = {1, 2}                                         # of getSizes: not found, not for everyone
PLAYER = re.compile(r"\.(swf|html?)(\?|#|$)", re.IGNORECASE)


class Refused(Exception):
    """Flickr does not do what it was asked, and says with which code."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


class Flickr:
    """Flickr's interface, for several threads.

    Args:
        key: Of an application, see KEY_PAGE. Neither it nor the secret is ever shown.
        secret: The key's.
        pace: `Pace` of the requests.
        stop: Event that ends every waiting.
        tell: Called with a sentence on each trouble that is waited for.
    """

    def __init__(self, key, secret, *, pace=None, stop=None, tell=lambda text: None):
        import flickrapi
        for name in ("flickrapi", "oauthlib", "requests_oauthlib"):      # they log keys
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
        self.pace = pace or Pace(3600 / REQUESTS_AN_HOUR)
        self.stop, self.tell = stop or threading.Event(), tell
        self._hidden = (key, secret)
        self._lock, self._said = threading.Lock(), None
        self._api = flickrapi.FlickrAPI(key, secret, format="parsed-json", store_token=False)
        session = open_session()                      # the library's own is shared by everyone
        session.hooks["response"].append(lambda response, **_: response.raise_for_status())
        self._api.flickr_oauth.session = session

    @classmethod
    def from_environment(cls, **options):
        """Take key and secret from FLICKR_API_KEY and FLICKR_API_SECRET.

        Raises:
            InputError: If one is not there or cannot be one.
        """
        names = ("FLICKR_API_KEY", "FLICKR_API_SECRET")
        values = [os.environ.get(name, "").strip() for name in names]
        for name, value in zip(names, values, strict=True):
            if not re.fullmatch("[0-9A-Za-z]+", value):
                raise InputError(
                    f"Flickr needs a key, in the variables {' and '.join(names)}, but {name} "
                    f"{'has other signs than letters and digits' if value else 'is not set'}. Get "
                    f"a key at {KEY_PAGE} and set both.")
        return cls(*values, **options)

    def call(self, method, **parameters):
        """Call a method of Flickr's, such as "photos.search".

        Returns:
            Its answer, parsed from JSON.

        Raises:
            Refused: If Flickr says no.
            InputError: If it cannot be reached, stays busy or does not accept the key.
            Stopped: If the command is to end.
        """
        try:
            return patiently(lambda: self._attempt(method, parameters), WAITS, self.stop,
                             self._say)
        except Passing as trouble:
            raise InputError(f"Flickr cannot be reached ({trouble}), after several attempts. "
                             "Check the network, and run again later: what is there is kept."
                             ) from None

    def _say(self, text):
        with self._lock:                              # several threads wait for the same
            if text != self._said:
                self._said = text
                self.tell(f"Flickr: {text}")

    def _attempt(self, method, parameters):
        import flickrapi
        import requests
        self.pace.wait(self.stop)
        try:
            answer = self._api.do_flickr_call(f"flickr.{method}", timeout=TIMEOUTS, **parameters)
        except flickrapi.FlickrError as error:
            raise self._judge(error.code, str(error)) from None
        except requests.HTTPError as error:
            raise self._judge_status(error.response) from None
        except requests.Timeout:
            raise Passing("no answer in time") from None
        except requests.JSONDecodeError:
            raise Passing("an answer that is no JSON") from None
        except requests.RequestException:
            raise Passing("no connection to it") from None
        except (ValueError, KeyError):                # also an error without a code
            raise Passing("an answer that is no JSON") from None
        if not isinstance(answer, dict):
            raise Passing("an answer that is no JSON object")
        return answer

    def _judge(self, code, message):
        if code in BAD_KEY:
            return self._bad_key()
        if code in BUSY or "rate limit" in message.lower():
            return Passing(f"a busy Flickr (code {code})")
        for secret in self._hidden:
            message = message.replace(secret, "***")
        return Refused(code, message.removeprefix(f"Error: {code}: "))

    def _judge_status(self, response):
        status = response.status_code
        if status == 401:
            return self._bad_key()
        if status in (408, 429) or status >= 500:
            return Passing(f"HTTP {status}", asked_wait(response))
        return InputError(f"Flickr answered with HTTP {status}. Try again later, or look whether "
                          "a newer version of scenegan knows more.")

    @staticmethod
    def _bad_key():
        return InputError("Flickr does not accept the key in FLICKR_API_KEY and "
                          "FLICKR_API_SECRET: an invalid key or signature. Copy both again from "
                          "https://www.flickr.com/services/apps/by/me.")

    def licences(self):
        """Flickr's licences.

        Returns:
            Dict from Flickr's id to {"name", "url"}, of those that have a name with us.
        """
        try:
            listed = self.call("photos.licenses.getInfo")["licenses"]["license"]
            named = {str(row["id"]): {"name": name_licence(row.get("name"), row.get("url")),
                                      "url": row.get("url") or None} for row in listed}
        except (Refused, KeyError, TypeError, AttributeError) as error:
            raise InputError("Flickr did not list its licences. Try again later.") from error
        return {number: licence for number, licence in named.items() if licence["name"]}

    def renditions(self, number):
        """The files of a video, as Flickr lists them now. Links can expire within minutes.

        Args:
            number: Flickr's id of the video.

        Returns:
            List of `Rendition`.

        Raises:
            Trouble: If there is none.
        """
        try:
            sizes = self.call("photos.getSizes", photo_id=number).get("sizes")
        except Refused as refusal:
            raise Trouble(f"gone: {refusal}" if refusal.code in GONE else
                          f"refused: {refusal}", permanent=refusal.code in GONE) from None
        listed = sizes.get("size") if isinstance(sizes, dict) else None
        usable = [_rendition(size) for size in listed or () if isinstance(size, dict)]
        if not any(usable):
            raise Trouble("no file: Flickr lists none")
        return list(filter(None, usable))


def _rendition(size):
    """The file that an entry of getSizes names, or None."""
    label, source = str(size.get("label", "")), size.get("source")
    if size.get("media") != "video" or not str(source).startswith(("http://", "https://")):
        return None
    if "player" in label.lower() or PLAYER.search(source):
        return None
    sides = [int(side) for side in (size.get("width"), size.get("height"))
             if str(side).isdecimal() and int(side) > 0]
    named = re.search(r"(\d{3,4})p\b", label)
    side = min(sides) if len(sides) == 2 else int(named[1]) if named else None
    return Rendition(label=clean_text(label, 40), side=side, source=source)
