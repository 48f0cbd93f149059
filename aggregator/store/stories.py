"""Stories as stored: what waits for its story, what stands around it, and what grouping answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Executable, Row, bindparam, func, insert, select, text, update

from aggregator.model import NAMED_AXES, Dispatch, Membership, StoredStory, Tag, Voices
from aggregator.store import tags
from aggregator.store.db import reading, writing
from aggregator.store.errors import ConflictError
from aggregator.store.reads import items_by_id
from aggregator.store.resting import lay_to_rest, woken
from aggregator.store.statements import batches, take_write_lock
from aggregator.store.story_numbers import last_given, stories_of
from aggregator.store.tables import EVIDENCE, ITEM, SOURCE, STORY, UNGROUPED
from aggregator.store.version import bump
from aggregator.stories import story_of
from aggregator.stories.lead import Member
from aggregator.text.html import plain

_BATCH = 500
_TOLD = select(
    ITEM.c.id, ITEM.c.title, ITEM.c.summary, ITEM.c.source_id, SOURCE.c.source_class, ITEM.c.dated, ITEM.c.lang,
    ITEM.c.key, ITEM.c.story_id, ITEM.c.story_reason, ITEM.c.copy_of, ITEM.c.likeness,
).join(SOURCE, SOURCE.c.id == ITEM.c.source_id)  # fmt: skip
_NAMES = select(ITEM.c.id, ITEM.c.tags, EVIDENCE.c.words).join(EVIDENCE, EVIDENCE.c.item_id == ITEM.c.id)
# Made once: for thousands of rows, making them takes longer than running them.
_PUT = (
    update(ITEM)
    .where(ITEM.c.id == bindparam("this"))
    .values(
        story_id=bindparam("story"), story_reason=bindparam("why"), copy_of=bindparam("copied"),
        likeness=bindparam("like"), rested_in=None,
    )
)  # fmt: skip
_MAKE = insert(STORY).returning(STORY.c.lead_id, STORY.c.id)
_COUNT = (
    update(STORY)
    .where(STORY.c.id == bindparam("this"))
    .values(
        lead_id=bindparam("leading"), reports=bindparam("all"), independent=bindparam("voices"),
        first=bindparam("start"), last=bindparam("end"), changed=bindparam("then"),
    )
)  # fmt: skip


def ungrouped(db: Engine, limit: int) -> list[Dispatch]:
    """Items that wait for their story, the oldest first."""
    query = _TOLD.where(text(UNGROUPED)).order_by(ITEM.c.dated, ITEM.c.id).limit(limit)
    with reading(db) as connection:
        return [dispatch for dispatch, _ in _members(connection, query)]


def around(db: Engine, start: datetime, end: datetime) -> list[Member]:
    """All members of the stories that have an item between two moments, or before the one and after the other."""
    near = select(STORY.c.id).where(STORY.c.last >= start, STORY.c.first <= end, STORY.c.merged_into.is_(None))
    with reading(db) as connection:
        # What a copy says is not compared again.
        return _members(connection, _TOLD.where(ITEM.c.story_id.in_(near)), lambda row: row.copy_of is None)


def grouped(db: Engine) -> Iterator[list[Member]]:
    """Every item that has a story, by date, in batches."""
    place: Any = None
    while True:
        query = _TOLD.where(ITEM.c.story_id.is_not(None)).order_by(ITEM.c.dated, ITEM.c.id).limit(_BATCH)
        if place:
            query = query.where((ITEM.c.dated > place[0]) | ((ITEM.c.dated == place[0]) & (ITEM.c.id > place[1])))
        with reading(db) as connection:
            found = _members(connection, query)
        if not found:
            return
        yield found
        place = (found[-1][0].dated, found[-1][0].id)


def _members(connection: Connection, query: Any, named: Callable[[Row[Any]], bool] = lambda _: True) -> list[Member]:
    """Items as grouping reads them, with their names, where those are asked for."""
    rows = connection.execute(query).all()
    names: dict[int, list[Tag]] = {}
    for ids in batches([row.id for row in rows if named(row)]):
        for item_id, text_, words in connection.execute(_NAMES.where(ITEM.c.id.in_(ids))):
            names[item_id] = [tag for tag in tags.read_with(text_, words) if tag.axis in NAMED_AXES]
    return [(_dispatch(row, names.get(row.id, ())), _membership(row)) for row in rows]


def _dispatch(row: Row[Any], tags: Iterable[Tag]) -> Dispatch:
    words = plain(row.summary)
    return Dispatch(
        row.id, row.title or words, words, row.source_id, row.source_class, row.dated, row.lang, row.key, tuple(tags)
    )


def _membership(row: Row[Any]) -> Membership:
    return Membership(row.id, name(row.story_id), row.story_reason, row.copy_of, row.likeness)


def name(story_id: int) -> str:
    """What grouping calls a stored story; a new one it calls by its first item, which is a number."""
    return f"story {story_id}"


def place(db: Engine, placed: Sequence[Membership], now: datetime, merged: Mapping[int, str] | None = None) -> None:
    """Puts items into stories, as grouping has answered, in one transaction.

    `merged` are stories that another one takes the place of, by its name. Raises ConflictError if an item has been put
    into a story since it was read: then what was answered is no longer right.
    """
    with writing(db) as connection:
        take_write_lock(connection)
        moved_from = stories_of(connection, [m.item for m in placed])
        told = _told(connection, [m.item for m in placed])
        if merged is None and (moved_from or len(told) < len(placed) or _lost(connection, placed)):
            raise ConflictError("another process has changed or grouped these items, or others of their stories")
        placed = [m for m in placed if m.item in told]
        again, part_of = woken(connection, placed)
        ids = again | _made(connection, {m.story for m in placed} - again.keys(), now)
        _many(connection, _PUT, [
            {"this": m.item, "story": ids[m.story], "why": m.reason, "copied": m.copy_of, "like": m.likeness}
            for m in sorted(placed, key=lambda m: int(m.item))  # in one order, as all who change items do
        ])  # fmt: skip
        into = {gone: ids.get(kept, _number(kept)) for gone, kept in {**(merged or {}), **part_of}.items()}
        for gone, kept in into.items():
            connection.execute(update(STORY).where(STORY.c.id == gone).values(merged_into=kept))
            # What was put there since it was read.
            connection.execute(update(ITEM).where(ITEM.c.story_id == gone).values(story_id=kept))
        _recount(connection, {*ids.values(), *moved_from, *into.values()} - into.keys(), now)
        bump(connection, now)


def _told(connection: Connection, ids: Sequence[Any]) -> set[Any]:
    """Those of some items that are there still, and not off topic: one may have been edited or pruned meanwhile."""
    found: set[Any] = set()
    for some in batches(ids):
        found.update(connection.scalars(select(ITEM.c.id).where(ITEM.c.id.in_(some), ITEM.c.tier != "off")))
    return found


def _lost(connection: Connection, placed: Sequence[Membership]) -> bool:
    """Whether a story that items are to be put into is not there any more: merged into another one, pruned, at rest."""
    ids = {_number(m.story) for m in placed if isinstance(m.story, str)}
    living = select(func.count()).select_from(STORY).where(STORY.c.merged_into.is_(None), STORY.c.reports > 0)
    found = sum(connection.scalar(living.where(STORY.c.id.in_(some))) or 0 for some in batches(sorted(ids)))
    return found < len(ids)


def _made(connection: Connection, names: Collection[Any], now: datetime) -> dict[Any, int]:
    """The numbers of stories by what grouping calls them; those that are new are made."""
    ids = {told: _number(told) for told in names if isinstance(told, str)}
    if new := sorted(names - ids.keys()):
        empty = {"reports": 0, "independent": 0, "first": now, "last": now, "changed": now}
        made = [{"lead_id": told, **empty} for told in new]
        if connection.dialect.name == "sqlite":  # which would give the number of one that was pruned again
            made = [row | {"id": number} for number, row in enumerate(made, start=last_given(connection) + 1)]
        ids |= {row.lead_id: row.id for row in connection.execute(_MAKE, made)}
    return ids


def _number(told: Any) -> int:
    return int(str(told).removeprefix("story "))


def recount(connection: Connection, ids: Collection[int], now: datetime | None = None) -> None:
    """Stories of which items were edited or pruned: counted anew, or laid to rest.

    Without `now` nothing has changed to readers: no date is touched.
    """
    _recount(connection, ids, now)
    living = select(ITEM.c.story_id).where(ITEM.c.story_id.in_(ids))
    if empty := set(ids).difference(connection.scalars(living)):
        lay_to_rest(connection, empty)


def _recount(connection: Connection, ids: Collection[int], now: datetime | None) -> None:
    """What is kept of stories, made anew of their members; `now` is when readers see a change, None if they do not."""
    for some in batches(sorted(ids)):
        members: defaultdict[Any, list[Member]] = defaultdict(list)
        for member in _members(connection, _TOLD.where(ITEM.c.story_id.in_(some)), lambda _: False):
            members[member[1].story].append(member)
        kept = {row.id: row for row in connection.execute(select(STORY).where(STORY.c.id.in_(some)))}
        _many(connection, _COUNT, [_counted(kept[_number(told)], its, now) for told, its in members.items()])


def _counted(kept: Row[Any], members: Sequence[Member], now: datetime | None) -> dict[str, Any]:
    story = story_of(members)
    dates = [dispatch.dated for dispatch, _ in members]
    lead, (reports, independent) = story.lead, story.voices
    same = (kept.lead_id, kept.reports, kept.independent) == (lead, reports, independent)
    return {
        "this": kept.id, "leading": lead, "all": reports, "voices": independent, "start": min(dates), "end": max(dates),
        "then": kept.changed if same or now is None else now,
    }  # fmt: skip


def _many(connection: Connection, statement: Executable, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        connection.execute(statement, rows)


def stories(db: Engine, ids: Collection[int]) -> dict[int, StoredStory]:
    """Stories with all their items, by id."""
    with reading(db) as connection:
        rows: list[Row[Any]] = []
        items: defaultdict[int, list[Any]] = defaultdict(list)
        for some in batches(sorted(ids)):
            rows += connection.execute(select(STORY).where(STORY.c.id.in_(some), STORY.c.merged_into.is_(None)))
            held = connection.scalars(select(ITEM.c.id).where(ITEM.c.story_id.in_(some))).all()
            for item in items_by_id(connection, held).values():
                items[item.story_id or 0].append(item)
    found = {}
    for row in rows:
        its = sorted(items[row.id], key=lambda item: (item.dated, item.id))
        if not its:  # damage, which `db check` names
            continue
        lead = next((item for item in its if item.id == row.lead_id), its[0])
        found[row.id] = StoredStory(row.id, lead, tuple(its), Voices(row.reports, row.independent), row.changed)
    return found


def was_there(db: Engine, story_id: int) -> bool:
    """Whether an id that no story has now was given once; one that rests may come back."""
    with reading(db) as connection:
        rests = connection.scalar(select(STORY.c.id).where(STORY.c.id == story_id))
        return rests is None and 0 < story_id <= last_given(connection)


def survivor(db: Engine, story_id: int) -> int | None:
    """The story that stands at an address now: itself, or the one that took its place; None if there never was one."""
    with reading(db) as connection:
        for _ in range(100):
            row = connection.execute(select(STORY.c.merged_into).where(STORY.c.id == story_id)).one_or_none()
            if row is None or row.merged_into is None:
                return story_id if row else None
            story_id = row.merged_into
    return None
