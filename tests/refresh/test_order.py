"""Who speaks for an item that several sources carry: never a matter of who came first."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest

from aggregator.model import CLASSES, Source, standing
from aggregator.refresh.context import Context
from aggregator.store import sources
from aggregator.store.check import faults
from tests.fakes import START, FakeWeb, look, post, rss
from tests.samples import add_sources, make_source, only

BUREAU = replace(make_source("bureau"), source_class="official")
PAPER = replace(make_source("paper"), source_class="media")
LETTER = replace(make_source("letter"), source_class="newsletter")


@pytest.mark.parametrize(
    "order", list(permutations((BUREAU, PAPER, LETTER))), ids=lambda order: "-".join(s.id for s in order)
)
def test_the_source_nearest_to_the_event_speaks(web: FakeWeb, parts: Context, order: tuple[Source, ...]) -> None:
    sources.sync(parts.db, list(order), START)
    for source in order:
        web.documents[source.url] = rss(post("a", f"China plans AI rules, says {source.id}"))
        look(web, parts, source)
    item = only(parts.db)
    assert (item.source_id, item.title) == ("bureau", "China plans AI rules, says bureau")
    assert only(parts.db, "q=bureau").id == item.id
    assert faults(parts.db) == []


def test_of_equal_sources_the_first_by_name_speaks(web: FakeWeb, parts: Context) -> None:
    add_sources(parts.db, make_source("a-wire"), make_source("b-wire"))
    for name in ("b-wire", "a-wire"):
        source = make_source(name)
        web.documents[source.url] = rss(post("a", f"China plans AI rules, says {name}"))
        look(web, parts, source)
    assert only(parts.db).source_id == "a-wire"


def test_a_source_that_lost_its_word_edits_nothing(web: FakeWeb, parts: Context) -> None:
    sources.sync(parts.db, [PAPER, BUREAU], START)
    for source, title in ((PAPER, "China plans"), (BUREAU, "Rules of AI"), (PAPER, "China plans, an update")):
        web.documents[source.url] = rss(post("a", title))
        look(web, parts, source)
    assert only(parts.db).title == "Rules of AI"


def test_every_class_has_a_place_in_the_order() -> None:
    assert sorted(CLASSES, key=lambda name: standing(name, "x")) == list(CLASSES)
