"""Digests as pages and documents: what was closed stays, what came later stands below it."""

from __future__ import annotations

import json
from datetime import timedelta

import feedparser
import pytest
from markupsafe import escape
from playwright.sync_api import Browser

from aggregator.model import Tag, Tagging, Tier
from aggregator.store import digests, items
from tests.browsing import visiting
from tests.fakes import FakeWeb
from tests.samples import make_item, store
from tests.web.site import Site, edit, entries, serving, words

DAY, WEEK = "/digest/2025-03-16", "/digest/2025-W11"


def test_a_closed_digest_says_when_and_with_which_hash(closed: Site) -> None:
    kept = digests.closed(closed.service.db, "2025-03-16")
    assert kept
    page = closed.page(DAY)
    assert "it stays as it is" in words(page.select_one("header.digest"))
    assert kept.hash in words(page.select_one(".colophon"))
    assert len(entries(page)) == len(kept.digest.pieces)


def test_what_comes_later_stands_below_and_alters_nothing_above(closed: Site, samples: FakeWeb) -> None:
    before = [entries(closed.page(DAY)), closed.get(f"{DAY}.json").json]
    title = "Baidu launches ERNIE 4.5 and reasoning model X1, makes Ernie Bot free early"
    edit(samples, "pacific-tech-review", title, f"Corrected: {title}")
    closed.clock.advance(hours=2)
    closed.refresh(samples)
    page = closed.page(DAY)
    assert entries(page) == before[0]
    assert f"its title is now “Corrected: {title}”" in words(page.select_one(".later"))
    after = closed.get(f"{DAY}.json").json
    assert after is not None
    assert before[1] is not None
    assert len(after["errata"]) == 1
    assert after | {"errata": []} == before[1]


@pytest.mark.parametrize("suffix", ["md", "txt", "json"])
@pytest.mark.parametrize("path", [DAY, WEEK, "/region/cn/digest/2025-W11"])
def test_a_closed_digest_is_the_same_bytes_every_time(closed: Site, path: str, suffix: str) -> None:
    first = closed.get(f"{path}.{suffix}")
    closed.clock.advance(days=40)
    again = closed.get(f"{path}.{suffix}?")  # not kept from before
    assert first.status_code == again.status_code == 200
    assert first.data == again.data
    assert first.headers["ETag"] == again.headers["ETag"]


def test_a_filter_leaves_some_of_the_stories_in_their_order(closed: Site) -> None:
    whole = [title for title, _ in entries(closed.page(WEEK))]
    some = [title for title, _ in entries(closed.page(f"{WEEK}?region=cn"))]
    assert some == [title for title in whole if title in some]
    assert 3 < len(some) < len(whole)
    assert entries(closed.page("/region/cn/digest/2025-W11")) == entries(closed.page(f"{WEEK}?region=cn"))


def test_the_archive_leads_to_what_is_closed_and_days_to_their_neighbours(closed: Site) -> None:
    listed = [str(link["href"]) for link in closed.page("/digest/").select(".plain a")]
    assert {DAY, WEEK} <= set(listed)
    groups = {words(under): words(under.find_next("ul")) for under in closed.page("/digest/").select(".archive h3")}
    assert "Week 11 of 2025" in groups["2025"]
    assert "Sunday 16 March 2025" in groups["March 2025"]
    page = closed.page(DAY)
    around = [str(link["href"]) for link in page.select(".around a")]
    assert around == ["/digest/2025-03-15", WEEK, "/digest/2025-03-17", "/digest/"]


def test_an_empty_digest_says_why(own_site: Site, samples: FakeWeb) -> None:
    assert "no source that answered had a report" in words(own_site.page("/digest/2024-01-02").select_one(".empty"))
    samples.documents["http://127.0.0.1:80/model-watch.xml"] = b"nothing"
    own_site.clock.advance(hours=40)
    own_site.refresh(samples)
    assert "did not answer: Model Watch" in words(own_site.page("/digest/2025-03-17").select_one(".empty"))
    assert "did not answer" not in words(own_site.page("/digest/2024-01-03").select_one(".empty"))  # nobody was asked


@pytest.mark.parametrize("tier", ["all", "off"])
def test_what_is_off_topic_did_not_come_in_later(closed: Site, tier: str) -> None:
    assert not closed.page(f"{DAY}?tier={tier}").select(".later")


def test_what_came_in_later_is_told_in_every_form(closed: Site) -> None:
    title = r"GPT_5 [beta] * C:\tmp & AT&T: AI model"
    late = make_item("late", ["topic/release"], title=title, published=closed.clock() - timedelta(hours=15))
    store(closed.service.db, late, now=closed.clock())
    assert f"{closed.clock():%Y-%m-%d %H:%M} UTC: came in later: {title} (" in closed.get(f"{DAY}.txt").text
    (shown,) = closed.page(DAY).select(".later time")
    assert shown["datetime"] == closed.clock().isoformat()
    assert r"[GPT\_5 \[beta\] \* C:\\tmp \& AT\&T: AI model](https://" in closed.get(f"{DAY}.md").text
    read = feedparser.parse(closed.get("/digest/daily.atom").data)
    (summary,) = [entry.summary for entry in read.entries if entry.link.endswith(DAY)]
    assert escape(title) in summary


def test_a_day_begins_at_midnight_where_the_site_is(own_site: Site) -> None:
    path = own_site.service.environment.feeds
    there = path.read_text(encoding="utf-8")
    path.write_text(there.replace("[site]\n", '[site]\ntimezone = "Asia/Shanghai"\n', 1), encoding="utf-8")
    own_site.service.notice_edit()
    page = own_site.page("/")
    number = words(page.select_one(".band a[href^='/items']"))
    address = str(next(link["href"] for link in page.select(".band a[href^='/items']")))
    assert words(own_site.page(address).select_one(".sentence")).partition(": ")[2].startswith(number.split()[0])
    starts = [item.dated for item in own_site.items("tier=all")]
    assert any(moment.hour >= 16 for moment in starts), "nothing tells the zones apart"


def test_a_report_that_was_only_tagged_anew_has_no_time(closed: Site) -> None:
    (off, *_rest) = closed.items("tier=off&since=2025-03-16&until=2025-03-16")
    anew = Tagging((Tag("topic", "policy"),), Tier.CORE, 3.0, "new")
    items.save_taggings(closed.service.db, [(off.id, anew)], closed.clock())
    later = closed.page(DAY).select(".later li")
    assert any(off.heading in words(line) and not line.select("time") for line in later)
    assert f"- came in later: {off.heading}" in closed.get(f"{DAY}.txt").text


def test_there_is_no_digest_of_a_time_that_has_not_come(site: Site) -> None:
    for address in ("/digest/2099-W01", "/digest/2025-03-18", "/company/baidu/digest/2099-01-01.md"):
        assert site.get(address).status_code == 404, address
    assert "has not come yet" in words(site.page("/digest/2099-01-01", status=404).select_one("main"))
    assert site.get("/api/v1/digests/2099-01-01").status_code == 404


def test_what_is_no_period_is_not_found(site: Site) -> None:
    for address in ("/digest/2025-W54", "/digest/yesterday", "/company/nobody-at-all/digest/2025-W11"):
        assert site.get(address).status_code == 404, address
    assert json.loads(site.get(f"{DAY}.json").text)["closed"] is None


def test_a_report_that_changed_twice_says_both(closed: Site, samples: FakeWeb) -> None:
    title = "Baidu launches ERNIE 4.5 and reasoning model X1, makes Ernie Bot free early"
    edit(samples, "pacific-tech-review", title, f"Corrected: {title}")
    closed.clock.advance(hours=2)
    closed.refresh(samples)
    item = closed.item(f"Corrected: {title}")
    items.save_taggings(closed.service.db, [(item.id, Tagging((), Tier.OFF, 0.0, "new"))], closed.clock())
    said = words(closed.page(DAY).select_one(".later"))
    assert f"its title is now “Corrected: {title}”" in said
    assert "it was found to be off topic" in said


def test_when_a_report_was_only_tagged_anew_nobody_knows_since_when(closed: Site) -> None:
    title = "Baidu launches ERNIE 4.5 and reasoning model X1, makes Ernie Bot free early"
    item = closed.item(title)
    items.save_taggings(closed.service.db, [(item.id, Tagging((), Tier.OFF, 0.0, "new"))], closed.clock())
    assert "off topic" in words(closed.page(DAY).select_one(".later"))
    assert closed.get(f"{DAY}.json").json["errata"] == [
        {"item": item.id, "what": "it was found to be off topic", "when": None}
    ]
    assert f"\n- {title} – it was found to be off topic" in closed.get(f"{DAY}.md").text.replace("\\", "")
    assert closed.get("/api/v1/digests/2025-03-16").json["errata"][0]["when"] is None


def test_a_source_that_is_listed_no_more_keeps_its_digests(closed: Site) -> None:
    path = closed.service.environment.feeds
    before = path.read_text(encoding="utf-8")
    start = before.index("[[source]]", before.index("pacific-tech-review") - 40)
    end = before.find("[[source]]", start + 1)
    path.write_text(before[:start] + (before[end:] if end > 0 else ""), encoding="utf-8")
    closed.service.notice_edit()
    assert all(source.id != "pacific-tech-review" for source in closed.service.config.sources)
    assert entries(closed.page(f"/source/pacific-tech-review{DAY}"))
    assert closed.get("/source/pacific-tech-review/digest/weekly.atom").status_code == 200


@pytest.mark.parametrize("width", [1280, 390])
def test_a_reader_of_yesterday_opens_a_story_and_follows_the_archive_to_the_week(
    browser: Browser, closed: Site, width: int
) -> None:
    with serving(closed) as (address, _), visiting(browser, address, width) as visit:
        page = visit.go("/")
        page.locator(f".band a[href='{DAY}']").click()  # nothing is told of today yet
        page.wait_for_url(f"**{DAY}")
        assert "it stays as it is" in page.locator("header.digest").inner_text()
        page.locator("a.reports").first.click()
        page.wait_for_url("**/story/*")
        assert "Here because it" in page.locator(".timeline").inner_text()
        page.go_back()
        page.get_by_role("link", name="Archive").click()
        page.wait_for_url("**/digest/")
        page.get_by_role("link", name="Week 11").click()
        page.wait_for_url(f"**{WEEK}")
        assert "it stays as it is" in page.locator("header.digest").inner_text()
        assert page.locator("article.item").count() > 3
