"""Answers as they were rendered, kept in memory for as long as the store says the same: a page is made once."""

from __future__ import annotations

import gzip
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import TypeVar

import brotli

from aggregator.store.version import Version

MOST_BYTES = 48_000_000  # of all answers that a process keeps
_LARGEST = 4_000_000  # bytes of one that is kept
_SECONDS = 60.0  # what the version does not speak of, such as when a source answered last, is no older than that
_WORTH_IT = 600  # bytes from which packing saves something

_CODINGS: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda body: brotli.compress(body, quality=5),
    "gzip": lambda body: gzip.compress(body, 6, mtime=0),  # without the time, so that all workers say the same
}
CODINGS = tuple(_CODINGS)
Key = TypeVar("Key")


@dataclass(frozen=True)
class Answer:
    """A whole answer, in every coding that was asked for."""

    body: bytes
    etag: str  #: of the body as it is; packed it has another (RFC 9110, section 8.8.3)
    headers: tuple[tuple[str, str], ...]
    since: str | None  #: when the store came to say this, as HTTP writes it
    fresh_until: datetime | None  #: when it may say something else; None where the headers say it
    _packed: dict[str, bytes] = field(default_factory=dict, compare=False, repr=False)

    @property
    def size(self) -> int:
        return len(self.body) * 3 // 2 + 2000  # packed as well, and the headers

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


class Kept:
    """The answers that were asked for last, under the version and the settings that they were made of."""

    def __init__(self, most: int = MOST_BYTES) -> None:
        self._most = most
        self._size = 0
        self._made_of: tuple[object, ...] = ()
        self._answers: OrderedDict[object, tuple[float, Answer]] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, key: object, version: Version, settings: object, now: float) -> Answer | None:
        """The answer to a request at a time in seconds; forgets all that were made of something else."""
        with self._lock:
            if self._made_of[:1] != (version.number,) or self._made_of[1] is not settings:
                self._made_of = (version.number, settings)
                self._answers.clear()
                self._size = 0
            made, answer = self._answers.get(key, (0.0, None))
            if answer is None or now - made >= _SECONDS:
                return None
            self._answers.move_to_end(key)
            return answer

    def keep(self, key: object, version: Version, settings: object, now: float, answer: Answer) -> None:
        """Keeps an answer, unless the store has changed while it was made."""
        with self._lock:
            if answer.size > _LARGEST or self._made_of[:1] != (version.number,) or self._made_of[1] is not settings:
                return
            _, old = self._answers.pop(key, (0.0, None))
            self._size += answer.size - (old.size if old else 0)
            self._answers[key] = (now, answer)
            while self._size > self._most:
                _, (_, oldest) = self._answers.popitem(last=False)
                self._size -= oldest.size
