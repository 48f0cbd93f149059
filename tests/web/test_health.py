"""The health of the sources as a feed: an entry for a trouble, for as long as it lasts."""

from __future__ import annotations

import csv
import re
from io import StringIO

import feedparser
import pytest
from playwright.sync_api import Browser

from tests.browsing import visiting
from tests.fakes import FakeWeb
from tests.web.grammar import atom_faults
from tests.web.site import Site, serving, words

BROKEN = "http://127.0.0.1:80/model-watch.xml"


def troubles(site: Site) -> list[tuple[str, str, str]]:
    """(id, title, updated) of every entry."""
    document = site.get("/sources.atom").data
    assert atom_faults(document) == []
    return [(entry.id, entry.title, entry.updated) for entry in feedparser.parse(document).entries]


def test_nothing_is_told_while_all_is_well(site: Site) -> None:
    assert troubles(site) == []
    assert site.get("/sources.atom").headers["Content-Type"] == "application/atom+xml; charset=utf-8"


def test_a_trouble_is_one_entry_until_it_ends_and_another_when_it_comes_again(own_site: Site, samples: FakeWeb) -> None:
    well = samples.documents[BROKEN]
    seen = []
    for document in (b"nothing", b"<html>other</html>", well, b"nothing"):
        samples.documents[BROKEN] = document
        own_site.clock.advance(days=2)
        own_site.refresh(samples, only=["model-watch"])
        seen.append(troubles(own_site))
    first, still, ended, again = seen
    assert [title for _, title, _ in first] == ["Model Watch: error"]
    assert still == first
    assert ended == []
    assert [entry[1] for entry in again] == ["Model Watch: error"]
    assert again[0][0] != first[0][0]


def test_the_page_leads_to_its_feed(site: Site) -> None:
    page = site.page("/sources")
    feeds = ["http://localhost/sources.atom", "http://localhost/sources.rss"]
    assert [str(link["href"]) for link in page.select("link[rel=alternate][type]")] == feeds
    assert 'rel="alternate"; type="application/atom+xml"' in site.get("/sources").headers["Link"]
    assert words(page.select_one("a[href$='/sources.atom']"))


def test_a_source_falls_silent_without_a_word_so_no_date_says_that_nothing_changed(site: Site) -> None:
    for address in ("/sources.atom", "/sources.json"):
        assert "Last-Modified" not in site.get(address).headers


def test_the_next_look_is_told_by_how_far_it_is(browser: Browser, own_site: Site) -> None:
    with serving(own_site) as (address, _), visiting(browser, address) as visit:
        visit.page.clock.set_fixed_time(own_site.clock())
        cells = visit.go("/sources").locator("td[data-label='next look'] time").all_inner_texts()
    assert cells
    assert all(re.fullmatch(r"in \d+ (min|hr)\.", text) for text in cells), cells


def test_the_list_can_be_narrowed(site: Site) -> None:
    links = {words(a): str(a["href"]) for a in site.page("/sources").select("nav.around a")}
    (official,) = (href for href in links.values() if href == "/sources?class=official")
    page = site.page(official)
    assert {words(small) for small in page.select("tbody th small")} == {"official"}
    number = next(int(name.split()[-1]) for name, href in links.items() if href == official)
    assert len(page.select(".state")) == number
    assert "class" in words(site.page("/sources?clas=official", status=400).select_one("main"))


def test_filters_of_sources_add_up_and_are_those_of_their_table(site: Site) -> None:
    page = site.page("/sources?class=official&class=media&lang=en")
    links = {words(a): str(a["href"]) for a in page.select("nav.around a[aria-current]")}
    assert sorted(links.values()) == [
        "/sources?class=media&lang=en", "/sources?class=official&class=media", "/sources?class=official&lang=en",
    ]  # fmt: skip
    (table,) = {str(a["href"]) for a in page.select('a[href$=".csv"], a[href*=".csv?"]') if "coverage" not in a["href"]}
    found = list(csv.DictReader(StringIO(site.get(table).text)))
    assert {(row["class"], row["lang"]) for row in found} == {("official", "en"), ("media", "en")}
    assert len(found) == len(page.select(".state"))


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/sources?class=offcial", "'offcial' is none of media, newsletter"),
        ("/sources.csv?region=US", "'US' is none of cn, us"),
        ("/sources.atom?class=official", "no such parameter; this address has none"),
    ],
)
def test_a_filter_that_there_is_not_is_named(site: Site, address: str, said: str) -> None:
    assert said in words(site.page(address, status=400).select_one("main"))
