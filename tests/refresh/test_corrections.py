"""Corrections are of items, whatever link their entries get, and wherever they have been."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from aggregator.model import Correction, StoredItem
from aggregator.refresh.context import Context
from aggregator.store import reads, sources
from tests.fakes import START, Clock, FakeWeb, look, post, rss
from tests.samples import ALL, make_source

NEWS = make_source("news")
BEFORE, OTHER = post("a", "Weather today", guid="id-a"), post("b")
AFTER = replace(BEFORE, title="Weather tomorrow", link="https://news.example/elsewhere")
POLICY = Correction("", ("topic/policy",), (), None, "it is")


def moved(web: FakeWeb, parts: Context, clock: Clock, corrections: Mapping[str, Correction], left: bool) -> StoredItem:
    """An item whose entry is edited and gets another link, after it had left the document or not."""
    sources.sync(parts.db, [NEWS], START)
    corrected = replace(parts, corrections=corrections)
    for document in (rss(BEFORE, OTHER), *([rss(OTHER)] if left else []), rss(AFTER, OTHER)):
        web.documents[NEWS.url] = document
        look(web, corrected, NEWS)
        clock.advance(hours=1)
    (item,) = [item for item in reads.listing(parts.db, ALL).items if item.title == AFTER.title]
    return item


@pytest.mark.parametrize("left", [False, True])
def test_a_correction_stays_with_an_item_whose_entry_gets_another_link(
    web: FakeWeb, parts: Context, clock: Clock, left: bool
) -> None:
    item = moved(web, parts, clock, {"//news.example/a": POLICY}, left)
    assert (item.key, item.slugs("topic")) == ("//news.example/a", ("policy",))


@pytest.mark.parametrize("left", [False, True])
def test_an_item_that_moved_is_corrected_by_the_link_that_it_shows(
    web: FakeWeb, parts: Context, clock: Clock, left: bool
) -> None:
    item = moved(web, parts, clock, {"//news.example/elsewhere": POLICY}, left)
    assert (item.key, item.slugs("topic")) == ("//news.example/elsewhere", ("policy",))
