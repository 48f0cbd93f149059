"""When a source is looked at next. Pure.

The next look is the latest of what speaks for waiting: the source's interval, what its document and its server ask for,
and a back-off after failures; never later than a day from now, but for a source that is gone or has a longer interval.
A little is added, where that leaves room for it, so that not all come at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from aggregator.model import ASKED_TO_WAIT, Failure, Grade, Outcome, Rhythm, Source, Status

LONGEST = timedelta(days=1)
GONE = timedelta(days=30)  # how often a source that is gone is looked at, for it may come back
_JITTER = 0.1  # of the wait, at most
_LOOKS_A_GAP = 6  # looks between two posts, as they usually come
_BACK_OFF = {Grade.TEMPORARY: 1, Grade.SOFT: 2, Grade.HARD: 1000}  # intervals after the first failure; then it doubles


@dataclass(frozen=True, slots=True)
class Wait:
    """How long, and why, in words for the health page."""

    time: timedelta
    why: str


def next_look(
    source: Source, rhythm: Rhythm, outcome: Outcome, status: Status, failures: int, now: datetime
) -> tuple[datetime, str]:
    """When to look again after this outcome, and why then. `failures` are those in a row, this one included."""
    if status is Status.GONE:
        return now + GONE, "it is gone; looked at once a month, in case it comes back"
    wait = max(_waits(source, rhythm, outcome, failures, now), key=lambda wait: wait.time)
    spread = wait.time * (1 + _JITTER * _chance(source.id, now))
    return now + _after_quiet_hours(rhythm, now, min(spread, max(LONGEST, pace(source, rhythm, now).time))), wait.why


def _waits(source: Source, rhythm: Rhythm, outcome: Outcome, failures: int, now: datetime) -> Iterator[Wait]:
    yield pace(source, rhythm, now)
    if rhythm.ttl:
        yield Wait(rhythm.ttl, "the feed asks to be read no more often")
    hints = outcome.hints
    if hints.fresh_for:
        yield Wait(hints.fresh_for, "the server calls its answer current until then")
    if hints.retry_after:
        yield Wait(hints.retry_after, ASKED_TO_WAIT)
    if isinstance(outcome, Failure):
        times = _BACK_OFF[outcome.grade] * 2 ** min(failures - 1, 12)
        back_off = min(source.interval.total_seconds() * times, LONGEST.total_seconds())
        why = f"{failures} failures in a row" if failures > 1 else "it failed"
        yield Wait(timedelta(seconds=back_off), why)


def pace(source: Source, rhythm: Rhythm, now: datetime) -> Wait:
    """The source's own interval; or, where it may adapt, a sixth of the usual gap between its posts.

    A source that has been silent for longer than usual is asked a sixth of its silence later.
    """
    if not source.adaptive or rhythm.gap is None:
        return Wait(source.interval, "its interval")
    silence = now - rhythm.newest if rhythm.newest else timedelta(0)
    wait = max(rhythm.gap, silence) / _LOOKS_A_GAP
    usual = silence <= rhythm.gap * 2
    why = f"it posts every {_words(rhythm.gap)}" if usual else f"its last post was {_words(silence)} ago"
    return Wait(min(max(wait, source.shortest), source.longest), why)


def _words(time: timedelta) -> str:
    days, hours = time.total_seconds() / 86_400, time.total_seconds() / 3600
    if hours < 1.5:
        return f"{round(hours * 60)} minutes"
    return f"{round(hours)} hours" if days < 2 else f"{round(days)} days"


def _after_quiet_hours(rhythm: Rhythm, now: datetime, wait: timedelta) -> timedelta:
    """The wait, made longer by hours in which the source does not want to be asked, but never beyond a day."""
    while wait < LONGEST:
        then = now + wait
        if then.hour not in rhythm.skip_hours and then.weekday() not in rhythm.skip_days:
            break
        wait = min(wait + timedelta(hours=1), LONGEST)
    return wait


def _chance(source_id: str, now: datetime) -> float:
    """From 0 to 1, different for every source and every look; computed, so that the rule stays pure."""
    return int(sha256(f"{source_id} {now.isoformat()}".encode()).hexdigest()[:8], 16) / 0xFFFFFFFF
