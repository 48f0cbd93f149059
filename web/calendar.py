"""The calendar: until when rules may be commented on, and from when they apply; as a page and as a file."""

from __future__ import annotations

from itertools import groupby

from flask import Blueprint, Response, g, render_template

from aggregator.digests import cutting_of
from aggregator.digests.calendar import KINDS, Milestone, milestones
from aggregator.digests.select import fits
from aggregator.publish import ical
from aggregator.publish.channel import Channel, Site
from aggregator.query import ItemQuery
from aggregator.store import reads
from web.context import context, database, name_of, now, site_address, today
from web.feeds import document
from web.languages import all_said, dated, said
from web.paging import address, read_request

pages = Blueprint("calendar", __name__)

_PATH = "/calendar"
_PASSED = 30  # milestones that have passed, and are shown as well


@pages.get(_PATH)
def calendar_page() -> str:
    query = read_request()[0]
    g.path = address(_PATH, query)
    return render_template(
        "calendar.html", query=query, sentence=said(query.sentence(name_of)), kinds=all_said(KINDS), path=_PATH,
        months=[(month, list(some)) for month, some in groupby(ahead(query), key=_month)],
        passed=passed(query),
        file=site_address() + address(f"{_PATH}.ics", query),
    )  # fmt: skip


@pages.get(f"{_PATH}.ics")
def calendar_file() -> Response:
    query = read_request()[0]
    found = [*reversed(passed(query)), *ahead(query)]
    title, site = context().config.site.title, site_address()
    of = f" – {query.sentence(name_of)}" if query.params() else ""
    channel = Channel(
        title=f"{title}: calendar{of}", subtitle="Until when rules may be commented on, and from when they apply.",
        site=Site(site), page=site + address(_PATH, query), address=site + address(f"{_PATH}.ics", query),
        updated=now(), author=title,
    )  # fmt: skip
    return document(channel, ical.icalendar(channel, found), ical.MEDIA_TYPE)


def ahead(query: ItemQuery) -> list[Milestone]:
    """What has not passed, the next one first."""
    return [milestone for milestone in _read(query, ahead=True) if milestone.day >= today()[0]]


def passed(query: ItemQuery) -> list[Milestone]:
    """What has passed, the latest first."""
    before = [milestone for milestone in _read(query, ahead=False) if milestone.day < today()[0]]
    return before[: -_PASSED - 1 : -1]


def _read(query: ItemQuery, *, ahead: bool) -> list[Milestone]:
    items = reads.naming_days(database(), today()[0], ahead=ahead)
    return milestones(item for item in items if fits(query, cutting_of(item)))


def _month(milestone: Milestone) -> str:
    return dated(milestone.day, "month")
