"""RSS, RDF and Atom by feedparser; JSON Feed by its own module.

feedparser's sanitiser is left off: it is no defence, and everything that is kept is sanitised later, last.
"""

from __future__ import annotations

import calendar
import html
import io
import re
from datetime import UTC, datetime
from typing import Any

import feedparser

from aggregator.errors import ParseError
from aggregator.model import Entry, Feed
from aggregator.parse.document import Document
from aggregator.parse.jsonfeed import is_json, parse_json_feed
from aggregator.text.dates import parse_date, sane

_ZONED = re.compile(r"(?:[A-Za-z]|[+-]\d{2}:?\d{2})\s*$")


def parse_feed(document: Document) -> Feed:
    """Raises ParseError if the document is no feed; what is damaged is read as far as it goes, with a warning."""
    if is_json(document):
        return parse_json_feed(document)
    read = _read(document)
    if not read.entries and not read.get("version"):
        raise ParseError(_why_no_feed(document, read))
    return Feed(
        title=read.feed.get("title", ""),
        lang=read.feed.get("language", ""),
        entries=tuple(_entry(entry, document) for entry in read.entries),
        warning=str(read.get("bozo_exception", "")) if read.bozo else "",
    )


def _read(document: Document) -> Any:
    # Most feeds are XML, whatever their server calls them; a type that is none would only earn a warning.
    charset = f"; charset={document.charset}" if document.charset else ""
    headers = {"content-type": f"application/xml{charset}"}
    # No base address is given: feedparser would put it before ids that are no addresses. Links are resolved later.
    # A stream, for feedparser would open bytes that look like a path: a body of "/dev/zero" must stay a body.
    body = io.BytesIO(document.body)
    try:
        return feedparser.parse(body, response_headers=headers, sanitize_html=False, resolve_relative_uris=False)
    except Exception as error:  # some damage makes feedparser stumble: KeyError, UnicodeDecodeError, …
        raise ParseError(f"the document is too damaged to be read ({type(error).__name__}: {error})") from None


def _why_no_feed(document: Document, read: Any) -> str:
    start = document.body[:1000].lstrip().lower()
    if not start:
        return "the document is empty"
    if start.startswith((b"<!doctype html", b"<html")):
        return "the document is a web page, not a feed"
    return f"the document is not a feed ({read.get('bozo_exception', 'no entries found')})"


def _entry(entry: Any, document: Document) -> Entry:
    return Entry(
        id=str(entry.get("id") or ""),
        link=_link(entry),
        title=_html(entry.get("title_detail")),
        summary=_summary(entry),
        published=_moment(entry, "published", document),
        updated=_moment(entry, "updated", document),
        lang=(entry.get("title_detail") or {}).get("language") or "",
    )


def _link(entry: Any) -> str:
    """The page for people. In order: the alternate link; any link that is no enclosure; an id that is an address."""
    identifier = str(entry.get("id") or "")
    if (link := str(entry.get("link") or "")) and link != identifier:  # feedparser gives the id where it has no link
        return link
    for link in entry.get("links", ()):
        if link.get("rel") in ("alternate", "related", "via") and link.get("href"):
            return str(link["href"])
    return identifier if identifier.startswith(("http://", "https://")) else ""


def _summary(entry: Any) -> str:
    """The summary; the content where there is none, or where the summary is only the title again."""
    summary = _html(entry.get("summary_detail"))
    if summary.strip() and summary.strip() != str(entry.get("title", "")).strip():
        return summary
    return next((_html(content) for content in entry.get("content", ()) if content.get("value")), summary)


def _html(detail: Any) -> str:
    """A text construct as HTML: plain text is escaped, so that "Use <video>" keeps its words."""
    if not detail:
        return ""
    value = str(detail.get("value") or "")
    return html.escape(value, quote=False) if detail.get("type") == "text/plain" else value


def _moment(entry: Any, name: str, document: Document) -> datetime | None:
    said = str(dict.get(entry, name) or "")
    # feedparser takes 2025年3月16日 for the first of the month, and a time without a zone for UTC.
    if ("年" in said or not _ZONED.search(said)) and (moment := parse_date(said, document.now, document.zone)):
        return moment
    parsed = dict.get(entry, f"{name}_parsed")
    if not parsed:
        return parse_date(said, document.now, document.zone)
    try:
        return sane(datetime.fromtimestamp(calendar.timegm(parsed), UTC))
    except (ValueError, OverflowError, OSError):
        return None
