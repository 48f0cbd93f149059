"""What RSS 2.0 (rssboard.org/rss-specification) and RFC 4180 ask of a document."""

from __future__ import annotations

import csv
import io
import re
from email.utils import format_datetime, parsedate_to_datetime
from urllib.parse import urlsplit

from lxml import etree

_ATOM_LINK = "{http://www.w3.org/2005/Atom}link"
_CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
_CHANNEL = {"title": 1, "link": 1, "description": 1, "language": 0, "lastBuildDate": 0, "generator": 0}
_ITEM = {"title": 0, "link": 0, "description": 0, "guid": 0, "pubDate": 0, "source": 0, _CREATOR: 0}
_DATE = re.compile(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{8} ([+-][0-9]{4}|GMT)")
_NEVER = re.compile(r"[\x00-\x20\x7f]")  # in an address; other characters make it one of RFC 3987


def rss_faults(document: bytes) -> list[str]:
    """Every fault of an RSS document."""
    root = etree.fromstring(document)
    if (root.tag, root.get("version"), [child.tag for child in root]) != ("rss", "2.0", ["channel"]):
        return ["no RSS 2.0 with one channel"]
    channel = root[0]
    faults = _counted(channel, _CHANNEL, {"item", _ATOM_LINK}) + _dates(channel, "lastBuildDate")
    faults += [] if channel.xpath("a:link[@rel='self']", namespaces={"a": _ATOM_LINK[1:-5]}) else ["no link to itself"]
    faults += [f"a link leads to {one.text!r}" for one in channel.iter("link") if not _is_address(one.text)]
    for item in channel.iter("item"):
        faults += _item(item)
    guids = [guid.text for guid in channel.iter("guid")]
    return faults + (["two items have one guid"] if len(set(guids)) < len(guids) else [])


def _item(item: etree._Element) -> list[str]:
    faults = _counted(item, _ITEM, {"category", _ATOM_LINK}) + _dates(item, "pubDate")
    if not (item.findtext("title") or item.findtext("description")):
        faults.append("an item has neither title nor description")
    guid = item.find("guid")
    if guid is None or not guid.text:
        faults.append("an item has no guid")
    elif guid.get("isPermaLink", "true") == "true" and not _is_address(guid.text):
        faults.append(f"the guid {guid.text!r} is no address, and does not say so")
    return faults + [
        f"a source has the address {s.get('url')!r}" for s in item.iter("source") if not _is_address(s.get("url"))
    ]


def _counted(parent: etree._Element, known: dict[str, int], many: set[str]) -> list[str]:
    """What is missing, there twice, or not known."""
    found = [str(child.tag) for child in parent if str(child.tag) not in many]
    faults = [f"{parent.tag} has {tag}, which is not known" for tag in found if tag not in known]
    return faults + [
        f"{parent.tag} has {found.count(tag)} {tag}"
        for tag, least in known.items()
        if not least <= found.count(tag) <= 1
    ]


def _dates(parent: etree._Element, tag: str) -> list[str]:
    """Dates that are not as RFC 822 has them, with four digits for the year and the right day of the week."""
    texts = [found.text or "" for found in parent.iterchildren(tag)]
    wrong = [text for text in texts if not _DATE.fullmatch(text)]
    return wrong or [text for text in texts if format_datetime(parsedate_to_datetime(text))[:3] != text[:3]]


def _is_address(text: str | None) -> bool:
    parts = urlsplit(text or "")
    return parts.scheme in ("http", "https") and bool(parts.netloc) and not _NEVER.search(text or "")


def csv_rows(document: bytes) -> list[list[str]]:
    """The rows of a CSV document: UTF-8 with its mark, lines that end as RFC 4180 says, as many cells in each."""
    text = document.decode("utf-8")
    assert text.startswith("\ufeff")
    assert text.endswith("\r\n")
    rows = list(csv.reader(io.StringIO(text[1:], newline=""), strict=True))
    assert {len(row) for row in rows} == {len(rows[0])}
    return rows
