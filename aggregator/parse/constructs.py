"""What both ways of reading a feed agree on: text constructs, links, dates."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from aggregator.parse.document import Document
from aggregator.text.dates import parse_date

# Bytes of Windows-1252 that were taken for Latin-1.
_WINDOWS = {code: bytes([code]).decode("cp1252", "ignore") or chr(code) for code in range(0x80, 0xA0)}
_HTML = re.compile(r"<br ?/?>|</(?:a|b|blockquote|code|div|em|h[1-6]|i|li|ol|p|span|strong|ul)>", re.IGNORECASE)
_LATIN = re.compile("[\x80-\xff]")


def mended(text: str) -> str:
    """The text as it was meant where its encoding was mistaken for Latin-1, as feedparser mends it."""
    if not _LATIN.search(text):
        return text
    with suppress(UnicodeError):
        text = text.encode("latin-1").decode()
    return text.translate(_WINDOWS)


def as_html(value: str, kind: str) -> str:
    """A text construct as HTML: plain text is escaped, so that "Use <video>" keeps its words."""
    return html.escape(value, quote=False) if kind == "text/plain" else value


def text_as_html(value: str, kind: str) -> str:
    """The same of a summary or a content: many publishers say of HTML that it is text, or nothing."""
    return value if _HTML.search(value) else as_html(value, kind)


def link_of(identifier: str, link: str, links: Iterable[Mapping[str, Any]]) -> str:
    """The page for people. In order: the alternate link; any link that is no enclosure; an id that is an address."""
    # feedparser gives the id where there is no link. A permalink may be relative; other ids are names.
    if link and (link != identifier or link.startswith("/")):
        return link
    for other in links:
        if other.get("rel") in ("alternate", "related", "via") and other.get("href"):
            return str(other["href"])
    return identifier if identifier.lower().startswith(("http://", "https://")) else ""


def summary_of(summary: str, contents: Iterable[str], title: str) -> str:
    """The summary; the content where there is none, or where the summary is only the title again."""
    if summary.strip() and summary.strip() != title.strip():
        return summary
    return next((content for content in contents if content), summary)


def moment(said: str, document: Document, read: Callable[[], datetime | None] = lambda: None) -> datetime | None:
    """When a date was; `read` is how feedparser reads what we do not, for all documents must be read alike.

    It takes 2025年3月16日 and 2025/03/16 for the first of a month, and a time without a zone for UTC.
    """
    return parse_date(said, document.now, document.zone) or read()
