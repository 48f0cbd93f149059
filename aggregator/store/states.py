"""What we remember of how sources behave: what a look at one leaves behind, and what the next one has to know."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, bindparam, case, select, update

from aggregator.model import BACK_OFF, SourceState, Status, Validators
from aggregator.store.db import reading, writing
from aggregator.store.statements import bulk_insert
from aggregator.store.tables import FETCH, SOURCE
from aggregator.store.types import UtcDateTime
from aggregator.store.version import bump

ANSWERS = (Status.OK, Status.NOT_MODIFIED)
_NOTHING = {"new": 0, "edited": 0, "sighted": 0}
_REMEMBERED = (
    "error", "own_title", "warning", "http_status", "distrusted", "url_asked", "body_hash", "current_url", "address",
    "redirect", "rhythm", "failures", "seconds", "last_look", "last_success", "last_full", "next_look", "why_then",
)  # fmt: skip
# What people read for a source (Source.name).
DISPLAY_NAME = case(
    ((SOURCE.c.title == SOURCE.c.id) & (SOURCE.c.own_title != ""), SOURCE.c.own_title), else_=SOURCE.c.title
)
# Statements made once: making one takes longer than running it, and most looks do nothing else.
_THESE = SOURCE.c.id.in_(bindparam("these", expanding=True))
_STATES = select(
    SOURCE.c.id, SOURCE.c.host, SOURCE.c.status, SOURCE.c.etag, SOURCE.c.last_modified,
    *(SOURCE.c[name] for name in _REMEMBERED),
).where(_THESE)  # fmt: skip
_FAILS = select(SOURCE.c.id, SOURCE.c.status, SOURCE.c.error, SOURCE.c.own_title).where(_THESE)
_REMEMBER = update(SOURCE).where(SOURCE.c.id == bindparam("this"))
_REFUSED = (
    select(SOURCE.c.host, SOURCE.c.id, SOURCE.c.next_look)
    .where(SOURCE.c.listed, SOURCE.c.enabled, SOURCE.c.http_status.in_(BACK_OFF))
    .where(SOURCE.c.next_look > bindparam("now", type_=UtcDateTime()))
    .order_by(SOURCE.c.next_look)
)


def current(db: Engine, ids: Sequence[str]) -> list[SourceState]:
    """What is remembered of sources."""
    with reading(db) as connection:
        found = {row.id: state_of(row) for row in connection.execute(_STATES, {"these": list(ids)})}
    return [found.get(source_id) or SourceState(source_id) for source_id in ids]


def state(db: Engine, source_id: str) -> SourceState:
    return current(db, [source_id])[0]


def before_looks(db: Engine, ids: Sequence[str], now: datetime) -> dict[str, tuple[SourceState, datetime | None]]:
    """What we remember of sources; and until when the host of each is to be left alone, None if it is not.

    A host is left alone where two other of its sources were told so (429, 503).
    """
    found: dict[str, tuple[SourceState, datetime | None]] = {one: (SourceState(one), None) for one in ids}
    told: defaultdict[str, list[Row[Any]]] = defaultdict(list)
    with reading(db) as connection:
        for row in connection.execute(_REFUSED, {"now": now}):
            told[row.host].append(row)
        for row in connection.execute(_STATES, {"these": list(ids)}):
            others = [other.next_look for other in told[row.host] if other.id != row.id]
            found[row.id] = (state_of(row), others[1] if len(others) > 1 else None)
    return found


def save_looks(db: Engine, states: Sequence[SourceState]) -> list[None]:
    """Records looks that brought nothing, whatever came of them."""
    with writing(db) as connection:
        if save_states(connection, [(state, _NOTHING) for state in states]):
            bump(connection, max(state.last_look for state in states if state.last_look))
    return [None] * len(states)


def save_states(connection: Connection, looks: Iterable[tuple[SourceState, Mapping[str, int]]]) -> bool:
    """Records looks and how many items they brought, in the transaction of those. True if readers see another state
    or name of a source from now on.
    """
    in_order = sorted(looks, key=lambda look: look[0].source_id)  # as all processes do
    before = {row.id: row for row in connection.execute(_FAILS, {"these": [state.source_id for state, _ in in_order]})}
    connection.execute(_REMEMBER, [remembered(state) | {"this": state.source_id} for state, _ in in_order])
    bulk_insert(connection, FETCH, [_logged(state) | dict(counts) for state, counts in in_order])
    return any(_turned(before.get(state.source_id), state) for state, _ in in_order)


def _logged(state: SourceState) -> dict[str, Any]:
    return {
        "source_id": state.source_id, "at": state.last_look, "status": str(state.status), "error": state.error,
        "seconds": state.seconds,
    }  # fmt: skip


def _turned(before: Row[Any] | None, state: SourceState) -> bool:
    shown = (state.status in ANSWERS, state.error, state.own_title)
    return before is None or (before.status in ANSWERS, before.error, before.own_title) != shown


def postpone(db: Engine, source_id: str, until: datetime, why: str) -> None:
    """Records that a source was not looked at: nothing is known of it that was not known before."""
    with writing(db) as connection:
        connection.execute(update(SOURCE).where(SOURCE.c.id == source_id).values(next_look=until, why_then=why))


def remembered(state: SourceState) -> dict[str, Any]:
    return {name: getattr(state, name) for name in _REMEMBERED} | {
        "status": str(state.status), "etag": state.validators.etag, "last_modified": state.validators.last_modified,
    }  # fmt: skip


def state_of(row: Row[Any]) -> SourceState:
    remembered = {name: getattr(row, name) for name in _REMEMBERED}
    validators = Validators(row.etag, row.last_modified)
    return SourceState(source_id=row.id, status=Status(row.status), validators=validators, **remembered)
