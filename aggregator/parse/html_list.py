"""A list page, read by CSS selectors with Beautiful Soup."""

from __future__ import annotations

import html

from bs4 import BeautifulSoup, Tag
from soupsieve import SelectorSyntaxError

from aggregator.errors import ParseError
from aggregator.model import Entry, Feed, Selectors
from aggregator.parse.document import Document
from aggregator.text.dates import parse_date
from aggregator.text.urls import web_link


def parse_html_list(document: Document) -> Feed:
    """Raises ParseError where the selectors match nothing: a page that has changed is an error, not an empty day."""
    selectors = document.selectors or Selectors(items="article", title="a")
    try:
        soup = BeautifulSoup(document.body, "lxml", from_encoding=document.charset or None)
    except Exception as error:  # a charset that is no name, say
        raise ParseError(f"the page is too damaged to be read ({type(error).__name__}: {error})") from None
    base = soup.select_one("base[href]")
    url = (base and web_link(str(base["href"]), document.url)) or document.url
    try:
        entries = tuple(_entry(row, selectors, document, url) for row in soup.select(selectors.items))
    except SelectorSyntaxError as error:
        raise ParseError(f"a selector cannot be read: {str(error).splitlines()[0]}") from None
    if not any(entry.title for entry in entries):
        raise ParseError(f"the selectors match nothing on the page (items = {selectors.items!r})")
    language = soup.html.get("lang") if soup.html else ""
    return Feed(
        title=soup.title.get_text(strip=True) if soup.title else "",
        lang=str(language or ""),
        entries=tuple(entry for entry in entries if entry.title),
    )


def _entry(row: Tag, selectors: Selectors, document: Document, url: str) -> Entry:
    title = row.select_one(selectors.title)
    anchor = row.select_one(selectors.link or "a[href]") or title
    href = str(anchor.get("href") or "") if anchor else ""
    link = web_link(href, url) if href else ""
    date = row.select_one(selectors.date) if selectors.date else None
    summary = row.select_one(selectors.summary) if selectors.summary else None
    return Entry(
        id=link,
        link=link,
        # The title attribute holds the whole where the page shows a shortened text.
        title=html.escape(str(title.get("title") or title.get_text(" ", strip=True)), quote=False) if title else "",
        summary=html.escape(summary.get_text(" ", strip=True), quote=False) if summary else "",
        published=parse_date(date.get_text(" ", strip=True), document.now, document.zone) if date else None,
    )
