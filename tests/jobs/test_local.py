"""The scheduler of one process."""

from __future__ import annotations

import logging
import time
from datetime import UTC, datetime, timedelta
from threading import Event, Timer

import pytest
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import text

from aggregator.bootstrap import Service
from aggregator.errors import StoreError
from aggregator.jobs import local
from aggregator.jobs.work import Job, do
from aggregator.store import ConflictError
from aggregator.store.db import writing


def test_a_clock_that_is_set_back_does_not_stop_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    stop, asked = Event(), iter([0.0, 0.0])
    monkeypatch.setattr(local, "_POLL_SECONDS", 0.01)
    monkeypatch.setattr(local, "ahead", lambda: next(asked, -3600.0))
    scheduler = BackgroundScheduler(timezone=UTC)
    scheduler.add_job(stop.set, "interval", seconds=3600, next_run_time=datetime.now(UTC) + timedelta(hours=1))
    scheduler.start()
    late = Timer(20, stop.set)
    late.start()
    started = time.monotonic()
    local._wait(scheduler, stop, lambda: False)
    assert time.monotonic() - started < 15
    late.cancel()
    scheduler.shutdown()


@pytest.mark.parametrize(
    ("error", "level"),
    [(ConflictError("another was quicker"), "INFO"), (StoreError("no room"), "ERROR"), (ValueError("a bug"), "ERROR")],
)
def test_what_goes_wrong_is_told_and_ends_nothing(
    service: Service, caplog: pytest.LogCaptureFixture, error: Exception, level: str
) -> None:
    def fail(_: Service) -> None:
        raise error

    with caplog.at_level(logging.INFO, "aggregator"):
        do(Job("fails", timedelta(seconds=1), fail), service)
    assert [record.levelname for record in caplog.records] == [level]


def test_a_scheduler_ends_when_a_later_version_has_changed_the_database(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local, "_POLL_SECONDS", 0.01)
    monkeypatch.setattr(local, "JOBS", (Job("upgrade", timedelta(hours=1), _upgraded),))
    with pytest.raises(StoreError, match="of a later version of this program; install that version"):
        local.run_scheduler(service, Event())


def _upgraded(service: Service) -> None:
    with writing(service.db) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
