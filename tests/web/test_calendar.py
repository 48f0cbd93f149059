"""The calendar: the days that reports on policy name, as a page and for calendar programs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from icalendar import Calendar

from aggregator.digests.calendar import days_of
from aggregator.model import Tier
from tests.web.site import Site, words

LABELLING, DIFFUSION = date(2025, 9, 1), date(2025, 5, 15)


def events(site: Site, address: str = "/calendar.ics") -> list[tuple[date, str]]:
    answer = site.get(address)
    assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
    return [(event.start, str(event["summary"])) for event in Calendar.from_ical(answer.data).events]


def test_the_calendar_has_the_days_that_are_to_come_and_those_that_have_passed(site: Site) -> None:
    page = site.page("/calendar")
    months = [words(heading).rpartition(" ")[0] for heading in page.select("h2")]
    assert months == ["May 2025", "September 2025", "Passed"]
    ahead = page.select("section[aria-labelledby^='month-'] time[datetime='2025-05-15']")
    assert [words(time.find_parent("p")) for time in ahead] == [
        "Thursday 15 May 2025 · Comments close", "Thursday 15 May 2025 · Takes effect",
    ]  # fmt: skip


def test_reports_of_one_event_that_name_a_day_are_one_entry(site: Site) -> None:
    (entry,) = site.page("/calendar").select(f"li:has(time[datetime='{LABELLING}'])")
    assert "named by 2 reports" in words(entry)
    link = entry.select_one("a[href^='/story/']")
    assert link is not None
    assert site.get(str(link["href"])).status_code == 200


def test_the_file_has_the_same_days(site: Site) -> None:
    found = events(site)
    assert len(found) == len(site.page("/calendar").select(".timeline li"))
    assert [day for day, _ in found] == sorted(day for day, _ in found)
    assert [said.partition(": ")[0] for day, said in found if day == LABELLING] == ["Takes effect"]
    assert site.get("/calendar.ics").data == site.get("/calendar.ics").data
    ids = [str(event["uid"]) for event in Calendar.from_ical(site.get("/calendar.ics").data).events]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize(("region", "is_there"), [("cn", True), ("us", False)])
def test_filters_are_those_of_lists(site: Site, region: str, is_there: bool) -> None:
    assert any(day == LABELLING for day, _ in events(site, f"/calendar.ics?region={region}")) is is_there
    page = site.page(f"/calendar?region={region}")
    assert bool(page.select(f"time[datetime='{LABELLING}']")) is is_there
    chosen = page.select_one("nav.around [aria-current]")
    assert chosen is not None
    assert words(chosen) == {"cn": "China", "us": "United States"}[region]
    alternate = page.select_one("link[type='text/calendar']")
    assert alternate is not None
    assert str(alternate["href"]).endswith(f"/calendar.ics?region={region}")


def test_a_calendar_without_a_day_says_so(site: Site) -> None:
    assert (
        words(site.page("/calendar?company=baidu").select_one(".empty"))
        == "No report names a day that is still to come."
    )
    assert events(site, "/calendar.ics?company=baidu") == []


def test_an_item_says_the_days_that_it_names(site: Site) -> None:
    item = site.item("Reader aid: dates in the Framework")
    assert "Comments close: Thursday 15 May 2025" in words(site.page(f"/item/{item.id}").select_one("article"))
    said = site.get(f"/api/v1/items/{item.id}").json
    assert (said["comments_close_on"], said["effective_on"]) == ("2025-05-15", None)


def test_days_of_what_is_neither_official_nor_on_policy_are_none(site: Site) -> None:
    item = site.item("Reader aid: dates in the Framework")
    of_media = replace(item, source_class="media")
    assert days_of(item) == days_of(of_media) == days_of(replace(item, tags=())) == {"comments_close_on": DIFFUSION}
    assert days_of(replace(of_media, tags=())) == days_of(replace(item, tier=Tier.OFF)) == {}


def test_the_front_page_names_the_next_days(site: Site) -> None:
    ahead = site.page("/").select_one(".ahead")
    assert ahead is not None
    assert words(ahead).startswith("Ahead: Thursday 15 May 2025 , Comments close: Reader aid")
    assert len(ahead.select("time")) == 3


def test_the_api_has_the_same_days(site: Site) -> None:
    said = site.get("/api/v1/calendar").json
    found = [*reversed(said["passed"]), *said["ahead"]]
    assert [each["day"] for each in found] == [str(day) for day, _ in events(site)]
    (labelling,) = [each for each in said["ahead"] if each["day"] == str(LABELLING)]
    assert (labelling["kind"], labelling["reports"], labelling["lead"]["source"]) == (
        "effective_on", 2, "zhengce-kuaixun",
    )  # fmt: skip
    american = site.get("/api/v1/calendar?region=us").json["ahead"]
    assert labelling not in american
    assert american
    assert site.get("/api/v1/calendar?regoin=us").status_code == 400
