"""Every listing as Atom, RSS and JSON Feed; as CSV and JSON Lines, as RIS and BibTeX for reference managers."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qsl

from flask import Blueprint, Response, abort, g, redirect, request
from werkzeug.urls import iri_to_uri
from werkzeug.wrappers import Response as BaseResponse

from aggregator.errors import QueryError
from aggregator.model import AXES, StoredItem
from aggregator.model.saying import say
from aggregator.publish import atom, citations, jsonfeed, jsonl, rss, sheet
from aggregator.publish.channel import Channel, Link, Site, updated_of
from aggregator.query import ItemQuery, Pick, parse_query
from aggregator.store import reads, sources
from web.context import context, database, name_of, names_in_feeds, site_address, today
from web.paging import Position, address, neighbours, read_request
from web.tag_lookup import AXIS, Meant, require_known

pages = Blueprint("feeds", __name__)

FeedLink = tuple[str, str, str]  # name, media type, address
Format = tuple[str, str, Callable[[Channel, Sequence[StoredItem]], bytes]]  # name, media type, how it is written
FEEDS: dict[str, Format] = {
    "atom": ("Atom", atom.MEDIA_TYPE, atom.atom),
    "rss": ("RSS", rss.MEDIA_TYPE, rss.rss),
    "json": ("JSON Feed", jsonfeed.MEDIA_TYPE, jsonfeed.json_feed),
}
TABLES: dict[str, Format] = {
    "csv": ("CSV", sheet.MEDIA_TYPE, sheet.sheet),
    "jsonl": ("JSON Lines", jsonl.MEDIA_TYPE, jsonl.json_lines),
    "ris": ("RIS", citations.RIS_TYPE, citations.ris),
    "bib": ("BibTeX", citations.BIBTEX_TYPE, citations.bibtex),
}
FORMATS = FEEDS | TABLES
CITATIONS = ("ris", "bib")
_ROWS = 1000  # of a table
_OTHERS = 4  # sources that are offered in place of one that is none
Listed = tuple[str, ItemQuery | None]  # a listing's path, and what its path fixes
_SUFFIX = "<any({}):suffix>".format(",".join(FORMATS))
CORE = ItemQuery((Pick("tier", "core"),))  # what the front page offers
_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)  # when nothing has changed yet


def feed_addresses(path: str, query: ItemQuery) -> list[FeedLink]:
    """A listing in every format."""
    return announced([
        (name, kind, site_address() + address(f"{path}.{suffix}", query)) for suffix, (name, kind, _) in FORMATS.items()
    ])  # fmt: skip


def announced(feeds: list[FeedLink]) -> list[FeedLink]:
    """What a page links; the header of the answer names its feeds as well, as the head of the page does."""
    told = [(kind, iri_to_uri(href)) for _, kind, href in feeds if is_feed(kind)]
    g.links = [f'<{href}>; rel="alternate"; type="{kind}"' for kind, href in told]
    return feeds


@pages.app_template_test("feed")
def is_feed(media_type: str) -> bool:
    """Whether a reader can subscribe to it: autodiscovery is about nothing else."""
    return all(kind != media_type for _, kind, _ in TABLES.values())


@pages.after_app_request
def add_links(response: Response) -> Response:
    """Autodiscovery for those that do not read HTML (RFC 8288)."""
    for link in g.get("links", ()):
        response.headers.add("Link", link)
    return response


@pages.get(f"/items.{_SUFFIX}")
def items_feed(suffix: str) -> Response:
    return _answer(all_items(), suffix)


@pages.get(f"/search.{_SUFFIX}")
def search_feed(suffix: str) -> BaseResponse:
    """What is found by a search is a listing like any other."""
    asked = request.query_string.decode("latin-1")
    return redirect(f"/items.{suffix}?{asked}" if asked else f"/items.{suffix}", 301)


@pages.get(f"/{AXIS}/<slug>.{_SUFFIX}")
def tag_feed(axis: str, slug: str, suffix: str) -> Response:
    return _answer(of_tag(axis, slug), suffix)


@pages.get(f"/source/<slug>.{_SUFFIX}")
def source_feed(slug: str, suffix: str) -> Response:
    return _answer(of_source(slug), suffix)


def _answer(listed: Listed, suffix: str) -> Response:
    return _table(listed, suffix) if suffix in TABLES else _feed(listed, suffix)


def all_items() -> Listed:
    return "/items", None


def of_tag(axis: str, slug: str) -> Listed:
    require_known(axis, slug)
    return f"/{axis}/{slug}", ItemQuery.of(axis, slug)


def of_source(slug: str) -> tuple[str, ItemQuery]:
    source_named(slug)
    return f"/source/{slug}", ItemQuery((Pick("source", slug),))


def source_named(slug: str) -> sources.SourceHealth:
    """A source as its page shows it."""
    known = {source.id: source for source in sources.health(database())}
    if slug not in known:
        g.meant = [Meant("source", other) for other in difflib.get_close_matches(slug, known, n=_OTHERS)]
        abort(404, say("There is no source %(source)s.", source=slug[:60]))
    return known[slug]


@pages.get(f"/q/<slug>.{_SUFFIX}")
def saved_feed(slug: str, suffix: str) -> Response:
    return _answer(of_saved(slug), suffix)


def of_saved(slug: str) -> Listed:
    return f"/q/{slug}", saved_query(slug)[1]


def saved_query(slug: str) -> tuple[str, ItemQuery]:
    """The title and the filter of a query that feeds.toml names."""
    said = next((query for query in context().config.queries if query.id == slug), None)
    if said is None:
        abort(404)
    return said.title, parse_query(parse_qsl(said.filter), *today())


def with_every_tier(query: ItemQuery, fixed: ItemQuery) -> tuple[ItemQuery, ItemQuery]:
    """A source's own page shows all of it, unless the reader asks for a tier."""
    if query.values("tier") or query.values("tier", excluded=True):
        return query, fixed
    every = Pick("tier", "all")
    return query.having(every), fixed.having(every)


def queries(fixed: ItemQuery | None) -> tuple[ItemQuery, ItemQuery]:
    """What a feed's address asks for, and what of that its path does not say; a feed has no pages."""
    query, own, place = _asked(fixed)
    if place != Position():
        parameter = "sort" if place.page else "before" if place.before else "after"
        raise QueryError(parameter, say("a feed has the newest items; older ones are in its archive and in the table"))
    return query, own


def _asked(fixed: ItemQuery | None) -> tuple[ItemQuery, ItemQuery, Position]:
    query, place = read_request(fixed=fixed)
    if fixed and fixed.values("source"):
        query, fixed = with_every_tier(query, fixed)
    return query, query.beyond(fixed), place


def _feed(listed: Listed, suffix: str) -> Response:
    path, fixed = listed
    query, own = queries(fixed)
    page = reads.listing(database(), query.relevant_unless_said(), evidence=suffix == "json")
    links: tuple[Link, ...] = ()
    if page.has_older:  # a month that has begun holds what no longer stands here
        links = (Link("prev-archive", archive_address(path, own, page.items[-1].dated)),)
    _, media_type, write = FEEDS[suffix]
    channel = replace(channel_of(path, query, own, page.items, suffix), links=links)
    return document(channel, write(channel, page.items), media_type)


def _table(listed: Listed, suffix: str) -> Response:
    """A page of many rows; where the next ones are, the header says (RFC 8288)."""
    path, fixed = listed
    query, own, place = _asked(fixed)
    if place.page:
        raise QueryError("sort", say("a table is in the order of time"))
    page = reads.listing(
        database(), query.relevant_unless_said(), limit=_ROWS, before=place.before, after=place.after, evidence=False
    )
    _, media_type, write = TABLES[suffix]
    channel = channel_of(path, query, own, page.items, suffix)
    response = document(channel, write(channel, page.items), media_type)
    beside = neighbours(f"{path}.{suffix}", own, page)
    found = [(rel, beside[side]) for side, rel in (("older", "next"), ("newer", "prev")) if side in beside]
    around = [f'<{site_address()}{iri_to_uri(href)}>; rel="{rel}"' for rel, href in found]
    g.links = [*g.get("links", ()), *around]
    return response


def archive_address(path: str, own: ItemQuery, moment: datetime) -> str:
    return site_address() + address(f"{path}/archive/{moment.astimezone(UTC):%Y-%m}.atom", own)


def document(channel: Channel, body: bytes, media_type: str) -> Response:
    """A feed as an answer; the header says what subscribers of any format need (WebSub, section 4)."""
    response = Response(body, content_type=f"{media_type}; charset=utf-8")
    if channel.hub:
        g.links = [f'<{iri_to_uri(channel.hub)}>; rel="hub"', f'<{iri_to_uri(channel.address)}>; rel="self"']
    return response


def channel_of(path: str, query: ItemQuery, own: ItemQuery, items: tuple[StoredItem, ...], suffix: str) -> Channel:
    site = context().config.site
    chosen = _chosen(path, query)
    return Channel(
        title=f"{site.title} – {', '.join(chosen)}" if chosen else site.title,
        subtitle=query.sentence(name_of),
        site=Site(site_address()),
        page=site_address() + address(path, own),
        address=site_address() + address(f"{path}.{suffix}", own),
        updated=updated_of(items, _EPOCH),
        author=site.title,
        name_of=names_in_feeds(),
        hub=site.hub if suffix in FEEDS and (not own.params() or (path, own) == ("/items", CORE)) else "",
    )


def _chosen(path: str, query: ItemQuery) -> list[str]:
    """What a feed is of, in words."""
    if path.startswith("/q/"):
        return [saved_query(path.removeprefix("/q/"))[0]]
    named = (pick for pick in query.picks if pick.field in (*AXES, "source") and not pick.excluded)
    return [name_of(pick.field, pick.value) for pick in named]
