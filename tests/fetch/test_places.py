"""The places at a host that all processes share are taken before a request and given back after it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from aggregator.errors import StoreError
from aggregator.fetch import Fetcher
from aggregator.fetch.politeness import Turnstile
from aggregator.model import Failure, Page
from tests.fakes import START, Clock
from tests.fetch.asking import FEED, policy
from tests.fetch.server import Request, Server, answer

PAUSE = timedelta(seconds=3)
KEPT = START + timedelta(seconds=30 + 10)
MANNERS = policy(timeout=timedelta(seconds=30), pause=PAUSE, per_host=5)


@dataclass
class FakePlaces:
    """Places one after the other; says "wait" for as long as it is told to."""

    clock: Clock
    waits: list[timedelta] = field(default_factory=list)
    events: list[tuple[object, ...]] = field(default_factory=list)
    given: int = 0

    async def take(self, host: str, until: datetime) -> int | datetime:
        if self.waits:
            self.events.append(("wait", host))
            return self.clock() + self.waits.pop(0)
        self.given += 1
        self.events.append(("take", host, self.given, until))
        return self.given

    async def give_back(self, host: str, place: int, taken: datetime, until: datetime) -> None:
        self.events.append(("give back", host, place, taken, until))


async def one_turn(places: FakePlaces, error: BaseException | None = None, own: str = "", seconds: float = 1) -> None:
    turnstile = Turnstile(MANNERS, places.clock, places)
    if own:
        turnstile.no_pause(own)
    async with turnstile.turn("a.example"):
        places.events.append(("inside",))
        places.clock.advance(seconds=seconds)
        if error:
            raise error


@pytest.mark.parametrize(("own", "pause"), [("", PAUSE), ("b.example", PAUSE), ("a.example", timedelta(0))])
def test_place_is_taken_before_and_given_back_after_with_the_pause(own: str, pause: timedelta) -> None:
    places = FakePlaces(Clock())
    asyncio.run(one_turn(places, own=own))
    free = START + timedelta(seconds=1) + pause
    assert places.events == [("take", "a.example", 1, KEPT), ("inside",), ("give back", "a.example", 1, KEPT, free)]


@pytest.mark.parametrize("error", [ValueError(), asyncio.CancelledError(), KeyboardInterrupt()])
def test_place_is_given_back_whatever_happens(error: BaseException) -> None:
    async def scene() -> None:
        with pytest.raises(type(error)):
            await one_turn(places, error)

    places = FakePlaces(Clock())
    asyncio.run(scene())
    assert places.events[-1] == ("give back", "a.example", 1, KEPT, START + timedelta(seconds=1) + PAUSE)


class Elsewhere(FakePlaces):
    """Another process has all places at one host, until it is told that the other host was served."""

    async def take(self, host: str, until: datetime) -> int | datetime:
        others = [event for event in self.events if event[0] == "give back"]
        if host == "busy.example" and not others:
            return self.clock()
        return await super().take(host, until)


def test_who_waits_for_a_host_that_another_process_asks_keeps_no_place_that_a_third_could_use() -> None:
    async def scene() -> None:
        turnstile = Turnstile(policy(concurrency=1), places.clock, places)

        async def ask(host: str) -> None:
            async with turnstile.turn(host):
                places.events.append(("inside", host))

        await asyncio.wait_for(asyncio.gather(ask("busy.example"), ask("free.example")), 10)

    places = Elsewhere(Clock())
    asyncio.run(scene())
    assert [host for what, host, *_ in places.events if what == "inside"] == ["free.example", "busy.example"]


def test_a_place_among_all_is_free_before_the_store_has_been_told(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene() -> list[str]:
        turnstile = Turnstile(policy(concurrency=1), places.clock, places)
        second_asks, told = asyncio.Event(), []

        async def slow(*_: object) -> None:
            if not told:
                told.append("first")
                await asyncio.wait_for(second_asks.wait(), 5)

        async def ask(host: str) -> None:
            async with turnstile.turn(host):
                if host == "b.example":
                    second_asks.set()

        monkeypatch.setattr(places, "give_back", slow)
        await asyncio.gather(ask("a.example"), ask("b.example"))
        return told

    places = FakePlaces(Clock())
    assert asyncio.run(scene()) == ["first"]


def test_who_finds_no_place_free_asks_again_until_there_is_one() -> None:
    places = FakePlaces(Clock(), waits=[timedelta(milliseconds=30), timedelta(0), timedelta(seconds=-5)])
    asyncio.run(one_turn(places))
    assert [event[0] for event in places.events] == ["wait"] * 3 + ["take", "inside", "give back"]


def test_place_that_comes_after_a_wait_is_given_back_as_it_was_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    places = FakePlaces(Clock(), waits=[timedelta(seconds=1), timedelta(seconds=1)])

    async def sleep(seconds: float) -> None:
        places.clock.advance(seconds=seconds)

    monkeypatch.setattr("aggregator.fetch.politeness.asyncio.sleep", sleep)
    asyncio.run(one_turn(places))
    kept = KEPT + timedelta(seconds=2)
    assert places.events[2] == ("take", "a.example", 1, kept)
    assert places.events[-1] == ("give back", "a.example", 1, kept, START + timedelta(seconds=3) + PAUSE)


def test_place_that_is_free_in_an_hour_is_asked_for_again_within_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr("aggregator.fetch.politeness.asyncio.sleep", sleep)
    waits = [timedelta(hours=1), timedelta(seconds=0.5), timedelta(0), timedelta(hours=-1)]
    asyncio.run(one_turn(FakePlaces(Clock(), waits=waits)))
    assert slept == [1.0, 0.5, 0.02, 0.02]


def test_every_request_of_a_fetch_has_a_place_of_its_own() -> None:
    places = FakePlaces(Clock())

    def told(request: Request) -> bytes:
        places.events.append(("asked", request.path))
        return answer(302, Location="/new") if request.path == "/" else answer(body=FEED)

    async def scene() -> None:
        async with Server({"/": told, "/new": told}) as server, Fetcher(MANNERS, places.clock, places) as asking:
            assert isinstance(await asking.fetch(server.url()), Page)

    asyncio.run(scene())
    # The host is in a network that the policy opens: it needs no pause.
    assert places.events == [
        ("take", "127.0.0.1", 1, KEPT), ("asked", "/"), ("give back", "127.0.0.1", 1, KEPT, START),
        ("take", "127.0.0.1", 2, KEPT), ("asked", "/new"), ("give back", "127.0.0.1", 2, KEPT, START),
    ]  # fmt: skip


def test_place_at_a_host_that_cannot_be_asked_is_given_back_with_the_pause() -> None:
    places = FakePlaces(Clock())

    async def scene() -> None:
        async with Fetcher(MANNERS, places.clock, places) as asking:
            assert isinstance(await asking.fetch("http://10.0.0.1/"), Failure)

    asyncio.run(scene())
    assert places.events == [("take", "10.0.0.1", 1, KEPT), ("give back", "10.0.0.1", 1, KEPT, START + PAUSE)]


def test_request_that_is_given_up_gives_its_place_back() -> None:
    places = FakePlaces(Clock())

    async def scene() -> None:
        asked = asyncio.Event()

        def told(request: Request) -> bytes:
            asked.set()
            return Server.STALL

        async with Server({"/": told}) as server, Fetcher(MANNERS, places.clock, places) as asking:
            visit = asyncio.ensure_future(asking.fetch(server.url()))
            await asked.wait()
            visit.cancel()
            with pytest.raises(asyncio.CancelledError):
                await visit

    asyncio.run(scene())
    assert [event[0] for event in places.events] == ["take", "give back"]


def test_trouble_of_the_store_is_not_blamed_on_the_source() -> None:
    class Locked(FakePlaces):
        async def take(self, host: str, until: datetime) -> int | datetime:
            raise StoreError("the database is locked")

    async def ask() -> None:
        clock = Clock()
        async with Fetcher(MANNERS, clock, Locked(clock)) as asking:
            await asking.fetch("http://127.0.0.1:9/")

    with pytest.raises(StoreError, match="locked"):
        asyncio.run(ask())
