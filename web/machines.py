"""For machines that look after the site or crawl it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any

from flask import Blueprint, Response, abort

from aggregator.errors import StoreError
from aggregator.model import Status
from aggregator.publish import sitemap
from aggregator.store import activity, counts, notes, sources
from web.context import context, database, now, site_address
from web.languages import PREFIX, TAGS

pages = Blueprint("machines", __name__)

_LATE = timedelta(minutes=30)  # by which a look may be late: hosts are asked in turns, and a first fetch takes its time
_ROOM = 1_000_000  # bytes, below which a database cannot be written soon
_VALID = timedelta(days=180)  # for which security.txt is to be believed; less than a year, as RFC 9116 wants it
_PAGES = ("/", "/digest/", "/items", "/calendar", "/trends", "/tags", "/sources", "/about", "/api/")


@pages.get("/healthz")
def healthz() -> Response:
    """Whether the process answers and the store can be read."""
    asked = sources.fetch_progress(database())
    mistakes = notes.read(database(), notes.CONFIG_ERROR)
    told = "feeds.toml has mistakes, the last good version is in force: see /sources\n" if mistakes else ""
    return _text(f"ok\nsources {asked.answered} of {asked.total} answered\n{told}")


@pages.get("/readyz")
def readyz() -> Response:
    """Whether the site has something to show and the schedule keeps up; the reasons if not."""
    try:
        reasons = list(_troubles(activity.pulse(database()), now()))
    except StoreError:
        reasons = ["the database cannot be read"]
    return _text("\n".join(reasons or ["ready"]) + "\n", 503 if reasons else 200)


def _troubles(found: activity.Pulse, moment: datetime) -> Iterator[str]:
    if not found.sources:
        yield "feeds.toml lists no source"
    elif found.last_look is None:
        yield "no source has been looked at yet"
    elif found.due and moment - found.due > _LATE:
        late = int((moment - found.due).total_seconds() // 60)
        yield f"the schedule stands still: a source has been due for {late} minutes"
    if activity.room_left(database()) < _ROOM:
        yield "the disk of the database is full"


@pages.get("/metrics")
def metrics() -> Response:
    """In the text format of Prometheus, version 0.0.4."""
    response = _text("".join(_metrics(activity.pulse(database()), now())))
    response.headers["Content-Type"] = "text/plain; version=0.0.4; charset=utf-8"
    return response


def _metrics(found: activity.Pulse, moment: datetime) -> Iterator[str]:
    yield from _gauge("items", "Items stored, by tier.", "tier", activity.tiers(database()))
    known = dict.fromkeys(map(str, Status), 0) | activity.statuses(database())
    yield from _gauge("sources", "Sources that are fetched, by how the last look ended.", "status", known)
    keys = {"configuration": notes.CONFIG_ERROR, "store": notes.STORE_ERROR}
    broken = {what: int(bool(notes.read(database(), key))) for what, key in keys.items()}
    broken["store"] |= activity.room_left(database()) < _ROOM  # then not even a note can be left
    yield from _gauge("trouble", "1 while feeds.toml has mistakes, or the database refuses.", "what", broken)
    for name, at in (("success", found.last_success), ("look", found.last_look)):
        if at is not None:
            age = max(0.0, (moment - at).total_seconds())
            yield from _gauge(f"seconds_since_last_{name}", f"Age of the last {name}.", "", {"": age})
            yield from _gauge(f"last_{name}_timestamp_seconds", f"Time of the last {name}.", "", {"": at.timestamp()})


def _gauge(name: str, words: str, label: str, values: Mapping[Any, float]) -> Iterator[str]:
    yield f"# HELP wire_{name} {words}\n# TYPE wire_{name} gauge\n"
    for value, number in values.items():
        yield f'wire_{name}{{{label}="{value}"}} {number}\n' if label else f"wire_{name} {number}\n"


@pages.get("/robots.txt")
def robots() -> Response:
    """Pages are for all; their filters would lead a crawler around for ever (RFC 9309)."""
    body = f"User-agent: *\nDisallow: /search\nDisallow: /*?\n\nSitemap: {site_address()}/sitemap.xml\n"
    return Response(body, mimetype="text/plain")


@pages.get("/sitemap.xml")
def sitemap_xml() -> Response:
    tags = [f"/{axis}/{slug}" for axis, counted in counts.totals(database()).items() for slug, _ in counted]
    listed = [f"/source/{source.id}" for source in sources.health(database(), listed_only=True)]
    site = site_address()
    addresses = ({"en": site + path, TAGS["zh"]: site + PREFIX + path} for path in (*_PAGES, *tags, *listed))
    return Response(sitemap.sitemap(addresses), mimetype=sitemap.MEDIA_TYPE)


@pages.get("/.well-known/security.txt")
def security() -> Response:
    """Where to report a hole, if feeds.toml says so (RFC 9116)."""
    contact = context().config.site.security
    if not contact:
        abort(404)
    until = datetime.combine(now().date(), time(), UTC) + _VALID  # whole days: not another text every second
    body = f"Contact: {contact}\nExpires: {until:%Y-%m-%dT%H:%M:%SZ}\nPreferred-Languages: en, zh\n"
    return Response(body, mimetype="text/plain")


def _text(body: str, status: int = 200) -> Response:
    return Response(body, status, mimetype="text/plain", headers={"Cache-Control": "no-store"})
