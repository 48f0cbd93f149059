"""Mail servers that take their time: one run of mail waits for no more than it must, and nobody else waits."""

from __future__ import annotations

import time
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Event, Thread

import pytest

from aggregator.jobs import mailing
from aggregator.jobs.sending import Tally
from tests.deliver.conftest import Making, a_day_passes, mail, reasons, smtp, stages
from tests.deliver.postoffice import PostOffice
from tests.fakes import Clock
from tests.samples import make_item, store

ANN, BOB, EVE = "ann@readers.example", "bob@readers.example", "eve@readers.example"


def test_a_server_that_hangs_costs_its_timeout_once_and_nobody_else_waits(
    make: Making, office: PostOffice, clock: Clock
) -> None:
    service = make(smtp(office.port) + mail(ANN, BOB, EVE))
    a_day_passes(service, clock)
    office.hang = 30
    started = time.monotonic()
    sending = Thread(target=mailing.send, args=(service,))
    sending.start()
    time.sleep(0.5)
    store(service.db, make_item("while it hangs"))  # the database is free meanwhile
    stored = time.monotonic() - started
    sending.join()
    assert stored < 1.5
    assert time.monotonic() - started < 10
    assert stages(service) == ["waiting"] * 3
    assert "no answer in time" in reasons(service)[0]
    office.hang = 0
    clock.advance(minutes=1)
    assert mailing.send(service) == Tally(sent=3)
    assert office.recipients == [ANN, BOB, EVE]


def test_a_greeting_that_drips_is_cut(make: Making, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aggregator.deliver.smtp._LONGEST", 0.5)
    cut = Event()

    class Drip(StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220")
            for _ in range(100):  # a byte before each second is over: no answer ever takes too long
                if cut.wait(0.1):
                    return
                try:
                    self.wfile.write(b" ")
                except OSError:
                    cut.set()

    with ThreadingTCPServer(("127.0.0.1", 0), Drip) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        service = make(smtp(server.server_address[1]) + mail(ANN))
        a_day_passes(service, clock)
        assert mailing.send(service) == Tally(waiting=1)
        assert cut.wait(5), "it was still listening"
        server.shutdown()
