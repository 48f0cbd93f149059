"""Digests: a day or a week on one page, for everything and for every filter; closed ones never change."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from itertools import chain

from flask import Blueprint, Response, abort, g, render_template

from aggregator.digests import Period, day_of, parse_period, week_of
from aggregator.model import AXES, EditorsNote
from aggregator.model.saying import listed, say, to_say
from aggregator.publish import digest as publish
from aggregator.publish.channel import Channel, Site
from aggregator.publish.notices import WRITERS, newest
from aggregator.query import ItemQuery
from aggregator.store import digests
from web.context import context, database, name_of, now, site_address, zone
from web.feeds import FEEDS, FeedLink, announced, of_source, saved_query
from web.filters import period_in_words
from web.languages import all_said, said
from web.languages import gettext as _
from web.paging import address, page_address, read_parameters, read_request
from web.tag_lookup import require_known

pages = Blueprint("digests", __name__)

FORMATS: dict[str, tuple[str, Callable[[publish.DigestPage], str]]] = {
    "md": ("text/markdown", publish.markdown),
    "txt": ("text/plain", publish.plain_text),
    "json": ("application/json", publish.as_json),
}
_NAMES = {"md": "Markdown", "txt": to_say("plain text"), "json": "JSON"}
_AXIS = "<any({}):axis>".format(",".join((*AXES, "source", "q")))
_SUFFIX = "<any({}):suffix>".format(",".join(FORMATS))
_FEED = "<any({}):suffix>".format(",".join(WRITERS))
_CADENCE = "<any(daily,weekly):cadence>"
_CADENCES = {"daily": to_say("daily"), "weekly": to_say("weekly")}
_FEED_LENGTH = {"daily": 14, "weekly": 8}
_CORRECTIONS = to_say("corrections")
_MOST_NEWS = 100  # entries of the feed of corrections
_ALL = ItemQuery()


def view(period: Period, query: ItemQuery) -> digests.View:
    """A digest through a filter; there is none of a time that has not come."""
    if period.start > now():
        abort(404, say("This day or week has not come yet."))
    return digests.view(database(), period, query)


def correction_feeds() -> list[FeedLink]:
    here, of = f"{site_address()}/digest/corrections", _(_CORRECTIONS)
    return [(said(listed(", ", (FEEDS[each][0], of))), FEEDS[each][1], f"{here}.{each}") for each in WRITERS]


# Of two routes that fit, the first one gets weekly.json.
@pages.get(f"/digest/{_CADENCE}.{_FEED}")
def digest_feed(cadence: str, suffix: str) -> Response:
    return _feed(cadence, suffix, "/digest", None)


@pages.get(f"/{_AXIS}/<slug>/digest/{_CADENCE}.{_FEED}")
def tag_digest_feed(axis: str, slug: str, cadence: str, suffix: str) -> Response:
    return _feed(cadence, suffix, f"/{axis}/{slug}/digest", _fixed(axis, slug))


@pages.get("/digest/<name>")
def digest_page(name: str) -> str:
    return _page(name, "/digest", None)


@pages.get(f"/digest/<name>.{_SUFFIX}")
def digest_text(name: str, suffix: str) -> Response:
    return _text(name, suffix, "/digest", None)


@pages.get(f"/{_AXIS}/<slug>/digest/<name>")
def tag_digest_page(axis: str, slug: str, name: str) -> str:
    return _page(name, f"/{axis}/{slug}/digest", _fixed(axis, slug))


@pages.get(f"/{_AXIS}/<slug>/digest/<name>.{_SUFFIX}")
def tag_digest_text(axis: str, slug: str, name: str, suffix: str) -> Response:
    return _text(name, suffix, f"/{axis}/{slug}/digest", _fixed(axis, slug))


def _fixed(axis: str, slug: str) -> ItemQuery:
    if axis == "q":  # a digest has days of its own
        return replace(saved_query(slug)[1], since=None, until=None)
    if axis in AXES:
        require_known(axis, slug)
        return ItemQuery.of(axis, slug)
    return of_source(slug)[1]


def _read(name: str, fixed: ItemQuery | None) -> tuple[digests.View, ItemQuery, ItemQuery]:
    """What is shown, the whole query, and what of it the address does not say by itself."""
    period = parse_period(name, zone())
    if period is None:
        abort(404)
    query = read_request(fixed=fixed)[0].pinned()
    return view(period, query), query, query.beyond(fixed)


def _page(name: str, base: str, fixed: ItemQuery | None) -> str:
    shown, query, own = _read(name, fixed)
    period, path = shown.period, f"{base}/{name}"
    g.path = address(path, own)
    current = (week_of if period.weekly else day_of)(now(), zone())
    after = period.shifted(1)
    return render_template(
        "digest.html", period=period, digest=shown.digest, closed=shown.closed, added=shown.added,
        errata=shown.errata, query=query, own=own, path=path, title=_title(period, base),
        sentence=said(query.sentence(name_of)), over=period.end <= now(), formats=all_said(_NAMES),
        before=_link(base, period.shifted(-1)), after=_link(base, after) if after.start <= current.start else None,
        wider=[] if period.weekly else [_link(base, week_of(period.start, zone()))],
        items=_items(base, own, period), note=_note(period, base, own),
        permanent=site_address() + address(path, own), feeds=announced(digest_feeds(base, own, weekly=period.weekly)),
    )  # fmt: skip


def _items(base: str, own: ItemQuery, period: Period) -> str:
    """Where all items of a digest's days are listed."""
    last = period.first + timedelta(days=period.days - 1)
    days = replace(own, since=own.since or period.first, until=own.until or last)
    return page_address(base.removesuffix("/digest") or "/items", days)


def _link(base: str, period: Period) -> tuple[Period, str]:
    return period, f"{base}/{period.name}"


def _title(period: Period, base: str) -> str:
    """The digest's name: what it is of, as its address says it, and when."""
    axis, slug, *_rest = [*base.split("/")[1:], ""]
    of = [saved_query(slug)[0] if axis == "q" else name_of(axis, slug)] if axis != "digest" else []
    return said(listed(", ", [*of, period_in_words(period)]))


def _text(name: str, suffix: str, base: str, fixed: ItemQuery | None) -> Response:
    shown, _, own = _read(name, fixed)
    media_type, write = FORMATS[suffix]
    return _answer(write(_written(shown, base, own)), media_type)


def _answer(body: str | bytes, media_type: str) -> Response:
    return Response(body, content_type=f"{media_type}; charset=utf-8")


def _written(shown: digests.View, base: str, own: ItemQuery) -> publish.DigestPage:
    title = f"{context().config.site.title}: {_title(shown.period, base)}"
    permanent = site_address() + address(f"{base}/{shown.period.name}", own)
    note = _note(shown.period, base, own)
    return publish.DigestPage(
        title, permanent, site_address(), shown.digest, shown.closed, shown.added, shown.errata, note
    )


def _note(period: Period, base: str, own: ItemQuery) -> EditorsNote | None:
    """What an editor says of a day or a week, which is of the whole of it."""
    return None if own.params() or base != "/digest" else context().config.notes.get(period.name)


def _feed(cadence: str, suffix: str, base: str, fixed: ItemQuery | None) -> Response:
    """One entry a closed digest, complete; through a filter, those that have something."""
    wanted, _ = read_request(fixed=fixed)
    # Its days are those of the digests, and an id must not change with them.
    query = replace(wanted, since=None, until=None)
    own = query.beyond(fixed)
    shown = [view(period, query) for period in _newest(cadence)]
    notices = [publish.as_notice(_written(one, base, own)) for one in shown if one.digest.pieces or not query.params()]
    of = f" – {query.sentence(name_of)}" if query.params() else ""
    title, site = context().config.site.title, site_address()
    page = address(base.removesuffix("/digest") or "/items", own) if query.params() else "/digest/"
    channel = Channel(
        title=f"{title}: {cadence} digest{of}",
        subtitle="One entry a digest, complete.",
        site=Site(site),
        page=site + page,
        address=site + address(f"{base}/{cadence}.{suffix}", own),
        updated=newest(notices),
        author=title,
        named=site + address(f"{base}/{cadence}.atom", own),
    )
    return _answer(WRITERS[suffix](channel, notices), FEEDS[suffix][1])


def _newest(cadence: str) -> list[Period]:
    """The days or weeks whose digests were closed last."""
    found = digests.archive(database(), weekly=cadence == "weekly", limit=_FEED_LENGTH[cadence])
    return [period for one in found if (period := parse_period(one.period, zone()))]


@pages.get(f"/digest/corrections.{_FEED}")
def corrections_feed(suffix: str) -> Response:
    """What was changed, or came in later, of the newest digests."""
    read_parameters()
    written = [_written(view(period, _ALL), "/digest", _ALL) for period in _newest("daily")]
    notices = sorted(chain(*map(publish.corrections, written)), key=lambda notice: notice.moment, reverse=True)
    title, here = context().config.site.title, f"{site_address()}/digest/"
    channel = Channel(
        title=f"{title}: corrections", subtitle="What was changed of closed digests, and what came in later.",
        site=Site(site_address()), page=here, address=f"{here}corrections.{suffix}", updated=newest(notices),
        author=title, named=f"{here}corrections.atom",
    )  # fmt: skip
    return _answer(WRITERS[suffix](channel, notices[:_MOST_NEWS]), FEEDS[suffix][1])


def digest_feeds(
    base: str = "/digest", own: ItemQuery = _ALL, *, weekly: bool | None = None, formats: Iterable[str] = tuple(WRITERS)
) -> list[FeedLink]:
    """The feeds of digests as pages link them: of days, of weeks, or both, through the page's own filter."""
    kinds = {"daily": False, "weekly": True}
    chosen = [cadence for cadence, is_weekly in kinds.items() if weekly in (None, is_weekly)]
    return [
        (
            said(listed(", ", (FEEDS[suffix][0], _(_CADENCES[cadence])))), FEEDS[suffix][1],
            site_address() + address(f"{base}/{cadence}.{suffix}", own),
        )
        for cadence in chosen
        for suffix in formats
    ]  # fmt: skip
