"""Sending what is due: each delivery is claimed, attempted once, and settled."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from aggregator.bootstrap import Service
from aggregator.deliver.backoff import LIFE, TRIES, settlement, wait
from aggregator.model.delivery import Attempt, Channel, Claim, Parcel, Settlement, Stage
from aggregator.store import deliveries

log = logging.getLogger("aggregator")


@dataclass(slots=True)
class Tally:
    """What came of a run."""

    sent: int = 0
    waiting: int = 0  #: failed, to be tried again
    failed: int = 0  #: refused or given up

    def __str__(self) -> str:
        return f"{self.sent} sent, {self.waiting} to be tried again, {self.failed} failed"


def run(
    service: Service, channel: Channel, attempt: Callable[[Parcel], Attempt], route_of: Callable[[Parcel], Any]
) -> Tally:
    """Sends what is due on a channel. Where one failure says that the others on its route would fail, they wait for the
    next run, which begins with those that were tried least: one delivery that always fails holds up no other.

    What another process has claimed or sent meanwhile is left to it.
    """
    tally = Tally()
    failed: dict[Any, Attempt] = {}
    held: defaultdict[Any, list[Claim]] = defaultdict(list)  # the one that failed, and those behind it
    worked: set[Any] = set()  # ways on which something was delivered
    for delivery_id in deliveries.due(service.db, channel, service.clock()):
        claim = deliveries.claim(service.db, delivery_id, service.clock())
        if claim is None:
            continue
        route = route_of(claim.parcel)
        outcome = failed.get(route) or _attempted(attempt, claim.parcel)
        if outcome.affects_all and not outcome.final:
            failed[route] = outcome
            held[route].append(claim)
            continue
        worked |= {route} if outcome.delivered else set()
        _settle(service, claim, settlement(outcome, claim.tries, service.clock()), tally)
        if outcome.final and outcome.affects_all:
            deliveries.end(service.db, claim.parcel, outcome.reason)
    for route, outcome in failed.items():
        _hold(service, outcome, held[route], tally, worked=route in worked)
    return tally


def _hold(service: Service, outcome: Attempt, claims: list[Claim], tally: Tally, *, worked: bool) -> None:
    """One delivery has failed in a way that others would: all wait, the longer the more often their route failed."""
    tried, *others = claims
    # What has just worked, and takes only so much at once, is no outage.
    failures, now = 1 if worked else tried.tries + sum(claim.tries - 1 for claim in others), service.clock()
    later = Settlement(Stage.WAITING, now + max(wait(failures), outcome.wait or timedelta(0)), outcome.reason)
    if outcome.wait:
        deliveries.hold(service.db, tried.parcel, now + outcome.wait)
    for claim in claims:
        if (claim is tried and claim.tries >= TRIES) or (failures >= TRIES and now - claim.created >= LIFE):
            _settle(service, claim, settlement(outcome, TRIES, now), tally)
        elif claim is tried:
            _settle(service, claim, later, tally)
        else:
            deliveries.put_back(service.db, claim, later)
            tally.waiting += 1


def _settle(service: Service, claim: Claim, settled: Settlement, tally: Tally) -> None:
    if not deliveries.settle(service.db, claim, settled, service.clock()):
        log.warning("%s: it took too long, and another process has taken it over", _named(claim.parcel))
        return
    _note(tally, claim.parcel, settled)


def _attempted(attempt: Callable[[Parcel], Attempt], parcel: Parcel) -> Attempt:
    try:
        return attempt(parcel)
    except Exception as error:  # a bug on one delivery must not cost the others
        log.exception("%s failed unexpectedly", _named(parcel))
        return Attempt(reason=f"unexpected error: {type(error).__name__}: {error}")


def _note(tally: Tally, parcel: Parcel, settled: Settlement) -> None:
    if settled.stage is Stage.SENT:
        tally.sent += 1
    elif settled.stage is Stage.WAITING:
        tally.waiting += 1
        log.warning("%s: %s; next try %s", _named(parcel), settled.reason, f"{settled.next_try:%Y-%m-%d %H:%M} UTC")
    elif settled.stage is Stage.SKIPPED:
        log.info("%s: not sent, for %s", _named(parcel), settled.reason)
    else:
        tally.failed += 1
        log.error("%s: %s, %s", _named(parcel), settled.stage, settled.reason)


def _named(parcel: Parcel) -> str:
    whom = f" to {parcel.recipient}" if parcel.recipient else ""
    return f"{parcel.channel} {parcel.target}, {parcel.subject}{whom}"
