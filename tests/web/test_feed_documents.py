"""Feeds as documents: whatever an item says, they are well-formed, valid, and say the same."""

from __future__ import annotations

import json
from dataclasses import replace

import feedparser
import pytest
from hypothesis import given, settings
from lxml import etree

from aggregator.model import Entry, StoredItem
from aggregator.publish.atom import atom
from aggregator.publish.channel import Channel
from aggregator.publish.jsonfeed import json_feed
from aggregator.publish.rss import rss
from aggregator.text.html import storable
from tests.fakes import START
from tests.text.harmless import assert_harmless
from tests.web.entries import CHANNEL, OFTEN, channels, listings, stored
from tests.web.grammar import ATOM, atom_faults, json_feed_faults
from tests.web.site import Site


def texts_of(document: bytes, path: str) -> list[str]:
    return [found.text or "" for found in etree.fromstring(document).xpath(path, namespaces=ATOM)]


@OFTEN
@given(channels, listings)
def test_atom_is_valid_and_says_what_the_items_say(channel: Channel, listing: list[StoredItem]) -> None:
    document = atom(channel, listing)
    assert atom_faults(document) == []
    assert texts_of(document, "a:title") == [storable(channel.title)]
    assert texts_of(document, "a:entry/a:title") == [storable(item.heading) for item in listing]
    summaries = texts_of(document, "a:entry/a:summary")
    assert summaries == [item.summary for item in listing if item.summary]
    for summary in summaries:
        assert_harmless(summary)


@OFTEN
@given(channels, listings)
def test_rss_is_well_formed_and_says_what_the_items_say(channel: Channel, listing: list[StoredItem]) -> None:
    document = rss(channel, listing)
    assert texts_of(document, "channel/item/title") == [storable(item.heading) for item in listing]
    assert texts_of(document, "channel/item/description") == [item.summary for item in listing if item.summary]
    assert len(set(texts_of(document, "channel/item/guid"))) == len(listing)
    assert all(link.startswith(("http://", "https://")) for link in texts_of(document, "//link"))


@OFTEN
@given(channels, listings)
def test_json_feed_is_valid_and_says_what_the_items_say(channel: Channel, listing: list[StoredItem]) -> None:
    document = json_feed(channel, listing)
    assert json_feed_faults(document) == []
    found = json.loads(document)["items"]
    assert [item["title"] for item in found] == [item.heading for item in listing]
    assert [item["content_html"] for item in found] == [item.summary for item in listing]
    assert [item["tags"] for item in found if "tags" in item] == [[*map(str, i.tags)] for i in listing if i.tags]


@settings(OFTEN, max_examples=40)
@given(listings)
@pytest.mark.parametrize("write", [atom, rss])
def test_a_reader_takes_all_entries_without_complaint(write: type, listing: list[StoredItem]) -> None:
    read = feedparser.parse(write(CHANNEL, listing))
    assert not read.bozo, read.get("bozo_exception")
    assert [entry.id for entry in read.entries] == [CHANNEL.site.item_id(item) for item in listing]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"<title>Wire</title>", b""),
        (b"<title>Wire</title>", b"<title>Wire</title><title>again</title>"),
        (b"<id>tag:wire.example,2026:/items</id>", b""),
        (b"2025-03-16T12:00:00Z", b"16 March"),
        (b"<generator>", b"<nonsense/><generator>"),
        (b"<generator>", b'<generator xmlns="http://www.w3.org/2005/Atom" uri2="x">'),
        (b'href="https://wire.example/items.atom"', b""),
        (b'rel="related" type="text/html"', b'rel="alternate"'),
        (b'rel="alternate" href', b'rel="via" href'),
        (b'type="html"', b'type="markup"'),
        (b'term="baidu"', b""),
        (b'xml:lang="en"', b'xml:lang="a language"'),
        (b"<name>Wire</name>", b""),
        (b"<author>", b"<source>"),
    ],
)
def test_the_grammar_refuses_what_is_not_atom(before: bytes, after: bytes) -> None:
    entry = Entry("a", "https://news.example/a", "Title", "<p>Some words</p>", START)
    document = atom(CHANNEL, [stored(1, entry, ["company/baidu"])])
    assert atom_faults(document) == []
    assert before in document
    broken = document.replace(before, after)
    assert atom_faults(broken.replace(b"</author>", b"</source>") if before == b"<author>" else broken) != []


@pytest.mark.parametrize("foreign", ['<x:y xmlns:x="urn:x" z="1">a<x:b/></x:y>', '<y xmlns="">a</y>'])
def test_the_grammar_takes_extensions(foreign: str) -> None:
    document = atom(CHANNEL, [])
    assert atom_faults(document.replace(b"<generator>", f"{foreign}<generator>".encode())) == []


def test_the_sample_feeds_in_atom_are_valid_by_the_same_grammar(site: Site) -> None:
    assert atom_faults(atom(CHANNEL, site.items())) == []
    assert json_feed_faults(json_feed(CHANNEL, site.items())) == []


def test_an_entry_is_by_its_source_in_every_format(site: Site) -> None:
    expected = [(item.heading, item.source_title) for item in site.items("company=baidu")]
    for suffix in ("atom", "rss"):
        found = feedparser.parse(site.get(f"/company/baidu.{suffix}").data).entries
        assert [(entry.title, entry.author) for entry in found] == expected != []
        assert all(any(link.rel == "related" and "/item/" in link.href for link in entry.links) for entry in found)
    told = json.loads(site.get("/company/baidu.json").data)["items"]
    assert [(entry["title"], entry["authors"][0]["name"]) for entry in told] == expected


@pytest.mark.parametrize(
    ("lang", "title", "said"),
    [
        ("zh", "國務院發布新規定", "zh-Hant"),
        ("zh", "国务院发布新规定", "zh-Hans"),
        ("en", "A title", "en"),
        ("", "A title", "und"),
    ],
)
def test_a_title_in_chinese_names_its_script(lang: str, title: str, said: str) -> None:
    item = replace(stored(1, Entry("a", "https://news.example/a", title, ""), []), lang=lang)
    assert f'<entry xml:lang="{said}">' in atom(CHANNEL, [item]).decode()
    assert json.loads(json_feed(CHANNEL, [item]))["items"][0]["language"] == said
