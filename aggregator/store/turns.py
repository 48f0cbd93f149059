"""Places at hosts, taken for the length of a request: how all processes together keep to one host's limits."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine, bindparam, func, select, text, update

from aggregator.store.db import writing
from aggregator.store.tables import TURN
from aggregator.store.types import UtcDateTime

_TAKE = text(
    "INSERT INTO turn (host, place, until) VALUES (:this, :at, :new) ON CONFLICT (host, place) "
    "DO UPDATE SET until = excluded.until WHERE turn.until <= :now RETURNING place"
).bindparams(bindparam("new", type_=UtcDateTime()), bindparam("now", type_=UtcDateTime()))
_FIRST_FREE = select(func.min(TURN.c.until)).where(TURN.c.host == bindparam("this"), TURN.c.place < bindparam("places"))
_GIVE = (
    update(TURN)
    .where(TURN.c.host == bindparam("this"), TURN.c.place == bindparam("at"), TURN.c.until == bindparam("taken"))
    .values(until=bindparam("new"))
)


def take(db: Engine, host: str, places: int, now: datetime, until: datetime) -> int | datetime:
    """Takes one of a host's places and answers its number; or, where all are taken, when the first may be free.

    A place that is never given back, because its process died, is free again after `until`.
    """
    with writing(db) as connection:
        for place in range(places):
            chosen = {"this": host, "at": place, "new": until, "now": now}
            if connection.execute(_TAKE, chosen).one_or_none():
                return place
        first_free: datetime = connection.scalar(_FIRST_FREE, {"this": host, "places": places}) or now
        return first_free


def give_back(db: Engine, host: str, place: int, taken: datetime, until: datetime) -> None:
    """Gives back a place that was taken until `taken`; nobody takes it before `until`.

    A place that was kept for too long may be another's by now, and stays so.
    """
    with writing(db) as connection:
        connection.execute(_GIVE, {"this": host, "at": place, "taken": taken, "new": until})
