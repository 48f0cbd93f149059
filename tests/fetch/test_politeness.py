"""Manners: waiting as long as we are asked to, and not coming in crowds."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.fetch.politeness import LONGEST_WAIT, Turnstile, fresh_for, retry_after
from tests.fetch.asking import policy

NOW = datetime(2025, 3, 16, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0),
        ("120", 120),
        (" 120 ", 120),
        ("86400", 86400),
        ("86401", 86400),
        ("9" * 5000, 86400),
        ("Sun, 16 Mar 2025 12:02:00 GMT", 120),
        ("Sun, 16 Mar 2025 20:02:00 +0800", 120),
        ("Sunday, 16-Mar-25 12:02:00 GMT", 120),
        ("Sun Mar 16 12:02:00 2025", 120),
        ("Sun, 16 Mar 2025 11:00:00 GMT", 0),
        ("Wed, 16 Mar 2095 12:00:00 GMT", 86400),
    ],
)
def test_server_says_how_long_to_wait(header: str, seconds: int) -> None:
    assert retry_after(header, NOW) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "  ",
        "soon",
        "-5",
        "1.5",
        "１２０",
        "1e3",
        "Sun, 16 Mar 2025 12:02:00 -0000",
        "Sun, 99 Mar 2025",
        "12:00",
    ],
)
def test_header_that_says_nothing_is_no_wait(header: str | None) -> None:
    assert retry_after(header, NOW) is None


@given(st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)))
def test_wait_until_a_date_is_neither_negative_nor_longer_than_a_day(until: datetime) -> None:
    wait = retry_after(format_datetime(until, usegmt=True), NOW)
    assert wait == min(max(until.replace(microsecond=0) - NOW, timedelta(0)), LONGEST_WAIT)


@given(st.text(max_size=40))
def test_any_header_gives_no_wait_or_one_within_a_day(header: str) -> None:
    wait = retry_after(header, NOW)
    assert wait is None or timedelta(0) <= wait <= LONGEST_WAIT


@pytest.mark.parametrize(
    ("control", "seconds"),
    [
        ("max-age=600", 600),
        ("public, max-age=600, must-revalidate", 600),
        ("Max-Age = 600", 600),
        ('max-age="600"', 600),
        ("max-age=0", 0),
        ("max-age=86400", 86400),
        ("max-age=86401", 86400),
        ("max-age=" + "9" * 20, 86400),
        ("max-age=" + "9" * 5000, 86400),
        ("s-maxage=60, max-age=600", 600),
        ("x-max-age=60, max-age=600", 600),
        ("s-maxage=60", None),
        ("x-max-age=60", None),
        ("maxage=60", None),
        ("max-age=", None),
        ("max-age=soon", None),
        ("max-age=-1", None),
        ("public", None),
        ("", None),
        ("no-cache", 0),
        ("No-Store", 0),
        ("max-age=600, no-cache", 0),
        ("no-store,max-age=600", 0),
        ("no-cachet, no-stores", None),
        ("no-transform", None),
    ],
)
def test_answer_says_by_cache_control_how_long_it_is_current(control: str, seconds: int | None) -> None:
    wait = None if seconds is None else timedelta(seconds=seconds)
    assert fresh_for({"cache-control": control}, NOW) == wait


@pytest.mark.parametrize(
    ("control", "age", "seconds"),
    [
        ("max-age=600", "100", 500),
        ("max-age=600", "600", 0),
        ("max-age=600", "601", 0),
        ("max-age=600", "soon", 600),
        ("max-age=600", "-5", 600),
        ("max-age=600", "", 600),
        ("max-age=600", "1.5", 600),
        ("max-age=172800", "172700", 100),
        ("public", "100", None),
    ],
)
def test_what_an_answer_spent_in_a_cache_is_taken_off(control: str, age: str, seconds: int | None) -> None:
    wait = None if seconds is None else timedelta(seconds=seconds)
    assert fresh_for({"cache-control": control, "age": age}, NOW) == wait


NOON, ONE, TWO = (f"Sun, 16 Mar 2025 {hour}:00:00 GMT" for hour in (12, 13, 14))


@pytest.mark.parametrize(
    ("headers", "hours"),
    [
        ({"expires": ONE}, 1),
        ({"expires": TWO, "date": ONE}, 1),
        ({"expires": ONE, "date": TWO}, 0),
        ({"expires": "Sun, 16 Mar 2025 21:00:00 +0800"}, 1),
        ({"expires": "Sunday, 16-Mar-25 13:00:00 GMT"}, 1),
        ({"expires": "Wed, 16 Mar 2095 12:00:00 GMT"}, 24),
        ({"expires": NOON}, 0),
        ({"expires": "0"}, 0),
        ({"expires": "-1"}, 0),
        ({"expires": ""}, 0),
        ({"expires": "never"}, 0),
        ({"expires": "Sun, 99 Mar 2025 12:00:00 GMT"}, 0),
        ({"expires": "Sun, 16 Mar 2025 13:00:00 -0000"}, 0),
        ({"expires": ONE, "date": "yesterday"}, 0),
        ({"expires": TWO, "cache-control": "max-age=3600"}, 1),
        ({"expires": TWO, "cache-control": "no-cache"}, 0),
        ({"expires": ONE, "cache-control": "public, s-maxage=5"}, 1),
        ({"date": ONE}, None),
        ({}, None),
    ],
)
def test_answer_says_by_a_date_how_long_it_is_current(headers: dict[str, str], hours: int | None) -> None:
    assert fresh_for(headers, NOW) == (None if hours is None else timedelta(hours=hours))


@given(
    st.dictionaries(st.sampled_from(["cache-control", "age", "expires", "date"]), st.text(max_size=40)),
    st.sampled_from(["", "max-age=", "no-", "9" * 30]),
)
def test_any_headers_say_nothing_or_a_time_within_a_day(headers: dict[str, str], before: str) -> None:
    headers = {name: before + value for name, value in headers.items()}
    wait = fresh_for(headers, NOW)
    assert wait is None or timedelta(0) <= wait <= LONGEST_WAIT


class Crowd:
    """Counts who is inside; everybody stays until the gate opens."""

    def __init__(self, turnstile: Turnstile) -> None:
        self.turnstile = turnstile
        self.inside = 0
        self.gate = asyncio.Event()

    async def enter(self, host: str) -> None:
        async with self.turnstile.turn(host):
            self.inside += 1
            await self.gate.wait()

    async def inside_of(self, hosts: list[str]) -> int:
        """How many get in at once."""
        visits = [asyncio.ensure_future(self.enter(host)) for host in hosts]
        for _ in range(10 * len(hosts)):
            await asyncio.sleep(0)
        inside = self.inside
        self.gate.set()
        await asyncio.gather(*visits)
        assert self.inside == len(hosts)
        return inside


@pytest.mark.parametrize(
    ("total", "per_host", "hosts", "at_once"),
    [
        (10, 2, "aaaaa", 2),
        (10, 2, "aaabbb", 4),
        (3, 2, "aabbcc", 3),
        (1, 5, "abc", 1),
        (10, 10, "abc", 3),
        (2, 1, "aaaaab", 2),  # who waits for a busy host keeps no place from another
    ],
)
def test_so_many_and_no_more_go_through_at_once(total: int, per_host: int, hosts: str, at_once: int) -> None:
    async def scene() -> int:
        return await Crowd(Turnstile(policy(concurrency=total, per_host=per_host), lambda: NOW)).inside_of(list(hosts))

    assert asyncio.run(scene()) == at_once


def test_a_host_has_a_pause_between_two_requests_though_no_other_process_asks_it() -> None:
    manners = policy(per_host=1, pause=timedelta(milliseconds=40))

    async def scene() -> list[float]:
        turnstile, came = Turnstile(manners, lambda: datetime.now(UTC)), []
        for host in "aaba":
            async with turnstile.turn(host):
                came.append(time.monotonic())
        return came

    first, second, _, third = asyncio.run(scene())
    assert second - first >= 0.04
    assert third - second >= 0.04


def test_a_host_of_our_own_frees_no_other_of_its_group_of_the_pause() -> None:
    manners = policy(per_host=1, pause=timedelta(milliseconds=40), host_groups=("farm.example",))

    async def scene() -> list[float]:
        turnstile, came = Turnstile(manners, lambda: datetime.now(UTC)), []
        turnstile.no_pause("own.farm.example")
        for host in ("own.farm.example", "a.farm.example", "b.farm.example"):
            async with turnstile.turn(host):
                came.append(time.monotonic())
        return came

    _, second, third = asyncio.run(scene())
    assert third - second >= 0.04
