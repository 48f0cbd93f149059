"""Items, what carried them, what they said before, their tags; stories and closed digests."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Float, ForeignKey, Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from aggregator.store.tables.moment import moment
from aggregator.store.types import EvidenceColumn

UNGROUPED = "story_id IS NULL AND tier <> 'off'"  # items that wait for their story
RESTED = "rested_in IS NOT NULL"  # items that are off topic, and were not


class ItemRow(SQLModel, table=True):
    """An item, once, whatever number of sources carried it."""

    __tablename__ = "item"
    __table_args__ = (
        UniqueConstraint("key"),
        Index("ix_item_taxonomy", "taxonomy", "id"),
        Index("ix_item_story", "story_id"),
        Index("ix_item_ungrouped", "dated", "id", sqlite_where=text(UNGROUPED)),
        Index("ix_item_rested", "rested_in", sqlite_where=text(RESTED)),
        Index("ix_item_comments", "comments_close_on", sqlite_where=text("comments_close_on IS NOT NULL")),
        Index("ix_item_effective", "effective_on", sqlite_where=text("effective_on IS NOT NULL")),
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(sa_type=Text)  # who it is across sources; see refresh/identify
    source_id: str = Field(foreign_key="source.id")  # whose text it has
    link: str = Field(sa_type=Text)
    title: str = Field(sa_type=Text)
    summary: str = Field(sa_type=Text)  # sanitised HTML
    lang: str
    tier: str
    tags: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))  # see store/tags
    score: float
    taxonomy: str  # version of the taxonomy that tagged it
    published: datetime | None = moment()
    updated: datetime | None = moment()
    first_seen: datetime = moment(nullable=False)
    changed: datetime = moment(nullable=False)  # last change of anything that is shown
    dated: datetime = moment(nullable=False)  # the time it is listed under
    story_id: int | None = Field(default=None, foreign_key="story.id")  # None until it has been grouped
    story_reason: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))  # why it is there
    copy_of: int | None = None  # the item whose text it repeats
    likeness: float = Field(default=0.0, sa_column=Column(Float, nullable=False, server_default="0"))
    rested_in: int | None = None  # the story that it was in, while it is off topic; see store/resting
    comments_close_on: date | None = None  # days that its text names; see text/key_dates
    effective_on: date | None = None


class SightingRow(SQLModel, table=True):
    """An entry of a source that is an item."""

    __tablename__ = "sighting"
    __table_args__ = (
        Index("ix_sighting_item", "item_id"),
        Index("ix_sighting_shown", "source_id", "entry_id", sqlite_where=text("gone IS NULL")),
        {"sqlite_with_rowid": False},
    )

    source_id: str = Field(primary_key=True, foreign_key="source.id")
    entry_id: str = Field(primary_key=True, sa_type=Text)
    item_id: int = Field(foreign_key="item.id")
    fingerprint: str
    seen: datetime = moment(nullable=False)
    gone: datetime | None = moment()  # when it was first missing in the source's document; None while it stands there


class VersionRow(SQLModel, table=True):
    """What an item said before its source changed it."""

    __tablename__ = "item_version"
    __table_args__ = (Index("ix_item_version_item", "item_id"),)

    id: int | None = Field(default=None, primary_key=True)
    item_id: int = Field(foreign_key="item.id")
    title: str = Field(sa_type=Text)
    summary: str = Field(sa_type=Text)
    until: datetime = moment(nullable=False)


class EvidenceRow(SQLModel, table=True):
    """The words that earned an item its tags, in the order of the tags."""

    __tablename__ = "evidence"

    item_id: int = Field(sa_column=Column(ForeignKey("item.id"), primary_key=True, autoincrement=False))
    words: Any = Field(sa_column=Column(EvidenceColumn, nullable=False))


class StoryRow(SQLModel, table=True):
    """Items that tell of one event. What can be told from its members is kept here, so that lists need not look."""

    __tablename__ = "story"
    __table_args__ = (Index("ix_story_last", "last"),)

    id: int | None = Field(default=None, primary_key=True)
    lead_id: int  # the item that speaks for it; no foreign key, for each would have to be there before the other
    reports: int  # 0 while it rests; see store/resting
    independent: int  # voices: copies, and what one publisher says twice, are one
    first: datetime = moment(nullable=False)  # date of its earliest item
    last: datetime = moment(nullable=False)  # and of its latest
    changed: datetime = moment(nullable=False)  # when its lead or its number of items last changed
    merged_into: int | None = Field(default=None, foreign_key="story.id")  # the story that took its place


class DigestRow(SQLModel, table=True):
    """A digest that was closed: what it said then, which never changes."""

    __tablename__ = "digest"

    period: str = Field(primary_key=True)  # 2026-11-23 or 2026-W47
    start: datetime = moment(nullable=False)
    closed: datetime = moment(nullable=False)
    hash: str  # SHA-256 of the content
    stories: int
    reports: int
    content: str = Field(sa_type=Text)  # JSON
