"""Listings as hostile as they come: what strangers may have written into an entry, as the store would give it back.

How many are drawn is the profile's to say: a hundred, or with --hypothesis-profile=thousand a thousand.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from aggregator.model import Entry, Evidence, IdentifiedEntry, Identity, StoredItem, Tag, Tier
from aggregator.publish.channel import Channel, Link, Site
from aggregator.refresh.normalise import normalise
from tests.fakes import START
from tests.samples import make_source

OFTEN = settings(suppress_health_check=[HealthCheck.too_slow])
SITE = Site("https://wire.example")
CHANNEL = Channel("Wire", "All items", SITE, f"{SITE}/items", f"{SITE}/items.atom", START, "Wire")

MARKUP = """< > & &amp; &#8; &lt;script&gt; ]]> <![CDATA[ <!-- -- " ' <script>alert(1)</script> <?xml?> &no; a"""
ODD = ["\x00", "\x0b", "\r\n", "\u202e", "\u200f", "\u2028", "\x85", "\ufffe", "\uffff", "\ud800", "\ufeff"]
FORMULAS = ["=1+1", "+1", "-1", "@x", "|", "＝", "\t", '"', ",", ";", "'"]
bits = st.sampled_from(
    [*MARKUP.split(), *ODD, *FORMULAS, "<a href='javascript:x' onclick=x>y</a>", "😀", "𝕏", "e\u0301", "人工", " "]
)
huge = st.builds(str.__mul__, bits, st.integers(200, 3000))
texts = st.lists(bits, max_size=12).map("".join) | st.text(max_size=40) | huge | st.just("")
encodable = texts.map(lambda text: text.encode("utf-8", "ignore").decode())  # as feeds.toml and searches are
hosts = st.sampled_from(
    [
        "https://news.example/",
        "http://[::1]/",
        "https://例子.中国/",
        "//x/",
        "javascript:",
        "data:,",
        "",
        "https://a@b:9/?q=%zz&x#&",
        "mailto:",
    ]
)
EDGES = [datetime.min, datetime.max, datetime(1969, 12, 31), datetime(1999, 12, 31, 23, 59, 59, 999_999)]
zones = st.sampled_from([UTC, timezone(timedelta(hours=14)), timezone(timedelta(hours=-12)), timezone(timedelta(0, 1))])
moments = st.builds(lambda moment, zone: moment.replace(tzinfo=zone), st.sampled_from(EDGES) | st.datetimes(), zones)
entries = st.builds(
    Entry, texts, st.builds(str.__add__, hosts, texts), texts, texts, moments | st.none(), moments | st.none(),
    st.sampled_from(["", "en", "zh-CN", "x_y", "<b>", "e\u0301", "a" * 9]),
)  # fmt: skip
tags = st.lists(st.sampled_from(["company/baidu", "model/ernie-4-5", "topic/policy"]), unique=True)


def stored(number: int, entry: Entry, names: list[str], source_title: str = "News") -> StoredItem:
    """An entry as the store would give it back."""
    found = IdentifiedEntry(Identity("id", "key"), "print", entry)
    item = normalise(found, make_source(), "https://news.example/feed", "", START)
    evidence = (Evidence("title", 0, 1, item.title[:1], "name"),)
    tagged = tuple(Tag(*name.split("/"), evidence) for name in names)
    return StoredItem(
        id=number, source_id="news", source_title=source_title, source_class="", link=item.link, title=item.title,
        heading=item.title or "(no title)",
        summary=item.summary, published=item.published, updated=item.updated, first_seen=START, changed=START,
        dated=item.published or START, lang=item.lang, tier=Tier.CORE, tags=tagged,
    )  # fmt: skip


items = st.builds(stored, st.integers(1, 2**31 - 1), entries, tags, encodable)
listings = st.lists(items, max_size=5, unique_by=lambda item: item.id)
channels = st.builds(
    lambda title, words, archive: replace(
        CHANNEL, title=title, subtitle=words, author=title or "x", archive=archive,
        links=(Link("prev-archive", f"{SITE}/items/archive/2025-02.atom?q=<&>"),) if archive else (),
    ),
    encodable, encodable, st.booleans(),
)  # fmt: skip
