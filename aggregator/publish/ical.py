"""The calendar as iCalendar (RFC 5545), for calendars that people keep anyway."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from aggregator.digests.calendar import KINDS, Milestone
from aggregator.model import StoredItem
from aggregator.publish.channel import Channel
from aggregator.text.html import storable

if TYPE_CHECKING:  # imported where it is used, which few pages do
    from icalendar import Event

MEDIA_TYPE = "text/calendar"


def icalendar(channel: Channel, milestones: Iterable[Milestone]) -> bytes:
    """One event of a whole day for each milestone; equal ones make equal bytes, whenever they are asked for."""
    from icalendar import Calendar

    made = Calendar()
    made.add("prodid", "-//AI Policy Wire//EN")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("name", channel.title)  # RFC 7986; and as most programs look for it
    made.add("x-wr-calname", channel.title)
    made.add("url", channel.page)
    made.add("refresh-interval", timedelta(hours=6), parameters={"VALUE": "DURATION"})
    for milestone in milestones:
        made.add_component(_event(channel, milestone))
    return bytes(made.to_ical())


def _event(channel: Channel, milestone: Milestone) -> Event:
    from icalendar import Event

    lead = milestone.lead
    event = Event()
    event.add("uid", f"{milestone.kind}-{milestone.day}-{_id(channel, lead)}")
    event.add("dtstamp", max(item.changed for item in milestone.items).astimezone(UTC))
    event.add("dtstart", milestone.day)
    event.add("summary", storable(f"{KINDS[milestone.kind]}: {lead.heading}"))
    event.add("description", f"{lead.source_title}: {lead.link}" if lead.link else lead.source_title)
    event.add("url", channel.site.item_page(lead))
    event.add("transp", "TRANSPARENT")  # nobody is busy
    return event


def _id(channel: Channel, lead: StoredItem) -> str:
    """That of the story, whichever report speaks for it."""
    return channel.site.named(f"story/{lead.story_id}") if lead.story_id else channel.site.item_id(lead)
