"""What every parser is given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from functools import cached_property

from aggregator.model import KeyDates, Limits, Selectors
from aggregator.parse.charset import charset
from aggregator.text.dates import parse_date

_LAST_YEAR = 2100  # rules that are to apply later do not


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

    def key_dates(self, comments_close_on: str, effective_on: str) -> KeyDates:
        """Days that an entry has in places of their own, as they are written there."""
        return KeyDates(self._day(comments_close_on), self._day(effective_on))

    def _day(self, said: str) -> date | None:
        moment = parse_date(said, self.now, self.zone)
        return moment.astimezone(self.zone).date() if moment and moment.year <= _LAST_YEAR else None
