"""No document, and why, in words."""

from __future__ import annotations

import asyncio
import gzip
import socket
from datetime import timedelta

import pytest

from aggregator.model import Failure, Grade, Hints, Outcome, Page
from tests.fetch.asking import FEED, LIMIT, ask, ask_for, fetcher
from tests.fetch.server import Server, answer

TOO_LARGE = "the document is larger than max_size (10,000 bytes)"
LARGE_HEADERS = "the answer's headers are larger than max_headers (65,536 bytes)"
BROKEN = "the answer broke off: "
PACKED_WRONGLY = "the document is packed wrongly (Error -3 "
STALLED = "no complete answer within timeout (0.5 s)"
NOT_HTTP = "the answer is not valid HTTP: "
TEMPORARY, SOFT, HARD = Grade.TEMPORARY, Grade.SOFT, Grade.HARD


@pytest.mark.parametrize(
    ("said", "grade", "reason"),
    [
        (answer(body=b"x" * (LIMIT + 1)), SOFT, TOO_LARGE),
        (answer(body=b"x" * 300_000 + Server.STALL, length=10**9), SOFT, TOO_LARGE),
        (answer(body=gzip.compress(bytes(5_000_000), mtime=0), Content_Encoding="gzip"), SOFT, TOO_LARGE),
        (answer(body=b"half", length=100), TEMPORARY, BROKEN),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhal", TEMPORARY, BROKEN),
        (b"", TEMPORARY, "the server closed the connection without an answer"),
        (answer(body=b"no gzip", Content_Encoding="gzip"), SOFT, PACKED_WRONGLY),
        (answer(body=b"x", Content_Encoding="compress"), SOFT, "the document is packed as 'compress', which was not"),
        (b"SSH-2.0-OpenSSH_9.6\r\n\r\n", SOFT, NOT_HTTP),
        (b"<html>not http</html>\r\n\r\n", SOFT, NOT_HTTP),
        (b"\x00\x01\x02\xff\xfe\r\n\r\n", SOFT, NOT_HTTP),
        (b"HTTP/1.1 many OK\r\n\r\n", SOFT, NOT_HTTP),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n", SOFT, NOT_HTTP),
        (b"HTTP/1.1 200 OK\r\nno header\r\n\r\n", SOFT, NOT_HTTP),
        (answer(Content_Type="a\x00b"), SOFT, NOT_HTTP),
        (answer(Long="x" * 100_000), SOFT, LARGE_HEADERS),
        (answer(**{f"Long{number}": "x" * 2_000 for number in range(40)}), SOFT, LARGE_HEADERS),
        (b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" * 3_000, SOFT, LARGE_HEADERS),
    ],
)
def test_bad_answer_is_a_failure_that_says_why(said: bytes, grade: Grade, reason: str) -> None:
    outcome = ask({"/": said})
    assert isinstance(outcome, Failure)
    assert outcome.reason.startswith(reason)
    assert "\n" not in outcome.reason
    assert (outcome.http_status, outcome.grade, outcome.hints) == (0, grade, Hints())


@pytest.mark.parametrize(
    ("location", "words"),
    [
        ("/", "more than 5 redirects"),
        ("http://169.254.1.1/", "the address 169.254.1.1 is not public; to allow it, add its network"),
        ("http://10.0.0.1/", "the address 10.0.0.1 is not public"),
        ("http://[::1]/", "the address ::1 is not public"),
        ("http://[::ffff:10.0.0.1]/", "is not public"),
        ("ftp://a.example/", "the address is not one of http or https: ftp://a.example/"),
        ("file:///etc/passwd", "the address is not one of http or https: file:///etc/passwd"),
        ("javascript:alert(1)", "the address is not one of http or https"),
        ("http://[bad", "the address is not one of http or https"),
        ("http://127.0.0.1:99999/", "the address is not one of http or https"),
        ("http://a b.example/", "the address is not one of http or https"),
        ("http://" + "a" * 8000 + ".example/", "the address has more than 8,000 characters"),
        ("http://nothing.invalid/", "the name nothing.invalid is not known"),
    ],
)
def test_redirect_to_nowhere_good_is_a_failure(location: str, words: str) -> None:
    outcome = ask({"/": answer(302, Location=location)})
    assert isinstance(outcome, Failure)
    assert words in outcome.reason


def test_redirect_without_an_address_is_told_by_its_status() -> None:
    assert ask({"/": answer(302)}) == Failure("the server answered 302 Found", 302)
    assert ask({"/": answer(300, Location="/new")}) == Failure("the server answered 300 Multiple Choices", 300)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://nothing.invalid/", "the name nothing.invalid is not known"),
        ("ftp://a.example/", "the address is not one of http or https"),
        ("http://", "the address is not one of http or https"),
        ("", "the address is not one of http or https"),
        ("http://[::1", "the address is not one of http or https: http://[::1"),
        ("http://127.0.0.1:99999/", "the address is not one of http or https"),
        ("http://ü..example/", "the address is not one of http or https"),
        ("http://a..example/", "the name a..example is not known"),
    ],
)
def test_address_that_cannot_be_asked_is_a_failure(url: str, words: str) -> None:
    outcome = ask_for(url)
    assert isinstance(outcome, Failure)
    assert words in outcome.reason


def test_refused_connection_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    outcome = ask_for(f"http://127.0.0.1:{port}/")
    assert isinstance(outcome, Failure)
    assert outcome == Failure("no connection to 127.0.0.1: connection refused", grade=TEMPORARY)


@pytest.mark.parametrize(
    "said",
    [
        Server.STALL,
        b"HTTP/1.1 200 OK\r\nContent-" + Server.STALL,
        answer(body=b"half" + Server.STALL, length=100),
    ],
)
def test_answer_that_never_ends_is_told(said: bytes) -> None:
    assert ask({"/": said}, timeout=timedelta(seconds=0.5)) == Failure(STALLED, grade=TEMPORARY)


def test_silence_is_told_by_the_limit_that_it_met() -> None:
    reason = "nothing came for read_timeout (1 s)"
    assert ask({"/": Server.STALL}, read_timeout=timedelta(seconds=1)) == Failure(reason, grade=TEMPORARY)


@pytest.mark.parametrize(
    ("connect", "whole", "reason"),
    [(0.2, 5, "no connection within connect_timeout (0.2 s)"), (5, 0.2, "no connection within timeout (0.2 s)")],
)
def test_handshake_that_never_ends_is_told_as_no_connection(connect: float, whole: float, reason: str) -> None:
    limits = {"connect_timeout": timedelta(seconds=connect), "timeout": timedelta(seconds=whole)}
    with socket.create_server(("127.0.0.1", 0)) as listener:
        outcome = ask_for(f"https://127.0.0.1:{listener.getsockname()[1]}/", **limits)
    assert outcome == Failure(reason, grade=TEMPORARY)


def test_silence_on_a_connection_that_was_used_before_is_not_told_as_no_connection() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        await reader.read()
        writer.close()

    async def scene() -> list[Outcome]:
        server = await asyncio.start_server(talk, "127.0.0.1", 0)
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        async with server, fetcher(timeout=timedelta(seconds=0.5)) as asking:
            return [await asking.fetch(url), await asking.fetch(url)]

    first, second = asyncio.run(scene())
    assert isinstance(first, Page)
    assert second == Failure(STALLED, grade=TEMPORARY)


def test_loopback_is_refused_unless_allowed() -> None:
    assert isinstance(ask({"/": answer(body=FEED)}), Page)
    refused = ask({"/": answer(body=FEED)}, allow_networks=())
    assert isinstance(refused, Failure)
    assert "127.0.0.1 is not public" in refused.reason
