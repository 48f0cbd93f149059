"""The tables. Rows never leave the store: what others see are the values of the model."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Float, Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from aggregator.model import Redirect, Rhythm
from aggregator.store.types import Packed, UtcDateTime, Words

UNGROUPED = "story_id IS NULL AND tier <> 'off'"  # items that wait for their story


def _time(*, nullable: bool = True) -> Any:
    return Field(default=None, sa_column=Column(UtcDateTime, nullable=nullable))


class SourceRow(SQLModel, table=True):
    """A source: what feeds.toml says of it (down to `listed`), and what we remember of how it behaves."""

    __tablename__ = "source"
    __table_args__ = (Index("ix_source_host", "host"),)

    id: str = Field(primary_key=True)
    url: str = Field(sa_type=Text)
    title: str = Field(sa_type=Text)
    site_url: str = Field(default="", sa_type=Text)
    lang: str = ""
    region: str = ""
    source_class: str = ""
    interval: int = 1800  # seconds
    enabled: bool = True
    host: str = ""  # that the address names
    settings: str = ""  # hash of what decides what is read: an edit is noticed by it
    listed: bool = True  # false once it has left feeds.toml: no longer fetched, its items stay
    status: str = "never"
    error: str = Field(default="", sa_type=Text)
    http_status: int = 0
    etag: str = Field(default="", sa_type=Text)
    last_modified: str = Field(default="", sa_type=Text)
    url_asked: str = Field(default="", sa_type=Text)
    body_hash: str = ""
    current_url: str = Field(default="", sa_type=Text)
    address: str = Field(default="", sa_type=Text)
    redirect: Any = Field(sa_column=Column(Packed(Redirect), nullable=False))
    rhythm: Any = Field(sa_column=Column(Packed(Rhythm), nullable=False))
    failures: int = 0
    seconds: float = 0.0
    last_look: datetime | None = _time()
    last_success: datetime | None = _time()
    last_full: datetime | None = _time()
    next_look: datetime | None = _time()
    why_then: str = Field(default="", sa_type=Text)


class FetchRow(SQLModel, table=True):
    """One look at a source: the log behind the health page."""

    __tablename__ = "fetch"
    __table_args__ = (Index("ix_fetch_source_at", "source_id", "at"),)

    id: int | None = Field(default=None, primary_key=True)
    source_id: str = Field(foreign_key="source.id")
    at: datetime = _time(nullable=False)
    status: str
    error: str = Field(default="", sa_type=Text)
    new: int = 0
    edited: int = 0
    sighted: int = 0
    seconds: float = 0.0


class TurnRow(SQLModel, table=True):
    """A place at a host, taken until a time: the limits of one host hold for all processes together."""

    __tablename__ = "turn"

    host: str = Field(primary_key=True)
    place: int = Field(primary_key=True)
    until: datetime = _time(nullable=False)


class ItemRow(SQLModel, table=True):
    """An item, once, whatever number of sources carried it."""

    __tablename__ = "item"
    __table_args__ = (
        UniqueConstraint("key"),
        Index("ix_item_taxonomy", "taxonomy", "id"),
        Index("ix_item_story", "story_id"),
        Index("ix_item_ungrouped", "dated", "id", sqlite_where=text(UNGROUPED), postgresql_where=text(UNGROUPED)),
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(sa_type=Text)  # who it is across sources; see refresh/identify
    source_id: str = Field(foreign_key="source.id")  # whose text it has
    link: str = Field(sa_type=Text)
    title: str = Field(sa_type=Text)
    summary: str = Field(sa_type=Text)  # sanitised HTML
    lang: str
    tier: str
    score: float
    taxonomy: str  # version of the taxonomy that tagged it
    published: datetime | None = _time()
    updated: datetime | None = _time()
    first_seen: datetime = _time(nullable=False)
    changed: datetime = _time(nullable=False)  # last change of anything that is shown
    dated: datetime = _time(nullable=False)  # the time it is listed under
    story_id: int | None = Field(default=None, foreign_key="story.id")  # None until it has been grouped
    story_reason: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))  # why it is there
    copy_of: int | None = None  # the item whose text it repeats
    likeness: float = Field(default=0.0, sa_column=Column(Float, nullable=False, server_default="0"))


class StoryRow(SQLModel, table=True):
    """Items that tell of one event. What can be told from its members is kept here, so that lists need not look."""

    __tablename__ = "story"
    __table_args__ = (Index("ix_story_last", "last"),)

    id: int | None = Field(default=None, primary_key=True)
    lead_id: int  # the item that speaks for it; no foreign key, for each would have to be there before the other
    reports: int
    independent: int  # voices: copies, and what one publisher says twice, are one
    first: datetime = _time(nullable=False)  # date of its earliest item
    last: datetime = _time(nullable=False)  # and of its latest
    changed: datetime = _time(nullable=False)  # when its lead or its number of items last changed
    merged_into: int | None = Field(default=None, foreign_key="story.id")  # the story that took its place


class DigestRow(SQLModel, table=True):
    """A digest that was closed: what it said then, which never changes."""

    __tablename__ = "digest"

    period: str = Field(primary_key=True)  # 2026-11-23 or 2026-W47
    start: datetime = _time(nullable=False)
    closed: datetime = _time(nullable=False)
    hash: str  # SHA-256 of the content
    stories: int
    reports: int
    content: str = Field(sa_type=Text)  # JSON


class SightingRow(SQLModel, table=True):
    """An entry of a source that is an item."""

    __tablename__ = "sighting"
    __table_args__ = (Index("ix_sighting_item", "item_id"), {"sqlite_with_rowid": False})

    source_id: str = Field(primary_key=True, foreign_key="source.id")
    entry_id: str = Field(primary_key=True, sa_type=Text)
    item_id: int = Field(foreign_key="item.id")
    fingerprint: str
    seen: datetime = _time(nullable=False)


class VersionRow(SQLModel, table=True):
    """What an item said before its source changed it."""

    __tablename__ = "item_version"
    __table_args__ = (Index("ix_item_version_item", "item_id"),)

    id: int | None = Field(default=None, primary_key=True)
    item_id: int = Field(foreign_key="item.id")
    title: str = Field(sa_type=Text)
    summary: str = Field(sa_type=Text)
    until: datetime = _time(nullable=False)


class TagRow(SQLModel, table=True):
    """A tag of an item, with the words that earned it."""

    __tablename__ = "item_tag"
    __table_args__ = ({"sqlite_with_rowid": False},)

    item_id: int = Field(primary_key=True, foreign_key="item.id")
    axis: str = Field(primary_key=True)
    slug: str = Field(primary_key=True)
    evidence: Any = Field(sa_column=Column(Words, nullable=False))


class PostingRow(SQLModel, table=True):
    """That an item stands in a list, and where: every filter's value is one range of this table, newest last.

    Its lists are those of the tags and of `tier`, `lang` and `source` (each that carried the item). No foreign key:
    taking out an item would look for its postings from end to end.
    """

    __tablename__ = "posting"
    __table_args__ = ({"sqlite_with_rowid": False},)

    axis: str = Field(primary_key=True)
    slug: str = Field(primary_key=True)
    dated: datetime = Field(sa_column=Column(UtcDateTime, primary_key=True))
    item_id: int = Field(primary_key=True)


class TallyRow(SQLModel, table=True):
    """How many items of each tier are dated on a day (UTC) and stand in a list: what trends are drawn from."""

    __tablename__ = "tally"
    __table_args__ = ({"sqlite_with_rowid": False},)

    axis: str = Field(primary_key=True)
    slug: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    core: int
    adjacent: int
    off: int


class TotalRow(SQLModel, table=True):
    """How many items of each tier stand in a list, of all days."""

    __tablename__ = "total"
    __table_args__ = ({"sqlite_with_rowid": False},)

    axis: str = Field(primary_key=True)
    slug: str = Field(primary_key=True)
    core: int
    adjacent: int
    off: int


class NoteRow(SQLModel, table=True):
    """What the processes of one installation tell each other: the state of feeds.toml, the last heartbeat."""

    __tablename__ = "note"

    key: str = Field(primary_key=True)
    value: str = Field(sa_type=Text)
    at: datetime = _time(nullable=False)


def table(row: type[SQLModel]) -> Any:
    """The Core table of a row: bulk work speaks Core, which is several times quicker than the ORM."""
    return row.__table__  # type: ignore[attr-defined]


SOURCE, FETCH, TURN, NOTE = table(SourceRow), table(FetchRow), table(TurnRow), table(NoteRow)
ITEM, SIGHTING, VERSION, TAG = table(ItemRow), table(SightingRow), table(VersionRow), table(TagRow)
STORY, DIGEST = table(StoryRow), table(DigestRow)
POSTING, TALLY, TOTAL = table(PostingRow), table(TallyRow), table(TotalRow)
