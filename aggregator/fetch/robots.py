"""What a host allows to programs that follow no subscription (RFC 9309).

Asked for list pages and sitemaps, which are made for people and search engines; not for feeds, which a publisher offers
to programs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from aggregator.model import Failure, Grade, NotModified, Outcome, Page

_KEPT = timedelta(days=1)  # section 2.4
_KEPT_AFTER_FAILURE = timedelta(hours=1)
_COMPATIBLE = re.compile(r"\(compatible;\s*([\w.-]+)", re.IGNORECASE)
_LONGEST = 500_000  # bytes that are read, section 2.5


@dataclass(frozen=True, slots=True)
class Rules:
    """One host's robots.txt, for a while."""

    until: datetime
    parsed: Any = None  #: Protego; None where everything is allowed
    trouble: Failure | None = None  #: why it could not be read; then nothing is allowed

    def refusal(self, url: str) -> Failure | None:
        """Why `url` may not be fetched, None if it may."""
        if self.trouble:
            reason = f"robots.txt could not be read ({self.trouble.reason}), which forbids everything"
            return replace(self.trouble, reason=reason, grade=Grade.TEMPORARY)
        if self.parsed is None or self.parsed.can_fetch(url, "*"):
            return None
        return Failure("the host's robots.txt forbids this page to programs", grade=Grade.HARD)


def product_of(agent: str) -> str:
    """The name that robots.txt calls a program by: ExampleBot, of "Mozilla/5.0 (compatible; ExampleBot/1.0)" too."""
    said = _COMPATIBLE.search(agent)
    return said[1] if said else agent.split("/")[0].strip()


RobotsCache = dict[str, Rules]


def robots_address(url: str) -> str:
    """Where the rules for an address are."""
    return "{0.scheme}://{0.netloc}/robots.txt".format(urlsplit(url))


def _for_us(text: str, agent: str) -> str:
    """The groups of a robots.txt that are for `agent`, else those for all (section 2.2.1), under one name only: the
    parser writes every rule down for every name, and thousands of both would take its breath for minutes.
    """
    groups: dict[str, list[str]] = {}
    ours = product_of(agent).lower()
    names: set[str] = set()
    told = True  # a rule since the last name
    for line in text.splitlines():
        field, _, value = (part.strip() for part in line.partition("#")[0].partition(":"))
        if field.lower() == "user-agent":
            names = {value.partition("/")[0].lower()} | (set() if told else names)
            told = False
        elif field.lower() in ("allow", "disallow"):
            told = True
            for name in names & {ours, "*"}:
                groups.setdefault(name, []).append(f"{field}: {value}")
    return "\n".join(["User-agent: *", *groups.get(ours, groups.get("*", ()))])


def rules_of(outcome: Outcome, now: datetime, agent: str) -> Rules:
    """What an answer for robots.txt means to `agent`: no file allows everything, a server in trouble nothing
    (section 2.3.1).
    """
    if isinstance(outcome, Page):
        from protego import Protego

        return Rules(now + _KEPT, Protego.parse(_for_us(outcome.body[:_LONGEST].decode("utf-8-sig", "replace"), agent)))
    # A challenge page in its place (200, 403) is no rule either.
    trouble = isinstance(outcome, Failure) and (
        outcome.http_status in (0, HTTPStatus.TOO_MANY_REQUESTS)
        or outcome.http_status >= HTTPStatus.INTERNAL_SERVER_ERROR
    )
    if isinstance(outcome, NotModified) or not trouble:
        return Rules(now + _KEPT)
    wait = outcome.hints.retry_after
    return Rules(now + max(_KEPT_AFTER_FAILURE, wait or timedelta()), trouble=outcome)
