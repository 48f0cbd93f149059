"""Deliveries: who gets what since when, what is to be sent, and what became of it.

A delivery is written down before it is sent, and claimed by one process: an update that changes its row is the claim.
A claim ends with its settlement; of a process that died it is void after a time, and then another one takes over.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, func, insert, select, update

from aggregator.model.delivery import OPEN, Channel, Claim, Parcel, Settlement, Stage, Subscription
from aggregator.store.db import reading, writing
from aggregator.store.sources import CLOCKS_DIFFER
from aggregator.store.statements import bulk_insert, take_write_lock
from aggregator.store.tables import DELIVERY, SUBSCRIPTION

_CLAIM = timedelta(minutes=10)  # longer than any attempt can take
_KEY = (DELIVERY.c.channel, DELIVERY.c.target, DELIVERY.c.subject, DELIVERY.c.recipient)
_OURS = (SUBSCRIPTION.c.channel, SUBSCRIPTION.c.target, SUBSCRIPTION.c.recipient)
_TO = (DELIVERY.c.channel, DELIVERY.c.target, DELIVERY.c.recipient)
_FAILED = (Stage.REFUSED, Stage.GIVEN_UP)


_SHOWN = 20  # of the latest deliveries
_AT_ONCE = 1000
_LONGEST_WAIT = timedelta(days=2)


class Undelivered(NamedTuple):
    """How many deliveries of a table of feeds.toml have failed for good, and when the last one did."""

    channel: Channel
    target: str
    number: int
    last: datetime


def subscribe(db: Engine, channel: Channel, wanted: Collection[Subscription], now: datetime) -> list[str]:
    """Makes the subscriptions of a channel those of feeds.toml; one that is new begins now. Answers who has gone.

    One that is gone is forgotten, with what waited for it. A webhook at another address than before goes on, whatever
    the old address said; mail that comes at another cadence begins anew.
    """
    by_key, gone, far = {one[:3]: one for one in wanted}, [], now + CLOCKS_DIFFER
    known = {one[:3]: one for one in subscriptions(db, channel)}
    if {key: one.address for key, one in known.items()} == {key: one.address for key, one in by_key.items()} and all(
        one.begun and one.begun <= far for one in known.values()
    ):
        return []
    with writing(db) as connection:
        take_write_lock(connection)
        for row in connection.execute(select(SUBSCRIPTION).where(SUBSCRIPTION.c.channel == channel)).all():
            one = by_key.pop(tuple(row[:3]), None)
            here = [column == value for column, value in zip(_OURS, row[:3], strict=True)]
            if one is None:
                connection.execute(SUBSCRIPTION.delete().where(*here))
                _forget_waiting(connection, row[:3])
                gone.append(" ".join(filter(None, row[1:3])))
            elif one.address != row.address:
                anew = row.ended or (channel is Channel.MAIL and row.address)  # daily in place of weekly
                fresh = {"address": one.address, "ended": "", "held": None} | ({"begun": now} if anew else {})
                connection.execute(update(SUBSCRIPTION).where(*here).values(**fresh))
            elif row.begun > far:  # by a clock that has been put right since
                connection.execute(update(SUBSCRIPTION).where(*here).values(begun=now))
        for one in by_key.values():
            connection.execute(insert(SUBSCRIPTION).values(**one._asdict() | {"begun": now, "ended": ""}))
    return gone


def _forget_waiting(connection: Connection, key: Sequence[Any]) -> None:
    """What waited for one who has gone is not sent, not even if they come back."""
    theirs = [column == value for column, value in zip(_TO, key, strict=True)]
    gone = {"stage": Stage.SKIPPED, "reason": "feeds.toml does not name it any more"}
    connection.execute(update(DELIVERY).where(*theirs, DELIVERY.c.stage.in_(OPEN)).values(**gone))


def subscriptions(db: Engine, channel: Channel) -> list[Subscription]:
    query = select(SUBSCRIPTION).where(SUBSCRIPTION.c.channel == channel).order_by(*_OURS)
    with reading(db) as connection:
        return [Subscription(Channel(row.channel), *row[1:]) for row in connection.execute(query)]


def end(db: Engine, parcel: Parcel, reason: str) -> None:
    """Sends nothing more to where a parcel went, until feeds.toml names another address."""
    same = (DELIVERY.c.channel == parcel.channel, DELIVERY.c.target == parcel.target)
    waits = (DELIVERY.c.recipient == parcel.recipient, DELIVERY.c.stage == Stage.WAITING)
    here = [column == value for column, value in zip(_OURS, (*parcel[:2], parcel.recipient), strict=True)]
    with writing(db) as connection:
        connection.execute(update(SUBSCRIPTION).where(*here).values(ended=reason))
        connection.execute(update(DELIVERY).where(*same, *waits).values(stage=Stage.REFUSED, reason=reason))


def hold(db: Engine, parcel: Parcel, until: datetime) -> None:
    """Sends nothing to where a parcel was to go until a moment: not what is new, either (RFC 9110, section 10.2.3)."""
    here = [column == value for column, value in zip(_OURS, (*parcel[:2], parcel.recipient), strict=True)]
    with writing(db) as connection:
        connection.execute(update(SUBSCRIPTION).where(*here).values(held=until))


def plan(db: Engine, parcels: Iterable[Parcel], now: datetime, skipped: str = "") -> None:
    """Writes down what is to be sent; what is written down already stays as it is. With `skipped`, why it is not."""
    stage = Stage.SKIPPED if skipped else Stage.WAITING
    rows = [
        parcel._asdict() | {
            "stage": str(stage), "tries": 0, "next_try": now, "reason": skipped, "created": now, "sent_at": None,
        }
        for parcel in parcels
    ]  # fmt: skip
    if rows:
        with writing(db) as connection:
            bulk_insert(connection, DELIVERY, rows, " ON CONFLICT DO NOTHING")


def plan_again(
    db: Engine, channel: Channel, target: str, subjects: Collection[str], skipped: str, now: datetime
) -> None:
    """What of some subjects was skipped for a reason that holds no more is to be sent after all."""
    these = (DELIVERY.c.channel == channel, DELIVERY.c.target == target, DELIVERY.c.subject.in_(subjects))
    those = (DELIVERY.c.stage == Stage.SKIPPED, DELIVERY.c.reason == skipped)
    with reading(db) as connection:
        if connection.scalar(select(DELIVERY.c.id).where(*these, *those).limit(1)) is None:
            return
    with writing(db) as connection:
        fresh = {"stage": Stage.WAITING, "tries": 0, "next_try": now, "reason": ""}
        connection.execute(update(DELIVERY).where(*these, *those).values(**fresh))


def skipped_before(
    db: Engine, channel: Channel, target: str, moments: Mapping[str, datetime], reason: str, now: datetime
) -> list[str]:
    """The subjects that were skipped for a reason, and before a moment of each, or by a clock that was ahead."""
    query = select(DELIVERY.c.subject, func.max(DELIVERY.c.created)).where(
        DELIVERY.c.channel == channel, DELIVERY.c.target == target, DELIVERY.c.subject.in_(moments.keys()),
        DELIVERY.c.stage == Stage.SKIPPED, DELIVERY.c.reason == reason,
    )  # fmt: skip
    with reading(db) as connection:
        found = connection.execute(query.group_by(DELIVERY.c.subject)).all()
        return [subject for subject, created in found if created < moments[subject] or created > now]


def planned(
    db: Engine, channel: Channel, target: str, subjects: Collection[str], *, skipped: bool = True
) -> set[Parcel]:
    """What of some subjects is written down for a table of feeds.toml, whatever became of it."""
    query = select(*_KEY).where(
        DELIVERY.c.channel == channel, DELIVERY.c.target == target, DELIVERY.c.subject.in_(subjects)
    )
    if not skipped:
        query = query.where(DELIVERY.c.stage != Stage.SKIPPED)
    with reading(db) as connection:
        return {Parcel(Channel(row.channel), *row[1:]) for row in connection.execute(query)}


def latest(db: Engine, channel: Channel, target: str) -> list[tuple[str, Stage]]:
    """The subjects that were written down last, the newest first, and how far each is."""
    query = select(DELIVERY.c.subject, DELIVERY.c.stage).where(
        DELIVERY.c.channel == channel, DELIVERY.c.target == target
    )
    with reading(db) as connection:
        rows = connection.execute(query.order_by(DELIVERY.c.id.desc()).limit(_SHOWN))
        return [(row.subject, Stage(row.stage)) for row in rows]


def due(db: Engine, channel: Channel, now: datetime) -> list[int]:
    """The ids of what may be sent now: what was tried least first, then in the order in which it was written down."""
    ready = select(DELIVERY.c.id).where(DELIVERY.c.channel == channel, *_ready(now))
    held = {one.target for one in subscriptions(db, channel) if one.held and now < one.held <= now + _LONGEST_WAIT}
    query = ready.where(DELIVERY.c.target.not_in(held)).order_by(DELIVERY.c.tries, DELIVERY.c.id)
    with reading(db) as connection:
        return list(connection.scalars(query.limit(_AT_ONCE)))


def _ready(now: datetime) -> tuple[Any, ...]:
    # Nothing waits for longer than a day: what does was planned by a clock that has been put right since.
    return DELIVERY.c.stage.in_(OPEN), (DELIVERY.c.next_try <= now) | (DELIVERY.c.next_try > now + _LONGEST_WAIT)


def claim(db: Engine, delivery_id: int, now: datetime) -> Claim | None:
    """Takes a delivery for this process; None if another one has it, or has sent it meanwhile."""
    taken = {"stage": Stage.SENDING, "next_try": now + _CLAIM, "tries": DELIVERY.c.tries + 1}
    statement = update(DELIVERY).where(DELIVERY.c.id == delivery_id, *_ready(now)).values(**taken)
    with writing(db) as connection:
        row = connection.execute(statement.returning(*_KEY, DELIVERY.c.tries, DELIVERY.c.created)).one_or_none()
    return Claim(delivery_id, Parcel(Channel(row.channel), *row[1:4]), row.tries, row.created) if row else None


def put_back(db: Engine, claim: Claim, failed: Settlement) -> None:
    """Gives up a claim without an attempt, for another one on its way has failed; it is due when that one is."""
    mine = (DELIVERY.c.id == claim.id, DELIVERY.c.stage == Stage.SENDING, DELIVERY.c.tries == claim.tries)
    said = {"stage": Stage.WAITING, "tries": claim.tries - 1, "next_try": failed.next_try, "reason": failed.reason}
    with writing(db) as connection:
        connection.execute(update(DELIVERY).where(*mine).values(**said))


def settle(db: Engine, claim: Claim, settlement: Settlement, now: datetime) -> bool:
    """Writes down what came of a claim; False if it was void by then: what another process says holds."""
    said = {"stage": settlement.stage, "next_try": settlement.next_try, "reason": settlement.reason}
    sent = {"sent_at": now} if settlement.stage is Stage.SENT else {}
    mine = (DELIVERY.c.id == claim.id, DELIVERY.c.stage == Stage.SENDING, DELIVERY.c.tries == claim.tries)
    with writing(db) as connection:
        return bool(connection.execute(update(DELIVERY).where(*mine).values(**said, **sent)).rowcount)


def troubles(db: Engine, since: datetime) -> list[Undelivered]:
    """What has failed for good since a moment, by table of feeds.toml; recipients and reasons are private."""
    columns = (DELIVERY.c.channel, DELIVERY.c.target)
    query = select(*columns, func.count(), func.max(DELIVERY.c.next_try)).where(
        DELIVERY.c.stage.in_(_FAILED), DELIVERY.c.next_try >= since
    )
    with reading(db) as connection:
        rows = connection.execute(query.group_by(*columns).order_by(*columns))
        return [Undelivered(Channel(row[0]), *row[1:]) for row in rows]


def forget(db: Engine, before: datetime) -> None:
    """Takes out what was settled long ago: by then nobody would think of sending it again. How far each hub was told
    is kept.
    """
    with writing(db) as connection:
        old = (DELIVERY.c.created < before, DELIVERY.c.stage.not_in(OPEN))
        told = select(func.max(DELIVERY.c.id)).where(DELIVERY.c.channel == Channel.HUB).group_by(DELIVERY.c.target)
        connection.execute(DELIVERY.delete().where(*old, DELIVERY.c.id.not_in(told)))
