"""Sitemaps, sitemap indexes and Google News sitemaps (sitemaps.org)."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import unquote, urlsplit

from lxml import etree

from aggregator.errors import ParseError
from aggregator.model import Entry, Feed
from aggregator.parse.charset import is_encoding
from aggregator.parse.document import Document
from aggregator.parse.mend import with_references
from aggregator.text.dates import parse_date
from aggregator.text.urls import web_link

_PARTS = 3  # of an index: the newest are read
_UNDATED = datetime(1, 1, 1, tzinfo=UTC)


def parse_sitemap(document: Document) -> Feed:
    """Raises ParseError if the document is no sitemap. Of an index, `parts` are the newest sitemaps it names."""
    body, encoding = _encoded(document)
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, recover=True, remove_comments=True, remove_pis=True,
        encoding=encoding,
    )  # fmt: skip
    try:
        root = etree.fromstring(with_references(body.lstrip()), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ParseError(f"the sitemap cannot be read ({error})") from None
    kind = _name(root) if root is not None else "empty"
    if kind == "sitemapindex":
        return Feed("", "", (), parts=_newest(root, document), warning=_damage(parser))
    if kind != "urlset":
        raise ParseError(f"the document is no sitemap (its root is {kind!r})")
    entries = [entry for url in root.iter("{*}url") if (entry := _entry(url, document)).link]
    # Many list the oldest first, and of long ones the rest is left out. Those without a date stay where they are told.
    entries.sort(key=lambda entry: entry.published or _UNDATED, reverse=True)
    return Feed("", "", tuple(entries), warning=_damage(parser))


def _encoded(document: Document) -> tuple[bytes, str | None]:
    """The document with the encoding that it is in, where that is not left to the parser."""
    name = document.charset or ("utf-16" if b"\0" in document.body[:4] else "")
    if not is_encoding(name):
        return document.body, None
    return document.body.decode(name, errors="replace").encode(), "utf-8"


def _damage(parser: etree.XMLParser) -> str:
    """What was wrong with a document that was read nevertheless."""
    first = next(iter(parser.error_log.filter_from_fatals()), None)
    return f"{first.message} in line {first.line}" if first else ""


def _entry(url: etree._Element, document: Document) -> Entry:
    told = _told(url)
    link = web_link(told.get("loc", ""), document.url)
    changed = parse_date(told.get("lastmod", ""), document.now, document.zone)
    return Entry(
        id=link,
        link=link,
        title=html.escape(told.get("title") or _words_of(link), quote=False),
        summary="",
        published=parse_date(told.get("publication_date", ""), document.now, document.zone) or changed,
        updated=changed,
        lang=told.get("language", ""),
    )


def _told(element: etree._Element) -> dict[str, str]:
    """The first text of each name inside an element; what is said of its pictures and films is not said of it."""
    told: dict[str, str] = {}
    for inner in element.iterchildren("{*}*"):
        told.setdefault(_name(inner), (inner.text or "").strip())
        if _name(inner) == "news":
            told |= {name: text for name, text in _told(inner).items() if text}
        elif _name(inner) == "publication":
            told |= {"language": _told(inner).get("language", "")}
    return told


def _name(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _words_of(link: str) -> str:
    """What the end of an address says, where a sitemap has no titles: /news/2025/model-release → Model release."""
    path = [part for part in unquote(urlsplit(link).path).split("/") if part]
    words = re.sub(r"[-_+]+", " ", re.sub(r"\.\w{2,5}$", "", path[-1])).strip() if path else ""
    return words[:1].upper() + words[1:] or link


def _recency(sitemap: Mapping[str, str]) -> tuple[str, list[int]]:
    """When a part was changed; many indexes do not say, and number their parts by years, or one after the other."""
    return sitemap.get("lastmod", ""), [int(digits) for digits in re.findall(r"\d{1,9}", sitemap.get("loc", ""))]


def _newest(root: etree._Element, document: Document) -> tuple[str, ...]:
    told = [_told(sitemap) for sitemap in root]
    told.sort(key=_recency, reverse=True)
    links = (web_link(sitemap.get("loc", ""), document.url) for sitemap in told)
    return tuple(link for link in links if link)[:_PARTS]
