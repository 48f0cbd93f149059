"""What a fetch answers and what a parser reads: untrusted, as the source said it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from aggregator.model.source import Validators


@dataclass(frozen=True, slots=True)
class Page:
    """A document, as received after redirects and decompression."""

    url: str
    body: bytes
    content_type: str = ""
    validators: Validators = Validators()


@dataclass(frozen=True, slots=True)
class NotModified:
    """304: nothing new since the last look."""


@dataclass(frozen=True, slots=True)
class Failure:
    """No document, and why, in words for the person who edits feeds.toml."""

    reason: str
    http_status: int = 0  #: 0 when no response came at all
    retry_after: timedelta | None = None  #: how long the server asked us to wait


Outcome = Page | NotModified | Failure


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as the source said it; nothing trusted, nothing cleaned."""

    id: str
    link: str
    title: str
    summary: str
    published: datetime | None = None
    updated: datetime | None = None
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Feed:
    """A parsed document."""

    title: str
    lang: str
    entries: tuple[Entry, ...]
    warning: str = ""  #: what was wrong with a document that could be read all the same
