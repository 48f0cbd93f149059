"""The most relevant first: the same order on both engines, page after page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from aggregator.query import ItemQuery
from aggregator.store.ranking import ranked
from tests.fakes import START
from tests.samples import as_query, make_item, store

HOUR = timedelta(hours=1)
TEXTS = (  # the newest first
    ("News of the day", f"<p>{'and so on ' * 60} a chip</p>"),
    ("News of chips", "<p>chips for all</p>"),
    ("Morning news", "<p>chips, and what they cost</p>"),
    ("百度发布芯片", "<p>chip 百度</p>"),
    ("Other news", "<p>nothing of them</p>"),
    ("Evening news", "<p>chips, and what they cost</p>"),
    ("Chips and chips", "<p>chips: <a href='https://chips.example/chips'>more</a></p>"),
)
BY_RELEVANCE = [6, 1, 2, 3, 5, 0]


@pytest.fixture(scope="module")
def library(shared_db: Engine) -> Engine:
    for number, (title, text) in enumerate(TEXTS):
        item = make_item(str(number), title=title, summary=text, published=START - number * HOUR)
        store(shared_db, item)
    return shared_db


def order(db: Engine, query: str, page: int = 1, size: int = 50, most: int = 1000) -> list[int]:
    found = ranked(db, as_query(query), page, size=size, most=most)
    return [int(item.link.rpartition("/")[2]) for item in found.items]


def test_the_most_relevant_come_first_and_the_newest_of_those_that_are_alike(library: Engine) -> None:
    assert order(library, "q=chips") == BY_RELEVANCE
    assert order(library, "q=百度") == [3]
    assert order(library, "q=chips -百度 news") == [1, 2, 5, 0]
    assert order(library, "q=zebra") == []


def test_pages_follow_one_another(library: Engine) -> None:
    pages = [order(library, "q=chips", page, size=4) for page in (1, 2, 3)]
    assert pages == [BY_RELEVANCE[:4], BY_RELEVANCE[4:], []]
    assert [ranked(library, ItemQuery(q="chips"), page, size=3).has_next for page in (1, 2)] == [True, False]


def test_among_the_newest_up_to_a_bound(library: Engine) -> None:
    assert order(library, "q=chips", most=3) == [1, 2, 0]
    found = {most: ranked(library, ItemQuery(q="chips"), most=most).among for most in (5, 6)}
    assert found == {5: 5, 6: None}
