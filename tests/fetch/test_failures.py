"""No document, and why, in words."""

from __future__ import annotations

import gzip
import socket
from datetime import timedelta

import pytest

from aggregator.model import Failure, Page
from tests.fetch.asking import FEED, LIMIT, ask, ask_for
from tests.fetch.server import Server, answer

TOO_LARGE = "the document is larger than max_size (10,000 bytes)"
BROKEN = "the answer broke off or is packed wrongly"
STALLED = "no complete answer within timeout (0.3 s)"


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (answer(body=b"x" * (LIMIT + 1)), TOO_LARGE),
        (answer(body=b"x" * 300_000 + Server.STALL, length=10**9), TOO_LARGE),
        (answer(body=gzip.compress(b"\0" * 5_000_000), Content_Encoding="gzip"), TOO_LARGE),
        (Server.STALL, STALLED),
        (b"HTTP/1.1 200 OK\r\nContent-" + Server.STALL, STALLED),
        (answer(body=b"half" + Server.STALL, length=100), STALLED),
        (answer(body=b"half", length=100), BROKEN),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhal", BROKEN),
        (answer(body=b"no gzip", Content_Encoding="gzip"), BROKEN),
        (b"", "Server disconnected"),
        (b"SSH-2.0-OpenSSH_9.6\r\n\r\n", "the answer is not valid HTTP"),
        (b"<html>not http</html>\r\n\r\n", "the answer is not valid HTTP"),
        (b"\x00\x01\x02\xff\xfe\r\n\r\n", "the answer is not valid HTTP"),
        (answer(Long="x" * 100_000), "the answer is not valid HTTP"),
        (answer(Content_Type="a\x00b"), "the answer is not valid HTTP"),
    ],
)
def test_bad_answer_is_a_failure_that_says_why(said: bytes, reason: str) -> None:
    outcome = ask({"/": said}, timeout=timedelta(seconds=0.3))
    assert isinstance(outcome, Failure)
    assert outcome.reason.startswith(reason)
    assert "\n" not in outcome.reason
    assert (outcome.http_status, outcome.retry_after) == (0, None)


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
        ("http://nothing.invalid/", "the name nothing.invalid is not known"),
    ],
)
def test_redirect_to_nowhere_good_is_a_failure(location: str, words: str) -> None:
    outcome = ask({"/": answer(302, Location=location)})
    assert isinstance(outcome, Failure)
    assert words in outcome.reason


def test_redirect_without_an_address_is_told_by_its_status() -> None:
    assert ask({"/": answer(302)}) == Failure("the server answered 302 Found", 302)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://nothing.invalid/", "the name nothing.invalid is not known"),
        ("ftp://a.example/", "the address is not one of http or https"),
        ("http://", "the address is not one of http or https"),
        ("", "the address is not one of http or https"),
        ("http://[::1", "Invalid IPv6 URL"),
        ("http://a..example/", "unexpected error"),
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
    assert outcome.reason.startswith("no connection to 127.0.0.1: ")


def test_loopback_is_refused_unless_allowed() -> None:
    assert isinstance(ask({"/": answer(body=FEED)}), Page)
    refused = ask({"/": answer(body=FEED)}, allow_networks=())
    assert isinstance(refused, Failure)
    assert "127.0.0.1 is not public" in refused.reason
