"""WebSub: the hub is told which feeds have new items, once for all that were stored since it was told last."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from functools import partial
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from aggregator.bootstrap import Service
from aggregator.config import Config
from aggregator.deliver import hub as hubs
from aggregator.jobs import fetching, sending
from aggregator.model import StoredItem, Tier
from aggregator.model.delivery import OPEN, Attempt, Channel, Parcel, Stage, Subscription
from aggregator.query import parse_query
from aggregator.store import arrivals, deliveries, reads

log = logging.getLogger("aggregator")
SUFFIXES = ("atom", "rss", "json")
MOST_FEEDS = 32  # of a ping, each in every format: fewer than a hundred addresses, which is what hubs take at once
_MOST_ITEMS = 500  # of which the feeds are looked up


def ping_hub(service: Service) -> None:
    if (done := call(service)) != sending.Tally():
        log.info("hub: %s", done)


def call(service: Service) -> sending.Tally:
    """Sends the ping that is due; a hub is told of what is stored from now on."""
    config, now = service.config, service.clock()
    wanted = [Subscription(Channel.HUB, hub, "", hub)] if (hub := _hub(config)) else []
    deliveries.subscribe(service.db, Channel.HUB, wanted, now)
    if not wanted:
        return sending.Tally()
    if not any(one.ended for one in deliveries.subscriptions(service.db, Channel.HUB)):
        _plan(service, hub)
    return sending.run(service, Channel.HUB, partial(_attempt, service, config), lambda parcel: parcel.target)


def _hub(config: Config) -> str:
    """The hub, if the site says where it is: of feeds at a guessed address nobody could be told."""
    return config.site.hub if config.site.url else ""


def _plan(service: Service, hub: str) -> None:
    """Writes down up to which item the hub is told; while a ping waits, what comes in waits for the next one."""
    parcel = Parcel(Channel.HUB, hub, str(arrivals.last(service.db)))
    known = deliveries.latest(service.db, Channel.HUB, hub)
    if not known:
        deliveries.plan(service.db, [parcel], service.clock(), "it was there before the hub")
    elif not any(stage in OPEN for _, stage in known) and int(parcel.subject) > max(int(one) for one, _ in known):
        deliveries.plan(service.db, [parcel], service.clock())


def _attempt(service: Service, config: Config, parcel: Parcel) -> Attempt:
    if parcel.target != _hub(config):
        return Attempt(moot=True, reason="feeds.toml does not name this hub any more")
    until = int(parcel.subject)
    known = deliveries.latest(service.db, Channel.HUB, parcel.target)
    after = max((int(one) for one, stage in known if int(one) < until and stage is not Stage.GIVEN_UP), default=0)
    items = arrivals.between(service.db, after, until, _MOST_ITEMS)
    changed = [path.partition("?") for path in _changed(service, config, items)]
    feeds = [f"{config.address}{path}.{suffix}{mark}{asked}" for path, mark, asked in changed for suffix in SUFFIXES]
    if not feeds:
        return Attempt(moot=True, reason="what came in is not there any more")
    return hubs.ping(parcel.target, feeds, fetching.policy(service), service.clock())


def _changed(service: Service, config: Config, items: Sequence[StoredItem]) -> list[str]:
    """The paths of the feeds that some items came into: everything, saved queries, then those with most of them."""
    relevant = [item for item in items if item.relevant]
    counted = Counter(f"/{tag}" for item in relevant for tag in item.tags)
    counted.update(f"/source/{item.source_id}" for item in items)
    everything = ["/items"] if relevant else []
    if any(item.tier == Tier.CORE for item in items):
        everything.append("/items?tier=core")  # which the front page offers
    first = [*everything, *_saved(service, config, {item.id for item in items})]
    return [*first, *(path for path, _ in counted.most_common())][:MOST_FEEDS]


def _saved(service: Service, config: Config, ids: set[int]) -> list[str]:
    found = []
    zone = config.site.timezone
    today = service.clock().astimezone(ZoneInfo(zone)).date()
    for saved in config.queries:
        query = parse_query(parse_qsl(saved.filter), today, zone).relevant_unless_said()
        if any(item.id in ids for item in reads.listing(service.db, query, evidence=False).items):
            found.append(f"/q/{saved.id}")
    return found
