"""OPML 2.0: lists of feeds, out and in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from lxml import etree

from aggregator.errors import ParseError
from aggregator.text.html import storable

MEDIA_TYPE = "text/x-opml"
_BARE_AMPERSAND = re.compile(rb"&(?!#?\w+;)")


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
    """Every feed of a list, whatever its folder; raises ParseError.

    Lists that are made by hand have bare ampersands, and names in any letters.
    """
    if b"\x00" not in document:  # of UTF-16
        document = _BARE_AMPERSAND.sub(b"&amp;", document)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=False)
    try:
        root = etree.fromstring(document, parser) if document.strip() else None
    except etree.XMLSyntaxError:  # so damaged that nothing can be recovered
        root = None
    if root is None or _name(root) != "opml":
        raise ParseError("the document is not OPML")
    said = [
        {str(name).lower(): storable(str(value)) for name, value in found.attrib.items()}
        for found in root.iter(etree.Element)
        if _name(found) == "outline"
    ]
    return [
        Outline(one.get("title") or one.get("text") or "", one["xmlurl"], one.get("htmlurl") or "")
        for one in said
        if one.get("xmlurl")
    ]


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname.lower()
