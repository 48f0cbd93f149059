"""A list of pages for crawlers (sitemaps.org)."""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree

from aggregator.text.html import storable

MEDIA_TYPE = "application/xml"
MOST = 50_000  # addresses, by the protocol
_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"


def sitemap(addresses: Iterable[str]) -> bytes:
    root = etree.Element(f"{{{_SITEMAP}}}urlset", nsmap={None: _SITEMAP})
    for address in list(addresses)[:MOST]:
        place = etree.SubElement(etree.SubElement(root, f"{{{_SITEMAP}}}url"), f"{{{_SITEMAP}}}loc")
        place.text = storable(address)
    return etree.tostring(root, xml_declaration=True, encoding="utf-8")
