"""https: HTTP/2 where the server offers it, and certificates that are checked."""

from __future__ import annotations

import asyncio
import ssl

import pytest

from aggregator.model import Failure, Grade, Outcome, Page
from tests.fetch.asking import FEED, fetcher
from tests.fetch.conftest import Certificate, Names
from tests.fetch.http2 import Http2Server
from tests.fetch.server import Server, answer

INVALID = "the server's certificate is not valid: "


async def over_tls(context: ssl.SSLContext, host: str = "") -> tuple[Outcome, int]:
    """What comes of one request, and how many the server got."""
    async with Server({"/": answer(body=FEED)}, context=context) as server, fetcher() as asking:
        return await asking.fetch(server.url(host=host)), len(server.requests)


def test_http_2_is_spoken_over_one_connection_where_the_server_offers_it(trusted: Certificate) -> None:
    async def scene() -> tuple[list[Outcome], int, int]:
        async with Http2Server(FEED, trusted.context("h2", "http/1.1")) as server, fetcher() as asking:
            outcomes = [await asking.fetch(server.url) for _ in range(3)]
            return outcomes, server.connections, server.requests

    outcomes, connections, requests = asyncio.run(scene())
    assert [outcome.body if isinstance(outcome, Page) else outcome for outcome in outcomes] == [FEED] * 3
    assert (connections, requests) == (1, 3)


def test_requests_at_once_are_all_answered_over_http_2(trusted: Certificate) -> None:
    async def scene() -> tuple[list[Outcome], int]:
        async with Http2Server(FEED, trusted.context("h2")) as server, fetcher(per_host=8) as asking:
            return list(await asyncio.gather(*(asking.fetch(server.url) for _ in range(8)))), server.requests

    outcomes, requests = asyncio.run(scene())
    assert [type(outcome) for outcome in outcomes] == [Page] * 8
    assert requests == 8


@pytest.mark.parametrize("protocols", [[], ["http/1.1"]])
def test_http_1_is_spoken_where_the_server_offers_nothing_else(trusted: Certificate, protocols: list[str]) -> None:
    outcome, requests = asyncio.run(over_tls(trusted.context(*protocols)))
    assert isinstance(outcome, Page)
    assert requests == 1


def test_certificate_that_nobody_signed_is_told(certificate: Certificate) -> None:
    outcome, requests = asyncio.run(over_tls(certificate.context()))
    assert isinstance(outcome, Failure)
    assert outcome.reason.startswith(INVALID)
    assert "self-signed certificate" in outcome.reason
    assert (outcome.grade, outcome.http_status, requests) == (Grade.SOFT, 0, 0)


def test_certificate_for_another_name_is_told(trusted: Certificate, names: Names) -> None:
    names["other.example"] = ["127.0.0.1"]
    outcome, requests = asyncio.run(over_tls(trusted.context(), "other.example"))
    assert isinstance(outcome, Failure)
    assert outcome.reason.startswith(INVALID)
    assert "other.example" in outcome.reason
    assert requests == 0


def test_server_that_speaks_no_tls_is_told() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(answer(400))
        writer.close()

    async def scene() -> Outcome:
        async with await asyncio.start_server(talk, "127.0.0.1", 0) as server, fetcher() as asking:
            return await asking.fetch(f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/")

    outcome = asyncio.run(scene())
    assert isinstance(outcome, Failure)
    assert outcome.reason.startswith("no secure connection to 127.0.0.1: ")
