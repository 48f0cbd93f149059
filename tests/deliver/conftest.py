"""Services that send, and the days that pass before there is something to send."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from aggregator import tagging
from aggregator.bootstrap import Environment, Service
from aggregator.jobs import closing, grouping, mailing
from aggregator.model import TaggedItem
from aggregator.store.db import reading
from aggregator.store.tables import DELIVERY
from aggregator.tagging.load import read_taxonomy
from tests.deliver.postoffice import PostOffice, open_office
from tests.deliver.receiver import SECRET, Receiver, receiving
from tests.fakes import Clock
from tests.fetch.conftest import certificate, trusted  # noqa: F401 - fixtures
from tests.samples import make_item, store

Making = Callable[..., Service]


def smtp(port: int, *lines: str, security: str = "none") -> str:
    said = f'[smtp]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "{security}"\nsender = "wire@wire.example"\n'
    return said + "".join(f"{line}\n" for line in (*lines, 'timeout = "2s"'))


def mail(*recipients: str, id: str = "daily", cadence: str = "daily", more: str = "") -> str:
    return f'[[mail]]\nid = "{id}"\nrecipients = {list(recipients)}\ncadence = "{cadence}"\n{more}\n'


def hook(url: str, id: str = "hook") -> str:
    return (
        '[fetch]\nallow_networks = ["127.0.0.0/8"]\ntimeout = "2s"\n'
        '[[query]]\nid = "policy"\ntitle = "Policy"\nfilter = "topic=policy"\n'
        f'[[webhook]]\nid = "{id}"\nurl = "{url}"\nquery = "policy"\nsecret = "env:WIRE_TEST_SECRET"\n'
    )


@pytest.fixture(autouse=True)
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIRE_TEST_SECRET", SECRET)


@pytest.fixture
def make(tmp_path: Path, sqlite_url: str, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Making]:
    """Makes a service of the text of a feeds.toml; of several texts, several services with one database."""
    monkeypatch.setattr(tagging, "load_taxonomy", lambda added: read_taxonomy({}, added))
    made: list[Service] = []

    def making(text: str, url: str = sqlite_url, now: Callable[..., object] = clock) -> Service:
        feeds = tmp_path / "feeds.toml"
        feeds.write_text('[site]\nurl = "https://wire.example"\n' + text, encoding="utf-8")
        made.append(Service(Environment(feeds, url), now))  # type: ignore[arg-type]
        made[-1].prepare()
        return made[-1]

    yield making
    for service in made:
        service.db.dispose()


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with open_office(PostOffice()) as opened:
        yield opened


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as opened:
        yield opened


def a_day_passes(service: Service, clock: Clock, *items: TaggedItem) -> None:
    """What a day brings is stored, and its digest closed; whoever is a recipient now has been one before."""
    mailing.send(service)
    clock.advance(seconds=1)
    store(service.db, *(items or [make_item("a", ["topic/policy"])]), now=clock())
    clock.advance(hours=18)
    closing.close_digests(service)


def comes_in(service: Service, clock: Clock, *items: TaggedItem, source: str = "news") -> None:
    """Items that are found and put into stories."""
    clock.advance(seconds=1)
    store(service.db, *items, source_id=source, now=clock())
    grouping.group(service)


def stages(service: Service) -> list[str]:
    """How far each delivery is, in the order in which they were written down."""
    with reading(service.db) as connection:
        return list(connection.scalars(select(DELIVERY.c.stage).order_by(DELIVERY.c.id)))


def reasons(service: Service) -> list[str]:
    with reading(service.db) as connection:
        return list(connection.scalars(select(DELIVERY.c.reason).order_by(DELIVERY.c.id)))
