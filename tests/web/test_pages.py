"""Pages: what each of them shows."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from bs4 import BeautifulSoup

from aggregator.model import StoredItem
from aggregator.store import notes, reads, sources
from tests.fakes import FakeWeb
from tests.web.site import Site, edit, entries, words, write_feeds
from web.filters import when


@pytest.mark.parametrize(
    ("column", "section", "title"),
    [
        ("China", "Releases", "百度发布文心大模型4.5与X1，文心一言提前免费"),
        ("China", "Policy", "《提振消费专项行动方案》公布，提出促进“人工智能+消费”"),
        ("United States", "Policy", "Request for Information on the AI Action Plan: comment period ended"),
        ("United States", "Releases", "Tallgrass AI opens Coder 14B, a code model from Kansas City"),
    ],
)
def test_front_page_puts_an_item_into_its_column(site: Site, column: str, section: str, title: str) -> None:
    page = site.page("/")
    (place,) = [found for found in page.select(".column") if words(found.h2) == column]
    (part,) = [found for found in place.select("section") if words(found.h3) == section]
    assert title in [words(shown) for shown in part.select(".title, .translation")]


def test_front_page_shows_a_story_once_and_the_day_in_words(site: Site) -> None:
    page = site.page("/")
    titles = [shown for shown, _ in entries(page)]
    assert words(page.h1) == "Sunday 16 March 2025"
    assert len(titles) == len(set(titles)) > 12
    assert "stories from 24 reports" in words(page.select_one(".band"))
    assert page.select_one('meta[http-equiv="refresh"]') is None


def test_numbers_of_the_front_page_lead_to_what_they_count(site: Site) -> None:
    for link in site.page("/").select(".band > p a[href^='/digest/']"):
        shown = len(entries(site.page(str(link["href"]))))
        assert shown == int(words(link).split()[-1 if "region" in str(link["href"]) else 0])


def test_front_page_leads_to_earlier_days(site: Site) -> None:
    *days, week, archive = [str(link["href"]) for link in site.page("/").select(".earlier a")]
    assert days[0] == "/digest/2025-03-15"
    assert (week, archive) == ("/digest/2025-W11", "/digest/")
    assert all(entries(site.page(address)) for address in days)


def test_front_page_tells_of_the_first_fetch_while_it_runs(empty_site: Site, samples: FakeWeb) -> None:
    page = empty_site.page("/")
    assert "0 of 8 sources answered" in words(page.select_one("[role=status]"))
    assert page.select_one('meta[http-equiv="refresh"]') is not None
    empty_site.refresh(samples, only=["capitol-desk", "model-watch"])
    page = empty_site.page("/")
    assert "2 of 8 sources answered" in words(page.select_one("[role=status]"))
    assert entries(page)
    assert "sources 2 of 8 answered" in empty_site.get("/healthz").text
    empty_site.refresh(samples)
    assert empty_site.page("/").select_one("[role=status]") is None


def test_a_source_that_fails_is_not_waited_for(empty_site: Site, samples: FakeWeb) -> None:
    samples.documents = dict(list(samples.documents.items())[1:])
    empty_site.refresh(samples)
    assert empty_site.page("/").select_one("[role=status]") is None
    assert "sources 7 of 8 answered" in empty_site.get("/healthz").text


def test_without_sources_the_front_page_says_where_to_look(empty_site: Site) -> None:
    empty_site.service.environment.feeds.write_text("", encoding="utf-8")
    empty_site.service.notice_edit()
    assert "No news yet" in words(empty_site.page("/").select_one(".empty"))
    assert "No item has been tagged yet" in words(empty_site.page("/tags").select_one(".empty"))


def test_sources_page_shows_the_health_of_each(own_site: Site, samples: FakeWeb) -> None:
    samples.documents["http://127.0.0.1:80/model-watch.xml"] = b"<html>moved & <b>gone</b></html>"
    own_site.clock.advance(hours=1)
    own_site.refresh(samples)
    page = own_site.page("/sources")
    first, *rest = page.select(".stacked tbody tr")
    assert "8 sources, 1 failing" in words(page.select_one(".heading"))
    assert words(first.th).startswith("Model Watch")
    assert "error the document is a web page, not a feed" in words(first)
    assert int(words(first.select_one("td.number"))) >= 15
    assert len(rest) == 7
    assert {words(row.select_one(".state")) for row in rest} == {"not modified"}


def test_sources_page_shows_what_is_wrong_with_a_feed_that_can_be_read(own_site: Site, samples: FakeWeb) -> None:
    address = "http://127.0.0.1:80/model-watch.xml"
    whole = samples.documents[address]
    shown = []
    for document in (whole[: len(whole) // 2], whole):
        samples.documents[address] = document
        own_site.clock.advance(hours=1)
        own_site.refresh(samples)
        row = next(row for row in own_site.page("/sources").select(".stacked tbody tr") if "Model Watch" in words(row))
        shown.append(words(row.select_one(".state")))
    damaged, mended = shown
    assert damaged.startswith("ok ")
    assert mended == "ok"


def test_a_broken_edit_of_feeds_toml_is_shown_until_it_is_mended(own_site: Site) -> None:
    folder = own_site.service.environment.feeds.parent
    write_feeds(folder, '\n[[source]]\nid = "new"\nurl = "no address"\nlang = "<b>"\n')
    own_site.service.notice_edit()
    page = own_site.page("/sources")
    told = words(page.select_one("[role=alert] pre"))
    assert "feeds.toml:73: 'no address' has a blank" in told
    assert "feeds.toml:74: '<b>' is no code of a language" in told
    assert len(page.select(".stacked tbody tr")) == 8
    write_feeds(folder)
    own_site.service.notice_edit()
    assert own_site.page("/sources").select_one("[role=alert]") is None


def test_what_the_database_refused_is_shown_until_it_takes_it_again(own_site: Site) -> None:
    said = "the database cannot be written: database or disk is full; free some room"
    for note in (said, ""):
        notes.leave(own_site.service.db, notes.STORE_ERROR, note, own_site.clock.now)
        assert (said in words(own_site.page("/sources").main)) == bool(note)


def test_a_database_that_takes_no_note_either_is_noticed_by_sources_that_are_overdue(
    own_site: Site, samples: FakeWeb
) -> None:
    own_site.refresh(samples)
    assert own_site.page("/sources").select_one("[role=alert]") is None
    own_site.clock.advance(days=2)
    assert words(own_site.page("/sources").select_one("[role=alert] h2")) == "8 sources are overdue"


def test_an_edit_of_the_title_takes_effect_on_the_running_site(own_site: Site) -> None:
    path = own_site.service.environment.feeds
    path.write_text(path.read_text(encoding="utf-8").replace("(demo)", "& friends"), encoding="utf-8")
    own_site.service.reload()
    assert words(own_site.page("/").select_one(".brand")) == "AI Policy Wire & friends"


def lit_places(page: BeautifulSoup, selector: str) -> set[int]:
    """The places of the characters that an element has marked."""
    element = page.select_one(selector)
    assert element is not None
    found: set[int] = set()
    at = 0
    for text in element.find_all(string=True):
        found |= set(range(at, at + len(text))) if text.find_parent("mark") else set()
        at += len(text)
    return found


def earning(item: StoredItem, field: str) -> set[int]:
    spans = [(said.start, said.end) for tag in item.tags for said in tag.evidence if said.field == field]
    return {place for start, end in spans for place in range(start, end)}


@pytest.mark.parametrize("title", ["GPT-4.5 is here", "百度发布文心大模型4.5与X1", "How the <think>"])
def test_item_page_marks_the_words_that_earned_its_tags(site: Site, title: str) -> None:
    item = site.item(title)
    page = site.page(f"/item/{item.id}")
    assert page.h1 is not None
    assert page.h1.get_text() == item.title
    assert lit_places(page, "h1") == earning(item, "title")
    assert lit_places(page, ".whole .excerpt") == earning(item, "summary")
    assert earning(item, "title") | earning(item, "summary")


def test_item_page_lists_tags_with_their_words(site: Site) -> None:
    item = site.item("百度发布文心大模型4.5与X1")
    page = site.page(f"/item/{item.id}")
    rows = {words(row.th): words(row.select_one("td")) for row in page.select("tbody tr")}
    assert "“百度” (title)" in rows["Baidu company"]
    assert len(rows) == len(item.tags)
    assert page.select_one("a.button[rel=noopener]")["href"] == item.link  # type: ignore[index]


def test_item_page_names_every_source_that_carried_it(site: Site) -> None:
    carried = {item.id: reads.carriers(site.service.db, item.id) for item in site.items()}
    number, carriers = max(carried.items(), key=lambda pair: len(pair[1]))
    shown = site.page(f"/item/{number}").select('[aria-labelledby="carried"] li a')
    assert [words(link) for link in shown] == [carrier.title for carrier in carriers]
    assert len(shown) == 2


def test_item_page_keeps_earlier_versions(own_site: Site, samples: FakeWeb) -> None:
    item = own_site.item("Alibaba opens QwQ-32B")
    assert own_site.page(f"/item/{item.id}").select_one("#versions") is None
    edit(samples, "pacific-tech-review", "Alibaba opens", "Corrected: Alibaba publishes")
    own_site.clock.advance(hours=1)
    own_site.refresh(samples)
    page = own_site.page(f"/item/{item.id}")
    assert words(page.h1).startswith("Corrected: Alibaba publishes QwQ-32B")
    assert "Alibaba opens QwQ-32B" in words(page.select_one('[aria-labelledby="versions"] li b'))


def test_a_model_shows_its_family_and_its_versions(site: Site) -> None:
    family, version = site.page("/model/ernie"), site.page("/model/ernie-x1")
    assert {"/model/ernie-4-5", "/model/ernie-x1"} <= {str(link["href"]) for link in family.select(".relatives a")}
    assert [str(link["href"]) for link in version.select(".relatives a")][:2] == ["/model/ernie", "/company/baidu"]


def test_readers_are_told_whom_to_write_to_if_feeds_toml_says_so(own_site: Site) -> None:
    pages = ("/", "/about", "/item/1", "/zh/about")
    told = "a[href='mailto:editors@wire.example']"
    assert [len(own_site.page(page).select(told)) for page in pages] == [0, 0, 0, 0]
    path = own_site.service.environment.feeds
    said = path.read_text(encoding="utf-8").replace("[site]", '[site]\ncontact = "mailto:editors@wire.example"')
    path.write_text(said, encoding="utf-8")
    own_site.service.notice_edit()
    assert [len(own_site.page(page).select(told)) for page in pages] == [1, 2, 1, 2]


def test_stories_have_no_tier_and_core_leads_to_all_of_them(site: Site) -> None:
    page = site.page("/trends?tier=core&weeks=26")
    (link,) = page.find_all("a", string="Stories")
    assert link["href"] == "/trends?by=stories&weeks=26"
    assert "Core items" in words(page.select_one(".sentence"))
    assert "Core items" not in words(site.page("/trends?by=stories&tier=core").select_one(".sentence"))


@pytest.mark.parametrize("address", ["/", "/items", "/company/baidu", "/digest/2025-W11", "/tags", "/about", "/zh/"])
def test_every_page_says_in_its_foot_when_data_was_last_fetched(site: Site, address: str) -> None:
    answered = max(source.state.last_success for source in sources.health(site.service.db) if source.state.last_success)
    said = site.page(address).select_one("footer time")
    assert said["datetime"] == answered.isoformat()


def test_nothing_is_said_of_fetching_where_nothing_was_fetched_or_nothing_is_there(
    site: Site, empty_site: Site
) -> None:
    assert empty_site.page("/").select("footer time") == []
    assert BeautifulSoup(site.get("/nowhere").data, "lxml").select("footer time") == []


def test_of_a_day_without_a_time_no_time_is_said(site: Site) -> None:
    with site.application.test_request_context():
        assert str(when(datetime(2025, 3, 16, tzinfo=UTC))) == '<time datetime="2025-03-16">16 Mar 2025</time>'
        assert "16 Mar 2025, 00:01" in str(when(datetime(2025, 3, 16, 0, 1, tzinfo=UTC)))
