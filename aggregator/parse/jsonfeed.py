"""JSON Feed 1.0 and 1.1 (jsonfeed.org)."""

from __future__ import annotations

import html
import json
from contextlib import suppress
from typing import Any

from aggregator.errors import ParseError
from aggregator.model import Entry, Feed
from aggregator.parse.constructs import link_of
from aggregator.parse.document import Document
from aggregator.text.dates import parse_date

_LONGEST_NUMBER = 4000  # digits: Python reads no more than 4,300


def is_json(document: Document) -> bool:
    start = document.body[:100].replace(b"\x00", b"")  # half of UTF-16, where it is ASCII
    return start.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")[:1] == b"{"


def load_json(document: Document) -> Any:
    """The document as JSON; raises ParseError."""
    try:
        return json.loads(_text_of(document), strict=False, parse_int=_whole_number)
    except (ValueError, RecursionError) as error:
        raise ParseError(f"the document is not JSON ({error})") from None


def _whole_number(digits: str) -> int | str:
    """A number; one that is too long to be read as such stays as it is written, and costs nothing else."""
    return int(digits) if len(digits) < _LONGEST_NUMBER else digits


def _text_of(document: Document) -> str:
    """UTF-8 (RFC 8259, section 8.1), unless the bytes are something else."""
    said = document.charset or json.detect_encoding(document.body)
    if said.lower() not in ("utf-8", "utf8"):
        with suppress(LookupError):  # no encoding of that name
            return document.body.decode(said, errors="replace")
    return document.body.decode("utf-8-sig", errors="replace")


def parse_json_feed(document: Document) -> Feed:
    read = load_json(document)
    items = read.get("items") if isinstance(read, dict) else None
    if not isinstance(items, list) or "jsonfeed.org" not in str(read.get("version")):
        raise ParseError('the document is JSON, but not JSON Feed; for other JSON write kind = "json" and selectors')
    entries = (_entry(item, document) for item in items if isinstance(item, dict))
    return Feed(
        title=_text(read, "title"),
        lang=_text(read, "language"),
        entries=tuple(entry for entry in entries if not entry.is_empty),
    )


def _entry(item: dict[str, Any], document: Document) -> Entry:
    identifier = _text(item, "id")
    escaped = html.escape(_text(item, "summary") or _text(item, "content_text"), quote=False)
    return Entry(
        id=identifier,
        link=link_of(identifier, _text(item, "url") or _text(item, "external_url"), ()),
        title=html.escape(_text(item, "title"), quote=False),
        summary=escaped or _text(item, "content_html"),
        published=parse_date(_text(item, "date_published"), document.now, document.zone),
        updated=parse_date(_text(item, "date_modified"), document.now, document.zone),
        lang=_text(item, "language"),
    )


def _text(values: dict[str, Any], key: str) -> str:
    value = values.get(key)
    return str(value) if isinstance(value, str | int | float) else ""
