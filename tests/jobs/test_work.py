"""The work of a running service: which sources are looked at, edits of feeds.toml, tagging again, trimming."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from aggregator import bootstrap
from aggregator.bootstrap import Environment, Service
from aggregator.errors import ConfigError
from aggregator.jobs import work
from aggregator.model import Failure, Report, Status
from aggregator.store import reads, sources
from aggregator.tagging.load import read_taxonomy
from tests.fakes import START, Clock, FakeWeb, post, rss
from tests.loopback import served
from tests.samples import ALL, fetch_log, only, titles

FEEDS = """
[fetch]
allow_networks = ["127.0.0.0/8"]

[[source]]
id = "news"
url = "https://news.example/feed"

[[source]]
id = "other"
url = "https://other.example/feed"
title = "The Other"
interval = "2h"
"""
MORE = FEEDS + '[[source]]\nid = "third"\nurl = "https://third.example/feed"\n'
BROKEN = FEEDS.replace('"2h"', '"soon"')
ZEBRA = FEEDS + '[[company]]\nslug = "zebra-ai"\nname = "Zebra AI"\nhome = "cn"\n'
TAXONOMY = """
[[region]]
slug = "cn"
name = "China"

[[company]]
slug = "baidu"
name = "Baidu"
home = "cn"
"""


@pytest.fixture
def feeds(tmp_path: Path) -> Path:
    path = tmp_path / "feeds.toml"
    path.write_text(FEEDS, encoding="utf-8")
    return path


@pytest.fixture
def service(
    feeds: Path, database_url: str, clock: Clock, web: FakeWeb, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Service]:
    """A service that fetches from the fake Web; its taxonomy is small, so that it is read in no time."""
    monkeypatch.setattr(bootstrap, "load_taxonomy", lambda added: read_taxonomy({"small.toml": TAXONOMY}, added))
    service = Service(Environment(feeds, database_url), clock)
    monkeypatch.setattr(work, "fetcher", lambda _: web)
    service.prepare()
    yield service
    service.db.dispose()


def due(service: Service) -> list[str]:
    return [source.id for source in work.due(service)]


def listed(service: Service) -> list[str]:
    return sorted(health.id for health in sources.health(service.db, listed_only=True))


def test_sources_are_due_by_their_own_intervals(service: Service, web: FakeWeb, clock: Clock) -> None:
    web.documents = {source.url: rss(post(source.id)) for source in service.config.sources}
    assert due(service) == ["news", "other"]
    work.refresh_due(service)
    assert due(service) == []
    clock.advance(minutes=30)
    assert due(service) == ["news"]
    clock.advance(minutes=90)
    assert due(service) == ["news", "other"]


def test_nothing_is_fetched_while_nothing_is_due(service: Service, web: FakeWeb) -> None:
    work.refresh_due(service)
    asked = len(web.asked)
    work.refresh_due(service)
    assert len(web.asked) == asked == 2


def test_a_source_that_only_the_store_lists_is_not_fetched(service: Service) -> None:
    sources.sync(service.db, [*service.config.sources, replace(service.config.sources[0], id="stray")])
    assert due(service) == ["news", "other"]


def test_a_fetch_tells_of_every_source_as_it_is_done(service: Service, web: FakeWeb) -> None:
    web.documents["https://news.example/feed"] = rss(post("a"), post("b"))
    told: list[Report] = []
    reports = work.fetch(service, service.config.sources, told.append)
    assert told == reports
    assert {report.source_id: report.new for report in reports} == {"news": 2, "other": 0}
    assert len(titles(service.db)) == 2


def test_a_run_is_logged_in_one_sentence_and_failures_by_name(
    service: Service, web: FakeWeb, caplog: pytest.LogCaptureFixture
) -> None:
    web.documents = {"https://news.example/feed": rss(post("a")), "https://other.example/feed": Failure("no answer")}
    with caplog.at_level(logging.INFO, "aggregator"):
        work.refresh_due(service)
    assert [record.message for record in caplog.records] == [
        "looked at 2 sources: 1 new items, 0 edited, 1 sources failed",
        "other: no answer",
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
    assert sentence in work.summary(reports)


def test_an_edit_of_the_file_takes_effect(service: Service, feeds: Path) -> None:
    assert service.notice_edit() == ""
    feeds.write_text(MORE, encoding="utf-8")
    assert "3 sources" in service.notice_edit()
    assert listed(service) == due(service) == ["news", "other", "third"]
    feeds.write_text(FEEDS, encoding="utf-8")
    work.notice_edit(service)
    assert listed(service) == due(service) == ["news", "other"]


@pytest.mark.parametrize(
    ("mistake", "said"),
    [
        (BROKEN, "'soon' is not a length of time"),
        (FEEDS + "[[source", "this is not TOML"),
        (FEEDS.replace('title = "The Other"', 'region = "atlantis"'), "no region 'atlantis'"),
        (FEEDS + '[[company]]\nname = "No slug"\n', "slug"),
    ],
    ids=["value", "syntax", "reference", "taxonomy"],
)
def test_a_broken_edit_changes_nothing_but_a_note_until_it_is_mended(
    service: Service, feeds: Path, mistake: str, said: str
) -> None:
    feeds.write_text(mistake, encoding="utf-8")
    assert "the last good one stays in force" in service.notice_edit()
    assert said in sources.note(service.db, sources.CONFIG_ERROR)
    assert [source.title for source in service.config.sources] == ["news", "The Other"]
    assert listed(service) == due(service) == ["news", "other"]
    assert service.notice_edit() == ""
    feeds.write_text(MORE, encoding="utf-8")
    assert "3 sources" in service.notice_edit()
    assert sources.note(service.db, sources.CONFIG_ERROR) == ""
    assert "third" in listed(service)


def test_a_file_that_disappears_is_a_mistake_too(service: Service, feeds: Path) -> None:
    feeds.unlink()
    work.notice_edit(service)
    assert "the file is not there" in sources.note(service.db, sources.CONFIG_ERROR)
    assert due(service) == ["news", "other"]


def test_a_service_does_not_start_with_a_broken_file(feeds: Path, sqlite_url: str) -> None:
    feeds.write_text(BROKEN, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"feeds.toml:\d+: 'soon'"):
        Service(Environment(feeds, sqlite_url))


def test_items_are_tagged_again_when_the_taxonomy_changes(service: Service, web: FakeWeb, feeds: Path) -> None:
    web.documents["https://news.example/feed"] = rss(post("a", "Zebra AI opens an office"), post("b", "Baidu grows"))
    work.refresh_due(service)
    before = only(service.db, "q=zebra")
    assert titles(service.db, "company=zebra-ai") == []
    feeds.write_text(ZEBRA, encoding="utf-8")
    work.notice_edit(service)
    work.retag(service)
    after = only(service.db, "company=zebra-ai")
    assert (after.title, after.changed) == (before.title, before.changed)
    assert after.slugs("region") == ("cn",)
    assert titles(service.db, "company=baidu") == ["Baidu grows"]
    assert list(work.outdated(service)) == []


def test_tagging_again_keeps_the_tags_that_a_source_gives(service: Service, web: FakeWeb, feeds: Path) -> None:
    given = FEEDS.replace('title = "The Other"', 'tags = ["company/baidu"]')
    feeds.write_text(given, encoding="utf-8")
    work.notice_edit(service)
    web.documents["https://other.example/feed"] = rss(post("a", "An office opens"))
    work.refresh_due(service)
    feeds.write_text(ZEBRA.replace('title = "The Other"', 'tags = ["company/baidu"]'), encoding="utf-8")
    work.notice_edit(service)
    work.retag(service)
    assert titles(service.db, "company=baidu") == ["An office opens"]


def test_more_items_than_a_batch_are_all_tagged_again(
    service: Service, web: FakeWeb, feeds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "_BATCH", 3)
    web.documents["https://news.example/feed"] = rss(*(post(str(n), f"Zebra AI {n}") for n in range(8)))
    work.refresh_due(service)
    feeds.write_text(ZEBRA, encoding="utf-8")
    work.notice_edit(service)
    assert [len(batch) for batch, _ in work.outdated(service)] == [3, 3, 2]
    work.retag(service)
    assert reads.count(service.db, ALL) == len(titles(service.db, "company=zebra-ai")) == 8


def test_looks_are_forgotten_after_a_month(service: Service, clock: Clock) -> None:
    work.refresh_due(service)
    clock.advance(days=29)
    work.trim_log(service)
    assert len(fetch_log(service.db)) == 2
    clock.advance(days=2)
    work.trim_log(service)
    assert fetch_log(service.db) == []


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
        (report,) = work.fetch(service, service.config.sources[:1])
    assert (report.status, report.new) == (Status.OK, 1)
    assert titles(service.db, "company=baidu") == ["Baidu grows"]
    service.db.dispose()
