"""OPML 2.0: lists of feeds, out and in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from lxml import etree

from aggregator.errors import ParseError
from aggregator.text.html import storable

MEDIA_TYPE = "text/x-opml"


class Outline(NamedTuple):
    """A feed in a list."""

    title: str
    feed: str
    page: str = ""


def opml(title: str, folders: Mapping[str, Sequence[Outline]]) -> bytes:
    """Feeds in folders; those of the folder "" stand at the top."""
    root = etree.Element("opml", {"version": "2.0"})
    etree.SubElement(etree.SubElement(root, "head"), "title").text = storable(title)
    body = etree.SubElement(root, "body")
    for folder, outlines in folders.items():
        parent = etree.SubElement(body, "outline", {"text": folder, "title": folder}) if folder else body
        for outline in outlines:
            said = {"type": "rss", "text": outline.title, "title": outline.title, "xmlUrl": outline.feed}
            said |= {"htmlUrl": outline.page} if outline.page else {}
            etree.SubElement(parent, "outline", {name: storable(value) for name, value in said.items()})
    return etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)


def read_opml(document: bytes) -> list[Outline]:
    """Every feed of a list, whatever its folder; raises ParseError."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=False)
    try:
        root = etree.fromstring(document, parser) if document.strip() else None
    except etree.XMLSyntaxError:  # so damaged that nothing can be recovered
        root = None
    if root is None or root.tag != "opml":
        raise ParseError("the document is not OPML")
    return [
        Outline(found.get("title") or found.get("text") or "", found.get("xmlUrl") or "", found.get("htmlUrl") or "")
        for found in root.iter("outline")
        if found.get("xmlUrl")
    ]
