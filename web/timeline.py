"""The timeline of a tag: releases, official documents and other stories by month, the newest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

from flask import Blueprint, Response, render_template

from aggregator.digests import SECTIONS, compose, cutting_of, day_of
from aggregator.errors import QueryError
from aggregator.model import Piece, StoredItem
from aggregator.model.saying import say, to_say
from aggregator.publish.table import Table
from aggregator.query import ItemQuery, Pick
from aggregator.store import reads, stories
from web.context import context, database, name_of, now, site_address, zone
from web.figures import SUFFIX, downloads, sent
from web.languages import all_said, dated, here
from web.paging import read_parameters
from web.tag_lookup import AXIS, require_known

pages = Blueprint("timeline", __name__)

KINDS = {
    "release": to_say("Releases"),
    "official": to_say("Official documents"),
    "policy": to_say("Policy"),
    "story": to_say("Told by several"),
}
_MOST = 200  # entries
_READ = 350  # reports that are put together to entries


class TimelineEntry(NamedTuple):
    """A story on the timeline, with what kinds it is of."""

    piece: Piece
    kinds: tuple[str, ...]


@pages.get(f"/timeline/{AXIS}/<slug>")
def timeline_page(axis: str, slug: str) -> str:
    kind, entries, more = _read(axis, slug)
    months = [(month, list(some)) for month, some in groupby(entries, key=_month)]
    path, parameters = f"/timeline/{axis}/{slug}", {"kind": kind} if kind else {}
    return render_template(
        "timeline.html", axis=axis, slug=slug, kind=kind, kinds=all_said(KINDS), months=months, more=more,
        path=here(path),
        number=len(entries), links=downloads(path, parameters), sections=SECTIONS,
    )  # fmt: skip


@pages.get(f"/timeline/{AXIS}/<slug>.{SUFFIX}")
def timeline_table(axis: str, slug: str, suffix: str) -> Response:
    kind, entries, _ = _read(axis, slug)
    name = f"Timeline of {name_of(axis, slug)}{f': {KINDS[kind].lower()}' if kind else ''}"
    columns = ("Date", "Kind", "Title", "Source", "Class", "Reports", "Independent", "Address")
    return sent(Table(name, columns, tuple(map(_row, entries))), suffix)


def _read(axis: str, slug: str) -> tuple[str, list[TimelineEntry], bool]:
    """The kind that is asked for, the entries, the newest first, and whether there are or may be older ones."""
    kind = read_parameters("kind").get("kind", "")
    if kind and kind not in KINDS:
        raise QueryError(
            "kind", say("%(value)s cannot be; write one of %(known)s", value=repr(kind[:40]), known=", ".join(KINDS))
        )
    require_known(axis, slug)
    items = reads.listing(database(), _query(axis, slug, kind), limit=_READ).items
    whole = {item.id: item for item in (*items, *(_others(axis, slug, items) if kind else ()))}
    pieces = compose(day_of(now(), zone()), map(cutting_of, whole.values())).pieces
    entries = [TimelineEntry(piece, _kinds(piece)) for piece in pieces]
    fitting = [entry for entry in entries if not kind or kind in entry.kinds]
    fitting.sort(key=lambda entry: (entry.piece.lead.dated, entry.piece.lead.item), reverse=True)
    return kind, fitting[:_MOST], len(fitting) > _MOST or len(items) == _READ


def _others(axis: str, slug: str, items: Iterable[StoredItem]) -> Iterator[StoredItem]:
    """What else of a tag is told in the stories of some of its items: what a story is, follows from all of it."""
    told = stories.stories(database(), {item.story_id for item in items if item.story_id})
    for story in told.values():
        yield from (item for item in story.items if slug in item.slugs(axis))


def _query(axis: str, slug: str, kind: str) -> ItemQuery:
    """What has to be read for entries of a kind, so that rare ones need not be looked for among all."""
    query = ItemQuery.of(axis, slug).relevant_unless_said()
    if kind in ("release", "policy") and axis != "topic":  # of one axis, tags are alternatives
        return query.having(Pick("topic", kind))
    if kind == "official":
        for source in context().config.sources:
            query = query.having(Pick("source", source.id)) if source.source_class == "official" else query
    return query


def _kinds(piece: Piece) -> tuple[str, ...]:
    """What an entry is: as its digest would have it, official if a report of it is an official one."""
    official = any(cutting.source_class == "official" for cutting in piece.cuttings)
    return tuple(
        kind
        for kind, is_so in (
            ("release", piece.section == "release"),
            ("policy", piece.section == "policy"),
            ("official", official),
            ("story", piece.reports > 1),
        )
        if is_so
    )


def _month(entry: TimelineEntry) -> str:
    return dated(entry.piece.lead.dated.astimezone(zone()).date(), "month")


def _row(entry: TimelineEntry) -> tuple[str | int, ...]:
    piece, lead = entry.piece, entry.piece.lead
    date = lead.dated.astimezone(zone()).date().isoformat()
    place = f"story/{piece.story}" if piece.story else f"item/{lead.item}"
    return (
        date, " ".join(entry.kinds) or piece.section, lead.title, lead.source_title, lead.source_class, piece.reports,
        piece.independent, f"{site_address()}/{place}",
    )  # fmt: skip
