"""A list of pages for crawlers (sitemaps.org), each with the same page in other languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lxml import etree

from aggregator.text.html import storable

MEDIA_TYPE = "application/xml"
MOST = 50_000  # addresses, by the protocol
_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_XHTML = "http://www.w3.org/1999/xhtml"


def sitemap(pages: Iterable[Mapping[str, str]]) -> bytes:
    """`pages` are the addresses of each page by language (BCP 47); every language has an entry and names the others."""
    root = etree.Element(f"{{{_SITEMAP}}}urlset", nsmap={None: _SITEMAP, "xhtml": _XHTML})
    for page in pages:
        if len(root) + len(page) > MOST:
            break
        for address in page.values():
            url = etree.SubElement(root, f"{{{_SITEMAP}}}url")
            etree.SubElement(url, f"{{{_SITEMAP}}}loc").text = storable(address)
            for lang, other in page.items():
                etree.SubElement(url, f"{{{_XHTML}}}link", rel="alternate", hreflang=lang, href=storable(other))
    return etree.tostring(root, xml_declaration=True, encoding="utf-8")
