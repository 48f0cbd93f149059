"""Who publishes a page: its host, but where many publish under one; and the name that stands behind its titles."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from aggregator.text.fold import fold
from aggregator.text.urls import bare_host

_SHARED = frozenset({
    "arxiv.org", "bilibili.com", "facebook.com", "github.com", "github.io", "huggingface.co", "linkedin.com",
    "medium.com", "mp.weixin.qq.com", "news.google.com", "news.ycombinator.com", "reddit.com", "t.me", "toutiao.com",
    "twitter.com", "weibo.com", "x.com", "xueqiu.com", "youtube.com", "zhihu.com", "zhuanlan.zhihu.com",
})  # fmt: skip


def publisher_of(link: str) -> str:
    """The host of a page without its www or m; "" where that says nothing of the publisher."""
    try:
        host = bare_host(urlsplit(link).hostname or "")
    except ValueError:
        return ""
    return "" if host in _SHARED else host


_TAIL = re.compile(r"(?:\s+[-–—|｜]\s+|_)(?P<name>[^-–—|｜_]{2,40})$")
_OF_A_PAPER = re.compile(
    r"\b(?:news|times|post|tribune|herald|journal|daily|gazette|review|finance)(?: [a-z]+)?$"
    r"|(?:网|新闻|科技|财经|日报|晚报|时报|早报|资讯|客户端)$"
)
_MOST = 2  # names behind a title: a channel's and its site's


def without_publisher(title: str) -> str:
    """A title without the names of papers and channels behind a dash, bar or underscore, which say nothing of the news.

    That of a lab or an office says who speaks, and stays.

    >>> without_publisher("White House issues AI order - Microsoft News")
    'White House issues AI order'
    """
    for _ in range(_MOST):
        tail = _TAIL.search(title)
        if tail is None or not _OF_A_PAPER.search(fold(tail["name"])):
            break
        title = title[: tail.start()]
    return title
