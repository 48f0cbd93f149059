"""Stories of the API are those of the pages, each once in a listing."""

from __future__ import annotations

from typing import Any

import pytest

from aggregator.store import stories
from aggregator.store.stories import name
from tests.fakes import START
from tests.web.site import Site, local, words
from tests.web.test_api import V1, read


def newest_reports(site: Site, query: str) -> list[int]:
    """The stories that a walk along the items comes upon, in its order."""
    found = [item["story"] for item in read(site, f"/items?{query}&limit=200")["items"]]
    return [story for story in dict.fromkeys(found) if story]


@pytest.mark.parametrize("query", ["", "company=baidu", "region=cn&topic=-business", "lang=zh", "q=ERNIE", "q=-ERNIE"])
def test_stories_are_those_of_the_items_newest_first(site: Site, query: str) -> None:
    said = read(site, f"/stories?{query}&limit=200")
    assert [story["id"] for story in said["stories"]] == newest_reports(site, query) != []
    assert said["next"] is said["previous"] is None


def test_every_story_is_passed_once_on_the_way(site: Site) -> None:
    wanted = newest_reports(site, "")
    address, older, newer = "/stories?limit=7", [], []
    while address:
        page = read(site, address)
        older += [[story["id"] for story in page["stories"]]]
        last, address = page, local(page["next"]).removeprefix(V1) if page["next"] else ""
    assert [number for page in older for number in page] == wanted
    while last["previous"]:
        last = read(site, local(last["previous"]).removeprefix(V1))
        newer.append([story["id"] for story in last["stories"]])
    assert [number for page in reversed(newer) for number in page] == wanted[: len(wanted) - len(older[-1])]


def told_by_several(site: Site) -> dict[str, Any]:
    listed = read(site, "/stories?limit=200")["stories"]
    return next(story for story in listed if story["reports"] > 1)


def test_a_story_says_who_tells_it_and_why_each_belongs(site: Site) -> None:
    listed = told_by_several(site)
    story = read(site, f"/stories/{listed['id']}")
    assert {key: value for key, value in story.items() if key != "members"} == listed
    members = story["members"]
    assert len(members) == story["reports"]
    assert story["lead"]["id"] in [member["id"] for member in members]
    dates = [member["dated"] for member in members]
    assert dates == sorted(dates)
    assert (dates[0], dates[-1]) == (story["first"], story["last"])
    assert [member["reason"] for member in members].count(None) == 1
    assert all(member["class"] and member["source_title"] for member in members)
    assert {member["story"] for member in members} == {story["id"]}
    page = site.page(local(story["page"]))
    assert words(page.select_one("h1")) == story["lead"]["title"]
    assert len(page.select(".timeline li")) == len(members)


def test_the_address_of_a_story_that_was_merged_leads_to_its_survivor(own_site: Site) -> None:
    first, second = (story["id"] for story in read(own_site, "/stories?limit=2")["stories"])
    db = own_site.service.db
    held = [one for batch in stories.grouped(db) for _, one in batch if one.story == name(first)]
    stories.place(db, [one._replace(story=name(second)) for one in held], START, {first: name(second)})
    answer = own_site.get(f"{V1}/stories/{first}")
    assert (answer.status_code, answer.headers["Location"]) == (301, f"{V1}/stories/{second}")
    assert own_site.get(f"/story/{first}").headers["Location"] == f"/story/{second}"
    assert first not in [story["id"] for story in read(own_site, "/stories?limit=200")["stories"]]
    assert len(read(own_site, f"/stories/{second}")["members"]) >= len(held) + 1
