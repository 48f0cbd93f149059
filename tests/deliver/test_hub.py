"""Pings to a WebSub hub, over real sockets: one post for what came in, to where the address guard allows."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qsl

import pytest

from aggregator.bootstrap import Service
from aggregator.deliver.backoff import TRIES
from aggregator.jobs import pings
from aggregator.jobs.sending import Tally
from aggregator.model import Tier
from tests.deliver.conftest import Making, comes_in, reasons, stages
from tests.deliver.receiver import Receiver
from tests.deliver.test_once import at_once
from tests.fakes import Clock
from tests.samples import make_item, store
from web import create_app

POLICY = ["topic/policy", "region/cn"]
QUERIES = "".join(
    f'[[query]]\nid = "{name}"\ntitle = "{name}"\nfilter = "topic={name}"\n' for name in ("policy", "release")
)


def hub(url: str, more: str = "") -> str:
    return f'hub = "{url}"\n[fetch]\nallow_networks = ["127.0.0.0/8"]\ntimeout = "2s"\n{more}'


def told(receiver: Receiver) -> list[list[str]]:
    """The feeds that each ping named, without the site's address."""
    found = []
    for headers, body in receiver.posts:
        assert headers["content-type"] == "application/x-www-form-urlencoded"
        mode, *feeds = parse_qsl(body.decode(), strict_parsing=True)
        assert mode == ("hub.mode", "publish")
        assert {name for name, _ in feeds} == {"hub.url"}
        found.append([feed.removeprefix("https://wire.example") for _, feed in feeds])
    return found


def paths(receiver: Receiver) -> list[set[str]]:
    return [{feed.rpartition(".")[0] for feed in feeds} for feeds in told(receiver)]


@pytest.fixture
def begun(make: Making, receiver: Receiver) -> Callable[..., Service]:
    """A service that has taken note of its hub."""

    def begin(more: str = "", **options: str) -> Service:
        service = make(hub(receiver.url, more), **options)
        assert pings.call(service) == Tally()
        return service

    return begin


def test_a_hub_is_told_once_of_the_feeds_that_something_came_into(
    begun: Callable[..., Service], receiver: Receiver, clock: Clock, database_url: str
) -> None:
    service = begun(QUERIES, url=database_url)
    comes_in(service, clock, make_item("a", POLICY), make_item("b", ["company/baidu"]))
    comes_in(service, clock, make_item("c", tier=Tier.OFF), source="other")
    assert pings.call(service) == Tally(sent=1)
    assert pings.call(service) == Tally()
    expected = {"/items", "/q/policy", "/topic/policy", "/region/cn", "/company/baidu", "/source/news", "/source/other"}
    assert paths(receiver) == [expected]
    assert {feed for feed in told(receiver)[0] if "?" in feed} == {
        f"/items.{suffix}?tier=core" for suffix in pings.SUFFIXES
    }
    assert len(told(receiver)[0]) == 3 * (len(expected) + 1)
    comes_in(service, clock, make_item("d", tier=Tier.OFF))
    assert pings.call(service) == Tally(sent=1)
    assert paths(receiver)[1] == {"/source/news"}


def test_every_address_is_the_one_that_subscribers_are_told(
    begun: Callable[..., Service], receiver: Receiver, clock: Clock
) -> None:
    service = begun(QUERIES + '[[source]]\nid = "news"\nurl = "https://news.example/feed"\n')
    comes_in(service, clock, make_item("a", POLICY))
    pings.call(service)
    site = create_app(service.db, service).test_client()
    for feed in told(receiver)[0]:
        links = site.get(feed).headers.getlist("Link")
        assert f'<https://wire.example{feed}>; rel="self"' in links
        assert f'<{receiver.url}>; rel="hub"' in links


def test_what_was_there_before_the_hub_is_no_news(make: Making, receiver: Receiver, clock: Clock) -> None:
    service = make("")
    comes_in(service, clock, make_item("a", POLICY))
    service = make(hub(receiver.url))
    assert [pings.call(service), pings.call(service)] == [Tally(), Tally()]
    assert stages(service) == ["skipped"]


def test_a_ping_names_fewer_than_a_hundred_addresses(
    begun: Callable[..., Service], receiver: Receiver, clock: Clock
) -> None:
    service = begun()
    comes_in(service, clock, *(make_item(str(n), [f"company/number-{n}", "topic/policy"]) for n in range(200)))
    assert pings.call(service) == Tally(sent=1)
    (feeds,) = told(receiver)
    assert len(feeds) == len(set(feeds)) == 3 * pings.MOST_FEEDS < 100
    assert {"/items", "/topic/policy", "/source/news"} <= paths(receiver)[0]


@pytest.mark.parametrize("status", [408, 425, 429, 500, 503])
def test_a_hub_that_is_busy_is_told_later_and_what_came_meanwhile_once(
    begun: Callable[..., Service], receiver: Receiver, clock: Clock, status: int
) -> None:
    service = begun()
    comes_in(service, clock, make_item("a", ["topic/policy"]))
    receiver.statuses = [status]
    assert pings.call(service) == Tally(waiting=1)
    comes_in(service, clock, make_item("b", ["topic/release"]))
    assert pings.call(service) == Tally()  # no second ping piles up behind the first
    clock.advance(minutes=1)
    assert pings.call(service) == Tally(sent=1)
    assert pings.call(service) == Tally(sent=1)
    assert pings.call(service) == Tally()
    assert [len(feeds & {"/topic/policy", "/topic/release"}) for feeds in paths(receiver)] == [1, 1, 1]
    assert "/topic/release" in paths(receiver)[2]


def test_a_hub_that_is_down_is_told_when_another_stands_there(make: Making, receiver: Receiver, clock: Clock) -> None:
    service = make(hub("http://127.0.0.1:9/"))
    pings.call(service)
    comes_in(service, clock, make_item("a", POLICY))
    assert pings.call(service) == Tally(waiting=1)
    service = make(hub(receiver.url))
    pings.call(service)
    comes_in(service, clock, make_item("b", POLICY))
    assert pings.call(service) == Tally(sent=1)
    clock.advance(minutes=1)
    assert pings.call(service) == Tally()
    assert stages(service) == ["skipped", "skipped", "skipped", "sent"]  # of each hub, what was there; what came in


@pytest.mark.parametrize(("stall", "came"), [("before", Tally(waiting=1)), ("after", Tally(sent=1))])
def test_a_hub_that_is_slow_holds_up_nothing_that_is_stored(
    begun: Callable[..., Service], receiver: Receiver, clock: Clock, stall: str, came: Tally
) -> None:
    service = begun()
    comes_in(service, clock, make_item("a", POLICY))
    receiver.stall = stall
    receiver.on_post = lambda: store(service.db, make_item("b", POLICY), now=clock())
    assert pings.call(service) == came
    assert len(receiver.posts) == 1
    assert stages(service)[1:] == ["sent" if came.sent else "waiting"]


@pytest.mark.parametrize("status", [301, 307, 400, 403, 404, 422])
def test_what_a_hub_refuses_is_not_sent_again_and_the_next_news_is(
    begun: Callable[..., Service], receiver: Receiver, clock: Clock, status: int
) -> None:
    service = begun()
    comes_in(service, clock, make_item("a", POLICY))
    receiver.statuses, receiver.headers = [status], {"Location": f"http://127.0.0.1:{receiver.port}/elsewhere"}
    assert pings.call(service) == Tally(failed=1)
    assert f"the server answered {status}" in reasons(service)[1]
    clock.advance(days=1)
    assert pings.call(service) == Tally()
    comes_in(service, clock, make_item("b", ["topic/release"]))
    assert pings.call(service) == Tally(sent=1)
    assert receiver.paths == ["/hook", "/hook"]
    assert "/topic/policy" not in paths(receiver)[1]


def test_what_a_hub_was_never_told_it_is_told_with_the_next_news(
    begun: Callable[..., Service], receiver: Receiver, clock: Clock
) -> None:
    service = begun()
    comes_in(service, clock, make_item("a", ["topic/policy"]))
    receiver.statuses = [500] * TRIES
    while "given up" not in stages(service):
        pings.call(service)
        clock.advance(hours=6)
    comes_in(service, clock, make_item("b", ["topic/release"]))
    receiver.statuses = []
    assert pings.call(service) == Tally(sent=1)
    assert {"/topic/policy", "/topic/release"} <= paths(receiver)[-1]


def test_a_hub_that_is_gone_is_left_alone(begun: Callable[..., Service], receiver: Receiver, clock: Clock) -> None:
    service = begun()
    comes_in(service, clock, make_item("a", POLICY))
    receiver.statuses = [410]
    assert pings.call(service) == Tally(failed=1)
    comes_in(service, clock, make_item("b", POLICY))
    assert pings.call(service) == Tally()
    assert len(receiver.posts) == 1


def test_private_addresses_are_refused_unless_their_network_is_allowed(
    make: Making, receiver: Receiver, clock: Clock
) -> None:
    service = make(hub(receiver.url).replace('allow_networks = ["127.0.0.0/8"]\n', ""))
    pings.call(service)
    comes_in(service, clock, make_item("a", POLICY))
    assert pings.call(service) == Tally(waiting=1)
    assert "the address 127.0.0.1 is not public" in reasons(service)[1]
    assert receiver.posts == []


def test_four_that_ping_at_once_tell_of_everything_once(
    begun: Callable[..., Service], receiver: Receiver, clock: Clock, database_url: str
) -> None:
    services = [begun(url=database_url) for _ in range(4)]
    for number in range(3):
        comes_in(services[0], clock, make_item(str(number), [f"company/number-{number}"]))
        at_once(*(lambda service=service: pings.call(service) for service in services))
    named = [path for found in paths(receiver) for path in found if path.startswith("/company/")]
    assert sorted(named) == ["/company/number-0", "/company/number-1", "/company/number-2"]
    assert stages(services[0]) == ["skipped", "sent", "sent", "sent"]


def test_without_a_hub_nobody_is_told(make: Making, clock: Clock) -> None:
    service = make("")
    comes_in(service, clock, make_item("a", POLICY))
    assert pings.call(service) == Tally()
    assert stages(service) == []


def test_of_a_site_that_does_not_say_where_it_is_nobody_is_told(
    begun: Callable[..., Service], receiver: Receiver, clock: Clock
) -> None:
    service = begun()
    feeds = service.environment.feeds
    feeds.write_text(feeds.read_text(encoding="utf-8").replace('url = "https://wire.example"\n', ""), encoding="utf-8")
    service.reload()
    comes_in(service, clock, make_item("a", POLICY))
    assert pings.call(service) == Tally()
    assert receiver.posts == []


def test_a_hub_is_told_when_items_have_their_stories(
    begun: Callable[..., Service], receiver: Receiver, clock: Clock
) -> None:
    service = begun('[[query]]\nid = "once"\ntitle = "Once"\nfilter = "report=first"\n')
    store(service.db, make_item("a", POLICY), now=clock())
    assert pings.call(service) == Tally()
    comes_in(service, clock, make_item("b", POLICY))
    assert pings.call(service) == Tally(sent=1)
    assert "/q/once" in paths(receiver)[0]
