"""A store with something in every table, and all that a store holds as plain values."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, text

from aggregator.digests import day_of
from aggregator.model import Edit, Membership, Redirect, Sighting, SourceState
from aggregator.model.delivery import Channel, Parcel, Subscription
from aggregator.store import deliveries, digests, items, notes, rows, stories, turns
from aggregator.store.db import snapshot, writing
from tests.fakes import START
from tests.samples import add_sources, make_changes, make_item, make_source, only, store, titles

HOUR = timedelta(hours=1)


def fill(db: Engine) -> None:
    """Two sources, items in two languages, an edit, a sighting, stories, one of them merged, a note, a turn."""
    chinese = make_item("b", tags=["company/baidu", "topic/policy"], title="百度发布“大模型”\n\t\\N 'x'", lang="zh")
    store(db, make_item("a", tags=["company/baidu"]), chinese, make_item("c", published=None))
    add_sources(db, make_source("other", title='Ünï"code', lang="en"))
    ids = {title: only(db, f"q={title}").id for title in ("a", "百度")}
    items.apply(db, make_changes("news", START + HOUR, edits=(Edit(ids["a"], make_item("a", title="Zebra")),)))
    items.apply(db, make_changes("other", START + HOUR, sightings=(Sighting(ids["百度"], "their-b", "print"),)))
    state = SourceState("other", last_look=START, redirect=Redirect("https://new.example/", 2, START.date()))
    items.apply(db, replace(make_changes("other"), state=state))
    placed = [Membership(ids["a"], ids["a"], "first"), Membership(ids["百度"], ids["百度"], "first")]
    stories.place(db, placed, START)
    with writing(db) as connection:
        first, second = connection.scalars(text("SELECT id FROM story ORDER BY id"))
        connection.execute(text(f"UPDATE item SET story_id = {second} WHERE story_id = {first}"))
        connection.execute(text(f"UPDATE story SET merged_into = {second} WHERE id = {first}"))
    day = day_of(START, ZoneInfo("UTC"))
    digests.close(db, digests.compiled(db, day), START + HOUR)
    deliveries.subscribe(db, Channel.MAIL, [Subscription(Channel.MAIL, "weekly", "reader@mail.example")], START)
    deliveries.plan(db, [Parcel(Channel.MAIL, "weekly", "2025-W11", "reader@mail.example")], START)
    notes.leave(db, "key", "value\nof two lines", START)
    turns.take(db, [turns.SlotRequest("news.example", 2, START, START + HOUR)])


Content = dict[str, list[tuple[Any, ...]]]


def content(db: Engine) -> Content:
    """Every row of every table that is copied."""
    with snapshot(db) as connection:
        return {table.name: [row for some in rows.read(connection, table) for row in some] for table in rows.copied()}


def is_empty(db: Engine) -> bool:
    """Whether no table has a row, or there is no table at all."""
    with db.connect() as connection:
        names = [table.name for table in rows.copied() if db.dialect.has_table(connection, table.name)]
        return not any(connection.scalar(text(f"SELECT count(*) FROM {name}")) for name in names)


def works(db: Engine) -> bool:
    """Whether a store goes on: a new item is stored under an id of its own, listed and found."""
    items.apply(db, make_changes("news", START + 2 * HOUR, new=(make_item("later", title="Giraffe"),)))
    return titles(db, "q=giraffe") == ["Giraffe"] and "Zebra" in titles(db, "q=zebra")
