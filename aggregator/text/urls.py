"""Addresses from strangers: which are links at all, and which name the same page."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

# Parameters that say how a reader came, not what the page is.
_TRACKING = re.compile(
    r"^(utm_\w+|fbclid|gclid|dclid|msclkid|mc_cid|mc_eid|igshid|spm|scm|share_token|ref_src|cmpid|ocid|guccounter|_hsenc|_hsmi|mkt_tok)$",
    re.IGNORECASE,
)
_DEFAULT_PORT = {"http": 80, "https": 443}
_UNWANTED = re.compile(r"[\x00-\x20\x7f-\x9f\u200b\ufdd0-\ufdef\ufeff\ufffe\uffff]+")
MAX_LENGTH = 2000


def web_link(url: str, base: str = "") -> str:
    """The address made absolute, or "" if it is not one of http or https with a host."""
    try:
        url = _UNWANTED.sub(lambda found: "%20" * found.group().count(" "), url.strip())
        link = urljoin(base, url) if base and url else url  # no address is none, and not the base's
        parts = urlsplit(link)
        if parts.scheme not in ("http", "https") or not parts.hostname or len(link) > MAX_LENGTH:
            return ""
        _ = parts.port  # raises on a port that is no number
        link.encode("utf-8")  # raises on a lone surrogate
    except ValueError:
        return ""
    return link


def canonical(link: str, *, keep_fragment: bool = False) -> str:
    """What the addresses of one page have in common: no scheme, no tracking parameters, no fragment. Idempotent.

    It starts with // (RFC 3986, section 4.2), so it is an address still. `link` is one that `web_link` gave.
    """
    parts = urlsplit(link)
    host = re.sub(r"^(www\.)+", "", (parts.hostname or "").rstrip("."))
    port = parts.port
    authority = host if port is None or port == _DEFAULT_PORT.get(parts.scheme) else f"{host}:{port}"
    if ":" in host:
        authority = authority.replace(host, f"[{host}]")
    # surrogateescape: a query that is written in GBK keeps its bytes.
    pairs = parse_qsl(parts.query, keep_blank_values=True, errors="surrogateescape")
    query = [(name, value) for name, value in pairs if not _TRACKING.match(name)]
    path = re.sub(r"/+$", "", parts.path)
    kept = f"?{urlencode(sorted(query), errors='surrogateescape')}" if query else ""
    fragment = f"#{parts.fragment}" if keep_fragment and parts.fragment else ""
    return f"//{authority}{path}{kept}{fragment}"


def is_home_page(link: str) -> bool:
    """Whether the address is a site's front door: many entries may point at it, so it identifies none of them."""
    parts = urlsplit(link)
    return parts.path in ("", "/") and not parts.query and not parts.fragment
