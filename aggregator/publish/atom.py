"""Atom 1.0 (RFC 4287), with archives (RFC 5005)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from lxml import etree

from aggregator.model import StoredItem
from aggregator.publish.channel import GENERATOR, LANG, STYLESHEET, UNKNOWN_LANG, Channel, categories
from aggregator.text.html import storable

_ATOM = "http://www.w3.org/2005/Atom"
_HISTORY = "http://purl.org/syndication/history/1.0"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
MEDIA_TYPE = "application/atom+xml"


def atom(channel: Channel, items: Sequence[StoredItem]) -> bytes:
    names = {None: _ATOM} | ({"fh": _HISTORY} if channel.archive else {})
    feed = etree.Element(_name("feed"), {_LANG: LANG}, nsmap=names)
    _add(feed, "id", channel.id())
    _add(feed, "title", channel.title)
    _add(feed, "subtitle", channel.subtitle)
    _add(feed, "updated", _time(channel.updated))
    _add(_add(feed, "author"), "name", channel.author)
    _links(feed, channel)
    _add(feed, "generator", GENERATOR)
    if channel.archive:
        etree.SubElement(feed, f"{{{_HISTORY}}}archive")
    for item in items:
        feed.append(_entry(channel, item))
    return written(feed)


def written(root: etree._Element) -> bytes:
    """A document that a browser shows with our style sheet."""
    root.addprevious(etree.ProcessingInstruction("xml-stylesheet", f'type="text/css" href="{STYLESHEET}"'))
    return etree.tostring(root.getroottree(), xml_declaration=True, encoding="utf-8", pretty_print=True)


def _links(feed: etree._Element, channel: Channel) -> None:
    _add(feed, "link", rel="self", type=MEDIA_TYPE, href=channel.address)
    _add(feed, "link", rel="alternate", type="text/html", href=channel.page)
    if channel.hub:
        _add(feed, "link", rel="hub", href=channel.hub)
    for link in channel.links:
        _add(feed, "link", rel=link.rel, type=MEDIA_TYPE, href=link.href)


def _entry(channel: Channel, item: StoredItem) -> etree._Element:
    entry = etree.Element(_name("entry"), {_LANG: item.lang or UNKNOWN_LANG})
    _add(entry, "id", channel.item_id(item))
    _add(entry, "title", item.heading)
    _add(entry, "link", rel="alternate", href=item.link or channel.item_page(item))
    _add(entry, "link", rel="related", type="text/html", href=channel.item_page(item))
    _add(entry, "published", _time(item.dated))
    _add(entry, "updated", _time(item.changed))
    if item.summary:
        _add(entry, "summary", item.summary, type="html")
    for axis, slug, label in categories(item):
        _add(entry, "category", term=slug, scheme=channel.scheme(axis), label=label)
    _source(entry, channel, item)
    return entry


def _source(entry: etree._Element, channel: Channel, item: StoredItem) -> None:
    """Where the entry comes from. Our own id for it: publishers change theirs, and their addresses."""
    source = _add(entry, "source")
    _add(source, "id", channel.source_id(item))
    _add(source, "title", item.source_title)
    _add(source, "updated", _time(item.changed))
    if item.source_page:
        _add(source, "link", rel="alternate", href=item.source_page)


def _add(parent: etree._Element, name: str, text: str | None = None, **attributes: str) -> etree._Element:
    element = etree.SubElement(parent, _name(name), {key: storable(value) for key, value in attributes.items()})
    element.text = text and storable(text)  # what XML cannot hold would cost the whole document
    return element


def _name(name: str) -> str:
    return f"{{{_ATOM}}}{name}"


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
