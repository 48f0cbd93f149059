"""The health of the sources as Atom (RFC 4287), for whoever looks after them: an entry for each that is in trouble."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from aggregator.publish.channel import Channel
from aggregator.publish.xml import document, element

MEDIA_TYPE = "application/atom+xml"
_ATOM = "http://www.w3.org/2005/Atom"
_EVER = datetime(2026, 1, 1, tzinfo=UTC)  # since when a source is in trouble that never was well


class Trouble(NamedTuple):
    """A source that fails, is gone or has fallen silent."""

    source_id: str
    title: str
    kind: str  #: error, gone or silent
    reason: str
    since: datetime | None  #: when it was last well; None if it never was


def health(channel: Channel, troubles: Sequence[Trouble]) -> bytes:
    """A trouble is one entry for as long as it lasts, and a new one if it comes again."""
    newest = max((trouble.since or _EVER for trouble in troubles), default=_EVER)
    head = [
        element("id", channel.id()), element("title", channel.title), element("updated", _time(newest)),
        f"<author>{element('name', channel.author)}</author>",
        element("link", rel="self", type=MEDIA_TYPE, href=channel.address),
        element("link", rel="alternate", type="text/html", href=channel.page),
    ]  # fmt: skip
    entries = [_entry(channel, trouble) for trouble in troubles]
    return document(f'<feed xmlns="{_ATOM}" xml:lang="en">', [*head, *entries], "</feed>")


def _entry(channel: Channel, trouble: Trouble) -> str:
    since = _time(trouble.since or _EVER)
    parts = [
        element("id", channel.named(f"source/{trouble.source_id}/{trouble.kind}/{since}")),
        element("title", f"{trouble.title}: {trouble.kind}"),
        element("link", rel="alternate", type="text/html", href=f"{channel.site}/source/{trouble.source_id}"),
        element("updated", since), element("summary", trouble.reason),
    ]  # fmt: skip
    return "\n ".join(["<entry>", *parts, "</entry>"])


def _time(moment: datetime) -> str:
    return f"{moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat()}Z"
