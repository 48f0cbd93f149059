"""Those who ask again are told that nothing changed; what did change is never kept from them."""

from __future__ import annotations

import gzip
from datetime import timedelta
from email.utils import parsedate_to_datetime

import brotli
import pytest

from aggregator.model import Tag, Tagging, Tier
from aggregator.store import activity, items, notes, reads, version
from tests.fakes import START, FakeWeb
from tests.web.conftest import opened
from tests.web.site import LISTINGS, Site, edit
from web import create_app

PAGES = ("/", "/items", "/tags", "/about", "/item/1", "/items?q=AI", *LISTINGS, "/opml", "/feeds.opml")
FEEDS = ("/items.atom", "/company/baidu.rss", "/items.json", "/items.csv", "/items/archive/2025-02.atom")
ALL = (*PAGES, *FEEDS, "/.well-known/feed-menu.json")


@pytest.mark.parametrize("address", [*ALL, "/sources"])
def test_who_has_a_page_is_told_so(site: Site, address: str) -> None:
    first = site.get(address)
    again = site.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    assert "Content-Type" not in again.headers
    for name in ("Cache-Control", "Vary"):
        assert again.headers[name] == first.headers[name]
    assert site.get(address, headers={"If-None-Match": '"another"'}).status_code == 200
    assert not first.headers["ETag"].startswith("W/")


@pytest.mark.parametrize("address", [a for a in ALL if a != "/" and not a.startswith("/source/")])
def test_the_date_alone_is_enough(site: Site, address: str) -> None:
    dated = site.get(address).headers["Last-Modified"]
    assert site.get(address, headers={"If-Modified-Since": dated}).status_code == 304


def test_the_date_alone_is_not_enough_on_another_day(own_site: Site) -> None:
    address = "/items?since=1d"
    first = own_site.get(address)
    own_site.clock.advance(days=5)
    again = own_site.get(f"{address}&", headers={"If-Modified-Since": first.headers["Last-Modified"]})  # not kept
    assert again.status_code == 200
    assert again.data != first.data


def test_what_may_change_within_the_second_has_the_date_of_the_one_before_and_is_given_whole(own_site: Site) -> None:
    tagging = Tagging((), Tier.CORE, 1.0, "another")
    items.save_taggings(own_site.service.db, [(1, tagging)], own_site.clock())
    address, now = "/items?tier=core", own_site.clock()
    first = own_site.get(address)
    assert parsedate_to_datetime(first.headers["Last-Modified"]) == now - timedelta(seconds=1)
    dated = {"If-Modified-Since": first.headers["Last-Modified"]}
    assert own_site.get(address, headers=dated).status_code == 200
    own_site.clock.advance(seconds=1)
    assert own_site.get(address, headers=dated).status_code == 200
    later = own_site.get(address)  # the same answer
    assert parsedate_to_datetime(later.headers["Last-Modified"]) == now
    dated = {"If-Modified-Since": later.headers["Last-Modified"]}
    assert own_site.get(address, headers=dated).status_code == 304


def test_no_answer_is_dated_after_the_answer_itself(own_site: Site) -> None:
    for number in range(5):  # each a second after the one before, at least
        items.save_taggings(
            own_site.service.db, [(1, Tagging((), Tier.CORE, 1.0, f"version {number}"))], own_site.clock()
        )
    dated = parsedate_to_datetime(own_site.get("/items?tier=core").headers["Last-Modified"])
    assert dated == own_site.clock() - timedelta(seconds=1)


def test_a_run_that_changes_nothing_leaves_all_answers_as_they_are(own_site: Site) -> None:
    before = version.current(own_site.service.db)
    own_site.clock.advance(hours=1)
    own_site.service.prepare()
    notes.leave(own_site.service.db, notes.STORE_ERROR, "", own_site.clock())
    assert version.current(own_site.service.db) == before
    notes.leave(own_site.service.db, notes.STORE_ERROR, "full", own_site.clock())
    assert version.current(own_site.service.db) != before


def test_all_processes_that_serve_the_site_date_an_answer_alike(own_site: Site) -> None:
    service = own_site.service
    own_site.clock.advance(days=3650)  # the program is older
    dates = set()
    for _ in range(2):
        own_site.clock.advance(seconds=1)
        process = create_app(service.db, service).test_client()
        own_site.clock.advance(seconds=1)
        dates.add(process.get("/items.rss").headers["Last-Modified"])
    assert len(dates) == 1


def test_charts_turn_at_midnight_in_utc_wherever_the_site_is(own_site: Site) -> None:
    path = own_site.service.environment.feeds
    there = path.read_text(encoding="utf-8")
    path.write_text(there.replace("[site]\n", '[site]\ntimezone = "Asia/Shanghai"\n', 1), encoding="utf-8")
    own_site.service.notice_edit()
    assert own_site.get("/trends?by=model").status_code == 200  # which has the new settings
    own_site.clock.advance(hours=5)  # Sunday 17:00 in UTC, Monday there
    first = own_site.get("/trends")
    own_site.clock.advance(hours=8)
    again = own_site.get("/trends?until=", headers={"If-Modified-Since": first.headers["Last-Modified"]})
    assert again.status_code == 200
    assert again.data != first.data


def test_how_a_source_answers_has_no_date(site: Site) -> None:
    for address in ("/", "/source/model-watch", "/api/v1/sources"):
        assert "Last-Modified" not in site.get(address).headers
    assert "Last-Modified" in site.get("/source/model-watch.atom").headers


@pytest.mark.parametrize("address", [*ALL, "/sources", "/healthz", "/static/wire.css"])
def test_a_head_request_has_the_headers_of_a_get(site: Site, address: str) -> None:
    whole, head = site.get(address), site.head(address)
    assert (head.status_code, head.data) == (200, b"")
    varying = {"Date"}
    assert {k: v for k, v in head.headers.items() if k not in varying} == {
        k: v for k, v in whole.headers.items() if k not in varying
    }


@pytest.mark.parametrize("address", ["/", "/items.atom", "/items.json", "/items.csv"])
def test_every_coding_holds_the_same_under_a_tag_of_its_own(site: Site, address: str) -> None:
    found = {
        coding: site.get(address, headers={"Accept-Encoding": coding})
        for coding in ("", "gzip", "br", "gzip, br, zstd")
    }
    plain = found[""].data
    assert gzip.decompress(found["gzip"].data) == brotli.decompress(found["br"].data) == plain
    assert [answer.headers.get("Content-Encoding") for answer in found.values()] == [None, "gzip", "br", "br"]
    assert len({answer.headers["ETag"] for answer in found.values()}) == 3
    varying = "Accept-Encoding, Accept" if address.endswith(".atom") else "Accept-Encoding"
    assert {answer.headers["Vary"] for answer in found.values()} == {varying}
    assert len(found["br"].data) < len(plain) / 2
    known = {"If-None-Match": found["br"].headers["ETag"]}
    assert site.get(address, headers=known | {"Accept-Encoding": "br"}).status_code == 304
    assert site.get(address, headers=known).status_code == 200


@pytest.mark.parametrize(("address", "kind"), [("/items.atom", "atom+xml"), ("/items.rss", "rss+xml")])
def test_a_browser_gets_a_feed_as_xml_which_it_styles(site: Site, address: str, kind: str) -> None:
    for _ in range(2):  # made anew, and kept
        read = site.get(address, headers={"Accept": "application/rss+xml, text/html;q=0.5"})
        seen = site.get(address, headers={"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9"})
        assert (read.mimetype, seen.mimetype) == (f"application/{kind}", "application/xml")
        assert read.data == seen.data
        assert b'<?xml-stylesheet type="text/css"' in seen.data


@pytest.mark.parametrize("accepted", ["identity", "br;q=0", "gzip;q=0, br;q=0", "*;q=0", "zstd", "nonsense;;q=x"])
def test_who_takes_no_coding_gets_none(site: Site, accepted: str) -> None:
    assert "Content-Encoding" not in site.get("/", headers={"Accept-Encoding": accepted}).headers


def test_an_answer_is_fresh_until_the_next_look(own_site: Site) -> None:
    def max_age() -> int:
        return int(own_site.get("/items").headers["Cache-Control"].removeprefix("public, max-age="))

    then = activity.next_look(own_site.service.db)
    assert then is not None
    assert then > START
    assert max_age() == 300
    own_site.clock.advance(seconds=(then - own_site.clock() - timedelta(seconds=42)).total_seconds())
    assert max_age() == 42
    own_site.clock.advance(hours=1)
    assert max_age() == 5


def test_an_error_is_not_to_be_kept(site: Site) -> None:
    for address in ("/nothing", "/items?x=1", "/source/nobody.atom"):
        headers = site.get(address).headers
        assert headers["Cache-Control"] == "no-store"
        assert "ETag" not in headers


def test_a_page_is_made_once(own_site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    first = own_site.get("/company/baidu")
    monkeypatch.setattr(reads, "listing", lambda *_, **__: pytest.fail("it was made again"))
    again = own_site.get("/company/baidu")
    assert (again.data, dict(again.headers)) == (first.data, dict(first.headers))


def test_what_changes_is_shown_at_once(own_site: Site, samples: FakeWeb) -> None:
    addresses = ("/source/pacific-tech-review", "/source/pacific-tech-review.atom", "/items?q=Alibaba")
    before = {address: own_site.get(address).headers["ETag"] for address in addresses}
    edit(samples, "pacific-tech-review", "Alibaba opens", "Alibaba publishes")
    own_site.clock.advance(hours=1)
    own_site.refresh(samples)
    for address in addresses:
        answer = own_site.get(address, headers={"If-None-Match": before[address]})
        assert answer.status_code == 200
        assert "Alibaba publishes" in answer.text


def test_new_tags_and_settings_are_shown_at_once(own_site: Site) -> None:
    item = own_site.item("ERNIE 4.5")
    assert "Safety" not in own_site.get(f"/item/{item.id}").text
    tagging = Tagging((*item.tags, Tag("topic", "safety")), Tier.CORE, 5.0, "another-version")
    items.save_taggings(own_site.service.db, [(item.id, tagging)], own_site.clock())
    assert "topic/safety" in own_site.get(f"/item/{item.id}").text
    path = own_site.service.environment.feeds
    path.write_text(path.read_text(encoding="utf-8").replace("(demo)", "(another)"), encoding="utf-8")
    own_site.service.reload()
    assert "AI Policy Wire (another)" in own_site.get(f"/item/{item.id}").text


def test_all_workers_say_the_same(own_site: Site) -> None:
    with opened(own_site.service.environment.feeds.parent) as other:
        for address in ALL:
            assert other.get(address).headers["ETag"] == own_site.get(address).headers["ETag"], address


def test_a_look_that_brings_nothing_is_no_new_version(own_site: Site, samples: FakeWeb) -> None:
    before = version.current(own_site.service.db)
    own_site.clock.advance(hours=1)
    own_site.refresh(samples)
    assert version.current(own_site.service.db) == before
    samples.documents.clear()
    own_site.refresh(samples, only=["model-watch"])
    assert int(version.current(own_site.service.db).number) == int(before.number) + 1
    assert "404" in own_site.get("/source/model-watch").text


def test_hosts_are_kept_apart(site: Site) -> None:
    for host in ("one.example", "two.example"):
        assert f"http://{host}/items.atom" in site.get("/items", headers={"Host": host}).text


def test_the_date_alone_is_not_enough_after_an_edit_that_no_scheduler_has_noted(own_site: Site) -> None:
    first = own_site.get("/about")
    path = own_site.service.environment.feeds
    path.write_text(path.read_text(encoding="utf-8").replace("(demo)", "(another)"), encoding="utf-8")
    own_site.clock.advance(seconds=5)
    own_site.service.reload()
    again = own_site.get("/about", headers={"If-Modified-Since": first.headers["Last-Modified"]})
    assert again.status_code == 200
    assert "(another)" in again.text
