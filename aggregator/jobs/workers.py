"""Drives the table of jobs in any number of processes, on any number of machines, with Procrastinate.

All of them do the same, and each job is done by the one that takes it first. Looks at sources are dealt one by one;
everything else is done by one worker for all, never twice at once.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from functools import partial
from threading import Event
from typing import Any

from procrastinate import App, JobContext
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Status
from procrastinate.types import JSONDict
from psycopg import OperationalError

from aggregator.bootstrap import Service
from aggregator.jobs import queue, upkeep
from aggregator.jobs.clock import STEP, ahead
from aggregator.jobs.fetching import Refresh, looking, settle, to_look_at
from aggregator.jobs.work import NOTICE_EDIT, REFRESH_DUE, WITH_THE_STORE, Job, do, logging_errors
from aggregator.model import Source
from aggregator.store import UnavailableError, migrate

log = logging.getLogger("aggregator")
_LOOKS, _WORK = "looks", "work"  # queues: those who wait for slow servers are not in the way of the rest
_LOOK = "look"
_MANY = 500  # looks that a worker takes at once
_POLL_SECONDS = 2.0  # seconds between two looks at whether to go on
_SILENT = 30.0  # seconds after which a worker of which nothing is heard is taken for dead
_ENDING = 3.0  # seconds for what has begun, when a worker is to end
_AGAIN = 5.0  # seconds until a database that is away is tried again
_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)


def run_worker(service: Service, stop: Event) -> None:
    """Works until `stop` is set.

    Raises StoreError when another version of the program has changed the database's schema: this one could only fail.
    """
    for chatty in ("procrastinate", "psycopg"):  # what goes wrong is told below
        logging.getLogger(chatty).setLevel(logging.CRITICAL)
    while not stop.is_set():
        try:
            migrate.require_current(service.db)
            queue.prepare(service.db)
            asyncio.run(_work(service, stop))
        except (ConnectorException, UnavailableError, OperationalError) as error:
            log.error("the queue is out of reach and is tried again: %s", _reason(error))
            stop.wait(_AGAIN)


async def _work(service: Service, stop: Event) -> None:
    """Until `stop` is set, the schema is another's, somebody set the clock, or the database is out of reach."""
    loop, unsettled = asyncio.get_running_loop(), asyncio.Event()
    loop.set_default_executor(ThreadPoolExecutor(2 * len(WITH_THE_STORE)))
    loop.set_exception_handler(partial(_note, unsettled))
    app = _app(service)
    async with app.open_async():
        tasks = [
            asyncio.create_task(part)
            for part in (
                _watch(app, service, stop),
                _fail_when(unsettled),
                _look_on(app, service),
                _take(app, _WORK, len(WITH_THE_STORE) + 1),
            )
        ]
        try:
            ended, _others = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await _end(*tasks)
    for task in ended:
        task.result()


def _app(service: Service) -> App:
    app = App(connector=queue.connector(service.db))

    @app.task(name=_LOOK, queue=_LOOKS, pass_context=True)
    async def look_at(context: JobContext, source_id: str) -> None:
        await _look(service, source_id, **context.additional_context)

    async def deal(**_when: int) -> None:
        await _deal(app, service)

    _schedule(app, REFRESH_DUE, deal)
    for job in WITH_THE_STORE:
        _schedule(app, job, _doing(job, service))
    return app


def _schedule(app: App, job: Job, work: Callable[..., Awaitable[None]]) -> None:
    task = app.task(name=job.name, queue=_WORK, lock=job.name, queueing_lock=job.name)(work)
    app.periodic(cron=cron(job.every))(task)


def _doing(job: Job, service: Service) -> Callable[..., Awaitable[None]]:
    async def work(**_when: int) -> None:  # which the queue tells of what it schedules
        await asyncio.to_thread(do, job, service)

    return work


def cron(every: timedelta) -> str:
    """The same as a line of cron, with seconds in the sixth place; `every` divides a minute, an hour or a day."""
    if every < _MINUTE:
        return f"* * * * * */{every.seconds}"
    return f"*/{every // _MINUTE} * * * *" if every < _HOUR else f"0 */{every // _HOUR} * * *"


async def _take(app: App, name: str, concurrency: int, **context: Any) -> None:
    """Takes jobs from a queue, until it is cancelled; raises ConnectorException where it can no more."""
    await app.run_worker_async(
        queues=[name], concurrency=concurrency, delete_jobs="always", install_signal_handlers=False,
        shutdown_graceful_timeout=_ENDING, stalled_worker_timeout=_SILENT, additional_context=context,
    )  # fmt: skip
    raise ConnectorException("the queue cannot be listened to")


async def _watch(app: App, service: Service, stop: Event) -> None:
    """Sees edits of feeds.toml, and gives up what dead workers had begun, until it is time to end."""
    then = ahead()
    while not (stop.is_set() or await asyncio.to_thread(migrate.is_outlived, service.db)):
        before, then = then, ahead()
        if abs(then - before) > STEP:
            log.warning("the clock was set by %.0f seconds", then - before)
            return  # and the queue's schedule, which that confuses, begins anew
        with logging_errors(NOTICE_EDIT.name):
            await asyncio.to_thread(upkeep.notice_edit, service, alone=False)
        await _give_up(app)
        await asyncio.to_thread(stop.wait, _POLL_SECONDS)


async def _give_up(app: App) -> None:
    """Fails the jobs of workers that have fallen silent; their work falls due again."""
    given_up = 0
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=_SILENT):
        with suppress(ConnectorException):  # another may be quicker
            await app.job_manager.finish_job(job, Status.FAILED, delete_job=True)
            given_up += 1
    if given_up:
        log.warning("a worker has fallen silent; of what it had begun, %d jobs were given up", given_up)


async def _deal(app: App, service: Service) -> None:
    """Deals looks at what is due, but for those that are dealt and not done."""
    with logging_errors(REFRESH_DUE.name), suppress(ConnectorException):
        # In this order: what is done in between is not due any more.
        dealt = {job.task_kwargs["source_id"] for job in await app.job_manager.list_jobs_async(queue=_LOOKS)}
        due = [source.id for source in await asyncio.to_thread(to_look_at, service)]
        new: list[JSONDict] = [{"source_id": source_id} for source_id in due if source_id not in dealt]
        if new:
            await app.tasks[_LOOK].batch_defer_async(*new)


async def _look_on(app: App, service: Service) -> None:
    """Takes looks that are dealt. After an edit of feeds.toml, it begins anew with what that says."""
    while True:
        config = service.config
        listed = {source.id: source for source in config.sources}
        async with looking(service) as look:
            # Most of them wait: for a place at their host, and among the requests that feeds.toml allows at a time.
            taking = asyncio.create_task(_take(app, _LOOKS, _MANY, look=look, listed=listed))
            try:
                while service.config is config:
                    if taking.done():
                        taking.result()
                    await asyncio.sleep(_POLL_SECONDS)
            finally:
                await _end(taking)


async def _look(service: Service, source_id: str, look: Refresh, listed: Mapping[str, Source]) -> None:
    if source_id not in listed or service.refusals.holds_off(service.clock()):
        return  # a worker that has another feeds.toml will know; what is due stays due
    async for report in look([listed[source_id]]):
        if report.new or report.edited:
            log.info("looked at %s: %d new items, %d edited", source_id, report.new, report.edited)
        await asyncio.to_thread(settle, service, [report])


async def _end(*tasks: asyncio.Future[Any]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _note(unsettled: asyncio.Event, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Jobs end in tasks that nobody waits for. One that cannot say that it is done would be taken to go on for ever."""
    if isinstance(context.get("exception"), ConnectorException):
        unsettled.set()
    else:
        loop.default_exception_handler(context)


async def _fail_when(unsettled: asyncio.Event) -> None:
    await unsettled.wait()
    raise ConnectorException("a job that was done could not be taken out of it")


def _reason(error: Exception) -> str:
    said = str(error if isinstance(error, UnavailableError) else error.__cause__ or error)
    return " ".join(said.split())
