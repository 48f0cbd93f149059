"""Who publishes a page: its host, but where many publish under one."""

from __future__ import annotations

from urllib.parse import urlsplit

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
