"""From a document to rows, on both engines: what each look at a source leaves behind."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Engine

from aggregator.model import Failure, Report, Selectors, Source, Status, Validators
from aggregator.refresh.context import Context, call_here
from aggregator.refresh.store_thread import StoreThread
from aggregator.store import reads, sources, states
from aggregator.store.check import faults
from tests.conftest import opened
from tests.fakes import START, Clock, FakeWeb, Post, look, post, rss
from tests.samples import ALL, add_sources, fetch_log, make_source, only, titles

NEWS, OTHER = make_source("news"), make_source("other")
A, B, C = (post(name) for name in "abc")


@pytest.fixture(autouse=True)
def _sources(db: Engine) -> None:
    sources.sync(db, [NEWS, OTHER], START)


def counts(report: Report) -> tuple[int, int, int, int]:
    return report.found, report.new, report.edited, report.sighted


def test_the_first_look_stores_all_entries_tagged(web: FakeWeb, parts: Context) -> None:
    web.documents[NEWS.url] = rss(A, B, post("c", "百度发布文心大模型X1", summary="<p>新的<b>人工智能</b></p>"))
    report = look(web, parts, NEWS)["news"]
    assert (report.status, counts(report)) == (Status.OK, (3, 3, 0, 0))
    baidu = only(parts.db, "company=baidu")
    assert (baidu.title, baidu.summary, baidu.lang) == ("百度发布文心大模型X1", "<p>新的<b>人工智能</b></p>", "zh")
    assert {"cn"} <= set(baidu.slugs("region"))
    assert len(titles(parts.db)) == 3


def test_a_document_that_has_not_changed_is_asked_for_with_its_etag_and_stores_nothing(
    web: FakeWeb, parts: Context, clock: Clock
) -> None:
    web.documents[NEWS.url] = rss(A)
    look(web, parts, NEWS)
    clock.advance(hours=1)
    report = look(web, parts, NEWS)["news"]
    assert (report.status, counts(report)) == (Status.NOT_MODIFIED, (0, 0, 0, 0))
    assert web.asked[0][1] == Validators()
    assert web.asked[1][1].etag
    assert states.state(parts.db, "news").last_success == clock.now


def test_an_unchanged_body_without_validators_stores_nothing(web: FakeWeb, parts: Context) -> None:
    web.etags = False
    web.documents[NEWS.url] = rss(A, B)
    look(web, parts, NEWS)
    before = reads.listing(parts.db, ALL)
    report = look(web, parts, NEWS)["news"]
    assert (report.status, report.new, report.edited, report.sighted) == (Status.OK, 0, 0, 0)
    assert reads.listing(parts.db, ALL) == before


def test_an_edited_entry_is_updated_and_its_earlier_title_kept(web: FakeWeb, parts: Context, clock: Clock) -> None:
    web.documents[NEWS.url] = rss(A, B)
    look(web, parts, NEWS)
    clock.advance(hours=1)
    web.documents[NEWS.url] = rss(replace(A, title="Baidu corrects itself"), B)
    assert counts(look(web, parts, NEWS)["news"]) == (2, 0, 1, 0)
    item = only(parts.db, "company=baidu")
    assert (item.title, item.changed) == ("Baidu corrects itself", clock.now)
    assert reads.versions(parts.db, item.id) == [reads.ItemVersion(A.title, "", clock.now)]


def test_only_the_new_entry_is_added(web: FakeWeb, parts: Context) -> None:
    web.documents[NEWS.url] = rss(A, B)
    look(web, parts, NEWS)
    web.documents[NEWS.url] = rss(C, A)
    assert counts(look(web, parts, NEWS)["news"]) == (2, 1, 0, 0)
    assert sorted(titles(parts.db)) == sorted([A.title, B.title, C.title])


def test_a_link_that_another_source_has_already_is_a_sighting(web: FakeWeb, parts: Context) -> None:
    web.documents[NEWS.url] = rss(A)
    theirs = Post("Their words for it", f"{A.link}?utm_source=other", "their-id")
    web.documents[OTHER.url] = rss(theirs, B)
    look(web, parts, NEWS)
    assert counts(look(web, parts, OTHER)["other"]) == (2, 1, 0, 1)
    item = only(parts.db, "source=news")
    assert item.title == A.title
    assert [carrier.source_id for carrier in reads.carriers(parts.db, item.id)] == ["news", "other"]
    web.documents[OTHER.url] = rss(replace(theirs, title="Their edit"), B)
    assert counts(look(web, parts, OTHER)["other"]) == (2, 0, 0, 1)
    assert only(parts.db, "source=news").title == A.title


def test_what_a_document_has_twice_is_stored_once_and_reported(web: FakeWeb, parts: Context) -> None:
    web.documents[NEWS.url] = rss(replace(A, guid="1"), replace(A, guid="1", title="Again"))
    report = look(web, parts, NEWS)["news"]
    assert (counts(report), [gone.title for gone in report.merged]) == ((2, 1, 0, 0), ["Again"])


def test_an_entry_with_a_new_id_every_time_is_stored_once(web: FakeWeb, parts: Context) -> None:
    for number in range(4):
        web.documents[NEWS.url] = rss(*(replace(each, guid=f"{each.title}-{number}") for each in (A, B)))
        look(web, parts, NEWS)
    assert sorted(titles(parts.db)) == [A.title, B.title]
    assert faults(parts.db) == []


@pytest.mark.parametrize("rule", [{"include": ("baidu",)}, {"exclude": ("plans",)}])
def test_include_and_exclude_decide_what_is_stored(web: FakeWeb, parts: Context, rule: dict[str, Any]) -> None:
    web.documents[NEWS.url] = rss(A, post("b", "Baidu opens an office"))
    assert counts(look(web, parts, replace(NEWS, **rule))["news"]) == (2, 1, 0, 0)
    assert titles(parts.db) == ["Baidu opens an office"]


def test_tags_of_a_source_are_given_to_its_items(web: FakeWeb, parts: Context) -> None:
    web.documents[NEWS.url] = rss(A)
    look(web, parts, replace(NEWS, tags=("company/baidu",)))
    assert titles(parts.db, "company=baidu") == [A.title]


def test_a_source_whose_address_changes_is_asked_without_the_old_validators(web: FakeWeb, parts: Context) -> None:
    web.documents[NEWS.url] = web.documents["https://moved.example/feed"] = rss(A)
    look(web, parts, NEWS)
    report = look(web, parts, replace(NEWS, url="https://moved.example/feed"))["news"]
    assert web.asked[-1] == ("https://moved.example/feed", Validators())
    assert counts(report) == (1, 0, 0, 0)


def test_every_outcome_is_in_the_log(web: FakeWeb, parts: Context) -> None:
    for document in (rss(A, B), rss(A, B), rss(replace(A, title="Edit"), C), b"", Failure("no answer")):
        web.documents[NEWS.url] = document
        look(web, parts, NEWS)
    assert [(row.status, row.new, row.edited, bool(row.error)) for row in fetch_log(parts.db)] == [
        ("ok", 2, 0, False),
        ("not_modified", 0, 0, False),
        ("ok", 1, 1, False),
        ("error", 0, 0, True),
        ("error", 0, 0, True),
    ]


class Calls(list[str]):
    """The functions of refresh/reading that were called."""

    async def call(self, name: str, *values: Any) -> Any:
        self.append(name)
        return await call_here(name, *values)


def test_work_is_done_for_what_is_new_only(web: FakeWeb, parts: Context) -> None:
    calls, web.etags = Calls(), False
    parts = replace(parts, call=calls.call)
    for document, expected in (
        (rss(A, B), ["read_items"]),
        (rss(A, B), []),
        (rss(B, A), ["read_items"]),
        (rss(A, title="Another name"), ["read_items"]),
        (rss(C, A), ["read_items"]),
        (Failure("no answer"), []),
        (rss(C, A), ["read_items"]),
        (b"<html>Sorry</html>", ["read_items"]),
    ):
        calls.clear()
        web.documents[NEWS.url] = document
        look(web, parts, NEWS)
        assert calls == expected
    assert sorted(titles(parts.db)) == sorted([A.title, B.title, C.title])


def test_a_document_unchanged_since_the_last_look_costs_no_call(web: FakeWeb, parts: Context) -> None:
    calls = Calls()
    web.documents[NEWS.url] = rss(A)
    for _ in range(3):
        look(web, replace(parts, call=calls.call), NEWS)
    assert calls == ["read_items"]


def test_a_whole_document_is_asked_for_once_a_week(web: FakeWeb, parts: Context, clock: Clock) -> None:
    web.documents[NEWS.url] = rss(A)
    for _ in range(9):
        look(web, parts, NEWS)
        clock.advance(days=1)
    assert [day for day, (_, told) in enumerate(web.asked) if not told.etag] == [0, 7]


@pytest.mark.parametrize(("kind", "asks"), [("feed", False), ("json", False), ("html", True)])
def test_robots_txt_is_asked_for_pages_made_for_people(web: FakeWeb, parts: Context, kind: str, asks: bool) -> None:
    look(web, parts, replace(NEWS, kind=kind, selectors=Selectors("li", "a")))
    assert web.robots == [asks]


def test_the_parts_of_an_index_are_asked_for_though_the_index_stays_the_same(
    web: FakeWeb, parts: Context, clock: Clock
) -> None:
    names = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'

    def urls(*pages: str) -> bytes:
        told = "".join(f"<url><loc>https://news.example/{page}</loc></url>" for page in pages)
        return f"<urlset {names}>{told}</urlset>".encode()

    source = replace(NEWS, kind="sitemap")
    index = f"<sitemapindex {names}><sitemap><loc>https://news.example/part.xml</loc></sitemap></sitemapindex>"
    web.documents |= {NEWS.url: index.encode(), "https://news.example/part.xml": urls("one")}
    assert look(web, parts, source)["news"].new == 1
    clock.advance(hours=1)
    web.documents["https://news.example/part.xml"] = urls("one", "two", "three")
    assert look(web, parts, source)["news"].new == 2


def test_the_rhythm_of_a_document_decides_the_next_look(web: FakeWeb, parts: Context, clock: Clock) -> None:
    web.documents[NEWS.url] = rss(*(post(str(n), date=START - n * timedelta(hours=12)) for n in range(1, 9)))
    look(web, parts, NEWS)
    for _ in range(2):  # the second time, the document has not changed
        state = states.state(parts.db, "news")
        assert state.next_look is not None
        assert timedelta(hours=2) <= state.next_look - clock.now <= timedelta(hours=4)
        assert state.why_then == "it posts every 12 hours"
        clock.now = state.next_look
        assert look(web, parts, NEWS)["news"].status is Status.NOT_MODIFIED


def test_two_refreshes_at_once_store_nothing_twice(database_url: str, db: Engine) -> None:
    listed = [make_source(f"source-{number}") for number in range(6)]
    add_sources(db, *listed)
    shared = [post(str(number)) for number in range(12)]
    documents = {source.url: rss(*shared[number:], *shared[:number]) for number, source in enumerate(listed)}
    barrier = Barrier(2)

    def run(order: list[Source]) -> list[Report]:
        for engine in opened(database_url):
            barrier.wait(10)
            return list(look(FakeWeb(documents), Context(StoreThread(engine), Clock()), *order).values())
        return []

    with ThreadPoolExecutor(2) as threads:
        reports = [report for done in threads.map(run, (listed, listed[::-1])) for report in done]
    assert [report.error for report in reports] == [""] * 12
    assert sum(report.new for report in reports) == 12
    assert sorted(titles(db)) == sorted(each.title for each in shared)
    assert {len(reads.carriers(db, item.id)) for item in reads.listing(db, ALL).items} == {6}
    assert faults(db) == []
