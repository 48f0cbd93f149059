"""What is derived from items, and kept so that reading is quick: it can be made anew at any time."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, Column
from sqlmodel import Field, SQLModel

from aggregator.store.types import TierNumber, UtcDateTime


class PostingRow(SQLModel, table=True):
    """That an item stands in a list, and where: every filter's value is one range of this table, newest last.

    The tier is that of the item: nearly every list is asked for some tiers, and need not look it up.

    Its lists are those of the tags and of `tier`, `lang` and `source` (each that carried the item). No foreign key:
    taking out an item would look for its postings from end to end.
    """

    __tablename__ = "posting"
    __table_args__ = ({"sqlite_with_rowid": False},)

    list: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    dated: datetime = Field(sa_column=Column(UtcDateTime, primary_key=True))
    item_id: int = Field(primary_key=True)
    tier: str = Field(sa_column=Column(TierNumber, nullable=False))


class TallyRow(SQLModel, table=True):
    """How many items of each tier are dated on a day (UTC) and stand in a list: what trends are drawn from."""

    __tablename__ = "tally"
    __table_args__ = ({"sqlite_with_rowid": False},)

    list: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    day: date = Field(primary_key=True)
    core: int
    adjacent: int
    off: int


class TotalRow(SQLModel, table=True):
    """A list by its name: its number, and how many items of each tier stand in it."""

    __tablename__ = "total"
    __table_args__ = ({"sqlite_with_rowid": False},)

    axis: str = Field(primary_key=True)
    slug: str = Field(primary_key=True)
    list: int = Field(sa_column=Column(BigInteger, nullable=False))
    core: int
    adjacent: int
    off: int
