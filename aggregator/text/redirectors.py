"""Links that lead to a page by way of another site: the page itself, where the address tells which one it is."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode
from urllib.parse import parse_qs, urlsplit

from aggregator.text.urls import web_link, without_credentials, without_session

# Host and path of a redirector, and the parameters of which one holds the address.
_REDIRECTORS = {
    ("www.google.com", "/url"): ("url", "q"),
    ("news.google.com", "/news/url"): ("url",),
    ("www.bing.com", "/news/apiclick.aspx"): ("url",),
    ("l.facebook.com", "/l.php"): ("u",),
    ("lm.facebook.com", "/l.php"): ("u",),
    ("out.reddit.com", "/"): ("url",),
    ("link.zhihu.com", "/"): ("target",),
    ("link.juejin.cn", "/"): ("target",),
    ("getpocket.com", "/redirect"): ("url",),
    ("slack-redir.net", "/link"): ("url",),
    ("www.linkedin.com", "/redir/redirect"): ("url",),
    ("weibo.cn", "/sinaurl"): ("u", "toasturl"),
}
_HOSTS = frozenset(host for host, _ in _REDIRECTORS)
# Copies of pages for phones: google.com/amp/s/, publisher-example.cdn.ampproject.org/c/s/ ("s" stands for https).
_AMP_COPY = re.compile(r"https?://(?:www\.google\.com/amp|(?:[\w-]+\.)?cdn\.ampproject\.org/[cv])/(s/)?([^/?#]+\..*)")
_GOOGLE_NEWS = re.compile(r"https?://news\.google\.com/(?:rss/)?articles/([\w-]+)")
_ADDRESS = re.compile(rb"https?://[!-~]+")
_MOST = 3  # redirectors that lead to one another


def page_link(url: str, base: str = "") -> str:
    """The address of the page that a link leads to, absolute; "" if it is not one of http or https."""
    link = web_link(url, base)
    for _ in range(_MOST):
        target = _target(link)
        if not target:
            break
        link = target
    return without_session(without_credentials(link) if "@" in link else link)


def _target(link: str) -> str:
    """Where a redirector leads; "" for any other link, and where only the redirector knows."""
    host = link.partition("://")[2].partition("/")[0]
    if host in _HOSTS:
        parts = urlsplit(link)
        said = parse_qs(parts.query)
        names = _REDIRECTORS.get((host, parts.path or "/"), ())
        found = next((web_link(said[name][0]) for name in names if name in said), "")
        if found and "\ufffd" not in found:  # what was no UTF-8 is not to be had back
            return found
    if "amp" in link and (copy := _AMP_COPY.fullmatch(link)):
        return web_link(f"http{'s' if copy[1] else ''}://{copy[2]}")
    if host == "news.google.com" and (article := _GOOGLE_NEWS.match(link)):
        return _inside(article[1])
    return ""


def _inside(packed: str) -> str:
    """The address in the name of a Google News article: the older ones have it, the newer ones do not."""
    try:
        found = _ADDRESS.search(urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
    except ValueError:
        return ""
    return web_link(found[0].decode("ascii")) if found else ""
