"""What is known of sources, of looks at them, and of what processes tell each other."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Column, Index, Text, false
from sqlmodel import Field, SQLModel

from aggregator.model import Redirect, Rhythm
from aggregator.store.tables.moment import moment
from aggregator.store.types import Packed


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
    own_title: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))
    warning: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))
    http_status: int = 0
    etag: str = Field(default="", sa_type=Text)
    last_modified: str = Field(default="", sa_type=Text)
    distrusted: bool = Field(default=False, sa_column=Column(Boolean, nullable=False, server_default=false()))
    url_asked: str = Field(default="", sa_type=Text)
    body_hash: str = ""
    current_url: str = Field(default="", sa_type=Text)
    address: str = Field(default="", sa_type=Text)
    redirect: Any = Field(sa_column=Column(Packed(Redirect), nullable=False))
    rhythm: Any = Field(sa_column=Column(Packed(Rhythm), nullable=False))
    failures: int = 0
    seconds: float = 0.0
    last_look: datetime | None = moment()
    last_success: datetime | None = moment()
    last_full: datetime | None = moment()
    next_look: datetime | None = moment()
    why_then: str = Field(default="", sa_type=Text)


class FetchRow(SQLModel, table=True):
    """One look at a source: the log behind the health page."""

    __tablename__ = "fetch"
    __table_args__ = (Index("ix_fetch_source_at", "source_id", "at"),)

    id: int | None = Field(default=None, primary_key=True)
    source_id: str = Field(foreign_key="source.id")
    at: datetime = moment(nullable=False)
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
    until: datetime = moment(nullable=False)


class NoteRow(SQLModel, table=True):
    """What the processes of one installation tell each other: what is wrong with feeds.toml, what the store
    refused, its version, the number of the last story."""

    __tablename__ = "note"

    key: str = Field(primary_key=True)
    value: str = Field(sa_type=Text)
    at: datetime = moment(nullable=False)
