"""The tables of what is sent out."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from aggregator.store.tables.moment import moment


class SubscriptionRow(SQLModel, table=True):
    """A table of feeds.toml and one recipient of it, and since when it is there: what is older is not sent."""

    __tablename__ = "subscription"

    channel: str = Field(primary_key=True)
    target: str = Field(primary_key=True)
    recipient: str = Field(primary_key=True)
    address: str = Field(sa_type=Text)
    begun: datetime = moment(nullable=False)
    ended: str = Field(sa_type=Text)  # why nothing more is sent
    held: datetime | None = moment()  # until when the other side has asked us to wait


class DeliveryRow(SQLModel, table=True):
    """One thing that is sent to one recipient once: the unique key is what no two processes get past."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("channel", "target", "subject", "recipient"),
        Index("ix_delivery_stage", "stage", "next_try"),
    )

    id: int | None = Field(default=None, primary_key=True)
    channel: str
    target: str
    subject: str
    recipient: str
    stage: str
    tries: int
    # While it is claimed: when the claim is void.
    next_try: datetime = moment(nullable=False)
    reason: str = Field(sa_type=Text)
    created: datetime = moment(nullable=False)
    sent_at: datetime | None = moment()
