"""The work of a running service, and how often each part is done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from aggregator.bootstrap import Service
from aggregator.jobs import closing, fetching, grouping, hooks, mailing, pings, upkeep


@dataclass(frozen=True, slots=True)
class Job:
    """`run` every `every`, never twice at once."""

    name: str
    every: timedelta
    run: Callable[[Service], object]


JOBS = (
    Job("notice-edit", timedelta(seconds=2), upkeep.notice_edit),
    Job("refresh-due", timedelta(seconds=5), fetching.refresh_due),
    Job("group", timedelta(seconds=10), grouping.group_new),
    Job("close-digests", timedelta(minutes=5), closing.close_digests),
    Job("send-mail", timedelta(minutes=1), mailing.send_mail),
    Job("call-webhooks", timedelta(seconds=30), hooks.call_webhooks),
    Job("ping-hub", timedelta(seconds=30), pings.ping_hub),
    Job("retag", timedelta(minutes=1), upkeep.retag),
    Job("prune", timedelta(hours=6), upkeep.prune),
    Job("trim-log", timedelta(hours=6), upkeep.trim_log),
)
