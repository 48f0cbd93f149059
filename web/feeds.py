"""Every listing as Atom, RSS and JSON Feed, with validators (RFC 9110, section 8.8); the lists of feeds as OPML."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from urllib.parse import parse_qsl

from flask import Blueprint, Response, abort, request

from aggregator.model import AXES, StoredItem
from aggregator.publish import atom, jsonfeed, opml, rss
from aggregator.publish.channel import Channel, updated_of
from aggregator.query import ItemQuery, Pick, parse_query
from aggregator.store import counts, reads, sources
from aggregator.tagging.labels import axis_title
from web.look import database, look, name_of, now, site_address
from web.paging import address, read_request

pages = Blueprint("feeds", __name__)

FORMATS: dict[str, tuple[str, str, Callable[[Channel, Sequence[StoredItem]], bytes]]] = {
    "atom": ("Atom", atom.MEDIA_TYPE, atom.atom),
    "rss": ("RSS", rss.MEDIA_TYPE, rss.rss),
    "json": ("JSON Feed", jsonfeed.MEDIA_TYPE, jsonfeed.json_feed),
}
_SUFFIX = "<any({}):suffix>".format(",".join(FORMATS))
_AXIS = "<any({}):axis>".format(",".join(AXES))
_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)  # when nothing has changed yet


def feed_addresses(path: str, query: ItemQuery) -> list[tuple[str, str, str]]:
    """(name, media type, address) of a listing in every format."""
    return [
        (name, kind, site_address() + address(f"{path}.{suffix}", query)) for suffix, (name, kind, _) in FORMATS.items()
    ]


@pages.get(f"/items.{_SUFFIX}")
def items_feed(suffix: str) -> Response:
    return _feed("/items", suffix, None)


@pages.get(f"/{_AXIS}/<slug>.{_SUFFIX}")
def tag_feed(axis: str, slug: str, suffix: str) -> Response:
    require_known(axis, slug)
    return _feed(f"/{axis}/{slug}", suffix, ItemQuery.of(axis, slug))


@pages.get(f"/source/<slug>.{_SUFFIX}")
def source_feed(slug: str, suffix: str) -> Response:
    if all(source.id != slug for source in sources.health(database())):
        abort(404)
    return _feed(f"/source/{slug}", suffix, ItemQuery((Pick("source", slug),)))


@pages.get(f"/q/<slug>.{_SUFFIX}")
def saved_feed(slug: str, suffix: str) -> Response:
    title, fixed = saved_query(slug)
    return _feed(f"/q/{slug}", suffix, fixed, title)


def saved_query(slug: str) -> tuple[str, ItemQuery]:
    """The title and the filter of a query that feeds.toml names."""
    said = next((query for query in look().config.queries if query.id == slug), None)
    if said is None:
        abort(404)
    return said.title, parse_query(parse_qsl(said.filter), now().date())


def with_every_tier(query: ItemQuery, fixed: ItemQuery) -> tuple[ItemQuery, ItemQuery]:
    """A source's own page shows all of it, unless the reader asks for a tier."""
    if query.values("tier") or query.values("tier", excluded=True):
        return query, fixed
    every = Pick("tier", "all")
    return query.having(every), fixed.having(every)


def require_known(axis: str, slug: str) -> None:
    """A tag has a page and feeds if the taxonomy or an item knows it; a typo is a 404."""
    if look().taxonomy.holder(axis, slug):
        return
    if not (slug.isprintable() and counts.count(database(), ItemQuery.of(axis, slug)).number):
        abort(404, f"There is no tag {axis}/{slug[:60]}.")


def _feed(path: str, suffix: str, fixed: ItemQuery | None, title: str = "") -> Response:
    query, _ = read_request(fixed=fixed)
    if fixed and fixed.values("source"):
        query, fixed = with_every_tier(query, fixed)
    own = query.beyond(fixed)
    items = reads.listing(database(), query.relevant_unless_said()).items
    _, media_type, write = FORMATS[suffix]
    channel = _channel(path, suffix, query, own, items, title)
    response = Response(write(channel, items), content_type=f"{media_type}; charset=utf-8")
    response.last_modified = channel.updated
    response.headers["Cache-Control"] = "public, max-age=300"
    response.add_etag()
    response.make_conditional(request)
    return response


def _channel(
    path: str, suffix: str, query: ItemQuery, own: ItemQuery, items: tuple[StoredItem, ...], title: str = ""
) -> Channel:
    site = look().config.site
    chosen = (
        [title]
        if title
        else [
            name_of(pick.field, pick.value)
            for pick in query.picks
            if pick.field in (*AXES, "source") and not pick.excluded
        ]
    )
    return Channel(
        title=f"{site.title} – {', '.join(chosen)}" if chosen else site.title,
        subtitle=query.sentence(name_of),
        site=site_address(),
        page=site_address() + address(path, own),
        address=site_address() + address(f"{path}.{suffix}", own),
        updated=updated_of(items, _EPOCH),
        author=site.title,
    )


@pages.get("/opml")
def sources_opml() -> Response:
    """The sources that the site reads; what is no feed is of no use to another reader."""
    config = look().config
    feeds = [source for source in config.sources if source.kind == "feed"]
    found = [opml.Outline(source.title, source.url, source.site_url) for source in feeds]
    return Response(opml.opml(f"{config.site.title}: sources", {"": found}), mimetype=opml.MEDIA_TYPE)


@pages.get("/feeds.opml")
def feeds_opml() -> Response:
    """The feeds that the site offers: one a tag, in a folder an axis."""
    counted = counts.totals(database())
    folders = {
        axis_title(axis): [_outline(axis, slug) for slug, _ in counted[axis]] for axis in AXES if axis in counted
    }
    return Response(opml.opml(f"{look().config.site.title}: feeds", folders), mimetype=opml.MEDIA_TYPE)


def _outline(axis: str, slug: str) -> opml.Outline:
    page = f"{site_address()}/{axis}/{slug}"
    return opml.Outline(name_of(axis, slug), f"{page}.atom", page)
