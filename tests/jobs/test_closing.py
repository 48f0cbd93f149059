"""Closing digests: once, when they are over; what was closed stays as it was."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise, permutations
from zoneinfo import ZoneInfo

import pytest

from aggregator.bootstrap import Service
from aggregator.digests import Period, parse_period
from aggregator.jobs import closing, grouping
from aggregator.model import Edit
from aggregator.store import digests, items
from tests.fakes import START, Clock
from tests.samples import make_changes, make_item, only, store

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def period(service: Service, name: str) -> Period:
    found = parse_period(name, ZoneInfo(service.config.site.timezone))
    assert found
    return found


def closed_names(service: Service) -> list[str]:
    listed = digests.archive(service.db, weekly=False) + digests.archive(service.db, weekly=True)
    return sorted(one.period for one in listed)


def test_days_are_closed_some_hours_after_their_end(service: Service, clock: Clock) -> None:
    store(service.db, make_item("a", ["topic/policy", "region/cn"]))
    clock.advance(hours=17)  # five hours after midnight
    closing.close_digests(service)
    assert closed_names(service) == []
    clock.advance(hours=1)
    closing.close_digests(service)
    assert closed_names(service) == ["2025-03-16", "2025-W11"]
    kept = digests.closed(service.db, "2025-03-16")
    assert kept
    assert [piece.lead.title for piece in kept.digest.pieces] == ["Title a"]
    assert kept.closed == START + 18 * HOUR


def test_days_without_items_are_closed_too(service: Service, clock: Clock) -> None:
    store(service.db, make_item("a"))
    clock.advance(days=3)
    closing.close_digests(service)
    assert closed_names(service) == ["2025-03-16", "2025-03-17", "2025-03-18", "2025-W11"]
    empty = digests.closed(service.db, "2025-03-17")
    assert empty
    assert empty.digest.pieces == ()


def test_a_new_installation_closes_no_more_than_a_month_back(service: Service, clock: Clock) -> None:
    store(service.db, *(make_item(str(n), published=START - n * 30 * DAY) for n in range(4)))
    clock.advance(days=1)
    closing.close_digests(service)
    assert closed_names(service)[0] == "2025-02-14"


def test_what_comes_later_never_changes_a_closed_digest(service: Service, clock: Clock) -> None:
    store(service.db, make_item("a"), make_item("b"))
    clock.advance(days=1)
    closing.close_digests(service)
    kept = digests.closed(service.db, "2025-03-16")
    now = clock()
    store(service.db, make_item("late"), now=now)
    edit = Edit(only(service.db, "q=b").id, make_item("b", title="Corrected"))
    items.apply(service.db, make_changes("news", now, edits=(edit,)))
    grouping.group(service)
    closing.close_digests(service)
    again = digests.closed(service.db, "2025-03-16")
    assert again == kept
    assert kept
    day = period(service, "2025-03-16")
    assert len(digests.cuttings(service.db, day.start, day.end)) == 3
    more = Edit(edit.item_id, make_item("b", title="Corrected", summary="A longer text"))
    items.apply(service.db, make_changes("news", now + timedelta(hours=5), edits=(more,)))
    (erratum,) = digests.errata(service.db, kept)
    assert (erratum.cutting.title, erratum.what, erratum.when) == ("Title b", "its title is now “Corrected”", now)


def test_a_digest_is_closed_once(service: Service, clock: Clock) -> None:
    digest = digests.compiled(service.db, period(service, "2025-03-16"))
    assert digests.close(service.db, digest, clock())
    assert not digests.close(service.db, digest, clock() + HOUR)


@pytest.mark.parametrize("order", list(permutations("abcd"))[::5], ids="".join)
def test_in_which_order_reports_came_makes_no_difference(service: Service, order: tuple[str, ...]) -> None:
    for part in (order[:2], order[2:]):
        store(service.db, *(make_item(name, published=START - ord(name) * HOUR) for name in part))
        grouping.group(service)
    digest = digests.compiled(service.db, period(service, "2025-03-12"))
    assert [piece.lead.title for piece in digest.pieces] == ["Title a", "Title b", "Title c", "Title d"]


@pytest.mark.parametrize(("before", "after"), [("Asia/Shanghai", "UTC"), ("UTC", "Asia/Shanghai")])
def test_a_site_that_moves_has_each_report_in_one_digest(
    service: Service, clock: Clock, before: str, after: str
) -> None:
    def moves_to(zone: str) -> None:
        service.environment.feeds.write_text(f'[site]\ntimezone = "{zone}"\n', encoding="utf-8")
        service.reload()

    moves_to(before)
    store(service.db, *(make_item(f"{hours}", published=START + hours * HOUR) for hours in range(72)))
    clock.advance(days=1)
    closing.close_digests(service)
    moves_to(after)
    clock.advance(days=3)
    closing.close_digests(service)
    kept = [digests.closed(service.db, name) for name in closed_names(service) if "W" not in name]
    told = [cutting.item for one in kept if one for piece in one.digest.pieces for cutting in piece.cuttings]
    assert sorted(told) == sorted(set(told))
    spans = sorted((one.digest.start, one.digest.end) for one in kept if one)
    assert all(end == start for (_, end), (start, _) in pairwise(spans))


def test_what_a_wrong_clock_closed_is_open_again_but_for_what_holds_stories(service: Service, clock: Clock) -> None:
    store(service.db, make_item("a"))
    clock.advance(days=30)
    closing.close_digests(service)
    kept = digests.closed(service.db, "2025-03-16")
    assert len(closed_names(service)) > 30
    clock.advance(days=-29)
    closing.close_digests(service)
    assert closed_names(service) == ["2025-03-16", "2025-W11"]
    assert digests.closed(service.db, "2025-03-16") == kept
    store(service.db, make_item("b", published=clock()), now=clock())
    clock.advance(days=1)
    closing.close_digests(service)
    day = digests.closed(service.db, "2025-03-17")
    assert day
    assert [piece.lead.title for piece in day.digest.pieces] == ["Title b"]
