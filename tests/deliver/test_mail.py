"""Digests by mail, over real sockets: once to each recipient, whatever the server does."""

from __future__ import annotations

from datetime import timedelta

import pytest

from aggregator.jobs import closing, mailing
from aggregator.jobs.sending import Tally
from aggregator.store import deliveries
from tests.deliver.conftest import Making, a_day_passes, mail, reasons, smtp, stages
from tests.deliver.postoffice import PostOffice, open_office
from tests.fakes import Clock
from tests.samples import make_item, store
from web import create_app

ANN, BOB, EVE = "ann@readers.example", "bob@readers.example", "eve@readers.example"


def test_a_closed_digest_goes_once_to_each_recipient_alone(
    make: Making, office: PostOffice, clock: Clock, database_url: str
) -> None:
    service = make(smtp(office.port) + mail(ANN, BOB, more='filter = "topic=policy"'), database_url)
    a_day_passes(service, clock, make_item("a", ["topic/policy"]), make_item("b", ["topic/business"]))
    assert office.taken == []
    assert mailing.send(service) == Tally(sent=2)
    for _ in range(3):
        clock.advance(hours=1)
        assert mailing.send(service) == Tally()
    assert office.recipients == [ANN, BOB]
    for recipient, message in office.taken:
        assert (message["To"], message["Cc"], message["Bcc"]) == (recipient, None, None)
        body = message.get_body(("plain",))
        assert body
        assert "Title a" in body.get_content()
        assert "Title b" not in body.get_content()
        assert sum(other in body.get_content() for other in (ANN, BOB)) == 1
    assert len({message["Message-ID"] for message in office.messages}) == 2


def test_what_was_closed_before_someone_was_a_recipient_is_not_sent(
    make: Making, office: PostOffice, clock: Clock
) -> None:
    service = make(smtp(office.port) + mail(ANN))
    a_day_passes(service, clock)
    service = make(smtp(office.port) + mail(ANN, BOB))
    mailing.send(service)
    assert office.recipients == [ANN]
    store(service.db, make_item("next", published=clock()), now=clock())
    clock.advance(days=1)
    closing.close_digests(service)
    mailing.send(service)
    assert office.recipients == [ANN, ANN, BOB]


def test_a_message_that_always_fails_holds_up_no_other(make: Making, clock: Clock) -> None:
    office = PostOffice(refusals={ANN: "421 not now"})
    service = make(smtp(office.port) + mail(ANN, BOB, EVE))
    a_day_passes(service, clock)
    with open_office(office):
        for _ in range(3):
            mailing.send(service)
            clock.advance(minutes=1)
        assert office.recipients == [BOB, EVE]
    assert stages(service) == ["waiting", "sent", "sent"]


def test_days_that_were_over_before_somebody_was_a_recipient_are_not_sent(
    make: Making, office: PostOffice, clock: Clock
) -> None:
    service = make(smtp(office.port) + mail(ANN) + mail(ANN, id="weekly", cadence="weekly"))
    mailing.send(service)
    store(service.db, *(make_item(str(n), published=clock() - timedelta(days=n)) for n in range(20)))
    for _ in range(3):
        clock.advance(hours=6)
        closing.close_digests(service)  # the first fetch of a new installation: a month is closed at once
        mailing.send(service)
    assert sorted(str(message["Subject"]) for message in office.messages) == [
        "AI Policy Wire: Sunday 16 March 2025", "AI Policy Wire: Week 11 of 2025",
    ]  # fmt: skip


def test_weeks_go_to_those_who_want_weeks(make: Making, office: PostOffice, clock: Clock) -> None:
    service = make(smtp(office.port) + mail(ANN, id="weekly", cadence="weekly", more='title = "The week"'))
    a_day_passes(service, clock)
    mailing.send(service)
    assert [message["Subject"] for message in office.messages] == ["The week: Week 11 of 2025"]


@pytest.mark.parametrize(("more", "sent"), [("", 0), ("send_empty = true", 1)])
def test_an_empty_digest_is_sent_only_to_those_who_want_it(
    make: Making, office: PostOffice, clock: Clock, more: str, sent: int
) -> None:
    service = make(smtp(office.port) + mail(ANN, more=f'filter = "company=baidu"\n{more}'))
    a_day_passes(service, clock)
    mailing.send(service)
    mailing.send(service)
    assert len(office.taken) == sent
    assert stages(service) == ["sent" if sent else "skipped"]


def test_nothing_is_lost_while_the_server_is_down(make: Making, clock: Clock, database_url: str) -> None:
    office = PostOffice()
    service = make(smtp(office.port) + mail(ANN, BOB, EVE), database_url)
    a_day_passes(service, clock)
    assert mailing.send(service) == Tally(waiting=3)
    assert mailing.send(service) == Tally()
    assert "mail server 127.0.0.1: " in reasons(service)[2]
    clock.advance(minutes=1)
    assert mailing.send(service) == Tally(waiting=3)
    clock.advance(minutes=2)
    assert mailing.send(service) == Tally()
    clock.advance(minutes=1)
    with open_office(office):
        assert mailing.send(service) == Tally(sent=3)
        clock.advance(days=1)
        assert mailing.send(service) == Tally()
    assert office.recipients == [ANN, BOB, EVE]


def test_the_more_often_a_server_fails_the_seldomer_it_is_asked_whoever_waits(make: Making, clock: Clock) -> None:
    service = make(smtp(PostOffice().port) + mail(*(f"reader{n}@readers.example" for n in range(30))))
    a_day_passes(service, clock)
    tries = 0
    for _ in range(24 * 60):
        tries += mailing.send(service) != Tally()
        clock.advance(minutes=1)
    assert tries == 9
    clock.advance(days=3)
    while set(stages(service)) == {"waiting"}:
        tries += mailing.send(service) != Tally()
        clock.advance(minutes=10)
    assert tries == 18
    assert set(stages(service)) == {"given up"}


def test_days_off_cost_no_message(make: Making, clock: Clock) -> None:
    office = PostOffice()
    service = make(smtp(office.port) + mail(ANN, BOB))
    a_day_passes(service, clock)
    mailing.send(service)
    clock.advance(days=5)
    assert mailing.send(service) == Tally(waiting=2)
    clock.advance(minutes=3)
    with open_office(office):
        assert mailing.send(service) == Tally(sent=2)


def test_a_server_that_is_down_for_days_is_given_up_with_a_reason(make: Making, clock: Clock) -> None:
    service = make(smtp(PostOffice().port) + mail(ANN))
    a_day_passes(service, clock)
    started, tries = clock(), 0
    while stages(service) in ([], ["waiting"]):
        tries += mailing.send(service) != Tally()
        clock.advance(minutes=1)
    assert tries == 18
    assert 3 <= (clock() - started).days < 4
    assert stages(service) == ["given up"]
    (trouble,) = deliveries.troubles(service.db, started)
    assert trouble[:3] == ("mail", "daily", 1)


def test_one_recipient_who_is_refused_costs_the_others_nothing(make: Making, office: PostOffice, clock: Clock) -> None:
    service = make(smtp(office.port) + mail(ANN, BOB, EVE))
    a_day_passes(service, clock)
    office.refusals[BOB] = "550 5.1.1 no such user"
    assert mailing.send(service) == Tally(sent=2, failed=1)
    assert office.recipients == [ANN, EVE]
    assert reasons(service)[1] == "the mail server refused the recipient: 550 5.1.1 no such user"
    clock.advance(days=4)
    assert mailing.send(service) == Tally()


def test_a_recipient_who_is_put_off_is_tried_again(make: Making, office: PostOffice, clock: Clock) -> None:
    service = make(smtp(office.port) + mail(ANN, BOB))
    a_day_passes(service, clock)
    office.refusals[BOB] = "450 4.2.0 greylisted"
    assert mailing.send(service) == Tally(sent=1, waiting=1)
    del office.refusals[BOB]
    clock.advance(minutes=1)
    assert mailing.send(service) == Tally(sent=1)
    assert office.recipients == [ANN, BOB]


@pytest.mark.parametrize(
    ("trouble", "stage"),
    [
        ({"refusals": {"": "550 nobody here"}}, "refused"),
        ({"refusals": {"": "451 later"}}, "waiting"),
        ({"sender_refusal": "553 not you"}, "waiting"),  # our mistake, which can be mended
        ({"verdict": "554 spam"}, "refused"),
        ({"verdict": "452 full"}, "waiting"),
        ({"verdict": "421 going down"}, "waiting"),
    ],
)
def test_a_server_that_refuses_all(
    make: Making, office: PostOffice, clock: Clock, trouble: dict[str, object], stage: str
) -> None:
    service = make(smtp(office.port) + mail(ANN, BOB))
    a_day_passes(service, clock)
    for name, value in trouble.items():
        setattr(office, name, value)
    mailing.send(service)
    assert (office.taken, stages(service)) == ([], [stage, stage])


def test_who_leaves_feeds_toml_gets_nothing_more(make: Making, clock: Clock) -> None:
    office = PostOffice()
    service = make(smtp(office.port) + mail(ANN, BOB))
    a_day_passes(service, clock)
    mailing.send(service)
    service = make(smtp(office.port) + mail(ANN))
    clock.advance(minutes=1)
    with open_office(office):
        mailing.send(service)
    assert office.recipients == [ANN]
    assert stages(service) == ["sent", "skipped"]


def test_the_page_of_sources_says_how_many_failed_and_not_for_whom(
    make: Making, office: PostOffice, clock: Clock
) -> None:
    service = make(smtp(office.port) + mail(ANN, BOB, EVE))
    a_day_passes(service, clock)
    office.refusals |= {ANN: f"550 {ANN} is no user", BOB: "550 no"}
    assert mailing.send(service) == Tally(sent=1, failed=2)
    app = create_app(service.db, service)
    page = app.test_client().get("/sources").text
    assert "Mail <code>daily</code>: 2, the last one" in page
    assert "readers.example" not in page
    clock.advance(days=8)
    assert "Not delivered" not in create_app(service.db, service).test_client().get("/sources").text


def test_who_comes_before_a_day_is_closed_gets_it(make: Making, office: PostOffice, clock: Clock) -> None:
    service = make("")
    store(service.db, make_item("a", ["topic/policy"], published=clock()))
    clock.advance(hours=13)  # the day is over, and not closed
    service.environment.feeds.write_text(smtp(office.port) + mail(ANN), encoding="utf-8")
    service.reload()
    mailing.send(service)
    clock.advance(hours=6)
    closing.close_digests(service)
    mailing.send(service)
    assert [str(message["Subject"]) for message in office.messages] == ["AI Policy Wire: Sunday 16 March 2025"]
