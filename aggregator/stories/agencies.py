"""News agencies whose words a report repeats, and says so: ten papers with one dispatch are one voice."""

from __future__ import annotations

import re

from aggregator.text.fold import fold

_BEGINNING, _END = 300, 60  # characters; what is named in between may be anything

# The names of each, as they stand in folded texts; the hosts of their own pages.
_AGENCIES = {
    "reuters": ("reuters", "路透社?", ("reuters.com",)),
    "ap": ("ap|associated press", "美联社", ("apnews.com",)),
    "afp": ("afp|agence france-presse", "法新社", ("afp.com",)),
    "bloomberg": ("bloomberg(?: news)?", "彭博社?", ("bloomberg.com",)),
    "xinhua": ("xinhua(?: news agency)?", "新华社", ("news.cn", "xinhuanet.com")),
    "cns": ("china news service", "中新社|中新网", ("chinanews.com.cn",)),
    "kyodo": ("kyodo(?: news)?", "共同社", ("kyodonews.net",)),
    "yonhap": ("yonhap(?: news agency)?", "韩联社", ("yna.co.kr",)),
}


def _credit(english: str, chinese: str) -> re.Pattern[str]:
    """(Reuters), according to Reuters, Reuters reported; 新华社北京3月5日电, 据新华社报道, 来源:新华社."""
    return re.compile(
        rf"\((?:{english}|{chinese})\)|\b(?:according to|told|source:|via) (?:the )?(?:{english})\b"
        rf"|\b(?:{english}) (?:reported|reports|has learned)\b"
        rf"|(?:{chinese})\w{{0,8}}\d{{1,2}}月\d{{1,2}}日电|据(?:{chinese})|来源[:：]\s*(?:{chinese})|(?:{chinese})(?:报道|消息|记者)"
    )


ENGLISH = "|".join(english for english, _, _ in _AGENCIES.values())
_CREDITS = {name: _credit(english, chinese) for name, (english, chinese, _) in _AGENCIES.items()}
_HOSTS = {host: name for name, (_, _, hosts) in _AGENCIES.items() for host in hosts}


def agency_of(text: str, host: str) -> str:
    """The agency whose dispatch a text is, or that it cites for its news; "" if it names none. `host` is its page's."""
    if host in _HOSTS:
        return _HOSTS[host]
    shown = fold(text)
    where = f"{shown[:_BEGINNING]}\n{shown[_BEGINNING:][-_END:]}"
    found = ((match.start(), name) for name, credit in _CREDITS.items() if (match := credit.search(where)))
    return min(found, default=(0, ""))[1]
