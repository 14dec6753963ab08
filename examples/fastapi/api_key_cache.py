"""Keeps what Tesseral said of a managed API key for some seconds, so that not every request asks again."""

import asyncio
import hashlib
import re
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
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
        self._good: OrderedDict[bytes, Answer] = OrderedDict()
        self._refused: OrderedDict[bytes, Answer] = OrderedDict()
        self._under_way: dict[bytes, asyncio.Task] = {}

    async def answer(self, secret_token: str, authenticate: Callable[[str], Awaitable[Any]]) -> Any:
        """What `authenticate` returns, or returned for this key a short time ago. Raises what that raises."""
        if self._fresh_for == 0:
            return await authenticate(secret_token)
        digest = hashlib.sha256(secret_token.encode()).digest()
        known = self._good.get(digest) or self._refused.get(digest)
        if known and known.tried_at.age() < self._fresh_for and known.asked_at.age() < self._usable_for:
            return known.api_key
        under_way = self._under_way.get(digest)
        if under_way is None:
            under_way = asyncio.create_task(self._ask(digest, known, lambda: authenticate(secret_token)))
            self._under_way[digest] = under_way
        # Shielded: a caller who hangs up ends its own request, not that of the others.
        return await asyncio.shield(under_way)

    async def _ask(self, digest: bytes, known: Answer | None, authenticate: Callable[[], Awaitable[Any]]) -> Any:
        asked_at = Moment()  # not when the answer came: the key may have been revoked in between
        try:
            api_key = await authenticate()
        except Exception:
            if known is None or known.api_key is None or known.asked_at.age() >= self._usable_for:
                raise
            known.tried_at = Moment()  # for as long as an answer is fresh, Tesseral is left alone
            return known.api_key
        finally:
            del self._under_way[digest]
        self._keep(digest, Answer(api_key, asked_at, tried_at=asked_at))
        return api_key

    def _keep(self, digest: bytes, answer: Answer) -> None:
        self._good.pop(digest, None)
        self._refused.pop(digest, None)
        answers = self._refused if answer.api_key is None else self._good
        answers[digest] = answer
        if len(answers) > MAX_ANSWERS:
            answers.popitem(last=False)  # the oldest


def whole_seconds(name: str, text: str | None) -> int:
    if not re.fullmatch(r"[0-9]{0,5}", text or ""):
        raise ValueError(f"{name} is not a whole number of seconds, at most 99999: {text}")
    return int(text or 0)
