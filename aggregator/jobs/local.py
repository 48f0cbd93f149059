"""Drives the table of jobs in one process, with APScheduler."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from threading import Event

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from aggregator.bootstrap import Service
from aggregator.jobs.clock import STEP, ahead
from aggregator.jobs.work import JOBS, do
from aggregator.store import migrate

log = logging.getLogger("aggregator")
_POLL_SECONDS = 5.0  # seconds between two looks at whether to go on


def run_scheduler(service: Service, stop: Event) -> None:
    """Runs every job at its cadence, the first time at once if it does not say otherwise, until `stop` is set.

    Raises StoreError when another version of the program has changed the database's schema: this one could only fail.
    """
    # A fetch takes longer than its cadence as a matter of course; that a run is skipped is no news.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    scheduler = BackgroundScheduler(executors={"default": ThreadPoolExecutor(len(JOBS))}, timezone=UTC)
    now = datetime.now(UTC)
    for job in JOBS:
        scheduler.add_job(
            do, "interval", (job, service), id=job.name, seconds=job.every.total_seconds(),
            next_run_time=now if job.at_once else now + job.every,
            max_instances=1, coalesce=True, misfire_grace_time=None,
        )  # fmt: skip
    scheduler.start()
    try:
        _wait(scheduler, stop, lambda: migrate.is_outlived(service.db))
    finally:
        scheduler.shutdown(wait=False)
    if not stop.is_set():
        migrate.require_current(service.db)


def _wait(scheduler: BackgroundScheduler, stop: Event, outlived: Callable[[], bool]) -> None:
    """Until `stop` is set, or this program is `outlived`. APScheduler waits for times of the clock: when that is set
    back, all would stand still.
    """
    now = ahead()
    while not (stop.wait(_POLL_SECONDS) or outlived()):
        before, now = now, ahead()
        if now < before - STEP:
            log.warning("the clock was set back by %.0f seconds", before - now)
            for job in scheduler.get_jobs():
                job.modify(next_run_time=datetime.now(UTC))
