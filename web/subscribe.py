"""Choosing what to subscribe to: tags in, the addresses of their feeds out."""

from __future__ import annotations

from flask import Blueprint, render_template

from aggregator.model import AXES
from aggregator.query import ItemQuery
from aggregator.store import counts
from web.context import LANGUAGES, classes, context, database, name_of
from web.digests import digest_feeds
from web.feeds import feed_addresses
from web.languages import gettext as _
from web.languages import said
from web.paging import address, read_request
from web.tag_lookup import is_there, unknown_tags

pages = Blueprint("subscribe", __name__)

_AXES = tuple(axis for axis in AXES if axis != "status")
_IN_SIGHT = 16  # tags of an axis, the most frequent; all others are folded


@pages.get("/subscribe")
def subscribe_page() -> str:
    """A form of tags, and the feed of those that are chosen."""
    query, _place = read_request()
    unknown, shown = unknown_tags(query), query.relevant_unless_said()
    path, own = ("/items", query) if unknown else _shortest(query)
    return render_template(
        "subscribe.html", query=query, path=path, own=own, sentence=said(query.sentence(name_of)),
        feeds=feed_addresses(path, own), digests=_digests(path, own), count=counts.count(database(), shown),
        offered=_offered(query), sight=_IN_SIGHT, classes=classes(), languages=LANGUAGES,
        saved=context().config.queries, chosen=bool(query.params()),
        unknown=[f"{pick.field}/{pick.value}" for pick in unknown], several=_several(query),
    )  # fmt: skip


def _several(query: ItemQuery) -> str:
    """Where the tags are to be had as feeds of their own, each to be left out again by itself; "" for a single one."""
    tags = ItemQuery(tuple(tag for tag in query.tags() if not tag.excluded and is_there(tag.field, tag.value)))
    return address("/feeds.opml", tags) if len(tags.picks) > 1 else ""


def _digests(path: str, own: ItemQuery) -> list[tuple[str, str, str]]:
    """The feeds of the digests of the same."""
    names = (_("Digests, daily"), _("Digests, weekly"))
    found = digest_feeds("/digest" if path == "/items" else f"{path}/digest", own, formats=["atom"])
    return [(name, kind, link) for name, (_name, kind, link) in zip(names, found, strict=True)]


def _shortest(query: ItemQuery) -> tuple[str, ItemQuery]:
    """The path of a query's feed, and what stands behind it: one tag has a path of its own."""
    tags = query.tags()
    if len(tags) != 1 or tags[0].excluded:
        return "/items", query
    return f"/{tags[0].field}/{tags[0].value}", query.without(tags[0])


def _offered(query: ItemQuery) -> dict[str, list[tuple[str, int, bool]]]:
    """All tags of every axis, and whether they are chosen: those first, then the most frequent, then all by name."""
    counted = counts.totals(database())
    found = {}
    for axis in _AXES:
        numbers, chosen = dict(counted.get(axis, ())), query.values(axis)
        others = [slug for slug in numbers if slug not in chosen]
        in_sight = max(_IN_SIGHT - len(chosen), 0)
        ordered = [*chosen, *others[:in_sight], *sorted(others[in_sight:], key=lambda slug: name_of(axis, slug))]
        found[axis] = [(slug, numbers.get(slug, 0), slug in chosen) for slug in ordered]
    return {axis: values for axis, values in found.items() if values}
