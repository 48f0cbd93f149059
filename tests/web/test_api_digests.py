"""Digests of the API: what was closed stays, with its hash; what came later stands below it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from aggregator.store import digests
from tests.fakes import FakeWeb
from tests.web.site import Site, edit
from tests.web.test_api import read

DAY, WEEK = "2025-03-16", "2025-W11"


def listed(site: Site, query: str = "") -> dict[str, dict[str, Any]]:
    return {digest["period"]: digest for digest in read(site, f"/digests{query}")["digests"]}


def test_the_list_has_what_is_closed_and_what_still_grows(closed: Site) -> None:
    found = listed(closed)
    assert list(found)[:4] == ["2025-W12", "2025-03-17", DAY, "2025-03-15"]
    kept = digests.closed(closed.service.db, DAY)
    assert kept
    assert found[DAY] == {
        "period": DAY, "cadence": "daily", "start": "2025-03-16T00:00:00Z", "end": "2025-03-17T00:00:00Z",
        "state": "closed", "closed": f"{closed.clock():%Y-%m-%dT%H:%M:%SZ}",
        "hash": kept.hash, "stories": len(kept.digest.pieces),
        "reports": kept.digest.reports, "page": f"http://localhost/digest/{DAY}",
    }  # fmt: skip
    assert found[WEEK]["cadence"] == "weekly"
    for name in ("2025-W12", "2025-03-17"):
        assert (found[name]["state"], found[name]["closed"], found[name]["stories"]) == ("open", None, None)
    pages = {str(link["href"]).rpartition("/")[2] for link in closed.page("/digest/").select(".plain a")}
    assert pages == {name for name, digest in found.items() if digest["state"] == "closed"}


def test_the_list_can_be_narrowed(closed: Site) -> None:
    assert set(listed(closed, "?cadence=weekly")) == {name for name in listed(closed) if "W" in name}
    assert list(listed(closed, "?since=2025-03-10&until=2025-03-11&cadence=daily")) == ["2025-03-11", "2025-03-10"]
    assert listed(closed, "?until=0001-01-01") == {}


def test_what_is_over_and_not_closed_yet_says_so(closed: Site) -> None:
    closed.clock.advance(days=2)
    states = {name: digest["state"] for name, digest in listed(closed, "?cadence=daily").items()}
    assert [*states.items()][:4] == [
        ("2025-03-19", "open"),
        ("2025-03-18", "over"),
        ("2025-03-17", "over"),
        (DAY, "closed"),
    ]
    assert read(closed, "/digests/2025-03-17")["state"] == "over"


def test_a_site_without_a_closed_digest_lists_today_and_this_week(empty_site: Site) -> None:
    assert list(listed(empty_site)) == [DAY, WEEK]


@pytest.mark.parametrize("period", [DAY, WEEK])
def test_a_digest_says_what_its_document_says(closed: Site, period: str) -> None:
    said, document = read(closed, f"/digests/{period}"), closed.get(f"/digest/{period}.json").json
    assert document is not None
    assert {key: said[key] for key in listed(closed)[period]} == listed(closed)[period]
    assert (said["hash"], said["timezone"]) == (document["hash"], "UTC")
    stories = [(section["section"], story) for section in said["sections"] for story in section["stories"]]
    assert len(stories) == said["stories"] == len(document["stories"]) > 5
    for section, story in stories:
        (same,) = (other for other in document["stories"] if other["story"] == story["story"])
        assert (section, story["column"], story["page"]) == (same["section"], same["column"], same["page"])
        assert [report["item"] for report in (story["lead"], *story["others"])] == [
            report["item"] for report in (same["lead"], *same["others"])
        ]
        assert story["reports"] == 1 + len(story["others"])
    assert re.fullmatch("[0-9a-f]{64}", said["hash"])


def test_errata_stand_below_and_alter_nothing_above(closed: Site, samples: FakeWeb) -> None:
    before = read(closed, f"/digests/{DAY}")
    title = "Baidu launches ERNIE 4.5 and reasoning model X1, makes Ernie Bot free early"
    edit(samples, "pacific-tech-review", title, f"Corrected: {title}")
    closed.clock.advance(hours=2)
    closed.refresh(samples)
    after = read(closed, f"/digests/{DAY}")
    (erratum,) = after["errata"]
    assert (erratum["title"], erratum["what"]) == (title, f"its title is now “Corrected: {title}”")
    assert before == after | {"errata": []}


def test_a_digest_that_still_grows_has_no_hash(site: Site) -> None:
    said = read(site, f"/digests/{DAY}")
    assert (said["state"], said["hash"], said["closed"]) == ("open", None, None)
    assert said["stories"] > 0


def test_a_site_that_moved_lists_each_period_once_with_its_own_times(closed: Site) -> None:
    before = {period: digest for period, digest in listed(closed).items() if digest["state"] == "closed"}
    path = closed.service.environment.feeds
    there = path.read_text(encoding="utf-8")
    path.write_text(there.replace("[site]\n", '[site]\ntimezone = "America/New_York"\n', 1), encoding="utf-8")
    closed.service.notice_edit()
    told = read(closed, "/digests")["digests"]
    assert len({digest["period"] for digest in told}) == len(told)
    assert {period: digest for period, digest in listed(closed).items() if digest["state"] == "closed"} == before
