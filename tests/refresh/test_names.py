"""What people read for a source: the title in feeds.toml, else what its document calls itself, else its id."""

from __future__ import annotations

from dataclasses import replace

import pytest

from aggregator.model import Failure, Source, Tier
from aggregator.refresh.context import Context
from aggregator.store import reads, sources
from aggregator.store.version import current
from tests.fakes import START, Clock, FakeWeb, look, post, rss
from tests.samples import ALL, make_source, only

UNNAMED = make_source("news", title="news")
NAMED = make_source("news", title="The News")


def shown(parts: Context) -> set[str]:
    """The name of the only source, wherever it is read."""
    (listed,) = sources.health(parts.db)
    item = only(parts.db)
    (carrier,) = reads.carriers(parts.db, item.id)
    return {listed.title, item.source_title, carrier.title, sources.name(parts.db, "news")}


@pytest.mark.parametrize(
    ("source", "title", "name"),
    [
        (UNNAMED, "Wire of the north", "Wire of the north"),
        (UNNAMED, "  <b>R&amp;D</b>\n wire\x07 ", "R&D wire"),
        (UNNAMED, "  ", "news"),
        (UNNAMED, "wire " * 40, "wire " * 18 + "wire…"),
        (NAMED, "Wire of the north", "The News"),
    ],
)
def test_a_source_without_a_title_is_called_what_its_document_calls_itself(
    web: FakeWeb, parts: Context, source: Source, title: str, name: str
) -> None:
    sources.sync(parts.db, [source], START)
    web.documents[source.url] = rss(post("a"), title=title)
    look(web, parts, source)
    assert shown(parts) == {name}


def test_a_source_keeps_its_name_while_it_has_nothing_new_or_fails(web: FakeWeb, parts: Context, clock: Clock) -> None:
    sources.sync(parts.db, [UNNAMED], START)
    for document in (rss(post("a"), title="Wire"), rss(post("a"), title="Wire"), Failure("it is away")):
        web.documents[UNNAMED.url] = document
        look(web, parts, UNNAMED)
        clock.advance(hours=1)
        assert shown(parts) == {"Wire"}


def test_pages_are_made_anew_where_a_source_calls_itself_otherwise(web: FakeWeb, parts: Context, clock: Clock) -> None:
    sources.sync(parts.db, [UNNAMED], START)
    versions = set()
    for title in ("Wire", "Wires"):
        web.documents[UNNAMED.url] = rss(post("a"), title=title)
        look(web, parts, UNNAMED)
        clock.advance(hours=1)
        assert shown(parts) == {title}
        versions.add(current(parts.db).number)
    assert len(versions) == 2
    assert len(reads.listing(parts.db, ALL).items) == 1


def test_a_source_that_is_no_longer_asked_keeps_its_name(web: FakeWeb, parts: Context) -> None:
    sources.sync(parts.db, [UNNAMED], START)
    web.documents[UNNAMED.url] = rss(post("a"), title="Wire")
    look(web, parts, UNNAMED)
    sources.sync(parts.db, [replace(UNNAMED, enabled=False)], START)
    assert shown(parts) == {"Wire"}
    assert sources.health(parts.db)[0].state.own_title == "Wire"


def test_another_address_is_another_document(web: FakeWeb, parts: Context) -> None:
    sources.sync(parts.db, [UNNAMED], START)
    web.documents[UNNAMED.url] = rss(post("a"), title="Wire")
    look(web, parts, UNNAMED)
    sources.sync(parts.db, [replace(UNNAMED, url="https://news.example/other")], START)
    assert shown(parts) == {"news"}


def test_a_name_vouches_for_a_publisher_as_a_title_does(web: FakeWeb, parts: Context) -> None:
    """What a lab's own feed says is news of AI, though titles need not say so."""
    sources.sync(parts.db, [UNNAMED], START)
    tiers = {}
    for name, title in (("a", "Garden news"), ("b", "OpenAI")):
        web.documents[UNNAMED.url] = rss(post(name, "A new model is released"), title=title)
        look(web, parts, UNNAMED)
        tiers[title] = next(item.tier for item in reads.listing(parts.db, ALL).items if item.link.endswith(name))
    assert tiers == {"Garden news": Tier.OFF, "OpenAI": Tier.ADJACENT}
