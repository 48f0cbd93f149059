"""Whether work is being done: when sources were looked at, and when one is to be looked at next."""

from __future__ import annotations

import math
import shutil
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Engine, func, select

from aggregator.model import Tier
from aggregator.store.db import reading
from aggregator.store.tables import SOURCE, TOTAL

_FETCHED = (SOURCE.c.enabled, SOURCE.c.listed)
# Made once: every answer asks it.
_NEXT = select(func.min(SOURCE.c.next_look), func.count(SOURCE.c.next_look) == func.count()).where(*_FETCHED)


class Pulse(NamedTuple):
    """What is known of the schedule's work."""

    sources: int  #: that are to be fetched
    last_look: datetime | None
    last_success: datetime | None
    due: datetime | None  #: when the first one was, or is, to be looked at


def pulse(db: Engine) -> Pulse:
    looks = (func.max(SOURCE.c.last_look), func.max(SOURCE.c.last_success), func.min(SOURCE.c.next_look))
    with reading(db) as connection:
        return Pulse(*connection.execute(select(func.count(), *looks).where(*_FETCHED)).one())


def next_look(db: Engine) -> datetime | None:
    """When a source is looked at next; None if one is due already, or none ever will be."""
    with reading(db) as connection:
        then, all_wait = connection.execute(_NEXT).one()
    return then if all_wait else None


def statuses(db: Engine) -> dict[str, int]:
    """How many sources there are in each state, of those that are fetched."""
    query = select(SOURCE.c.status, func.count().label("number")).where(*_FETCHED).group_by(SOURCE.c.status)
    with reading(db) as connection:
        return {row.status: row.number for row in connection.execute(query)}


def room_left(db: Engine) -> float:
    """How many bytes are free on the disk of a database; infinite for a database server, whose disk we cannot see."""
    if db.dialect.name != "sqlite" or not db.url.database:
        return math.inf
    return shutil.disk_usage(Path(db.url.database).resolve().parent).free


def tiers(db: Engine) -> dict[Tier, int]:
    """How many items there are of each tier."""
    columns = [func.coalesce(func.sum(TOTAL.c[str(tier)]), 0) for tier in Tier]
    with reading(db) as connection:
        row = connection.execute(select(*columns).where(TOTAL.c.axis == "tier")).one()
    return {tier: int(number) for tier, number in zip(Tier, row, strict=True)}
