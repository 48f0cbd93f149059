"""What every parser is given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from aggregator.model import Selectors


@dataclass(frozen=True, slots=True)
class Document:
    """A document as it came, with what its source's configuration says of it."""

    body: bytes
    url: str  #: where it was found: relative links count from here
    content_type: str = ""
    selectors: Selectors | None = None
    zone: tzinfo = UTC  #: of dates that name none
    now: datetime = datetime(1970, 1, 1, tzinfo=UTC)  #: for "3 hours ago"
