"""What goes back to one origin only (RFC 6454)."""

from __future__ import annotations

from collections import defaultdict
from urllib.parse import urlsplit

from aggregator.fetch.transfer import Answer


def origin(url: str) -> tuple[str, str]:
    """Scheme and place of an address."""
    parts = urlsplit(url)
    return parts.scheme, parts.netloc.rpartition("@")[2]


class Cookies:
    """What servers want to hear again on the way to one document: some send in a circle whoever has no cookie.

    Each goes back to its own origin, and none is kept.
    """

    def __init__(self) -> None:
        self._said: defaultdict[tuple[str, str], dict[str, str]] = defaultdict(dict)

    def take(self, url: str, answer: Answer) -> None:
        for name, _, value in (pair.partition("=") for pair in answer.headers.get("set-cookie", "").split("; ")):
            self._said[origin(url)][name] = value

    def of(self, url: str) -> dict[str, str]:
        said = "; ".join(f"{name}={value}" for name, value in self._said[origin(url)].items() if value)
        return {"Cookie": said} if said else {}
