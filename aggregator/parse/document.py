"""What every parser is given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import cached_property

from aggregator.model import Limits, Selectors
from aggregator.parse.charset import charset


@dataclass(frozen=True)
class Document:
    """A document as it came, with what its source's configuration says of it."""

    body: bytes
    url: str  #: where it was found: relative links count from here
    content_type: str = ""
    selectors: Selectors | None = None
    zone: tzinfo = UTC  #: of dates that name none
    now: datetime = datetime(1970, 1, 1, tzinfo=UTC)  #: for "3 hours ago"
    limits: Limits = Limits()

    @cached_property
    def charset(self) -> str:
        """The encoding to read the document with; "" leaves it to the parser."""
        return charset(self.body, self.content_type)
