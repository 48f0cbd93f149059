"""Asks a server for one document. The answer is always a value: Page, NotModified or Failure."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from types import TracebackType
from urllib.parse import urlsplit

import pycurl

from aggregator.errors import StoreError
from aggregator.fetch import reasons
from aggregator.fetch.challenge import challenge
from aggregator.fetch.origin import Cookies, same_origin
from aggregator.fetch.policy import MAX_REDIRECTS, FetchPolicy
from aggregator.fetch.politeness import Places, Turnstile, fresh_for, retry_after
from aggregator.fetch.robots import RobotsCache, robots_address, rules_of
from aggregator.fetch.transfer import GOOD, Response, Transfer, TransferError
from aggregator.model import BACK_OFF, Failure, Grade, Hints, NotModified, Outcome, Page, Validators, left_alone
from aggregator.text.urls import MAX_ASKED, ascii_form, authority, origin_of, web_link, without_credentials

Turn = Callable[[], Awaitable[None]]
_PERMANENT = (HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.PERMANENT_REDIRECT)
_UNKNOWN_TO_IT = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
_UNSAID_WAIT = timedelta(minutes=30)
_REDIRECTS = (*_PERMANENT, HTTPStatus.FOUND, HTTPStatus.SEE_OTHER, HTTPStatus.TEMPORARY_REDIRECT)


class _RefusedError(Exception):
    """The host's robots.txt disallows the address."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.reason)
        self.failure = failure


class _Time:
    """What is left of the time that one document may take, its redirects and the robots.txt on the way included."""

    def __init__(self, left: timedelta) -> None:
        self.left = left

    def take(self, seconds: float) -> None:
        self.left = max(self.left - timedelta(seconds=seconds), timedelta(milliseconds=1))


@dataclass(frozen=True)
class _Request:
    """A document that is wanted, and how its server is asked."""

    url: str
    conditional: Mapping[str, str] = field(default_factory=dict)
    own: Mapping[str, str] = field(default_factory=dict)  #: headers for the origin of `url`, and no other
    turn: Turn | None = None
    robots: bool = False  #: whether robots.txt is asked first

    def headers(self, url: str) -> dict[str, str]:
        """What is sent to an address on the way."""
        return {**({} if self.withholds(url) else self.own), **self.conditional}

    def withholds(self, url: str) -> bool:
        """Whether its own headers are not for an address."""
        return bool(self.own) and not same_origin(url, self.url)


class Fetcher:
    """An HTTP client for the length of one run: connections are reused, and every one passes the address guard."""

    def __init__(
        self,
        policy: FetchPolicy,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        places: Places | None = None,
        robots: RobotsCache | None = None,
        room: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """`places` are those that all processes share; `robots` keeps what hosts allow beyond this run; `room` waits
        until another answer may come.
        """
        self._policy = policy
        self._clock = clock
        self._turnstile = Turnstile(policy, clock, places, room)
        self._robots = {} if robots is None else robots
        self._waits: defaultdict[str, dict[str, datetime]] = defaultdict(dict)  # by server, of those that were told to
        self._asking_robots: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def __aenter__(self) -> Fetcher:
        self._curls = pycurl.AsyncCurlMulti()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._curls.aclose()

    async def fetch(
        self, url: str, validators: Validators = Validators(), *, robots: bool = False, turn: Turn | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Outcome:  # fmt: skip
        """The document at `url`; with validators, NotModified if the server says that ours is current.

        `headers` are sent along to the origin of `url`, and to no other.

        With `robots`, the robots.txt of each host on the way is asked first (RFC 9309). `turn` is called when the host
        has a place for us, which may be long after; what it raises of StoreError ends the fetch.
        """
        asked = {"If-None-Match": validators.etag, "If-Modified-Since": validators.last_modified}
        conditional = {name: value for name, value in asked.items() if value}
        return await self._fetch(_Request(url, conditional, headers or {}, turn, robots), _Time(self._policy.timeout))

    async def _fetch(self, request: _Request, time_left: _Time) -> Outcome:
        try:
            found, moved_to, answer = await self._follow(replace(request, url=_asked(request.url)), time_left)
        except _RefusedError as error:
            return error.failure
        except TransferError as error:
            return Failure(" ".join(str(error).split()), grade=error.grade)
        except StoreError:  # of the places at hosts, or of `turn`: the source is not to blame
            raise
        except Exception as error:  # a bug on one address must not cost the run
            return Failure(f"unexpected error: {type(error).__name__}: {error}")
        outcome = self._outcome(found, answer, self._hints(answer, moved_to), conditional=bool(request.conditional))
        if answer.status in _UNKNOWN_TO_IT and isinstance(outcome, Failure) and request.withholds(found):
            return replace(outcome, reason=f"{outcome.reason}; {reasons.withheld(found)}")
        return outcome

    async def _refused_to_robots(self, url: str, time_left: _Time) -> Failure | None:
        place = robots_address(url)
        async with self._asking_robots[place]:
            rules = self._robots.get(place)
            if rules is None or rules.until < self._clock():
                in_time = time_left.left == self._policy.timeout
                outcome = await self._fetch(_Request(place), time_left)
                rules = rules_of(outcome, self._clock(), self._policy.agent)
                if in_time or not rules.trouble:  # else an earlier redirect may have used up the time
                    self._robots[place] = rules
        return rules.refusal(url)

    async def _follow(self, request: _Request, time_left: _Time) -> tuple[str, str, Response]:
        """The answer at the end of the redirects, where it was found, and where the permanent ones led."""
        found, moved_to, permanent, cookies = request.url, "", True, Cookies()
        for _ in range(MAX_REDIRECTS + 1):
            if request.robots and (refused := await self._refused_to_robots(found, time_left)):
                raise _RefusedError(refused)
            host = urlsplit(found).hostname or ""
            async with self._turnstile.turn(host):
                if until := self._closed_until(found):
                    raise _RefusedError(Failure(left_alone(until), grade=Grade.TEMPORARY, postponed=until))
                if request.turn and found == request.url:
                    await request.turn()
                started = time.monotonic()
                answer = await self._ask(found, cookies.beside(request.headers(found), found), time_left.left)
                time_left.take(time.monotonic() - started)
            self._take_note(found, answer)
            cookies.take(found, answer)
            target = _target(found, answer)
            permanent = permanent and answer.status in _PERMANENT
            if not target:
                return found, moved_to, answer
            found, moved_to = target, without_credentials(target) if permanent else moved_to
        raise TransferError(f"more than {MAX_REDIRECTS} redirects")

    def _closed_until(self, url: str) -> datetime | None:
        """Until when a server is left alone that told two others to wait in this run; `refresh` knows of others."""
        now = self._clock()
        told = self._waits[authority(url, self._policy.host_groups)]
        waits = sorted(until for asked, until in told.items() if asked != url and until > now)
        return waits[-2] if len(waits) > 1 else None

    def _take_note(self, url: str, answer: Response) -> None:
        if answer.status in BACK_OFF:
            now = self._clock()
            asked = retry_after(answer.headers.get("retry-after"), now)
            until = now + (_UNSAID_WAIT if asked is None else asked)
            self._waits[authority(url, self._policy.host_groups)][url] = until

    async def _ask(self, url: str, headers: Mapping[str, str], within: timedelta) -> Response:
        transfer = Transfer(self._policy)
        curl = transfer.curl(url, headers, within)
        try:
            await self._curls.perform(curl)
        except pycurl.error as error:
            return transfer.finish(reasons.of_error(curl, error, url, self._policy))
        else:
            return transfer.finish()
        finally:
            if transfer.own:
                self._turnstile.no_pause(urlsplit(url).hostname or "")
            curl.close()
            transfer.close()

    def _hints(self, answer: Response, moved_to: str) -> Hints:
        now = self._clock()
        return Hints(fresh_for(answer.headers, now), retry_after(answer.headers.get("retry-after"), now), moved_to)

    def _outcome(self, url: str, answer: Response, hints: Hints, *, conditional: bool) -> Outcome:
        if answer.status == HTTPStatus.NOT_MODIFIED and conditional:
            return NotModified(hints)
        if wall := challenge(answer.status, answer.headers, bytes(answer.body[:20_000])):
            return Failure(wall, answer.status, Grade.SOFT, hints)
        if answer.status not in GOOD:
            return Failure(
                reasons.of_status(answer.status), answer.status, reasons.grade_of_status(answer.status), hints
            )
        told = answer.headers
        return Page(
            without_credentials(url), bytes(answer.body), told.get("content-type", ""),
            Validators(told.get("etag", ""), told.get("last-modified", "")), hints,
        )  # fmt: skip


def _readable(location: str) -> str:
    """A header that was read as Latin-1, as it is meant: UTF-8 as a rule; bytes of other encodings stay as they are."""
    raw = location.encode("latin-1")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return "".join(chr(byte) if byte < 0x80 else f"%{byte:02X}" for byte in raw)


def _asked(url: str) -> str:
    """A web address as it is sent; raises TransferError for any other."""
    try:
        if link := web_link(url, longest=MAX_ASKED):
            return ascii_form(link)
    except ValueError:
        pass
    if len(url) > MAX_ASKED:
        raise TransferError(f"the address has more than {MAX_ASKED:,} characters", Grade.HARD)
    raise TransferError(reasons.not_http(url), Grade.HARD)


def _target(url: str, answer: Response) -> str:
    """Where a redirect leads, "" if the answer is none; raises TransferError if it leads nowhere.

    A user and a password are taken along to the same origin only, and never from the redirect itself.
    """
    location = answer.headers.get("location", "")
    if answer.status not in _REDIRECTS or not location:
        return ""
    location = _readable(location)
    here, there = urlsplit(url), urlsplit(_asked(web_link(location, url, MAX_ASKED) or location))
    place = here.netloc if origin_of(url) == origin_of(there.geturl()) else there.netloc.rpartition("@")[2]
    return there._replace(netloc=place, fragment="").geturl()
