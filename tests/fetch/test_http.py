"""One request for one document, against a server that does whatever servers do."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from aggregator.model import Failure, Grade, Hints, NotModified, Outcome, Page, Validators
from tests.fetch.asking import FEED, LIMIT, NOW, ask, fetcher
from tests.fetch.packing import gzipped
from tests.fetch.server import Request, Server, answer


def seen(times: int = 1, validators: Validators = Validators(), **values: Any) -> list[Request]:
    """The requests that a server gets for `times` fetches."""

    async def scene() -> list[Request]:
        answers = {"/": answer(body=FEED, Set_Cookie="id=1; Path=/")}
        async with Server(answers) as server, fetcher(**values) as asking:
            for _ in range(times):
                await asking.fetch(server.url(), validators)
            return server.requests

    return asyncio.run(scene())


def test_document_comes_with_its_type_and_validators() -> None:
    told = answer(body=FEED, Content_Type="text/xml", ETag='W/"1"', Last_Modified="Sun, 16 Mar 2025 10:00:00 GMT")
    page = ask({"/": told})
    assert isinstance(page, Page)
    assert (page.body, page.content_type) == (FEED, "text/xml")
    assert page.validators == Validators('W/"1"', "Sun, 16 Mar 2025 10:00:00 GMT")
    assert page.url.startswith("http://127.0.0.1:")


def test_second_look_with_validators_is_not_modified() -> None:
    def by_validator(request: Request) -> bytes:
        known = (
            request.headers.get("if-none-match") == '"v1"' and request.headers.get("if-modified-since") == "yesterday"
        )
        return answer(304) if known else answer(body=FEED, ETag='"v1"', Last_Modified="yesterday")

    first = ask({"/": by_validator})
    assert isinstance(first, Page)
    assert ask({"/": by_validator}, first.validators) == NotModified()


def test_not_modified_without_being_asked_for_is_a_failure() -> None:
    assert ask({"/": answer(304)}) == Failure("the server answered 304 Not Modified", 304)


@pytest.mark.parametrize("etag", ['"caf\xe9"', '"\xe4\xb8\xad"', "\xff\xfe", "no quotes", 'W/"a, b"'])
def test_validator_goes_back_as_it_came(etag: str) -> None:
    def by_validator(request: Request) -> bytes:
        return answer(304) if request.headers.get("if-none-match") == etag else answer(body=FEED, ETag=etag)

    first = ask({"/": by_validator})
    assert isinstance(first, Page)
    assert first.validators == Validators(etag, "")
    assert ask({"/": by_validator}, first.validators) == NotModified()


@pytest.mark.parametrize("validator", ["a\r\nX-Evil: 1", "a\nX-Evil: 1", "\u4e2d"])
def test_validator_cannot_add_a_header(validator: str) -> None:
    for request in seen(validators=Validators(validator, validator)):
        assert "x-evil" not in request.headers


@pytest.mark.parametrize("status", [200, 203, 226])
def test_a_document_that_was_changed_on_the_way_is_one(status: int) -> None:
    page = ask({"/": answer(status, FEED)})
    assert isinstance(page, Page)
    assert page.body == FEED


def test_document_of_just_the_largest_size_is_taken() -> None:
    page = ask({"/": answer(body=b"x" * LIMIT)})
    assert isinstance(page, Page)
    assert len(page.body) == LIMIT


@pytest.mark.parametrize(
    ("body", "coding", "outcome"),
    [
        (gzipped(FEED), "", FEED),
        (gzipped(gzipped(FEED)), "gzip", FEED),
        (gzipped(FEED[:9]) + gzipped(FEED[9:]), "identity", FEED),
        (gzipped(bytes(LIMIT)), "", bytes(LIMIT)),
        (gzipped(bytes(LIMIT + 1)), "", Failure("the document is larger than max_size (10,000 bytes)")),
        (gzipped(FEED)[:-1], "", Failure("the packed document broke off")),
    ],
)
def test_file_that_is_packed_itself_is_unpacked(body: bytes, coding: str, outcome: bytes | Failure) -> None:
    page = ask({"/": answer(body=body, Content_Encoding=coding)})
    assert (page.body if isinstance(page, Page) else page) == outcome


@pytest.mark.parametrize(
    ("status", "grade", "reason"),
    [
        (404, Grade.SOFT, "the server answered 404 Not Found"),
        (403, Grade.SOFT, "the server answered 403 Forbidden"),
        (204, Grade.SOFT, "the server answered 204 No Content"),
        (410, Grade.HARD, "the server answered 410 Gone"),
        (451, Grade.HARD, "the server answered 451 Unavailable For Legal Reasons"),
        (408, Grade.TEMPORARY, "the server answered 408 Request Timeout"),
        (425, Grade.TEMPORARY, "the server answered 425 Too Early"),
        (429, Grade.TEMPORARY, "the server answered 429 Too Many Requests"),
        (500, Grade.TEMPORARY, "the server answered 500 Internal Server Error"),
        (999, Grade.TEMPORARY, "the server answered 999"),
    ],
)
def test_status_is_told_in_words(status: int, grade: Grade, reason: str) -> None:
    assert ask({"/": answer(status, b"" if status == 204 else FEED)}) == Failure(reason, status, grade)


@pytest.mark.parametrize("body", [b"x" * 500_000, b"x" * 300_000 + Server.STALL])
def test_long_answer_that_is_no_document_is_told_by_its_status(body: bytes) -> None:
    told = {"/": answer(404, body, length=10**9)}
    assert ask(told, max_size=10**6) == Failure("the server answered 404 Not Found", 404)


@pytest.mark.parametrize(
    ("status", "header", "wait"),
    [
        (429, "120", timedelta(minutes=2)),
        (503, "Sun, 16 Mar 2025 12:30:00 GMT", timedelta(minutes=30)),
        (429, "99999999", timedelta(days=1)),
        (429, "later", None),
    ],
)
def test_wait_that_the_server_asks_for_is_passed_on(status: int, header: str, wait: timedelta | None) -> None:
    outcome = ask({"/": answer(status, Retry_After=header)})
    assert isinstance(outcome, Failure)
    assert (outcome.http_status, outcome.grade) == (status, Grade.TEMPORARY)
    assert outcome.hints == Hints(retry_after=wait)


@pytest.mark.parametrize("status", [200, 304, 404])
def test_every_answer_may_say_when_to_come_again(status: int) -> None:
    told = answer(status, FEED if status == 200 else b"", Cache_Control="max-age=600", Retry_After="60")
    hints = Hints(timedelta(minutes=10), timedelta(minutes=1))
    assert ask({"/": told}, Validators('"v1"')).hints == hints


def test_headers_are_read_however_they_are_written() -> None:
    early = b"HTTP/1.1 103 Early Hints\r\nETag: early\r\n\r\n"
    head = b"HTTP/1.1 200\r\nCACHE-CONTROL:max-age=60\r\ncache-control:  no-cache \r\netag:v1\r\n"
    page = ask({"/": early + head + b"Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nETag: late\r\n\r\n"})
    assert isinstance(page, Page)
    assert (page.body, page.validators, page.hints) == (b"x", Validators("v1"), Hints(timedelta(0)))


@pytest.mark.parametrize(
    ("values", "agent"),
    [
        ({}, "AIPolicyWire/0.1 (feed aggregator)"),
        ({"contact": "mailto:me@a.example"}, "AIPolicyWire/0.1 (feed aggregator; mailto:me@a.example)"),
        ({"user_agent": "Mine/1.0", "contact": "mailto:me@a.example"}, "Mine/1.0"),
    ],
)
def test_request_says_who_asks(values: dict[str, str], agent: str) -> None:
    (request,) = seen(**values)
    assert request.headers["user-agent"] == agent
    assert "application/atom+xml" in request.headers["accept"]
    assert request.headers["accept-encoding"] == "gzip, deflate, br, zstd"
    assert request.headers.keys() == {"host", "user-agent", "accept", "accept-encoding"}


def test_no_cookie_is_kept() -> None:
    requests = seen(times=2)
    assert len(requests) == 2
    assert all("cookie" not in request.headers for request in requests)


class Hold:
    """Keeps requests for "/held" waiting until the gate opens, and counts them."""

    def __init__(self, full: int) -> None:
        self.full = full
        self.open = self.most = 0
        self.filled, self.gate = asyncio.Event(), asyncio.Event()

    async def __call__(self, request: Request) -> bytes:
        self.open += 1
        self.most = max(self.most, self.open)
        if self.open >= self.full:
            self.filled.set()
        await self.gate.wait()
        self.open -= 1
        return answer(body=FEED)


@pytest.mark.parametrize("per_host", [1, 2, 3])
def test_no_more_than_per_host_are_asked_at_once(per_host: int) -> None:
    async def scene() -> tuple[int, list[Outcome]]:
        hold = Hold(per_host)
        async with Server({"/held": hold, "/": answer(body=FEED)}) as server, fetcher(per_host=per_host) as asking:
            visits = [asyncio.ensure_future(asking.fetch(server.url("/held"))) for _ in range(7)]
            await hold.filled.wait()
            # Another host is not kept waiting; when it has answered, an eager request would have come in too.
            assert isinstance(await asking.fetch(server.url(host="localhost")), Page)
            hold.gate.set()
            return hold.most, list(await asyncio.gather(*visits))

    most, outcomes = asyncio.run(scene())
    assert most == per_host
    assert [type(outcome) for outcome in outcomes] == [Page] * 7


def five_told(wait: str) -> tuple[list[Outcome], int]:
    """What comes of five sources of one host that all are told to wait, and how many were asked."""

    async def scene() -> tuple[list[Outcome], int]:
        told = answer(429, Retry_After=wait)
        async with Server({f"/{n}": told for n in range(5)}) as server, fetcher(per_host=1) as asking:
            outcomes = await asyncio.gather(*(asking.fetch(server.url(f"/{n}")) for n in range(5)))
            return list(outcomes), len(server.requests)

    return asyncio.run(scene())


def test_a_server_at_another_port_is_another_one() -> None:
    async def scene() -> Outcome:
        told = {f"/{n}": answer(429, Retry_After="3600") for n in range(2)}
        async with Server(told) as waiting, Server({"/": answer(200, FEED)}) as other, fetcher() as asking:
            for n in range(2):
                await asking.fetch(waiting.url(f"/{n}"))
            return await asking.fetch(other.url("/"))

    assert isinstance(asyncio.run(scene()), Page)


def test_no_wait_at_all_closes_no_host() -> None:
    assert five_told("0")[1] == 5


def test_a_host_that_told_two_to_wait_is_asked_no_more() -> None:
    outcomes, asked = five_told("3600")
    assert asked == 2
    failures = [outcome for outcome in outcomes if isinstance(outcome, Failure)]
    assert [failure.http_status for failure in failures] == [429, 429, 0, 0, 0]
    assert [failure.postponed for failure in failures[2:]] == [NOW + timedelta(hours=1)] * 3
