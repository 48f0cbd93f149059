"""The feeds that the site offers and those that it reads: as OPML, and as a menu (draft-nottingham-feed-menu)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from flask import Blueprint, Response

from aggregator.errors import QueryError
from aggregator.model import AXES
from aggregator.model.saying import say
from aggregator.publish import opml
from aggregator.publish.menu import MEDIA_TYPE, MenuEntry, feed_menu
from aggregator.query import ItemQuery, Pick
from aggregator.store import counts, sources
from aggregator.tagging.labels import axis_title
from aggregator.text.urls import as_told
from web.context import context, database, name_of, site_address
from web.feeds import saved_query
from web.paging import read_parameters, read_request
from web.tag_lookup import AXIS, require_known

pages = Blueprint("menus", __name__)


@pages.get("/opml")
def sources_opml() -> Response:
    """The sources that the site reads; what is no feed is of no use to another reader."""
    config = context().config
    feeds = [source for source in config.sources if source.kind == "feed"]
    titles = {source.id: source.title for source in sources.health(database(), listed_only=True)}
    found = [
        opml.Outline(titles.get(source.id, source.title), as_told(source.url), source.site_url) for source in feeds
    ]
    return Response(opml.opml(f"{config.site.title}: sources", {"": found}), mimetype=opml.MEDIA_TYPE)


@pages.get("/feeds.opml")
def feeds_opml() -> Response:
    """The feeds that the site offers: all items, digests, saved queries, and one a tag, in a folder an axis.

    With tags in the address, the feeds of these.
    """
    if chosen := _chosen():
        return _opml({axis: [pick.value for pick in chosen if pick.field == axis] for axis in AXES})
    folders = {"": _everything(), "Digests": _digests(), "Saved queries": _saved()}
    return _opml(_in_use(), {folder: found for folder, found in folders.items() if found})


@pages.get(f"/{AXIS}.opml")
def axis_opml(axis: str) -> Response:
    """The feeds of one axis."""
    read_parameters()
    return _opml({axis: _in_use().get(axis, [])})


def _chosen() -> tuple[Pick, ...]:
    """The tags that the address names, and nothing else: a feed of its own cannot leave anything out."""
    query, _place = read_request()
    tags = query.tags()
    for tag in tags:
        require_known(tag.field, tag.value)
    if more := [name for name, value in query.params() if Pick(name, value) not in tags]:
        raise QueryError(more[0], say("the feeds of a list are chosen by tags, none of them excluded"))
    return tags


def _in_use() -> dict[str, list[str]]:
    """The tags that items have, the most frequent first."""
    return {axis: [slug for slug, _ in found] for axis, found in counts.totals(database()).items()}


def _opml(tags: Mapping[str, Sequence[str]], before: Mapping[str, Sequence[opml.Outline]] | None = None) -> Response:
    """The feeds of tags, in a folder an axis, behind others."""
    names = Counter(name_of(axis, slug) for axis, slugs in tags.items() for slug in slugs)
    shown = [axis for axis in AXES if tags.get(axis)]
    folders = {axis_title(axis): [_outline(axis, slug, names) for slug in tags[axis]] for axis in shown}
    title = f"{context().config.site.title}: feeds"
    return Response(opml.opml(title, {**(before or {}), **folders}), mimetype=opml.MEDIA_TYPE)


def _everything() -> list[opml.Outline]:
    """Feeds of the whole site."""
    title, items = context().config.site.title, f"{site_address()}/items"
    return [
        opml.Outline(title, f"{items}.atom?tier=core", f"{items}?tier=core"),
        opml.Outline("All AI news", f"{items}.atom", items),
    ]


def _digests() -> list[opml.Outline]:
    digest = f"{site_address()}/digest/"
    names = {"daily": "Daily digest", "weekly": "Weekly digest"}
    return [opml.Outline(name, f"{digest}{cadence}.atom", digest) for cadence, name in names.items()]


def _saved() -> list[opml.Outline]:
    saved = ((query.title, f"{site_address()}/q/{query.id}") for query in context().config.queries)
    return [opml.Outline(title, f"{page}.atom", page) for title, page in saved]


def _outline(axis: str, slug: str, names: Counter[str]) -> opml.Outline:
    """A tag's feed. Of a name that stands for two things, both say which: readers refuse a list with a name twice."""
    page, name = f"{site_address()}/{axis}/{slug}", name_of(axis, slug)
    title = f"{name} ({axis_title(axis).lower()})" if names[name] > 1 else name
    return opml.Outline(title, f"{page}.atom", page)


@pages.get("/.well-known/feed-menu.json")
def menu() -> Response:
    counted = counts.totals(database())
    menus = {"Digests": [MenuEntry(title, "One entry a digest, complete.", feed) for title, feed, _ in _digests()]}
    if saved := context().config.queries:
        menus["Saved queries"] = [_saved_entry(query.id) for query in saved]
    menus |= {axis_title(axis): [_tag(axis, slug) for slug, _ in counted[axis]] for axis in AXES if axis in counted}
    menus["Sources"] = [_source(source.id, source.title) for source in sources.health(database(), listed_only=True)]
    menus["Site health"] = [
        MenuEntry("Sources in trouble", "What fails, is gone or has fallen silent", _atom("sources"))
    ]
    site = context().config.site
    everything = [
        MenuEntry(site.title, "AI policy and AI releases of China and the United States", _atom("items", "?tier=core")),
        MenuEntry("All AI news", ItemQuery().sentence(name_of), _atom("items")),
    ]
    return Response(feed_menu(site.title, everything, menus), mimetype=MEDIA_TYPE)


def _saved_entry(slug: str) -> MenuEntry:
    title, query = saved_query(slug)
    return MenuEntry(title, query.sentence(name_of), _atom(f"q/{slug}"))


def _tag(axis: str, slug: str) -> MenuEntry:
    return MenuEntry(name_of(axis, slug), ItemQuery.of(axis, slug).sentence(name_of), _atom(f"{axis}/{slug}"))


def _source(source_id: str, title: str) -> MenuEntry:
    return MenuEntry(title, ItemQuery((Pick("source", source_id),)).sentence(name_of), _atom(f"source/{source_id}"))


def _atom(path: str, query: str = "") -> str:
    return f"{site_address()}/{path}.atom{query}"
