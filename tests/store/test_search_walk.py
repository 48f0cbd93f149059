"""A search finds the same, in the same order, in whatever stretches its listing is walked, and if rare words lead."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from aggregator.model import Tier
from aggregator.store import places as module
from aggregator.store.db import reading
from aggregator.store.places import places
from aggregator.store.span import Cursor, Span
from tests.fakes import START
from tests.samples import as_query, make_item, store

NUMBER = 90
NOBODY_WAITS = 10**9  # items to pass: however many, the walk goes on
AT_ONCE = 0
QUERIES: dict[str, Callable[[int], bool]] = {
    "q=often&tier=all": lambda n: n % 2 == 0,
    "q=seldom&tier=all": lambda n: n % 30 == 29,
    "q=seldom&tier=core": lambda n: n % 30 == 29 and n % 3 != 0,
    "q=often seldom&tier=all": lambda n: n % 2 == 0 and n % 30 == 29,
    'q="often said"&topic=policy': lambda n: n % 2 == 0 and n % 4 == 0,
    "q=often -百度&topic=-policy": lambda n: n % 2 == 0 and n % 4 != 0 and n % 5 != 0,
    "q=-often&tier=core": lambda n: n % 2 != 0 and n % 3 != 0,
    "q=百度&since=2025-03-15": lambda n: n % 5 == 0 and n <= 36,
    "q=zebra": lambda n: False,
}


@pytest.fixture(scope="module")
def library(shared_db: Engine) -> Engine:
    """Items an hour apart, the newest first: item 0 at the start of the clock."""

    def made(n: int) -> str:
        words = ["often said" if n % 2 == 0 else "said", "seldom" if n % 30 == 29 else "", "百度" if n % 5 == 0 else ""]
        return " ".join([f"n{n}", *words])

    store(
        shared_db,
        *(
            make_item(
                str(n), ["topic/policy"] if n % 4 == 0 else [], Tier.OFF if n % 3 == 0 else Tier.CORE, title=made(n),
                published=START - timedelta(hours=n),
            )
            for n in range(NUMBER)
        ),
    )  # fmt: skip
    return shared_db


@pytest.mark.parametrize("to_pass", [NOBODY_WAITS, AT_ONCE])
@pytest.mark.parametrize("first", [1, 7])
@pytest.mark.parametrize("query", QUERIES)
def test_however_it_is_walked(
    library: Engine, monkeypatch: pytest.MonkeyPatch, query: str, first: int, to_pass: int
) -> None:
    monkeypatch.setattr(module, "_FIRST", first)
    monkeypatch.setattr(module, "_LONG", to_pass)
    expected = [n for n in range(NUMBER) if QUERIES[query](n)]
    with reading(library) as connection:
        newest = places(connection, as_query("tier=all"), NUMBER)
        numbers = {place: number for number, place in enumerate(newest)}

        def found(limit: int, span: Span, *, oldest_first: bool = False) -> list[int]:
            shown = places(connection, as_query(query), limit, span, oldest_first=oldest_first)
            return [numbers[place] for place in shown]

        middle: Cursor = newest[40]
        assert found(NUMBER, Span()) == expected
        assert found(2, Span()) == expected[:2]
        assert found(5, Span(before=middle)) == [n for n in expected if n > 40][:5]
        assert found(5, Span(after=middle), oldest_first=True) == [n for n in expected[::-1] if n < 40][:5]
