"""Stories by query: every one once, where its newest report is that the query finds."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from aggregator.model import Membership
from aggregator.store import reads, stories, story_listing
from aggregator.store.span import Cursor
from tests.fakes import START
from tests.samples import as_query, make_item, store

HOUR = timedelta(hours=1)
REPORTS = 60  # of 20 stories, each third one on policy


@pytest.fixture(scope="module")
def corpus(shared_db: Engine) -> Engine:
    """Items of which three tell of each story, hours apart; some at the same moment."""
    made = [
        make_item(str(n), ["topic/policy"] if n % 3 == 0 else ["region/cn"], published=START - n // 2 * HOUR)
        for n in range(REPORTS)
    ]
    store(shared_db, *made, make_item("alone"))
    items = {item.title: item.id for item in reads.listing(shared_db, as_query("tier=all"), limit=100).items}
    ids = [items[f"Title {n}"] for n in range(REPORTS)]
    stories.place(shared_db, [Membership(ids[n], ids[n % 20], "") for n in range(REPORTS)], START)
    return shared_db


def expected(db: Engine, query: str) -> list[int]:
    found = reads.listing(db, as_query(query), limit=100).items
    return list(dict.fromkeys(item.story_id for item in found if item.story_id))


def ids(page: story_listing.StoryListing) -> list[int]:
    return [one.story.id for one in page.stories]


QUERIES = ("tier=all", "topic=policy", "region=cn&region=us", "q=Summary", "q=-Summary", "until=2025-03-15", "topic=x")


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("limit", [1, 3, 100])
def test_pages_hold_every_story_once_in_both_directions(corpus: Engine, query: str, limit: int) -> None:
    wanted = expected(corpus, query)
    pages = [story_listing.listing(corpus, as_query(query), limit=limit)]
    while pages[-1].has_older:
        pages.append(story_listing.listing(corpus, as_query(query), limit=limit, before=pages[-1].stories[-1].place))
    assert [number for page in pages for number in ids(page)] == wanted
    back = [pages[-1]]
    while back[0].has_newer:
        back.insert(0, story_listing.listing(corpus, as_query(query), limit=limit, after=back[0].stories[0].place))
    assert [number for page in back for number in ids(page)] == wanted
    assert not pages[0].has_newer


def test_a_place_that_no_story_has_is_a_place_all_the_same(corpus: Engine) -> None:
    place = Cursor(START - 5 * HOUR - timedelta(minutes=30), 1)
    query = as_query("tier=all")
    older = ids(story_listing.listing(corpus, query, limit=100, before=place))
    newer = ids(story_listing.listing(corpus, query, limit=100, after=place))
    assert newer + older == expected(corpus, "tier=all")
