"""A story that rests while its post waits is posted when it is back."""

from __future__ import annotations

from aggregator.jobs import grouping, hooks
from aggregator.jobs.sending import Tally
from aggregator.model import Tag, Tagging, Tier
from aggregator.store import items, stories
from tests.deliver.conftest import Making, comes_in, hook, reasons
from tests.deliver.receiver import Receiver
from tests.fakes import Clock
from tests.samples import make_item


def test_a_post_that_waited_while_its_story_rested_is_sent(make: Making, receiver: Receiver, clock: Clock) -> None:
    service = make(hook("http://127.0.0.1:9/"))
    hooks.call(service)
    comes_in(service, clock, make_item("a", ["topic/policy", "region/cn"]))
    assert hooks.call(service) == Tally(waiting=1)
    (story,) = stories.stories(service.db, range(1, 9)).values()
    policy = Tag("topic", "policy", story.lead.tags[0].evidence)
    for tier, tags in ((Tier.OFF, ()), (Tier.CORE, (policy,))):
        items.save_taggings(service.db, [(story.lead.id, Tagging(tags, tier, 3.0, f"taxonomy {tier}"))], clock())
        grouping.group(service)
        clock.advance(hours=1)
        hooks.call(service)
    assert reasons(service)[0] != "all its reports are off topic now"
    service = make(hook(receiver.url))
    clock.advance(days=1)
    assert hooks.call(service) == Tally(sent=1)
    assert receiver.titles == ["Title a"]
