"""What the code promises of whatever strangers send: asserted of every value that comes out."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from lxml import etree

from aggregator.model import Item, Reading, TaggedItem, Tagging
from aggregator.query import Pick, parse_query
from aggregator.refresh.normalise import MAX_EXCERPT, MAX_TITLE
from aggregator.text.dates import EARLIEST
from aggregator.text.html import plain, sanitise, storable
from aggregator.text.language import primary
from aggregator.text.terms import searchable
from aggregator.text.urls import MAX_LENGTH, page_and_anchor, web_link
from tests.text.harmless import assert_harmless

_KEY = 450  # characters that fit into an index
_MARKUP = 10 * MAX_EXCERPT  # characters of an excerpt with its markup, which must not swell


def assert_storable(text: str) -> None:
    """PostgreSQL, XML and UTF-8 take the text."""
    assert text == storable(text), ascii(text)
    etree.Element("x").text = text
    text.encode()


def assert_reading(reading: Reading) -> None:
    """A child process can hand it over, and every entry is somebody."""
    assert pickle.loads(pickle.dumps(reading)) == reading
    assert type(reading.lang) is type(reading.title) is str
    identities = [found.identity for found in reading.entries]
    for names in zip(*identities, strict=True):
        assert len(set(names)) == len(names), "two entries are one"
        for name in names:
            assert 0 < len(name) <= _KEY
            assert_storable(name)


def assert_items(found: Sequence[TaggedItem], now: datetime) -> None:
    for tagged in found:
        item = tagged.item
        _assert_link(item.link)
        _assert_texts(item)
        assert all(_is_sane(date, now) for date in (item.published, item.updated))
        assert primary(item.lang) == item.lang
        assert_tagging(tagged.tagging, item.title, item.text)
        assert tagged.terms == searchable(item.title, plain(item.summary))  # what the index is told to forget
        assert_storable(tagged.terms)
    assert pickle.loads(pickle.dumps(found)) == found


def _assert_link(link: str) -> None:
    assert link == web_link(link)
    assert len(link) <= MAX_LENGTH
    assert not link or link.startswith(("http://", "https://")), link
    assert_storable(link)
    if link:
        page_and_anchor(link)


def _assert_texts(item: Item) -> None:
    for text in (item.title, item.summary):
        assert_storable(text)
    assert item.title == " ".join(item.title.split())
    assert len(item.title) <= MAX_TITLE
    assert item.text == plain(item.summary)
    assert len(item.text) <= MAX_EXCERPT
    assert len(item.summary) <= _MARKUP
    assert_clean(item.summary)


def assert_clean(summary: str, base: str = "") -> None:
    """Sanitising again changes nothing, and another parser sees nothing that is not allowed."""
    again = sanitise(summary, base)
    assert again == summary, f"{summary!r} becomes {again!r}"
    assert_harmless(summary)


def _is_sane(date: datetime | None, now: datetime) -> bool:
    return date is None or (date.tzinfo is UTC and EARLIEST <= date <= now + timedelta(days=1))


def assert_tagging(tagging: Tagging, title: str, summary: str) -> None:
    """Every tag stands on words of the text, and can be asked for."""
    texts = {"title": title, "summary": summary}
    for tag in tagging.tags:
        assert tag.evidence
        assert parse_query([(tag.axis, tag.slug)], EARLIEST.date()).picks == (Pick(tag.axis, tag.slug),)
        for words in tag.evidence:
            assert words.text
            assert texts[words.field][words.start : words.end] == words.text
