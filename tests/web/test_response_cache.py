"""Answers that are kept: for how long, how many, and what is given while one is made anew."""

from __future__ import annotations

from datetime import timedelta

from aggregator.store.version import StoreVersion
from tests.fakes import START
from web.response_cache import CachedResponse, ResponseCache


def answer(size: int) -> CachedResponse:
    return CachedResponse(b"x" * size, "tag", (), None, None)


def test_memory_is_bounded_and_the_oldest_go_first() -> None:
    kept, state, settings = ResponseCache(most=30_020), StoreVersion("1"), object()
    kept.find(("",), state, settings, 0)
    for number in range(20):
        kept.keep((str(number),), state, settings, 0, answer(2_000))
        kept.find(("0",), state, settings, 0)
    there = [number for number in range(20) if kept.find((str(number),), state, settings, 0)]
    assert there == [0, 15, 16, 17, 18, 19]


def test_long_addresses_count_as_well() -> None:
    kept, state, settings = ResponseCache(most=30_000), StoreVersion("1"), object()
    kept.find(("",), state, settings, 0)
    for number in range(20):
        kept.keep(("/items", f"{number} {'a' * 20_000}"), state, settings, 0, answer(10))
    assert len(kept._answers) == 1


def test_an_outdated_answer_is_to_be_held_for_a_moment_only() -> None:
    kept, settings = ResponseCache(), object()
    held = CachedResponse(b"x", "tag", (), None, START + timedelta(hours=3))
    assert not found(kept, "1", settings, 0)
    kept.keep("a", StoreVersion("1"), settings, 0, held)
    assert kept.find("a", StoreVersion("1"), settings, 0) == held
    assert kept.find("a", StoreVersion("2"), settings, 1) is None
    outdated = kept.find("a", StoreVersion("2"), settings, 1)
    assert outdated is not None
    assert outdated.fresh_until is not None
    assert (outdated.body, outdated.fresh_until < START) == (b"x", True)
    assert kept.find("a", StoreVersion("2"), settings, 1, exact=True) is None


def found(kept: ResponseCache, version: str, settings: object, now: float) -> bool:
    """Whether an answer was kept; one that is to be made is given up."""
    answered = kept.find("a", StoreVersion(version), settings, now) is not None
    if not answered:
        kept.done("a")
    return answered


def test_nothing_outlives_its_version_its_settings_or_its_minute() -> None:
    kept, settings = ResponseCache(), object()
    assert not found(kept, "1", settings, 0)
    kept.keep("a", StoreVersion("1"), settings, 0, answer(10))
    assert found(kept, "1", settings, 59)
    assert not found(kept, "1", settings, 61)
    assert not found(kept, "2", settings, 1)
    kept.keep("a", StoreVersion("1"), settings, 1, answer(10))  # made before the store changed
    assert not found(kept, "2", settings, 1)
    kept.keep("a", StoreVersion("2"), settings, 1, answer(10))
    assert not found(kept, "2", object(), 1)
    kept.keep("a", StoreVersion("2"), settings, 1, answer(10))  # made before the settings changed
    assert not found(kept, "2", object(), 1)


def test_while_one_makes_a_page_anew_others_get_the_one_that_was_right_a_moment_ago() -> None:
    kept, settings = ResponseCache(), object()
    kept.find("a", StoreVersion("1"), settings, 0)
    assert kept.find("a", StoreVersion("1"), settings, 0) is None  # there is none: both make it
    kept.keep("a", StoreVersion("1"), settings, 0, answer(10))
    kept.done("a")
    kept.done("a")
    assert kept.find("a", StoreVersion("1"), settings, 20)
    assert kept.find("a", StoreVersion("2"), settings, 22) is None  # the first to ask makes it
    assert kept.find("a", StoreVersion("2"), settings, 23) == answer(10)
    assert kept.find("b", StoreVersion("2"), settings, 23) is None
    assert kept.find("a", StoreVersion("2"), settings, 31) is None  # that was no moment ago
    kept.keep("a", StoreVersion("2"), settings, 31, answer(20))
    assert kept.find("a", StoreVersion("2"), settings, 31) == answer(20)


def test_a_page_that_is_asked_for_all_the_time_is_made_anew_now_and_then() -> None:
    kept, settings, made = ResponseCache(), object(), []
    for tenth in range(120):
        now = tenth / 10
        for _ in range(100):
            if kept.find("a", StoreVersion(str(tenth)), settings, now) is None:
                kept.keep("a", StoreVersion(str(tenth)), settings, now, answer(10))
                kept.done("a")
                made.append(now)
    assert made == [0.0, 5.0, 10.0]


def test_a_page_that_could_not_be_made_is_made_by_the_next_to_ask() -> None:
    kept, settings = ResponseCache(), object()
    assert not found(kept, "1", settings, 0)
    kept.keep("a", StoreVersion("1"), settings, 0, answer(10))
    assert not found(kept, "2", settings, 1)
    assert kept.find("a", StoreVersion("2"), settings, 1) is None
