"""Sources: taking over what feeds.toml says, remembering how each behaves, and which are due."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Engine, Row, case, func, insert, select, update

from aggregator.model import (
    ASKED_TO_WAIT,
    BACK_OFF,
    READER_VERSION,
    Limits,
    Redirect,
    Source,
    SourceState,
    Status,
)
from aggregator.store.db import reading, writing
from aggregator.store.statements import take_write_lock
from aggregator.store.states import ANSWERS, DISPLAY_NAME, remembered, state_of
from aggregator.store.tables import FETCH, SOURCE, TOTAL
from aggregator.store.version import bump
from aggregator.text.urls import authority


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """A source with its state, for people."""

    id: str
    title: str
    url: str
    site_url: str
    lang: str
    region: str
    source_class: str
    state: SourceState
    items: int
    listed: bool
    silent_since: datetime | None = None  #: for much longer than it used to be


def sync(db: Engine, sources: Sequence[Source], now: datetime, limits: Limits = Limits()) -> None:
    """Makes the store's sources those of feeds.toml. One that is no longer listed keeps its items and its history."""
    with writing(db) as connection:
        take_write_lock(connection)
        known = {row.id: row for row in connection.execute(select(*(SOURCE.c[name] for name in _SAID)))}
        left = SOURCE.c.listed & SOURCE.c.id.not_in([source.id for source in sources])
        changed = connection.execute(update(SOURCE).where(left).values(listed=False)).rowcount > 0
        added = [_said(source, limits) for source in sources if source.id not in known]
        if added:
            connection.execute(insert(SOURCE), [remembered(SourceState(values["id"])) | values for values in added])
        for source in sources:
            row, said = known.get(source.id), _said(source, limits)
            if row is not None and said != row._asdict():
                # Edited in what is read, or put back, it is looked at at once, whatever it said before.
                put_back = source.enabled and not (row.listed and row.enabled)
                again = _FRESH if row.settings != said["settings"] or put_back else {}
                connection.execute(update(SOURCE).where(SOURCE.c.id == source.id).values(**said, **again))
                changed = True
        if added or changed:
            bump(connection, now)


def settings(listed: Sequence[Source], limits: Limits) -> dict[str, str]:
    """Of sources, by id, a hash of what decides what is read of each."""
    return {source.id: _settings(source, limits) for source in listed}


def look_again(db: Engine, before: Mapping[str, str], after: Mapping[str, str]) -> None:
    """Makes sources due again whose settings changed during a look: its result belongs to the old settings.

    Both are what `settings` answers.
    """
    if edited := [source_id for source_id, now in after.items() if before.get(source_id, now) != now]:
        with writing(db) as connection:
            connection.execute(update(SOURCE).where(SOURCE.c.id.in_(edited)).values(**_FRESH))


def listed(db: Engine) -> set[str]:
    """The ids of the sources that feeds.toml had when it was taken over last."""
    with reading(db) as connection:
        return set(connection.scalars(select(SOURCE.c.id).where(SOURCE.c.listed)))


CLOCKS_DIFFER = timedelta(hours=1)  #: of machines that share a database
_SAID = (
    "id", "url", "title", "site_url", "lang", "region", "source_class", "enabled", "listed", "interval", "host",
    "settings",
)  # fmt: skip


_FRESH: dict[str, Any] = {
    "next_look": None, "failures": 0, "url_asked": "", "body_hash": "", "address": "", "redirect": Redirect(),
    "own_title": "", "distrusted": False,
}  # fmt: skip


def _said(source: Source, limits: Limits) -> dict[str, Any]:
    return {
        "id": source.id, "url": source.url, "title": source.title, "site_url": source.site_url, "lang": source.lang,
        "region": source.region, "source_class": source.source_class, "enabled": source.enabled, "listed": True,
        "interval": int(source.interval.total_seconds()),
        "host": authority(source.url, source.host_groups),
        "settings": _settings(source, limits),
    }  # fmt: skip


def _settings(source: Source, limits: Limits) -> str:
    """A hash of what decides what is read of a source, and how often."""
    read: tuple[object, ...] = (
        READER_VERSION, source.url, source.kind, source.selectors, source.include, source.exclude, source.timezone,
        source.interval, source.shortest, source.longest, source.adaptive,
    )  # fmt: skip
    # These came later: without any, what was read stays read.
    read += (source.headers,) if source.headers else ()
    asked, usual = ((those.items, those.field) for those in (limits, Limits()))
    read += asked if asked != usual else ()
    return hashlib.sha256(repr(read).encode()).hexdigest()[:20]


def due(db: Engine, now: datetime) -> list[str]:
    """The ids of the sources to look at now, the longest waiting first: the one place where this is said.

    What was looked at in the future was so by a clock that has been put right since: its plans are void.
    """
    ready = SOURCE.c.next_look.is_(None) | (SOURCE.c.next_look <= now) | (SOURCE.c.last_look > now + CLOCKS_DIFFER)
    longest_waiting = (SOURCE.c.next_look.nulls_first(), SOURCE.c.id)
    query = select(SOURCE.c.id).where(SOURCE.c.enabled, SOURCE.c.listed, ready).order_by(*longest_waiting)
    with reading(db) as connection:
        return list(connection.scalars(query))


def may_be_asked(db: Engine, now: datetime) -> list[str]:
    """The ids of the sources that may be looked at whether they are due or not: all but those that are gone, or that
    were told to wait.
    """
    told = (SOURCE.c.http_status.in_(BACK_OFF)) | (SOURCE.c.why_then == ASKED_TO_WAIT)
    waits = (SOURCE.c.next_look > now) & ((SOURCE.c.status == Status.GONE) | told)
    query = select(SOURCE.c.id).where(SOURCE.c.enabled, SOURCE.c.listed, ~func.coalesce(waits, False))
    with reading(db) as connection:
        return list(connection.scalars(query.order_by(SOURCE.c.id)))


def health(db: Engine, *, listed_only: bool = False, now: datetime | None = None) -> list[SourceHealth]:
    """Every source with its state and how many items it carried, by title; with `now`, whether it has gone silent."""
    carried = (TOTAL.c.axis == "source") & (TOTAL.c.slug == SOURCE.c.id)
    number = func.coalesce(TOTAL.c.core + TOTAL.c.adjacent + TOTAL.c.off, 0).label("number")
    query = select(SOURCE, DISPLAY_NAME.label("name"), number).outerjoin(TOTAL, carried)
    with reading(db) as connection:
        rows = connection.execute(query.where(SOURCE.c.listed) if listed_only else query).all()
    return in_order(_health(row, now) for row in rows)


def in_order(found: Iterable[SourceHealth]) -> list[SourceHealth]:
    """By title, the same on both engines, whose own orders of letters differ."""
    return sorted(found, key=lambda source: (source.title.casefold(), source.id))


def _health(row: Row[Any], now: datetime | None) -> SourceHealth:
    state = state_of(row)
    if not row.enabled or not row.listed:
        state = state.disabled()
    return SourceHealth(
        row.id,
        row.name,
        row.url,
        row.site_url,
        row.lang,
        row.region,
        row.source_class,
        state,
        row.number,
        row.listed,
        row.rhythm.silent_since(now) if now and row.listed and row.enabled else None,
    )


def name(db: Engine, source_id: str) -> str:
    """What people read for a source, its id if it is not known."""
    with reading(db) as connection:
        return connection.scalar(select(DISPLAY_NAME).where(SOURCE.c.id == source_id)) or source_id


class FetchProgress(NamedTuple):
    """How many sources are to be fetched, were ever looked at, and answered when they were looked at last."""

    total: int
    looked: int
    answered: int


def fetch_progress(db: Engine) -> FetchProgress:
    answers = case((SOURCE.c.status.in_(ANSWERS), 1))
    numbers = select(func.count(), func.count(SOURCE.c.last_look), func.count(answers))
    with reading(db) as connection:
        return FetchProgress(*connection.execute(numbers.where(SOURCE.c.enabled, SOURCE.c.listed)).one())


def trim_log(db: Engine, before: datetime) -> None:
    """Forgets looks of long ago: the log is for the health page, not for history."""
    with writing(db) as connection:
        connection.execute(FETCH.delete().where(FETCH.c.at < before))
