"""What every parser is given."""

from __future__ import annotations

import re
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

    @property
    def charset(self) -> str:
        """The encoding that the server names; or gb18030 for Chinese that is said to be UTF-8, or nothing, and is not.

        "" leaves it to the parser, which would take such Chinese for a Western encoding.
        """
        told = re.search(r"charset=[\"']?([\w.:-]+)", self.content_type, re.IGNORECASE)
        written = re.search(rb"(?:encoding|charset)\s*=\s*[\"']?([\w.:-]+)", self.body[:2000])
        named = told[1] if told else written[1].decode() if written else ""
        if named.lower() in ("", "utf-8", "utf8") and _looks_like_gb18030(self.body):
            return "gb18030"
        return told[1] if told else ""


def _looks_like_gb18030(body: bytes) -> bool:
    """Mostly broken as UTF-8, and whole as pairs of high bytes (in Western text they stand alone)."""
    try:
        body.decode()
    except UnicodeDecodeError:
        high = len(body.translate(None, bytes(range(128))))
    else:
        return False
    if body.decode(errors="replace").count("\ufffd") * 4 <= high:
        return False
    try:
        characters = sum(not char.isascii() for char in body.decode("gb18030"))
    except UnicodeDecodeError:
        return False
    return high >= characters * 1.5
