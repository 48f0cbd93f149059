"""What a fetch answers and what a parser reads: untrusted, as the source said it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from aggregator.model.source import Rhythm, Validators


@dataclass(frozen=True, slots=True)
class Hints:
    """What an answer says beside its document: when to come again, and where to."""

    fresh_for: timedelta | None = None  #: Cache-Control and Expires (RFC 9111, section 4.2)
    retry_after: timedelta | None = None  #: how long the server asked us to wait (RFC 9110, section 10.2.3)
    moved_to: str = ""  #: where permanent redirects, and nothing but them, led from the address that was asked


@dataclass(frozen=True, slots=True)
class Page:
    """A document, as received after redirects and decompression."""

    url: str
    body: bytes
    content_type: str = ""
    validators: Validators = Validators()
    hints: Hints = Hints()


@dataclass(frozen=True, slots=True)
class NotModified:
    """304: nothing new since the last look."""

    hints: Hints = Hints()


class Grade(StrEnum):
    """How bad a failure is, which decides how soon the source is looked at again."""

    TEMPORARY = "temporary"  #: the server or the network is in trouble and will mend itself
    SOFT = "soft"  #: something is not as it was; it may mend itself, or a person must
    HARD = "hard"  #: nothing will change until a person does something


@dataclass(frozen=True, slots=True)
class Failure:
    """No document, and why, in words for the person who edits feeds.toml."""

    reason: str
    http_status: int = 0  #: 0 when no response came at all
    grade: Grade = Grade.SOFT
    hints: Hints = Hints()
    postponed: datetime | None = None  #: it was not asked for, and is not to be until then


def left_alone(until: datetime) -> str:
    """Why a host is left alone: it has told others of its sources to wait."""
    return f"other sources of its host were told to wait, so it is left alone until {until:%H:%M} UTC"


Outcome = Page | NotModified | Failure


class KeyDates(NamedTuple):
    """The days of a rule, called what the Federal Register calls them."""

    comments_close_on: date | None = None  #: the last day on which it may be commented on
    effective_on: date | None = None  #: the day on which it takes effect

    def completed(self, other: KeyDates) -> KeyDates:
        """These days, and where there is none, the other's."""
        return KeyDates(*(own or theirs for own, theirs in zip(self, other, strict=True)))


@dataclass(frozen=True)  # without slots, for with them pickling takes three times as long
class Entry:
    """One entry as the source said it; nothing trusted, nothing cleaned."""

    id: str
    link: str
    title: str
    summary: str
    published: datetime | None = None
    updated: datetime | None = None
    lang: str = ""
    key_dates: KeyDates = KeyDates()  #: those that the document has in places of their own
    counted_back: bool = False  #: its date is relative, as "3 hours ago" is, so that every fetch yields another one

    @property
    def is_empty(self) -> bool:
        return not (self.id or self.link or self.title or self.summary)


@dataclass(frozen=True, slots=True)
class Feed:
    """A parsed document."""

    title: str
    lang: str
    entries: tuple[Entry, ...]
    warning: str = ""  #: what was wrong with a document that could be read all the same
    rhythm: Rhythm = Rhythm()
    parts: tuple[str, ...] = ()  #: documents that this one names, and whose entries are its own (a sitemap index)


@dataclass(frozen=True, slots=True)
class Limits:
    """What of a document is read."""

    items: int = 2000  #: entries; the newest are kept
    field: int = 100_000  #: characters of any text of an entry
    site: str = ""  #: the site's own address: its feeds are not read, for they would bring back what was sent out
