"""News agencies whose words a report repeats, and says so: ten papers with one dispatch are one voice."""

from __future__ import annotations

import re
from collections.abc import Sequence

from aggregator.text.fold import fold

_BEGINNING, _END = 300, 60  # characters; what is named in between may be anything

# The names of each as they stand in folded texts, the longer before the shorter; the hosts of their own pages.
_AGENCIES = {
    "reuters": (("reuters",), ("路透社", "路透"), ("reuters.com",)),
    "ap": (("associated press", "ap"), ("美联社",), ("apnews.com",)),
    "afp": (("agence france-presse", "afp"), ("法新社",), ("afp.com",)),
    "bloomberg": (("bloomberg news", "bloomberg"), ("彭博社", "彭博"), ("bloomberg.com",)),
    "xinhua": (("xinhua news agency", "xinhua"), ("新华社",), ("news.cn", "xinhuanet.com")),
    "cns": (("china news service",), ("中新社", "中新网"), ("chinanews.com.cn",)),
    "kyodo": (("kyodo news", "kyodo"), ("共同社",), ("kyodonews.net",)),
    "yonhap": (("yonhap news agency", "yonhap"), ("韩联社",), ("yna.co.kr",)),
}


def _credit(names: Sequence[str], chinese_names: Sequence[str]) -> re.Pattern[str]:
    """(Reuters), according to Reuters, Reuters reported; 新华社北京3月5日电, 据新华社报道, 来源:新华社."""
    english, chinese = "|".join(names), "|".join(chinese_names)
    return re.compile(
        rf"\((?:{english}|{chinese})\)|\b(?:according to|told|source:|via) (?:the )?(?:{english})\b"
        rf"|\b(?:{english}) (?:reported|reports|has learned)\b"
        rf"|(?:{chinese})\w{{0,8}}\d{{1,2}}月\d{{1,2}}日电|据(?:{chinese})|来源[:：]\s*(?:{chinese})|(?:{chinese})(?:报道|消息|记者)"
    )


ENGLISH = "|".join(name for english, _, _ in _AGENCIES.values() for name in english)
_CREDITS = [(name, (*en, *zh), _credit(en, zh)) for name, (en, zh, _) in _AGENCIES.items()]
_HOSTS = {host: name for name, (_, _, hosts) in _AGENCIES.items() for host in hosts}


def agency_of(text: str, host: str) -> str:
    """The agency whose dispatch a text is, or that it cites for its news; "" if it names none. `host` is its page's."""
    if host in _HOSTS:
        return _HOSTS[host]
    shown = fold(text)
    where = f"{shown[:_BEGINNING]}\n{shown[_BEGINNING:][-_END:]}"
    found = (
        (match.start(), agency)
        for agency, names, credit in _CREDITS
        if any(name in where for name in names) and (match := credit.search(where))  # most texts name none
    )
    return min(found, default=(0, ""))[1]
