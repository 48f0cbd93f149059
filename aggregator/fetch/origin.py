"""What goes back to one origin only (RFC 6454)."""

from __future__ import annotations

from collections import defaultdict

from aggregator.fetch.transfer import Response
from aggregator.text.urls import MAX_ASKED, ascii_form, origin_of, web_link


def same_origin(one: str, other: str) -> bool:
    """Whether two addresses are of one origin, however they are written; what is no web address is of none."""
    try:
        return _plain(one) == _plain(other) != _plain("")
    except ValueError:
        return False


def _plain(url: str) -> tuple[str, str, int | None]:
    return origin_of(ascii_form(web_link(url, longest=MAX_ASKED)))


class Cookies:
    """What servers want to hear again on the way to one document: some send in a circle whoever has no cookie.

    Each goes back to its own origin, and none is kept.
    """

    def __init__(self) -> None:
        self._said: defaultdict[tuple[str, str, int | None], dict[str, str]] = defaultdict(dict)

    def take(self, url: str, answer: Response) -> None:
        for name, _, value in (pair.partition("=") for pair in answer.headers.get("set-cookie", "").split("; ")):
            self._said[origin_of(url)][name] = value

    def beside(self, headers: dict[str, str], url: str) -> dict[str, str]:
        """What is sent to an address, with the cookies of its origin."""
        said = [f"{name}={value}" for name, value in self._said[origin_of(url)].items() if value]
        if not said:
            return headers
        own = next((name for name in headers if name.lower() == "cookie"), "Cookie")
        return {**headers, own: "; ".join([*filter(None, [headers.get(own)]), *said])}
