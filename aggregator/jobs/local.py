"""Drives the table of jobs in one process, with APScheduler."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from threading import Event

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from aggregator.bootstrap import Service
from aggregator.errors import AggregatorError
from aggregator.jobs.work import JOBS, Job

log = logging.getLogger("aggregator")


def run_scheduler(service: Service, stop: Event) -> None:
    """Runs every job at its cadence, the first time at once, until `stop` is set."""
    # A fetch takes longer than its cadence as a matter of course; that a run is skipped is no news.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    scheduler = BackgroundScheduler(executors={"default": ThreadPoolExecutor(len(JOBS))}, timezone=UTC)
    for job in JOBS:
        scheduler.add_job(
            _guarded(job, service), "interval", id=job.name, seconds=job.every.total_seconds(),
            next_run_time=datetime.now(UTC), max_instances=1, coalesce=True, misfire_grace_time=None,
        )  # fmt: skip
    scheduler.start()
    try:
        stop.wait()
    finally:
        scheduler.shutdown(wait=False)


def _guarded(job: Job, service: Service) -> Callable[[], None]:
    def run() -> None:
        try:
            job.run(service)
        except AggregatorError as error:
            log.error("%s: %s", job.name, error)  # a sentence for people; the next run tries again
        except Exception:
            log.exception("%s failed unexpectedly", job.name)

    return run
