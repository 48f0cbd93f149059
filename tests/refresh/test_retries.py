"""Waiting for a store that is away: with longer and longer pauses, for all looks together, and not for ever."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine

from aggregator.refresh.context import Context
from aggregator.refresh.retries import WAITS, Retries
from aggregator.refresh.store_thread import StoreThread
from aggregator.store import ConflictError, UnavailableError, items, sources
from aggregator.store import db as database
from tests.conftest import opened
from tests.fakes import START, Clock, FakeWeb, look, post, rss
from tests.samples import make_source, titles

NEWS, OTHER = make_source("news"), make_source("other")


GONE = UnavailableError("the server is gone")


class Away:
    """Work that fails some times before it is done."""

    def __init__(self, times: int, error: Exception = GONE) -> None:
        self.times, self.error, self.calls = times, error, 0

    def __call__(self) -> str:
        self.calls += 1
        if self.calls <= self.times:
            raise self.error
        return "done"


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def retries(slept: list[float]) -> Retries:
    return Retries(sleep=slept.append)


def test_pauses_become_longer(retries: Retries, slept: list[float]) -> None:
    assert retries.call(Away(4)) == "done"
    assert slept == list(WAITS[:4]) == sorted(slept)


def test_patience_ends_for_all_and_begins_anew_with_success(retries: Retries, slept: list[float]) -> None:
    for _ in range(3):
        with pytest.raises(UnavailableError):
            retries.call(Away(99))
    assert slept == list(WAITS)
    assert retries.call(Away(0)) == retries.call(Away(1)) == "done"
    assert slept == [*WAITS, WAITS[0]]


def test_what_waiting_does_not_help_is_not_waited_for(retries: Retries, slept: list[float]) -> None:
    with pytest.raises(ConflictError):
        retries.call(Away(1, ConflictError("another was quicker")))
    assert slept == []


def test_a_locked_file_is_waited_for(
    sqlite_url: str, tmp_path: Path, web: FakeWeb, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_BUSY_SECONDS", 0.05)
    other = sqlite3.connect(tmp_path / "aggregator.db", isolation_level=None, check_same_thread=False)
    web.documents[NEWS.url] = rss(post("a"))
    for db in opened(sqlite_url):
        sources.sync(db, [NEWS], START)
        other.execute("BEGIN IMMEDIATE")
        retries = Retries(sleep=lambda _: other.in_transaction and other.execute("COMMIT"))
        report = look(web, Context(StoreThread(db, retries), clock), NEWS)["news"]
        assert (report.error, report.new, report.unstored) == ("", 1, False)
    other.close()


def test_an_answer_that_is_lost_stores_nothing_twice(
    db: Engine, web: FakeWeb, clock: Clock, retries: Retries, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources.sync(db, [NEWS], START)
    web.documents[NEWS.url] = rss(post("a"), post("b"))
    applied: Callable[..., None] = items.apply
    lost = Away(1)

    def losing(*values: object) -> None:
        applied(*values)
        lost()

    monkeypatch.setattr(items, "apply", losing)
    report = look(web, Context(StoreThread(db, retries), clock), NEWS)["news"]
    assert (report.error, report.found, report.new, report.edited, report.sighted) == ("", 2, 0, 0, 0)
    assert len(titles(db)) == 2


def test_a_store_that_stays_away_costs_every_look_but_no_more_time(
    db: Engine, web: FakeWeb, clock: Clock, retries: Retries, slept: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    sources.sync(db, [NEWS, OTHER], START)
    web.documents |= {NEWS.url: rss(post("a")), OTHER.url: rss(post("b"))}

    def away(*_: object) -> None:
        raise UnavailableError("the server is gone")

    monkeypatch.setattr(items, "apply", away)
    reports = look(web, Context(StoreThread(db, retries), clock), NEWS, OTHER)
    assert {(report.failed, report.unstored, report.error) for report in reports.values()} == {
        (True, True, "the server is gone")
    }
    assert slept == list(WAITS)
