"""The work of a running service: which sources are looked at, edits of feeds.toml, tagging again, trimming."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from aggregator.bootstrap import Environment, Service
from aggregator.errors import StoreError
from aggregator.jobs import fetching, upkeep, work
from aggregator.model import Failure, Report, Status, Tier
from aggregator.store import notes, sources, states
from aggregator.store.check import faults
from tests.fakes import START, Clock, FakeWeb, post, rss
from tests.jobs.conftest import FEEDS, due
from tests.loopback import served
from tests.samples import fetch_log, titles


def test_sources_are_due_by_their_own_intervals(service: Service, web: FakeWeb, clock: Clock) -> None:
    web.documents = {source.url: rss(post(source.id)) for source in service.config.sources}
    assert due(service) == ["news", "other"]
    fetching.refresh_due(service)
    assert due(service) == []
    clock.advance(minutes=29)
    assert due(service) == []
    clock.advance(minutes=4)  # a tenth of the interval later at most
    assert due(service) == ["news"]
    clock.advance(minutes=99)
    assert due(service) == ["news", "other"]


def test_nothing_is_fetched_while_nothing_is_due(service: Service, web: FakeWeb) -> None:
    fetching.refresh_due(service)
    asked = len(web.asked)
    fetching.refresh_due(service)
    assert len(web.asked) == asked == 2


def test_a_source_that_only_the_store_lists_is_not_fetched(service: Service) -> None:
    sources.sync(service.db, [*service.config.sources, replace(service.config.sources[0], id="stray")], service.clock())
    assert due(service) == ["news", "other"]


def test_a_fetch_tells_of_every_source_as_it_is_done(service: Service, web: FakeWeb) -> None:
    web.documents["https://news.example/feed"] = rss(post("a"), post("b"))
    told: list[Report] = []
    reports = fetching.fetch(service, service.config.sources, told.append)
    assert told == reports
    assert {report.source_id: report.new for report in reports} == {"news": 2, "other": 0}
    assert len(titles(service.db)) == 2


def test_a_run_is_logged_in_one_sentence_and_failures_by_name(
    service: Service, web: FakeWeb, caplog: pytest.LogCaptureFixture
) -> None:
    web.documents = {"https://news.example/feed": rss(post("a")), "https://other.example/feed": Failure("no answer")}
    with caplog.at_level(logging.INFO, "aggregator"):
        fetching.refresh_due(service)
    assert [record.message for record in caplog.records] == [
        "looked at 2 sources: 1 new items, 0 edited, 1 sources failed",
        "other: no answer",
        "1 items put into stories",
    ]


@pytest.mark.parametrize(
    ("reports", "sentence"),
    [
        ([], "0 sources: 0 new items, 0 edited, 0 sources failed"),
        ([Report("a", Status.OK, new=2, edited=1), Report("b", Status.OK, new=3)], "2 sources: 5 new items, 1 edited"),
        ([Report("a", Status.GONE), Report("b", Status.ERROR), Report("c", Status.NOT_MODIFIED)], "2 sources failed"),
    ],
)
def test_a_summary_adds_up_reports(reports: list[Report], sentence: str) -> None:
    assert sentence in fetching.summary(reports)


def test_looks_are_forgotten_after_a_month(service: Service, clock: Clock) -> None:
    fetching.refresh_due(service)
    clock.advance(days=29)
    upkeep.trim_log(service)
    assert len(fetch_log(service.db)) == 2
    clock.advance(days=2)
    upkeep.trim_log(service)
    assert fetch_log(service.db) == []


def test_items_are_kept_as_long_as_the_file_says_and_as_a_source_shows_them(
    service: Service, web: FakeWeb, clock: Clock, feeds: Path
) -> None:
    web.documents["https://news.example/feed"] = rss(post("a", "Gardening"), post("b", "Gardens"))
    fetching.refresh_due(service)
    clock.advance(days=40)
    web.documents["https://news.example/feed"] = rss(post("b", "Gardens"), post("d", "Baidu again", date=clock.now))
    fetching.refresh_due(service)
    clock.advance(days=8)
    upkeep.prune(service)
    assert len(titles(service.db)) == 3
    feeds.write_text('[store]\nkeep_off = "30d"\n' + FEEDS, encoding="utf-8")
    upkeep.notice_edit(service)
    assert upkeep.prunable(service) == upkeep.prune(service) == {Tier.OFF: 1}
    assert sorted(titles(service.db)) == ["Baidu again", "Gardens"]
    assert faults(service.db) == []


def test_jobs_have_names_of_their_own_and_cadences() -> None:
    names = [job.name for job in work.JOBS]
    assert len(set(names)) == len(names) > 0
    assert all(job.every > timedelta(0) for job in work.JOBS)


def test_every_job_can_run_when_there_is_nothing_to_do(service: Service) -> None:
    for job in (*work.JOBS, *work.JOBS):
        job.run(service)
    assert {row.at for row in fetch_log(service.db)} == {START}


def test_a_real_server_is_fetched_from(feeds: Path, sqlite_url: str, clock: Clock) -> None:
    with served() as loopback:
        loopback.documents["/feed"] = rss(post("a", "Baidu grows"))
        feeds.write_text(FEEDS.replace("https://news.example/feed", loopback.url("/feed")), encoding="utf-8")
        service = Service(Environment(feeds, sqlite_url), clock)
        service.prepare()
        (report,) = fetching.fetch(service, service.config.sources[:1])
    assert (report.status, report.new) == (Status.OK, 1)
    assert titles(service.db, "company=baidu") == ["Baidu grows"]
    service.db.dispose()


def test_nobody_is_asked_for_what_the_store_refuses(
    service: Service, web: FakeWeb, clock: Clock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    saved = states.save_looks

    def full(*_: object) -> None:
        raise StoreError("the database cannot be written: it is full")

    monkeypatch.setattr(states, "save_looks", full)
    asked = []
    for _ in range(60):  # five minutes
        fetching.refresh_due(service)
        asked.append(len(web.asked))
        clock.advance(seconds=5)
    assert asked[0] == asked[1] == 2  # two sources, once each, and then a pause
    assert asked[-1] == 2 * 5  # after 10, 20, 40, 80 and 160 seconds
    assert notes.read(service.db, notes.STORE_ERROR) == "the database cannot be written: it is full"
    assert "news: the database cannot be written: it is full" in caplog.text
    monkeypatch.setattr(states, "save_looks", saved)
    clock.advance(minutes=6)
    fetching.refresh_due(service)
    assert notes.read(service.db, notes.STORE_ERROR) == ""
    assert due(service) == []


def test_a_store_that_cannot_even_be_read_is_left_alone_for_a_while(
    service: Service, web: FakeWeb, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []

    def away(*_: object) -> list[str]:
        calls.append(clock.now)
        raise StoreError("the server is gone")

    with monkeypatch.context() as patch:
        patch.setattr(sources, "due", away)
        for _ in range(2):
            with pytest.raises(StoreError):
                fetching.refresh_due(service)
            fetching.refresh_due(service)
            clock.advance(minutes=1)
    assert len(calls) == 2
    assert web.asked == []
    fetching.refresh_due(service)
    assert len(web.asked) == 2


@pytest.mark.parametrize(
    ("said", "contact"),
    [
        ("", ""),
        ('[site]\nurl = "https://wire.example"\n', "+https://wire.example/about"),
        (
            '[site]\nurl = "https://wire.example"\n[fetch]\ncontact = "mailto:me@wire.example"\n',
            "mailto:me@wire.example",
        ),
    ],
)
def test_publishers_are_told_whom_to_write_to(tmp_path: Path, database_url: str, said: str, contact: str) -> None:
    feeds = tmp_path / "feeds.toml"
    feeds.write_text(said, encoding="utf-8")
    service = Service(Environment(feeds, database_url))
    assert fetching.policy(service).contact == contact
    service.db.dispose()
