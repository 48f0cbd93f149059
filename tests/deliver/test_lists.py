"""What is edited while mail goes out, and servers that take only so much at once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from aggregator.jobs import closing, hooks, mailing, pings
from aggregator.jobs.sending import Tally
from aggregator.model.delivery import Channel
from aggregator.store import deliveries
from tests.deliver.conftest import Making, a_day_passes, comes_in, hook, mail, smtp, stages
from tests.deliver.postoffice import PostOffice
from tests.deliver.receiver import Receiver
from tests.fakes import Clock
from tests.samples import make_item, store

READERS = [f"r{number}@reader.example" for number in range(7)]
POLICY = ["topic/policy", "region/cn"]


def test_a_server_that_takes_so_many_a_session_is_greeted_anew(make: Making, office: PostOffice, clock: Clock) -> None:
    office.per_session = 3
    service = make(smtp(office.port) + mail(*READERS))
    a_day_passes(service, clock)
    assert mailing.send(service) == Tally(sent=len(READERS))
    assert office.recipients == READERS
    assert office.sessions == [4, 4, 1]


def test_a_server_that_ends_every_session_at_once_is_left_alone(make: Making, office: PostOffice, clock: Clock) -> None:
    office.per_session = 0
    service = make(smtp(office.port) + mail(*READERS))
    a_day_passes(service, clock)
    assert mailing.send(service) == Tally(waiting=len(READERS))
    assert office.sessions == [1]


def test_a_webhook_that_takes_so_many_at_once_gets_the_rest_soon(
    make: Making, receiver: Receiver, clock: Clock
) -> None:
    service = make(hook(receiver.url))
    hooks.call(service)
    comes_in(service, clock, *(make_item(name, POLICY, title=f"{name * 9} rules on {name * 7}") for name in "abcd"))
    receiver.headers = {"Retry-After": "30"}
    for _ in "abcd":
        receiver.statuses = [200, 429]
        assert hooks.call(service).sent == 1
        clock.advance(minutes=1)


def test_a_webhook_that_asks_us_to_wait_gets_nothing_new_either(make: Making, receiver: Receiver, clock: Clock) -> None:
    service = make(hook(receiver.url))
    hooks.call(service)
    receiver.headers, receiver.statuses = {"Retry-After": "3600"}, [429]
    for name in "abc":
        comes_in(service, clock, make_item(name, POLICY, title=f"{name * 9} rules on {name * 7}"))
        clock.advance(minutes=5)
        assert hooks.call(service).sent == 0
        assert len(receiver.posts) == 1
    clock.advance(hours=1)
    assert hooks.call(service) == Tally(sent=3)


@pytest.mark.parametrize("answer", ["4x1 later", "garbage", "354 what"])
def test_what_a_mail_server_says_that_is_no_answer_costs_nobody_the_digest(
    make: Making, office: PostOffice, clock: Clock, answer: str
) -> None:
    office.refusals[""] = answer
    service = make(smtp(office.port) + mail(READERS[0]))
    a_day_passes(service, clock)
    assert mailing.send(service) == Tally(waiting=1)
    office.refusals.clear()
    clock.advance(minutes=1)
    assert mailing.send(service) == Tally(sent=1)


def test_a_list_that_comes_daily_from_now_on_brings_no_past_days(
    make: Making, office: PostOffice, clock: Clock
) -> None:
    service = make(smtp(office.port) + mail(READERS[0], cadence="weekly"))
    for number in range(3):
        a_day_passes(service, clock, make_item(f"day-{number}", POLICY, published=clock()))
        clock.advance(hours=6)
    there = service.environment.feeds
    there.write_text(there.read_text(encoding="utf-8").replace('"weekly"', '"daily"'), encoding="utf-8")
    service.reload()
    mailing.send(service)
    assert not [message for message in office.messages if "Week" not in str(message["Subject"])]
    a_day_passes(service, clock, make_item("later", POLICY, published=clock()))
    assert mailing.send(service) == Tally(sent=1)


def test_who_is_taken_out_while_mail_goes_out_gets_none(make: Making, office: PostOffice, clock: Clock) -> None:
    service = make(smtp(office.port) + mail(*READERS))
    a_day_passes(service, clock)
    there = service.environment.feeds
    fewer = there.read_text(encoding="utf-8").replace(str(READERS), str(READERS[:1]))

    def edit() -> None:
        there.write_text(fewer, encoding="utf-8")
        service.reload()

    office.on_data = edit
    assert mailing.send(service).sent == 1
    assert office.recipients == READERS[:1]


def test_what_a_dead_process_had_claimed_is_not_sent_to_who_left(
    make: Making, office: PostOffice, clock: Clock
) -> None:
    service = make(smtp(office.port) + mail(*READERS[:2]))
    a_day_passes(service, clock)
    mailing._plan(service, service.config)
    for delivery in deliveries.due(service.db, Channel.MAIL, clock()):
        assert deliveries.claim(service.db, delivery, clock())
    there = service.environment.feeds.read_text(encoding="utf-8")
    for text in (there.replace(str(READERS[:2]), str(READERS[:1])), there):
        service.environment.feeds.write_text(text, encoding="utf-8")
        service.reload()
        clock.advance(minutes=1)
        mailing.send(service)
    clock.advance(hours=1)
    mailing.send(service)
    assert office.recipients == READERS[:1]


def test_digests_that_a_clock_ahead_closed_empty_are_sent_when_they_are_full(
    make: Making, office: PostOffice, clock: Clock
) -> None:
    service = make(smtp(office.port) + mail(READERS[0]))
    a_day_passes(service, clock, make_item("a", POLICY, published=clock()))
    assert mailing.send(service) == Tally(sent=1)
    clock.advance(days=2)
    closing.close_digests(service)
    assert mailing.send(service).sent == 0
    clock.now -= timedelta(days=2)
    closing.close_digests(service)
    store(service.db, make_item("b", POLICY, published=clock()), now=clock())
    clock.advance(days=1)
    closing.close_digests(service)
    assert mailing.send(service) == Tally(sent=1)
    assert mailing.send(service) == Tally()


def test_a_hub_is_told_after_months_without_news(make: Making, receiver: Receiver, clock: Clock) -> None:
    service = make(f'hub = "{receiver.url}"\n[fetch]\nallow_networks = ["127.0.0.0/8"]\n')
    pings.call(service)
    comes_in(service, clock, make_item("a", POLICY))
    assert pings.call(service) == Tally(sent=1)
    clock.advance(days=100)
    deliveries.forget(service.db, clock() - timedelta(days=90))
    assert stages(service)
    comes_in(service, clock, make_item("b", POLICY))
    assert pings.call(service) == Tally(sent=1)
