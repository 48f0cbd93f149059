"""The tables. Rows never leave the store: what others see are the values of the model.

What PostgreSQL alone knows (the columns that an index includes, and of which rows it is) the migrations say: to say it
here would bring the whole of its dialect into every process.
"""

from __future__ import annotations

from typing import Any

from sqlmodel import SQLModel

from aggregator.store.tables.deliveries import DeliveryRow, SubscriptionRow
from aggregator.store.tables.items import (
    RESTED,
    UNGROUPED,
    DigestRow,
    EvidenceRow,
    ItemRow,
    SightingRow,
    StoryRow,
    VersionRow,
)
from aggregator.store.tables.lists import PostingRow, TallyRow, TotalRow
from aggregator.store.tables.sources import FetchRow, NoteRow, SourceRow, TurnRow


def table(row: type[SQLModel]) -> Any:
    """The Core table of a row: bulk work speaks Core, which is several times quicker than the ORM."""
    return row.__table__  # type: ignore[attr-defined]


SOURCE, FETCH, TURN, NOTE = table(SourceRow), table(FetchRow), table(TurnRow), table(NoteRow)
ITEM, EVIDENCE, SIGHTING, VERSION = table(ItemRow), table(EvidenceRow), table(SightingRow), table(VersionRow)
STORY, DIGEST = table(StoryRow), table(DigestRow)
SUBSCRIPTION, DELIVERY = table(SubscriptionRow), table(DeliveryRow)
POSTING, TALLY, TOTAL = table(PostingRow), table(TallyRow), table(TotalRow)

__all__ = [
    "DELIVERY",
    "DIGEST",
    "EVIDENCE",
    "FETCH",
    "ITEM",
    "NOTE",
    "POSTING",
    "RESTED",
    "SIGHTING",
    "SOURCE",
    "STORY",
    "SUBSCRIPTION",
    "TALLY",
    "TOTAL",
    "TURN",
    "UNGROUPED",
    "VERSION",
    "SQLModel",
]
