"""RSS, RDF and Atom: plain documents the quick way, all others by feedparser; JSON Feed by its own module.

feedparser's sanitiser is left off: it is no defence, and everything that is kept is sanitised later, last.
"""

from __future__ import annotations

import calendar
import io
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from xml.sax import SAXParseException

import feedparser
from feedparser.urls import resolve_relative_uris

from aggregator.errors import ParseError
from aggregator.model import Entry, Feed
from aggregator.parse.captions import without_captions
from aggregator.parse.constructs import as_html, link_of, moment, summary_of, text_as_html
from aggregator.parse.document import Document
from aggregator.parse.jsonfeed import is_json, parse_json_feed
from aggregator.parse.mend import with_bare_ampersands
from aggregator.parse.plain_feed import UnsureError, read_plain
from aggregator.text.dates import counted_back, sane

_RELATIVE = re.compile(r"<[^<>]*\b(?:href|src)\s*=\s*[\"']?(?!https?:|[\"'])", re.IGNORECASE)
_NO_TEXTS = ("image/", "audio/", "video/")


def parse_feed(document: Document) -> Feed:
    """Raises ParseError if the document is no feed; what is damaged is read as far as it goes, with a warning."""
    if is_json(document):
        return parse_json_feed(document)
    try:
        return read_plain(document)
    except UnsureError:
        whole = with_bare_ampersands(document)
    if whole is not document:
        with suppress(UnsureError):
            return read_plain(whole)
    return read_thoroughly(whole)


def read_thoroughly(document: Document) -> Feed:
    """By feedparser, which reads everything that was ever called a feed; raises ParseError."""
    read = _read(document)
    if not read.entries and not read.get("version"):
        raise ParseError(_why_no_feed(document, read))
    damage = read.get("bozo_exception") if read.bozo else None
    if not read.entries and isinstance(damage, SAXParseException):
        raise ParseError(f"the document is too damaged to be read ({_said(damage)})")
    return Feed(
        title=_html(read.feed.get("title_detail")),
        lang=read.feed.get("language", ""),
        entries=tuple(_entry(entry, document) for entry in read.entries),
        warning=_said(damage) if damage else "",
    )


def _read(document: Document) -> Any:
    # Most feeds are XML, whatever their server calls them; a type that is none would only earn a warning.
    charset = f"; charset={document.charset}" if document.charset else ""
    headers = {"content-type": f"application/xml{charset}"}
    # No base address is given: feedparser would put it before ids that are no addresses. Links are resolved later.
    # A stream, for feedparser would open bytes that look like a path: a body of "/dev/zero" must stay a body.
    body = io.BytesIO(without_captions(document.body))
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
    return f"the document is not a feed ({_said(read.get('bozo_exception', 'no entries found'))})"


def _said(damage: Exception | str) -> str:
    if isinstance(damage, SAXParseException):
        return f"{damage.getMessage()} in line {damage.getLineNumber()}"
    return str(damage)


def _entry(entry: Any, document: Document) -> Entry:
    identifier = str(entry.get("id") or "")
    # A picture may be inside, too (RFC 4287, section 4.1.3).
    texts = (content for content in entry.get("content", ()) if not str(content.get("type")).startswith(_NO_TEXTS))
    contents = (_html(content, text_as_html) for content in texts)
    link = entry.get("feedburner_origlink") or entry.get("link")  # the page, not the count of who comes to it
    return Entry(
        id=identifier,
        link=link_of(identifier, str(link or ""), entry.get("links", ())),
        title=_title(entry),
        summary=summary_of(_html(entry.get("summary_detail"), text_as_html), contents, str(entry.get("title", ""))),
        published=_moment(entry, "published", document),
        updated=_moment(entry, "updated", document),
        lang=(entry.get("title_detail") or {}).get("language") or "",
        counted_back=counted_back(str(dict.get(entry, "published") or dict.get(entry, "updated") or "")),
    )


def _title(entry: Any) -> str:
    # title_detail may be that of a picture inside the entry; the title itself is not.
    title, detail = str(entry.get("title") or ""), entry.get("title_detail") or {}
    return _html(detail) if detail.get("value") == title else title


def _html(detail: Any, made: Callable[[str, str], str] = as_html) -> str:
    """A text construct as HTML; its relative links count from its xml:base, if it has one (RFC 4287, section 2)."""
    if not detail:
        return ""
    text, base = made(str(detail.get("value") or ""), str(detail.get("type"))), str(detail.get("base") or "")
    if base.startswith(("http://", "https://")) and _RELATIVE.search(text):
        return str(resolve_relative_uris(text, base, "utf-8", "text/html"))
    return text


def _moment(entry: Any, name: str, document: Document) -> datetime | None:
    parsed = dict.get(entry, f"{name}_parsed")
    return moment(str(dict.get(entry, name) or ""), document, lambda: _utc(parsed))


def _utc(parsed: Any) -> datetime | None:
    try:
        return sane(datetime.fromtimestamp(calendar.timegm(parsed), UTC)) if parsed else None
    except (ValueError, OverflowError, OSError):
        return None
