"""Webhooks, over real sockets: one signed post a story, to where the address guard allows."""

from __future__ import annotations

from datetime import timedelta

import pytest

from aggregator.jobs import hooks
from aggregator.jobs.sending import Tally
from aggregator.store import stories
from aggregator.store.stories import name
from tests.deliver.conftest import Making, comes_in, hook, reasons, stages
from tests.deliver.receiver import Receiver, verified
from tests.fakes import Clock
from tests.samples import make_item

POLICY = ["topic/policy", "region/cn"]
SAME = "Cyberspace regulator publishes labelling rules for generated content"


def test_a_story_is_posted_once_and_signed(make: Making, receiver: Receiver, clock: Clock, database_url: str) -> None:
    service = make(hook(receiver.url), database_url)
    hooks.call(service)
    comes_in(service, clock, make_item("a", POLICY, title="网信办 <发布> 规则"), make_item("b", ["topic/business"]))
    assert hooks.call(service) == Tally(sent=1)
    assert hooks.call(service) == Tally()
    ((headers, body),) = receiver.posts
    assert verified(headers, body)
    assert not verified(headers, body + b" ")
    assert not verified(headers | {"x-wire-timestamp": "1"}, body)
    assert headers["x-wire-timestamp"] == str(int(clock().timestamp()))
    assert headers["content-type"] == "application/json"
    (event,) = receiver.events
    assert headers["x-wire-event"] == event["event"] == f"hook-{event['story']}"
    assert event["address"] == f"https://wire.example/story/{event['story']}"
    assert (event["title"], event["reports"], event["independent"]) == ("网信办 <发布> 规则", 1, 1)
    assert event["tags"] == ["region/cn", "topic/policy"]
    assert event["lead"]["link"] == "https://news.example/a"
    assert event["first_seen"] == "2025-03-16T12:00:01Z"


def test_copies_and_later_reports_are_no_news(make: Making, receiver: Receiver, clock: Clock) -> None:
    service = make(hook(receiver.url))
    hooks.call(service)
    comes_in(service, clock, make_item("a", POLICY, title=SAME))
    hooks.call(service)
    comes_in(service, clock, make_item("b", POLICY, title=SAME), source="other")
    comes_in(service, clock, make_item("c", POLICY, title=SAME), source="third")
    assert hooks.call(service) == Tally()
    assert receiver.titles == [SAME]


def test_a_story_is_news_when_it_first_has_a_report_that_the_query_finds(
    make: Making, receiver: Receiver, clock: Clock
) -> None:
    service = make(hook(receiver.url))
    hooks.call(service)
    comes_in(service, clock, make_item("a", ["topic/business"], title=SAME))
    assert hooks.call(service) == Tally()
    comes_in(service, clock, make_item("b", POLICY, title=SAME), source="other")
    assert hooks.call(service) == Tally(sent=1)
    assert receiver.events[0]["reports"] == 2


def test_stories_older_than_the_webhook_are_not_posted(make: Making, receiver: Receiver, clock: Clock) -> None:
    service = make(hook(receiver.url))
    comes_in(service, clock, make_item("a", POLICY, title=SAME))
    clock.advance(minutes=1)
    assert hooks.call(service) == Tally()
    comes_in(service, clock, make_item("b", POLICY, title=SAME), source="other")  # a new report of the old story
    assert hooks.call(service) == Tally()
    backlog = make_item(
        "backlog", POLICY, published=clock() - timedelta(days=1), title="Of the day before, but new here"
    )
    comes_in(service, clock, backlog)
    assert hooks.call(service) == Tally()


def test_a_clock_that_was_ahead_keeps_no_story_back(make: Making, receiver: Receiver, clock: Clock) -> None:
    service, now = make(hook(receiver.url)), clock.now
    clock.now = now + timedelta(days=3650)
    hooks.call(service)
    clock.now = now
    hooks.call(service)
    comes_in(service, clock, make_item("a", POLICY))
    assert hooks.call(service) == Tally(sent=1)


@pytest.mark.parametrize(("days", "sent"), [(6, 1), (8, 0)])
def test_what_a_new_source_brings_along_is_no_news(
    make: Making, receiver: Receiver, clock: Clock, days: int, sent: int
) -> None:
    service = make(hook(receiver.url))
    hooks.call(service)
    clock.advance(days=20)
    comes_in(service, clock, make_item("late", POLICY, published=clock() - timedelta(days=days)))
    assert hooks.call(service) == Tally(sent=sent)


def test_a_story_that_took_the_place_of_a_posted_one_is_no_news(make: Making, receiver: Receiver, clock: Clock) -> None:
    service = make(hook(receiver.url))
    hooks.call(service)
    comes_in(service, clock, make_item("a", POLICY))
    hooks.call(service)
    comes_in(service, clock, make_item("b", POLICY, title="Another event altogether"))
    (first, second) = sorted(stories.stories(service.db, [1, 2]))
    ((_, member),) = [one for batch in stories.grouped(service.db) for one in batch if one[1].story == name(first)]
    moved = member._replace(story=name(second))
    stories.place(service.db, [moved], clock(), {first: name(second)})
    assert hooks.call(service) == Tally()
    assert len(receiver.posts) == 1


@pytest.mark.parametrize("status", [301, 307, 400, 404, 500])
def test_what_is_not_accepted_is_posted_again_and_redirects_are_not_followed(
    make: Making, receiver: Receiver, clock: Clock, status: int
) -> None:
    service = make(hook(receiver.url))
    hooks.call(service)
    comes_in(service, clock, make_item("a", POLICY))
    receiver.statuses, receiver.headers = [status], {"Location": f"http://127.0.0.1:{receiver.port}/elsewhere"}
    assert hooks.call(service) == Tally(waiting=1)
    assert hooks.call(service) == Tally()
    assert f"the server answered {status}" in reasons(service)[0]
    clock.advance(minutes=1)
    assert hooks.call(service) == Tally(sent=1)
    assert receiver.paths == ["/hook", "/hook"]
    assert receiver.events[0] == receiver.events[1]


def test_a_server_that_asks_to_wait_is_left_alone_for_all_stories(
    make: Making, receiver: Receiver, clock: Clock
) -> None:
    service = make(hook(receiver.url))
    hooks.call(service)
    comes_in(service, clock, make_item("a", POLICY), make_item("b", POLICY, title="Another event altogether"))
    receiver.statuses, receiver.headers = [429], {"Retry-After": "600"}
    assert hooks.call(service) == Tally(waiting=2)
    assert len(receiver.posts) == 1
    clock.advance(minutes=9)
    assert hooks.call(service) == Tally()
    clock.advance(minutes=1)
    assert hooks.call(service) == Tally(sent=2)


def test_410_ends_a_webhook_until_it_has_another_address(make: Making, receiver: Receiver, clock: Clock) -> None:
    service = make(hook(receiver.url))
    hooks.call(service)
    comes_in(service, clock, make_item("a", POLICY))
    receiver.statuses = [410]
    assert hooks.call(service) == Tally(failed=1)
    comes_in(service, clock, make_item("b", POLICY, title="Another event altogether"))
    clock.advance(days=1)
    assert hooks.call(service) == Tally()
    assert stages(service) == ["refused"]
    service = make(hook(receiver.url + "/new"))
    hooks.call(service)
    comes_in(service, clock, make_item("c", POLICY, title="A third one, later", published=clock()))
    assert hooks.call(service) == Tally(sent=1)
    assert receiver.titles == ["Title a", "A third one, later"]


@pytest.mark.parametrize(("stall", "came"), [("before", Tally(waiting=1)), ("after", Tally(sent=1))])
def test_a_server_that_hangs_has_accepted_only_if_it_said_so(
    make: Making, receiver: Receiver, clock: Clock, stall: str, came: Tally
) -> None:
    service = make(hook(receiver.url))
    hooks.call(service)
    comes_in(service, clock, make_item("a", POLICY))
    receiver.stall = stall
    assert hooks.call(service) == came
    assert len(receiver.posts) == 1


def test_a_server_that_is_down_costs_no_event_and_not_the_other_webhooks(
    make: Making, receiver: Receiver, clock: Clock
) -> None:
    down = hook("http://127.0.0.1:9/", "down")
    other = f'[[webhook]]\nid = "up"\nurl = "{receiver.url}"\nquery = "policy"\nsecret = "env:WIRE_TEST_SECRET"\n'
    service = make(down + other)
    hooks.call(service)
    comes_in(service, clock, make_item("a", POLICY))
    assert hooks.call(service) == Tally(sent=1, waiting=1)
    service = make(down.replace("http://127.0.0.1:9/", receiver.url) + other)
    clock.advance(minutes=1)
    assert hooks.call(service) == Tally(sent=1)
    assert sorted(event["webhook"] for event in receiver.events) == ["down", "up"]


def test_private_addresses_are_refused_unless_their_network_is_allowed(
    make: Making, receiver: Receiver, clock: Clock
) -> None:
    closed = hook(receiver.url).replace('allow_networks = ["127.0.0.0/8"]\n', "")
    service = make(closed)
    hooks.call(service)
    comes_in(service, clock, make_item("a", POLICY))
    assert hooks.call(service) == Tally(waiting=1)
    assert "the address 127.0.0.1 is not public; to allow it" in reasons(service)[0]
    assert receiver.posts == []


def test_without_its_secret_nothing_is_posted_and_nothing_lost(
    make: Making, receiver: Receiver, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = make(hook(receiver.url))
    hooks.call(service)
    comes_in(service, clock, make_item("a", POLICY))
    monkeypatch.setenv("WIRE_TEST_SECRET", "")
    assert hooks.call(service) == Tally(waiting=1)
    assert reasons(service) == ["the environment variable WIRE_TEST_SECRET is not set; set it where the program starts"]
    monkeypatch.setenv("WIRE_TEST_SECRET", "another")
    clock.advance(minutes=1)
    assert hooks.call(service) == Tally(sent=1)
    assert verified(*receiver.posts[0], secret="another")


def test_a_story_that_was_merged_twice_is_no_news(make: Making, receiver: Receiver, clock: Clock) -> None:
    service = make(hook(receiver.url))
    hooks.call(service)
    comes_in(service, clock, make_item("a", POLICY, title=SAME))
    assert hooks.call(service) == Tally(sent=1)
    others = make_item("b", ["topic/business"]), make_item("c", ["topic/business"], title="Another one")
    comes_in(service, clock, *others)
    first, second, third = sorted(stories.stories(service.db, range(1, 9)))
    stories.place(service.db, [], clock(), {first: name(second)})
    stories.place(service.db, [], clock(), {second: name(third)})
    assert hooks.call(service) == Tally()
    assert len(receiver.events) == 1
