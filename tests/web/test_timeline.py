"""The timeline of a tag."""

from __future__ import annotations

import csv
import io

import pytest

from tests.web.site import Site, words


def rows(site: Site, address: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(site.get(address).text.removeprefix("\ufeff"), newline="")))


def test_a_timeline_has_the_stories_of_a_tag_by_month_the_newest_first(site: Site) -> None:
    page = site.page("/timeline/region/cn")
    months = [words(heading).rpartition(" ")[0] for heading in page.select("h2")]
    assert months == ["March 2025", "February 2025"]
    titles = [words(title) for title in page.select(".timeline h3")]
    found = rows(site, "/timeline/region/cn.csv")
    assert [row["Title"] for row in found] == titles
    assert [row["Date"] for row in found] == sorted((row["Date"] for row in found), reverse=True)
    assert sum(int(row["Reports"]) for row in found) == len(site.items("region=cn&tier=core&tier=adjacent"))


@pytest.mark.parametrize(("kind", "least"), [("release", 5), ("policy", 5), ("official", 2), ("story", 1)])
def test_a_timeline_is_filtered_by_kind(site: Site, kind: str, least: int) -> None:
    found = rows(site, f"/timeline/region/cn.csv?kind={kind}")
    assert len(found) >= least
    for tag in ("region/cn", "region/us", "company/baidu", "company/deepseek", "topic/business"):
        every = [row for row in rows(site, f"/timeline/{tag}.csv") if kind in row["Kind"].split()]
        assert rows(site, f"/timeline/{tag}.csv?kind={kind}") == every
    page = site.page(f"/timeline/region/cn?kind={kind}")
    assert len(page.select(".timeline li")) == len(found)
    assert words(page.select_one("nav.around [aria-current]"))


def test_an_entry_names_its_source_and_leads_to_its_reports(site: Site) -> None:
    official = site.page("/timeline/region/cn?kind=official").select_one(".timeline li.official")
    assert official is not None
    assert ", official" in words(official.select_one(".meta"))
    link = official.select_one(".meta a[aria-label]")
    assert link is not None
    assert site.get(str(link["href"])).status_code == 200


def test_months_are_those_of_the_site(own_site: Site) -> None:
    path = own_site.service.environment.feeds
    path.write_text(
        path.read_text(encoding="utf-8").replace("[site]", '[site]\ntimezone = "Asia/Shanghai"'), encoding="utf-8"
    )
    own_site.service.reload()
    assert "A day is one in Asia/Shanghai" in words(own_site.page("/timeline/region/cn").select_one(".feeds"))
