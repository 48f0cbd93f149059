"""Places at hosts, taken for the length of a request: how all processes together keep to one host's limits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, Engine, bindparam, func, select, text, update

from aggregator.store.db import writing
from aggregator.store.sources import CLOCKS_DIFFER
from aggregator.store.tables import TURN
from aggregator.store.types import UtcDateTime

_TAKE = text(
    "INSERT INTO turn (host, place, until) VALUES (:this, :at, :new) ON CONFLICT (host, place) "
    "DO UPDATE SET until = excluded.until WHERE turn.until <= :now OR turn.until > :far RETURNING place"
).bindparams(*(bindparam(name, type_=UtcDateTime()) for name in ("new", "now", "far")))
_FIRST_FREE = select(func.min(TURN.c.until)).where(TURN.c.host == bindparam("this"), TURN.c.place < bindparam("places"))
_GIVE = (
    update(TURN)
    .where(TURN.c.host == bindparam("this"), TURN.c.place == bindparam("at"), TURN.c.until == bindparam("taken"))
    .values(until=bindparam("new"))
)


class SlotRequest(NamedTuple):
    """For one of the places at a host, until a time at most."""

    host: str
    places: int
    now: datetime
    until: datetime


class SlotReturn(NamedTuple):
    """Of a place that was taken until `taken`; nobody takes it before `until`."""

    host: str
    place: int
    taken: datetime
    until: datetime


def take(db: Engine, requests: Sequence[SlotRequest]) -> list[int | datetime]:
    """Takes places; answers the number of each or, where all at its host are taken, when the first may be free.

    A place that is never given back, because its process died, is free again when its time is over. One that was taken
    for longer than anybody does was taken by a clock that has been put right since.
    """
    answers: dict[int, int | datetime] = {}
    with writing(db) as connection:
        for at in sorted(range(len(requests)), key=lambda at: requests[at].host):  # in one order, as all processes do
            answers[at] = _take(connection, requests[at])
    return [answers[at] for at in range(len(requests))]


def _take(connection: Connection, request: SlotRequest) -> int | datetime:
    for place in range(request.places):
        chosen = {
            "this": request.host,
            "at": place,
            "new": request.until,
            "now": request.now,
            "far": request.until + CLOCKS_DIFFER,
        }
        if connection.execute(_TAKE, chosen).one_or_none():
            return place
    first_free: datetime | None = connection.scalar(_FIRST_FREE, {"this": request.host, "places": request.places})
    return first_free or request.now


def give_back(db: Engine, returns: Sequence[SlotReturn]) -> list[None]:
    """Gives places back. One that was kept for too long may be another's by now, and stays so."""
    rows = [{"this": r.host, "at": r.place, "taken": r.taken, "new": r.until} for r in sorted(returns)]
    with writing(db) as connection:
        connection.execute(_GIVE, rows)
    return [None] * len(rows)
