"""Sources that name a page twice, date their items by how long ago they were, or are read with a password."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select

from aggregator.model import Selectors, Status
from aggregator.refresh.context import Context
from aggregator.refresh.decide import EMPTY
from aggregator.store import reads, sources, states
from aggregator.store.check import faults
from aggregator.store.db import reading
from aggregator.store.tables import SIGHTING
from tests.fakes import START, Clock, FakeWeb, Post, look, post, rss
from tests.samples import ALL, add_sources, make_source, only, titles

NEWS = make_source("news", url="https://news.example/feed")
NAMES = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
GUARDED = replace(NEWS, url="https://user:secret@news.example/feed")


def urls(*links: str) -> bytes:
    return f"<urlset {NAMES}>{''.join(f'<url><loc>{link}</loc></url>' for link in links)}</urlset>".encode()


def index(*links: str) -> bytes:
    told = "".join(f"<sitemap><loc>{link}</loc></sitemap>" for link in links)
    return f"<sitemapindex {NAMES}>{told}</sitemapindex>".encode()


def test_parts_that_name_one_page_in_two_spellings_are_stored(web: FakeWeb, parts: Context, clock: Clock) -> None:
    source = replace(NEWS, kind="sitemap")
    add_sources(parts.db, source)
    web.documents |= {
        NEWS.url: index("https://news.example/1.xml", "https://news.example/2.xml"),
        "https://news.example/1.xml": urls("https://news.example/ai-act-passed"),
        "https://news.example/2.xml": urls("https://www.news.example/ai-act-passed", "https://news.example/chips"),
    }
    for new in (3, 0):
        report = look(web, parts, source)["news"]
        assert (report.status, report.new) == (Status.OK, new)
        clock.advance(hours=1)
    assert faults(parts.db) == []


@pytest.mark.parametrize("length", [10, 370, 390, 410, 1000])
def test_news_at_one_link_are_as_many_items_however_many_are_shown_at_once(
    web: FakeWeb, parts: Context, clock: Clock, length: int
) -> None:
    link = "https://news.example/changes".ljust(length, "s")
    first, second = (Post(title, link) for title in ("Chips ruled on", "Chatbots ruled on"))
    add_sources(parts.db, NEWS)
    edited = replace(second, summary="In all of China")
    for shown in ([first], [second, first], [second], [edited], [first]):
        web.documents[NEWS.url] = rss(*shown)
        assert not look(web, parts, NEWS)["news"].failed
        clock.advance(hours=1)
    assert sorted(titles(parts.db)) == ["Chatbots ruled on", "Chips ruled on"]
    assert faults(parts.db) == []


def gone(db: Engine) -> list[str]:
    """The entries that their source shows no more."""
    with reading(db) as connection:
        return list(connection.scalars(select(SIGHTING.c.entry_id).where(SIGHTING.c.gone.is_not(None))))


def test_a_part_that_does_not_come_costs_its_own_entries_only(web: FakeWeb, parts: Context) -> None:
    source = replace(NEWS, kind="sitemap")
    add_sources(parts.db, source)
    web.documents |= {
        NEWS.url: index("https://news.example/1.xml", "https://news.example/gone.xml"),
        "https://news.example/1.xml": urls("https://news.example/ai-act-passed"),
    }
    report = look(web, parts, source)["news"]
    assert (report.status, report.new) == (Status.OK, 1)
    assert "its part https://news.example/gone.xml did not come" in states.state(parts.db, "news").warning
    web.documents |= {
        NEWS.url: index("https://news.example/1.xml", "https://news.example/gone.xml", "https://news.example/2.xml"),
        "https://news.example/2.xml": urls("https://news.example/chips-act"),
    }
    web.documents["https://news.example/1.xml"], first = (
        b"<html>down</html>",
        web.documents["https://news.example/1.xml"],
    )
    assert look(web, parts, source)["news"].new == 1
    assert not gone(parts.db)  # it may be there still
    web.documents["https://news.example/1.xml"] = first
    for url in ("1", "2"):
        del web.documents[f"https://news.example/{url}.xml"]
    web.documents[NEWS.url] += b" "
    assert look(web, parts, source)["news"].error.startswith("its part https://news.example/2.xml did not come")


def rows(*told: str) -> bytes:
    return ("<ul>" + "".join(f"<li>{row}</li>" for row in told) + "</ul>").encode()


def test_items_that_were_so_long_ago_stay_where_they_were_first_listed(
    web: FakeWeb, parts: Context, clock: Clock
) -> None:
    source = replace(NEWS, kind="html", selectors=Selectors("li", "b", date="i"))
    add_sources(parts.db, source)
    first = clock.now
    lasting = ("<a href=/1><b>AI model one</b></a> <i>1周前</i>", "<b>AI model two</b> <i>3小时前</i>")
    for day in range(4):
        web.documents[NEWS.url] = rows(*lasting, f"<b>AI day {day}</b>")
        report = look(web, parts, source)["news"]
        assert (report.new, report.edited) == (3 if day == 0 else 1, 0)
        clock.advance(days=1)
    dated = {item.title: item.dated for item in reads.listing(parts.db, ALL).items}
    assert dated["AI model one"] == first - timedelta(weeks=1)
    assert dated["AI model two"] == first - timedelta(hours=3)


def test_no_password_of_a_source_reaches_its_items(web: FakeWeb, parts: Context) -> None:
    add_sources(parts.db, GUARDED)
    web.documents[GUARDED.url] = rss(Post("China adopts AI rules", "/a/1", summary='<a href="/more">more</a>'))
    look(web, parts, GUARDED)
    item = only(parts.db, "source=news")
    assert item.link == "https://news.example/a/1"
    assert "secret" not in repr(item)
    assert "secret" not in states.state(parts.db, "news").current_url


def test_parts_and_moved_addresses_are_asked_with_the_password_of_their_source(
    web: FakeWeb, parts: Context, clock: Clock
) -> None:
    source = replace(GUARDED, kind="sitemap")
    add_sources(parts.db, source)
    part = "https://user:secret@news.example/1.xml"
    web.documents |= {source.url: index("https://news.example/1.xml"), part: urls("https://news.example/a")}
    assert look(web, parts, source)["news"].new == 1
    del web.documents[part]
    clock.advance(hours=1)
    report = look(web, parts, source)["news"]
    assert report.status is Status.ERROR
    assert "secret" not in report.error


def test_a_document_without_entries_is_missed_where_it_used_to_have_some(
    web: FakeWeb, parts: Context, clock: Clock
) -> None:
    add_sources(parts.db, NEWS)
    web.documents[NEWS.url] = rss(*(post(str(n), date=START - n * timedelta(hours=12)) for n in range(1, 9)))
    look(web, parts, NEWS)
    rhythm = states.state(parts.db, "news").rhythm
    for title in ("Empty", "Empty still"):  # another document each time
        clock.advance(hours=8)
        web.documents[NEWS.url] = rss(title=title)
        assert look(web, parts, NEWS)["news"].status is Status.OK
        state = states.state(parts.db, "news")
        assert (state.warning, state.rhythm) == (EMPTY, rhythm)
    clock.advance(days=40)
    (source,) = [one for one in sources.health(parts.db, now=clock.now) if one.id == "news"]
    assert source.silent_since == rhythm.newest
    web.documents[NEWS.url] = rss(post("new", date=clock.now))
    look(web, parts, NEWS)
    assert states.state(parts.db, "news").warning == ""


def test_a_document_that_never_had_entries_is_no_matter(web: FakeWeb, parts: Context) -> None:
    add_sources(parts.db, NEWS)
    web.documents[NEWS.url] = rss()
    look(web, parts, NEWS)
    assert states.state(parts.db, "news").warning == ""
