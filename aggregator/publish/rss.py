"""RSS 2.0, with atom:link for the feed's own address."""

from __future__ import annotations

from collections.abc import Sequence
from email.utils import format_datetime

from lxml import etree

from aggregator.model import StoredItem
from aggregator.publish.atom import written
from aggregator.publish.channel import GENERATOR, LANG, Channel, categories
from aggregator.text.html import storable

_ATOM = "http://www.w3.org/2005/Atom"
MEDIA_TYPE = "application/rss+xml"


def rss(channel: Channel, items: Sequence[StoredItem]) -> bytes:
    root = etree.Element("rss", {"version": "2.0"}, nsmap={"atom": _ATOM})
    body = _add(root, "channel")
    _add(body, "title", channel.title)
    _add(body, "link", channel.page)
    _add(body, "description", channel.subtitle)
    _add(body, "language", LANG)
    _add(body, "lastBuildDate", format_datetime(channel.updated))
    _add(body, "generator", GENERATOR)
    etree.SubElement(body, f"{{{_ATOM}}}link", {"rel": "self", "type": MEDIA_TYPE, "href": channel.address})
    if channel.hub:
        etree.SubElement(body, f"{{{_ATOM}}}link", {"rel": "hub", "href": channel.hub})
    for item in items:
        body.append(_item(channel, item))
    return written(root)


def _item(channel: Channel, item: StoredItem) -> etree._Element:
    element = etree.Element("item")
    _add(element, "title", item.heading)
    _add(element, "link", item.link or channel.item_page(item))
    _add(element, "guid", channel.item_id(item), isPermaLink="false")
    _add(element, "pubDate", format_datetime(item.dated))
    if item.summary:
        _add(element, "description", item.summary)
    for axis, slug, _ in categories(item):
        _add(element, "category", slug, domain=channel.scheme(axis))
    _add(element, "source", item.source_title, url=f"{channel.site}/source/{item.source_id}.rss")
    return element


def _add(parent: etree._Element, name: str, text: str | None = None, **attributes: str) -> etree._Element:
    element = etree.SubElement(parent, name, {key: storable(value) for key, value in attributes.items()})
    element.text = text and storable(text)  # what XML cannot hold would cost the whole document
    return element
