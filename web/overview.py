"""The pages that look over the whole: the front page, tags, sources, how it works."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Blueprint, Response, render_template

from aggregator.model import AXES, StoredItem
from aggregator.query import ItemQuery, Pick
from aggregator.store import counts, reads, sources
from aggregator.store.sources import CONFIG_ERROR
from web.feeds import feed_addresses
from web.front import COLUMNS, SECTIONS, Front, arrange, column_of, section_of
from web.look import database, now, zone

pages = Blueprint("overview", __name__)

_DAY = 400  # most items of one day that are arranged; the rest is a link away
_CORE = ItemQuery((Pick("tier", "core"),))
RELEVANT = ItemQuery().relevant_unless_said()


@pages.get("/")
def front_page() -> str:
    """The newest day: policy and releases, China and the United States side by side."""
    db = database()
    newest = reads.newest(db, _CORE) or reads.newest(db, RELEVANT)
    start, end = _day_of(newest or now())
    items = reads.between(db, RELEVANT, start, end, _DAY) if newest else ()
    front = arrange(items)
    done, total = sources.answered(db)
    return render_template(
        "front.html",
        day=start, query=_of_day(start), front=front, latest=_latest(front),
        columns=COLUMNS, sections=SECTIONS, items=items, carriers=len({item.source_id for item in items}),
        first_fetch=(done, total) if done < total else None,
        earlier=_earlier_days(start), looked=reads.last_look(db), feeds=feed_addresses("/items", _CORE),
    )  # fmt: skip


def _latest(front: Front, most: int = 3) -> dict[tuple[str, str], tuple[StoredItem, ...]]:
    """For sections that are empty on this day: the newest items that would stand there."""
    found = {}
    for column, sections in front.columns.items():
        for section in (name for name, items in sections.items() if not items):
            query = _CORE.having(Pick("region", column)).having(Pick("topic", section))
            newest = reads.listing(database(), query, limit=20).items
            found[column, section] = tuple(i for i in newest if (column_of(i), section_of(i)) == (column, section))[
                :most
            ]
    return found


def _day_of(moment: datetime) -> tuple[datetime, datetime]:
    start = moment.astimezone(zone()).replace(hour=0, minute=0, second=0, microsecond=0)
    return start, start + timedelta(days=1)


def _of_day(start: datetime) -> ItemQuery:
    return ItemQuery(since=start.date(), until=start.date())


def _earlier_days(start: datetime, most: int = 6) -> list[tuple[datetime, ItemQuery]]:
    """The days before that have core items."""
    found: list[tuple[datetime, ItemQuery]] = []
    while len(found) < most:
        newest = reads.newest(database(), _CORE, before=start)
        if newest is None:
            break
        start, _ = _day_of(newest)
        found.append((start, _of_day(start)))
    return found


@pages.get("/tags")
def tags_page() -> str:
    """Every tag that relevant items carry, by axis, with its count."""
    counted = counts.totals(database())
    return render_template("tags.html", counted={axis: counted[axis] for axis in AXES if axis in counted})


@pages.get("/sources")
def sources_page() -> str:
    """The health of every source, and what is wrong with feeds.toml if anything is."""
    found = sources.health(database(), listed_only=True, now=now())
    failing = [source for source in found if source.state.error]
    return render_template(
        "sources.html", sources=failing + [source for source in found if not source.state.error], failing=len(failing),
        silent=sum(source.silent_since is not None for source in found),
        config_error=sources.note(database(), CONFIG_ERROR),
    )  # fmt: skip


@pages.get("/about")
def about_page() -> str:
    return render_template("about.html")


@pages.get("/healthz")
def healthz() -> Response:
    """For machines: whether the process answers and the store can be read."""
    done, total = sources.answered(database())
    body = f"ok\nsources {done} of {total} answered\n"
    return Response(body, mimetype="text/plain", headers={"Cache-Control": "no-store"})
