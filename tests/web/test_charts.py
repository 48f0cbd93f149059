"""Charts: drawn as they should be, readable without seeing them, and the same as the tables below them."""

from __future__ import annotations

import csv
import io
import json
import re
import xml.etree.ElementTree as ElementTree
from datetime import timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pytest
from bs4 import BeautifulSoup, Tag

from aggregator.digests import week_of
from aggregator.model import Tier
from aggregator.store import counts, digests
from tests.fakes import START
from tests.web.site import Site, words

COMPARED = "a=company/baidu&b=company/openai&weeks=10"
CHARTED = {
    "/trends": "/trends.csv",
    "/trends?by=company&weeks=8": "/trends.csv?by=company&weeks=8",
    "/trends?by=model": "/trends.csv?by=model",
    "/trends?by=company&tier=core": "/trends.csv?by=company&tier=core",
    "/trends?by=topic&weeks=13": "/trends.csv?by=topic&weeks=13",
    f"/compare?{COMPARED}": f"/compare.csv?{COMPARED}",
    "/sources": "/sources/coverage.csv",
}
PAGES = [*CHARTED, "/company/baidu", "/region/cn"]


def drawings(site: Site, address: str) -> list[str]:
    """The charts of a page as they were sent."""
    html = site.get(address).text
    return [f"<svg{part.split('</svg>')[0]}</svg>" for part in html.split("<svg")[1:]]


def table(element: BeautifulSoup | Tag) -> list[list[str]]:
    return [[words(cell) for cell in row.select("th, td")] for row in element.select(".numbers table tr")]


def cells(text: str) -> list[list[str]]:
    """What a file says, as the page writes it."""
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def rounded(cell: str) -> str:
    """A share as a page shows it."""
    return f"{float(cell):.1f}" if re.fullmatch(r"\d+\.\d+", cell) else cell


@pytest.mark.parametrize("address", PAGES)
def test_drawings_are_well_formed_and_hold_neither_style_nor_script(site: Site, address: str) -> None:
    drawn = drawings(site, address)
    assert drawn
    for svg in drawn:
        names = {element.tag.rpartition("}")[2] for element in ElementTree.fromstring(svg).iter()}
        assert names <= {"svg", "title", "desc", "defs", "pattern", "path", "rect", "circle", "text", "tspan"}
        attributes = {name for element in ElementTree.fromstring(svg).iter() for name in element.attrib}
        assert not any(name.startswith("on") or name == "style" for name in attributes)
        assert not {"href", "{http://www.w3.org/1999/xlink}href"} & attributes


@pytest.mark.parametrize("address", PAGES)
def test_drawings_are_named_and_told(site: Site, address: str) -> None:
    page = site.page(address)
    for svg in page.select("svg"):
        assert svg["role"] == "img"
        told = [page.find(id=name) for name in str(svg["aria-labelledby"]).split()]
        assert [element.name for element in told if element] == ["title", "desc"]
        assert all(words(element) for element in told if isinstance(element, Tag))


@pytest.mark.parametrize(("address", "file"), CHARTED.items())
def test_a_table_says_what_its_file_says(site: Site, address: str, file: str) -> None:
    answer = site.get(file)
    assert answer.content_type == "text/csv; charset=utf-8"
    shown = table(site.page(address))
    plain = [[cell.replace("–", "") for cell in row] for row in shown]
    assert plain == [[rounded(cell) for cell in row] for row in cells(answer.text)]
    assert len(shown) > 3


@pytest.mark.parametrize(("query", "tiers"), [("", counts.RELEVANT), ("?tier=core", [Tier.CORE])])
def test_the_numbers_are_those_of_the_store(site: Site, query: str, tiers: list[Tier]) -> None:
    kept = counts.trend(site.service.db, "region", "cn", START.date().replace(day=10), START.date(), tiers)
    *_, last = cells(site.get(f"/trends.csv{query}").text)
    assert last[:3] == ["2025-W11", "2025-03-10", str(sum(kept.values()))]
    assert last[4] == "not over yet"
    assert sum(kept.values()) > 5
    (shown,) = {words(desc) for desc in site.page(f"/trends{query}").select("svg desc")}
    assert shown.startswith("China: 0 to ")
    assert "The last week, week 11 of 2025, is not over" in shown


def test_every_line_has_its_name_at_its_end_and_dashes_of_its_own(site: Site) -> None:
    wide, narrow = site.page("/trends?by=company").select("svg.chart:not(.spark)")
    header = table(site.page("/trends?by=company"))[0]
    names = [words(name).rpartition(" ")[0] for name in wide.select("text.name")]
    assert [name.rstrip("…") for name in names] == [
        name[: len(shown.rstrip("…"))] for name, shown in zip(header[2:-1], names, strict=True)
    ]
    assert len(narrow.select("text.name")) == len(names) == 8
    dashes = [
        next(kind for kind in str(line["class"]).split("'") if kind.startswith("dash")) for line in wide.select(".line")
    ]
    assert len(set(dashes)) == 8


def test_a_line_has_a_point_for_every_week_that_is_over(site: Site) -> None:
    wide, _ = site.page("/trends?weeks=8").select("svg.chart")
    paths = [str(line["d"]) for line in wide.select(".line")]
    assert [path.count(",") for path in paths] == [7, 7]
    assert len(wide.select(".open")) == 2
    assert len(wide.select(".running")) == 1


def test_weeks_in_which_fetching_failed_are_hatched(own_site: Site) -> None:
    assert own_site.page("/trends").select(".gap") == []
    own_site.clock.advance(days=9)
    page = own_site.page("/trends?weeks=52")  # not kept from before
    marked, _ = page.select("svg.wide .gap")
    assert words(marked.title) == "week 12 of 2025: no source was asked on 7 days"
    assert str(marked["fill"]).startswith("url(#items-wide-hatch")
    assert "Fetching failed in week 12 of 2025, week 13 of 2025." in words(page.select_one("svg desc"))


def test_tables_have_captions_and_scopes(site: Site) -> None:
    for address in PAGES:
        for found in site.page(address).select(".numbers table"):
            assert found.caption is not None
            assert all(cell.get("scope") in ("col", "row") for cell in found.select("th"))
            region = found.find_parent(class_="scroll")
            assert region is not None
            assert (region["tabindex"], region["role"], bool(region["aria-label"])) == ("0", "region", True)


def test_a_tag_shows_its_year_and_its_relatives(site: Site) -> None:
    most = max(int(row[2]) for row in cells(site.get("/region/cn/weeks.csv").text)[1:-1])
    assert f"0 to {most} items a week; most in week 10 of 2025. First seen" in words(
        site.page("/region/cn").select_one(".glance")
    )
    page = site.page("/company/baidu")
    assert "in the running week, none before" in words(page.select_one(".glance .note"))
    groups = [words(group).rstrip(":") for group in page.select(".relatives .words")]
    assert groups[0] == "Belongs to"
    assert "Models" in groups
    assert "Provinces and states" in words(site.page("/region/cn").select_one("details.relatives summary"))
    rows = cells(site.get("/company/baidu/weeks.csv").text)
    assert rows[0][:3] == ["Week", "From", "Baidu"]
    assert len(rows) == 53


def test_two_tags_are_compared_absolutely_and_by_share(site: Site) -> None:
    page = site.page(f"/compare?{COMPARED}")
    assert words(page.h1) == "Baidu and OpenAI"
    assert [words(heading) for heading in page.select("figure h2")] == [
        "Baidu and OpenAI: items a week",
        "Baidu and OpenAI: per cent of all relevant items",
    ]
    head, *rows = cells(site.get(f"/compare.csv?{COMPARED}").text)
    assert head[2:6] == ["Baidu, items", "OpenAI, items", "Baidu, per cent", "OpenAI, per cent"]
    (total,) = counts.relevant(site.service.db, START.date().replace(day=10), 1)
    assert float(rows[-1][4]) == pytest.approx(100 * int(rows[-1][2]) / total, abs=0.01)
    found = counts.relevant(site.service.db, START.date().replace(day=10) - timedelta(weeks=9), 10)
    assert f"shares of all {sum(found)} relevant items" in words(page.select_one(".sentence"))
    answer = json.loads(site.get(f"/compare.json?{COMPARED}").text)
    assert len(answer["rows"]) == 10


@pytest.mark.parametrize("weeks", ["0052000", "00529999", "+52", "5 2", "٥٢", "1e2"])
def test_a_number_of_weeks_is_a_small_number(site: Site, weeks: str) -> None:
    for address in ("/trends", "/trends.csv", "/compare.csv?a=company/baidu&b=company/openai"):
        answer = site.get(address + ("&" if "?" in address else "?") + urlencode({"weeks": weeks}))
        assert answer.status_code == 400
        assert "weeks" in answer.text


def test_the_form_alone_without_two_tags(site: Site) -> None:
    for address in ("/compare", "/compare?a=company/baidu"):
        page = site.page(address)
        assert page.select("svg") == []
        assert len(page.select("datalist option")) > 20
    assert site.page("/compare?a=company/baidu").select_one("#a")["value"] == "company/baidu"  # type: ignore[index]


@pytest.mark.parametrize(
    ("address", "status", "named"),
    [
        ("/trends?by=colour", 400, "by: 'colour' cannot be"),
        ("/trends?by=stories&tier=rubbish", 400, "tier: 'rubbish' cannot be"),
        ("/trends?tier=off", 400, "tier: 'off' cannot be; write one of core"),
        ("/trends?weeks=3", 400, "weeks: '3' cannot be"),
        ("/trends?weeks=1e9", 400, "weeks: '1e9'"),
        ("/trends?weeks=²", 400, "weeks:"),
        ("/trends.csv?until=2025-W54", 400, "until: '2025-W54' is no week"),
        ("/trends?week=8", 400, "did you mean weeks?"),
        ("/compare?a=company/nobody&b=region/cn", 400, "a: there is no tag 'company/nobody'"),
        ("/compare?a=region/cn&b=nonsense", 400, "b: there is no tag 'nonsense'"),
        ("/compare.csv?a=region/cn", 400, "two tags are compared"),
        ("/timeline/company/nobody", 404, "There is no tag company/nobody."),
        ("/timeline/company/baidu?kind=x", 400, "kind: 'x' cannot be"),
        ("/company/nobody.csv", 404, "There is no tag company/nobody."),
        ("/company/baidu/weeks.csv?weeks=8", 400, "weeks: no such parameter"),
    ],
)
def test_what_there_is_not_is_named(site: Site, address: str, status: int, named: str) -> None:
    assert named in words(site.page(address, status).select_one("main"))


def test_an_empty_store_has_pages_all_the_same(empty_site: Site) -> None:
    for address in ("/trends", "/trends?by=model", "/compare?a=company/baidu&b=region/cn", "/timeline/company/baidu"):
        page = empty_site.page(address)
        assert page.select("svg") == []
        assert page.select(".empty")
    assert len(cells(empty_site.get("/trends.csv").text)) == 53
    assert "Not told yet" in words(empty_site.page("/trends").select_one(".movers"))
    assert "nothing" in words(empty_site.page("/company/baidu").select_one(".glance"))


def test_stories_are_counted_as_closed_digests_did(own_site: Site) -> None:
    assert own_site.page("/trends?by=stories").select_one(".empty")
    digest = digests.compiled(own_site.service.db, week_of(START - timedelta(days=7), ZoneInfo("UTC")))
    digests.close(own_site.service.db, digest, START)
    for address in ("/trends?weeks=8", "/trends?by=stories&weeks=8"):
        *_, figure = own_site.page(address).select("figure")
        assert words(figure.h2) == "Stories a week"
        assert [row[2] for row in table(figure)[1:]] == ["–"] * 6 + [str(len(digest.pieces)), "–"]
    assert cells(own_site.get("/trends.csv?by=stories&weeks=8").text)[7][2] == str(len(digest.pieces))


def test_weeks_without_items_lead_to_those_with(own_site: Site) -> None:
    own_site.clock.advance(days=300)
    link = own_site.page("/trends?weeks=8").select_one(".empty a")
    assert link is not None
    assert link["href"] == "/trends?weeks=8&until=2025-W11"
    assert own_site.page(str(link["href"])).select("svg")


def test_where_nothing_came_in_for_a_year_the_newest_weeks_are_shown(own_site: Site) -> None:
    own_site.clock.advance(days=400)
    page = own_site.page("/trends?weeks=8")
    assert page.select("svg")
    assert page.select_one(".empty a") is None
