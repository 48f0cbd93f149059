"""Each story once: a listing of first reports, held against a few lines of Python."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from aggregator.model import Membership, StoredItem, Tier
from aggregator.store import counts, reads, stories, story_listing
from tests.fakes import START
from tests.samples import as_query, make_item, store

HOUR = timedelta(hours=1)
REPORTS = 60  # of 20 stories, each third one on policy; what came in first is dated last


@pytest.fixture(scope="module")
def corpus(shared_db: Engine) -> Engine:
    """Items of which three tell of each story, hours apart; one off topic, and one that waits for its story."""
    made = [
        make_item(str(n), ["topic/policy"] if n % 3 == 0 else ["region/cn"], published=START - n // 2 * HOUR)
        for n in range(REPORTS)
    ]
    store(shared_db, *made, make_item("waits"), make_item("off", tier=Tier.OFF))
    items = {item.title: item.id for item in reads.listing(shared_db, as_query("tier=all"), limit=100).items}
    ids = [items[f"Title {n}"] for n in range(REPORTS)]
    stories.place(shared_db, [Membership(ids[n], ids[n % 20], "") for n in range(REPORTS)], START)
    return shared_db


def listed(db: Engine, query: str) -> list[StoredItem]:
    return list(reads.listing(db, as_query(query), limit=100).items)


def split(db: Engine, query: str) -> tuple[list[int], list[int]]:
    """What the query finds without the choice: first reports, and the others."""
    found = [item for item in listed(db, query) if item.story_id or item.tier is Tier.OFF]
    least: dict[int, int] = {}
    for item in found:
        least[item.story_id or -item.id] = min(item.id, least.get(item.story_id or -item.id, item.id))
    firsts = [item.id for item in found if item.id in least.values()]
    return firsts, [item.id for item in found if item.id not in firsts]


QUERIES = (
    "tier=all", "tier=core", "topic=policy", "region=cn&region=us", "topic=-policy", "q=Summary", "q=-1", "q=2",
    "until=2025-03-15", "since=2025-03-15", "topic=x", "class=official",
)  # fmt: skip


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("limit", [1, 3, 100])
def test_a_query_finds_each_story_once_or_all_that_tells_it_again(corpus: Engine, query: str, limit: int) -> None:
    for report, wanted in zip(("first", "-first"), split(corpus, query), strict=True):
        asked = as_query(f"{query}&report={report}")
        pages = [reads.listing(corpus, asked, limit=limit)]
        while pages[-1].has_older:
            last = pages[-1].items[-1]
            pages.append(reads.listing(corpus, asked, limit=limit, before=reads.Cursor(last.dated, last.id)))
        assert [item.id for page in pages for item in page.items] == wanted
        back = [pages[-1]]
        while back[0].has_newer:
            first = back[0].items[0]
            back.insert(0, reads.listing(corpus, asked, limit=limit, after=reads.Cursor(first.dated, first.id)))
        assert [item.id for page in back for item in page.items] == wanted
        assert counts.count(corpus, asked).number == len(wanted)


def test_a_report_comes_first_of_those_that_the_other_filters_find(corpus: Engine) -> None:
    """Story 1 is told by 1, 21 and 41; 21 is its first report on policy."""
    assert [item.title for item in listed(corpus, "topic=policy&report=first") if item.story_id == 2] == ["Title 21"]
    assert "Title 1" in [item.title for item in listed(corpus, "report=first")]


def test_what_waits_for_its_story_is_in_neither_list(corpus: Engine) -> None:
    titles = {item.title for report in ("first", "-first") for item in listed(corpus, f"report={report}")}
    assert "Title waits" not in titles
    assert {"Title off", "Title 0", "Title 59"} <= titles


def test_first_and_not_first_is_nothing(corpus: Engine) -> None:
    assert listed(corpus, "report=first&report=-first") == []


def test_facets_and_stories_take_the_same_choice(corpus: Engine) -> None:
    firsts, _ = split(corpus, "tier=core")
    asked = as_query("tier=core&report=first")
    found = counts.facets(corpus, asked)
    assert found.total.number == len(firsts)
    assert sum(number for _, number in found.counts["topic"]) == sum(
        "topic/policy" in map(str, item.tags) for item in listed(corpus, "tier=core&report=first")
    )
    page = story_listing.listing(corpus, asked, limit=100)
    assert [one.place.id for one in page.stories] == firsts
