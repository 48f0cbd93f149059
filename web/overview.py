"""The pages that look over the whole: the front page, tags, how it works."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import groupby, takewhile

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from aggregator.digests import COLUMNS, Period, compose, cutting_of, day_of, parse_period, week_of
from aggregator.digests.calendar import KINDS
from aggregator.digests.select import select
from aggregator.model import AXES, Digest, Piece, StoredItem
from aggregator.query import ItemQuery, Pick
from aggregator.store import counts, digests, reads, sources, stories
from web.calendar import ahead
from web.context import context, database, name_of, now, zone
from web.digests import correction_feeds, digest_feeds
from web.feeds import CORE, announced, feed_addresses
from web.languages import all_said, dated
from web.tag_lookup import AXIS

pages = Blueprint("overview", __name__)

RELEVANT = ItemQuery().relevant_unless_said()
_STILL_NEWS = timedelta(days=30)
_AHEAD = 3  # days of the calendar
_OPEN = 14  # days that are not closed, in the archive


@pages.get("/")
def front_page() -> str:
    """The newest day, still growing: policy and releases, China and the United States side by side."""
    db = database()
    newest = reads.newest(db, CORE) or reads.newest(db, RELEVANT)
    period = day_of(newest or now(), zone())
    digest = digests.compiled(db, period)
    asked = sources.fetch_progress(db)
    concerned = {column: frozenset(select(digest, ItemQuery.of("region", column)).pieces) for column in COLUMNS}
    return render_template(
        "front.html",
        period=period, digest=digest, query=_of_day(period), latest=_latest(digest, period),
        week=week_of(period.start, zone()),
        counted={column: len(stories) for column, stories in concerned.items()},
        both=len(frozenset.intersection(*concerned.values())),
        first_fetch=(asked.looked, asked.total) if asked.looked < asked.total else None,
        earlier=_earlier_days(period), looked=reads.last_success(db), asked_number=asked.total,
        ahead=ahead(CORE)[:_AHEAD], kinds=all_said(KINDS),
        past=period != day_of(now(), zone()), note=context().config.notes.get(period.name),
        feeds=announced([*digest_feeds(weekly=False, formats=["atom"]), *feed_addresses("/items", CORE)]),
    )  # fmt: skip


def _latest(digest: Digest, period: Period, most: int = 3) -> dict[tuple[str, str], tuple[Piece, ...]]:
    """For sections that are empty on this day: the newest stories that would stand there."""
    found = {}
    for column in COLUMNS:
        for section in ("policy", "release"):
            if not digest.of(section, column):
                since = period.first - _STILL_NEWS
                query = replace(CORE, since=since).having(Pick("region", column)).having(Pick("topic", section))
                pieces = compose(period, map(cutting_of, _with_their_stories(query))).of(section, column)
                found[column, section] = tuple(sorted(pieces, key=lambda piece: piece.lead.dated, reverse=True)[:most])
    return found


def _with_their_stories(query: ItemQuery, most: int = 20) -> Collection[StoredItem]:
    """The newest items of a query, and all others of their stories: where a story stands depends on its lead."""
    newest = reads.listing(database(), query, limit=most).items
    told = stories.stories(database(), {item.story_id for item in newest if item.story_id})
    return {item.id: item for item in (*newest, *(item for story in told.values() for item in story.items))}.values()


def _of_day(period: Period) -> ItemQuery:
    return ItemQuery(since=period.first, until=period.first, zone=period.zone.key)


@pages.get("/digest/")
def archive_page() -> str:
    """Closed digests, and the newest days and weeks with news that are not closed."""
    weeks, days = _closed(weekly=True), _closed(weekly=False)
    newest = _earlier_days(day_of(now(), zone()).shifted(1), _OPEN)
    still_open = {
        "days": _after_closed(days, newest),
        "weeks": _after_closed(weeks, dict.fromkeys(week_of(day.start, zone()) for day in newest)),
    }
    return render_template(
        "archive.html",
        weeks=[(year, list(some)) for year, some in groupby(weeks, lambda row: row[1].name[:4])],
        days=[(month, list(some)) for month, some in groupby(days, lambda row: dated(row[1].first, "month"))],
        still_open=still_open, feeds=announced([*digest_feeds(), *correction_feeds()]),
    )  # fmt: skip


def _closed(*, weekly: bool) -> list[tuple[digests.Listed, Period]]:
    listed = digests.archive(database(), weekly=weekly)
    return [(one, period) for one in listed if (period := parse_period(one.period, zone()))]


def _after_closed(closed: list[tuple[digests.Listed, Period]], newest: Iterable[Period]) -> list[Period]:
    """Those after the last one that is closed."""
    return list(takewhile(lambda period: not closed or period.start > closed[0][1].start, newest))


def _earlier_days(period: Period, most: int = 6) -> list[Period]:
    """The days before that have core items."""
    found: list[Period] = []
    while len(found) < most:
        newest = reads.newest(database(), CORE, before=period.start)
        if newest is None:
            break
        period = day_of(newest, zone())
        found.append(period)
    return found


@pages.get(f"/{AXIS}/")
def axis_index(axis: str) -> BaseResponse:
    """/company/, a tag's address without its slug, leads to the list of tags."""
    return redirect(f"{url_for('overview.tags_page')}#axis-{axis}", 301)


@pages.get("/tags")
def tags_page() -> str:
    """Every tag that relevant items carry, by axis, from A to Z, with its count."""
    counted = counts.totals(database())
    named = {axis: sorted(counted[axis], key=partial(_by_name, axis)) for axis in AXES if axis in counted}
    return render_template("tags.html", counted=named)


def _by_name(axis: str, counted: tuple[str, int]) -> str:
    return name_of(axis, counted[0], "en").lower()  # in both languages: Chinese has no such order


@pages.get("/about")
def about_page() -> str:
    return render_template("about.html", product=context().config.fetch.product)
