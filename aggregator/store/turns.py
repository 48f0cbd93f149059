"""Places at hosts, taken for the length of a request: how all processes together keep to one host's limits."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine, bindparam, insert, select, update

from aggregator.store.db import writing
from aggregator.store.tables import TURN
from aggregator.store.trouble import ConflictError

_PLACES = select(TURN.c.place, TURN.c.until).where(TURN.c.host == bindparam("this"))
_TAKE = (
    update(TURN)
    .where(TURN.c.host == bindparam("this"), TURN.c.place == bindparam("at"), TURN.c.until == bindparam("seen"))
    .values(until=bindparam("new"))
)
_GIVE = (
    update(TURN)
    .where(TURN.c.host == bindparam("this"), TURN.c.place == bindparam("at"), TURN.c.until == bindparam("taken"))
    .values(until=bindparam("new"))
)


def take(db: Engine, host: str, places: int, now: datetime, until: datetime) -> int | datetime:
    """Takes one of a host's places and answers its number; or, where all are taken, when the first may be free.

    A place that is never given back, because its process died, is free again after `until`.
    """
    try:
        with writing(db) as connection:
            taken = {row.place: row.until for row in connection.execute(_PLACES, {"this": host})}
            for place in range(places):
                if place not in taken:
                    connection.execute(insert(TURN).values(host=host, place=place, until=until))
                    return place
                if taken[place] <= now:
                    chosen = {"this": host, "at": place, "seen": taken[place], "new": until}
                    if connection.execute(_TAKE, chosen).rowcount:
                        return place
            first_free: datetime = min(taken[place] for place in range(places))
            return first_free
    except ConflictError:  # another process was quicker
        return now


def give_back(db: Engine, host: str, place: int, taken: datetime, until: datetime) -> None:
    """Gives back a place that was taken until `taken`; nobody takes it before `until`.

    A place that was kept for too long may be another's by now, and stays so.
    """
    with writing(db) as connection:
        connection.execute(_GIVE, {"this": host, "at": place, "taken": taken, "new": until})
