"""Webhooks: a story is posted once, when a query first finds a report of it."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from aggregator.bootstrap import Service
from aggregator.config import Config
from aggregator.config.outgoing import WebhookSettings
from aggregator.config.secrets import secret
from aggregator.deliver import hook as posting
from aggregator.errors import SecretError
from aggregator.jobs import fetching, sending
from aggregator.model.delivery import Attempt, Channel, Parcel, Subscription
from aggregator.publish.event import story_event
from aggregator.query import ItemQuery, parse_query
from aggregator.store import deliveries, events, stories

log = logging.getLogger("aggregator")
_RESTS = "all its reports are off topic now"
_BACK = timedelta(days=35)  # reports that are dated earlier are not looked at


def call_webhooks(service: Service) -> None:
    if (done := call(service)) != sending.Tally():
        log.info("webhooks: %s", done)


def call(service: Service) -> sending.Tally:
    """Posts the stories that are due; a webhook gets those that begin from now on."""
    config, now = service.config, service.clock()
    wanted = [Subscription(Channel.WEBHOOK, hook.id, "", hook.url) for hook in config.webhooks]
    for gone in deliveries.subscribe(service.db, Channel.WEBHOOK, wanted, now):
        log.warning("webhook %s: feeds.toml does not name it any more, it gets nothing of what is new", gone)
    if not config.webhooks:
        return sending.Tally()
    there = {one.target: one for one in deliveries.subscriptions(service.db, Channel.WEBHOOK)}
    for hook in config.webhooks:
        if (one := there.get(hook.id)) and not one.ended:
            _plan(service, config, one)
    return sending.run(service, Channel.WEBHOOK, partial(_attempt, service), lambda parcel: parcel.target)


def _plan(service: Service, config: Config, one: Subscription) -> None:
    """Writes down which stories are news to a webhook. One that took the place of a story that was posted is none."""
    now = service.clock()
    hook = _hook(config, one.target)
    if hook is None or one.begun is None:
        return
    found = events.told_since(service.db, _query(config, hook, now), one.begun, now - _BACK)
    deliveries.plan_again(service.db, Channel.WEBHOOK, hook.id, list(map(str, found)), _RESTS, now)
    before = events.merged_into(service.db, found)
    gone = {str(story) for some in before.values() for story in some}
    known = deliveries.planned(service.db, Channel.WEBHOOK, hook.id, [str(story) for story in found])
    told = {p.subject for p in deliveries.planned(service.db, Channel.WEBHOOK, hook.id, gone, skipped=False)}
    parcels = [
        parcel
        for story in found
        if (parcel := Parcel(Channel.WEBHOOK, hook.id, str(story))) not in known
        and not told & set(map(str, before.get(story, ())))
    ]
    deliveries.plan(service.db, parcels, now)


def _hook(config: Config, target: str) -> WebhookSettings | None:
    return next((hook for hook in config.webhooks if hook.id == target), None)


def _query(config: Config, hook: WebhookSettings, now: datetime) -> ItemQuery:
    said = next(query.filter for query in config.queries if query.id == hook.query)
    zone = config.site.timezone
    return parse_query(parse_qsl(said), now.astimezone(ZoneInfo(zone)).date(), zone).relevant_unless_said()


def _attempt(service: Service, parcel: Parcel) -> Attempt:
    config = service.config  # as it is now, not as it was when the run began
    hook = _hook(config, parcel.target)
    if hook is None:
        return Attempt(moot=True, reason="feeds.toml does not name this webhook any more")
    try:
        key = secret(config, hook.secret)
    except SecretError as error:
        return Attempt(reason=str(error), affects_all=True)
    story_id = int(parcel.subject)
    story = stories.stories(service.db, [story_id]).get(story_id)
    if story is None:
        now = stories.survivor(service.db, story_id)
        stands = f"it stands in story {now} now" if now != story_id else _RESTS
        return Attempt(moot=True, reason=stands if now else "the story is not kept any more")
    event = f"{hook.id}-{story_id}"
    body = story_event(story, event, hook.id, hook.query, config.address)
    return posting.send(hook.url, event, body, key, fetching.policy(service), service.clock())
