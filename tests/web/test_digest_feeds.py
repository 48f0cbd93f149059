"""Digests as feeds: one entry a closed digest, for everything and for every filter."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import feedparser
import pytest

from aggregator.store import digests
from aggregator.text.html import plain
from tests.fakes import FakeWeb
from tests.samples import make_item, store
from tests.web.site import Site, edit, entries

DAY = "/digest/2025-03-16"
NIGHT = datetime(2025, 3, 16, 20, tzinfo=UTC)


@pytest.mark.parametrize("cadence", ["daily", "weekly"])
def test_a_feed_has_an_entry_for_each_closed_digest(closed: Site, cadence: str) -> None:
    read = feedparser.parse(closed.get(f"/digest/{cadence}.atom").data)
    assert (read.bozo, read.feed.link) == (False, "http://localhost/digest/")
    kept = digests.archive(closed.service.db, weekly=cadence == "weekly")
    assert [entry.link.rpartition("/")[2] for entry in read.entries] == [one.period for one in kept][:14]
    assert all(entry.id.startswith("tag:localhost,2026:digest/") for entry in read.entries)
    assert read.feed.id == f"tag:localhost,2026:/digest/{cadence}.atom"


@pytest.mark.parametrize("of", ["", "/company/baidu"])
def test_a_feed_of_digests_says_the_same_in_each_format(closed: Site, of: str) -> None:
    atom, rss = (feedparser.parse(closed.get(f"{of}/digest/weekly.{suffix}").data) for suffix in ("atom", "rss"))
    told = [(entry.id, entry.title, entry.link) for entry in atom.entries]
    assert told == [(entry.id, entry.title, entry.link) for entry in rss.entries] != []
    answer = closed.get(f"{of}/digest/weekly.json")
    assert answer.headers["Content-Type"] == "application/feed+json; charset=utf-8"
    assert told == [(item["id"], item["title"], item["url"]) for item in answer.json["items"]]


@pytest.mark.parametrize("of", ["/company/baidu", "/region/cn", "/source/model-watch"])
def test_a_tag_has_a_feed_of_its_digests(closed: Site, of: str) -> None:
    page = closed.page(f"{of}/digest/2025-W11")
    (link,) = page.select('link[rel="alternate"][type="application/atom+xml"]')
    assert str(link["href"]).endswith(f"{of}/digest/weekly.atom")
    read = feedparser.parse(closed.get(f"{of}/digest/weekly.atom").data)
    assert not read.bozo
    assert read.feed.link == f"http://localhost{of}"
    entry = next(entry for entry in read.entries if entry.link.endswith(f"{of}/digest/2025-W11"))
    assert entry.id == f"tag:localhost,2026:{of[1:]}/digest/2025-W11"
    assert entries(page)[0][0] in entry.summary.replace("&amp;", "&")


def test_a_feed_of_digests_takes_filters_and_leaves_out_what_they_leave_empty(closed: Site) -> None:
    whole = feedparser.parse(closed.get("/digest/daily.atom").data)
    some = feedparser.parse(closed.get("/digest/daily.atom?company=baidu").data)
    assert 0 < len(some.entries) < len(whole.entries)
    assert all(entry.link.endswith("?company=baidu") and entry.id.endswith("?company=baidu") for entry in some.entries)
    assert some.feed.id != whole.feed.id
    assert closed.get("/digest/daily.atom?nonsense=1").status_code == 400
    assert closed.get("/company/nobody-at-all/digest/daily.atom").status_code == 404


def test_the_ids_of_a_feed_of_digests_do_not_change_with_the_day(closed: Site) -> None:
    documents = (closed.get(f"/digest/daily.atom?{span}company=baidu").data for span in ("since=30d&", ""))
    one, other = ([entry.id for entry in feedparser.parse(document).entries] for document in documents)
    assert one == other != []


def test_what_became_of_closed_digests_is_a_feed_of_its_own(closed: Site, samples: FakeWeb) -> None:
    assert feedparser.parse(closed.get("/digest/corrections.atom").data).entries == []
    title = "Baidu launches ERNIE 4.5 and reasoning model X1, makes Ernie Bot free early"
    edit(samples, "pacific-tech-review", title, f"Corrected: {title}")
    closed.clock.advance(hours=2)
    closed.refresh(samples)
    closed.clock.advance(hours=2)
    store(closed.service.db, make_item("late", ["topic/policy"], published=NIGHT), now=closed.clock())
    for suffix in ("atom", "rss"):
        late, changed = feedparser.parse(closed.get(f"/digest/corrections.{suffix}").data).entries
        assert late.title == "2025-03-16: Title late: came in later"
        assert changed.title == f"2025-03-16: {title}: its title is now “Corrected: {title}”"
        assert {late.link, changed.link} == {"http://localhost/digest/2025-03-16"}
        assert late.published > changed.published
    ids = [entry["id"] for entry in closed.get("/digest/corrections.json").json["items"]]
    closed.clock.advance(hours=2)
    edit(samples, "pacific-tech-review", "Corrected:", "Corrected twice:")  # which is another thing to tell
    edit(samples, "pacific-tech-review", "Baidu on Sunday released", "Baidu released")
    closed.refresh(samples)
    again = [entry["id"] for entry in closed.get("/digest/corrections.json").json["items"]]
    assert len(set(again)) == 2
    assert len(set(ids) & set(again)) == 1
    assert closed.get("/digest/corrections.atom?since=7d").status_code == 400


@pytest.mark.parametrize("path", ["/", "/digest/", "/digest/2025-W11", "/company/baidu/digest/2025-W11", "/sources"])
def test_the_header_names_the_feeds_that_the_head_of_the_page_names(closed: Site, path: str) -> None:
    named = [str(link["href"]) for link in closed.page(path).select('link[rel="alternate"][type]')]
    header = ", ".join(closed.get(path).headers.getlist("Link"))
    assert re.findall(r'<([^>]+)>; rel="alternate"; type="application/', header) == named != []


def test_the_span_of_a_saved_query_is_not_that_of_its_digests(closed: Site) -> None:
    path = closed.service.environment.feeds
    saved = '\n[[query]]\nid = "recent"\ntitle = "Recent"\nfilter = "region=cn&since=7d"\n'
    path.write_text(path.read_text(encoding="utf-8") + saved, encoding="utf-8")
    closed.service.notice_edit()
    closed.clock.advance(days=40)
    shown = closed.get(f"/q/recent{DAY}.json").get_json()["stories"]
    assert shown
    assert shown == closed.get(f"/region/cn{DAY}.json").get_json()["stories"]
    read = feedparser.parse(closed.get("/q/recent/digest/daily.atom").data)
    (entry,) = [entry for entry in read.entries if entry.link.endswith(DAY)]
    assert all(story["lead"]["title"] in plain(entry.summary) for story in shown)
