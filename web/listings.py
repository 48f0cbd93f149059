"""Listings: all items by query, a tag's page, a source's page, the search. One template for all."""

from __future__ import annotations

from flask import Blueprint, g, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from aggregator.digests import week_of
from aggregator.model import AXES
from aggregator.model.saying import to_say
from aggregator.query import SEARCH_FIELDS, ItemQuery, Pick
from aggregator.search import expression
from aggregator.store import counts, fetch_log, reads
from aggregator.store.ranking import Ranking, ranked
from aggregator.store.reads import Listing
from aggregator.tagging.labels import label
from web.context import LANGUAGES, classes, context, database, name_of, now, zone
from web.feeds import feed_addresses, of_source, of_tag, saved_query, source_named, with_every_tier
from web.glance import glance, relatives
from web.languages import gettext as _
from web.languages import language, said
from web.paging import Position, address, form_fields, neighbours, page_address, ranked_neighbours, read_request
from web.suggestions import instead
from web.tag_lookup import AXIS, Meant, named

pages = Blueprint("listings", __name__)

SEARCHES = (
    ("export controls", to_say("both words, in any order")),
    ('"export controls" -gaming', to_say("words in a row, and one to leave out")),
    ("chips OR 芯片", to_say("either of them")),
    ("百度 开源", to_say("Chinese as it is written")),
    (
        "company:baidu,alibaba topic:release",
        to_say("filters by their names: any of several values, and both filters"),
    ),
    (
        "region:cn -region:us since:7d",
        to_say("what concerns China and not the United States, of the last seven days"),
    ),
)
_LOOKS = 10  # at a source that its page shows
_FACETS = 12  # values of one axis in the form
_ALONE = 5  # chosen values of one axis of which each is counted by itself


@pages.get("/items")
def items_page() -> BaseResponse | str:
    query, place = read_request()
    return _listing("/items", query, place, title=_("Items"))


@pages.get("/search")
def search_page() -> BaseResponse | str:
    """Where a search leads; without one, how to search."""
    query, place = read_request()
    if query.params():
        return redirect(page_address("/items", query, *place.order()))
    return render_template(
        "search.html",
        examples=[(example, _(meaning)) for example, meaning in SEARCHES],
        filters=SEARCH_FIELDS,
    )


@pages.get(f"/{AXIS}/<slug>")
def tag_page(axis: str, slug: str) -> BaseResponse | str:
    """What is known of one tag, and its items."""
    path, fixed = of_tag(axis, slug)
    query, place = read_request(fixed=fixed)
    names = {lang: label(context().taxonomy, axis, slug, lang) for lang in ("en", "zh")}
    title = names.pop(language())
    (other, other_name), *_rest = names.items()
    return _listing(
        path, query, place, fixed=fixed, title=title, axis=axis, slug=slug, other_lang=other,
        other_name=other_name if other_name != title else "", relatives=relatives(axis, slug),
        glance=glance(axis, slug),
    )  # fmt: skip


@pages.get("/source/<slug>")
def source_page(slug: str) -> BaseResponse | str:
    path, fixed = of_source(slug)
    query, place = read_request(fixed=fixed)
    query, fixed = with_every_tier(query, fixed)
    source = source_named(slug)
    looked = fetch_log.last(database(), slug, _LOOKS)
    return _listing(path, query, place, fixed=fixed, title=source.title, source=source, looked=looked)


@pages.get("/q/<slug>")
def saved_page(slug: str) -> BaseResponse | str:
    """A query that feeds.toml names."""
    title, fixed = saved_query(slug)
    query, place = read_request(fixed=fixed)
    return _listing(f"/q/{slug}", query, place, fixed=fixed, title=title)


def _listing(
    path: str, query: ItemQuery, place: Position, *, title: str, fixed: ItemQuery | None = None, **more: object
) -> BaseResponse | str:
    shown = query.relevant_unless_said()
    own = query.beyond(fixed)
    if "" in request.args.values():  # a form sends its empty fields; an address that is copied has none
        return redirect(page_address(path, own, *place.params()))
    page, links = _page(path, shown, own, place)
    g.path = address(path, own, *place.params())  # equal queries have one address, however they were asked
    counted = counts.facets(database(), shown)
    facets, among = _facets(counted, query, shown)
    nothing = None if page.items or place.params() else instead(path, own, fixed)
    of_name = _of_name(query.q) if query.q and page.items and not place.params() else []
    firsts = None if any(pick.field == "report" for pick in own.picks) else own.having(Pick("report", "first"))
    sentence = said(query.sentence(name_of)) if query.params() else _("All AI news")
    return render_template(
        "listing.html", title=title, page=page, query=query, own=own, path=path, sentence=sentence, place=place,
        facets=facets, among=among, of_name=of_name, hidden=[*form_fields(query, facets), *place.order()],
        languages=LANGUAGES, classes=classes(), nothing=nothing,
        count=counted.total, links=links, feeds=feed_addresses(path, own),
        firsts=firsts, can_rank=bool(expression(query.q).clauses), this_week=week_of(now(), zone()), **more,
    )  # fmt: skip


def _of_name(words: str) -> list[tuple[Meant, int]]:
    """The tags that have these words for a name, and of how many items each is."""
    queries = ((tag, ItemQuery.of(*tag).relevant_unless_said()) for tag in named(words))
    return [(tag, counts.count(database(), query).number) for tag, query in queries]


def _page(path: str, shown: ItemQuery, own: ItemQuery, place: Position) -> tuple[Listing | Ranking, dict[str, str]]:
    """The items of a page, and the addresses of the pages beside it."""
    if place.page:
        ranking = ranked(database(), shown, place.page)
        return ranking, ranked_neighbours(path, own, place.page, ranking)
    listing = reads.listing(database(), shown, before=place.before, after=place.after, evidence=False)
    return listing, neighbours(path, own, listing)


def _facets(
    counted: counts.Facets, query: ItemQuery, shown: ItemQuery
) -> tuple[dict[str, list[tuple[str, int, bool]]], int | None]:
    """Values of every axis with their counts among the items shown, and if not among all, among how many of the newest;
    the chosen ones stay in sight.

    Values of one axis are alternatives: where some are chosen, each says what it has by itself.
    """
    found, among = {}, counted.among
    for axis in AXES:
        chosen = query.values(axis)
        others = counts.facets(database(), shown.lacking(axis)) if chosen else counted
        listed, among = others.counts.get(axis, []), among or others.among
        numbers = dict(listed) | {value: _by_itself(shown, Pick(axis, value)) for value in chosen[:_ALONE]}
        top = [value for value, _ in listed[:_FACETS] if value not in chosen]
        found[axis] = [(value, numbers.get(value, 0), value in chosen) for value in (*chosen, *top)]
    return {axis: values for axis, values in found.items() if values}, among


def _by_itself(shown: ItemQuery, pick: Pick) -> int:
    return counts.count(database(), shown.lacking(pick.field).having(pick)).number
