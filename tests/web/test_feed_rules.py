"""Every document that leaves the house keeps the rules of its kind, whatever stands in it; other programs read it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.digests import compose, cutting_of, day_of, week_of
from aggregator.model import ClosedDigest, Erratum, Latecomer, StoredItem
from aggregator.publish import digest as digests
from aggregator.publish.atom import atom
from aggregator.publish.channel import Channel
from aggregator.publish.jsonfeed import json_feed
from aggregator.publish.notices import WRITERS
from aggregator.publish.opml import Outline, opml, read_opml
from aggregator.publish.rss import rss
from aggregator.publish.sheet import COLUMNS, harmless, sheet
from aggregator.text.html import plain
from tests.fakes import START
from tests.text.harmless import assert_harmless
from tests.web.entries import OFTEN, SITE, channels, encodable, listings
from tests.web.grammar import atom_faults, json_feed_faults
from tests.web.rules import csv_rows, rss_faults

zones = st.sampled_from(["UTC", "Asia/Shanghai", "Pacific/Kiritimati", "America/St_Johns"]).map(ZoneInfo)


@st.composite
def pages(draw: st.DrawFn) -> digests.DigestPage:
    """A digest of hostile items, closed or not, with what came later and what was corrected."""
    zone, weekly = draw(zones), draw(st.booleans())
    period = (week_of if weekly else day_of)(START, zone)
    cuttings = [cutting_of(item) for item in draw(listings)]
    digest = compose(period, cuttings, draw(st.lists(encodable, max_size=2)))
    closed = ClosedDigest(digest, START + timedelta(hours=6), "0" * 64) if draw(st.booleans()) else None
    added = tuple(Latecomer(cutting_of(item), item.first_seen) for item in draw(listings))
    errata = tuple(Erratum(cutting, draw(encodable), START) for cutting in cuttings[:2])
    address = f"{SITE}/digest/{period.name}?q=%3C&company=-baidu"
    return digests.DigestPage(draw(encodable), address, SITE, digest, closed, added, errata)


@OFTEN
@given(channels, listings)
def test_atom_keeps_its_rules(channel: Channel, listing: list[StoredItem]) -> None:
    assert atom_faults(atom(channel, listing)) == []


@OFTEN
@given(channels, listings)
def test_rss_keeps_its_rules(channel: Channel, listing: list[StoredItem]) -> None:
    assert rss_faults(rss(channel, listing)) == []


@OFTEN
@given(channels, listings)
def test_json_feed_keeps_its_rules(channel: Channel, listing: list[StoredItem]) -> None:
    assert json_feed_faults(json_feed(channel, listing)) == []


@OFTEN
@given(channels, listings)
def test_csv_can_be_read_back(channel: Channel, listing: list[StoredItem]) -> None:
    head, *rows = csv_rows(sheet(channel, listing))
    assert tuple(head) == COLUMNS
    found = [dict(zip(head, row, strict=True)) for row in rows]
    assert [row["title"] for row in found] == [harmless(item.heading) for item in listing]
    assert [row["summary"] for row in found] == [harmless(plain(item.summary)) for item in listing]
    assert [row["id"] for row in found] == [channel.site.item_id(item) for item in listing]


@OFTEN
@given(channels, st.lists(pages(), max_size=2, unique_by=lambda page: page.digest.period))
def test_a_feed_of_digests_keeps_the_rules_and_is_read(channel: Channel, written: list[digests.DigestPage]) -> None:
    notices, said_of = [digests.as_notice(page) for page in written], replace(channel, archive=False)
    assert rss_faults(WRITERS["rss"](said_of, notices)) == []
    assert json_feed_faults(WRITERS["json"](said_of, notices)) == []
    document = WRITERS["atom"](said_of, notices)
    assert atom_faults(document) == []
    read = feedparser.parse(document, sanitize_html=False)
    assert not read.bozo, read.get("bozo_exception")
    said = [page.address.removeprefix(f"{page.site}/") for page in written]
    assert [entry.id.partition("2026:")[2] for entry in read.entries] == said


@OFTEN
@given(pages())
def test_a_digest_as_data_can_be_read_back(page: digests.DigestPage) -> None:
    found = json.loads(digests.as_json(page))
    assert [story["lead"]["title"] for story in found["stories"]] == [piece.lead.title for piece in page.digest.pieces]


def repaired(text: str) -> str:
    """A text as feedparser has it, which takes "Â¡" for UTF-8 that somebody has read as Latin-1."""
    try:
        return text.encode("iso-8859-1").decode()
    except UnicodeError:
        return text


@OFTEN
@given(channels, listings, st.sampled_from([atom, rss]))
def test_another_reader_reads_every_entry(
    channel: Channel, listing: list[StoredItem], write: Callable[[Channel, list[StoredItem]], bytes]
) -> None:
    read = feedparser.parse(write(channel, listing), sanitize_html=False, resolve_relative_uris=False)
    assert not read.bozo, read.get("bozo_exception")
    assert [entry.id for entry in read.entries] == [channel.site.item_id(item) for item in listing]
    for entry, item in zip(read.entries, listing, strict=True):
        if "&" not in item.link:  # in those of RSS, feedparser sees references within references
            link = item.link or channel.site.item_page(item)
            assert entry.link == (repaired(link) if write is rss else link)  # Atom's are attributes: left as they are
        assert_harmless(entry.get("summary", ""))
        assert entry.published_parsed[:6] == item.dated.timetuple()[:6]


@OFTEN
@given(
    encodable, st.lists(st.tuples(encodable, st.sampled_from([f"{SITE}/a.atom", f"{SITE}/b.atom?q=<&>"])), max_size=4)
)
def test_a_list_of_feeds_can_be_read_back(title: str, named: list[tuple[str, str]]) -> None:
    found = read_opml(opml(title, {"Companies": [Outline(name, feed) for name, feed in named]}))
    assert [one.feed for one in found] == [feed for _, feed in named]


GOOD = b'<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>a</title>'
GOOD += b'<link>https://a.example/</link><description/><atom:link rel="self" href="https://a.example/x.rss"/><item>'
GOOD += b'<title>t</title><guid isPermaLink="false">tag:1</guid><pubDate>Sun, 16 Mar 2025 12:00:00 +0000</pubDate>'
GOOD += b'<source url="https://a.example/s.rss">s</source></item></channel></rss>'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"<title>a</title>", b""), (b"<description/>", b""), (b"<title>t</title>", b""), (b"Sun,", b"Mon,"),
        (b"16 Mar 2025", b"2025-03-16"), (b' isPermaLink="false"', b""), (b"<description/>", b"<nonsense/>"),
        (b'<guid isPermaLink="false">tag:1</guid>', b""), (b' url="https://a.example/s.rss"', b""),
        (b"</item>", b"<title>u</title></item>"), (b"https://a.example/<", b"javascript:x<"), (b'"2.0"', b'"0.91"'),
    ],
)  # fmt: skip
def test_the_rules_refuse_what_is_not_rss(before: bytes, after: bytes) -> None:
    assert rss_faults(GOOD) == []
    assert before in GOOD
    broken = GOOD.replace(before, after, 1)
    assert rss_faults(broken) != []
