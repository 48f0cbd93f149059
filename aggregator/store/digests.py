"""Digests: what is told in a period, as it is now; and what was told when it was closed, for ever."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, delete, func, insert, select

from aggregator.digests import Period, compose, cutting_of
from aggregator.digests.select import fits
from aggregator.digests.select import select as select_pieces
from aggregator.model import ClosedDigest, Cutting, Digest, Erratum, Latecomer, StoredItem
from aggregator.query import ItemQuery
from aggregator.store.db import reading, writing
from aggregator.store.errors import ConflictError
from aggregator.store.places import places
from aggregator.store.reads import items_by_id
from aggregator.store.sources import CLOCKS_DIFFER, health
from aggregator.store.span import Span
from aggregator.store.statements import batches
from aggregator.store.tables import DIGEST, FETCH, ITEM, STORY, VERSION
from aggregator.store.version import bump

_MOST = 5000  # reports of one period
_RELEVANT = ItemQuery().relevant_unless_said()


class Listed(NamedTuple):
    """A closed digest in the archive."""

    period: str
    start: datetime
    end: datetime | None  #: None of the newest
    closed: datetime
    stories: int
    reports: int
    hash: str


@dataclass(frozen=True, slots=True)
class View:
    """A digest through a filter: what it said when it was closed, and what has come since; or as it is now."""

    period: Period
    digest: Digest
    closed: ClosedDigest | None = None
    added: tuple[Latecomer, ...] = ()
    errata: tuple[Erratum, ...] = ()


def view(db: Engine, period: Period, query: ItemQuery) -> View:
    kept = closed(db, period.name)
    if kept is None:
        last = last_closed(db, weekly=period.weekly)
        start = last.digest.end if last and last.digest.period == period.shifted(-1).name else None
        return View(period, select_pieces(compiled(db, period, start), query))
    digest = select_pieces(kept.digest, query)
    shown = {cutting.item for piece in digest.pieces for cutting in piece.cuttings}
    added = tuple(late for late in latecomers(db, kept) if fits(query, late.cutting))
    return View(period, digest, kept, added, tuple(e for e in errata(db, kept) if e.cutting.item in shown))


def cuttings(db: Engine, start: datetime, end: datetime) -> list[Cutting]:
    """The reports dated from `start` up to `end`, as they are now."""
    return [cutting_of(item) for item in _reports(db, start, end)]


def latecomers(db: Engine, kept: ClosedDigest) -> list[Latecomer]:
    """The reports of a digest's time that came in since it was closed, or were only then found to be AI news."""
    told = {cutting.item for piece in kept.digest.pieces for cutting in piece.cuttings}
    late = [item for item in _reports(db, kept.digest.start, kept.digest.end) if item.id not in told]
    return [Latecomer(cutting_of(item), _told_of(item, kept.closed)) for item in late]


def _told_of(item: StoredItem, closed: datetime) -> datetime | None:
    """When a latecomer came in or was edited; None for one that was but tagged anew."""
    return next((when for when in (item.first_seen, item.changed) if when >= closed), None)


def _reports(db: Engine, start: datetime, end: datetime) -> list[StoredItem]:
    span = Span(start=start, end=end)
    with reading(db) as connection:
        ids = [place.id for place in places(connection, _RELEVANT, _MOST, span)]
        found: dict[int, StoredItem] = {}
        for some in batches(ids):
            found |= items_by_id(connection, some)
    return [found[item_id] for item_id in ids]


def compiled(db: Engine, period: Period, start: datetime | None = None) -> Digest:
    """The digest of a period as it is now, with the sources that fail now; `start` is where the one before it ended.

    Of a time before anything was stored, no source was asked.
    """
    failing = (
        [s.title for s in health(db, listed_only=True) if s.state.status.failed] if _began(db) < period.end else []
    )
    start = start or period.start
    return replace(compose(period, cuttings(db, start, period.end), failing), start=start)


def _began(db: Engine) -> datetime:
    """When the first item was stored or, before any was, a source first looked at."""
    with reading(db) as connection:
        firsts = (
            connection.scalar(select(ITEM.c.first_seen).order_by(ITEM.c.id).limit(1)),
            connection.scalar(select(FETCH.c.at).order_by(FETCH.c.id).limit(1)),
        )
    return next((first for first in firsts if first), datetime.max.replace(tzinfo=UTC))


def close(db: Engine, digest: Digest, now: datetime) -> bool:
    """Keeps a digest as it is, for ever; False if it was closed before."""
    content = _adapter().dump_json(digest).decode()
    values = {
        "period": digest.period, "start": digest.start, "closed": now, "stories": len(digest.pieces),
        "reports": digest.reports, "content": content, "hash": hashlib.sha256(content.encode()).hexdigest(),
    }  # fmt: skip
    try:
        with writing(db) as connection:
            connection.execute(insert(DIGEST).values(**values))
            bump(connection, now)
    except ConflictError:
        return False
    return True


def take_back(db: Engine, now: datetime) -> list[str]:
    """Opens digests again that a clock closed which has been put right since; those that hold a story stay."""
    ahead = (DIGEST.c.closed > now + CLOCKS_DIFFER, DIGEST.c.stories == 0)
    with reading(db) as connection:
        found = list(connection.scalars(select(DIGEST.c.period).where(*ahead).order_by(DIGEST.c.start)))
    if found:
        with writing(db) as connection:
            connection.execute(delete(DIGEST).where(*ahead))
            bump(connection, now)
    return found


def closed(db: Engine, period: str) -> ClosedDigest | None:
    """A digest as it was when it was closed, None if it has not been."""
    with reading(db) as connection:
        row = connection.execute(select(DIGEST).where(DIGEST.c.period == period)).one_or_none()
    return ClosedDigest(_adapter().validate_json(row.content), row.closed, row.hash) if row else None


@cache
def _adapter() -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(Digest)


def archive(db: Engine, *, weekly: bool, limit: int | None = 1000) -> list[Listed]:
    """Closed digests, the newest first; each ends where the next one begins."""
    weeks = DIGEST.c.period.like("%-W%")
    end = func.lead(DIGEST.c.start, type_=DIGEST.c.start.type).over(order_by=DIGEST.c.start)
    columns = (DIGEST.c.period, DIGEST.c.start, end, DIGEST.c.closed, DIGEST.c.stories, DIGEST.c.reports, DIGEST.c.hash)
    query = select(*columns).where(weeks if weekly else ~weeks).order_by(DIGEST.c.start.desc()).limit(limit)
    with reading(db) as connection:
        return [Listed(*row) for row in connection.execute(query)]


def last_closed(db: Engine, *, weekly: bool) -> ClosedDigest | None:
    """The newest closed day or week."""
    newest = archive(db, weekly=weekly, limit=1)
    return closed(db, newest[0].period) if newest else None


def errata(db: Engine, kept: ClosedDigest) -> list[Erratum]:
    """What has changed of a digest's reports since it was closed, the oldest change first."""
    told = {cutting.item: cutting for piece in kept.digest.pieces for cutting in piece.cuttings}
    found: list[Erratum] = []
    with reading(db) as connection:
        for some in batches(told):
            query = select(ITEM.c.id, ITEM.c.changed, ITEM.c.story_id, STORY.c.changed.label("story_changed"))
            rows = connection.execute(query.outerjoin(STORY, STORY.c.id == ITEM.c.story_id).where(ITEM.c.id.in_(some)))
            items, titled = items_by_id(connection, some), _titled(connection, some)
            for row in rows:
                now = cutting_of(items[row.id])
                changed = row.changed if row.changed >= kept.closed else None  # else it was only tagged anew
                found += _erratum(told[row.id], now, titled.get(row.id, changed), changed, row.story_changed)
    return sorted(found, key=lambda erratum: (erratum.when or kept.closed, erratum.cutting.item))


def _titled(connection: Connection, ids: Sequence[int]) -> dict[int, datetime]:
    """Since when items have had the titles that they have, where they had another one before."""
    since = (
        select(VERSION.c.item_id, func.max(VERSION.c.until, type_=VERSION.c.until.type))
        .join(ITEM, ITEM.c.id == VERSION.c.item_id)
        .where(VERSION.c.item_id.in_(ids), VERSION.c.title != ITEM.c.title)
        .group_by(VERSION.c.item_id)
    )
    return {row[0]: row[1] for row in connection.execute(since)}


def _erratum(
    then: Cutting, now: Cutting, titled: datetime | None, changed: datetime | None, story_changed: datetime | None
) -> Iterator[Erratum]:
    if now.title != then.title:
        yield Erratum(then, f"its title is now “{now.title}”", titled)
    if now.tier != then.tier and now.tier == "off":
        yield Erratum(then, "it was found to be off topic", changed)
    elif then.story and now.story != then.story and story_changed:
        yield Erratum(then, f"it belongs to story {now.story} now", story_changed)
