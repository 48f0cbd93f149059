"""The feeds' archives: what a feed no longer shows, a document a month (RFC 5005, section 4).

A month is complete once it is over; the one that has begun is linked as well, so that nothing falls between the feed
and its archive, but it is not called an archive yet. Months are those of UTC: they must not move with a setting.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from flask import Blueprint, Response, abort

from aggregator.publish import atom
from aggregator.publish.channel import Link
from aggregator.query import ItemQuery
from aggregator.store import reads
from web.context import database, now, site_address
from web.feeds import Listed, all_items, archive_address, channel_of, document, of_saved, of_source, of_tag, queries
from web.paging import address
from web.tag_lookup import AXIS

pages = Blueprint("archives", __name__)

_MOST = 10_000  # items of one month


@pages.get("/items/archive/<month>.atom")
def items_archive(month: str) -> Response:
    return _archive(all_items(), *month_of(month))


@pages.get(f"/{AXIS}/<slug>/archive/<month>.atom")
def tag_archive(axis: str, slug: str, month: str) -> Response:
    return _archive(of_tag(axis, slug), *month_of(month))


@pages.get("/source/<slug>/archive/<month>.atom")
def source_archive(slug: str, month: str) -> Response:
    return _archive(of_source(slug), *month_of(month))


@pages.get("/q/<slug>/archive/<month>.atom")
def saved_archive(slug: str, month: str) -> Response:
    return _archive(of_saved(slug), *month_of(month))


def month_of(text: str) -> tuple[datetime, datetime]:
    """2026-03 → its first moment, and that of the next month."""
    found = re.fullmatch(r"([0-9]{4})-([0-9]{2})", text)
    if found is None:
        abort(404)
    try:
        start = datetime(int(found[1]), int(found[2]), 1, tzinfo=UTC)
        return start, (start + timedelta(days=31)).replace(day=1)
    except (ValueError, OverflowError):
        abort(404)


def _archive(listed: Listed, start: datetime, end: datetime) -> Response:
    path, fixed = listed
    query, own = queries(fixed)
    shown = query.relevant_unless_said()
    items = reads.between(database(), shown, start, end, _MOST)
    if not items:
        abort(404)
    channel = replace(
        channel_of(path, query, own, items, "atom"),
        address=archive_address(path, own, start), links=_links(path, shown, own, start, end), hub="",
        archive=end <= now() and len(items) < _MOST,  # one that is cut is not complete
    )  # fmt: skip
    response = document(channel, atom.atom(channel, items), atom.MEDIA_TYPE)
    if channel.archive:
        response.headers["Cache-Control"] = "public, max-age=86400"  # only what comes in late changes it
    return response


def _links(path: str, shown: ItemQuery, own: ItemQuery, start: datetime, end: datetime) -> tuple[Link, ...]:
    """To the feed itself and the months around that have items."""
    links = [Link("current", site_address() + address(f"{path}.atom", own))]
    if (older := reads.newest(database(), shown, before=start)) is not None:
        links.append(Link("prev-archive", archive_address(path, own, older)))
    newer = reads.oldest(database(), shown, end)
    if newer is not None and (newer.year, newer.month) < (now().year, now().month):
        links.append(Link("next-archive", archive_address(path, own, newer)))
    return tuple(links)
