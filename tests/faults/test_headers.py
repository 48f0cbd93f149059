"""What a source wants to be asked with: sent to its own server, read where feeds.toml says, told to nobody."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from aggregator.bootstrap import Environment, Service
from aggregator.config.secrets import missing
from aggregator.fetch.origin import same_origin
from aggregator.jobs import fetching
from aggregator.model import Failure, Outcome
from aggregator.refresh.pipeline import CANNOT_BE_ASKED
from aggregator.store import sources
from tests.fakes import Clock
from tests.faults.rows import FEED, GOOD, page
from tests.faults.server import Server, serving
from tests.fetch.asking import fetcher
from tests.fetch.server import answer

HOST, OTHER = "127.0.6.1", "127.0.6.2"
SETTINGS = '[fetch]\nallow_networks = ["127.0.0.0/8"]\n[[source]]\nid = "feed"\n'
HEADERS = ["Referer: https://press.example/", "X-Api-Key: env:WIRE_TEST_KEY", "accept: text/xml"]


def test_headers_go_to_the_origin_that_was_asked_for_and_to_no_other() -> None:
    with serving({HOST: {}, OTHER: {"/there": GOOD}}) as server:
        server.sites[HOST] = {
            "/feed": answer(302, Location="/here"),
            "/here": answer(302, Location=server.url(OTHER, "/there")),
        }

        async def scene() -> None:
            async with fetcher() as asking:
                await asking.fetch(server.url(HOST), headers={"X-Api-Key": "k", "accept": "text/xml"})

        asyncio.run(scene())
        asked = [(request.address, request.headers.get("x-api-key")) for request in server.log]
        assert asked == [(HOST, "k"), (HOST, "k"), (OTHER, None)]
        assert [request.headers["accept"] == "text/xml" for request in server.log] == [True, True, False]


@pytest.fixture
def server() -> Iterator[Server]:
    with serving({HOST: {"/feed": page(FEED)}}) as server:
        yield server


@pytest.fixture
def service(server: Server, tmp_path: Path, sqlite_url: str, clock: Clock) -> Iterator[Service]:
    feeds = tmp_path / "feeds.toml"
    feeds.write_text(f'{SETTINGS}url = "{server.url(HOST)}"\nheaders = {HEADERS}\n', encoding="utf-8")
    service = Service(Environment(feeds, sqlite_url), clock)
    service.prepare()
    yield service
    service.db.dispose()


def test_a_secret_is_read_where_it_is_and_stands_nowhere_else(
    server: Server, service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WIRE_TEST_KEY", "hush-hush")
    (report,) = fetching.fetch(service, service.config.sources)
    (request,) = server.log
    assert (report.status, request.headers["x-api-key"]) == ("ok", "hush-hush")
    assert request.headers["referer"] == "https://press.example/"
    kept = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    assert len(kept) > 1
    assert not any(b"hush-hush" in content for content in kept.values())


def test_without_its_secret_a_source_is_not_asked_and_says_why(server: Server, service: Service) -> None:
    (report,) = fetching.fetch(service, service.config.sources)
    assert (server.log, report.error) == ([], CANNOT_BE_ASKED)
    state = sources.health(service.db)[0].state
    assert (state.why_then, state.failures, state.last_look) == (CANNOT_BE_ASKED, 0, None)


def test_check_names_the_line_of_a_secret_that_is_missing(service: Service) -> None:
    (problem,) = missing(service.config)
    assert str(problem).startswith("feeds.toml:6: the environment variable WIRE_TEST_KEY is not set")


@pytest.mark.parametrize(
    ("asked", "same"),
    [
        ("https://News.example/feed", True),
        ("https://news.example:443/feed", True),
        ("http://news.example/feed", False),
        ("https://news.example:8443/feed", False),
        ("https://www.news.example/feed", False),
        (f"https://news.example/{'a' * 5000}", True),
        (f"https://other.example/{'a' * 5000}", False),
        ("https://news..example/feed", False),
        ("no address", False),
    ],
)
def test_an_origin_is_known_however_it_is_written(asked: str, same: bool) -> None:
    assert same_origin(asked, "https://news.example/new") is same
    assert same_origin("https://news.example/new", asked) is same
    assert not same_origin(f"https://other.example/{'b' * 9000}", f"{asked}{'b' * 9000}")


def test_a_server_that_misses_the_headers_elsewhere_is_told_of() -> None:
    refused = answer(401)
    with serving({HOST: {}, OTHER: {"/there": refused, "/feed": refused}}) as server:
        server.sites[HOST] = {"/feed": answer(301, Location=server.url(OTHER, "/there"))}

        async def scene(host: str) -> Outcome:
            async with fetcher() as asking:
                return await asking.fetch(server.url(host), headers={"X-Api-Key": "k"})

        elsewhere, here = asyncio.run(scene(HOST)), asyncio.run(scene(OTHER))
    assert isinstance(elsewhere, Failure)
    assert isinstance(here, Failure)
    assert f"its headers are not sent to {OTHER}" in elsewhere.reason
    assert "headers" not in here.reason


def test_a_cookie_of_feeds_toml_stands_beside_those_of_the_server() -> None:
    with serving({HOST: {}}) as server:
        server.sites[HOST] = {"/feed": answer(302, Location="/here", Set_Cookie="sid=1; Path=/"), "/here": GOOD}

        async def scene() -> None:
            async with fetcher() as asking:
                await asking.fetch(server.url(HOST), headers={"cookie": "session=k"})

        asyncio.run(scene())
        assert [request.headers["cookie"] for request in server.log] == ["session=k", "session=k; sid=1"]
