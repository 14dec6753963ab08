"""Keeps what Tesseral said of a managed API key for some seconds, so that not every request asks again."""

import hashlib
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

# How many answers are kept of good keys, and as many of refused ones: whoever guesses keys pushes out no customer's.
MAX_ANSWERS = 1000


class Moment:
    def __init__(self):
        self.steady, self.wall = time.monotonic(), time.time()

    def age(self) -> float:
        """Seconds since then, by the clock that says more: while AWS Lambda keeps an instance frozen between two calls, the
        steady clock can stand still, and a revoked key would work for hours. The wall clock can be set back."""
        return max(time.monotonic() - self.steady, time.time() - self.wall)


@dataclass
class Answer:
    # None when the key was refused.
    api_key: Any
    # When Tesseral was asked for it.
    asked_at: Moment
    # When Tesseral was last asked, which gave no answer if it was later.
    tried_at: Moment


class ApiKeyCache:
    """A key that is revoked meanwhile still works for that long.

    Of one key one request is under way at a time; all who wait for it get its answer. An answer is found by
    the hash of its key: the cache holds no key. Each process has a cache of its own.
    """

    def __init__(self, seconds: str | None, stale_seconds: str | None):
        """`seconds` (TESSERAL_CACHE_SECONDS) is how long an answer is used: 0, the default, turns the cache off.
        `stale_seconds` (TESSERAL_STALE_SECONDS) is how much longer a good one is, while Tesseral gives no answer."""
        self._fresh_for = whole_seconds("TESSERAL_CACHE_SECONDS", seconds)
        self._usable_for = self._fresh_for + whole_seconds("TESSERAL_STALE_SECONDS", stale_seconds)
        self._lock = threading.Lock()
        self._good: OrderedDict[bytes, Answer] = OrderedDict()
        self._refused: OrderedDict[bytes, Answer] = OrderedDict()
        self._under_way: dict[bytes, Future] = {}

    def answer(self, secret_token: str, authenticate: Callable[[str], Any]) -> Any:
        """What `authenticate` returns, or returned for this key a short time ago. Raises what that raises."""
        if self._fresh_for == 0:
            return authenticate(secret_token)
        digest = hashlib.sha256(secret_token.encode()).digest()
        with self._lock:
            known = self._good.get(digest) or self._refused.get(digest)
            if known and known.tried_at.age() < self._fresh_for and known.asked_at.age() < self._usable_for:
                return known.api_key
            under_way = self._under_way.get(digest)
            if under_way is None:
                mine = self._under_way[digest] = Future()
        if under_way is not None:
            return under_way.result()
        try:
            api_key = self._ask(digest, known, lambda: authenticate(secret_token))
        except BaseException as error:
            self._finish(digest)
            mine.set_exception(error)
            raise
        self._finish(digest)
        mine.set_result(api_key)
        return api_key

    def _ask(self, digest: bytes, known: Answer | None, authenticate: Callable[[], Any]) -> Any:
        asked_at = Moment()  # not when the answer came: the key may have been revoked in between
        try:
            api_key = authenticate()
        except Exception:
            if known is None or known.api_key is None or known.asked_at.age() >= self._usable_for:
                raise
            known.tried_at = Moment()  # for as long as an answer is fresh, Tesseral is left alone
            return known.api_key
        self._keep(digest, Answer(api_key, asked_at, tried_at=asked_at))
        return api_key

    def _keep(self, digest: bytes, answer: Answer) -> None:
        with self._lock:
            self._good.pop(digest, None)
            self._refused.pop(digest, None)
            answers = self._refused if answer.api_key is None else self._good
            answers[digest] = answer
            if len(answers) > MAX_ANSWERS:
                answers.popitem(last=False)  # the oldest

    def _finish(self, digest: bytes) -> None:
        with self._lock:
            del self._under_way[digest]


def whole_seconds(name: str, text: str | None) -> int:
    if not re.fullmatch(r"[0-9]{0,5}", text or ""):
        raise ValueError(f"{name} is not a whole number of seconds, at most 99999: {text}")
    return int(text or 0)
