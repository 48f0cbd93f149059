"""Looks that fail, and documents that are out to make them fail: one source is lost, for once, and no other."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from aggregator.model import Failure, Grade, Hints, Page, Status, Validators
from aggregator.refresh import reading
from aggregator.refresh.context import Context
from aggregator.store import sources, states
from aggregator.store.check import faults
from tests.fakes import START, Clock, FakeWeb, look, post, rss
from tests.samples import fetch_log, make_source, titles

NEWS, OTHER = make_source("news"), make_source("other")
HOSTED = [make_source(name, url=f"https://host.example/{name}") for name in "abc"]
HOUR = timedelta(hours=1)
BUSY = Failure("the server answered 503", 503, Grade.TEMPORARY, Hints(retry_after=5 * HOUR))
A = post("a")


@pytest.fixture(autouse=True)
def _sources(db: Engine) -> None:
    sources.sync(db, [NEWS, OTHER], START)


def next_look(parts: Context, source_id: str = "news") -> datetime:
    then = states.state(parts.db, source_id).next_look
    assert then is not None
    return then


ASKED = Hints(retry_after=5 * HOUR)
INDEX = b"""<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<sitemap><loc>https://news.example/p.xml</loc></sitemap></sitemapindex>"""


@pytest.mark.parametrize("of", ["a page that is no feed", "the part of an index"])
def test_who_asks_us_to_wait_is_left_alone_whatever_came(web: FakeWeb, parts: Context, of: str) -> None:
    source = NEWS if of == "a page that is no feed" else replace(NEWS, kind="sitemap")
    sources.sync(parts.db, [source, OTHER], START)
    web.documents[NEWS.url] = INDEX
    web.documents["https://news.example/p.xml"] = BUSY
    if source is NEWS:
        web.documents[NEWS.url] = lambda: Page(NEWS.url, b"<html>Sorry</html>", "text/html", hints=ASKED)
    assert look(web, parts, source)["news"].failed
    assert next_look(parts) >= START + 5 * HOUR
    assert sources.may_be_asked(parts.db, START + HOUR) == ["other"]
    assert sources.may_be_asked(parts.db, START + 6 * HOUR) == ["news", "other"]


@pytest.mark.parametrize("broken", [b"", b"<html><body>Sorry</body></html>", b"{}", b"\x00\xff"])
def test_a_document_that_cannot_be_read_fails_with_its_reason_and_stops_no_other(
    web: FakeWeb, parts: Context, broken: bytes
) -> None:
    web.documents |= {NEWS.url: broken, OTHER.url: rss(A)}
    reports = look(web, parts, NEWS, OTHER)
    assert reports["news"].status is Status.ERROR
    assert "the document is" in reports["news"].error
    assert states.state(parts.db, "news").error == reports["news"].error
    assert titles(parts.db) == [A.title]


@pytest.mark.parametrize("place", ["parse", "normalise", "identify"])
def test_an_unexpected_error_costs_one_source_only(
    web: FakeWeb, parts: Context, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    working = getattr(reading, place)

    def breaking(*said: Any) -> Any:
        if "boom" in repr(said):
            raise ZeroDivisionError("a bug")
        return working(*said)

    monkeypatch.setattr(reading, place, breaking)
    web.documents |= {NEWS.url: rss(post("boom")), OTHER.url: rss(A)}
    reports = look(web, parts, NEWS, OTHER)
    assert (reports["news"].status, reports["other"].new) == (Status.ERROR, 1)
    assert reports["news"].error == "unexpected error: ZeroDivisionError('a bug')"
    assert states.state(parts.db, "news").failures == 1
    assert titles(parts.db) == [A.title]


def test_a_document_that_could_not_be_read_is_read_again_although_it_is_the_same(web: FakeWeb, parts: Context) -> None:
    web.etags = False
    web.documents[NEWS.url] = rss(A)
    look(web, parts, NEWS)
    web.documents[NEWS.url] = b"<html>maintenance</html>"
    assert look(web, parts, NEWS)["news"].failed
    web.documents[NEWS.url] = rss(A)
    report = look(web, parts, NEWS)["news"]
    assert (report.status, report.new, report.edited) == (Status.OK, 0, 0)
    assert states.state(parts.db, "news").error == ""


HOSTILE = b'{"version": "https://jsonfeed.org/version/1.1", "items": [%s]}'


@pytest.mark.parametrize(
    "entry",
    [
        rb'{"id": "a\u0000b", "title": "a\u0000b", "url": "https://x.example/\u0000"}',
        rb'{"id": "\ud800", "title": "\ud800", "url": "https://x.example/\ud800", "content_html": "\udfff"}',
        b'{"id": "%s", "title": "Long", "url": "https://x.example/?%s"}' % (bytes(range(97, 123)) * 999, b"ab1" * 600),
        '{"id": "%s", "title": "长"}'.encode() % "".join(map(chr, range(0x4E00, 0x6E00))).encode(),
        b'{"id": "1", "title": "Date", "date_published": "99999-01-01T00:00:00Z"}',
    ],
    ids=["nul", "surrogate", "long", "long han", "date"],
)
def test_hostile_entries_are_stored_on_both_engines(web: FakeWeb, parts: Context, entry: bytes) -> None:
    web.documents[NEWS.url] = HOSTILE % entry
    report = look(web, parts, NEWS)["news"]
    assert (report.error, report.new) == ("", 1)
    assert faults(parts.db) == []


def test_headers_of_bytes_that_are_no_text_do_no_harm(web: FakeWeb, parts: Context) -> None:
    web.documents[NEWS.url] = Page(NEWS.url, rss(A), "text/xml", Validators('"\udce9"', "\udcff"))
    assert look(web, parts, NEWS)["news"].error == ""
    assert look(web, parts, NEWS)["news"].error == ""
    assert titles(parts.db) == [A.title]


def test_a_failure_waits_as_long_as_the_server_asks(web: FakeWeb, parts: Context) -> None:
    web.documents[NEWS.url] = Failure("the server answered 503", 503, hints=Hints(retry_after=5 * HOUR))
    report = look(web, parts, NEWS)["news"]
    assert (report.status, report.error) == (Status.ERROR, "the server answered 503")
    assert START + 5 * HOUR <= next_look(parts) <= START + 5.5 * HOUR
    assert sources.due(parts.db, START + 4 * HOUR) == ["other"]


def test_a_feed_that_is_gone_for_good_is_called_gone(web: FakeWeb, parts: Context) -> None:
    web.documents[NEWS.url] = Failure("the server answered 410 Gone", 410)
    assert look(web, parts, NEWS)["news"].status is Status.GONE
    assert states.state(parts.db, "news").status is Status.GONE
    assert next_look(parts) == START + timedelta(days=30)


def test_a_host_that_refused_two_other_sources_is_left_alone(web: FakeWeb, parts: Context, clock: Clock) -> None:
    sources.sync(parts.db, HOSTED, START)
    web.documents = {source.url: BUSY for source in HOSTED[:2]} | {HOSTED[2].url: rss(A)}
    look(web, parts, *HOSTED[:2])
    report = look(web, parts, HOSTED[2])["c"]
    assert [url for url, _ in web.asked] == [source.url for source in HOSTED[:2]]
    assert report.status is Status.ERROR
    assert re.fullmatch(
        r"other sources of its host were told to wait, so it is left alone until 1[78]:\d\d UTC", report.error
    )
    then = next_look(parts, "c")
    assert START + 5 * HOUR <= then <= START + 6.1 * HOUR
    assert look(web, parts, HOSTED[2], insist=True)["c"].new == 1
    web.documents[HOSTED[2].url] = rss(A, post("b"))
    clock.now = then
    assert look(web, parts, HOSTED[2])["c"].new == 1


@pytest.mark.parametrize("known", [rss(A), Failure("no answer"), None], ids=["answered", "failed", "never asked"])
def test_a_source_that_is_put_off_keeps_all_that_is_known_of_it(
    web: FakeWeb, parts: Context, clock: Clock, known: bytes | Failure | None
) -> None:
    sources.sync(parts.db, HOSTED, START)
    web.documents = {source.url: BUSY for source in HOSTED[:2]}
    if known:
        web.documents[HOSTED[2].url] = known
        look(web, parts, HOSTED[2])
    look(web, parts, *HOSTED[:2])
    clock.advance(hours=2)
    before, looks = states.state(parts.db, "c"), fetch_log(parts.db)
    report = look(web, parts, HOSTED[2])["c"]
    after = states.state(parts.db, "c")
    assert (report.status, report.error) == (Status.ERROR, after.why_then)
    assert after == replace(before, next_look=after.next_look, why_then=after.why_then)
    assert after.next_look == next_look(parts, max("ab", key=lambda name: next_look(parts, name)))
    assert fetch_log(parts.db) == looks
    assert "c" not in sources.due(parts.db, clock.now)
    assert "c" in sources.due(parts.db, next_look(parts, "c"))


def test_one_refusal_does_not_close_a_host(web: FakeWeb, parts: Context) -> None:
    sources.sync(parts.db, HOSTED, START)
    web.documents = {HOSTED[0].url: BUSY, HOSTED[1].url: Failure("no answer"), HOSTED[2].url: rss(A)}
    look(web, parts, *HOSTED[:2])
    assert look(web, parts, HOSTED[2])["c"].new == 1


def test_a_source_goes_back_to_its_address_when_the_new_one_fails(web: FakeWeb, parts: Context, clock: Clock) -> None:
    new = "https://new.example/feed"
    for number in range(3):
        web.documents[NEWS.url] = Page(new, rss(post(str(number))), hints=Hints(moved_to=new))
        look(web, parts, NEWS)
        clock.advance(days=1)
    for _ in range(3):
        look(web, parts, NEWS)
    look(web, parts, NEWS)
    assert [url for url, _ in web.asked] == [NEWS.url] * 3 + [new] * 3 + [NEWS.url]


def test_a_redirect_to_what_is_no_feed_does_not_count(web: FakeWeb, parts: Context, clock: Clock) -> None:
    page = Page("https://new.example/", b"<html>Welcome</html>", hints=Hints(moved_to="https://new.example/"))
    web.documents[NEWS.url] = page
    for _ in range(4):
        assert look(web, parts, NEWS)["news"].failed
        clock.advance(days=1)
    assert {url for url, _ in web.asked} == {NEWS.url}
