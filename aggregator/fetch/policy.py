"""What the fetcher may take, how it introduces itself, and how long it waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from aggregator.fetch.guard import PORTS
from aggregator.text.urls import PLATFORMS

PRODUCT = "AIPolicyWire/0.1"
ACCEPT = (  # JSON before XML: who offers both has an API, and feeds have types of their own
    "application/atom+xml, application/rss+xml, application/feed+json, application/json;q=0.95, application/xml;q=0.9, "
    "text/xml;q=0.9, */*;q=0.5"
)
MAX_REDIRECTS = 5


class TooLargeError(Exception):
    """The document is larger than the policy allows."""


@dataclass(frozen=True, slots=True)
class FetchPolicy:
    """The limits of one look at one source, and its manners."""

    timeout: timedelta = timedelta(seconds=30)  #: for the whole answer, redirects included
    connect_timeout: timedelta = timedelta(seconds=10)
    read_timeout: timedelta = timedelta(seconds=15)  #: of silence
    concurrency: int = 32
    per_host: int = 2
    host_groups: tuple[str, ...] = PLATFORMS  #: names, under each of which all hosts count as one
    pause: timedelta = timedelta(seconds=1)  #: between two requests on one of a host's places
    max_transfer: int = 10**7  #: bytes as sent
    max_size: int = 10**7  #: bytes, unpacked
    max_headers: int = 2**16  #: bytes
    user_agent: str = ""
    contact: str = ""
    allow_networks: tuple[str, ...] = ()
    allow_ports: tuple[int, ...] = PORTS

    @property
    def agent(self) -> str:
        contact = f"; {self.contact}" if self.contact else ""
        return self.user_agent or f"{PRODUCT} (feed aggregator{contact})"
