"""The work of a running service, and how often each part is done."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from aggregator.bootstrap import Service
from aggregator.errors import AggregatorError
from aggregator.jobs import closing, fetching, grouping, hooks, mailing, pings, upkeep
from aggregator.store import ConflictError

log = logging.getLogger("aggregator")


@dataclass(frozen=True, slots=True)
class Job:
    """`run` every `every`, never twice at once."""

    name: str
    every: timedelta
    run: Callable[[Service], object]
    at_once: bool = True  #: whether it is done as soon as the program starts


NOTICE_EDIT = Job("notice-edit", timedelta(seconds=2), upkeep.notice_edit)
REFRESH_DUE = Job("refresh-due", timedelta(seconds=5), fetching.refresh_due)
WITH_THE_STORE = (  # which one process does for all
    Job("group", timedelta(seconds=10), grouping.group_new),
    # What came while the program was down is to be read first.
    Job("close-digests", timedelta(minutes=5), closing.close_digests, at_once=False),
    Job("send-mail", timedelta(minutes=1), mailing.send_mail),
    Job("call-webhooks", timedelta(seconds=30), hooks.call_webhooks),
    Job("ping-hub", timedelta(seconds=30), pings.ping_hub),
    Job("retag", timedelta(minutes=1), upkeep.retag),
    Job("prune", timedelta(hours=6), upkeep.prune),
    Job("trim-log", timedelta(hours=6), upkeep.trim_log),
)
JOBS = (NOTICE_EDIT, REFRESH_DUE, *WITH_THE_STORE)


def do(job: Job, service: Service) -> None:
    """Does a job once."""
    with logging_errors(job.name):
        job.run(service)


@contextmanager
def logging_errors(name: str) -> Iterator[None]:
    """What goes wrong within is logged and ends nothing: the next time, it is tried again."""
    try:
        yield
    except ConflictError as error:  # of two that work on one database, one was quicker
        log.info("%s: %s; it is tried again", name, error)
    except AggregatorError as error:
        log.error("%s: %s", name, error)  # a sentence for people
    except Exception:
        log.exception("%s failed unexpectedly", name)
