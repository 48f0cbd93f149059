"""Which of its entries a source's document still shows: only what has left it may be pruned, or it would come back."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, update

from aggregator.store.statements import batches
from aggregator.store.tables import SIGHTING


def take_note(
    connection: Connection, source_id: str, left: Collection[str], back: Collection[str], now: datetime
) -> None:
    """Entries that have left a source's document, and some that may have come back."""
    _mark(connection, source_id, left, now)
    _mark(connection, source_id, back, None)


def _mark(connection: Connection, source_id: str, entry_ids: Collection[str], gone: datetime | None) -> None:
    """Entries that were never stored, because of the source's rules, are none of ours."""
    for some in batches(sorted(entry_ids)):
        these = SIGHTING.c.entry_id.in_(some)
        other = SIGHTING.c.gone.is_(None) if gone else SIGHTING.c.gone.is_not(None)
        connection.execute(update(SIGHTING).where(SIGHTING.c.source_id == source_id, these, other).values(gone=gone))
