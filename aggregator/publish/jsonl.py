"""JSON Lines (jsonlines.org), for scripts: the objects that `aggregator items --jsonl` prints."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic_core import to_json

from aggregator.model import StoredItem
from aggregator.publish.channel import Channel

MEDIA_TYPE = "application/jsonl"


def json_lines(_channel: Channel, items: Sequence[StoredItem]) -> bytes:
    return b"".join(to_json(record(item)) + b"\n" for item in items)


def record(item: StoredItem) -> dict[str, Any]:
    """An item as an object."""
    return {
        "id": item.id, "source": item.source_id, "title": item.heading, "link": item.link,
        "published": iso(item.published), "updated": iso(item.updated), "summary": item.summary, "lang": item.lang,
        "relevant": item.relevant, "tier": str(item.tier), "tags": [str(tag) for tag in item.tags],
        "story": item.story_id,
    }  # fmt: skip


def iso(moment: datetime | None) -> str | None:
    """ISO 8601 in UTC, as 2026-11-23T08:30:00Z."""
    return moment.isoformat().replace("+00:00", "Z") if moment else None
