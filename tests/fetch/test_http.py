"""One request for one document, against a server that does whatever servers do."""

from __future__ import annotations

import asyncio
import gzip
from datetime import timedelta
from typing import Any

import pytest

from aggregator.model import Failure, NotModified, Outcome, Page, Validators
from tests.fetch.asking import FEED, LIMIT, ask, fetcher
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


def test_validator_that_is_no_text_is_dropped() -> None:
    page = ask({"/": answer(body=FEED, ETag="\xff\xfe", Last_Modified="x")})
    assert isinstance(page, Page)
    assert page.validators == Validators("", "x")


def test_packed_document_is_unpacked() -> None:
    page = ask({"/": answer(body=gzip.compress(FEED), Content_Encoding="gzip")})
    assert isinstance(page, Page)
    assert page.body == FEED


def test_document_of_just_the_largest_size_is_taken() -> None:
    page = ask({"/": answer(body=b"x" * LIMIT)})
    assert isinstance(page, Page)
    assert len(page.body) == LIMIT


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (404, "the server answered 404 Not Found"),
        (410, "the server answered 410 Gone"),
        (403, "the server answered 403 Forbidden"),
        (500, "the server answered 500 Internal Server Error"),
        (204, "the server answered 204 No Content"),
        (999, "the server answered 999"),
    ],
)
def test_status_is_told_in_words(status: int, reason: str) -> None:
    assert ask({"/": answer(status, b"" if status == 204 else FEED)}) == Failure(reason, status)


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
    assert (outcome.http_status, outcome.retry_after) == (status, wait)


def test_redirect_is_followed_and_the_new_address_told() -> None:
    page = ask(
        {"/": answer(301, Location="/new"), "/new": answer(302, Location="feed.xml"), "/feed.xml": answer(body=FEED)}
    )
    assert isinstance(page, Page)
    assert page.url.endswith("/feed.xml")


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
    assert not {"if-none-match", "if-modified-since"} & request.headers.keys()


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
