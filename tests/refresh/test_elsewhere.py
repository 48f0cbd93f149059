"""Two processes with the same sources: what the one has asked while the other waited is not asked again."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from aggregator.errors import StoreError
from aggregator.fetch import Fetcher
from aggregator.model import Outcome, Page, Report, SourceState, Status
from aggregator.refresh import pipeline
from aggregator.refresh.context import Context, call_here
from aggregator.refresh.pipeline import refresh
from aggregator.refresh.store_thread import StoreThread
from aggregator.store import sources, states
from tests.fakes import START, Clock, post, rss
from tests.fetch.asking import FEED, policy
from tests.fetch.server import Server, answer
from tests.samples import make_source

NEWS = make_source("news")
LATER = START + timedelta(hours=2)
REFUSED = SourceState(
    "news", Status.ERROR, error="the server answered 429", http_status=429, last_look=START, next_look=LATER
)


@pytest.mark.parametrize("waited", [True, False])
def test_a_source_that_another_process_has_looked_at_meanwhile_is_left_alone(
    db: Engine, monkeypatch: pytest.MonkeyPatch, waited: bool
) -> None:
    monkeypatch.setattr(pipeline, "_SOON", 0.0 if waited else 3600.0)
    sources.sync(db, [NEWS], START)
    asked: list[str] = []

    async def fetch(url: str, *_: Any, turn: Any, **_how: Any) -> Outcome:
        if not asked:  # while it waits for its place
            states.save_looks(db, [REFUSED])
        await turn()
        asked.append(url)
        return Page(url, rss(post("a")), "application/xml")

    async def run() -> list[Report]:
        parts = replace(Context(StoreThread(db), Clock()), call=call_here)
        return [report async for report in refresh([NEWS], fetch, parts)]

    (report,) = asyncio.run(run())
    assert bool(asked) is not waited
    assert report.error == ("the server answered 429" if waited else "")
    assert (states.state(db, "news").next_look == LATER) is waited


def test_a_look_that_is_called_off_at_its_turn_asks_nothing() -> None:
    async def called_off() -> None:
        raise StoreError("elsewhere")

    async def scene() -> int:
        async with Server({"/": answer(body=FEED)}) as server, Fetcher(policy()) as asking:
            with pytest.raises(StoreError, match="elsewhere"):
                await asking.fetch(server.url(), turn=called_off)
            assert isinstance(await asking.fetch(server.url()), Page)  # its place is free again
            return len(server.requests)

    assert asyncio.run(scene()) == 1
