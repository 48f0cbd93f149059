"""CSV (RFC 4180), for spreadsheets and scripts.

It begins with a byte order mark: without one, Excel takes UTF-8 for the system's old code page and half of our titles
are Chinese. Python reads it as `utf-8-sig`; pandas, R and LibreOffice drop it by themselves.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from aggregator.model import StoredItem
from aggregator.publish.channel import Channel, timestamp
from aggregator.text.html import plain, storable

MEDIA_TYPE = "text/csv"
COLUMNS = ("id", "dated", "source", "title", "link", "lang", "tier", "tags", "summary")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "％", "＝", "＋", "－", "＠")  # full-width signs work as well


def sheet(channel: Channel, items: Sequence[StoredItem]) -> bytes:
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(COLUMNS)
    for item in items:
        table.writerow([harmless(cell) for cell in _cells(channel, item)])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _cells(channel: Channel, item: StoredItem) -> tuple[str, ...]:
    return (
        channel.site.item_id(item), timestamp(item.dated), item.source_id, item.heading,
        item.link or channel.site.item_page(item), item.lang, str(item.tier), " ".join(map(str, item.tags)),
        plain(item.summary),
    )  # fmt: skip


def harmless(cell: str) -> str:
    """A cell that no spreadsheet runs as a formula: an apostrophe makes it text, behind white space as well."""
    cell = storable(cell)
    return f"'{cell}" if cell.startswith(_FORMULA) or cell.lstrip().startswith(_FORMULA) else cell
