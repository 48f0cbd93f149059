"""The feeds that the site offers, as a menu for readers (draft-nottingham-feed-menu)."""

from __future__ import annotations

from flask import Blueprint, Response

from aggregator.model import AXES
from aggregator.publish.menu import MEDIA_TYPE, Dish, feed_menu
from aggregator.publish.opml import Outline
from aggregator.query import ItemQuery, Pick
from aggregator.store import counts, sources
from aggregator.tagging.labels import axis_title
from web.feeds import digest_outlines, saved_outlines
from web.look import database, look, name_of, site_address

pages = Blueprint("menus", __name__)


@pages.get("/.well-known/feed-menu.json")
def menu() -> Response:
    counted = counts.totals(database())
    found = {"Digests": digest_outlines(), "Saved queries": saved_outlines()}
    menus = {name: [_dish(outline) for outline in outlines] for name, outlines in found.items() if outlines}
    menus |= {axis_title(axis): [_tag(axis, slug) for slug, _ in counted[axis]] for axis in AXES if axis in counted}
    menus["Sources"] = [_source(source.id, source.title) for source in sources.health(database(), listed_only=True)]
    site = look().config.site
    everything = [
        Dish(site.title, "AI policy and AI releases of China and the United States", _atom("items", "?tier=core")),
        Dish("All AI news", ItemQuery().sentence(name_of), _atom("items")),
    ]
    return Response(feed_menu(site.title, everything, menus), mimetype=MEDIA_TYPE)


def _dish(outline: Outline) -> Dish:
    return Dish(outline.title, "", outline.feed)


def _tag(axis: str, slug: str) -> Dish:
    return Dish(name_of(axis, slug), ItemQuery.of(axis, slug).sentence(name_of), _atom(f"{axis}/{slug}"))


def _source(source_id: str, title: str) -> Dish:
    return Dish(title, ItemQuery((Pick("source", source_id),)).sentence(name_of), _atom(f"source/{source_id}"))


def _atom(path: str, query: str = "") -> str:
    return f"{site_address()}/{path}.atom{query}"
