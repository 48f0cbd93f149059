"""Asks a server for one document. The answer is always a value: Page, NotModified or Failure."""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from types import TracebackType
from urllib.parse import urlsplit

import aiohttp

from aggregator.fetch.guard import RefusedAddressError, guarded_socket
from aggregator.fetch.politeness import Turnstile, retry_after
from aggregator.model import Failure, NotModified, Outcome, Page, Validators

PRODUCT = "AIPolicyWire/0.1"
ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"
)
MAX_REDIRECTS = 5


@dataclass(frozen=True, slots=True)
class FetchPolicy:
    """What the fetcher may take and how it introduces itself."""

    timeout: timedelta = timedelta(seconds=20)
    concurrency: int = 32
    per_host: int = 2
    max_size: int = 10**7  #: bytes, unpacked
    user_agent: str = ""
    contact: str = ""
    allow_networks: tuple[str, ...] = ()

    @property
    def agent(self) -> str:
        contact = f"; {self.contact}" if self.contact else ""
        return self.user_agent or f"{PRODUCT} (feed aggregator{contact})"


class TooLargeError(Exception):
    """The document is larger than the policy allows."""


class Fetcher:
    """An HTTP client for the length of one run: connections are reused, and every one passes the address guard."""

    def __init__(self, policy: FetchPolicy, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._policy = policy
        self._clock = clock
        self._turnstile = Turnstile(policy.concurrency, policy.per_host)

    async def __aenter__(self) -> Fetcher:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=0, limit_per_host=0, socket_factory=guarded_socket(self._policy.allow_networks)
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=self._policy.timeout.total_seconds()),
            headers={"User-Agent": self._policy.agent, "Accept": ACCEPT},
            max_line_size=16_384,
            max_field_size=32_768,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()

    async def fetch(self, url: str, validators: Validators = Validators()) -> Outcome:
        """The document at `url`; with validators, NotModified if the server says that ours is current."""
        try:
            async with self._turnstile.turn(urlsplit(url).hostname or ""):
                return await self._ask(url, validators)
        except Exception as error:
            return Failure(" ".join(_reason(error, self._policy).split()))

    async def _ask(self, url: str, validators: Validators) -> Outcome:
        headers = {"If-None-Match": validators.etag, "If-Modified-Since": validators.last_modified}
        asked = {name: value for name, value in headers.items() if value}
        async with self._session.get(url, headers=asked, max_redirects=MAX_REDIRECTS) as response:
            if response.status == HTTPStatus.NOT_MODIFIED and asked:
                return NotModified()
            if response.status != HTTPStatus.OK:
                wait = retry_after(response.headers.get("Retry-After"), self._clock())
                return Failure(_status(response.status), response.status, wait)
            return Page(
                url=str(response.url),
                body=await self._body(response),
                content_type=response.headers.get("Content-Type", ""),
                validators=Validators(_told(response, "ETag"), _told(response, "Last-Modified")),
            )

    async def _body(self, response: aiohttp.ClientResponse) -> bytes:
        """The unpacked body. It is counted while it comes in, so that a bomb is dropped early."""
        body = bytearray()
        async for part in response.content.iter_chunked(65_536):
            body += part
            if len(body) > self._policy.max_size:
                raise TooLargeError
        return bytes(body)


def _told(response: aiohttp.ClientResponse, name: str) -> str:
    """A header that is kept; "" where its bytes are no text (aiohttp leaves lone surrogates in their place)."""
    value = response.headers.get(name, "")
    return "" if re.search(r"[\ud800-\udfff]", value) else value


def _status(status: int) -> str:
    try:
        return f"the server answered {status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"the server answered {status}"


def _reason(error: Exception, policy: FetchPolicy) -> str:
    """The failure in words for the person who edits feeds.toml."""
    match error:
        case TooLargeError():
            return f"the document is larger than max_size ({policy.max_size:,} bytes)"
        case asyncio.TimeoutError():
            return f"no complete answer within timeout ({policy.timeout.total_seconds():g} s)"
        case aiohttp.TooManyRedirects():
            return f"more than {MAX_REDIRECTS} redirects"
        case aiohttp.InvalidURL() | aiohttp.NonHttpUrlClientError():
            return f"the address is not one of http or https: {error}"
        case aiohttp.ClientConnectorCertificateError() | ssl.SSLError():
            return f"the server's certificate is not valid: {error}"
        case aiohttp.ClientConnectorDNSError():
            return f"the name {error.host} is not known"
        case aiohttp.ClientConnectorError():
            cause = error.os_error
            return str(cause) if isinstance(cause, RefusedAddressError) else f"no connection to {error.host}: {cause}"
        case aiohttp.ClientResponseError():
            return f"the answer is not valid HTTP: {error.message or type(error).__name__}"
        case aiohttp.ClientPayloadError():
            return f"the answer broke off or is packed wrongly: {error}"
        case aiohttp.ClientError() | OSError():
            return str(error) or type(error).__name__
    return f"unexpected error: {type(error).__name__}: {error}"
