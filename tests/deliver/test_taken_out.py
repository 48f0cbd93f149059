"""Who is taken out of feeds.toml: it is told, and nothing that waited is sent, not even when they come back."""

from __future__ import annotations

import pytest

from aggregator.jobs import hooks
from aggregator.jobs.sending import Tally
from tests.deliver.conftest import Making, comes_in, hook
from tests.deliver.receiver import Receiver
from tests.fakes import Clock
from tests.samples import make_item


def test_a_webhook_that_is_taken_out_is_told_in_the_log(
    make: Making, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    service = make(hook(receiver.url))
    hooks.call(service)
    assert caplog.text == ""
    service.environment.feeds.write_text("", encoding="utf-8")
    service.reload()
    hooks.call(service)
    assert "feeds.toml does not name it any more" in caplog.text


def test_what_waited_for_a_webhook_that_was_taken_out_is_not_posted_when_it_is_back(
    make: Making, receiver: Receiver, clock: Clock
) -> None:
    service = make(hook("http://127.0.0.1:9/"))
    hooks.call(service)
    comes_in(service, clock, make_item("a", ["topic/policy", "region/cn"]))
    assert hooks.call(service) == Tally(waiting=1)
    there = service.environment.feeds.read_text(encoding="utf-8")
    for text in ("", there.replace("http://127.0.0.1:9/", receiver.url)):
        service.environment.feeds.write_text(text, encoding="utf-8")
        service.reload()
        clock.advance(days=1)
        assert hooks.call(service) == Tally()
    assert receiver.events == []
