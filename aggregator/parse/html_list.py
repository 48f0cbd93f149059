"""A list page, read by CSS selectors with Beautiful Soup.

A selector is CSS; "." is the row itself, and "a@title" an attribute of what "a" finds. `date = "link"` is the date that
the link's path holds (/202503/16/, /t20250316_1.html).
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime

import soupsieve
from bs4 import Tag
from soupsieve import SelectorSyntaxError

from aggregator.errors import ParseError
from aggregator.model import Entry, Feed, Selectors
from aggregator.parse.document import Document
from aggregator.parse.soup import soup_of
from aggregator.text.dates import counted_back, parse_date
from aggregator.text.urls import web_link

_ATTRIBUTE = re.compile(r"@[\w-]+$")
_DAY_IN_PATH = re.compile(r"(?<!\d)(20\d{2})[-/]?(0[1-9]|1[0-2])[-/]?(0[1-9]|[12]\d|3[01])(?!\d)")
_SHORT_DAY_IN_PATH = re.compile(r"/(20\d{2})/([1-9]|1[0-2])/([1-9]|[12]\d|3[01])/")  # as offices in China have it
_MONTH_IN_PATH = re.compile(r"(?<!\d)(20\d{2})[-/]?(0[1-9]|1[0-2])()(?!\d)")


def parse_html_list(document: Document) -> Feed:
    """Raises ParseError where the selectors match nothing: a page that has changed is an error, not an empty day."""
    selectors = document.selectors or Selectors(items="article", title="a")
    soup = soup_of(document.body, document.charset)
    base = soup.select_one("base[href]")
    url = (base and web_link(str(base["href"]), document.url)) or document.url
    try:
        rows = soup.select(selectors.items)
        entries = [entry for row in rows if (entry := _entry(row, selectors, document, url)).title]
    except SelectorSyntaxError as error:
        raise ParseError(f"a selector cannot be read: {str(error).splitlines()[0]}") from None
    if which := _fruitless(selectors, rows, entries):
        raise ParseError(f"the selectors match nothing on the page ({which} = {getattr(selectors, which)!r})")
    undated = selectors.date and not any(entry.published for entry in entries)
    language = soup.html.get("lang") if soup.html else ""
    title = soup.title.get_text(strip=True) if soup.title else ""
    warning = f"date = {selectors.date!r} finds no date in any of {len(entries)} rows" if undated else ""
    return Feed(title, str(language or ""), tuple(dict.fromkeys(entries)), warning=warning)


def _fruitless(selectors: Selectors, rows: Sequence[Tag], entries: Sequence[Entry]) -> str:
    """The name of a selector that finds nothing on the page, though it must."""
    if not entries:
        return "title" if rows else "items"
    css, _ = _split(selectors.link)
    matched = css in ("", ".") or any(row.select_one(css) for row in rows)
    return "link" if selectors.link and not (matched and any(entry.link for entry in entries)) else ""


def unreadable(selectors: Selectors) -> Iterator[tuple[str, str]]:
    """The selectors that are no CSS, by name, and why."""
    for name, selector in asdict(selectors).items():
        css, _ = _split(selector)
        if (css in ("", ".") and name != "items") or (name, css) == ("date", "link"):
            continue
        try:
            soupsieve.compile(css)
        except SelectorSyntaxError as error:
            yield name, str(error).splitlines()[0]


def _entry(row: Tag, selectors: Selectors, document: Document, url: str) -> Entry:
    link = _link(row, selectors, url)
    date = _text(row, selectors.date) if selectors.date not in ("", "link") else ""
    return Entry(
        id="",
        link=link,
        title=html.escape(_title(row, selectors.title), quote=False),
        summary=html.escape(_text(row, selectors.summary), quote=False),
        published=parse_date(date, document.now, document.zone) if date else _date_of(link, selectors, document),
        key_dates=document.key_dates(_text(row, selectors.comments_close_on), _text(row, selectors.effective_on)),
        counted_back=counted_back(date),
    )


def _split(selector: str) -> tuple[str, str]:
    """The CSS, and the attribute that is asked for."""
    css, _, attribute = selector.rpartition("@") if _ATTRIBUTE.search(selector) else (selector, "", "")
    return css, attribute


def _find(row: Tag, selector: str) -> Tag | None:
    return row if selector == "." else row.select_one(selector)


def _text(row: Tag, selector: str) -> str:
    css, attribute = _split(selector)
    found = _find(row, css) if css else None
    if found is None:
        return ""
    return str(found.get(attribute) or "") if attribute else found.get_text(" ", strip=True)


def _title(row: Tag, selector: str) -> str:
    css, attribute = _split(selector)
    found = None if attribute else _find(row, css)
    shown, whole = _text(row, selector), str((found and found.get("title")) or "")
    # The title attribute holds the whole where the page shows a shortened text; of others it says what a click does.
    return whole if whole.startswith(shown.rstrip(".… ")) else shown


def _link(row: Tag, selectors: Selectors, url: str) -> str:
    """The row's address; where it has none, the page with the row's anchor."""
    css, attribute = _split(selectors.link)
    marked = row if css == "." or (not css and row.get("href")) else None
    links = [marked] if marked else row.select(css or "a[href]")
    for link in links:  # the first that leads somewhere: others are buttons
        href = str(link.get(attribute or "href") or "").strip()
        if href.strip("#") and (found := web_link(href, url)):
            return found
    anchored = row if row.get("id") else row.select_one("[id]")
    return web_link(f"#{anchored['id']}", url) if anchored else ""


def _date_of(link: str, selectors: Selectors, document: Document) -> datetime | None:
    if selectors.date != "link":
        return None
    found = _DAY_IN_PATH.search(link) or _SHORT_DAY_IN_PATH.search(link) or _MONTH_IN_PATH.search(link)
    return parse_date(f"{found[1]}-{found[2]}-{found[3] or '01'}", document.now, document.zone) if found else None
