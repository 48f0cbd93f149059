"""A story as an object for programs: what is posted to webhooks. Pure."""

from __future__ import annotations

import json

from aggregator.model import StoredItem, StoredStory
from aggregator.publish.channel import timestamp
from aggregator.text.html import plain, shorten

_WIDTH = 300  # characters of an excerpt


def story_event(story: StoredStory, event: str, hook: str, query: str, site: str) -> bytes:
    """The body, in UTF-8; `site` is the site's address without a slash at the end."""
    said = {
        "event": event,
        "webhook": hook,
        "query": query,
        "story": story.id,
        "address": f"{site}/story/{story.id}",
        "title": story.lead.heading,
        "lead": _report(story.lead),
        "reports": story.voices.reports,
        "independent": story.voices.independent,
        "tags": [str(tag) for tag in story.tags],
        "first_seen": timestamp(min(item.first_seen for item in story.items)),
    }
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


def _report(item: StoredItem) -> dict[str, object]:
    return {
        "item": item.id,
        "title": item.heading,
        "link": item.link or None,
        "source": item.source_id,
        "source_title": item.source_title,
        "source_class": item.source_class or None,
        "lang": item.lang or None,
        "dated": timestamp(item.dated),
        "excerpt": shorten(plain(item.summary), _WIDTH),
    }
