"""Redirects: where they lead, what they tell about a move, and what is not taken along."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import partial

import pytest

from aggregator.model import Failure, Grade, NotModified, Outcome, Page, Validators
from tests.fetch.asking import FEED, ask, fetcher
from tests.fetch.conftest import Names
from tests.fetch.server import Answer, Request, Server, answer

Walk = tuple[Outcome, list[Request], str]
DOCUMENT = answer(body=FEED)


def walk(*statuses: int, last: Answer = DOCUMENT, validators: Validators = Validators()) -> Walk:
    """What comes of redirects from / to /1, /2 and so on, the requests, and the server's address."""

    async def scene() -> Walk:
        answers: dict[str, Answer] = {
            f"/{number or ''}": answer(status, Location=f"/{number + 1}", Set_Cookie="id=1; Path=/")
            for number, status in enumerate(statuses)
        }
        answers[f"/{len(statuses) or ''}"] = last
        async with Server(answers) as server, fetcher() as asking:
            return await asking.fetch(server.url(), validators), server.requests, server.url("")

    return asyncio.run(scene())


@pytest.mark.parametrize(
    ("statuses", "moved_to"),
    [
        ([], ""),
        ([301], "/1"),
        ([308], "/1"),
        ([302], ""),
        ([303], ""),
        ([307], ""),
        ([301, 308, 301], "/3"),
        ([301, 302], "/1"),
        ([308, 301, 307, 301], "/2"),
        ([302, 301], ""),
        ([301] * 5, "/5"),
    ],
)
@pytest.mark.parametrize("status", [200, 304, 404])
def test_permanent_redirects_and_nothing_but_them_tell_of_a_move(
    statuses: list[int], moved_to: str, status: int
) -> None:
    last = answer(status, b"" if status == 304 else FEED)
    outcome, requests, home = walk(*statuses, last=last, validators=Validators('"v1"'))
    assert isinstance(outcome, {200: Page, 304: NotModified, 404: Failure}[status])
    assert outcome.hints.moved_to == (home + moved_to if moved_to else "")
    assert [request.path for request in requests] == ["/", *(f"/{number + 1}" for number in range(len(statuses)))]
    if isinstance(outcome, Page):
        assert outcome.url == home + requests[-1].path


def test_sixth_redirect_is_one_too_many() -> None:
    outcome, requests, _ = walk(*[301] * 6)
    assert outcome == Failure("more than 5 redirects")
    assert len(requests) == 6


def test_all_redirects_have_the_time_of_one_request() -> None:
    async def slow(path: str, request: Request) -> bytes:
        await asyncio.sleep(0.15)
        return answer(302, Location=path)

    answers = {path: partial(slow, target) for path, target in (("/", "/a"), ("/a", "/b"), ("/b", "/c"))}
    outcome = ask({**answers, "/c": answer(body=FEED)}, timeout=timedelta(seconds=0.4))
    assert isinstance(outcome, Failure)
    assert outcome.reason.endswith(" within timeout (0.4 s)")
    assert outcome.grade == Grade.TEMPORARY


def test_validators_go_along_but_no_referrer() -> None:
    _, requests, _ = walk(301, 302, 307, validators=Validators('"v1"', "yesterday"))
    assert len(requests) == 4
    assert {request.headers["if-none-match"] for request in requests} == {'"v1"'}
    assert not {"referer", "authorization"} & requests[-1].headers.keys()


def test_a_server_that_wants_its_cookie_back_gets_it_on_the_way_and_nobody_else_does() -> None:
    async def scene() -> tuple[Outcome, list[Request], list[Request]]:
        answers: dict[str, Answer] = {}
        async with Server(answers) as server, Server({"/": DOCUMENT}, "127.0.0.2") as other, fetcher() as asking:

            async def doorman(_: Request) -> bytes:
                number = len(server.requests)
                where = other.url() if number > 3 else "/"
                said = [f"gate={number}; Path=/; HttpOnly", f"gate={number}", "gate=; Max-Age=0", "last=1"]
                return answer(302, Location=where, Set_Cookie=said[number - 1])

            answers["/"] = doorman
            return await asking.fetch(server.url()), server.requests, other.requests

    outcome, asked, elsewhere = asyncio.run(scene())
    assert isinstance(outcome, Page)
    assert [request.headers.get("cookie") for request in asked] == [None, "gate=1", "gate=2", None]
    assert ["cookie" in request.headers for request in elsewhere] == [False]


@pytest.mark.parametrize(
    ("location", "path"),
    [
        ("feed.xml", "/a/feed.xml"),
        ("../feed.xml", "/feed.xml"),
        ("?page=2", "/a/b?page=2"),
        ("/a?b=c d", "/a?b=c%20d"),
        ("/feed.xml#part", "/feed.xml"),
        (" /feed.xml\t", "/feed.xml"),
        ("/caf\xc3\xa9?\xc3\xbc", "/caf%C3%A9?%C3%BC"),
        ("/\xe9", "/%E9"),
        ("/caf%C3%A9", "/caf%C3%A9"),
    ],
)
def test_address_of_a_redirect_is_read_as_it_is_meant(location: str, path: str) -> None:
    async def scene() -> tuple[Outcome, str]:
        answers = {"/a/b": answer(301, Location=location), path: answer(body=FEED)}
        async with Server(answers) as server, fetcher() as asking:
            return await asking.fetch(server.url("/a/b")), server.url(path)

    outcome, found = asyncio.run(scene())
    assert isinstance(outcome, Page)
    assert (outcome.url, outcome.hints.moved_to) == (found, found)


async def between_two(target: str, own: str) -> tuple[Outcome, Request, Request, str]:
    """A redirect from one host to another, with users and passwords."""
    answers: dict[str, Answer] = {}
    async with Server(answers) as server, Server({"/": DOCUMENT}, "127.0.0.2") as other, fetcher() as asking:
        answers["/"] = answer(301, Location=other.url(host=target))
        outcome = await asking.fetch(server.url(host=f"{own}127.0.0.1"))
        return outcome, server.requests[0], other.requests[0], other.url()


@pytest.mark.parametrize("user", ["", "user:word@", "user@", ":@", "a@b@"])
@pytest.mark.parametrize("own", ["", "me:secret@", "me:se%40cret@"])
def test_no_password_goes_to_another_host(user: str, own: str) -> None:
    outcome, first, second, found = asyncio.run(between_two(f"{user}127.0.0.2", own))
    assert ("authorization" in first.headers) is bool(own)
    assert "authorization" not in second.headers
    assert isinstance(outcome, Page)
    assert (outcome.url, outcome.hints.moved_to) == (found, found)


def test_password_of_our_own_address_is_sent_to_its_host() -> None:
    async def scene() -> list[Request]:
        async with Server({"/": answer(body=FEED)}) as server, fetcher() as asking:
            await asking.fetch(server.url(host="me:secret@127.0.0.1"))
            await asking.fetch(server.url())
            return server.requests

    with_password, without = asyncio.run(scene())
    assert with_password.headers["authorization"] == "Basic bWU6c2VjcmV0"
    assert "authorization" not in without.headers


@pytest.mark.parametrize(
    ("host", "path", "sent_host", "sent_path"),
    [
        ("bücher.example", "/", "xn--bcher-kva.example", "/"),
        ("新闻.example", "/政策.xml?关于=人工智能", "xn--efvy88h.example", "/%E6%94%BF%E7%AD%96.xml"
         "?%E5%85%B3%E4%BA%8E=%E4%BA%BA%E5%B7%A5%E6%99%BA%E8%83%BD"),
        ("plain.example", "/a b?c d", "plain.example", "/a%20b?c%20d"),
        ("plain.example", "/%E6%94%BF?a=%2F", "plain.example", "/%E6%94%BF?a=%2F"),
        ("plain.example", "/ü%20ü", "plain.example", "/%C3%BC%20%C3%BC"),
        ("plain.example", "/a/../b/./c", "plain.example", "/b/c"),
    ],
)  # fmt: skip
def test_address_is_sent_in_ascii(host: str, path: str, sent_host: str, sent_path: str, names: Names) -> None:
    async def scene() -> tuple[Outcome, list[Request], int]:
        async with Server({sent_path: answer(body=FEED)}) as server, fetcher() as asking:
            return await asking.fetch(server.url(path, host)), server.requests, server.port

    names[sent_host] = ["127.0.0.1"]
    outcome, (request,), port = asyncio.run(scene())
    assert isinstance(outcome, Page)
    assert (request.path, request.headers["host"]) == (sent_path, f"{sent_host}:{port}")
