"""Rows: what servers say by status and headers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from tests.faults.rows import FEED, GOOD, Row, refused
from tests.faults.server import Answer, Talk
from tests.fetch.server import answer

DAY = 86_400
_SAID = {
    204: "No Content", 206: "Partial Content", 304: "Not Modified", 400: "Bad Request", 401: "Unauthorized",
    403: "Forbidden", 404: "Not Found", 418: "I'm a Teapot", 429: "Too Many Requests", 451: "Unavailable",
    500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout", 520: "520",
    999: "999",
}  # fmt: skip
STATUSES = tuple(
    refused(f"Status {status}", answer(status, b"" if status in (204, 304) else FEED), words)
    for status, words in _SAID.items()
)


def moved(status: int, to: str) -> bytes:
    return answer(status, Location=to)


def to_port(status: int, address: str) -> Answer:
    """A redirect to another address of this server."""

    async def play(talk: Talk) -> None:
        port = talk.writer.get_extra_info("sockname")[1]
        await talk.send(moved(status, f"http://{address}:{port}/feed"))

    return play


def chain(*statuses: int) -> dict[str, Answer]:
    hops = [f"/hop{number}" for number in range(1, len(statuses))]
    starts, ends = ["/feed", *hops], [*hops, "/end"]
    return {"/end": GOOD} | {
        start: moved(status, end) for status, start, end in zip(statuses, starts, ends, strict=True)
    }


REDIRECTS = (
    refused("A redirect to itself", moved(301, "/feed"), "more than 5 redirects"),
    refused("Redirects in a circle", {"/feed": moved(302, "/b"), "/b": moved(302, "/feed")}, "more than 5 redirects"),
    refused("Six redirects", chain(*[302] * 6), "more than 5 redirects"),
    Row("Five redirects", chain(301, 302, 303, 307, 308), items=2),
    refused("A redirect to a private address", moved(302, "http://10.1.2.3/feed"), "10.1.2.3 is not public"),
    refused("A redirect to the metadata service", moved(307, "http://169.254.169.254/latest"), "is not public"),
    refused("A redirect to loopback in version six", moved(302, "http://[::1]:1/"), "::1 is not public"),
    refused("A redirect to a mapped private address", moved(302, "http://[::ffff:10.0.0.1]/"), "is not public"),
    refused("A redirect to a file", moved(302, "file:///etc/passwd"), "not one of http or https: file:"),
    refused("A redirect to nowhere", answer(302), "the server answered 302 Found"),
    refused("A redirect to nonsense", moved(302, "http://[nonsense/"), "not one of http or https"),
    Row("The healthy feed by redirect", to_port(301, "127.0.9.1"), items=2),
    refused("A redirect to what is missing", moved(308, "/missing"), "404 Not Found"),
)


def later(**by: int) -> str:
    return format_datetime(datetime.now(UTC) + timedelta(**by), usegmt=True)


def asked_to_wait(name: str, status: int, wait: str, least: int, most: int) -> Row:
    plays = answer(status, Retry_After=wait)
    return refused(f"Retry-After {name}", plays, f"the server answered {status}", wait=(least, most))


WAITS = (
    asked_to_wait("in seconds", 429, "7200", 7200, 8000),
    asked_to_wait("as a date", 503, later(hours=3), 10_000, 12_000),
    asked_to_wait("of twenty digits", 429, "9" * 20, DAY, DAY),
    asked_to_wait("of nonsense", 429, "when it is done", 1700, 2100),
    asked_to_wait("in the past", 429, "Sun, 16 Mar 2025 12:00:00 GMT", 1700, 2100),
    asked_to_wait("below zero", 503, "-5", 1700, 2100),
)
GONE = (
    Row("Status 410", answer(410), "gone", words="410 Gone", wait=(29 * DAY, 31 * DAY)),
    Row("Moved to what is gone", {"/feed": moved(301, "/b"), "/b": answer(410)}, "gone", words="410 Gone"),
)

_HTML = b"<!DOCTYPE html><html><head>%s</head><body>Checking your browser</body></html>"
JUST_A_MOMENT = _HTML % b"<title>Just a moment...</title>"
CHALLENGES = (
    refused("Cloudflare with 403", answer(403, JUST_A_MOMENT, cf_mitigated="challenge"), "(Cloudflare)"),
    refused("Cloudflare with 503", answer(503, JUST_A_MOMENT), "a challenge page (Cloudflare)"),
    refused("Cloudflare with 200", answer(200, JUST_A_MOMENT), "a challenge page (Cloudflare)"),
    refused("DataDome", answer(403, _HTML % b'<script src="https://ct.captcha-delivery.com/c.js">'), "(DataDome)"),
    refused("Imperva", answer(200, _HTML % b'<script src="/_Incapsula_Resource?x">'), "(Imperva)"),
    refused("Sucuri", answer(200, b"<script>sucuri_cloudproxy_js=''</script>"), "(Sucuri)"),
    refused("AWS", answer(202, b"", x_amzn_waf_action="challenge"), "(AWS WAF)"),
    refused(
        "A cookie set by script", answer(521, b"<script>document.cookie='__jsl_clearance=1'</script>"), "(JavaScript)"
    ),
    Row(
        "A feed that talks of challenge pages",
        answer(200, FEED.replace(b"AI rules", b"cdn-cgi/challenge-platform")),
        items=2,
    ),
)

ROWS = (*STATUSES, *REDIRECTS, *WAITS, *GONE, *CHALLENGES)
