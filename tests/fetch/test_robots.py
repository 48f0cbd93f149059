"""What a host allows to programs (RFC 9309)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta

import pytest
from protego import Protego

from aggregator.fetch import Fetcher
from aggregator.fetch.robots import RobotsCache, robots_address, rules_of
from aggregator.model import Failure, Grade, NotModified, Outcome, Page
from tests.fakes import START, Clock
from tests.fetch.asking import FEED, policy
from tests.fetch.server import Answer, Server, answer

ALL = "User-agent: *\nDisallow: /\n"
FORBIDDEN = Failure("the host's robots.txt forbids this page to programs", grade=Grade.HARD)
BOTH = ["/robots.txt", "/page"]

Visit = Callable[[Fetcher, Server, Clock], Awaitable[Outcome]]


def visit(told: Answer, *, then: Visit | None = None) -> tuple[Outcome, list[str]]:
    """What comes of asking for a page, and the paths that the server was asked for."""

    async def scene() -> tuple[Outcome, list[str]]:
        clock = Clock()
        answers: Mapping[str, Answer] = {"/robots.txt": told, "/page": answer(body=FEED), "/rules": said(ALL)}
        async with Server(answers) as server, Fetcher(policy(), clock) as asking:
            outcome = await asking.fetch(server.url("/page"), robots=True)
            if then:
                outcome = await then(asking, server, clock)
            return outcome, [request.path for request in server.requests]

    return asyncio.run(scene())


def said(rules: str) -> bytes:
    return answer(body=rules.encode(), Content_Type="text/plain")


@pytest.mark.parametrize(
    ("rules", "allowed"),
    [
        ("", True),
        ("User-agent: *\nDisallow:\n", True),
        (ALL, False),
        ("\ufeff" + ALL, False),
        (ALL.replace("\n", "\r\n"), False),
        ("User-agent: *\nDisallow: /page\n", False),
        ("User-agent: *\nDisallow: /pa*e$\n", False),
        ("User-agent: *\nDisallow: /other\n", True),
        ("User-agent: *\nDisallow: /\nAllow: /page\n", True),
        ("User-agent: AIPolicyWire\nDisallow: /\n", False),
        ("User-agent: aipolicywire\nDisallow: /page\n", False),
        ("User-agent: Other\nUser-agent: AIPolicyWire\nDisallow: /\n", False),
        ("User-agent: Other\nDisallow: /\n", True),
        ("User-agent: PolicyWire\nDisallow: /\n", True),
        (ALL + "\nUser-agent: AIPolicyWire\nAllow: /\n", True),
        ("User-agent: AIPolicyWire\nDisallow: /\n\nUser-agent: *\nAllow: /\n", False),
        ("User-agent: AIPolicyWire\nDisallow:\n\nUser-agent: *\nDisallow: /\n", True),
        ("User-agent: Other\n\nUser-agent: *\nDisallow: /page\n", False),
        ("<html>Not found</html>", True),
        ("\x00\x01 nonsense : : \n" * 9, True),
    ],
)
def test_rules_for_us_and_for_everybody_are_kept(rules: str, allowed: bool) -> None:
    outcome, asked = visit(said(rules))
    assert isinstance(outcome, Page) if allowed else outcome == FORBIDDEN
    assert asked == (BOTH if allowed else BOTH[:1])


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451])
def test_host_without_rules_allows_everything(status: int) -> None:
    outcome, asked = visit(answer(status, ALL.encode()))
    assert isinstance(outcome, Page)
    assert asked == BOTH


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        (answer(500), "the server answered 500 Internal Server Error"),
        (answer(503), "the server answered 503 Service Unavailable"),
        (answer(429), "the server answered 429 Too Many Requests"),
        (b"", "the server closed the connection without an answer"),
        (answer(302, Location="/robots.txt"), "more than 5 redirects"),
        (answer(302, Location="http://10.0.0.1/robots.txt"), "the address 10.0.0.1 is not public; to allow it, add its "
         "network to allow_networks under [fetch]"),
    ],
)  # fmt: skip
def test_rules_that_cannot_be_read_forbid_everything(told: bytes, reason: str) -> None:
    outcome, asked = visit(told)
    words = f"robots.txt could not be read ({reason}), which forbids everything"
    assert isinstance(outcome, Failure)
    assert (outcome.reason, outcome.grade) == (words, Grade.TEMPORARY)
    assert "/page" not in asked


def test_a_host_that_asks_to_wait_for_its_rules_is_left_alone_so_long() -> None:
    async def come_again(asking: Fetcher, server: Server, clock: Clock) -> Outcome:
        clock.now += timedelta(hours=2)
        return await asking.fetch(server.url("/page"), robots=True)

    outcome, asked = visit(answer(429, Retry_After="14400"), then=come_again)
    assert isinstance(outcome, Failure)
    assert (outcome.http_status, outcome.hints.retry_after) == (429, timedelta(hours=4))
    assert asked == ["/robots.txt"]


def test_a_page_that_a_redirect_leads_to_is_judged_as_well() -> None:
    async def scene() -> tuple[Outcome, list[str]]:
        answers: Mapping[str, Answer] = {
            "/robots.txt": said("User-agent: *\nDisallow: /private\n"),
            "/page": answer(302, Location="/private/list"),
            "/private/list": answer(body=FEED),
        }
        async with Server(answers) as server, Fetcher(policy(), Clock()) as asking:
            outcome = await asking.fetch(server.url("/page"), robots=True)
            return outcome, [request.path for request in server.requests]

    assert asyncio.run(scene()) == (FORBIDDEN, BOTH)


def test_rules_may_be_elsewhere() -> None:
    outcome, asked = visit(answer(301, Location="/rules"))
    assert (outcome, asked) == (FORBIDDEN, ["/robots.txt", "/rules"])


@pytest.mark.parametrize(
    ("told", "later", "asked_again"),
    [
        (said(""), timedelta(days=1), False),
        (said(""), timedelta(days=1, seconds=1), True),
        (said(ALL), timedelta(days=1), False),
        (said(ALL), timedelta(days=1, seconds=1), True),
        (answer(404), timedelta(days=1), False),
        (answer(404), timedelta(days=1, seconds=1), True),
        (answer(500), timedelta(hours=1), False),
        (answer(500), timedelta(hours=1, seconds=1), True),
    ],
)
def test_rules_are_kept_for_a_day_and_trouble_for_an_hour(told: bytes, later: timedelta, asked_again: bool) -> None:
    async def come_again(asking: Fetcher, server: Server, clock: Clock) -> Outcome:
        clock.now += later
        return await asking.fetch(server.url("/page"), robots=True)

    _, asked = visit(told, then=come_again)
    assert asked.count("/robots.txt") == 1 + asked_again


def test_rules_are_not_asked_for_where_nobody_wants_them() -> None:
    async def feed(asking: Fetcher, server: Server, clock: Clock) -> Outcome:
        return await asking.fetch(server.url("/page"))

    outcome, asked = visit(said(ALL), then=feed)
    assert isinstance(outcome, Page)
    assert asked == BOTH


def test_rules_are_shared_by_all_runs() -> None:
    async def scene() -> int:
        kept: RobotsCache = {}
        async with Server({"/robots.txt": said(ALL)}) as server:
            for _ in range(2):
                async with Fetcher(policy(), Clock(), robots=kept) as asking:
                    assert await asking.fetch(server.url("/page"), robots=True) == FORBIDDEN
            assert list(kept) == [server.url("/robots.txt")]
            return len(server.requests)

    assert asyncio.run(scene()) == 1


@pytest.mark.parametrize("url", ["http://[::1", "ftp://a.example/", "", "http://"])
def test_address_that_cannot_be_asked_is_a_failure_of_its_own(url: str) -> None:
    outcome, asked = visit(said(""), then=lambda asking, server, clock: asking.fetch(url, robots=True))
    assert outcome == Failure(f"the address is not one of http or https: {url}".strip(), grade=Grade.HARD)
    assert asked == BOTH


def test_longest_rules_are_read_to_half_a_megabyte() -> None:
    comment = "#" + "x" * 98 + "\n"
    assert rules_of(Page("", (comment * 4_990 + ALL).encode()), START, "A/1").refusal("http://a.example/") == FORBIDDEN
    assert rules_of(Page("", (comment * 5_100 + ALL).encode()), START, "A/1").refusal("http://a.example/") is None
    assert rules_of(NotModified(), START, "A/1").refusal("http://a.example/") is None


def test_rules_for_thousands_of_names_are_written_down_for_one(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    monkeypatch.setattr(Protego, "parse", lambda text, parse=Protego.parse: read.append(text) or parse(text))
    names = "".join(f"User-agent: bot{number}\n" for number in range(15_000))
    rules = "".join(f"Disallow: /{number}\n" for number in range(5_000))
    page = Page("", (names + "User-agent: A\n" + rules).encode())
    assert rules_of(page, START, "A/1").refusal("http://a.example/7") == FORBIDDEN
    assert rules_of(page, START, "A/1").refusal("http://a.example/x") is None
    assert [text.lower().count("user-agent") for text in read] == [1, 1]


def test_rules_are_at_the_root_of_the_host() -> None:
    assert robots_address("https://a.example:8443/b/c?d=e#f") == "https://a.example:8443/robots.txt"


@pytest.mark.parametrize(
    ("agent", "named"),
    [
        ("ExampleBot/1.0 (+https://x.example/)", "ExampleBot"),
        ("Mozilla/5.0 (compatible; ExampleBot/1.0; +https://x.example/)", "ExampleBot"),
        ("Mozilla/5.0 (compatible; examplebot)", "ExampleBot"),
        ("Mozilla/5.0 (X11; Linux x86_64)", "Mozilla"),
    ],
)
def test_a_program_is_called_by_its_own_name(agent: str, named: str) -> None:
    now = datetime(2026, 3, 2, tzinfo=UTC)
    page = Page("https://a.example/robots.txt", f"User-agent: {named}\nDisallow: /\n".encode(), "text/plain")
    assert rules_of(page, now, agent).refusal("https://a.example/list") == FORBIDDEN
    assert rules_of(page, now, "Other/1.0 (compatible; Another)").refusal("https://a.example/list") is None
