"""Answers as they were rendered, kept in memory for as long as the store says the same: a page is made once."""

from __future__ import annotations

import gzip
import threading
from collections import Counter, OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import blake2b

import brotli

from aggregator.store.version import StoreVersion

MOST_BYTES = 48_000_000  # of all answers that a process keeps
_LARGEST = 4_000_000  # bytes of one that is kept
_SECONDS = 60.0  # what the version does not speak of, such as when a source answered last, is no older than that
_A_MOMENT = 5.0  # seconds for which an outdated answer may do: as long as the shortest that readers may hold one
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_OFTEN = 50  # times that one was given that will do
_WORTH_IT = 600  # bytes from which packing saves something

_CODINGS: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda body: brotli.compress(body, quality=5),
    "gzip": lambda body: gzip.compress(body, 6, mtime=0),  # without the time, so that all workers say the same
}
CODINGS = tuple(_CODINGS)
Key = tuple[str, ...]  # all that an answer depends on but the store and the settings


@dataclass(frozen=True)
class CachedResponse:
    """A whole answer, in every coding that was asked for."""

    body: bytes
    etag: str  #: of the body as it is; packed it has another (RFC 9110, section 8.8.3)
    headers: tuple[tuple[str, str], ...]
    since: datetime | None  #: when it came to be as it is, if that is known
    fresh_until: datetime | None  #: when it may say something else; None where the headers say it
    feed: bool = False  #: whether it is XML for feed readers, which browsers would show as text
    _packed: dict[str, bytes] = field(default_factory=dict, compare=False, repr=False)

    @property
    def size(self) -> int:
        return len(self.body) * 3 // 2 + 2000  # packed as well, and the headers

    def outdated(self) -> CachedResponse:
        """The same, to be held for as short as can be."""
        return replace(self, fresh_until=_LONG_AGO) if self.fresh_until else self

    def packed(self, coding: str) -> bytes:
        """The body in a coding; "" is none. Made when first asked for."""
        if not coding:
            return self.body
        if coding not in self._packed:
            self._packed[coding] = _CODINGS[coding](self.body)
        return self._packed[coding]

    def worth_packing(self) -> bool:
        return len(self.body) >= _WORTH_IT


def etag_of(body: bytes) -> str:
    """From nothing but the body: the same in all workers, and after a restart."""
    return blake2b(body, digest_size=12).hexdigest()


@dataclass
class _Made:
    """An answer and what it was made of, at times in seconds."""

    answer: CachedResponse
    size: int
    version: StoreVersion
    made: float
    right: float  #: when it was last found to be what the store says
    asked: int = 0  #: how often it was given


class ResponseCache:
    """The answers that were asked for last, under the version and the settings that they were made of.

    Whoever finds none makes it, and says when that is done. Meanwhile others get the one that was right a moment ago;
    and one that is asked for all the time is not made anew all the time. Where much comes in, all that a site does
    would be making the same page, over and over.
    """

    def __init__(self, most: int = MOST_BYTES) -> None:
        self._most = most
        self._size = 0
        self._settings: object = None
        self._answers: OrderedDict[Key, _Made] = OrderedDict()
        self._making: Counter[Key] = Counter()
        self._lock = threading.Lock()

    def find(
        self, key: Key, version: StoreVersion, settings: object, now: float, *, exact: bool = False
    ) -> CachedResponse | None:
        """The answer to a request; None if the caller is to make it, and to say so with `done`.

        With `exact`, it is what the store says now and nothing else.
        """
        with self._lock:
            if self._settings is not settings:  # what was made under others is of no use
                self._settings, self._size = settings, 0
                self._answers.clear()
            kept = self._answers.get(key)
            if kept and kept.version.number == version.number and now - kept.made < _SECONDS:
                kept.right = now
                self._answers.move_to_end(key)
                kept.asked += 1
                return kept.answer
            if kept is None or exact or not self._will_do(key, kept, now):
                self._making[key] += 1
                return None
            kept.asked += 1
            return kept.answer.outdated()

    def _will_do(self, key: Key, kept: _Made, now: float) -> bool:
        """Whether an answer may be given that is outdated."""
        sought = kept.asked >= _OFTEN and now - kept.made < _A_MOMENT
        return sought or (self._making[key] > 0 and now - kept.right < 2 * _A_MOMENT)

    def keep(self, key: Key, version: StoreVersion, settings: object, now: float, answer: CachedResponse) -> None:
        """Keeps an answer, unless the settings have changed while it was made."""
        with self._lock:
            size = answer.size + sum(map(len, key))  # addresses may be as long as answers
            if size > _LARGEST or self._settings is not settings:
                return
            old = self._drop(key)
            sought = old is not None and now - old.made < 2 * _A_MOMENT  # and goes on being so
            self._answers[key] = _Made(answer, size, version, now, now, old.asked if old and sought else 0)
            self._size += size
            while self._size > self._most:
                self._drop(next(iter(self._answers)))

    def done(self, key: Key) -> None:
        """An answer has been made, or could not be."""
        with self._lock:
            self._making[key] -= 1
            if not self._making[key]:
                del self._making[key]

    def _drop(self, key: Key) -> _Made | None:
        kept = self._answers.pop(key, None)
        self._size -= kept.size if kept else 0
        return kept
