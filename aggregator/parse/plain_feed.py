"""The quick way for plain documents: well-formed RSS 2.0 and Atom 1.0 in UTF-8 with nothing unusual in them.

Most documents are of this kind, and lxml reads them in a fraction of feedparser's time. Whatever is not certain to be
read as feedparser reads it is left to feedparser, as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from lxml import etree

from aggregator.model import Entry, Feed
from aggregator.parse.constructs import as_html, link_of, mended, moment, summary_of, text_as_html
from aggregator.parse.document import Document
from aggregator.text.dates import counted_back

_ATOM = "{http://www.w3.org/2005/Atom}"
_CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
_PERMALINK = "isPermaLink"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_MARKUP = re.compile(r"</\w|&#?\w+;")  # in what should be plain text: it may be HTML
_TYPES = {"": "text/plain", "text": "text/plain", "html": "text/html"}
_WEB_PAGES = ("", "text/html", "application/xhtml+xml")
_IGNORED = (
    "{http://purl.org/rss/1.0/modules/slash/}", "{http://wellformedweb.org/CommentAPI/}",
    "{http://purl.org/dc/elements/1.1/}creator", "{http://search.yahoo.com/mrss/}content",
    "{http://search.yahoo.com/mrss/}thumbnail",
)  # fmt: skip
_NOT_ELSEWHERE = ("{*}title", "{*}language", "{*}item", "{*}entry")  # feedparser takes them for the feed's own
_RSS_IGNORED = ("category", "author", "comments", "enclosure", "source")
_PERSON = tuple(f"{_ATOM}{name}" for name in ("name", "uri", "email"))
_ATOM_IGNORED = tuple(f"{_ATOM}{name}" for name in ("category", "author", "contributor", "rights"))


class UnsureError(Exception):
    """The document has something that feedparser should look at."""


@dataclass(slots=True)
class _Parts:
    """The parts of an entry, as they are met."""

    lang: str = ""
    values: dict[str, str] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    links: list[dict[str, str]] = field(default_factory=list)

    def keep(self, name: str, element: etree._Element, kind: str = "") -> None:
        """Keeps the text of an element that may stand once."""
        told = _attributes(element)
        if name in self.values or len(element) or _LANG in told or "lang" in told:
            raise UnsureError
        text = (element.text or "").strip()
        self.values[name], self.types[name] = text if text.isascii() else mended(text), kind

    def entry(self, document: Document) -> Entry:
        """The entry that they make, by the rules that are also those for feedparser's."""
        identifier = self.values.get("id", "")
        if self.lang and self.values.get("title") == "":
            raise UnsureError
        title = as_html(self.values.get("title", ""), self.types.get("title", ""))
        summary = text_as_html(self.values.get("summary", ""), self.types.get("summary", ""))
        content = text_as_html(self.values.get("content", ""), self.types.get("content", ""))
        return Entry(
            id=identifier,
            link=link_of(identifier, self.values.get("link", ""), self.links),
            title=title,
            summary=summary_of(summary, [content], self.values.get("title", "")),
            published=self._moment("published", document),
            updated=self._moment("updated", document),
            lang=self.lang if title else "",
            counted_back=counted_back(self.values.get("published") or self.values.get("updated", "")),
        )

    def _moment(self, name: str, document: Document) -> datetime | None:
        found = moment(said := self.values.get(name, ""), document)
        if said and not found:
            raise UnsureError
        return found


def read_plain(document: Document) -> Feed:
    """Raises UnsureError if the document should be read by feedparser."""
    body = document.body
    if document.charset.lower() not in ("", "utf-8", "utf8") or b"xml:base" in body:
        raise UnsureError
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(body.removeprefix(b"\xef\xbb\xbf"), parser)
    except (etree.XMLSyntaxError, ValueError):
        raise UnsureError from None
    told = root.getroottree().docinfo
    if told.doctype or (told.encoding or "utf-8").lower() not in ("utf-8", "utf8"):
        raise UnsureError
    if root.tag == "rss" and dict(root.attrib) == {"version": "2.0"} and len(root) == 1 and root[0].tag == "channel":
        return _feed(root[0], "item", _rss_part, document)
    if root.tag == f"{_ATOM}feed":
        return _feed(root, f"{_ATOM}entry", _atom_part, document)
    raise UnsureError


def _feed(
    top: etree._Element, entry_tag: str, part: Callable[[_Parts, etree._Element], None], document: Document
) -> Feed:
    if "lang" in _attributes(top):
        raise UnsureError
    of_feed, entries = _Parts(), []
    lang = inherited = top.get(_LANG) or ""
    for element in top:
        if element.tag == entry_tag:
            entries.append(_entry(element, inherited, part).entry(document))
        elif element.tag in ("title", f"{_ATOM}title"):
            part(of_feed, element)
        elif element.tag == "language":
            of_feed.keep("language", element)
            lang = of_feed.values["language"]
        elif element.tag not in ("image", "textInput") and next(element.iter(*_NOT_ELSEWHERE), None) is not None:
            raise UnsureError
    title = as_html(of_feed.values.get("title", ""), of_feed.types.get("title", ""))
    return Feed(title, lang, tuple(entries))


def _entry(element: etree._Element, lang: str, part: Callable[[_Parts, etree._Element], None]) -> _Parts:
    if "lang" in _attributes(element):
        raise UnsureError
    parts = _Parts(lang=element.get(_LANG, lang))
    for child in element:
        part(parts, child)
    return parts


def _rss_part(parts: _Parts, element: etree._Element) -> None:
    match element.tag:
        case "title":
            parts.keep("title", element, "text/plain")
            if _MARKUP.search(parts.values["title"]):
                raise UnsureError
        case "description":
            parts.keep("summary", element, "text/html")
        case "link":
            parts.keep("link", element)
            if _MARKUP.search(parts.values["link"]) or element.get("href"):
                raise UnsureError
            parts.links.append({"rel": "alternate", "href": parts.values["link"]})
        case "guid":
            parts.keep("id", element)
            if element.get(_PERMALINK.lower()) is not None:
                raise UnsureError
            if element.get(_PERMALINK, "true") == "true" and "link" not in parts.values:
                parts.values["link"] = parts.values["id"]
        case "pubDate":
            parts.keep("published", element)
        case tag if tag == _CONTENT:
            parts.keep("content", element, "text/html")
        case tag if len(element) == 0:
            _ignore(str(tag), _RSS_IGNORED)
        case _:
            raise UnsureError


def _atom_part(parts: _Parts, element: etree._Element) -> None:
    match str(element.tag).removeprefix(_ATOM):
        case "title" | "summary" | "content" as name:
            if element.get("type", "") not in _TYPES or element.get("src"):
                raise UnsureError
            parts.keep(name, element, _TYPES[element.get("type", "")])
        case "id" | "updated" | "published" as name:
            parts.keep(name, element)
            if name == "id" and parts.values["id"].startswith("/"):  # feedparser takes it for a link
                raise UnsureError
        case "link":
            _atom_link(parts, element)
        case _:
            _ignore(str(element.tag), _ATOM_IGNORED)
            if any(child.tag not in _PERSON for child in element):
                raise UnsureError


def _atom_link(parts: _Parts, element: etree._Element) -> None:
    href, rel = element.get("href", ""), element.get("rel", "alternate")
    _attributes(element)
    if not href.startswith(("http://", "https://")) or href != href.strip() or rel != rel.lower():
        raise UnsureError
    parts.links.append({"rel": rel, "href": href})
    if rel == "alternate" and element.get("type", "") in _WEB_PAGES:
        parts.values["link"] = href


def _attributes(element: etree._Element) -> list[str]:
    """The names of its attributes; raises UnsureError where small letters make others of them, as with feedparser."""
    names = element.keys()
    for name in names:
        own = name.rpartition("}")[2]
        if own != own.lower() and own != _PERMALINK:
            raise UnsureError
    return names


def _ignore(tag: str, ignored: Iterable[str]) -> None:
    if tag not in ignored and not tag.startswith(_IGNORED):
        raise UnsureError
