"""Compares this program with feedparser alone on a folder of feed documents: python scripts/yardstick.py FOLDER

Every *.xml, *.rss and *.atom below the folder is read by both. The table has how many of feedparser's entries are lost,
and in what share of the others titles, dates and links agree; below it, every difference. Two entries with one id and
one link are one and have one number, and what is beyond `max_items` does not count, for so it is meant. A document may
name its type, as feedparser's own test documents do, in a comment: `Header: Content-type: text/xml; charset=gb2312`.

Exit code 1 if an entry is lost, or if less than 99.9 % of the titles and dates or 99 % of the links agree.
"""

import calendar
import html
import io
import re
import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import feedparser
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from aggregator.errors import ParseError
from aggregator.model import Entry, Limits, Page, Source
from aggregator.refresh.reading import read
from aggregator.text.html import shorten, storable, text_of
from aggregator.text.urls import web_link

SUFFIXES = {".xml", ".rss", ".atom"}
AGREEMENT = {"title": 99.9, "date": 99.9, "link": 99.0}  # percent of the entries that both read
BASE = "http://localhost/"  # where relative links count from
HEADER = re.compile(rb"^\s*Header:\s+content-type:\s*(\S.*?)\s*$", re.IGNORECASE | re.MULTILINE)
SHOWN = 200  # characters of a text


class Said(NamedTuple):
    """What a reader says of an entry, in a form that can be compared."""

    id: str
    title: str
    date: datetime | None
    link: str

    @property
    def name(self) -> tuple[str, str]:
        return self.id or self.title, self.link


Pair = tuple[Said | None, Said | None]  # ours and feedparser's


def compare(path: Path) -> list[Pair]:
    """What both say of every entry of a document."""
    body = path.read_bytes()
    told = HEADER.search(body)
    content_type = told[1].decode("latin-1") if told else ""
    return paired(we_read(body, content_type), feedparser_reads(body, content_type))


def we_read(body: bytes, content_type: str) -> list[Said]:
    try:
        reading = read(Source("document", BASE, "Document"), Page(BASE, body, content_type), datetime.now(UTC))
    except ParseError:
        return []
    return [_ours(found.entry) for found in reading.entries]


def _ours(entry: Entry) -> Said:
    title, date = text_of(entry.title), entry.published or entry.updated
    return Said(storable(entry.id).strip(), title, date, web_link(entry.link, BASE))


def feedparser_reads(body: bytes, content_type: str) -> list[Said]:
    headers = {"content-type": content_type} if content_type else {}
    entries: list[Any] = []
    with suppress(Exception):  # some damage is too much for it
        entries = feedparser.parse(io.BytesIO(body), response_headers=headers).entries
    distinct: dict[tuple[object, ...], Said] = {}  # the first counts
    for number, said in enumerate(map(_theirs, entries[: Limits().items])):
        # Those with neither id nor link are never one.
        distinct.setdefault(said.name if said.id or said.link else (number,), said)
    return list(distinct.values())


def _theirs(entry: Any) -> Said:
    title, link, identifier = (str(entry.get(name) or "") for name in ("title", "link", "id"))
    if (entry.get("title_detail") or {}).get("type") == "text/plain":
        title = html.escape(title, quote=False)
    # Its own `get` answers one date for the other, and warns of it.
    parsed, date = dict.get(entry, "published_parsed") or dict.get(entry, "updated_parsed"), None
    with suppress(ValueError, OverflowError):  # the year 0
        date = datetime.fromtimestamp(calendar.timegm(parsed), UTC) if parsed else None
    return Said(storable(identifier).strip(), text_of(title), date, web_link(link, BASE))


def paired(ours: Sequence[Said], theirs: Sequence[Said]) -> list[Pair]:
    """Ours and feedparser's entries: in order where all are there, else by their names."""
    if len(ours) == len(theirs):
        return list(zip(ours, theirs, strict=True))
    by_name = {said.name: said for said in ours}
    pairs = [(by_name.pop(said.name, None), said) for said in theirs]
    return [*pairs, *((said, None) for said in by_name.values())]


def main(folder: Path, console: Console) -> int:
    paths = sorted(path for path in folder.rglob("*") if path.suffix in SUFFIXES and path.is_file())
    counts: Counter[str] = Counter()
    differences = Table("document", "entry", "field", "ours", "feedparser's", box=None)
    for path in paths:
        for number, (ours, theirs) in enumerate(compare(path), 1):
            counts["entries"] += theirs is not None
            counts["lost"] += ours is None
            for field in AGREEMENT if ours and theirs else ("name",):
                pair = [getattr(said, field, None) for said in (ours, theirs)]
                counts[field] += pair[0] == pair[1]
                if pair[0] != pair[1]:
                    shown = (escape(shorten(str(value or "–"), SHOWN)) for value in pair)
                    differences.add_row(escape(str(path.relative_to(folder))), str(number), field, *shown)
    both = counts["entries"] - counts["lost"]
    agreement = {field: 100 * counts[field] / both if both else 100.0 for field in AGREEMENT}
    totals = Table("documents", "entries", "lost", *(f"{field}s" for field in AGREEMENT), box=None)
    shares = (f"{share:.2f} %" for share in agreement.values())
    totals.add_row(str(len(paths)), str(counts["entries"]), str(counts["lost"]), *shares)
    console.print(totals)
    console.print()
    console.print(differences)
    return 1 if counts["lost"] or any(agreement[field] < least for field, least in AGREEMENT.items()) else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(Path(sys.argv[1]), Console(width=None if sys.stdout.isatty() else 160)))
