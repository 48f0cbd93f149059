"""What is sent out: digests by mail, stories to webhooks, pings to the hub; and what became of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple


class Channel(StrEnum):
    """A way out."""

    MAIL = "mail"
    WEBHOOK = "webhook"
    HUB = "hub"


class Stage(StrEnum):
    """How far a delivery is."""

    WAITING = "waiting"
    SENDING = "sending"  #: a process has claimed it
    SENT = "sent"
    REFUSED = "refused"  #: the other side does not want it, now or later
    GIVEN_UP = "given up"  #: it failed too often
    SKIPPED = "skipped"  #: there was nothing to send, or nobody to send it to any more


OPEN = (Stage.WAITING, Stage.SENDING)  #: of which something is still to come


class Subscription(NamedTuple):
    """Who gets what: a table of feeds.toml, and one recipient of it."""

    channel: Channel
    target: str  #: the table's id, or the hub's address
    recipient: str = ""  #: a mail address, else ""
    address: str = ""  #: where a webhook is; of mail, how often it comes
    begun: datetime | None = None  #: what is older is not sent; None until it has been taken note of
    ended: str = ""  #: why nothing more is sent, "" while it goes on
    held: datetime | None = None  #: until when the other side has asked us to wait


class Parcel(NamedTuple):
    """One thing for one recipient. There is never more than one of a kind."""

    channel: Channel
    target: str
    subject: str  #: the period of a digest, the id of a story, or that of the last item that a hub is told of
    recipient: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """A delivery that this process, and no other, may send now."""

    id: int
    parcel: Parcel
    tries: int  #: this one included
    created: datetime


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of one attempt."""

    delivered: bool = False
    reason: str = ""  #: why not, in words
    final: bool = False  #: the other side has refused it for good
    moot: bool = False  #: there is nothing to send any more, or nobody to send it to
    affects_all: bool = False  #: it would be the same for whatever else goes there now
    wait: timedelta | None = None  #: how long the other side asks us to wait


@dataclass(frozen=True, slots=True)
class Settlement:
    """How a delivery stands after an attempt."""

    stage: Stage
    next_try: datetime
    reason: str = ""
