"""Documents of our own, read by one kind of parser."""

from __future__ import annotations

from datetime import UTC, datetime

from aggregator.model import Entry, Feed, Selectors
from aggregator.parse import parse
from aggregator.parse.document import Document

NOW = datetime(2025, 3, 17, tzinfo=UTC)
PAGE = "https://pub.example/news/"
DAY = datetime(2025, 3, 16, tzinfo=UTC)


def read(kind: str, body: str, **said: str) -> Feed:
    selectors = Selectors(**said) if said else None
    return parse(kind, Document(body.encode(), PAGE, "", selectors, now=NOW))


def only(kind: str, body: str, **said: str) -> Entry:
    (entry,) = read(kind, body, **said).entries
    return entry
