"""Stand-ins for what a test must not depend on: the time, and the Web."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from hashlib import sha256
from typing import Any
from xml.sax.saxutils import escape

from aggregator.model import Failure, NotModified, Outcome, Page, Report, Source, Validators
from aggregator.refresh.context import Context
from aggregator.refresh.pipeline import refresh
from aggregator.text.urls import without_credentials

START = datetime(2025, 3, 16, 12, tzinfo=UTC)


@dataclass
class Clock:
    """A clock that moves only when it is told to."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> None:
        """Moves on by `hours=1`, `days=2`, …"""
        self.now += timedelta(**by)


@dataclass(frozen=True)
class Post:
    """An entry to be published; an empty part is left out of the document."""

    title: str
    link: str = ""
    guid: str = ""
    summary: str = ""
    date: datetime | None = START - timedelta(hours=1)

    def xml(self) -> str:
        parts = {"title": self.title, "link": self.link, "guid": self.guid, "description": self.summary}
        parts["pubDate"] = format_datetime(self.date) if self.date else ""
        return "".join(f"<{name}>{escape(text)}</{name}>" for name, text in parts.items() if text)


def rss(*posts: Post, title: str = "A feed", lang: str = "en") -> bytes:
    """An RSS 2.0 document."""
    items = "".join(f"<item>{post.xml()}</item>" for post in posts)
    channel = f"<title>{escape(title)}</title><language>{lang}</language>{items}"
    return f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>{channel}</channel></rss>'.encode()


def post(name: str, title: str = "", host: str = "news.example", **parts: object) -> Post:
    """An entry with a link of its own: post("a") is at https://news.example/a."""
    return Post(title or f"China plans AI rules: {name}", f"https://{host}/{name}", **parts)  # type: ignore[arg-type]


Answer = bytes | Outcome | Callable[[], Outcome]


@dataclass
class FakeWeb:
    """Documents by address, with ETags: `fetch` answers as the real fetcher does.

    A document is its bytes, an outcome (a Failure, say), or a function that is called for one.
    """

    documents: dict[str, Answer] = field(default_factory=dict)
    etags: bool = True
    asked: list[tuple[str, Validators]] = field(default_factory=list)
    robots: list[bool] = field(default_factory=list)  # whether robots.txt was to be asked first, by request

    async def __aenter__(self) -> FakeWeb:
        return self

    async def __aexit__(self, *_: object) -> None:
        """Nothing to close: a FakeWeb may stand where a Fetcher does."""

    async def fetch(
        self,
        url: str,
        validators: Validators = Validators(),
        *,
        robots: bool = False,
        turn: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> Outcome:
        self.asked.append((url, validators))
        self.robots.append(robots)
        answer = self.documents.get(url, Failure("the server answered 404 Not Found", 404))
        if callable(answer):
            return answer()
        if not isinstance(answer, bytes):
            return answer
        etag = f'"{sha256(answer).hexdigest()[:8]}"' if self.etags else ""
        if etag and etag == validators.etag:
            return NotModified()
        return Page(without_credentials(url), answer, "application/rss+xml", Validators(etag))


def look(web: FakeWeb, parts: Context, *sources: Source, insist: bool = False) -> dict[str, Report]:
    """One look at each source; reports by the source's id."""

    async def run(wanted: Iterable[Source]) -> dict[str, Report]:
        return {report.source_id: report async for report in refresh(wanted, web.fetch, parts, insist=insist)}

    return asyncio.run(run(sources))
