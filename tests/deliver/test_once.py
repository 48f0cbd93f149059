"""Once and never lost: threads and processes at the same time, and processes that die in the middle."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from subprocess import DEVNULL, Popen
from threading import Barrier, Thread

import pytest

from aggregator.bootstrap import Service
from aggregator.deliver.backoff import settlement
from aggregator.jobs import hooks, mailing
from aggregator.jobs.sending import Tally
from aggregator.model import Digest
from aggregator.model.delivery import Attempt, Channel, Parcel, Stage
from aggregator.store import deliveries, digests
from tests.deliver.conftest import Making, a_day_passes, comes_in, hook, mail, smtp, stages
from tests.deliver.postoffice import PostOffice
from tests.deliver.receiver import Receiver
from tests.fakes import START, Clock
from tests.samples import make_item

READERS = [f"reader{number}@readers.example" for number in range(8)]
SOON = timedelta(minutes=9)
LATER = timedelta(minutes=11)  # claims last ten


def at_once(*works: Callable[[], object]) -> list[object]:
    """Does all at the same time; answers what each said."""
    barrier, said = Barrier(len(works)), []

    def one(work: Callable[[], object]) -> None:
        barrier.wait()
        said.append(work())

    threads = [Thread(target=one, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said


def test_four_that_mail_at_once_send_each_message_once(
    make: Making, office: PostOffice, clock: Clock, database_url: str
) -> None:
    text = smtp(office.port) + mail(*READERS)
    services = [make(text, database_url) for _ in range(4)]
    a_day_passes(services[0], clock)
    said = at_once(*(lambda service=service: mailing.send(service) for service in services))
    assert len(said) == 4
    assert office.recipients == sorted(READERS)
    assert stages(services[0]) == ["sent"] * len(READERS)


def test_four_that_post_at_once_post_each_story_once(
    make: Making, receiver: Receiver, clock: Clock, database_url: str
) -> None:
    services = [make(hook(receiver.url), database_url) for _ in range(4)]
    at_once(*(lambda service=service: hooks.call(service) for service in services))  # all take note of the beginning
    titles = ["Rules for chips", "Labels on videos", "A licence for models", "Fines for a platform"]
    comes_in(services[0], clock, *(make_item(str(n), ["topic/policy"], title=t) for n, t in enumerate(titles)))
    at_once(*(lambda service=service: hooks.call(service) for service in services))
    assert sorted(receiver.titles) == sorted(titles)
    assert stages(services[0]) == ["sent"] * 4


def test_what_took_too_long_does_not_undo_what_another_did(make: Making, clock: Clock, database_url: str) -> None:
    service = make("", database_url)
    parcel = Parcel(Channel.MAIL, "daily", "2025-03-16", READERS[0])
    deliveries.plan(service.db, [parcel, parcel], clock())
    (one,) = deliveries.due(service.db, Channel.MAIL, clock())
    slow = deliveries.claim(service.db, one, clock())
    assert slow
    assert deliveries.claim(service.db, one, clock()) is None
    clock.advance(minutes=11)
    quick = deliveries.claim(service.db, one, clock())
    assert quick
    assert deliveries.settle(service.db, quick, settlement(Attempt(delivered=True), quick.tries, clock()), clock())
    failed = settlement(Attempt(reason="slow"), slow.tries, clock())
    assert not deliveries.settle(service.db, slow, failed, clock())
    assert stages(service) == [Stage.SENT]


@pytest.mark.parametrize(("ahead", "due"), [(timedelta(days=1), False), (timedelta(days=3650), True)])
def test_what_a_clock_ahead_has_planned_is_due(make: Making, clock: Clock, ahead: timedelta, due: bool) -> None:
    service = make("")
    deliveries.plan(service.db, [Parcel(Channel.MAIL, "daily", "2025-03-16", READERS[0])], clock() + ahead)
    found = deliveries.due(service.db, Channel.MAIL, clock())
    assert bool(found) is due
    assert not due or deliveries.claim(service.db, found[0], clock())


def test_what_was_settled_long_ago_is_forgotten_and_what_waits_is_not(make: Making, clock: Clock) -> None:
    service = make("")
    deliveries.plan(service.db, [Parcel(Channel.MAIL, "daily", "old", READERS[0])], clock(), "nothing in it")
    deliveries.plan(service.db, [Parcel(Channel.MAIL, "daily", "open", READERS[0])], clock())
    deliveries.forget(service.db, clock() + timedelta(days=1))
    assert stages(service) == ["waiting"]


@pytest.fixture
def waiting(make: Making, office: PostOffice, sqlite_url: str, tmp_path: Path) -> Callable[..., Service]:
    """A digest that is due now, by the clock on the wall; made anew with the clock that much later."""
    text = smtp(office.port) + mail(*READERS[:2])
    mailing.send(make(text))  # who are recipients since 2025
    digest = Digest("2026-11-22", START, START + timedelta(days=1), "UTC", ())
    first = make(text.replace("cadence", "send_empty = true\ncadence"))
    assert digests.close(first.db, digest, datetime.now(UTC) - timedelta(seconds=5))

    def later(by: timedelta = timedelta(0)) -> Service:
        return make(text.replace("cadence", "send_empty = true\ncadence"), now=lambda: datetime.now(UTC) + by)

    return later


def sender(tmp_path: Path, sqlite_url: str) -> Popen[bytes]:
    """`aggregator digest --send` as a process."""
    names = {"AGGREGATOR_FEEDS": str(tmp_path / "feeds.toml"), "AGGREGATOR_DATABASE_URL": sqlite_url}
    command = [sys.executable, "-m", "aggregator", "digest", "--send"]
    return Popen(command, env=os.environ | names, stdout=DEVNULL, stderr=DEVNULL)


def test_two_processes_at_once_send_each_message_once(
    waiting: Callable[..., Service], office: PostOffice, sqlite_url: str, tmp_path: Path
) -> None:
    office.hang = 0.3
    with sender(tmp_path, sqlite_url) as one, sender(tmp_path, sqlite_url) as two:
        assert [one.wait(60), two.wait(60)] == [0, 0]
    assert office.recipients == READERS[:2]


@pytest.mark.parametrize(("when", "copies"), [("on_rcpt", 1), ("on_data", 2)])
def test_a_process_that_is_killed_loses_nothing_and_costs_one_repeat_at_most(
    waiting: Callable[..., Service], office: PostOffice, sqlite_url: str, tmp_path: Path, when: str, copies: int
) -> None:
    """Killed before the server had the message: sent once. Killed after, before it was written down: one repeat."""
    process: list[Popen[bytes]] = []

    def kill() -> None:
        setattr(office, when, lambda: None)
        process[0].send_signal(signal.SIGKILL)
        process[0].wait(20)

    setattr(office, when, kill)
    process.append(sender(tmp_path, sqlite_url))
    assert process[0].wait(60) == -signal.SIGKILL
    mailing.send(waiting(SOON))  # the claim of the dead one holds; the other message goes out
    assert office.recipients.count(READERS[0]) == copies - 1
    assert office.recipients.count(READERS[1]) == 1
    assert mailing.send(waiting(LATER)) == Tally(sent=1)
    assert mailing.send(waiting(LATER + LATER)) == Tally()
    assert office.recipients == [READERS[0]] * copies + [READERS[1]]
    ids = {message["Message-ID"] for recipient, message in office.taken if recipient == READERS[0]}
    assert len(ids) == 1
