"""Documents that wait to be read: they hold up fetching when they are many, and never for ever."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from aggregator.fetch import FetchPolicy
from aggregator.fetch.politeness import Turnstile
from aggregator.model import Failure, NotModified, Outcome, Page, Source, Status, Validators
from aggregator.refresh.backlog import Backlog
from aggregator.refresh.context import READ_AHEAD, Context, call_here
from aggregator.refresh.pipeline import refresh
from aggregator.refresh.store_thread import StoreThread
from aggregator.store import sources
from tests.fakes import START, Clock, post, rss
from tests.samples import make_source


def page(size: int) -> Page:
    return Page("https://news.example/feed", b"x" * size)


def has_room(backlog: Backlog) -> bool:
    async def look() -> bool:
        waiting = asyncio.create_task(backlog.room())
        await asyncio.sleep(0)
        waiting.cancel()
        return waiting.done()

    return asyncio.run(look())


def test_there_is_room_until_the_documents_are_too_many() -> None:
    backlog = Backlog(most=100)
    with backlog.holding(page(60)):
        assert has_room(backlog)
        with backlog.holding(page(60)):
            assert not has_room(backlog)
        assert has_room(backlog)


@pytest.mark.parametrize("outcome", [NotModified(), Failure("no answer")])
def test_what_is_no_document_takes_no_room(outcome: Outcome) -> None:
    backlog = Backlog(most=0)
    with backlog.holding(outcome):
        assert has_room(backlog)


def test_a_document_that_cannot_be_read_makes_room_as_well() -> None:
    backlog = Backlog(most=0)
    with pytest.raises(ValueError, match="broken"), backlog.holding(page(1)):
        raise ValueError("broken")
    assert has_room(backlog)


def test_nobody_is_asked_while_there_is_no_room() -> None:
    async def run() -> list[str]:
        backlog, asked = Backlog(most=0), []
        turnstile = Turnstile(FetchPolicy(pause=timedelta(0)), lambda: START, room=backlog.room)

        async def ask(host: str) -> None:
            async with turnstile.turn(host):
                asked.append(host)

        with backlog.holding(page(1)):
            waiting = asyncio.create_task(ask("news.example"))
            for _ in range(20):
                await asyncio.sleep(0)
            assert asked == []
        await asyncio.wait_for(waiting, 5)
        return asked

    assert asyncio.run(run()) == ["news.example"]


def test_a_run_of_many_documents_holds_few_of_them(db: Engine) -> None:
    """Each document alone is more than the backlog may hold, and the network is quicker than the parser."""
    listed = [make_source(f"source-{number}") for number in range(12)]
    sources.sync(db, listed, START)
    backlog, most = Backlog(most=0), 0

    async def fetch(url: str, _: Validators = Validators(), **_how: Any) -> Outcome:
        nonlocal most
        await backlog.room()
        most = max(most, backlog._size)
        return Page(url, rss(post(url)), "application/xml")

    async def run() -> list[Status]:
        parts = replace(Context(StoreThread(db), Clock()), backlog=backlog, call=call_here)
        return [report.status async for report in refresh(listed, fetch, parts)]

    assert asyncio.run(run()) == [Status.OK] * 12
    assert most == 0
    assert has_room(backlog)


def test_looks_that_are_taken_one_by_one_read_no_more_at_once_than_those_of_a_run(db: Engine) -> None:
    """As workers take them: what is read at once has a limit for the process."""
    listed = [make_source(f"source-{number}") for number in range(3 * READ_AHEAD)]
    sources.sync(db, listed, START)
    reading = most = 0

    async def fetch(url: str, _: Validators = Validators(), **_how: Any) -> Outcome:
        return Page(url, rss(post(url)), "application/xml")

    async def call(name: str, *values: Any) -> Any:
        nonlocal reading, most
        reading += 1
        most = max(most, reading)
        await asyncio.sleep(0)
        reading -= 1
        return await call_here(name, *values)

    async def run() -> list[Status]:
        parts = replace(Context(StoreThread(db), Clock()), call=call)

        async def look(source: Source) -> Status:
            (status,) = [report.status async for report in refresh([source], fetch, parts)]
            return status

        return await asyncio.gather(*map(look, listed))

    assert asyncio.run(run()) == [Status.OK] * len(listed)
    assert most <= READ_AHEAD
