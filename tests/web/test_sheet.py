"""Every listing as a table: read back as it was, and harmless in a spreadsheet."""

from __future__ import annotations

import csv
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.publish.sheet import COLUMNS, harmless, sheet
from aggregator.publish.table import Table, as_csv
from aggregator.text.html import plain, storable
from tests.web.site import LISTINGS, Site, entries, local, words
from tests.web.test_feed_documents import CHANNEL, listings

ATTACKS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\r\n=cmd|' /C calc'!A0", "＝1", "＠x", "|cmd"]


def rows(document: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(document.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("path", LISTINGS)
def test_a_table_has_the_items_of_its_page(site: Site, path: str) -> None:
    answer = site.get(f"{path}.csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.data.startswith(b"\xef\xbb\xbf")
    found = rows(answer.data)
    assert list(found[0]) == list(COLUMNS)
    shown = entries(site.page(path))
    assert [(row["title"], row["link"]) for row in found][: len(shown)] == shown


def test_a_long_table_says_where_the_next_rows_are(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = rows(site.get("/region/cn.csv?lang=zh").data)
    monkeypatch.setattr("web.feeds._ROWS", 3)
    found: list[dict[str, str]] = []
    address = "/region/cn.csv?lang=zh"
    while address:
        answer = site.get(address)
        found += rows(answer.data)
        following = re.search(r'<([^>]+)>; rel="next"', ", ".join(answer.headers.getlist("Link")))
        address = local(following[1]) if following else ""
    assert len(found) > 6
    assert [row["id"] for row in found] == [row["id"] for row in whole]


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("/items.atom?before=2025-03-16T00:00:00Z~1", "before: a feed has the newest items"),
        ("/items.rss?after=2025-03-16T00:00:00Z~1", "after: a feed has the newest items"),
        ("/company/baidu.json?sort=relevance&q=ernie", "sort: a feed has the newest items"),
        ("/company/baidu.csv?sort=relevance&q=ernie", "sort: a table is in the order of time"),
    ],
)
def test_places_that_a_document_does_not_have(site: Site, address: str, reason: str) -> None:
    assert reason in words(site.page(address, 400).select_one("main"))


def test_a_row_says_what_the_item_says(site: Site) -> None:
    item = site.item("GPT-4.5 is here as a research preview")
    (row,) = [row for row in rows(site.get("/source/model-watch.csv").data) if row["title"] == item.title]
    assert row["id"] == f"tag:localhost,2026:item/{item.id}"
    assert row["tags"].split() == [str(tag) for tag in item.tags]
    assert (row["source"], row["lang"], row["tier"]) == ("model-watch", "en", str(item.tier))
    assert row["summary"] == plain(item.summary)


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_cell_is_a_formula(attack: str) -> None:
    assert harmless(attack).startswith("'")


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_cell_of_a_chart_is_a_formula(attack: str) -> None:
    written = as_csv(Table("A chart", ("name", "number"), ((attack, 1.5),)))
    assert list(csv.reader(io.StringIO(written)))[1] == [harmless(attack), "1.5"]


@pytest.mark.parametrize("text", ["AI", "C++", "百度", "", "1-2", "a=b"])
def test_other_cells_stay_as_they_are(text: str) -> None:
    assert harmless(text) == text


@given(listings)
def test_what_is_written_is_read_back(listing: list) -> None:  # type: ignore[type-arg]
    found = rows(sheet(CHANNEL, listing))
    assert [row["title"].removeprefix("'") for row in found] == [storable(i.heading).removeprefix("'") for i in listing]


@given(st.text())
def test_no_text_begins_like_a_formula(text: str) -> None:
    assert not harmless(text).lstrip().startswith(("=", "+", "-", "@", "|"))
